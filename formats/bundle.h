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
 * A place is [offset from the start of the pages, stored length, length, SHA-256 of what is stored]; an
 * entry of a fan has the first sort key before these four. An index page is an array like 6, of pages;
 * a page is an array of [sort key, box], ascending; both are stored as they are. Page 0 is an array of
 * signed status lists, packed. All three arrays are always there, and may be empty.
 *
 * The sort key is BLAKE2b-256 of the bundle id keyed with the site id: who finds the stick learns no
 * site from it, and the next bundle has other ones. Boxes are sealed.h's, without a recipient. All of
 * one site's are neighbors, and in one page.
 */

#include "cose.h"
#include "sealed.h"
#include "status_list.h"

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
	BUNDLE_PAYLOAD_MAX = 127 * 1024,
	BUNDLE_INDEX_MAX = 128 * 1024, /* the signed index: an envelope always fits around it */
	BUNDLE_COMMON_MAX = 2 << 20,   /* bytes of page 0, unpacked */
	BUNDLE_STORED_MAX = BUNDLE_COMMON_MAX + 4096, /* ... packed, even if that makes it longer */
	BUNDLE_PAGE_MAX = 1 << 20,                    /* bytes of any other page */
	BUNDLE_PAGE_AIM = 32 * 1024,                  /* a desk begins a new page beyond this */
	BUNDLE_BOXES_MAX = 4096,                      /* boxes in a page */
	BUNDLE_LISTS_MAX = 64 /* status lists in page 0, of STATUS_LIST_MAX bytes each */
};

/* Largest offset of a place: a full fan of full fans of the largest pages, and the fans. */
#define BUNDLE_OFFSET_MAX (UINT64_C(1) << 41)

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

/*
 * The head, from the first BUNDLE_HEAD_MAX bytes of a file or all of a shorter one; what follows it is
 * not looked at. CBOR errors; CLAIM_VALUE for another mark, and for no chain or no index.
 */
enum skerry_err bundle_head_parse(
	const uint8_t *bytes, size_t bytes_len, struct bundle_head *ret_head, size_t *ret_offset);
/* Latches what bundle_head_parse would refuse. */
void bundle_head_write(struct cbor_writer *w, uint64_t chain_len, uint64_t index_len);

/*
 * The manifest of a chain that begins at *at, told by its form alone (a COSE_Sign); *at moves behind
 * it. Call it while *at is below chain.len. CBOR errors, with *ret_offset in the chain and *at where it
 * was; DOCUMENT_TOO_LARGE beyond MANIFEST_MAX.
 */
enum skerry_err bundle_chain_next(
	struct cbor_bytes chain, size_t *at, struct cbor_bytes *ret_manifest, size_t *ret_offset);

/*
 * A verified index payload, which the result borrows. CBOR errors with their offset in it;
 * CLAIM_MISSING (iat, cti, any of 1 to 3, 5 and 6), CLAIM_CRITICAL, CLAIM_VERSION; CLAIM_VALUE: entries
 * out of order, a length of 0; CLAIM_CONFLICT: an entry whose two lengths differ; DOCUMENT_TOO_LARGE
 * beyond BUNDLE_PAYLOAD_MAX. *ret_index is written on success alone.
 */
enum skerry_err bundle_index_parse(
	struct cbor_bytes payload, struct bundle_index *ret_index, size_t *ret_offset);

/* One entry of a fan: what begins with this sort key lies at that place. */
struct bundle_entry {
	const uint8_t *first;      /* BUNDLE_SORT_KEY_LEN */
	struct bundle_place place; /* stored as it is: stored_len and len are the same */
};

/* With these entries for its fan (index->fan is not looked at). Latches what the parse would refuse. */
void bundle_index_write(struct cbor_writer *w, const struct bundle_index *index,
	const struct bundle_entry *entries, size_t entries_len);
/* An index page; likewise. */
void bundle_fan_write(
	struct cbor_writer *w, const struct bundle_entry *entries, size_t entries_len);

/*
 * In a fan (of the index, or a whole index page), the entry that a sort key falls under: the last one
 * that does not begin behind it. *ret_found false: before all of them, and *ret_entry is untouched.
 * Checks the whole fan: CBOR errors, CLAIM_VALUE and CLAIM_CONFLICT as in the index, CBOR_COUNT beyond
 * BUNDLE_FAN_MAX, DOCUMENT_TOO_LARGE beyond BUNDLE_PAGE_MAX. Borrows the fan.
 */
enum skerry_err bundle_fan_find(struct cbor_bytes fan, const uint8_t key[BUNDLE_SORT_KEY_LEN],
	bool *ret_found, struct bundle_entry *ret_entry, size_t *ret_offset);
/* All entries of a fan into an array of BUNDLE_FAN_MAX; the same errors, after which it holds nothing. */
enum skerry_err bundle_fan_parse(struct cbor_bytes fan, struct bundle_entry *ret_entries,
	size_t *ret_entries_len, size_t *ret_offset);

/*
 * The boxes of one sort key in a page, in their order: `each` returns false to stop. Before the first
 * one the whole page is checked: CBOR errors, CLAIM_VALUE for boxes out of order or of a length that
 * none has, CBOR_COUNT beyond BUNDLE_BOXES_MAX, DOCUMENT_TOO_LARGE beyond BUNDLE_PAGE_MAX.
 */
enum skerry_err bundle_page_each(struct cbor_bytes page, const uint8_t key[BUNDLE_SORT_KEY_LEN],
	bool (*each)(void *, struct cbor_bytes box), void *context, size_t *ret_offset);

/* A page being written. Opaque. */
struct bundle_page_out {
	size_t start, key_at, left; /* key_at 0: no box yet */
};

/*
 * A page: begun for so many boxes, each of them ascending by its key, ended. Latches CLAIM_VALUE for a
 * box out of order, of a length that none has, one too many or, at the end, one too few;
 * DOCUMENT_TOO_LARGE at the end beyond BUNDLE_PAGE_MAX.
 */
void bundle_page_begin(struct cbor_writer *w, struct bundle_page_out *ret_page, size_t boxes);
void bundle_page_put(struct cbor_writer *w, struct bundle_page_out *page,
	const uint8_t key[BUNDLE_SORT_KEY_LEN], struct cbor_bytes box);
void bundle_page_end(struct cbor_writer *w, const struct bundle_page_out *page);

/* Page 0, unpacked: the signed status lists. */
struct bundle_common {
	struct cbor_bytes lists[BUNDLE_LISTS_MAX];
	size_t lists_len;
};
/* CBOR errors; CLAIM_VALUE for an empty list; DOCUMENT_TOO_LARGE beyond BUNDLE_COMMON_MAX. */
enum skerry_err bundle_common_parse(
	struct cbor_bytes page, struct bundle_common *ret_common, size_t *ret_offset);
void bundle_common_write(struct cbor_writer *w, const struct bundle_common *common);

#endif
