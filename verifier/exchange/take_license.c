/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "taking.h"
#include "verifier/decide/succession.h"

static bool
is_here(const struct site *site, struct cbor_bytes bytes)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (cbor_bytes_same(
			    (struct cbor_bytes){ held->document, held->document_len }, bytes))
			return true;
	}
	return false;
}

/* What the held licenses say about a new one. */
static enum take_fate
compare_with_held(const struct site *site, const struct license *license, struct cbor_bytes bytes,
	int64_t now)
{
	const struct succession next = { license, true };
	/* As for what goes: no clock that may be wrong keeps a document out. */
	int64_t proven = license->issued_at > site->floor ? license->issued_at : site->floor;

	if (is_here(site, bytes))
		return TAKE_HELD;
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct succession held = { &site->licenses[i].license,
			site->licenses[i].standing == SKERRY_OK };

		if (succession_is_older(&next, &held, proven))
			return TAKE_OLDER;
	}
	return license->not_before > now ? TAKE_WAITS : TAKE_TAKEN;
}

/* Of several that it takes the place of, the one that goes on longest: its date is what was told. */
static struct take_telephone
telephone_ends(const struct site *site, const struct license *license)
{
	struct take_telephone ends = { .steps = 0 };
	struct ladder dates;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (held->telephone_steps == 0 || !succession_competes(license, &held->license))
			continue;
		ladder_dates(&held->license, held->telephone_steps, &dates);
		if (ends.steps > 0 && dates.renew_by <= ends.renew_by_before)
			continue;
		ends.steps = held->telephone_steps;
		ends.renew_by_before = dates.renew_by;
	}
	ladder_dates(license, 0, &dates);
	ends.renew_by = dates.renew_by;
	return ends;
}

/* Held from here on; one that is replaced by it is let go of, and both are recorded together. */
static enum skerry_err
keep(struct taking *taking, const struct license *license, struct take_item *item)
{
	struct take_result *result = &item->result;
	struct site *site = taking->site;
	enum skerry_err err;

	if (result->fate != TAKE_TAKEN && result->fate != TAKE_WAITS)
		return SKERRY_OK;
	if (!site_has_room(site, license)) {
		taking_refuse(result, SKERRY_ERR_DOCUMENT_COUNT, 0);
		return SKERRY_OK;
	}
	result->telephone = telephone_ends(site, license);
	err = site_keep(site, license, item->bytes);
	return err == SKERRY_OK ? site_let_go_replaced(site) : err;
}

/* Whether it is for this site, and of the brand whose reply it came in. */
static enum skerry_err
check_address(
	const struct taking *taking, const struct license *license, const struct take_item *item)
{
	if (item->of_brand.chars != NULL && !cbor_text_same(item->of_brand, license->brand))
		return SKERRY_ERR_BRAND;
	if (license->has_site_key &&
		!cose_key_same(&license->site_key, &taking->site->identity.site_key))
		return SKERRY_ERR_OTHER_SITE;
	return SKERRY_OK;
}

enum skerry_err
taking_license(struct taking *taking, struct take_item *item)
{
	const struct site *site = taking->site;
	struct take_result *result = &item->result;
	const struct manifest_key *key;
	struct license license;
	int64_t now = taking_now(taking);
	size_t offset;
	enum skerry_err err;

	err = trust_open_license(
		site->trust, item->bytes.data, item->bytes.len, &license, &key, &offset);
	if (err != SKERRY_OK) {
		taking_refuse(result, err, offset);
		return SKERRY_OK;
	}
	memcpy(result->id, license.id.chars, license.id.len);
	product_name_of(&license, result->product);
	result->edition = license.edition;
	err = check_address(taking, &license, item);
	if (err != SKERRY_OK) {
		taking_refuse(result, err, 0);
		return SKERRY_OK;
	}
	/* A clock that is behind does not make a license wait that has begun. */
	result->fate = compare_with_held(
		site, &license, item->bytes, now > license.issued_at ? now : license.issued_at);
	result->err = result->fate == TAKE_OLDER ? SKERRY_ERR_OLDER_EDITION : SKERRY_OK;
	return keep(taking, &license, item);
}
