/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_REQUESTS_H
#define VERIFIER_STATE_REQUESTS_H

/*
 * The requests that this site wrote: of each its number, digest and nonce, so that the dialog goes on
 * (decide/dialog.h), and the sealed bytes, so that one that nobody has answered is written again byte for
 * byte, and is known on a stick. Sealed bytes of answered ones go; their hash stays for the newest
 * REQUESTS_KEPT_MAX, so that a stick that comes back late is still cleaned of them.
 *
 * Order: the row with its journal entry is committed, then the file is written, then the mark is raised
 * (memory_commit with `counts`). Sealed with the rest of the memory (seal.h). Errors of store.h.
 */

#include "memory.h"
#include "verifier/decide/dialog.h"

enum { REQUESTS_KEPT_MAX = 256 };

/* One that was written; borrows the query until the call returns, where it is handed to a visitor. */
struct requests_row {
	struct dialog_sent sent;
	bool stopgap, answered;
	enum request_kind kind;
	int64_t written_at;       /* settled */
	struct cbor_bytes sealed; /* absent once answered */
	uint8_t news[HASH_LEN];   /* of what it tells beside times: the same, so nothing is new */
	bool told_restored;       /* it said that a backup was put back */
};

enum skerry_err requests_load_dialog(struct store *store, struct dialog *ret_dialog);

/* In a change under way: the row, and "request.written" in the journal. */
enum skerry_err requests_record(struct memory *memory, const struct requests_row *row);

/* The newest one that nobody has answered; its sealed bytes are malloc'd. *ret_known false: none. */
enum skerry_err requests_newest_open(
	struct store *store, struct requests_row *ret_row, uint8_t **ret_sealed, bool *ret_known);

/*
 * In a change under way: a reply repeats this nonce. *ret_known false: it is none of those that wait,
 * and nothing changes. Else *ret_row is the one it answers (without bytes), and "request.answered" is in
 * the journal; *ret_newest: it is the newest one written.
 */
enum skerry_err requests_acknowledge(struct memory *memory, const uint8_t nonce[REQUEST_NONCE_LEN],
	struct requests_row *ret_row, bool *ret_newest, bool *ret_known);

enum requests_mine { REQUESTS_NOT_MINE = 0, REQUESTS_OPEN, REQUESTS_ANSWERED, REQUESTS_SUPERSEDED };
/* Whether a sealed request is one of this site's: the newest open one, answered, or a later one took its place. */
enum skerry_err requests_find(
	struct store *store, struct cbor_bytes sealed, enum requests_mine *ret_mine);

/* When the newest request was written, of any state; LICENSE_NEVER: none. */
enum skerry_err requests_last_written(struct store *store, int64_t *ret_written_at);

#endif
