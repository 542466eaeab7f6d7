/* SPDX-License-Identifier: ISC */
#include "request.h"

#include <string.h>

#include "claims_key.h"
#include "request_report.h"

enum {
	REQUEST_LABEL_VERSION = 1,
	REQUEST_LABEL_KIND = 2,
	REQUEST_LABEL_NUMBER = 3,
	REQUEST_LABEL_PENDING = 4,
	REQUEST_LABEL_OPENING_KEY = 5,
	REQUEST_LABEL_KEYS = 6,
	REQUEST_LABEL_INSTALL_ID = 7,
	REQUEST_LABEL_FINGERPRINT = 8,
	REQUEST_LABEL_DOMAINS = 9,
	REQUEST_LABEL_INFO = 10,
	REQUEST_LABEL_REASON = 11,
	REQUEST_LABEL_CLOCK = 13, /* the two reports that no request lacks */
	REQUEST_LABEL_MANIFEST = 15
};

enum { INFO_HOSTNAME = 1, INFO_OS = 2, INFO_APP_VERSION = 3 };

static const char *const KIND_NAMES[] = {
	[REQUEST_PAIR] = "pair",
	[REQUEST_HEARTBEAT] = "heartbeat",
	[REQUEST_MIGRATE] = "migrate",
	[REQUEST_UNPAIR] = "unpair",
};

const char *
request_kind_name(enum request_kind kind)
{
	return kind >= REQUEST_PAIR && kind <= REQUEST_UNPAIR ? KIND_NAMES[kind] : NULL;
}

enum request_kind
request_kind_from_name(const char *name)
{
	for (int kind = REQUEST_PAIR; kind <= REQUEST_UNPAIR; kind++)
		if (strcmp(name, KIND_NAMES[kind]) == 0)
			return (enum request_kind)kind;
	return (enum request_kind)0;
}

/* --- reading --------------------------------------------------------------------------------- */

/* The number is known: it has the lower label. Where it is missing, that is told. */
static void
read_pending(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_PENDING_MAX), at = r->at;

	for (size_t i = 0; i < len && claims_tuple_begin(r, 2); i++, at = r->at) {
		struct request_pending *pending = &request->pending[i];

		pending->number = claims_read_positive(r, LICENSE_COUNTER_MAX);
		pending->digest = cbor_read_fixed(r, REQUEST_DIGEST_LEN);
		if (i > 0 && pending[-1].number >= pending->number)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
		if (request->number > 0 && pending->number >= request->number)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, at);
		cbor_array_end(r);
	}
	cbor_array_end(r);
	request->pending_len = len;
}

static bool
has_key(const struct request *request, size_t before, struct cbor_text key)
{
	for (size_t i = 0; i < before; i++)
		if (cbor_text_same(request->keys[i], key))
			return true;
	return false;
}

static void
read_keys(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_KEYS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		request->keys[i] = claims_read_form(r, REQUEST_KEY_MAX, license_is_name);
		if (has_key(request, i, request->keys[i]))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	request->keys_len = len;
}

static void
read_fingerprint(struct cbor_reader *r, struct request *request)
{
	size_t list_at;

	if (!claims_tuple_begin(r, 2))
		return;
	request->salt = claims_read_fixed(r, LICENSE_SALT_LEN);
	list_at = r->at;
	request->components_len = fingerprint_read_components(r, request->components);
	if (request->components_len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, list_at);
	cbor_array_end(r);
}

static void
read_info(struct cbor_reader *r, struct request *request)
{
	size_t map_at = r->at;
	struct claims claims;
	bool empty = true;
	int64_t label;

	claims_begin(r, &claims);
	for (; claims_next(r, &claims, &label); empty = false)
		switch (label) {
		case INFO_HOSTNAME:
			request->hostname = claims_read_text(r, REQUEST_INFO_MAX);
			break;
		case INFO_OS:
			request->os = claims_read_text(r, REQUEST_INFO_MAX);
			break;
		case INFO_APP_VERSION:
			request->app_version = claims_read_text(r, REQUEST_INFO_MAX);
			break;
		default:
			claims_unknown(r, &claims);
		}
	if (empty)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, map_at);
}

/* Labels 5 to 11: who asks, and for what. */
static void
read_asker(struct cbor_reader *r, const struct claims *claims, struct request *request)
{
	switch (claims->label) {
	case REQUEST_LABEL_OPENING_KEY:
		claims_read_key(r, COSE_CURVE_X25519, &request->opening_key);
		request->has_opening_key = true;
		break;
	case REQUEST_LABEL_KEYS:
		read_keys(r, request);
		break;
	case REQUEST_LABEL_INSTALL_ID:
		request->install_id = claims_read_text(r, REQUEST_INSTALL_ID_MAX);
		break;
	case REQUEST_LABEL_FINGERPRINT:
		read_fingerprint(r, request);
		break;
	case REQUEST_LABEL_DOMAINS:
		request->domains_len = claims_read_set(r, LICENSE_DOMAINS_MAX, LICENSE_DOMAIN_MAX,
			license_is_domain, request->domains);
		break;
	case REQUEST_LABEL_INFO:
		read_info(r, request);
		break;
	case REQUEST_LABEL_REASON:
		request->reason = claims_read_text(r, REQUEST_REASON_MAX);
		break;
	default:
		request_report_read(r, claims, request);
	}
}

