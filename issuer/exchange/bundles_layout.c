/* SPDX-License-Identifier: ISC */
/*
 * The order of things in a bundle. Lengths do not depend on hashes and signatures, so that all places are
 * known before the first box is sealed; those of index pages depend on offsets behind them, which is why
 * they are counted until nothing changes.
 */
#include "bundles_inside.h"

#include <stdlib.h>
#include <string.h>

#include "keys/exchange_seal.h"

enum {
	FAN_AIM = 352, /* entries of an index page: some 32 KB */
	ROUNDS_MAX = 16,
	PAGE_HEAD_MAX = 3 /* of its array */
};

static size_t
uint_size(uint64_t value)
{
	return value < 24 ? 1 : value < 256 ? 2 : value < 65536 ? 3 : value <= UINT32_MAX ? 5 : 9;
}

size_t
bundles_box_size(size_t box_len)
{
	return 1 + uint_size(BUNDLE_SORT_KEY_LEN) + BUNDLE_SORT_KEY_LEN + uint_size(box_len) +
	       box_len;
}

/* --- pages ----------------------------------------------------------------------------------- */

static bool
is_full(const struct bundles_page *page, const struct bundles_site *next)
{
	return page->len >= BUNDLE_PAGE_AIM || page->boxes + next->boxes > BUNDLE_BOXES_MAX ||
	       page->len + next->bytes > BUNDLE_PAGE_MAX - PAGE_HEAD_MAX;
}

static enum skerry_err
fill_pages(struct bundles *bundles)
{
	struct bundles_page *page = NULL;
	size_t max = 0;

	free(bundles->pages);
	bundles->pages = NULL;
	bundles->pages_len = 0;
	for (size_t i = 0; i < bundles->sites_len; i++) {
		const struct bundles_site *site = &bundles->sites[i];

		if (page == NULL || is_full(page, site)) {
			if (bundles->pages_len == max) {
				max = max == 0 ? 16 : max * 2;
				page = realloc(bundles->pages, max * sizeof *page);
				if (page == NULL)
					return SKERRY_ERR_NO_MEMORY;
				bundles->pages = page;
			}
			page = &bundles->pages[bundles->pages_len++];
			*page = (struct bundles_page){ .first = i };
		}
		page->sites++;
		page->boxes += site->boxes;
		page->len += site->bytes;
	}
	for (size_t i = 0; i < bundles->pages_len; i++)
		bundles->pages[i].len += uint_size(bundles->pages[i].boxes);
	return SKERRY_OK;
}

/* --- the fan --------------------------------------------------------------------------------- */

static struct bundle_entry
entry_of(const struct bundles *bundles, const struct bundles_page *page)
{
	return (struct bundle_entry){ bundles->sites[page->first].key,
		{ page->offset, page->len, page->len, page->hash } };
}

