/* SPDX-License-Identifier: ISC */
#include "why.h"

#include <string.h>

#include "clock.h"
#include "formats/fingerprint.h"
#include "why_link.h"
#include "why_rung.h"

/* --- what decides ---------------------------------------------------------------------------- */

/* When the license leaves the state that no rung has a part in. */
static int64_t
state_ends(const struct course *course, int64_t now)
{
	struct course_answer answer = course_at(course, now);
	const enum skerry_state state = answer.state;

	while (answer.state == state) {
		now = course_next_change(course, now, &answer);
		if (now == LICENSE_NEVER)
			break;
		answer = course_at(course, now);
	}
	return now;
}

static void
explain_whole(const struct why_subject *subject, const struct course *course,
	const struct course_answer *answer, struct why *why)
{
	const struct license *license = subject->license;
	const struct ladder *ladder = &course->ladder;
	struct why_link *link;

	if (answer->state == SKERRY_STATE_UNLICENSED) {
		link = why_add_link(why, WHY_DECIDES, WHY_BEGINS_LATER);
		why_add_instant(link, "not_before", license->not_before);
		link->until = license->not_before;
	} else if (answer->state == SKERRY_STATE_OVERDUE) {
		link = why_add_link(why, WHY_DECIDES, WHY_RENEWAL_DUE);
		why_add_instant(link, "renew_by", ladder->renew_by);
		why_add_duration(link, "warn_s", license->ladder.warn_s);
		why_add_duration(link, "alert_s", license->ladder.alert_s);
		link->since = ladder->warn_from < ladder->alert_from ? ladder->warn_from
								     : ladder->alert_from;
		link->until = state_ends(course, subject->facts->now);
	} else {
		link = why_add_link(why, WHY_DECIDES, WHY_VALID);
		why_add_instant(link, "renew_by", ladder->renew_by);
		why_add_instant(link, "valid_until", ladder->valid_until);
		link->since = license->not_before;
		link->until = state_ends(course, subject->facts->now);
	}
	link->reason = answer->reason;
	link->state = answer->state;
}

/* The signed last date lies a day behind the ladder's: by itself it explains nothing more. */
static bool
is_worth_telling(const struct course_rung *rung, const struct course_answer *answer)
{
	return rung != answer->rung && rung->cause != COURSE_LAST_DATE;
}

/* The worst first; of one state as the course has them. */
static void
explain_others(const struct why_subject *subject, const struct course *course,
	const struct course_answer *answer, struct why *why)
{
	int64_t now = subject->facts->now;

	for (int state = SKERRY_STATE_LOCKED; state >= SKERRY_STATE_GRACE; state--)
		for (size_t i = 0; i < course->rungs_len; i++) {
			const struct course_rung *rung = &course->rungs[i];

			if (is_worth_telling(rung, answer) &&
				course_rung_state(rung, now) == (enum skerry_state)state)
				why_explain_rung(subject, course, rung, WHY_HOLDS_TOO, why);
		}
}

/* --- notices and news ------------------------------------------------------------------------ */

static int64_t
tolerance_of(const struct license *license)
{
	return license->ladder.tolerance_s == 0 ? CLOCK_TOLERANCE_S : license->ladder.tolerance_s;
}

static const enum why_code CLOCK_CODES[] = {
	[EVALUATE_CLOCK_BEHIND] = WHY_CLOCK_BEHIND,
	[EVALUATE_CLOCK_AHEAD_UNPROVEN] = WHY_CLOCK_AHEAD,
	[EVALUATE_CLOCK_FAULT] = WHY_CLOCK_FAULT,
	[EVALUATE_CLOCK_UNATTENDED] = WHY_CLOCK_UNATTENDED,
};

