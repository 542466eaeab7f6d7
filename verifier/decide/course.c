/* SPDX-License-Identifier: ISC */
#include "course.h"

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

static enum skerry_notice
louder(enum skerry_notice a, enum skerry_notice b)
{
	return a > b ? a : b;
}

/* --- the course: facts become rungs ---------------------------------------------------------- */

static const enum skerry_reason REASONS[COURSE_CAUSES] = {
	[COURSE_REVOKED] = SKERRY_REASON_REVOKED,
	[COURSE_SUSPENDED] = SKERRY_REASON_SUSPENDED,
	[COURSE_MAINTENANCE] = SKERRY_REASON_MAINTENANCE_ENDED,
	[COURSE_SIGNING_KEY] = SKERRY_REASON_SIGNING_KEY_REVOKED,
	[COURSE_UNPAIRED] = SKERRY_REASON_UNPAIRED,
	[COURSE_MACHINE] = SKERRY_REASON_WRONG_MACHINE,
	[COURSE_COMPONENTS] = SKERRY_REASON_TOO_FEW_COMPONENTS,
	[COURSE_DOMAIN] = SKERRY_REASON_WRONG_DOMAIN,
	[COURSE_TENANT] = SKERRY_REASON_WRONG_TENANT,
	[COURSE_ROLLBACK] = SKERRY_REASON_STATE_DAMAGED,
	[COURSE_TERM] = SKERRY_REASON_EXPIRED,
	[COURSE_RENEWAL] = SKERRY_REASON_RENEWAL_MISSED,
	[COURSE_LAST_DATE] = SKERRY_REASON_EXPIRED,
};

static void
add_rung(struct course *course, int64_t from, int64_t full_until, int64_t read_until,
	enum course_cause cause)
{
	course->rungs[course->rungs_len++] =
		(struct course_rung){ from, full_until, read_until, REASONS[cause], cause };
}

static void
add_at_once(struct course *course, enum course_cause cause)
{
	add_rung(course, COURSE_AT_ONCE, COURSE_AT_ONCE, COURSE_AT_ONCE, cause);
}

/*
 * A condition that began at `since`: full access for `grace_s`, read only for `degraded_s`. Dates
 * step down at a day end; a condition that gets no grace is no date and locks where it begins.
 */
static void
add_condition(struct course *course, const struct license *license,
	const struct evaluate_facts *facts, int64_t since, int64_t grace_s, int64_t degraded_s,
	enum course_cause cause)
{
	unsigned day_end = license->ladder.day_end_minutes;
	int64_t full_until = later(since, grace_s), read_until = later(full_until, degraded_s);

	if (since == LICENSE_NEVER)
		return;
	if (full_until != since)
		full_until = ladder_day_end(full_until, day_end, &facts->local);
	if (read_until != since)
		read_until = ladder_day_end(read_until, day_end, &facts->local);
	add_rung(course, since, full_until, read_until, cause);
}

/* A mismatch whose beginning nobody has seen began with the license. */
static void
add_mismatch(struct course *course, const struct license *license,
	const struct evaluate_facts *facts, int64_t since, enum course_cause cause)
{
	add_condition(course, license, facts, since == LICENSE_NEVER ? license->issued_at : since,
		license->ladder.rebind_grace_s, 0, cause);
}

/* Both ladders end when the first of them does; the other one only shows. */
static void
add_ladder(struct course *course, const struct license *license, const struct evaluate_facts *facts)
{
	const struct ladder *ladder = &course->ladder;
	unsigned day_end = license->ladder.day_end_minutes;
	int64_t full_until, read_until;
	bool by_expiry;

	full_until = ladder_day_end(ladder->grace_until, day_end, &facts->local);
	read_until = ladder_day_end(ladder->degraded_until, day_end, &facts->local);
	by_expiry =
		later(ladder->valid_until, license->ladder.expiry_grace_s) == ladder->grace_until;
	add_rung(course, ladder->valid_until, by_expiry ? full_until : LICENSE_NEVER,
		by_expiry ? read_until : LICENSE_NEVER, COURSE_TERM);
	add_rung(course, ladder->renew_by, by_expiry ? LICENSE_NEVER : full_until,
		by_expiry ? LICENSE_NEVER : read_until, COURSE_RENEWAL);
	/* The signed last date: nobody accepts the license after it, whatever the ladder says. */
	add_rung(course, license->expires_at, license->expires_at, license->expires_at,
		COURSE_LAST_DATE);
}

