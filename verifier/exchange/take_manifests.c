/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "manifest_chain.h"
#include "taking.h"

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
		taking_refuse(result, SKERRY_ERR_TRUST_SEQUENCE, 0);
		break;
	case MANIFEST_FATE_REFUSED:
	case MANIFEST_FATE_NONE:
		taking_refuse(result, err, offset);
		break;
	}
}

/* The manifests of a carrier, and whose results they have. */
struct chain {
	struct document documents[MANIFEST_CHAIN_MAX];
	size_t items[MANIFEST_CHAIN_MAX], len;
	struct manifest_chain followed;
};

static enum skerry_err
collect(const struct taking *taking, struct chain *chain)
{
	chain->len = 0;
	for (size_t i = 0; i < taking->items_len; i++) {
		const struct take_item *item = &taking->items[i];

		if (item->result.kind != DOCUMENT_MANIFEST)
			continue;
		if (chain->len == MANIFEST_CHAIN_MAX)
			return SKERRY_ERR_DOCUMENT_COUNT;
		chain->documents[chain->len] =
			(struct document){ .kind = DOCUMENT_MANIFEST, .bytes = item->bytes };
		chain->items[chain->len++] = i;
	}
	return SKERRY_OK;
}

static bool
has_taken(const struct manifest_chain *chain)
{
	for (size_t i = 0; i < chain->order_len; i++)
		if (chain->fates[chain->order[i]] == MANIFEST_FATE_TAKEN)
			return true;
	return false;
}

/* What a manifest revokes counts for the documents that come beside it. Takes over `trust`. */
static enum skerry_err
go_on(struct taking *taking, struct trust *trust)
{
	taking->trust_moved = true;
	return site_follow(taking->site, trust, taking_now(taking));
}

static enum skerry_err
follow(struct taking *taking, struct chain *chain, struct trust *trust)
{
	struct manifest_chain *followed = &chain->followed;
	size_t offset = 0;
	enum skerry_err err = trust_copy(taking->site->trust, trust), refusal;

	if (err != SKERRY_OK) {
		free(trust);
		return err;
	}
	refusal = manifest_chain_follow(trust, chain->documents, chain->len, followed, &offset);
	for (size_t i = 0; i < chain->len; i++)
		tell_manifest(&taking->items[chain->items[i]].result, followed->fates[i],
			followed->versions[i], refusal,
			followed->fates[i] == MANIFEST_FATE_REFUSED ? offset : 0);
	if (refusal != SKERRY_ERR_NO_MEMORY && has_taken(followed))
		return go_on(taking, trust);
	free(trust);
	return refusal == SKERRY_ERR_NO_MEMORY ? refusal : SKERRY_OK;
}

enum skerry_err
taking_manifests(struct taking *taking)
{
	struct chain *chain = malloc(sizeof *chain);
	struct trust *trust;
	enum skerry_err err = chain == NULL ? SKERRY_ERR_NO_MEMORY : collect(taking, chain);

	if (err == SKERRY_OK && chain->len > 0) {
		trust = malloc(sizeof *trust);
		err = trust == NULL ? SKERRY_ERR_NO_MEMORY : follow(taking, chain, trust);
	}
	free(chain);
	return err;
}
