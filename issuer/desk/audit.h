/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_H
#define ISSUER_DESK_AUDIT_H

/*
 * The audit log: one row for each change, written in the change's own transaction. Each row's hash
 * is BLAKE2b-256 of the hash before it and of the deterministic CBOR array [seq, at, operator,
 * action, subject, detail] (formats/audit_log.h), so that an edited, missing or moved row breaks
 * the chain. The first hash before is 32 zeros; rows that were archived leave the hash of their
 * last one behind as an anchor. Rows name ids, never e-mails or names of people.
 */

#include <stdbool.h>
#include <stdint.h>

#include "formats/audit_log.h"
#include "keys/hash.h"

struct desk;
struct store;
struct store_query;

struct audit_head {
	int64_t seq, at; /* 0 while the log is empty */
	uint8_t hash[HASH_LEN];
};

enum skerry_err audit_read_head(struct store *store, struct audit_head *ret_head);

/* The last row that was archived; seq 0 and a hash of zeros before there is an archive. */
enum skerry_err audit_read_anchor(struct store *store, struct audit_head *ret_anchor);

/*
 * Appends a row to the change under way. action: "license.issue"; subject: "license 0123...";
 * detail: "name=value" words. A detail over AUDIT_DETAIL_MAX is cut. Within one change the head
 * is read once. OTHER_BRAND: the operator who unlocked the desk may not change that subject
 * (brand_guard.h); the change is to be rolled back.
 */
enum skerry_err audit_append(struct desk *desk, const char *action, const char *subject,
	const char *detail, ...) __attribute__((format(printf, 4, 5)));

/* The same of a brand, or of the whole desk (0), where the subject does not tell whose it is. */
enum skerry_err audit_append_of(struct desk *desk, int64_t brand_id, const char *action,
	const char *subject, const char *detail, ...) __attribute__((format(printf, 5, 6)));

/* The hash of a row after `before`. NO_SPACE or ARGUMENT for a row that this program did not write. */
enum skerry_err audit_hash(const uint8_t before[HASH_LEN], const struct audit_log_row *row,
	uint8_t ret_hash[HASH_LEN]);

/* Whether the row's hash is the one that it has after `before`. */
bool audit_follows(const uint8_t before[HASH_LEN], const struct audit_log_row *row);

/*
 * Computes the chain again. AUDIT_CHAIN with the first row that does not fit in *ret_seq (a gap
 * names the row after it). What is wrong with it, and everything else about the log, is
 * audit_verify.h's.
 */
enum skerry_err audit_chain_holds(struct store *store, int64_t *ret_seq);

/* Columns of a row as AUDIT_COLUMNS names them, borrowed until the query's next step. */
#define AUDIT_COLUMNS "seq, at, operator_id, action, subject, detail, hash"
void audit_read_row(struct store_query *q, struct audit_log_row *ret_row);

/* What a list is narrowed down to; 0 or NULL where it is not. */
struct audit_filter {
	int64_t after, limit;
	const char *subject; /* "license 0123...", or what stands behind the kind */
	const char *action;  /* its beginning */
	const char *who;     /* a name */
	int64_t from, until; /* until: LICENSE_NEVER */
	bool reverse;        /* from the newest; after: below that one, 0: from the last */
};

struct audit_line {
	struct audit_log_row row;
	const char *who;  /* NULL: nobody of that number */
	const char *note; /* the reason, where it still stands; else NULL */
};

/* `each` returns false to stop. All texts are borrowed for the call. */
enum skerry_err audit_each(struct desk *desk, const struct audit_filter *filter,
	bool (*each)(void *, const struct audit_line *), void *context);

#endif
