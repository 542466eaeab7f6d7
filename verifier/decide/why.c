/* SPDX-License-Identifier: ISC */
#include "why.h"

#include "clock.h"
#include "formats/fingerprint.h"
#include "why_link.h"

/* --- what ends a license --------------------------------------------------------------------- */

static void
tell_status(const struct why_subject *subject, struct why_link *link)
{
	why_add_number(link, "status_index", subject->license->status_index);
	if (subject->status_version > 0)
		why_add_number(link, "status_list_version", subject->status_version);
	why_add_instant(link, "status_issued_at", subject->facts->status_issued_at);
}

static void
tell_weights(const struct why_subject *subject, struct why_link *link)
{
	if (subject->tally != NULL) {
		why_add_number(link, "matched", subject->tally->matched);
		why_add_number(link, "unreadable", subject->tally->unreadable);
	}
	why_add_number(link, "threshold", subject->license->threshold);
	why_add_duration(link, "rebind_grace_s", subject->license->ladder.rebind_grace_s);
}

static void
tell_domain(const struct why_subject *subject, struct why_link *link)
{
	why_add_chars(link, "domain", subject->domain);
	if (subject->license->domains_len > 0)
		why_add_text(link, "license_domain", subject->license->domains[0]);
	why_add_number(link, "license_domains", subject->license->domains_len);
	why_add_duration(link, "rebind_grace_s", subject->license->ladder.rebind_grace_s);
}

static void
tell_tenant(const struct why_subject *subject, struct why_link *link)
{
	why_add_chars(link, "tenant", subject->tenant);
	why_add_text(link, "license_tenant", subject->license->tenant);
	why_add_duration(link, "rebind_grace_s", subject->license->ladder.rebind_grace_s);
}

static void
tell_signing_key(const struct why_subject *subject, struct why_link *link)
{
	if (subject->kid != NULL)
		why_add_fact(link, "kid", WHY_BYTES, 0)->bytes =
			(struct cbor_bytes){ subject->kid, COSE_KID_LEN };
	why_add_instant(link, "issued_at", subject->license->issued_at);
	why_add_duration(link, "grace_s", subject->license->ladder.grace_s);
	why_add_duration(link, "degraded_s", subject->license->ladder.degraded_s);
}

/* The steps that follow a date, and the time of day at which they are taken. */
static void
tell_steps(const struct why_subject *subject, struct why_link *link, const char *grace_name,
	int64_t grace_s)
{
	const struct license_ladder *ladder = &subject->license->ladder;

	why_add_duration(link, grace_name, grace_s);
	why_add_duration(link, "degraded_s", ladder->degraded_s);
	why_add_fact(link, "day_end", WHY_MINUTES, ladder->day_end_minutes);
}

static void
tell_rung_facts(const struct why_subject *subject, const struct course *course,
	enum course_cause cause, struct why_link *link)
{
	const struct license *license = subject->license;

	switch (cause) {
	case COURSE_REVOKED:
	case COURSE_SUSPENDED:
		tell_status(subject, link);
		break;
	case COURSE_MAINTENANCE:
		why_add_instant(link, "maintenance_until", license->maintenance_until);
		why_add_instant(link, "build_date", subject->facts->build_date);
		break;
	case COURSE_SIGNING_KEY:
		tell_signing_key(subject, link);
		break;
	case COURSE_UNPAIRED:
		why_add_duration(link, "overlap_s", license->ladder.overlap_s);
		break;
	case COURSE_MACHINE:
	case COURSE_COMPONENTS:
		tell_weights(subject, link);
		break;
	case COURSE_DOMAIN:
		tell_domain(subject, link);
		break;
	case COURSE_TENANT:
		tell_tenant(subject, link);
		break;
	case COURSE_ROLLBACK:
		tell_steps(subject, link, "grace_s", license->ladder.grace_s);
		break;
	case COURSE_TERM:
		why_add_instant(link, "valid_until", course->ladder.valid_until);
		tell_steps(subject, link, "expiry_grace_s", license->ladder.expiry_grace_s);
		break;
	case COURSE_RENEWAL:
		why_add_instant(link, "renew_by", course->ladder.renew_by);
		tell_steps(subject, link, "grace_s", license->ladder.grace_s);
		break;
	case COURSE_LAST_DATE:
		why_add_instant(link, "expires_at", license->expires_at);
		break;
	}
}

