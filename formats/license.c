/* SPDX-License-Identifier: ISC */
#include "license.h"

#include <string.h>

#include "claims.h"
#include "claims_key.h"
#include "ladder.h"
#include "license_terms.h"

/* Where the claims stand that are compared with others once all are read. */
struct places {
	size_t map, exp, nbf, uri;
};

static struct cbor_text
read_slug(struct cbor_reader *r)
{
	return claims_read_form(r, LICENSE_SLUG_MAX, license_is_slug);
}

/* The next name of a map whose names are all known and all there. */
static bool
next_name_is(struct cbor_reader *r, struct cbor_map *map, size_t map_at, const char *name)
{
	struct cbor_text got;
	size_t at = r->at;

	if (!cbor_map_name(r, map, LICENSE_NAME_MAX, &got))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_MISSING, map_at);
	else if (!cbor_text_equals(got, name))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CRITICAL, at);
	return r->err == SKERRY_OK;
}

static void
end_of_names(struct cbor_reader *r, struct cbor_map *map)
{
	struct cbor_text got;
	size_t at = r->at;

	if (cbor_map_name(r, map, LICENSE_NAME_MAX, &got))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CRITICAL, at);
}

/* { "status_list": { "idx": n, "uri": text } } and nothing else (Token Status List, section 6). */
static void
read_status(struct cbor_reader *r, struct license *license, struct places *places)
{
	struct cbor_map status, list;
	size_t status_at = r->at, list_at;

	cbor_map_begin(r, CLAIMS_MAX, &status);
	if (!next_name_is(r, &status, status_at, "status_list"))
		return;
	list_at = r->at;
	cbor_map_begin(r, CLAIMS_MAX, &list);
	if (!next_name_is(r, &list, list_at, "idx"))
		return;
	license->status_index = cbor_read_uint(r, LICENSE_COUNTER_MAX);
	if (!next_name_is(r, &list, list_at, "uri"))
		return;
	places->uri = r->at;
	license->status_uri = cbor_read_text(r, sizeof "skerry:" - 1 + LICENSE_SLUG_MAX);
	end_of_names(r, &list);
	end_of_names(r, &status);
	license->has_status = true;
}

static void
read_private(struct cbor_reader *r, struct license *license)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case 1:
			claims_read_version(r, LICENSE_FORMAT_VERSION);
			break;
		case 2:
			license->edition = cbor_read_uint(r, LICENSE_COUNTER_MAX);
			break;
		case 3:
			license->activation = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case 4:
			license->plan = read_slug(r);
			break;
		case 5:
			license->renew_by = claims_read_date(r);
			break;
		case 6:
			license->valid_until = claims_read_date(r);
			break;
		case 7:
			license->maintenance_until = claims_read_date(r);
			break;
		default:
			license_terms_read(r, &claims, license);
		}
	claims_require(r, &claims, CLAIMS_BIT(1) | CLAIMS_BIT(2) | CLAIMS_BIT(4));
}

static void
read_claims(struct cbor_reader *r, struct license *license, struct places *places)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	places->map = places->exp = claims.at;
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_ISS:
			license->brand = read_slug(r);
			break;
		case CLAIM_SUB:
			license->id = claims_read_form(r, LICENSE_ID_LEN, license_is_id);
			break;
		case CLAIM_AUD:
			license->product = read_slug(r);
			break;
		case CLAIM_EXP:
			places->exp = r->at;
			license->expires_at = claims_read_date(r);
			break;
		case CLAIM_NBF:
			places->nbf = r->at;
			license->not_before = claims_read_date(r);
			break;
		case CLAIM_IAT:
			license->issued_at = claims_read_date(r);
			break;
		case CLAIM_CTI:
			license->cti = claims_read_fixed(r, LICENSE_CTI_LEN);
			break;
		case CLAIM_CNF:
			claims_read_cnf(r, &license->site_key);
			license->has_site_key = true;
			break;
		case CLAIM_STATUS:
			read_status(r, license, places);
			break;
		case CLAIM_SKERRY:
			read_private(r, license);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(CLAIM_ISS) | CLAIMS_BIT(CLAIM_SUB) | CLAIMS_BIT(CLAIM_AUD) |
			CLAIMS_BIT(CLAIM_NBF) | CLAIMS_BIT(CLAIM_IAT) | CLAIMS_BIT(CLAIM_CTI) |
			CLAIMS_BIT_SKERRY);
}

