/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_BUNDLE_H
#define FORMATS_BUNDLE_H

/*
 * The bundle: what a vendor's desk leaves for its sites, in one file for one site or a million. A site
 * reads the head, the chain, the signed index, one index page and one page, each by its place in the
 * file.
 *
 *	head     [ "skerry-bundle", chain length, index length ]
 *	chain    manifests, one after the other, oldest first: plain COSE_Sign, root-signed
 *	index    COSE_Sign1 by a key of the role `bundle` that serves all brands
 *	pages    page 0 (zlib), index pages, pages of boxes
 *
 * The index (a CWT): 6 iat   7 cti  bundle id   -65537: 1 format version   2 seq
 *	3 SHA-256 of the chain   4 [seq, hash] head of the desk's audit log
 *	5 page 0: place   6 [[first sort key, place ...] ...] of index pages
 *
 * A place is [offset from the start of the pages, stored length, length, SHA-256 of what is stored]. An
 * index page is an array like 6, of pages; a page is an array of [sort key, box], ascending; both are
 * stored as they are. Page 0 is an array of signed status lists, packed.
 *
 * The sort key is BLAKE2b-256 of the bundle id keyed with the site id: who finds the stick learns no
 * site from it, and the next bundle has other ones. Boxes are sealed.h's, without a recipient. All of
 * one site's are neighbors, and in one page.
 */

#include "cbor.h"
#include "cose_key.h"

#define BUNDLE_TYPE "application/vnd.skerry.bundle+cwt"
#define BUNDLE_MARK "skerry-bundle"

enum {
	BUNDLE_FORMAT_VERSION = 1,
	BUNDLE_ID_LEN = 16,
	BUNDLE_SORT_KEY_LEN = 32,
	BUNDLE_HASH_LEN = 32,
	BUNDLE_HEAD_MAX = 32,
	BUNDLE_CHAIN_MAX = 4 << 20, /* bytes: some 60 of the largest manifests */
	BUNDLE_FAN_MAX = 1024,      /* entries of the index and of an index page */
	BUNDLE_INDEX_MAX = 128 * 1024,
	BUNDLE_COMMON_MAX = 2 << 20, /* bytes of page 0, unpacked */
	BUNDLE_PAGE_MAX = 1 << 20,   /* bytes of any other page */
	BUNDLE_PAGE_AIM = 32 * 1024, /* a desk begins a new page beyond this */
	BUNDLE_LISTS_MAX = 64        /* status lists in page 0 */
};

struct bundle_head {
	uint64_t chain_len, index_len;
	size_t head_len; /* bytes of the head itself */
};

struct bundle_place {
	uint64_t offset;          /* from the start of the pages */
	uint64_t stored_len, len; /* len: unpacked; the same for what is not packed */
	const uint8_t *hash;      /* BUNDLE_HASH_LEN, SHA-256 of what is stored */
};

struct bundle_index {
	int64_t issued_at;
	const uint8_t *id; /* BUNDLE_ID_LEN */
	uint64_t seq;
	const uint8_t *chain_hash; /* BUNDLE_HASH_LEN */
	uint64_t audit_seq;        /* 0: none told */
	const uint8_t *audit_hash; /* BUNDLE_HASH_LEN */
	struct bundle_place common;
	struct cbor_bytes fan; /* the encoded array of entries, for bundle_find */
};

/* The head, from the first BUNDLE_HEAD_MAX bytes of a file or all of a shorter one. */
enum skerry_err bundle_head_parse(
	const uint8_t *bytes, size_t bytes_len, struct bundle_head *ret_head, size_t *ret_offset);
void bundle_head_write(struct cbor_writer *w, uint64_t chain_len, uint64_t index_len);

/* A verified index payload. CBOR and CLAIM errors; entries out of order are CLAIM_VALUE. */
enum skerry_err bundle_index_parse(
	struct cbor_bytes payload, struct bundle_index *ret_index, size_t *ret_offset);

/* One entry of a fan: what begins with this sort key lies at that place. */
struct bundle_entry {
	const uint8_t *first; /* BUNDLE_SORT_KEY_LEN */
	struct bundle_place place;
};

void bundle_index_write(struct cbor_writer *w, const struct bundle_index *index,
	const struct bundle_entry *entries, size_t entries_len);
/* An index page. */
void bundle_fan_write(
	struct cbor_writer *w, const struct bundle_entry *entries, size_t entries_len);

/*
 * In a fan (of the index, or a whole index page), the entry that a sort key falls under: the last one
 * that does not begin behind it. *ret_found false: before all of them. Checks the whole fan: CBOR
 * errors, CLAIM_VALUE for entries out of order, CBOR_COUNT beyond BUNDLE_FAN_MAX.
 */
enum skerry_err bundle_fan_find(struct cbor_bytes fan, const uint8_t key[BUNDLE_SORT_KEY_LEN],
	bool *ret_found, struct bundle_entry *ret_entry, size_t *ret_offset);

/*
 * The boxes of one sort key in a page, in their order: `each` returns false to stop. Checks the whole
 * page as bundle_fan_find does.
 */
enum skerry_err bundle_page_each(struct cbor_bytes page, const uint8_t key[BUNDLE_SORT_KEY_LEN],
	bool (*each)(void *, struct cbor_bytes box), void *context, size_t *ret_offset);
/* A page is an array: its head for so many boxes, then each of them. */
void bundle_page_begin(struct cbor_writer *w, size_t boxes);
void bundle_page_put(
	struct cbor_writer *w, const uint8_t key[BUNDLE_SORT_KEY_LEN], struct cbor_bytes box);

/* Page 0, unpacked: the signed status lists. */
struct bundle_common {
	struct cbor_bytes lists[BUNDLE_LISTS_MAX];
	size_t lists_len;
};
enum skerry_err bundle_common_parse(
	struct cbor_bytes page, struct bundle_common *ret_common, size_t *ret_offset);
void bundle_common_write(struct cbor_writer *w, const struct bundle_common *common);

#endif
