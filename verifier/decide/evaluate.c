/* SPDX-License-Identifier: ISC */
#include "evaluate.h"

/*
 * Each thing that can end a license is a rung: it shows from `from` on, takes full access away at
 * `full_until` and the rest at `read_until`. The license stands where its worst rung stands. So the
 * verdict at any instant, and the instant at which it changes, come from one list.
 */
struct rung {
	int64_t from, full_until, read_until;
	enum skerry_reason reason;
};

enum { RUNGS_MAX = 12 };

/* Before every instant: what locks at once has always locked. */
#define AT_ONCE INT64_MIN

/* All that time can do to one license under given facts. */
struct course {
	struct rung rungs[RUNGS_MAX];
	size_t rungs_len;
	int64_t not_before;
	int64_t warn_from, alert_from;   /* about the renewal */
	int64_t stale_from;              /* the status list gets too old */
	enum skerry_notice least_notice; /* what holds at all times */
};

/* The part of a verdict that time changes. */
struct answer {
	enum skerry_state state;
	enum skerry_reason reason;
	enum skerry_notice notice;
};

static bool
reached(int64_t at, int64_t now)
{
	return at != LICENSE_NEVER && now >= at;
}

/* `duration_s` is not negative. */
static int64_t
later(int64_t at, int64_t duration_s)
{
	return at > LICENSE_NEVER - duration_s ? LICENSE_NEVER : at + duration_s;
}

static int64_t
first_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static enum skerry_notice
louder(enum skerry_notice a, enum skerry_notice b)
{
	return a > b ? a : b;
}

/* --- the course: facts become rungs ---------------------------------------------------------- */

static void
add_rung(struct course *course, int64_t from, int64_t full_until, int64_t read_until,
	enum skerry_reason reason)
{
	course->rungs[course->rungs_len++] = (struct rung){ from, full_until, read_until, reason };
}

/*
 * A condition that began at `since`: full access for `grace_s`, read only for `degraded_s`. Dates
 * step down at a day end; a condition that gets no grace is no date and locks where it begins.
 */
static void
add_condition(struct course *course, const struct license *license,
	const struct evaluate_facts *facts, int64_t since, int64_t grace_s, int64_t degraded_s,
	enum skerry_reason reason)
{
	unsigned day_end = license->ladder.day_end_minutes;
	int64_t full_until = later(since, grace_s), read_until = later(full_until, degraded_s);

	if (since == LICENSE_NEVER)
		return;
	if (full_until != since)
		full_until = ladder_day_end(full_until, day_end, facts->utc_offset_s);
	if (read_until != since)
		read_until = ladder_day_end(read_until, day_end, facts->utc_offset_s);
	add_rung(course, since, full_until, read_until, reason);
}

/* A mismatch whose beginning nobody has seen began with the license. */
static void
add_mismatch(struct course *course, const struct license *license,
	const struct evaluate_facts *facts, int64_t since, enum skerry_reason reason)
{
	add_condition(course, license, facts, since == LICENSE_NEVER ? license->issued_at : since,
		license->ladder.rebind_grace_s, 0, reason);
}

/* Both ladders end when the first of them does; the other one only shows. */
static void
add_ladder(struct course *course, const struct license *license, const struct evaluate_facts *facts,
	const struct ladder *ladder)
{
	unsigned day_end = license->ladder.day_end_minutes;
	int64_t full_until, read_until;
	bool by_expiry;

	full_until = ladder_day_end(ladder->grace_until, day_end, facts->utc_offset_s);
	read_until = ladder_day_end(ladder->degraded_until, day_end, facts->utc_offset_s);
	by_expiry =
		ladder->valid_until != LICENSE_NEVER &&
		later(ladder->valid_until, license->ladder.expiry_grace_s) == ladder->grace_until;
	add_rung(course, ladder->valid_until, by_expiry ? full_until : LICENSE_NEVER,
		by_expiry ? read_until : LICENSE_NEVER, SKERRY_REASON_EXPIRED);
	add_rung(course, ladder->renew_by, by_expiry ? LICENSE_NEVER : full_until,
		by_expiry ? LICENSE_NEVER : read_until, SKERRY_REASON_RENEWAL_MISSED);
	/* The signed last date: nobody accepts the license after it, whatever the ladder says. */
	add_rung(course, license->expires_at, license->expires_at, license->expires_at,
		SKERRY_REASON_EXPIRED);
	course->warn_from = ladder->warn_from;
	course->alert_from = ladder->alert_from;
}

