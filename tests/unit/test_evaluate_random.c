/* SPDX-License-Identifier: ISC */
/* evaluate: what holds for every license and all facts, over random ones with a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/evaluate.h"

#define DAY INT64_C(86400)
#define ISSUED INT64_C(1798761600)

static uint64_t random_state;

/* xorshift64*: the same on every machine. */
static uint64_t
draw(uint64_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(2685821657736338717) >> 11) % below;
}

static int64_t
draw_instant(void)
{
	/* Some near the end of time, where sums must not wrap; some never. */
	switch (draw(16)) {
	case 0:
		return LICENSE_NEVER;
	case 1:
		return LICENSE_TIME_MAX - (int64_t)draw(100);
	default:
		return ISSUED + (int64_t)draw((uint64_t)(900 * DAY));
	}
}

static int64_t
draw_duration(void)
{
	switch (draw(8)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return LICENSE_DURATION_MAX;
	case 3:
		return (int64_t)draw(5);
	default:
		return (int64_t)draw((uint64_t)(400 * DAY));
	}
}

static void
draw_license(struct license *ret_license)
{
	*ret_license = (struct license){
		.issued_at = ISSUED,
		.not_before = ISSUED + (draw(4) == 0 ? (int64_t)draw((uint64_t)(30 * DAY)) : 0),
		.expires_at = draw(8) == 0 ? draw_instant() : LICENSE_NEVER,
		.renew_by = draw_instant(),
		.valid_until = draw_instant(),
		.maintenance_until = draw_instant(),
		.has_status = draw(2) == 0,
		.telephone_steps = (unsigned)draw(4),
		.telephone_days = (unsigned)draw(30),
		.ladder = { .warn_s = draw_duration() * (draw(4) == 0 ? -1 : 1),
			.alert_s = draw_duration() * (draw(4) == 0 ? -1 : 1),
			.grace_s = draw_duration(),
			.degraded_s = draw_duration(),
			.expiry_grace_s = draw_duration(),
			.rebind_grace_s = draw_duration(),
			.overlap_s = draw_duration(),
			.max_status_age_s = draw_duration(),
			.rollback_policy = (enum license_rollback)draw(2),
			.day_end_minutes = (unsigned)draw(1440) },
	};
}

static void
draw_facts(struct evaluate_facts *ret_facts)
{
	evaluate_facts_init(ret_facts, ISSUED + (int64_t)draw((uint64_t)(1500 * DAY)),
		(int32_t)draw(26 * 3600) - 12 * 3600);
	ret_facts->machine = draw(3) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_MATCH;
	ret_facts->site_key = draw(16) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_MATCH;
	ret_facts->domain = draw(4) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_UNKNOWN;
	ret_facts->tenant = draw(4) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_UNKNOWN;
	ret_facts->status = draw(8) == 0 ? (enum evaluate_status)draw(4) : EVALUATE_STATUS_VALID;
	ret_facts->clock = draw(8) == 0 ? (enum evaluate_clock)draw(5) : EVALUATE_CLOCK_OK;
	ret_facts->telephone_steps = (unsigned)draw(5);
	ret_facts->state_rollback = draw(4) == 0;
	if (draw(2) == 0)
		ret_facts->status_issued_at = draw_instant();
	if (draw(2) == 0)
		ret_facts->rollback_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->machine_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->domain_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->tenant_since = draw_instant();
	if (draw(6) == 0)
		ret_facts->key_revoked_since = draw_instant();
	if (draw(6) == 0)
		ret_facts->unpaired_since = draw_instant();
	if (draw(8) == 0)
		ret_facts->build_date = draw_instant();
	if (draw(8) == 0)
		ret_facts->candidate = ret_facts->candidate_due = draw_instant();
}

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
	random_state = UINT64_C(0x5eed0001);
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
			int64_t at = facts.now + (int64_t)draw((uint64_t)span);

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
	random_state = UINT64_C(0x5eed0002);
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
	random_state = UINT64_C(0x5eed0003);
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
	random_state = UINT64_C(0x5eed0004);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_holds_until_next_change_and_changes_there),
		cmocka_unit_test(access_never_rises_but_where_the_license_begins),
		cmocka_unit_test(told_dates_are_kept),
		cmocka_unit_test(access_ends_within_the_signed_last_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