static bool
names_brand(struct cbor_text uri, struct cbor_text brand)
{
	size_t scheme_len = strlen("skerry:");
	struct cbor_text rest;

	if (uri.len < scheme_len || memcmp(uri.chars, "skerry:", scheme_len) != 0)
		return false;
	rest = (struct cbor_text){ uri.chars + scheme_len, uri.len - scheme_len };
	return cbor_text_same(rest, brand);
}

static void
check_agreement(struct cbor_reader *r, const struct license *license, const struct places *places)
{
	if (r->err != SKERRY_OK)
		return;
	if (license->not_before > license->valid_until)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, places->nbf);
	/* Whoever reads nothing but exp must not refuse earlier than the ladder does. */
	if (license->expires_at < ladder_last_date(license))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, places->exp);
	/* "Absent" is later than any last date, but says that nothing ends. */
	if (license->expires_at == LICENSE_NEVER && ladder_last_date(license) != LICENSE_NEVER)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, places->map);
	if (license->has_status && !names_brand(license->status_uri, license->brand))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, places->uri);
}

enum skerry_err
license_parse(struct cbor_bytes payload, struct license *ret_license, size_t *ret_offset)
{
	struct license license = { 0 };
	struct places places = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	license.expires_at = license.renew_by = license.valid_until = LICENSE_NEVER;
	license.maintenance_until = LICENSE_NEVER;
	license.ladder.day_end_minutes = LICENSE_DAY_END_DEFAULT;
	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > LICENSE_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, LICENSE_PAYLOAD_MAX);
	read_claims(&r, &license, &places);
	check_agreement(&r, &license, &places);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_license = license;
	return err;
}

static void
put_slug(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, struct cbor_text slug)
{
	cbor_map_put_label(w, map, label);
	cbor_write_text(w, slug);
}

static void
put_number(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, int64_t number)
{
	cbor_map_put_label(w, map, label);
	cbor_write_int(w, number);
}

static void
put_name(struct cbor_writer *w, struct cbor_map_out *map, const char *name, size_t name_len)
{
	cbor_map_put_name(w, map, (struct cbor_text){ name, name_len });
}

static void
write_status(struct cbor_writer *w, const struct license *license)
{
	struct cbor_map_out status, list;

	cbor_map_open(w, &status);
	put_name(w, &status, "status_list", 11);
	cbor_map_open(w, &list);
	put_name(w, &list, "idx", 3);
	cbor_write_uint(w, license->status_index);
	put_name(w, &list, "uri", 3);
	cbor_write_text(w, license->status_uri);
	cbor_map_close(w, &list);
	cbor_map_close(w, &status);
}

static void
write_private(struct cbor_writer *w, const struct license *license)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	put_number(w, &map, 1, LICENSE_FORMAT_VERSION);
	cbor_map_put_label(w, &map, 2);
	cbor_write_uint(w, license->edition);
	claims_put_uint(w, &map, 3, license->activation);
	put_slug(w, &map, 4, license->plan);
	claims_put_date(w, &map, 5, license->renew_by);
	claims_put_date(w, &map, 6, license->valid_until);
	claims_put_date(w, &map, 7, license->maintenance_until);
	license_terms_put(w, &map, license);
	cbor_map_close(w, &map);
}

static void
write_claims(struct cbor_writer *w, const struct license *license)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	put_slug(w, &map, CLAIM_ISS, license->brand);
	put_slug(w, &map, CLAIM_SUB, license->id);
	put_slug(w, &map, CLAIM_AUD, license->product);
	claims_put_date(w, &map, CLAIM_EXP, license->expires_at);
	put_number(w, &map, CLAIM_NBF, license->not_before);
	put_number(w, &map, CLAIM_IAT, license->issued_at);
	cbor_map_put_label(w, &map, CLAIM_CTI);
	cbor_write_bytes(w, license->cti.data, license->cti.len);
	if (license->has_site_key)
		claims_put_cnf(w, &map, &license->site_key);
	if (license->has_status) {
		cbor_map_put_label(w, &map, CLAIM_STATUS);
		write_status(w, license);
	}
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, license);
	cbor_map_close(w, &map);
}

void
license_write(struct cbor_writer *w, const struct license *license)
{
	size_t start = w->len, offset;
	struct license read_back;

	if (license->grants_len > LICENSE_GRANTS_MAX ||
		license->components_len > LICENSE_COMPONENTS_MAX ||
		license->domains_len > LICENSE_DOMAINS_MAX)
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	else
		write_claims(w, license);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(w, license_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
				      &read_back, &offset));
}
