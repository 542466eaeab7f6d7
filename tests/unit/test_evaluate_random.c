/* SPDX-License-Identifier: ISC */
/* evaluate: what holds for every license and all facts, over random ones with a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_draw.h"

static bool
same_verdict(const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	return a->state == b->state && a->access == b->access && a->reason == b->reason &&
	       a->notice == b->notice && a->renew_by == b->renew_by &&
	       a->valid_until == b->valid_until && a->grace_until == b->grace_until &&
	       a->degraded_until == b->degraded_until &&
	       a->maintenance_until == b->maintenance_until;
}

static struct skerry_verdict
verdict_at(const struct license *license, struct evaluate_facts facts, int64_t now)
{
	struct skerry_verdict verdict;

	facts.now = now;
	evaluate(license, &facts, &verdict);
	return verdict;
}

enum { RANDOM_CASES = 300000, PROBES = 4 };

static void
verdict_holds_until_next_change_and_changes_there(void **state)
{
	static struct license license;
	size_t changes = 0;

	(void)state;
	draw_seed(UINT64_C(0x5eed0001));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now, then;
		int64_t next, span;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &now);
		next = now.next_change_at;
		assert_true(next > facts.now);
		span = next == SKERRY_NEVER ? 5000 * DAY : next - facts.now;
		for (size_t probe = 0; probe < PROBES; probe++) {
			int64_t at = facts.now + (int64_t)draw_below((uint64_t)span);

			then = verdict_at(&license, facts, at);
			assert_true(same_verdict(&now, &then));
			assert_true(then.next_change_at == next);
		}
		if (next == SKERRY_NEVER)
			continue;
		then = verdict_at(&license, facts, next - 1);
		assert_true(same_verdict(&now, &then));
		then = verdict_at(&license, facts, next);
		assert_false(now.state == then.state && now.reason == then.reason &&
			     now.notice == then.notice);
		changes++;
	}
	assert_in_range(changes, RANDOM_CASES / 10, RANDOM_CASES);
}

/* With time alone nothing is given, except that a license begins. */
static void
access_never_rises_but_where_the_license_begins(void **state)
{
	static struct license license;

	(void)state;
	draw_seed(UINT64_C(0x5eed0002));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict before, after;
		size_t steps = 0;

		draw_license(&license);
		draw_facts(&facts);
		before = verdict_at(&license, facts, 0);
		while (before.next_change_at != SKERRY_NEVER) {
			after = verdict_at(&license, facts, before.next_change_at);
			if (after.access > before.access)
				assert_true(after.at == license.not_before);
			before = after;
			/* Three instants for each rung and four beside them. */
			assert_in_range(++steps, 1, 40);
		}
	}
}

/* The dates that a verdict tells are the ones that it keeps. */
static void
told_dates_are_kept(void **state)
{
	static struct license license;

	(void)state;
	draw_seed(UINT64_C(0x5eed0003));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &now);
		if (now.access == SKERRY_ACCESS_FULL)
			assert_true(facts.now < now.grace_until);
		if (now.access == SKERRY_ACCESS_READ_ONLY)
			assert_true(facts.now >= now.grace_until && facts.now < now.degraded_until);
		if (now.access != SKERRY_ACCESS_FULL || now.grace_until == SKERRY_NEVER)
			continue;
		assert_int_equal(verdict_at(&license, facts, now.grace_until - 1).access,
			SKERRY_ACCESS_FULL);
		assert_int_not_equal(
			verdict_at(&license, facts, now.grace_until).access, SKERRY_ACCESS_FULL);
		assert_int_equal(
			verdict_at(&license, facts, now.degraded_until).access, SKERRY_ACCESS_NONE);
	}
}

/* The ladder that was signed into exp is the one that is walked: access ends before the last date. */
static void
access_ends_within_the_signed_last_date(void **state)
{
	static struct license license;

	(void)state;
	draw_seed(UINT64_C(0x5eed0004));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now;
		int64_t last;

		draw_license(&license);
		draw_facts(&facts);
		license.expires_at = LICENSE_NEVER;
		last = ladder_last_date(&license);
		if (last == LICENSE_NEVER)
			continue;
		now = verdict_at(&license, facts, last - 1);
		assert_int_equal(now.access, SKERRY_ACCESS_NONE);
		assert_true(now.degraded_until < last);
	}
}

/* --- the offset of the place ------------------------------------------------------------------ */

/*
 * A machine may be carried around the world between now and then: a step down comes within a day of
 * its date all the same.
 */
static void
another_offset_moves_a_step_by_less_than_a_day(void **state)
{
	static struct license license;
	size_t moved = 0;

	(void)state;
	draw_seed(UINT64_C(0x5eed0005));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts here, there;
		struct skerry_verdict first, later, same;

		draw_license(&license);
		draw_facts(&here);
		there = here;
		there.local.offset_s = (int32_t)draw_below(26 * 3600) - 12 * 3600;
		evaluate(&license, &here, &first);
		evaluate(&license, &there, &same);
		later = verdict_at(&license, there, here.now + DAY - 1);
		moved += first.access != same.access;
		assert_true(first.access >= later.access || here.now < license.not_before);
		/* Notices and reasons that hang on no day end are the same everywhere. */
		assert_true(
			first.renew_by == same.renew_by && first.valid_until == same.valid_until);
		if (first.grace_until != SKERRY_NEVER)
			assert_in_range(first.grace_until - same.grace_until + DAY, 1, 2 * DAY - 1);
		if (first.degraded_until != SKERRY_NEVER)
			assert_in_range(
				first.degraded_until - same.degraded_until + DAY, 1, 2 * DAY - 1);
	}
	assert_in_range(moved, RANDOM_CASES / 10000, RANDOM_CASES / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_holds_until_next_change_and_changes_there),
		cmocka_unit_test(access_never_rises_but_where_the_license_begins),
		cmocka_unit_test(told_dates_are_kept),
		cmocka_unit_test(access_ends_within_the_signed_last_date),
		cmocka_unit_test(another_offset_moves_a_step_by_less_than_a_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
