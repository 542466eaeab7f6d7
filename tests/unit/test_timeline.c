/* SPDX-License-Identifier: ISC */
/* The timeline says at every instant what evaluate says there, for as many changes as there can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/timeline.h"

#define DAY INT64_C(86400)
#define ISSUED INT64_C(1798761600)

static struct license
busy_license(void)
{
	return (struct license){
		.issued_at = ISSUED,
		.not_before = ISSUED + DAY,
		.expires_at = ISSUED + 2000 * DAY,
		.renew_by = ISSUED + 100 * DAY,
		.valid_until = ISSUED + 150 * DAY,
		.maintenance_until = LICENSE_NEVER,
		.has_status = true,
		.ladder = { .warn_s = 30 * DAY,
			.alert_s = -10 * DAY,
			.grace_s = 100 * DAY,
			.degraded_s = 30 * DAY,
			.expiry_grace_s = 40 * DAY,
			.rebind_grace_s = 20 * DAY,
			.overlap_s = 25 * DAY,
			.max_status_age_s = 2 * DAY,
			.rollback_policy = LICENSE_ROLLBACK_GRACE,
			.day_end_minutes = 240 },
	};
}

/* Everything at once, spread over the year. */
static struct evaluate_facts
busy_facts(int64_t shift)
{
	struct evaluate_facts facts;

	evaluate_facts_init(&facts, ISSUED, 7 * 3600);
	facts.machine = facts.domain = facts.tenant = EVALUATE_MISMATCH;
	facts.machine_since = ISSUED + 170 * DAY + shift;
	facts.domain_since = ISSUED + 175 * DAY + shift;
	facts.tenant_since = ISSUED + 168 * DAY + shift;
	facts.key_revoked_since = ISSUED + 50 * DAY + shift;
	facts.unpaired_since = ISSUED + 160 * DAY + shift;
	facts.state_rollback = true;
	facts.rollback_since = ISSUED + 20 * DAY + shift;
	return facts;
}

static void
expect_same(const struct license *license, struct evaluate_facts facts,
	const struct timeline *timeline, int64_t at)
{
	struct skerry_verdict wanted, got;

	facts.now = at;
	evaluate(license, &facts, &wanted);
	timeline_verdict(timeline, at, &got);
	assert_int_equal(got.state, wanted.state);
	assert_int_equal(got.access, wanted.access);
	assert_int_equal(got.reason, wanted.reason);
	assert_int_equal(got.notice, wanted.notice);
	assert_true(got.at == wanted.at && got.next_change_at == wanted.next_change_at);
	assert_true(got.renew_by == wanted.renew_by && got.valid_until == wanted.valid_until);
	assert_true(got.grace_until == wanted.grace_until &&
		    got.degraded_until == wanted.degraded_until);
	assert_int_equal(timeline_at(timeline, at)->access, wanted.access);
}

static void
timeline_says_what_evaluate_says(void **state)
{
	const struct license license = busy_license();

	(void)state;
	for (int64_t shift = -60 * DAY; shift <= 60 * DAY; shift += 5 * DAY + 3601) {
		const struct evaluate_facts facts = busy_facts(shift);
		struct timeline timeline;

		timeline_walk(&license, &facts, &timeline);
		assert_in_range(timeline.len, 4, TIMELINE_MAX - 1);
		assert_true(timeline.steps[0].from == ISSUED);
		for (size_t i = 0; i < timeline.len; i++) {
			if (i > 0) {
				assert_true(timeline.steps[i].from > timeline.steps[i - 1].from);
				expect_same(&license, facts, &timeline, timeline.steps[i].from - 1);
			}
			expect_same(&license, facts, &timeline, timeline.steps[i].from);
			expect_same(&license, facts, &timeline, timeline.steps[i].from + 1);
		}
		for (int64_t at = ISSUED; at < ISSUED + 2100 * DAY; at += 7 * DAY + 11)
			expect_same(&license, facts, &timeline, at);
	}
}