enum skerry_err
bundles_write_fan(const struct bundles *bundles, size_t which, uint64_t offset, uint8_t *ret_bytes,
	size_t *ret_len, struct bundle_entry *entry, uint8_t hash[BUNDLE_HASH_LEN])
{
	size_t first = which * bundles->fan, len = bundles->pages_len - first;
	struct bundle_entry *entries = malloc(bundles->fan * sizeof *entries);
	struct cbor_writer w;
	enum skerry_err err;

	if (entries == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (len > bundles->fan)
		len = bundles->fan;
	for (size_t i = 0; i < len; i++)
		entries[i] = entry_of(bundles, &bundles->pages[first + i]);
	cbor_writer_init(&w, ret_bytes, BUNDLE_PAGE_MAX);
	bundle_fan_write(&w, entries, len);
	err = cbor_writer_finish(&w, ret_len);
	if (err == SKERRY_OK && entry != NULL) {
		hash_sha256(ret_bytes, *ret_len, hash);
		*entry = (struct bundle_entry){ entries[0].first,
			{ offset, *ret_len, *ret_len, hash } };
	}
	free(entries);
	return err;
}

static void
place_pages(struct bundles *bundles)
{
	uint64_t at = bundles->common_stored + bundles->fans_bytes;

	for (size_t i = 0; i < bundles->pages_len; i++) {
		bundles->pages[i].offset = at;
		at += bundles->pages[i].len;
	}
}

static enum skerry_err
count_fans(const struct bundles *bundles, uint8_t *scratch, uint64_t *ret_bytes)
{
	enum skerry_err err = SKERRY_OK;

	*ret_bytes = 0;
	for (size_t i = 0; i < bundles->fans_len && err == SKERRY_OK; i++) {
		size_t len = 0;

		err = bundles_write_fan(bundles, i, 0, scratch, &len, NULL, NULL);
		*ret_bytes += len;
	}
	return err;
}

/* Index pages only grow with what they say, by steps that come to an end. */
static enum skerry_err
place_all(struct bundles *bundles, uint8_t *scratch)
{
	uint64_t bytes = 0;
	enum skerry_err err = SKERRY_OK;

	bundles->fan = FAN_AIM;
	if (bundles->pages_len > (size_t)FAN_AIM * BUNDLE_FAN_MAX)
		bundles->fan = BUNDLE_FAN_MAX;
	bundles->fans_len = (bundles->pages_len + bundles->fan - 1) / bundles->fan;
	if (bundles->fans_len > BUNDLE_FAN_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	for (int i = 0; i < ROUNDS_MAX && err == SKERRY_OK; i++) {
		bundles->fans_bytes = bytes;
		place_pages(bundles);
		err = count_fans(bundles, scratch, &bytes);
		if (err == SKERRY_OK && bytes == bundles->fans_bytes)
			return SKERRY_OK;
	}
	return err == SKERRY_OK ? SKERRY_ERR_INTERNAL : err;
}

/* --- the index ------------------------------------------------------------------------------- */

enum skerry_err
bundles_sign_index(const struct signing *signing, const struct bundles *bundles,
	const struct bundle_entry *entries, uint8_t *ret_bytes, size_t *ret_len)
{
	uint8_t chain_hash[HASH_LEN], common_hash[HASH_LEN];
	const struct bundle_index index = { .issued_at = bundles->summary.issued_at,
		.id = bundles->summary.id,
		.seq = bundles->summary.seq,
		.chain_hash = chain_hash,
		.audit_seq = bundles->audit_seq,
		.audit_hash = bundles->audit_seq == 0 ? NULL : bundles->audit_hash,
		.common = { 0, bundles->common_stored, bundles->common_len, common_hash } };

	hash_sha256(bundles->chain, bundles->chain_len, chain_hash);
	hash_sha256(bundles->common, bundles->common_stored, common_hash);
	return exchange_sign_index(&signing->pair, &index, entries, bundles->fans_len, ret_bytes,
		BUNDLE_INDEX_MAX, ret_len);
}

/* The index with its places, as long as the one that will be signed. */
static enum skerry_err
count_index(const struct signing *signing, struct bundles *bundles, uint8_t *scratch)
{
	struct bundle_entry *entries = calloc(bundles->fans_len + 1, sizeof *entries);
	uint8_t hash[BUNDLE_HASH_LEN];
	uint64_t at = bundles->common_stored;
	enum skerry_err err = entries == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	for (size_t i = 0; i < bundles->fans_len && err == SKERRY_OK; i++) {
		size_t len = 0;

		err = bundles_write_fan(bundles, i, at, scratch, &len, &entries[i], hash);
		at += len;
	}
	if (err == SKERRY_OK)
		err = bundles_sign_index(signing, bundles, entries, scratch, &bundles->index_len);
	free(entries);
	return err;
}

enum skerry_err
bundles_lay_out(const struct signing *signing, struct bundles *bundles)
{
	uint8_t *scratch = malloc(BUNDLE_PAGE_MAX);
	uint8_t head[BUNDLE_HEAD_MAX];
	struct cbor_writer w;
	enum skerry_err err = scratch == NULL ? SKERRY_ERR_NO_MEMORY : fill_pages(bundles);

	if (err == SKERRY_OK)
		err = place_all(bundles, scratch);
	if (err == SKERRY_OK)
		err = count_index(signing, bundles, scratch);
	if (err == SKERRY_OK) {
		cbor_writer_init(&w, head, sizeof head);
		bundle_head_write(&w, bundles->chain_len, bundles->index_len);
		err = cbor_writer_finish(&w, &bundles->head_len);
	}
	free(scratch);
	if (err != SKERRY_OK)
		return err;
	bundles->summary.bytes = bundles->head_len + bundles->chain_len + bundles->index_len +
				 bundles->common_stored + bundles->fans_bytes;
	for (size_t i = 0; i < bundles->pages_len; i++)
		bundles->summary.bytes += bundles->pages[i].len;
	return SKERRY_OK;
}
