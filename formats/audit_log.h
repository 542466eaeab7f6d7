/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_AUDIT_LOG_H
#define FORMATS_AUDIT_LOG_H

/*
 * The desk's audit log as bytes: what each row's hash is taken over, and the archive, a file that
 * stands alone. An archive is a sequence of deterministic CBOR items (RFC 8742):
 *
 *	["skerry-audit-archive", 1, desk, archived at, first seq, hash before]
 *	["operator", id, name]                                        each one that the rows name
 *	[seq, at, operator, action, subject, detail, hash]            the rows, one after another
 *	["end", last seq, digest]          BLAKE2b-256 of every byte before this item
 *
 * Pure and thread-safe. Reading checks shapes and sizes; hashes and the digest are the caller's.
 */

#include "cbor.h"

enum {
	AUDIT_LOG_VERSION = 1,
	AUDIT_LOG_HASH_LEN = 32,
	AUDIT_LOG_DESK_LEN = 32, /* hexadecimal digits */
	AUDIT_ACTION_MAX = 32,
	AUDIT_SUBJECT_MAX = 64,
	AUDIT_DETAIL_MAX = 2048,
	AUDIT_LOG_OPERATOR_MAX = 64,
	AUDIT_LOG_ITEM_MAX = 4096 /* bytes of one item */
};

struct audit_log_row {
	int64_t seq, at, operator_id;
	struct cbor_text action, subject, detail;
	struct cbor_bytes hash; /* AUDIT_LOG_HASH_LEN bytes */
};

/* What the hash of a row is taken over, behind the hash before it. */
void audit_log_write_fields(struct cbor_writer *w, const struct audit_log_row *row);

/* One item of an archive. */
struct audit_log_item {
	enum { AUDIT_LOG_HEADER, AUDIT_LOG_OPERATOR, AUDIT_LOG_ROW, AUDIT_LOG_END } kind;
	struct audit_log_row row; /* of a row */
	int64_t id;               /* of an operator */
	struct cbor_text name;    /* of an operator; of a header, the desk's public id */
	int64_t at, seq;          /* of a header; the seq of an end */
	const uint8_t *hash;      /* of a header, hash before; of an end, the digest */
};

void audit_log_write_item(struct cbor_writer *w, const struct audit_log_item *item);

/*
 * Reads the item at the beginning of `bytes` and how long it is; strings are borrowed. CBOR errors,
 * with the offset, and CLAIM_VERSION, CLAIM_VALUE.
 */
enum skerry_err audit_log_read_item(const uint8_t *bytes, size_t bytes_len,
	struct audit_log_item *ret_item, size_t *ret_item_len, size_t *ret_offset);

#endif
