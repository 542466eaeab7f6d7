/* SPDX-License-Identifier: ISC */
#include "manifest_chain.h"

#include <stdlib.h>
#include <string.h>

/* What a manifest says of itself, unverified: good for an order to try them in, and no more. */
static enum skerry_err
claimed_version(struct cbor_bytes bytes, struct manifest *scratch, uint64_t *ret_version,
	size_t *ret_offset)
{
	struct cose_sign message;
	enum skerry_err err;

	if (bytes.len > MANIFEST_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = cose_sign_parse(bytes.data, bytes.len, &message, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = manifest_parse(message.payload, scratch, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	*ret_version = scratch->version;
	return SKERRY_OK;
}

static void
insert_by_version(struct manifest_chain *chain, size_t document)
{
	size_t at = chain->order_len++;

	while (at > 0 && chain->versions[chain->order[at - 1]] > chain->versions[document]) {
		chain->order[at] = chain->order[at - 1];
		at--;
	}
	chain->order[at] = document;
}

static enum skerry_err
find_order(const struct document *documents, size_t documents_len, struct manifest_chain *chain,
	size_t *ret_offset)
{
	struct manifest *scratch = NULL;
	enum skerry_err err = SKERRY_OK;

	memset(chain, 0, sizeof *chain);
	*ret_offset = 0;
	if (documents_len > MANIFEST_CHAIN_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++) {
		if (documents[i].kind != DOCUMENT_MANIFEST)
			continue;
		if (scratch == NULL && (scratch = malloc(sizeof *scratch)) == NULL)
			return SKERRY_ERR_NO_MEMORY;
		err = claimed_version(documents[i].bytes, scratch, &chain->versions[i], ret_offset);
		if (err == SKERRY_OK)
			insert_by_version(chain, i);
		else
			chain->fates[i] = MANIFEST_FATE_REFUSED;
	}
	free(scratch);
	return err;
}

/*
 * Whether a manifest that takes trust nowhere is harmless. One whose roots have all gone since can
 * no longer be told from a stranger's. A trial desk rewrites version 1 until its first license
 * leaves; any other fork of the version held is a fault to be told.
 */
static bool
changes_nothing(const struct trust *trust, uint64_t version, enum skerry_err err)
{
	if (version < trust->manifest.version)
		return err == SKERRY_ERR_TRUST_SEQUENCE || err == SKERRY_ERR_TRUST_ROOT_UNKNOWN;
	return version == 1 && trust->manifest.version == 1 && trust->manifest.trial &&
	       err == SKERRY_ERR_TRUST_SEQUENCE;
}

static enum skerry_err
follow_in_order(struct trust *trust, const struct document *documents, struct manifest_chain *chain,
	size_t first, size_t *ret_offset)
{
	for (size_t i = first; i < chain->order_len; i++) {
		size_t at = chain->order[i];
		uint64_t version = chain->versions[at], held = trust->manifest.version;
		enum skerry_err err;

		if (version > held + 1) {
			chain->fates[at] = MANIFEST_FATE_GAP;
			continue;
		}
		err = trust_advance(
			trust, documents[at].bytes.data, documents[at].bytes.len, ret_offset);
		if (changes_nothing(trust, version, err)) {
			chain->fates[at] = MANIFEST_FATE_OLDER;
			continue;
		}
		if (err != SKERRY_OK) {
			chain->fates[at] = MANIFEST_FATE_REFUSED;
			return err;
		}
		chain->fates[at] = version == held ? MANIFEST_FATE_HELD : MANIFEST_FATE_TAKEN;
	}
	return SKERRY_OK;
}

enum skerry_err
manifest_chain_follow(struct trust *trust, const struct document *documents, size_t documents_len,
	struct manifest_chain *ret_chain, size_t *ret_offset)
{
	enum skerry_err err = find_order(documents, documents_len, ret_chain, ret_offset);

	if (err != SKERRY_OK)
		return err;
	return follow_in_order(trust, documents, ret_chain, 0, ret_offset);
}

enum skerry_err
manifest_chain_anchor(struct trust *trust, const struct document *documents, size_t documents_len,
	struct manifest_chain *ret_chain, size_t *ret_offset)
{
	enum skerry_err err = find_order(documents, documents_len, ret_chain, ret_offset);
	const struct document *anchor;

	if (err != SKERRY_OK)
		return err;
	if (ret_chain->order_len == 0)
		return SKERRY_ERR_DOCUMENT_KIND;
	anchor = &documents[ret_chain->order[0]];
	err = trust_anchor(trust, anchor->bytes.data, anchor->bytes.len, ret_offset);
	if (err != SKERRY_OK) {
		ret_chain->fates[ret_chain->order[0]] = MANIFEST_FATE_REFUSED;
		return err;
	}
	ret_chain->fates[ret_chain->order[0]] = MANIFEST_FATE_TAKEN;
	return follow_in_order(trust, documents, ret_chain, 1, ret_offset);
}
