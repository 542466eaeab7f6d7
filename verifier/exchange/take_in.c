/* SPDX-License-Identifier: ISC */
#include "take_in.h"

#include <string.h>

#include "manifest_chain.h"

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
	const struct manifest_chain *chain)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < chain->order_len && err == SKERRY_OK; i++) {
		size_t at = chain->order[i];

		if (chain->fates[at] == MANIFEST_FATE_TAKEN)
			err = documents_put_manifest(&site->documents, chain->versions[at],
				documents[at].bytes.data, documents[at].bytes.len);
	}
	return err;
}

static enum skerry_err
take_manifests(struct site *site, const struct document *documents, size_t documents_len,
	struct take_result *results)
{
	struct manifest_chain chain;
	size_t offset = 0;
	enum skerry_err err, refusal;

	refusal = manifest_chain_follow(
		&site->trust->trust, documents, documents_len, &chain, &offset);
	err = keep_manifests(site, documents, &chain);
	for (size_t i = 0; i < documents_len; i++)
		if (documents[i].kind == DOCUMENT_MANIFEST)
			tell_manifest(&results[i], chain.fates[i], chain.versions[i], refusal,
				chain.fates[i] == MANIFEST_FATE_REFUSED ? offset : 0);
	return err;
}

/* --- licenses -------------------------------------------------------------------------------- */

/* What the held licenses say about a new one. */
static enum take_fate
compare_with_held(const struct site *site, const struct license *license, struct cbor_bytes bytes,
	int64_t now)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];
		struct cbor_bytes held_bytes = { held->document, held->document_len };

		if (!cbor_text_same(held->license.id, license->id))
			continue;
		if (cbor_bytes_same(held_bytes, bytes))
			return TAKE_HELD;
		if (held->license.edition >= license->edition)
			return TAKE_OLDER;
	}
	return license->not_before > now ? TAKE_WAITS : TAKE_TAKEN;
}

/* Editions that the new one replaces; one that waits replaces nothing yet. */
static enum skerry_err
drop_replaced(const struct site *site, const struct license *license)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->licenses_len && err == SKERRY_OK; i++) {
		const struct license *held = &site->licenses[i].license;

		if (cbor_text_same(held->id, license->id) && held->edition < license->edition)
			err = documents_drop_license(&site->documents, held);
	}
	return err;
}

static enum skerry_err
keep_license(struct site *site, const struct license *license, struct cbor_bytes bytes,
	enum take_fate fate)
{
	enum skerry_err err;

	if (fate != TAKE_TAKEN && fate != TAKE_WAITS)
		return SKERRY_OK;
	/* The new one is safe on disk before the old one goes. */
	err = documents_put_license(&site->documents, license, bytes);
	if (err == SKERRY_OK && fate == TAKE_TAKEN)
		err = drop_replaced(site, license);
	/* What comes next in the same carrier meets it. */
	if (err == SKERRY_OK)
		err = site_hold(site, bytes);
	return err;
}

static enum skerry_err
take_license(
	struct site *site, const struct document *document, int64_t now, struct take_result *result)
{
	const struct manifest_key *key;
	struct license license;
	size_t offset;
	enum skerry_err err;

	err = trust_open_license(&site->trust->trust, document->bytes.data, document->bytes.len,
		&license, &key, &offset);
	if (err != SKERRY_OK) {
		refuse(result, err, offset);
		return SKERRY_OK;
	}
	memcpy(result->id, license.id.chars, license.id.len);
	product_name_of(&license, result->product);
	result->edition = license.edition;
	if (license.has_site_key && !cose_key_same(&license.site_key, &site->identity.site_key)) {
		refuse(result, SKERRY_ERR_OTHER_SITE, 0);
		return SKERRY_OK;
	}
	if (!site_has_room(site)) {
		refuse(result, SKERRY_ERR_DOCUMENT_COUNT, 0);
		return SKERRY_OK;
	}
	result->fate = compare_with_held(site, &license, document->bytes, now);
	if (result->fate == TAKE_OLDER)
		result->err = SKERRY_ERR_OLDER_EDITION;
	return keep_license(site, &license, document->bytes, result->fate);
}

enum skerry_err
take_in(struct site *site, const struct document *documents, size_t documents_len, int64_t now,
	struct take_result ret_results[DOCUMENT_PARTS_MAX])
{
	enum skerry_err err;

	for (size_t i = 0; i < documents_len; i++) {
		ret_results[i] = (struct take_result){ .kind = documents[i].kind };
		refuse(&ret_results[i], SKERRY_ERR_DOCUMENT_KIND, 0);
	}
	err = take_manifests(site, documents, documents_len, ret_results);
	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++)
		if (documents[i].kind == DOCUMENT_LICENSE)
			err = take_license(site, &documents[i], now, &ret_results[i]);
	return err;
}
