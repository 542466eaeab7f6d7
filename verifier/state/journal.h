/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_JOURNAL_H
#define VERIFIER_STATE_JOURNAL_H

/*
 * What happened at a site, in order: rows are added, never changed, and each row's hash holds the
 * one before it (keys/log_chain.h). Of many rows the oldest go; the last of them that went leaves its
 * hash behind, so that the rest is verified from there. The same is left behind by a journal that
 * was lost with its database, as far as state.mark tells.
 *
 * A row is written in the transaction of what it tells. Errors of store.h; AUDIT_CHAIN.
 */

#include "keys/log_chain.h"
#include "keys/store.h"

enum {
	JOURNAL_KEPT_MAX = 100000, /* rows */
	JOURNAL_SPARE_MAX = 1000,  /* over that, before the oldest go: they go many at a time */
	JOURNAL_BOOT_LEN = 8,      /* bytes of a boot id */
	JOURNAL_KIND_MAX = 32,     /* characters of these three, terminator included */
	JOURNAL_SUBJECT_MAX = 640,
	JOURNAL_DETAIL_MAX = 1024
};

struct journal_head {
	int64_t seq; /* 0: nothing was ever written */
	uint8_t hash[HASH_LEN];
};

/* The moment of a row. */
struct journal_moment {
	int64_t settled, wall;
	uint8_t boot[JOURNAL_BOOT_LEN];
};

struct journal_row {
	int64_t seq;
	struct journal_moment moment;
	struct cbor_text kind, subject, detail;
	struct cbor_bytes hash;
};

/* The last row; the anchor's where there is none. */
enum skerry_err journal_read_head(struct store *store, struct journal_head *ret_head);

/* Begins behind a row that is not here any more. For a database without rows. */
enum skerry_err journal_set_anchor(struct store *store, const struct journal_head *anchor);

/*
 * Adds a row to the change under way. A subject or detail that is too long is cut; bytes that are
 * no UTF-8 or no printing characters become '?'.
 */
enum skerry_err journal_append(struct store *store, const struct journal_moment *moment,
	const char *kind, const char *subject, const char *detail, ...)
	__attribute__((format(printf, 5, 6)));

/* Lets the oldest rows go where there are JOURNAL_SPARE_MAX more than `kept_max`. In a change under way. */
enum skerry_err journal_trim(struct store *store, int64_t kept_max);

/* Computes the chain again. AUDIT_CHAIN, and *ret_seq is the first row that does not fit. */
enum skerry_err journal_verify(struct store *store, int64_t *ret_seq);

/* Whether the row of that number is here, and its hash; the anchor counts as one. */
enum skerry_err journal_find(
	struct store *store, int64_t seq, uint8_t ret_hash[HASH_LEN], bool *ret_found);

/* The same from row `first` on; the row before it is taken as it is. */
enum skerry_err journal_verify_from(struct store *store, int64_t first, int64_t *ret_seq);

/* What a query for rows selects, and a row of it; false for one that this program did not write. */
#define JOURNAL_COLUMNS "seq, settled, wall, boot, kind, subject, detail, hash"
bool journal_read_row(struct store_query *q, struct journal_row *ret_row);

/* The row as it is hashed. */
void journal_write_row(struct cbor_writer *w, const void *row);

/*
 * Rows behind `after`, `limit` of them at most; `each` returns false to stop. Texts are borrowed.
 * AUDIT_CHAIN at one that this program did not write: the rows before it have been seen.
 */
enum skerry_err journal_each(struct store *store, int64_t after, int64_t limit,
	bool (*each)(void *, const struct journal_row *), void *context);

#endif