/* What the vendor decided, or what no time heals. */
static void
add_at_once(
	struct course *course, const struct license *license, const struct evaluate_facts *facts)
{
	if (facts->status == EVALUATE_STATUS_REVOKED)
		add_rung(course, AT_ONCE, AT_ONCE, AT_ONCE, SKERRY_REASON_REVOKED);
	if (facts->status == EVALUATE_STATUS_SUSPENDED)
		add_rung(course, AT_ONCE, AT_ONCE, AT_ONCE, SKERRY_REASON_SUSPENDED);
	if (facts->build_date != 0 && license->maintenance_until != LICENSE_NEVER &&
		facts->build_date > license->maintenance_until)
		add_rung(course, AT_ONCE, AT_ONCE, AT_ONCE, SKERRY_REASON_MAINTENANCE_ENDED);
}

/* What began at some instant and is given its time. */
static void
add_conditions(
	struct course *course, const struct license *license, const struct evaluate_facts *facts)
{
	const struct license_ladder *steps = &license->ladder;

	add_condition(course, license, facts, facts->key_revoked_since, steps->grace_s,
		steps->degraded_s, SKERRY_REASON_SIGNING_KEY_REVOKED);
	add_condition(course, license, facts, facts->unpaired_since, steps->overlap_s, 0,
		SKERRY_REASON_UNPAIRED);
	if (facts->machine == EVALUATE_MISMATCH || facts->site_key == EVALUATE_MISMATCH)
		add_mismatch(
			course, license, facts, facts->machine_since, SKERRY_REASON_WRONG_MACHINE);
	if (facts->machine == EVALUATE_TOO_FEW)
		add_mismatch(course, license, facts, facts->machine_since,
			SKERRY_REASON_TOO_FEW_COMPONENTS);
	if (facts->domain == EVALUATE_MISMATCH)
		add_mismatch(
			course, license, facts, facts->domain_since, SKERRY_REASON_WRONG_DOMAIN);
	if (facts->tenant == EVALUATE_MISMATCH)
		add_mismatch(
			course, license, facts, facts->tenant_since, SKERRY_REASON_WRONG_TENANT);
	if (facts->state_rollback && steps->rollback_policy == LICENSE_ROLLBACK_GRACE)
		add_condition(course, license, facts, facts->rollback_since, steps->grace_s,
			steps->degraded_s, SKERRY_REASON_STATE_DAMAGED);
}

/* A license is itself word from the vendor: what it says is as fresh as its own date. */
static int64_t
stale_from(const struct license *license, const struct evaluate_facts *facts)
{
	int64_t heard_at = license->issued_at;

	if (!license->has_status || license->ladder.max_status_age_s == 0)
		return LICENSE_NEVER;
	if (facts->status_issued_at != LICENSE_NEVER && facts->status_issued_at > heard_at)
		heard_at = facts->status_issued_at;
	return later(heard_at, license->ladder.max_status_age_s);
}

/* Rungs of the same state and end: the one added first gives the reason. */
static void
plan_course(const struct license *license, const struct evaluate_facts *facts,
	const struct ladder *ladder, struct course *ret_course)
{
	ret_course->rungs_len = 0;
	ret_course->not_before = license->not_before;
	ret_course->stale_from = stale_from(license, facts);
	ret_course->least_notice = SKERRY_NOTICE_NONE;
	if (facts->clock != EVALUATE_CLOCK_OK || facts->state_rollback)
		ret_course->least_notice = SKERRY_NOTICE_WARN;
	add_at_once(ret_course, license, facts);
	add_conditions(ret_course, license, facts);
	add_ladder(ret_course, license, facts, ladder);
}

