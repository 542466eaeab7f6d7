/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_EVENTS_H
#define VERIFIER_STATE_EVENTS_H

/*
 * What happened to the product, for the vendor's next request: a name, a moment, a few words. The
 * name is one of telemetry.h, whose consent counts for its events as well.
 *
 * The newest EVENTS_KEPT_MAX are kept. Those that nobody has allowed go first, so that they never
 * push out what the customer wants told; how many went is counted under each name. What happens again
 * within EVENT_SAME_S, in the same words, is kept once: a fault that comes with each call of a page
 * pushes out nothing else.
 *
 * Events are data: they are not journaled. Errors of store.h.
 */

#include "telemetry.h"

enum { EVENTS_KEPT_MAX = 256, EVENT_TEXT_MAX = 200 /* bytes */, EVENT_SAME_S = 300 };

struct event {
	int64_t seq; /* grows, and no number comes twice */
	int64_t at;  /* settled time */
	char name[TELEMETRY_NAME_MAX + 1];
	char text[EVENT_TEXT_MAX + 1]; /* may be "" */
};

/* UTF-8 of at most EVENT_TEXT_MAX bytes without control characters. */
bool events_is_text(const char *text);

/*
 * In a change under way. *ret_consent is DENIED where nothing was kept. NO_SPACE: as many names as can
 * be are decided, and this is another one.
 */
enum skerry_err events_add(struct memory *memory, const char *name, const char *text,
	enum telemetry_consent *ret_consent);

typedef enum skerry_err events_visit(void *context, const struct event *event);

/*
 * What a request carries: events whose name is ALLOWED, oldest first; but those that an earlier one
 * carried before all others, so that a later request has room for what an answer to it will forget.
 */
enum skerry_err events_each_allowed(struct store *store, events_visit *visit, void *context);

/* In a change under way: events with these numbers go out with the request of that row (requests.h). */
enum skerry_err events_sent(
	struct memory *memory, int64_t request, const int64_t *numbers, size_t numbers_len);

/* In a change under way: the vendor has that request. What it or an earlier one carried is forgotten. */
enum skerry_err events_acknowledged(struct memory *memory, int64_t request);

#endif
