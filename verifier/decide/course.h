/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_COURSE_H
#define VERIFIER_DECIDE_COURSE_H

/*
 * All that time can do to one license under given facts: what evaluate decides by and why explains,
 * planned once. Pure, no allocation.
 *
 * Each thing that can end a license is a rung: it shows from `from` on, takes full access away at
 * `full_until` and the rest at `read_until`. The license stands where its worst rung stands. So the
 * verdict at any instant, the instant at which it changes, and the reason for both come from one list.
 */

#include "evaluate.h"

/* Two may have one reason: a term and the signed last date are both `expired`. */
enum course_cause {
	COURSE_REVOKED = 0,
	COURSE_SUSPENDED,
	COURSE_MAINTENANCE,
	COURSE_SIGNING_KEY,
	COURSE_UNPAIRED,
	COURSE_MACHINE, /* or its site key */
	COURSE_COMPONENTS,
	COURSE_DOMAIN,
	COURSE_TENANT,
	COURSE_ROLLBACK,
	COURSE_TERM,
	COURSE_RENEWAL,
	COURSE_LAST_DATE
};
enum { COURSE_CAUSES = COURSE_LAST_DATE + 1 };

/* LICENSE_NEVER: it does not come to that. */
struct course_rung {
	int64_t from, full_until, read_until;
	enum skerry_reason reason;
	enum course_cause cause;
};

/* Of revoked and suspended there is one at most. */
enum { COURSE_RUNGS_MAX = COURSE_CAUSES - 1 };

/* Before every instant: what locks at once has always locked. */
#define COURSE_AT_ONCE INT64_MIN

struct course {
	struct course_rung rungs[COURSE_RUNGS_MAX];
	size_t rungs_len;
	struct ladder ladder; /* telephone steps included, day ends not */
	int64_t not_before;
	int64_t stale_from;              /* the status list gets too old */
	enum skerry_notice least_notice; /* what holds at all times */
	bool has_candidate;
	enum skerry_state candidate_state; /* what it would be at the candidate's instant */
};

/* The part of a verdict that time changes, and what decides it. */
struct course_answer {
	enum skerry_state state;
	enum skerry_reason reason;
	enum skerry_notice notice;
	const struct course_rung *rung; /* NULL: none; the course's own */
};

void course_plan(const struct license *license, const struct evaluate_facts *facts,
	struct course *ret_course);

struct course_answer course_at(const struct course *course, int64_t now);

/* When the answer that holds at `now` next changes; LICENSE_NEVER. */
int64_t course_next_change(
	const struct course *course, int64_t now, const struct course_answer *answer);

/* Where one rung stands by itself: active (not begun), grace, degraded or locked. */
enum skerry_state course_rung_state(const struct course_rung *rung, int64_t now);
/* When that state ends, or for a locked one when it began. */
int64_t course_rung_end(const struct course_rung *rung, enum skerry_state state);

#endif
