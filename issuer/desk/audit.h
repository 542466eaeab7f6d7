/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_H
#define ISSUER_DESK_AUDIT_H

/*
 * The audit log: one row for each change, written in the change's own transaction. Each row's hash
 * is BLAKE2b-256 of the hash before it and of the deterministic CBOR array [seq, at, operator,
 * action, subject, detail], so that an edited, missing or moved row breaks the chain. The first
 * hash before is 32 zeros. Rows name ids, never e-mails or names of people.
 */

#include <stdint.h>

#include "formats/skerry_error.h"
#include "keys/hash.h"

enum { AUDIT_ACTION_MAX = 32, AUDIT_SUBJECT_MAX = 64, AUDIT_DETAIL_MAX = 2048 };

struct desk;
struct store;

struct audit_head {
	int64_t seq, at; /* 0 while the log is empty */
	uint8_t hash[HASH_LEN];
};

enum skerry_err audit_read_head(struct store *store, struct audit_head *ret_head);

/*
 * Appends a row to the change under way. action: "license.issue"; subject: "license 0123...";
 * detail: "name=value" words. A detail over AUDIT_DETAIL_MAX is cut.
 */
enum skerry_err audit_append(struct desk *desk, const char *action, const char *subject,
	const char *detail, ...) __attribute__((format(printf, 4, 5)));

/*
 * Computes the chain again. STORE_DAMAGED with the first row that does not fit in *ret_seq (a gap
 * names the row after it).
 */
enum skerry_err audit_verify(struct store *store, int64_t *ret_seq);

#endif