static void
explain_clock(const struct why_subject *subject, struct why *why)
{
	const struct evaluate_facts *facts = subject->facts;
	struct why_link *link;

	if (facts->clock != EVALUATE_CLOCK_OK) {
		link = why_add_link(why, WHY_NOTICE, CLOCK_CODES[facts->clock]);
		if (facts->clock == EVALUATE_CLOCK_BEHIND)
			why_add_duration(link, "tolerance_s", tolerance_of(subject->license));
	}
	if (facts->candidate == LICENSE_NEVER)
		return;
	link = why_add_link(why, WHY_NOTICE, WHY_CLOCK_CANDIDATE);
	why_add_instant(link, "candidate", facts->candidate);
	why_add_instant(link, "candidate_due", facts->candidate_due);
	why_add_left(link, "left_s", facts->now, facts->candidate_due);
	link->until = facts->candidate_due;
}

static void
explain_notices(const struct why_subject *subject, const struct course *course, struct why *why)
{
	const struct evaluate_facts *facts = subject->facts;
	const struct license_ladder *ladder = &subject->license->ladder;
	struct why_link *link;

	explain_clock(subject, why);
	if (course->stale_from != LICENSE_NEVER && facts->now >= course->stale_from) {
		link = why_add_link(why, WHY_NOTICE, WHY_STATUS_OLD);
		link->since = course->stale_from;
		why_add_instant(link, "heard_at", course->stale_from - ladder->max_status_age_s);
		why_add_duration(link, "max_status_age_s", ladder->max_status_age_s);
	}
	/* Where it costs something it is a rung, once that has begun; NEVER is after now. */
	if (facts->state_rollback && (ladder->rollback_policy == LICENSE_ROLLBACK_NOTICE ||
					     facts->rollback_since > facts->now)) {
		link = why_add_link(why, WHY_NOTICE, WHY_STATE_NOTICED);
		if (facts->rollback_since <= facts->now)
			link->since = facts->rollback_since;
	}
}

static void
add_types(struct why *why, enum why_code code, const char *name, int64_t types)
{
	if (types != 0)
		why_add_fact(why_add_link(why, WHY_NEWS, code), name, WHY_COMPONENTS, types);
}

static void
explain_components(const struct why_subject *subject, struct why *why)
{
	const struct license *license = subject->license;
	int64_t differ = 0, unreadable = 0;

	for (size_t i = 0; subject->sights != NULL && i < license->components_len; i++) {
		unsigned type = license->components[i].type;

		/* A later version's types have no name. */
		if (type > FINGERPRINT_TYPE_LAST)
			continue;
		if (subject->sights[i] == MATCH_DIFFERS)
			differ |= MATCH_TYPE_BIT(type);
		if (subject->sights[i] == MATCH_UNREADABLE)
			unreadable |= MATCH_TYPE_BIT(type);
	}
	add_types(why, WHY_COMPONENTS_DIFFER, "different", differ);
	add_types(why, WHY_COMPONENTS_UNREADABLE, "not_readable", unreadable);
}

/* The ladder that does not decide and has not been reached. */
static void
explain_other_ladder(
	const struct why_subject *subject, const struct course *course, struct why *why)
{
	const struct ladder *ladder = &course->ladder;
	const enum why_code decides = why->links[0].code;
	int64_t now = subject->facts->now;

	if (decides == WHY_VALID || decides == WHY_BEGINS_LATER)
		return;
	if (ladder->valid_until != LICENSE_NEVER && now < ladder->valid_until)
		why_add_instant(why_add_link(why, WHY_NEWS, WHY_TERM_GOES_ON), "valid_until",
			ladder->valid_until);
	if (decides != WHY_RENEWAL_DUE && ladder->renew_by != LICENSE_NEVER &&
		now < ladder->renew_by)
		why_add_instant(why_add_link(why, WHY_NEWS, WHY_RENEWAL_AHEAD), "renew_by",
			ladder->renew_by);
}

