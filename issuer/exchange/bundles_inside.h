/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_BUNDLES_INSIDE_H
#define ISSUER_EXCHANGE_BUNDLES_INSIDE_H

/* A prepared bundle, and what bundles.c, bundles_layout.c and bundles_write.c share of it. */

#include "issuer/exchange/bundles.h"
#include "keys/hash.h"

/* A site that is left something: its replies above `above`, up to `last`. */
struct bundles_site {
	uint8_t key[BUNDLE_SORT_KEY_LEN];
	int64_t id; /* row of the installation */
	uint64_t above, last;
	uint32_t boxes, bytes; /* that its boxes take in a page */
};

struct bundles_page {
	size_t first, sites; /* in the order of sort keys */
	size_t boxes, len;
	uint64_t offset;
	uint8_t hash[BUNDLE_HASH_LEN]; /* once it is written */
};

struct bundles {
	struct bundles_summary summary;
	int64_t brand_id;
	uint64_t audit_seq; /* head of the log before the row of the bundle; 0: none */
	uint8_t audit_hash[BUNDLE_HASH_LEN];
	uint8_t *chain, *common; /* page 0, packed */
	size_t chain_len, common_len, common_stored;
	struct bundles_site *sites; /* ascending by key */
	size_t sites_len, sites_max;
	struct bundles_page *pages;
	size_t pages_len;
	size_t fan;      /* pages of an index page */
	size_t fans_len; /* index pages */
	uint64_t fans_bytes;
	size_t head_len, index_len;
};

/* The replies of a site that are in the bundle, ascending. *ret_refused (or NULL) where one may not leave. */
typedef enum skerry_err bundles_each_box(
	void *context, uint64_t number, struct cbor_bytes signed_reply);
enum skerry_err bundles_each_box_of(struct desk *desk, const struct trust *trust,
	const struct bundles *bundles, const struct bundles_site *site,
	const struct installation *installation, bundles_each_box *each, void *context,
	bool *ret_refused);

/* What a box of that many bytes takes in a page, its sort key included. */
size_t bundles_box_size(size_t box_len);

/*
 * Gives every site, which stand in order, its page, and every page its place; all lengths are known then,
 * summary.bytes too. DOCUMENT_TOO_LARGE, NO_MEMORY, errors of signing.
 */
enum skerry_err bundles_lay_out(const struct signing *signing, struct bundles *bundles);

/*
 * Index page `which` with the hashes as they are known, in `ret_bytes` with room for BUNDLE_PAGE_MAX.
 * `entry` (or NULL) gets what the index says of it, with its hash in `hash`.
 */
enum skerry_err bundles_write_fan(const struct bundles *bundles, size_t which, uint64_t offset,
	uint8_t *ret_bytes, size_t *ret_len, struct bundle_entry *entry,
	uint8_t hash[BUNDLE_HASH_LEN]);
/* The signed index, in `ret_bytes` with room for BUNDLE_INDEX_MAX; `entries` are of the index pages. */
enum skerry_err bundles_sign_index(const struct signing *signing, const struct bundles *bundles,
	const struct bundle_entry *entries, uint8_t *ret_bytes, size_t *ret_len);

#endif