static const enum why_code RUNG_CODES[COURSE_CAUSES] = {
	[COURSE_REVOKED] = WHY_REVOKED,
	[COURSE_SUSPENDED] = WHY_SUSPENDED,
	[COURSE_MAINTENANCE] = WHY_MAINTENANCE_ENDED,
	[COURSE_SIGNING_KEY] = WHY_SIGNING_KEY,
	[COURSE_UNPAIRED] = WHY_UNPAIRED,
	[COURSE_MACHINE] = WHY_OTHER_MACHINE,
	[COURSE_COMPONENTS] = WHY_TOO_FEW_COMPONENTS,
	[COURSE_DOMAIN] = WHY_OTHER_DOMAIN,
	[COURSE_TENANT] = WHY_OTHER_TENANT,
	[COURSE_ROLLBACK] = WHY_STATE_RESTORED,
	[COURSE_TERM] = WHY_TERM_ENDED,
	[COURSE_RENEWAL] = WHY_RENEWAL_MISSED,
	[COURSE_LAST_DATE] = WHY_LAST_DATE,
};

static struct why_link *
add_rung_link(struct why *why, enum why_part part, enum why_code code,
	const struct course_rung *rung, int64_t now)
{
	struct why_link *link = why_add_link(why, part, code);

	link->reason = rung->reason;
	link->state = course_rung_state(rung, now);
	link->since = rung->from == COURSE_AT_ONCE ? LICENSE_NEVER : rung->from;
	if (link->state != SKERRY_STATE_LOCKED)
		link->until = course_rung_end(rung, link->state);
	return link;
}

/* Site key and machine share one rung; each that differs is a link. */
static void
explain_rung(const struct why_subject *subject, const struct course *course,
	const struct course_rung *rung, enum why_part part, struct why *why)
{
	int64_t now = subject->facts->now;

	if (rung->cause == COURSE_MACHINE && subject->facts->site_key == EVALUATE_MISMATCH) {
		struct why_link *link = add_rung_link(why, part, WHY_OTHER_SITE, rung, now);

		why_add_number(link, "activation", subject->license->activation);
		why_add_duration(link, "rebind_grace_s", subject->license->ladder.rebind_grace_s);
		if (subject->facts->machine != EVALUATE_MISMATCH)
			return;
		part = WHY_HOLDS_TOO;
	}
	tell_rung_facts(subject, course, rung->cause,
		add_rung_link(why, part, RUNG_CODES[rung->cause], rung, now));
}

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
is_worth_telling(const struct course_rung *rung, const struct course_answer *answer, int64_t now)
{
	return rung != answer->rung && rung->cause != COURSE_LAST_DATE &&
	       course_rung_state(rung, now) != SKERRY_STATE_ACTIVE;
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

			if (is_worth_telling(rung, answer, now) &&
				course_rung_state(rung, now) == (enum skerry_state)state)
				explain_rung(subject, course, rung, WHY_HOLDS_TOO, why);
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

/* --- the chain ------------------------------------------------------------------------------- */

static void
explain_nothing(const struct why_subject *subject, struct why *why)
{
	bool unused = subject->files_unused > 0;
	struct why_link *link =
		why_add_link(why, WHY_DECIDES, unused ? WHY_FILES_UNUSED : WHY_NO_LICENSE);

	link->reason = unused ? SKERRY_REASON_STATE_DAMAGED : SKERRY_REASON_NO_LICENSE;
	link->state = SKERRY_STATE_UNLICENSED;
	if (unused)
		why_add_number(link, "files", subject->files_unused);
}

void
why_explain(const struct why_subject *subject, struct why *ret_why)
{
	struct course_answer answer;
	struct course course;

	ret_why->len = 0;
	if (subject->license == NULL) {
		explain_nothing(subject, ret_why);
		explain_next(subject, ret_why);
		return;
	}
	course_plan(subject->license, subject->facts, &course);
	answer = course_at(&course, subject->facts->now);
	if (answer.rung != NULL)
		explain_rung(subject, &course, answer.rung, WHY_DECIDES, ret_why);
	else
		explain_whole(subject, &course, &answer, ret_why);
	explain_others(subject, &course, &answer, ret_why);
	explain_notices(subject, &course, ret_why);
	explain_news(subject, &course, ret_why);
	explain_next(subject, ret_why);
}
