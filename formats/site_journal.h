/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_SITE_JOURNAL_H
#define FORMATS_SITE_JOURNAL_H

/*
 * A site's journal as bytes: what each entry's hash is taken over, and the export that a vendor reads,
 * a sequence of deterministic CBOR items (RFC 8742):
 *
 *	["skerry-journal", 1, install id]
 *	[[seq, settled, wall, boot, kind, subject, detail], hash]     the entries, oldest first
 *	["end", seq, hash]                                            of the last one; 0 and zeros: none
 *
 * Pure and thread-safe. Reading checks shapes and sizes; hashes are the caller's.
 */

#include "cbor.h"

enum {
	SITE_JOURNAL_VERSION = 1,
	SITE_JOURNAL_HASH_LEN = 32,
	SITE_JOURNAL_BOOT_LEN = 8,
	SITE_JOURNAL_INSTALL_MAX = 64, /* characters of these */
	SITE_JOURNAL_KIND_MAX = 31,
	SITE_JOURNAL_SUBJECT_MAX = 639,
	SITE_JOURNAL_DETAIL_MAX = 1023,
	SITE_JOURNAL_ITEM_MAX = 2048 /* bytes of one item */
};

/* The last entry that there could be: one more can still be counted. */
#define SITE_JOURNAL_SEQ_MAX (INT64_MAX - 1)

struct site_journal_entry {
	int64_t seq, settled, wall;
	const uint8_t *boot; /* SITE_JOURNAL_BOOT_LEN */
	struct cbor_text kind, subject, detail;
	const uint8_t *hash; /* SITE_JOURNAL_HASH_LEN */
};

/* What the hash of an entry is taken over, behind the hash before it; a log_chain_write. */
void site_journal_write_fields(struct cbor_writer *w, const void *entry);

/* One item of an export. */
struct site_journal_item {
	enum { SITE_JOURNAL_HEADER, SITE_JOURNAL_ENTRY, SITE_JOURNAL_END } kind;
	struct site_journal_entry entry; /* of an entry */
	struct cbor_text install_id;     /* of a header; may be empty */
	int64_t seq;                     /* of an end, and its hash */
	const uint8_t *hash;
};

void site_journal_write_item(struct cbor_writer *w, const struct site_journal_item *item);

/*
 * Reads the item at the beginning of `bytes` and how long it is; strings are borrowed. CBOR errors,
 * with the offset, and CLAIM_VERSION, CLAIM_VALUE.
 */
enum skerry_err site_journal_read_item(const uint8_t *bytes, size_t bytes_len,
	struct site_journal_item *ret_item, size_t *ret_item_len, size_t *ret_offset);

#endif