static void
read_private(struct cbor_reader *r, struct request *request)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case REQUEST_LABEL_VERSION:
			claims_read_version(r, REQUEST_FORMAT_VERSION);
			break;
		case REQUEST_LABEL_KIND:
			request->kind = (enum request_kind)claims_read_positive(r, REQUEST_UNPAIR);
			break;
		case REQUEST_LABEL_NUMBER:
			request->number = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case REQUEST_LABEL_PENDING:
			read_pending(r, request);
			break;
		default:
			read_asker(r, &claims, request);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(REQUEST_LABEL_VERSION) | CLAIMS_BIT(REQUEST_LABEL_KIND) |
			CLAIMS_BIT(REQUEST_LABEL_NUMBER) | CLAIMS_BIT(REQUEST_LABEL_CLOCK) |
			CLAIMS_BIT(REQUEST_LABEL_MANIFEST));
	/* Who joins says with what, and where replies may go. */
	if ((request->kind == REQUEST_PAIR || request->kind == REQUEST_MIGRATE) &&
		(request->keys_len == 0 || !request->has_opening_key))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, claims.at);
}

static void
read_claims(struct cbor_reader *r, struct request *request)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_AUD:
			claims_read_thumbprint(r, request->audience);
			break;
		case CLAIM_IAT:
			request->issued_at = claims_read_date(r);
			break;
		case CLAIM_CTI:
			request->nonce = cbor_read_fixed(r, REQUEST_NONCE_LEN);
			break;
		case CLAIM_CNF:
			claims_read_cnf(r, &request->site_key);
			break;
		case CLAIM_SKERRY:
			read_private(r, request);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(CLAIM_AUD) | CLAIMS_BIT(CLAIM_IAT) | CLAIMS_BIT(CLAIM_CTI) |
			CLAIMS_BIT(CLAIM_CNF) | CLAIMS_BIT_SKERRY);
}

enum skerry_err
request_parse(struct cbor_bytes payload, struct request *ret_request, size_t *ret_offset)
{
	struct request request = { .rolled_back_since = LICENSE_NEVER };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > REQUEST_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, REQUEST_PAYLOAD_MAX);
	read_claims(&r, &request);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_request = request;
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

static void
put_pending(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (request->pending_len == 0)
		return;
	cbor_map_put_label(w, map, REQUEST_LABEL_PENDING);
	cbor_write_array(w, request->pending_len);
	for (size_t i = 0; i < request->pending_len; i++) {
		const struct request_pending *pending = &request->pending[i];

		cbor_write_array(w, 2);
		cbor_write_uint(w, pending->number);
		cbor_write_bytes(
			w, pending->digest, pending->digest == NULL ? 0 : REQUEST_DIGEST_LEN);
	}
}

static void
put_fingerprint(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (request->salt.len == 0 && request->components_len == 0)
		return;
	cbor_map_put_label(w, map, REQUEST_LABEL_FINGERPRINT);
	cbor_write_array(w, 2);
	cbor_write_bytes(w, request->salt.data, request->salt.len);
	fingerprint_write_components(w, request->components, request->components_len);
}

static void
put_info(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	struct cbor_map_out info;

	if (request->hostname.len + request->os.len + request->app_version.len == 0)
		return;
	cbor_map_put_label(w, map, REQUEST_LABEL_INFO);
	cbor_map_open(w, &info);
	claims_put_text(w, &info, INFO_HOSTNAME, request->hostname);
	claims_put_text(w, &info, INFO_OS, request->os);
	claims_put_text(w, &info, INFO_APP_VERSION, request->app_version);
	cbor_map_close(w, &info);
}

static void
write_private(struct cbor_writer *w, const struct request *request)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_uint(w, &map, REQUEST_LABEL_VERSION, REQUEST_FORMAT_VERSION);
	claims_put_uint(w, &map, REQUEST_LABEL_KIND, (uint64_t)request->kind);
	claims_put_uint(w, &map, REQUEST_LABEL_NUMBER, request->number);
	put_pending(w, &map, request);
	if (request->has_opening_key) {
		cbor_map_put_label(w, &map, REQUEST_LABEL_OPENING_KEY);
		cose_key_write(w, &request->opening_key);
	}
	claims_put_texts(w, &map, REQUEST_LABEL_KEYS, request->keys, request->keys_len);
	claims_put_text(w, &map, REQUEST_LABEL_INSTALL_ID, request->install_id);
	put_fingerprint(w, &map, request);
	claims_put_texts(w, &map, REQUEST_LABEL_DOMAINS, request->domains, request->domains_len);
	put_info(w, &map, request);
	claims_put_text(w, &map, REQUEST_LABEL_REASON, request->reason);
	request_report_put(w, &map, request);
	cbor_map_close(w, &map);
}

static void
write_claims(struct cbor_writer *w, const struct request *request)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_thumbprint(w, &map, CLAIM_AUD, request->audience);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, request->issued_at);
	cbor_map_put_label(w, &map, CLAIM_CTI);
	cbor_write_bytes(w, request->nonce, request->nonce == NULL ? 0 : REQUEST_NONCE_LEN);
	claims_put_cnf(w, &map, &request->site_key);
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, request);
	cbor_map_close(w, &map);
}

static bool
counts_fit(const struct request *request)
{
	return request->pending_len <= REQUEST_PENDING_MAX &&
	       request->keys_len <= REQUEST_KEYS_MAX &&
	       request->components_len <= LICENSE_COMPONENTS_MAX &&
	       request->domains_len <= LICENSE_DOMAINS_MAX && request_report_fits(request);
}

void
request_write(struct cbor_writer *w, const struct request *request)
{
	size_t start = w->len, offset;
	struct request read_back;

	if (counts_fit(request))
		write_claims(w, request);
	else
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(w, request_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
				      &read_back, &offset));
}