/* --- the answer at one instant --------------------------------------------------------------- */

static enum skerry_state
rung_state(const struct rung *rung, int64_t now)
{
	if (reached(rung->read_until, now))
		return SKERRY_STATE_LOCKED;
	if (reached(rung->full_until, now))
		return SKERRY_STATE_DEGRADED;
	if (reached(rung->from, now))
		return SKERRY_STATE_GRACE;
	return SKERRY_STATE_ACTIVE;
}

/* When a rung's state ends, or for a locked one when it began. */
static int64_t
rung_end(const struct rung *rung, enum skerry_state state)
{
	return state == SKERRY_STATE_GRACE ? rung->full_until : rung->read_until;
}

/* How loud the missing renewal is; a license may put the alert long after renew_by. */
static enum skerry_notice
renewal_notice(const struct course *course, int64_t now)
{
	if (reached(course->alert_from, now))
		return SKERRY_NOTICE_ALERT;
	if (reached(course->warn_from, now))
		return SKERRY_NOTICE_WARN;
	return SKERRY_NOTICE_NONE;
}

/* The worst state wins; of several, the one that ends first. */
static const struct rung *
worst_rung(const struct course *course, int64_t now, enum skerry_state *ret_state)
{
	const struct rung *worst = NULL;
	enum skerry_state worst_state = SKERRY_STATE_ACTIVE;

	for (size_t i = 0; i < course->rungs_len; i++) {
		const struct rung *rung = &course->rungs[i];
		enum skerry_state state = rung_state(rung, now);

		if (state < worst_state || state == SKERRY_STATE_ACTIVE)
			continue;
		if (state == worst_state && rung_end(rung, state) >= rung_end(worst, state))
			continue;
		worst = rung;
		worst_state = state;
	}
	*ret_state = worst_state;
	return worst;
}

static struct answer
answer_at(const struct course *course, int64_t now)
{
	struct answer answer = { SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_NONE };
	enum skerry_notice renewal = renewal_notice(course, now);
	const struct rung *rung = worst_rung(course, now, &answer.state);

	if (answer.state != SKERRY_STATE_LOCKED && now < course->not_before) {
		answer = (struct answer){ SKERRY_STATE_UNLICENSED, SKERRY_REASON_NOT_YET_VALID,
			SKERRY_NOTICE_INFO };
	} else if (rung == NULL && renewal != SKERRY_NOTICE_NONE) {
		answer = (struct answer){ SKERRY_STATE_OVERDUE, SKERRY_REASON_OVERDUE, renewal };
	} else if (rung != NULL) {
		answer.reason = rung->reason;
		answer.notice = SKERRY_NOTICE_ALERT;
		if (answer.state == SKERRY_STATE_GRACE &&
			rung->reason == SKERRY_REASON_RENEWAL_MISSED)
			answer.notice = louder(SKERRY_NOTICE_INFO, renewal);
	}
	answer.notice = louder(answer.notice, course->least_notice);
	if (reached(course->stale_from, now))
		answer.notice = louder(answer.notice, SKERRY_NOTICE_WARN);
	return answer;
}

/* --- the next change ------------------------------------------------------------------------- */

/* The earlier of two instants that lie after `now`. */
static int64_t
sooner(int64_t next, int64_t at, int64_t now)
{
	return at > now && at < next ? at : next;
}

static int64_t
next_boundary(const struct course *course, int64_t now)
{
	int64_t next = LICENSE_NEVER;

	for (size_t i = 0; i < course->rungs_len; i++) {
		next = sooner(next, course->rungs[i].from, now);
		next = sooner(next, course->rungs[i].full_until, now);
		next = sooner(next, course->rungs[i].read_until, now);
	}
	next = sooner(next, course->not_before, now);
	next = sooner(next, course->warn_from, now);
	next = sooner(next, course->alert_from, now);
	return sooner(next, course->stale_from, now);
}

