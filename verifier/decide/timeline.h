/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_TIMELINE_H
#define VERIFIER_DECIDE_TIMELINE_H

/*
 * All verdicts that time alone will bring to a license, found once by walking evaluate from change
 * to change. Afterwards a question is a scan of a few instants: immutable, so any number of threads
 * may ask, and nothing is allocated.
 */

#include "evaluate.h"

/* Three instants for each of evaluate's twelve rungs, five beside them, and the beginning. */
enum {
	TIMELINE_MAX = 42,
	TIMELINE_ASKED_MAX = 1024 /* changes that are looked at, of which some may change nothing */
};

struct timeline_step {
	int64_t from;
	enum skerry_state state;
	enum skerry_access access;
	enum skerry_reason reason;
	enum skerry_notice notice;
};

struct timeline {
	struct timeline_step steps[TIMELINE_MAX]; /* ascending; the first holds before it as well */
	size_t len;                               /* at least 1 */
	struct skerry_verdict dates;              /* what does not change: renew_by and so on */
};

/* Walks on from facts->now; `license` as evaluate takes it. */
void timeline_walk(const struct license *license, const struct evaluate_facts *facts,
	struct timeline *ret_timeline);

/*
 * The same for whoever answers at any instant, as a site that holds several licenses: walks from
 * `from` along next_change_at, which must lie behind the instant asked about. False when there are
 * more steps than fit: the first ones are told.
 */
typedef void timeline_ask(void *context, int64_t at, struct skerry_verdict *ret_verdict);
bool timeline_follow(timeline_ask *ask, void *context, int64_t from, struct timeline *ret_timeline);

/* The step that holds at an instant; one before the walk began is answered as its beginning. */
const struct timeline_step *timeline_at(const struct timeline *timeline, int64_t at);

void timeline_verdict(
	const struct timeline *timeline, int64_t at, struct skerry_verdict *ret_verdict);

#endif
