/* SPDX-License-Identifier: ISC */
#include "take_in.h"

#include <stdlib.h>
#include <string.h>

#include "manifest_chain.h"
#include "verifier/decide/succession.h"
#include "verifier/remember.h"

static void
refuse(struct take_result *result, enum skerry_err err, size_t offset)
{
	result->fate = TAKE_REFUSED;
	result->err = err;
	result->offset = offset;
}

/* --- manifests ------------------------------------------------------------------------------- */

static void
tell_manifest(struct take_result *result, enum manifest_fate fate, uint64_t version,
	enum skerry_err err, size_t offset)
{
	result->version = version;
	result->err = SKERRY_OK;
	switch (fate) {
	case MANIFEST_FATE_TAKEN:
		result->fate = TAKE_TAKEN;
		break;
	case MANIFEST_FATE_HELD:
		result->fate = TAKE_HELD;
		break;
	case MANIFEST_FATE_OLDER:
		result->fate = TAKE_OLDER;
		result->err = SKERRY_ERR_TRUST_SEQUENCE;
		break;
	case MANIFEST_FATE_GAP:
		refuse(result, SKERRY_ERR_TRUST_SEQUENCE, 0);
		break;
	case MANIFEST_FATE_REFUSED:
	case MANIFEST_FATE_NONE:
		refuse(result, err, offset);
		break;
	}
}

/* What verified is kept, in order, so that the folder holds an unbroken chain at every moment. */
static enum skerry_err
keep_manifests(const struct site *site, const struct document *documents,
	const struct manifest_chain *chain, int64_t now)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < chain->order_len && err == SKERRY_OK; i++) {
		size_t at = chain->order[i];

		if (chain->fates[at] == MANIFEST_FATE_TAKEN)
			err = documents_put_manifest(&site->documents, chain->versions[at],
				documents[at].bytes.data, documents[at].bytes.len, now);
	}
	return err;
}

static bool
has_taken(const struct manifest_chain *chain)
{
	for (size_t i = 0; i < chain->order_len; i++)
		if (chain->fates[chain->order[i]] == MANIFEST_FATE_TAKEN)
			return true;
	return false;
}

static enum skerry_err
take_manifests(struct site *site, const struct document *documents, size_t documents_len,
	int64_t now, struct take_result *results)
{
	struct manifest_chain chain;
	size_t offset = 0;
	enum skerry_err err, refusal;

	refusal = manifest_chain_follow(site->trust, documents, documents_len, &chain, &offset);
	err = keep_manifests(site, documents, &chain, now);
	for (size_t i = 0; i < documents_len; i++)
		if (documents[i].kind == DOCUMENT_MANIFEST)
			tell_manifest(&results[i], chain.fates[i], chain.versions[i], refusal,
				chain.fates[i] == MANIFEST_FATE_REFUSED ? offset : 0);
	/* What a manifest revokes counts for the licenses that come beside it. */
	if (err == SKERRY_OK && has_taken(&chain))
		err = site_review(site);
	return err;
}

/* --- licenses -------------------------------------------------------------------------------- */

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

	if (is_here(site, bytes))
		return TAKE_HELD;
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct succession held = { &site->licenses[i].license,
			site->licenses[i].standing == SKERRY_OK };

		if (succession_is_older(&next, &held))
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

/* The new one is safe on disk before an old one goes, and that on record before its file does. */
static enum skerry_err
keep_license(struct site *site, const struct license *license, struct cbor_bytes bytes,
	struct take_result *result)
{
	enum skerry_err err;

	if (result->fate != TAKE_TAKEN && result->fate != TAKE_WAITS)
		return SKERRY_OK;
	if (!site_has_room(site, license)) {
		refuse(result, SKERRY_ERR_DOCUMENT_COUNT, 0);
		return SKERRY_OK;
	}
	result->telephone = telephone_ends(site, license);
	err = site_keep(site, license, bytes);
	if (err == SKERRY_OK)
		err = site_let_go_replaced(site);
	return err;
}

static int64_t
later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum skerry_err
take_license(
	struct site *site, const struct document *document, int64_t now, struct take_result *result)
{
	const struct manifest_key *key;
	struct license license;
	size_t offset;
	enum skerry_err err;

	err = trust_open_license(
		site->trust, document->bytes.data, document->bytes.len, &license, &key, &offset);
	if (err != SKERRY_OK) {
		refuse(result, err, offset);
		return SKERRY_OK;
	}
	memcpy(result->id, license.id.chars, license.id.len);
	product_name_of(&license, result->product);
	result->edition = license.edition;
	result->err = SKERRY_OK;
	if (license.has_site_key && !cose_key_same(&license.site_key, &site->identity.site_key)) {
		refuse(result, SKERRY_ERR_OTHER_SITE, 0);
		return SKERRY_OK;
	}
	/* A clock that is behind does not make a license wait that has begun. */
	result->fate = compare_with_held(
		site, &license, document->bytes, later_of(now, license.issued_at));
	if (result->fate == TAKE_OLDER)
		result->err = SKERRY_ERR_OLDER_EDITION;
	return keep_license(site, &license, document->bytes, result);
}

static enum skerry_err
take_documents(struct site *site, const struct document *documents, size_t documents_len,
	int64_t now, struct take_result *results)
{
	enum skerry_err err;

	for (size_t i = 0; i < documents_len; i++) {
		results[i] = (struct take_result){ .kind = documents[i].kind };
		refuse(&results[i], SKERRY_ERR_DOCUMENT_KIND, 0);
	}
	err = take_manifests(site, documents, documents_len, later_of(now, site->floor), results);
	if (err == SKERRY_OK)
		err = site_let_go_replaced(site);
	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++)
		if (documents[i].kind == DOCUMENT_LICENSE)
			err = take_license(
				site, &documents[i], later_of(now, site->floor), &results[i]);
	if (err == SKERRY_OK)
		err = remember_import(site, documents, documents_len, results);
	return err == SKERRY_OK ? site_drop_replaced(site) : err;
}

void
take_results_free(struct take_results *results)
{
	free(results->list);
	*results = (struct take_results){ .len = 0 };
}

enum skerry_err
take_in_bundle(struct site *site, const struct document *documents, size_t documents_len,
	const struct take_head *head, int64_t now, struct take_results *ret_results)
{
	struct take_results results = { .len = documents_len };
	enum skerry_err err;

	(void)head;
	if (documents_len > TAKE_DOCUMENTS_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	results.list = calloc(documents_len + 1, sizeof *results.list);
	if (results.list == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = take_documents(site, documents, documents_len, now, results.list);
	if (err == SKERRY_OK)
		*ret_results = results;
	else
		take_results_free(&results);
	return err;
}

enum skerry_err
take_in(struct site *site, const struct document *documents, size_t documents_len, int64_t now,
	struct take_results *ret_results)
{
	return take_in_bundle(site, documents, documents_len, NULL, now, ret_results);
}