/* What the vendor decided, or what no time heals. */
static void
add_decisions(
	struct course *course, const struct license *license, const struct evaluate_facts *facts)
{
	if (facts->status == EVALUATE_STATUS_REVOKED)
		add_at_once(course, COURSE_REVOKED);
	/* What was unpaired is on the list for that: nobody is to ask why it was revoked. */
	if (facts->status == EVALUATE_STATUS_REVOKED && facts->unpaired_since != LICENSE_NEVER)
		course->rungs[course->rungs_len - 1].reason = SKERRY_REASON_UNPAIRED;
	if (facts->status == EVALUATE_STATUS_SUSPENDED)
		add_at_once(course, COURSE_SUSPENDED);
	/* Neither a build without a date, 0, nor maintenance without an end. */
	if (facts->build_date > license->maintenance_until)
		add_at_once(course, COURSE_MAINTENANCE);
}

/* What began at some instant and is given its time. */
static void
add_conditions(
	struct course *course, const struct license *license, const struct evaluate_facts *facts)
{
	const struct license_ladder *steps = &license->ladder;

	add_condition(course, license, facts, facts->key_revoked_since, steps->grace_s,
		steps->degraded_s, COURSE_SIGNING_KEY);
	add_condition(course, license, facts, facts->unpaired_since, steps->overlap_s, 0,
		COURSE_UNPAIRED);
	/*
	 * A key is never changed by a repair, only with the memory of everything else: a grace would begin
	 * anew each time that it is.
	 */
	if (facts->site_key == EVALUATE_MISMATCH)
		add_at_once(course, COURSE_MACHINE);
	else if (facts->machine == EVALUATE_MISMATCH)
		add_mismatch(course, license, facts, facts->machine_since, COURSE_MACHINE);
	if (facts->machine == EVALUATE_TOO_FEW)
		add_mismatch(course, license, facts, facts->machine_since, COURSE_COMPONENTS);
	if (facts->domain == EVALUATE_MISMATCH)
		add_mismatch(course, license, facts, facts->domain_since, COURSE_DOMAIN);
	if (facts->tenant == EVALUATE_MISMATCH)
		add_mismatch(course, license, facts, facts->tenant_since, COURSE_TENANT);
	if (facts->state_rollback && steps->rollback_policy == LICENSE_ROLLBACK_GRACE)
		add_condition(course, license, facts, facts->rollback_since, steps->grace_s,
			steps->degraded_s, COURSE_ROLLBACK);
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

/* --- the answer at one instant --------------------------------------------------------------- */

enum skerry_state
course_rung_state(const struct course_rung *rung, int64_t now)
{
	if (reached(rung->read_until, now))
		return SKERRY_STATE_LOCKED;
	if (reached(rung->full_until, now))
		return SKERRY_STATE_DEGRADED;
	if (reached(rung->from, now))
		return SKERRY_STATE_GRACE;
	return SKERRY_STATE_ACTIVE;
}

int64_t
course_rung_end(const struct course_rung *rung, enum skerry_state state)
{
	return state == SKERRY_STATE_GRACE ? rung->full_until : rung->read_until;
}

/* How loud the missing renewal is; a license may put the alert long after renew_by. */
static enum skerry_notice
renewal_notice(const struct course *course, int64_t now)
{
	if (reached(course->ladder.alert_from, now))
		return SKERRY_NOTICE_ALERT;
	if (reached(course->ladder.warn_from, now))
		return SKERRY_NOTICE_WARN;
	return SKERRY_NOTICE_NONE;
}

/* The worst state wins; of several, the one that ends first. */
static const struct course_rung *
worst_rung(const struct course *course, int64_t now, enum skerry_state *ret_state)
{
	const struct course_rung *worst = NULL;
	enum skerry_state worst_state = SKERRY_STATE_ACTIVE;

	for (size_t i = 0; i < course->rungs_len; i++) {
		const struct course_rung *rung = &course->rungs[i];
		enum skerry_state state = course_rung_state(rung, now);

		if (state < worst_state || state == SKERRY_STATE_ACTIVE)
			continue;
		if (state == worst_state &&
			course_rung_end(rung, state) >= course_rung_end(worst, state))
			continue;
		worst = rung;
		worst_state = state;
	}
	*ret_state = worst_state;
	return worst;
}

/* What the candidate would change is worth a warning; that the clock has moved on is not. */
static enum skerry_notice
candidate_notice(const struct course *course, enum skerry_state state)
{
	if (!course->has_candidate)
		return SKERRY_NOTICE_NONE;
	if (state != SKERRY_STATE_UNLICENSED && course->candidate_state > state)
		return SKERRY_NOTICE_WARN;
	return SKERRY_NOTICE_INFO;
}

/* What holds but for notices that are not about access. */
static struct course_answer
stand_at(const struct course *course, int64_t now)
{
	enum skerry_notice renewal = renewal_notice(course, now);
	enum skerry_state state;
	const struct course_rung *rung = worst_rung(course, now, &state);

	if (state != SKERRY_STATE_LOCKED && now < course->not_before)
		return (struct course_answer){ SKERRY_STATE_UNLICENSED, SKERRY_REASON_NOT_YET_VALID,
			SKERRY_NOTICE_INFO, NULL };
	if (rung == NULL && renewal != SKERRY_NOTICE_NONE)
		return (struct course_answer){ SKERRY_STATE_OVERDUE, SKERRY_REASON_OVERDUE, renewal,
			NULL };
	if (rung == NULL)
		return (struct course_answer){ SKERRY_STATE_ACTIVE, SKERRY_REASON_OK,
			SKERRY_NOTICE_NONE, NULL };
	if (state == SKERRY_STATE_GRACE && rung->cause == COURSE_RENEWAL)
		return (struct course_answer){ state, rung->reason,
			louder(SKERRY_NOTICE_INFO, renewal), rung };
	return (struct course_answer){ state, rung->reason, SKERRY_NOTICE_ALERT, rung };
}

struct course_answer
course_at(const struct course *course, int64_t now)
{
	struct course_answer answer = stand_at(course, now);

	answer.notice = louder(answer.notice, course->least_notice);
	answer.notice = louder(answer.notice, candidate_notice(course, answer.state));
	if (reached(course->stale_from, now))
		answer.notice = louder(answer.notice, SKERRY_NOTICE_WARN);
	return answer;
}

/* Rungs of the same state and end: the one added first gives the reason. */
void
course_plan(const struct license *license, const struct evaluate_facts *facts,
	struct course *ret_course)
{
	ret_course->rungs_len = 0;
	ladder_dates(license, facts->telephone_steps, &ret_course->ladder);
	ret_course->not_before = license->not_before;
	ret_course->stale_from = stale_from(license, facts);
	ret_course->least_notice = SKERRY_NOTICE_NONE;
	if (facts->clock != EVALUATE_CLOCK_OK || facts->state_rollback)
		ret_course->least_notice = SKERRY_NOTICE_WARN;
	add_decisions(ret_course, license, facts);
	add_conditions(ret_course, license, facts);
	add_ladder(ret_course, license, facts);
	ret_course->has_candidate = facts->candidate != LICENSE_NEVER;
	ret_course->candidate_state = SKERRY_STATE_UNLICENSED;
	if (ret_course->has_candidate)
		ret_course->candidate_state = stand_at(ret_course, facts->candidate).state;
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
	next = sooner(next, course->ladder.warn_from, now);
	next = sooner(next, course->ladder.alert_from, now);
	return sooner(next, course->stale_from, now);
}

static bool
same_answer(const struct course_answer *a, const struct course_answer *b)
{
	return a->state == b->state && a->reason == b->reason && a->notice == b->notice;
}

/* Boundaries that change nothing are passed over. */
int64_t
course_next_change(const struct course *course, int64_t now, const struct course_answer *answer)
{
	int64_t at = next_boundary(course, now);

	while (at != LICENSE_NEVER) {
		struct course_answer then = course_at(course, at);

		if (!same_answer(answer, &then))
			break;
		at = next_boundary(course, at);
	}
	return at;
}
