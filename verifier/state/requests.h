/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_REQUESTS_H
#define VERIFIER_STATE_REQUESTS_H

/*
 * The requests that this site wrote: of each its number, digest and nonce, so that the dialog goes on
 * (decide/dialog.h). Of the newest one also the sealed bytes, so that it is written again byte for byte
 * while nobody has answered it; of the newest REQUESTS_KEPT_MAX the hash of these bytes, so that a
 * stick that comes back late is still cleaned of them. Of the newest one the license keys that it asks
 * for: a later one asks for them as well. When they go, they are overwritten.
 *
 * Order: the row with its journal entry is committed, then the file is written, then the mark is raised
 * (request_written). Sealed with the rest of the memory (seal.h). Errors of store.h.
 */

#include "formats/license_key.h"
#include "memory.h"
#include "verifier/decide/dialog.h"

enum { REQUESTS_KEPT_MAX = 256, REQUESTS_KEYS_MAX = REQUEST_KEYS_MAX * (LICENSE_KEY_MAX + 1) };

/* One that was written. */
struct requests_row {
	struct dialog_sent sent;
	bool stopgap, answered;
	enum request_kind kind;
	int64_t written_at;           /* settled */
	struct cbor_bytes sealed;     /* of the newest one while it waits, else absent */
	char keys[REQUESTS_KEYS_MAX]; /* the same: as they are written, a space between */
	uint8_t news[HASH_LEN]; /* of what it tells beside times: the same, so nothing is new */
	int64_t told_restored;  /* the journal's entry of the restored backup that it told of; 0 */
	/* Only to record it: numbers of the events (events.h) that go out with it. */
	const int64_t *events;
	size_t events_len;
};

enum skerry_err requests_load_dialog(struct store *store, struct dialog *ret_dialog);

/* In a change under way: the row, and "request.written" in the journal. */
enum skerry_err requests_record(struct memory *memory, const struct requests_row *row);

/*
 * The newest one, where nobody has answered it; its sealed bytes are malloc'd. *ret_known false: there
 * is none, or it is answered, and nothing else is written.
 */
enum skerry_err requests_newest_open(
	struct store *store, struct requests_row *ret_row, uint8_t **ret_sealed, bool *ret_known);

/*
 * In a change under way: a reply repeats this nonce. *ret_known false: it is none of those that wait,
 * and nothing changes. Else *ret_row is the one it answers (without bytes), events that went out with it
 * are gone, and "request.answered" is in the journal; *ret_newest: it is the newest one written. Its keys
 * are in *ret_row alone from here on, for the caller to wipe.
 */
enum skerry_err requests_acknowledge(struct memory *memory, const uint8_t nonce[REQUEST_NONCE_LEN],
	struct requests_row *ret_row, bool *ret_newest, bool *ret_known);

enum requests_mine { REQUESTS_NOT_MINE = 0, REQUESTS_OPEN, REQUESTS_ANSWERED, REQUESTS_SUPERSEDED };
/* Whether a sealed request is one of this site's: the newest open one, answered, or a later one took
 * its place. */
enum skerry_err requests_find(
	struct store *store, struct cbor_bytes sealed, enum requests_mine *ret_mine);

/* When the newest request was written, of any state; LICENSE_NEVER: none. */
enum skerry_err requests_last_written(struct store *store, int64_t *ret_written_at);

/*
 * The journal's entry of the newest restored backup that no acknowledged request has told of, for the next
 * one to tell; 0: none.
 */
enum skerry_err requests_untold_restore(struct store *store, int64_t *ret_seq);

#endif
