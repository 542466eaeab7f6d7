/* SPDX-License-Identifier: ISC */
#include "pinned.h"

#include <stdlib.h>

#include "verifier/exchange/manifest_chain.h"
#include "verifier/exchange/take_in.h"

/* Allocated; of what is pinned alone. */
static enum skerry_err
open_pinned(const struct pinned *pinned, struct trust **ret_trust, size_t *ret_offset)
{
	struct trust *trust = malloc(sizeof *trust);
	struct manifest_chain chain;
	enum skerry_err err;

	*ret_offset = 0;
	if (trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = manifest_chain_anchor(
		trust, pinned->documents, pinned->documents_len, &chain, ret_offset);
	for (size_t i = 0; err == SKERRY_OK && i < chain.order_len; i++)
		if (chain.fates[chain.order[i]] == MANIFEST_FATE_GAP)
			err = SKERRY_ERR_TRUST_SEQUENCE;
	if (err == SKERRY_OK)
		*ret_trust = trust;
	else
		free(trust);
	return err;
}

enum skerry_err
pinned_check(const struct pinned *pinned, size_t *ret_offset)
{
	struct trust *trust = NULL;
	enum skerry_err err = open_pinned(pinned, &trust, ret_offset);

	free(trust);
	return err;
}

/* --- the folder's chain beside it ------------------------------------------------------------ */

struct walk {
	struct trust *pinned;
	bool linked;
	enum skerry_err err; /* why not */
};

/* A desk on trial has one root and no history; what that root signed is its word. */
static bool
is_trial_rewritten(const struct trust *pinned, const struct trust *held, enum skerry_err err)
{
	return err == SKERRY_ERR_TRUST_SEQUENCE && held->manifest.version == 1 &&
	       pinned->manifest.version == 1 && pinned->manifest.trial && held->manifest.trial;
}

static void
compare_one(void *context, const struct trust *held, int64_t arrived_at)
{
	struct walk *walk = context;
	uint64_t version = held->manifest.version, newest = walk->pinned->manifest.version;
	size_t offset;
	enum skerry_err err;

	(void)arrived_at;
	/* Once they have met, the folder's chain has been verified on from there. */
	if (walk->linked || version < newest || version > newest + 1)
		return;
	/* Of the same version it takes the very same manifest alone. */
	err = trust_advance(walk->pinned, held->bytes, held->bytes_len, &offset);
	walk->linked = err == SKERRY_OK || is_trial_rewritten(walk->pinned, held, err);
	if (err == SKERRY_ERR_NO_MEMORY)
		walk->err = err;
}

static enum skerry_err
find_link(const struct site *site, struct trust *pinned)
{
	struct walk walk = { .pinned = pinned, .err = SKERRY_ERR_TRUST_PINNED };
	struct trust *scratch = malloc(sizeof *scratch);
	char file[DOCUMENTS_PATH_MAX];
	size_t offset;
	enum skerry_err err;

	if (scratch == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = documents_load_trust(&site->documents, scratch, compare_one, &walk, file, &offset);
	free(scratch);
	if (err != SKERRY_OK || walk.linked)
		return err;
	return walk.err;
}

/* --- a pin that is newer --------------------------------------------------------------------- */

static bool
lists(const struct manifest *manifest, const struct cose_key *key)
{
	for (size_t i = 0; i < manifest->keys_len; i++)
		if (cose_key_same(&manifest->keys[i].key, key))
			return true;
	return false;
}

static bool
lists_all(const struct manifest *manifest, const struct manifest *earlier)
{
	for (size_t i = 0; i < earlier->keys_len; i++)
		if (!lists(manifest, &earlier->keys[i].key))
			return false;
	return true;
}

/* The folder's chain, gone on with what is pinned. */
static enum skerry_err
go_on(const struct pinned *pinned, const struct site *site, struct trust *trust,
	struct manifest_chain *ret_chain)
{
	char file[DOCUMENTS_PATH_MAX];
	size_t offset;
	enum skerry_err err =
		documents_load_trust(&site->documents, trust, NULL, NULL, file, &offset);

	if (err != SKERRY_OK)
		return err;
	/* What does not follow is compared otherwise. */
	err = manifest_chain_follow(
		trust, pinned->documents, pinned->documents_len, ret_chain, &offset);
	return err == SKERRY_ERR_NO_MEMORY ? err : SKERRY_OK;
}

static enum skerry_err
compare_newer(const struct pinned *pinned, const struct site *site, struct trust *newest,
	enum pinned_relation *ret_relation, struct trust **ret_newer)
{
	struct trust *trust = malloc(sizeof *trust);
	struct manifest_chain chain;
	enum skerry_err err;

	if (trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = go_on(pinned, site, trust, &chain);
	if (err == SKERRY_OK && trust->manifest.version == newest->manifest.version) {
		*ret_relation = PINNED_NEWER;
		*ret_newer = trust;
		free(newest);
		return SKERRY_OK;
	}
	free(trust);
	if (err == SKERRY_OK && !lists_all(&newest->manifest, &site->trust->manifest))
		err = SKERRY_ERR_TRUST_PINNED;
	if (err != SKERRY_OK)
		return err;
	*ret_relation = PINNED_APART;
	*ret_newer = newest;
	return SKERRY_OK;
}

enum skerry_err
pinned_compare(const struct pinned *pinned, const struct site *site,
	enum pinned_relation *ret_relation, struct trust **ret_newer)
{
	struct trust *newest = NULL;
	size_t offset;
	enum skerry_err err = open_pinned(pinned, &newest, &offset);

	if (err != SKERRY_OK)
		return err;
	if (newest->manifest.version > site->trust->manifest.version) {
		err = compare_newer(pinned, site, newest, ret_relation, ret_newer);
		if (err != SKERRY_OK)
			free(newest);
		return err;
	}
	err = find_link(site, newest);
	free(newest);
	if (err == SKERRY_OK) {
		*ret_relation = PINNED_HELD;
		*ret_newer = NULL;
	}
	return err;
}

enum skerry_err
pinned_keep(const struct pinned *pinned, struct site *site)
{
	struct document taken[DOCUMENT_PARTS_MAX];
	struct take_results results = { .len = 0 };
	struct trust *trust = malloc(sizeof *trust);
	struct manifest_chain chain;
	size_t taken_len = 0;
	enum skerry_err err;

	if (trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = go_on(pinned, site, trust, &chain);
	free(trust);
	/* Those that it holds are no news, which the journal would tell at each look. */
	for (size_t i = 0; err == SKERRY_OK && i < pinned->documents_len; i++)
		if (chain.fates[i] == MANIFEST_FATE_TAKEN)
			taken[taken_len++] = pinned->documents[i];
	if (err == SKERRY_OK)
		err = take_in(site, taken, taken_len, site_now(site), &results);
	take_results_free(&results);
	return err;
}