static void
before_its_beginning_the_first_step_holds(void **state)
{
	const struct license license = busy_license();
	const struct evaluate_facts facts = busy_facts(0);
	struct skerry_verdict verdict;
	struct timeline timeline;

	(void)state;
	timeline_walk(&license, &facts, &timeline);
	timeline_verdict(&timeline, INT64_MIN, &verdict);
	assert_true(verdict.at == ISSUED);
	assert_int_equal(verdict.reason, SKERRY_REASON_NOT_YET_VALID);
	assert_true(timeline_at(&timeline, INT64_MIN) == &timeline.steps[0]);
}

static void
no_license_is_one_step(void **state)
{
	struct evaluate_facts facts;
	struct timeline timeline;

	(void)state;
	evaluate_facts_init(&facts, ISSUED, 0);
	timeline_walk(NULL, &facts, &timeline);
	assert_int_equal(timeline.len, 1);
	assert_int_equal(timeline_at(&timeline, INT64_MAX)->access, SKERRY_ACCESS_NONE);
}

/* --- whoever answers ------------------------------------------------------------------------- */

/* Changes each second: every `every` seconds something, else nothing. */
struct ticker {
	int64_t every, until;
	size_t asked;
};

static void
ask_ticker(void *context, int64_t at, struct skerry_verdict *ret_verdict)
{
	struct ticker *ticker = context;

	ticker->asked++;
	*ret_verdict = (struct skerry_verdict){ .at = at,
		.state = SKERRY_STATE_GRACE,
		.notice = at / ticker->every % 2 == 0 ? SKERRY_NOTICE_INFO : SKERRY_NOTICE_ALERT,
		.next_change_at = at < ticker->until ? at + 1 : SKERRY_NEVER };
}

static void
changes_that_change_nothing_are_no_steps(void **state)
{
	struct ticker ticker = { .every = 10, .until = 95 };
	struct timeline timeline;

	(void)state;
	assert_true(timeline_follow(ask_ticker, &ticker, 0, &timeline));
	assert_int_equal(ticker.asked, 96);
	assert_int_equal(timeline.len, 10);
	for (size_t i = 0; i < timeline.len; i++)
		assert_true(timeline.steps[i].from == (int64_t)i * 10);
}

static void
walk_that_does_not_end_is_cut_and_said(void **state)
{
	struct ticker steps = { .every = 1, .until = INT64_MAX },
		      nothing = { .every = INT64_MAX, .until = INT64_MAX };
	struct timeline timeline;

	(void)state;
	assert_false(timeline_follow(ask_ticker, &steps, 0, &timeline));
	assert_int_equal(timeline.len, TIMELINE_MAX);
	assert_true(timeline.steps[TIMELINE_MAX - 1].from == TIMELINE_MAX - 1);
	assert_false(timeline_follow(ask_ticker, &nothing, 0, &timeline));
	assert_int_equal(timeline.len, 1);
	assert_int_equal(nothing.asked, TIMELINE_ASKED_MAX + 1);
}

/* Each part of an answer makes a step when it changes. */
static void
ask_parts(void *context, int64_t at, struct skerry_verdict *ret_verdict)
{
	(void)context;
	*ret_verdict = (struct skerry_verdict){ .at = at,
		.state = at >= 1 ? SKERRY_STATE_GRACE : SKERRY_STATE_ACTIVE,
		.access = at >= 2 ? SKERRY_ACCESS_READ_ONLY : SKERRY_ACCESS_FULL,
		.reason = at >= 3 ? SKERRY_REASON_EXPIRED : SKERRY_REASON_OK,
		.notice = at >= 4 ? SKERRY_NOTICE_ALERT : SKERRY_NOTICE_NONE,
		.next_change_at = at < 6 ? at + 1 : SKERRY_NEVER };
}

static void
every_part_of_an_answer_makes_a_step(void **state)
{
	struct timeline timeline;

	(void)state;
	assert_true(timeline_follow(ask_parts, NULL, 0, &timeline));
	assert_int_equal(timeline.len, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timeline_says_what_evaluate_says),
		cmocka_unit_test(before_its_beginning_the_first_step_holds),
		cmocka_unit_test(no_license_is_one_step),
		cmocka_unit_test(changes_that_change_nothing_are_no_steps),
		cmocka_unit_test(walk_that_does_not_end_is_cut_and_said),
		cmocka_unit_test(every_part_of_an_answer_makes_a_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
