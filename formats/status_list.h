/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_STATUS_LIST_H
#define FORMATS_STATUS_LIST_H

/*
 * The status list: a Token Status List (IETF draft-ietf-oauth-status-list, CWT form) of one brand. What
 * a license's `status` claim points at: its uri is the list's sub, its idx the place in it.
 *
 *	2 sub "skerry:BRAND"   6 iat, the list's version   65533 {"bits": 1, 2, 4 or 8, "lst": zlib}
 *
 * Skerry writes 2 bits; a reader takes all four widths. exp, ttl and aggregation_uri, which others
 * write, are passed over: a stale list is a warning and never a lock. Bits of one byte count from the
 * lowest. Pure and thread-safe.
 */

#include "cbor.h"

#define STATUS_LIST_TYPE "application/statuslist+cwt"
#define STATUS_LIST_URI_PREFIX "skerry:" /* a brand follows */

enum {
	STATUS_LIST_PACKED_MAX = 1 << 20, /* bytes of `lst` */
	STATUS_LIST_BYTES_MAX = 1 << 20,  /* ... and unpacked: 4,194,304 documents of a brand */
	STATUS_LIST_PAYLOAD_MAX = STATUS_LIST_PACKED_MAX + 512,
	STATUS_LIST_MAX = STATUS_LIST_PAYLOAD_MAX + 256, /* ... and signed */
	STATUS_LIST_URI_MAX = 64,
	STATUS_LIST_BITS = 2 /* that Skerry writes */
};

/* The draft's section 7.1. */
enum status_list_value {
	STATUS_LIST_VALID = 0,
	STATUS_LIST_INVALID = 1, /* revoked, for good */
	STATUS_LIST_SUSPENDED = 2,
	STATUS_LIST_NO_WORD = -1 /* another value, or the list is too short: no information */
};

struct status_list {
	struct cbor_text uri;     /* "skerry:hotelhub" */
	int64_t issued_at;        /* grows with each version */
	unsigned bits;            /* of an entry: 1, 2, 4, 8 */
	struct cbor_bytes packed; /* deflate_unpack gives at most STATUS_LIST_BYTES_MAX bytes */
};

/*
 * Reads a verified payload; what it returns borrows that. CBOR errors with their offset (a sub that is
 * too long is CBOR_COUNT), CLAIM_MISSING (sub, iat, status_list; bits, lst: at their own map),
 * CLAIM_CRITICAL, CLAIM_VALUE (another width, an empty sub or lst), DOCUMENT_TOO_LARGE. That the sub
 * names a brand, and who may sign it, is keys/trust.h's question.
 */
enum skerry_err status_list_parse(
	struct cbor_bytes payload, struct status_list *ret_list, size_t *ret_offset);
/* Latches what status_list_parse would refuse. */
void status_list_write(struct cbor_writer *w, const struct status_list *list);

/* The word for one document, of the unpacked bytes. NO_WORD for an index beyond the end, and for
 * another width. */
enum status_list_value status_list_get(
	const uint8_t *bytes, size_t bytes_len, unsigned bits, uint64_t index);
/* Sets it in a list of STATUS_LIST_BITS, which must be long enough. NO_WORD sets 3, the draft's value
 * that says nothing here. */
void status_list_set(uint8_t *bytes, uint64_t index, enum status_list_value value);
/* Bytes that hold `count` entries of STATUS_LIST_BITS. */
size_t status_list_size(uint64_t count);

#endif
