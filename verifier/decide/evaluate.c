/* SPDX-License-Identifier: ISC */
#include "evaluate.h"

#include "course.h"

static int64_t
first_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static const enum skerry_access ACCESS[] = {
	[SKERRY_STATE_UNLICENSED] = SKERRY_ACCESS_NONE,
	[SKERRY_STATE_ACTIVE] = SKERRY_ACCESS_FULL,
	[SKERRY_STATE_OVERDUE] = SKERRY_ACCESS_FULL,
	[SKERRY_STATE_GRACE] = SKERRY_ACCESS_FULL,
	[SKERRY_STATE_DEGRADED] = SKERRY_ACCESS_READ_ONLY,
	[SKERRY_STATE_LOCKED] = SKERRY_ACCESS_NONE,
};

/* When full access and all access end; what locks at once has no date to tell. */
static void
tell_ends(const struct course *course, struct skerry_verdict *verdict)
{
	for (size_t i = 0; i < course->rungs_len; i++) {
		const struct course_rung *rung = &course->rungs[i];

		if (rung->from == COURSE_AT_ONCE)
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
		.local = { .offset_s = utc_offset_s },
		.status_issued_at = LICENSE_NEVER,
		.rollback_since = LICENSE_NEVER,
		.candidate = LICENSE_NEVER,
		.candidate_due = LICENSE_NEVER,
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
		.reason = facts->tenant == EVALUATE_MISMATCH ? SKERRY_REASON_WRONG_TENANT
							     : SKERRY_REASON_NO_LICENSE,
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
		struct course_answer answer;
		struct course course;

		course_plan(license, facts, &course);
		answer = course_at(&course, facts->now);
		verdict.state = answer.state;
		verdict.reason = answer.reason;
		verdict.notice = answer.notice;
		verdict.next_change_at = course_next_change(&course, facts->now, &answer);
		verdict.renew_by = course.ladder.renew_by;
		verdict.valid_until = course.ladder.valid_until;
		verdict.maintenance_until = license->maintenance_until;
		tell_ends(&course, &verdict);
	}
	verdict.access = ACCESS[verdict.state];
	*ret_verdict = verdict;
}
