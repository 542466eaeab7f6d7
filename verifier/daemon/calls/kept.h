/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_KEPT_H
#define VERIFIER_DAEMON_CALLS_KEPT_H

/*
 * Answers that were written once and hold: for as long as nothing new was found at the site and its time is
 * before the instant at which they change. So a busy client's questions cost a look into this table.
 * A later answer takes the place of an earlier one. One thread.
 */

#include "verifier/daemon/answers.h"
#include "verifier/daemon/http/http.h"

enum { KEPT_MAX = 512, KEPT_TARGET_MAX = 255 };

struct kept;

/* What an answer was asked by; kept_key copies it. */
struct kept_key {
	char target[KEPT_TARGET_MAX + 1]; /* "": too long to be kept */
	char language[sizeof((struct http_call *)0)->language];
	enum http_format format;
};
void kept_key(struct kept_key *ret_key, const struct http_call *call);

struct kept *kept_new(void); /* NULL: no memory */
void kept_free(struct kept *kept);

/* What fits this call now; NULL. Allocates nothing. */
struct http_kept *kept_find(
	const struct kept *kept, const struct http_call *call, struct answers *answers);
/* Takes `answer` over; it holds in that generation while the site's time is in [from, until). */
void kept_put(struct kept *kept, const struct kept_key *key, uint64_t generation, int64_t from,
	int64_t until, struct http_kept *answer);
/* None of them holds any more. */
void kept_forget(struct kept *kept);

#endif