/* More steps than the license has count as all. */
static void
explain_telephone(const struct why_subject *subject, const struct course *course, struct why *why)
{
	const struct license *license = subject->license;
	struct why_link *link = why_add_link(why, WHY_NEWS, WHY_TELEPHONE_STEPS);
	unsigned steps = subject->facts->telephone_steps;

	if (steps > license->telephone_steps)
		steps = license->telephone_steps;
	why_add_number(link, "steps", steps);
	why_add_number(link, "steps_max", license->telephone_steps);
	why_add_duration(link, "step_s", (int64_t)license->telephone_days * LADDER_DAY_S);
	why_add_instant(link, "renew_by", course->ladder.renew_by);
}

static void
explain_news(const struct why_subject *subject, const struct course *course, struct why *why)
{
	const struct license *license = subject->license;

	explain_components(subject, why);
	explain_other_ladder(subject, course, why);
	if (subject->facts->telephone_steps > 0 && license->telephone_steps > 0)
		explain_telephone(subject, course, why);
}

static void
explain_next(const struct why_subject *subject, struct why *why)
{
	struct why_link *link;

	if (subject->next == NULL)
		return;
	link = why_add_link(why, WHY_NEWS, WHY_NEXT_LICENSE);
	why_add_text(link, "license", subject->next->id);
	why_add_number(link, "edition", subject->next->edition);
	why_add_instant(link, "not_before", subject->next->not_before);
}

/* No step goes past the term's end, and what comes too late for every step would be a call for nothing. */
static bool
can_go_by_telephone(const struct why_subject *subject, const struct course *course,
	const struct course_answer *answer)
{
	struct evaluate_facts facts = *subject->facts;
	struct course with_all;

	if (answer->reason != SKERRY_REASON_OVERDUE &&
		answer->reason != SKERRY_REASON_RENEWAL_MISSED)
		return false;
	facts.telephone_steps = subject->license->telephone_steps;
	course_plan(subject->license, &facts, &with_all);
	return with_all.ladder.renew_by > course->ladder.renew_by &&
	       course_at(&with_all, facts.now).state != SKERRY_STATE_LOCKED;
}

/* --- the chain ------------------------------------------------------------------------------- */

static void
explain_nothing(const struct why_subject *subject, struct why *why)
{
	struct why_link *link = why_add_link(why, WHY_DECIDES, WHY_NO_LICENSE);

	link->reason = SKERRY_REASON_NO_LICENSE;
	link->state = SKERRY_STATE_UNLICENSED;
	if (subject->files_unused > 0) {
		link->code = WHY_FILES_UNUSED;
		link->reason = SKERRY_REASON_STATE_DAMAGED;
		why_add_number(link, "files", subject->files_unused);
	} else if (subject->facts->tenant == EVALUATE_MISMATCH) {
		link->code = WHY_OTHER_TENANT;
		link->reason = SKERRY_REASON_WRONG_TENANT;
		why_add_chars(link, "tenant", subject->tenant);
	}
}

void
why_explain(const struct why_subject *subject, struct why *ret_why)
{
	struct course_answer answer;
	struct course course;

	ret_why->len = 0;
	ret_why->by_telephone = false;
	if (subject->license == NULL) {
		explain_nothing(subject, ret_why);
		explain_next(subject, ret_why);
		return;
	}
	course_plan(subject->license, subject->facts, &course);
	answer = course_at(&course, subject->facts->now);
	ret_why->by_telephone = can_go_by_telephone(subject, &course, &answer);
	if (answer.rung != NULL)
		why_explain_rung(subject, &course, answer.rung, WHY_DECIDES, ret_why);
	else
		explain_whole(subject, &course, &answer, ret_why);
	explain_others(subject, &course, &answer, ret_why);
	explain_notices(subject, &course, ret_why);
	explain_news(subject, &course, ret_why);
	explain_next(subject, ret_why);
}

struct cbor_text
why_told(const struct why_link *link)
{
	for (size_t i = 0; i < link->facts_len; i++)
		if (strcmp(link->facts[i].name, WHY_TOLD) == 0)
			return link->facts[i].text;
	return (struct cbor_text){ NULL, 0 };
}
