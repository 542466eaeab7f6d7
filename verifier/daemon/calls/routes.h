/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_ROUTES_H
#define VERIFIER_DAEMON_CALLS_ROUTES_H

/*
 * The daemon's map: which calls there are, who may make them, and what each one does (call_*.h). It lives
 * on the front's thread, which calls it so:
 *
 *	http_run            each call that has come goes to routes_serve
 *	routes_round        claims of this round share one commit, then they are told (seat_calls.h)
 *	routes_take         jobs that the keeper has done are told
 *
 * What a call needs is found in `reach`; nothing here opens, listens or waits.
 */

#include "verifier/daemon/answers.h"
#include "verifier/daemon/http/http.h"
#include "verifier/daemon/keeper.h"
#include "metrics.h"
#include "verifier/state/seats.h"
#include "verifier/texts/texts.h"

/* What can change while it runs (SIGHUP); copied. */
struct routes_rules {
	uid_t owner;            /* the state folder's: an operator, as root is */
	const uid_t *operators; /* the configuration's */
	size_t operators_len;
	uint64_t seats_per_user;   /* 0: no cap */
	const struct texts *texts; /* for who names no language that there is */
};

struct routes_reach {
	const char *state; /* the folder, as failures name it */
	struct answers *answers;
	struct keeper *keeper;
	struct seats *seats;       /* NULL: none are handed out, for seats_err */
	enum skerry_err seats_err; /* STORE_BUSY, ... */
	uint8_t boot[16];          /* seats_moment's */
	/* For the log: each call that was answered, with the error that was told. May be NULL. */
	void (*answered)(
		void *context, const struct http_call *call, int status, enum skerry_err err);
	/* For /metrics: what the keeper's sticks and drop folders came to. May be NULL. */
	void (*sticks)(void *context, struct metrics_sticks *ret_sticks);
	/* For the log: seats cannot be kept; SKERRY_OK: they can again. May be NULL. */
	void (*seats_trouble)(void *context, enum skerry_err err);
	/* For the log: their file was damaged or gone, and they begin anew. May be NULL. */
	void (*seats_anew)(void *context);
	void *context;
};

struct routes;

/* NO_MEMORY. All that `reach` names outlives it. */
enum skerry_err routes_new(const struct routes_reach *reach, const struct routes_rules *rules,
	struct routes **ret_routes);
/* After http_close and keeper_stop: calls that wait are gone by then. Harmless on NULL. */
void routes_free(struct routes *routes);
enum skerry_err routes_set_rules(struct routes *routes, const struct routes_rules *rules);
/* For /metrics; borrowed. */
void routes_set_http(struct routes *routes, const struct http *http);

/* http_config's; `routes` is a struct routes. */
void routes_serve(void *routes, struct http_call *call);
bool routes_spools(void *routes, enum http_method method, const char *path);

void routes_round(struct routes *routes);
void routes_take(struct routes *routes);
/* Milliseconds until routes_round has something to do of itself (renewals to keep, leases that end); -1: never. */
int routes_timeout_ms(struct routes *routes);

#endif