static bool
same_answer(const struct answer *a, const struct answer *b)
{
	return a->state == b->state && a->reason == b->reason && a->notice == b->notice;
}

/* Boundaries that change nothing are passed over. */
static int64_t
next_change(const struct course *course, int64_t now, const struct answer *answer)
{
	int64_t at = next_boundary(course, now);

	while (at != LICENSE_NEVER) {
		struct answer then = answer_at(course, at);

		if (!same_answer(answer, &then))
			break;
		at = next_boundary(course, at);
	}
	return at;
}

/* --- the verdict ----------------------------------------------------------------------------- */

static enum skerry_access
access_of(enum skerry_state state)
{
	switch (state) {
	case SKERRY_STATE_ACTIVE:
	case SKERRY_STATE_OVERDUE:
	case SKERRY_STATE_GRACE:
		return SKERRY_ACCESS_FULL;
	case SKERRY_STATE_DEGRADED:
		return SKERRY_ACCESS_READ_ONLY;
	case SKERRY_STATE_UNLICENSED:
	case SKERRY_STATE_LOCKED:
		break;
	}
	return SKERRY_ACCESS_NONE;
}

/* When full access and all access end; what locks at once has no date to tell. */
static void
tell_ends(const struct course *course, struct skerry_verdict *verdict)
{
	for (size_t i = 0; i < course->rungs_len; i++) {
		const struct rung *rung = &course->rungs[i];

		if (rung->from == AT_ONCE)
			continue;
		verdict->grace_until = first_of(verdict->grace_until, rung->full_until);
		verdict->degraded_until = first_of(verdict->degraded_until, rung->read_until);
	}
}

void
evaluate_facts_init(struct evaluate_facts *ret_facts, int64_t now, int32_t utc_offset_s)
{
	*ret_facts = (struct evaluate_facts){
		.now = now,
		.utc_offset_s = utc_offset_s,
		.status_issued_at = LICENSE_NEVER,
		.rollback_since = LICENSE_NEVER,
		.machine_since = LICENSE_NEVER,
		.domain_since = LICENSE_NEVER,
		.tenant_since = LICENSE_NEVER,
		.key_revoked_since = LICENSE_NEVER,
		.unpaired_since = LICENSE_NEVER,
	};
}

void
evaluate(const struct license *license, const struct evaluate_facts *facts,
	struct skerry_verdict *ret_verdict)
{
	struct skerry_verdict verdict = {
		.state = SKERRY_STATE_UNLICENSED,
		.reason = SKERRY_REASON_NO_LICENSE,
		.notice = SKERRY_NOTICE_ALERT,
		.at = facts->now,
		.next_change_at = SKERRY_NEVER,
		.renew_by = SKERRY_NEVER,
		.valid_until = SKERRY_NEVER,
		.maintenance_until = SKERRY_NEVER,
		.grace_until = SKERRY_NEVER,
		.degraded_until = SKERRY_NEVER,
	};

	if (license != NULL) {
		struct ladder ladder;
		struct course course;
		struct answer answer;

		ladder_dates(license, facts->telephone_steps, &ladder);
		plan_course(license, facts, &ladder, &course);
		answer = answer_at(&course, facts->now);
		verdict.state = answer.state;
		verdict.reason = answer.reason;
		verdict.notice = answer.notice;
		verdict.next_change_at = next_change(&course, facts->now, &answer);
		verdict.renew_by = ladder.renew_by;
		verdict.valid_until = ladder.valid_until;
		verdict.maintenance_until = license->maintenance_until;
		tell_ends(&course, &verdict);
	}
	verdict.access = access_of(verdict.state);
	*ret_verdict = verdict;
}
