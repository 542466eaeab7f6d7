/* SPDX-License-Identifier: ISC */
#include "why_rung.h"

#include "why_link.h"

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
		why_add_text(link, WHY_TOLD, subject->facts->told);
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

void
why_explain_rung(const struct why_subject *subject, const struct course *course,
	const struct course_rung *rung, enum why_part part, struct why *why)
{
	int64_t now = subject->facts->now;

	if (rung->cause == COURSE_MACHINE && subject->facts->site_key == EVALUATE_MISMATCH) {
		struct why_link *link = add_rung_link(why, part,
			subject->facts->pairing_lost ? WHY_PAIRING_LOST : WHY_OTHER_SITE, rung,
			now);

		why_add_number(link, "activation", subject->license->activation);
		if (subject->facts->machine != EVALUATE_MISMATCH)
			return;
		part = WHY_HOLDS_TOO;
	}
	tell_rung_facts(subject, course, rung->cause,
		add_rung_link(why, part, RUNG_CODES[rung->cause], rung, now));
}
