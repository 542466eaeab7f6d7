/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_DIALOG_H
#define VERIFIER_DECIDE_DIALOG_H

/*
 * A site's half of the dialog with its vendor: which requests it has written that nobody has
 * acknowledged, what the next one lists, what a reply says about them. issuer/decide/fork.h reads it.
 *
 *	1. Requests are numbered from 1. Each lists, ascending, the last acknowledged one and every one
 *	   since, DIALOG_LIST_MAX at most.
 *	2. A reply acknowledges the request whose nonce it repeats, and all that this one lists. What another
 *	   reply says of requests (its `acknowledged`) is not about this site's line.
 *	3. One whose list is full is a stopgap: the next one has its number and list too, and none of them
 *	   is ever listed. A reply to it acknowledges what it lists.
 *
 * Several stopgaps may be under way at once, on as many sticks. Each is remembered until a reply to a
 * newer one, or to a request written since, makes it old: else a reply that always comes one stick too
 * late would never end the full list.
 *
 * Pure.
 */

#include <stdbool.h>

#include "formats/request.h"

enum { DIALOG_LIST_MAX = REQUEST_PENDING_MAX, DIALOG_STOPGAPS_MAX = 16 };

struct dialog_sent {
	uint64_t number;
	uint8_t digest[REQUEST_DIGEST_LEN], nonce[REQUEST_NONCE_LEN];
	int64_t ran; /* the site's running time when it was written */
};

/* All zero: nothing was ever written. */
struct dialog {
	/* Ascending; with `acknowledged` the first one is the last that was. */
	struct dialog_sent sent[DIALOG_LIST_MAX];
	size_t sent_len;
	bool acknowledged;
	struct dialog_sent stopgaps[DIALOG_STOPGAPS_MAX]; /* oldest first; the newest ones */
	size_t stopgaps_len;
};

/* What the next request says of those before it. `list` borrows the dialog. */
struct dialog_next {
	uint64_t number;
	bool stopgap;
	struct request_pending list[DIALOG_LIST_MAX];
	size_t list_len;
};

void dialog_next(const struct dialog *dialog, struct dialog_next *ret_next);

/* It was written, as dialog_next said: `number` is that one, and it is a stopgap where that said so. */
void dialog_wrote(struct dialog *dialog, const struct dialog_sent *sent);

/*
 * A reply repeats this nonce. False where it is none of a request that still waits, and nothing changes;
 * else those that it acknowledges are gone but for the last, and *ret_sent is the one it answers.
 */
bool dialog_acknowledge(struct dialog *dialog, const uint8_t nonce[REQUEST_NONCE_LEN],
	struct dialog_sent *ret_sent);

/* Whether the newest one that was written still waits to be acknowledged. */
bool dialog_waits(const struct dialog *dialog);
/*
 * The newest request or stopgap that is remembered, NULL: none. Only a reply to it resets the time, so
 * look before it is acknowledged.
 */
const struct dialog_sent *dialog_newest(const struct dialog *dialog);

#endif
