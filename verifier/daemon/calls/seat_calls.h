/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_SEAT_CALLS_H
#define VERIFIER_DAEMON_CALLS_SEAT_CALLS_H

/*
 * PUT and DELETE /v1/seats/HOLDER, GET /v1/seats; and what node_calls.h has in common with them. A claim is
 * decided at once and told when its round has been committed, with all others of that round; the first one
 * at once, where the last round had no more than one.
 */

#include "call_question.h"
#include "verifier/show/deeds.h"

void seat_call_put(struct routes *routes, struct http_call *call);
void seat_call_release(struct routes *routes, struct http_call *call);
void seat_call_list(struct routes *routes, struct http_call *call);

/* --- in common with nodes --- */

/* What was decided, to be told. */
struct call_claim {
	struct call_claim *next;
	struct http_call *call;
	bool release;
	struct answers_held held;
	struct seats_granted granted;
	void (*tell)(struct routes *routes, struct call_claim *claim);
};

/*
 * Claims, renews or releases what segments[2] names, and tells it by `tell` when it holds; or refuses the
 * call. `serve` is the handler itself (answer_calls_find).
 */
struct seat_wish {
	bool release, node;
	void (*tell)(struct routes *routes, struct call_claim *claim);
	void (*serve)(struct routes *routes, struct http_call *call);
};
void seat_calls_decide(struct routes *routes, struct http_call *call, const struct seat_wish *wish);
/* As it is told in words; borrows claim and `ret_owner`. */
struct show_seat seat_calls_describe(
	struct routes *routes, const struct call_claim *claim, char ret_owner[SEATS_OWNER_MAX + 1]);
/* A refusal with when the next lease ends. */
void seat_calls_refuse(
	struct routes *routes, const struct call_claim *claim, struct call_refusal *refusal);

/* --- for routes.c --- */

void seat_calls_round(struct routes *routes);
int seat_calls_timeout_ms(struct routes *routes);
void seat_calls_free(struct routes *routes);

#endif
