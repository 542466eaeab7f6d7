/* SPDX-License-Identifier: ISC */
/*
 * Day ends where clocks are put forward and back: to the second, by a plain search for what the clock on
 * the wall shows, and in the verdicts that follow, whenever they are asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_draw.h"
#include "fixture_zone.h"
#include "formats/date.h"
#include "verifier/decide/timeline.h"

static int64_t
instant(const char *text)
{
	int64_t at;

	assert_int_equal(date_parse(text, &at), SKERRY_OK);
	return at;
}

/* --- the day end ----------------------------------------------------------------------------- */

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define SAO_PAULO "<-03>3<-02>,M10.3.0/0,M2.3.0/0" /* as it was: at midnight, in the south */
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"

static const struct {
	const char *rule;
	unsigned minutes;
	const char *at, *end;
} NIGHTS[] = {
	/* Two o'clock is three, 01:00Z: the day has 23 hours. */
	{ BERLIN, 240, "2027-03-27T03:00:00Z", "2027-03-27T03:00:00Z" },
	{ BERLIN, 240, "2027-03-27T03:00:01Z", "2027-03-28T02:00:00Z" },
	{ BERLIN, 240, "2027-03-28T00:59:59Z", "2027-03-28T02:00:00Z" },
	{ BERLIN, 240, "2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z" },
	{ BERLIN, 240, "2027-03-28T02:00:00Z", "2027-03-28T02:00:00Z" },
	{ BERLIN, 240, "2027-03-28T02:00:01Z", "2027-03-29T02:00:00Z" },
	/* From two to three there is no time to show. */
	{ BERLIN, 119, "2027-03-27T12:00:00Z", "2027-03-28T00:59:00Z" },
	{ BERLIN, 120, "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z" },
	{ BERLIN, 150, "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z" },
	{ BERLIN, 150, "2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z" },
	{ BERLIN, 150, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z" },
	{ BERLIN, 150, "2027-03-28T01:00:01Z", "2027-03-29T00:30:00Z" },
	{ BERLIN, 180, "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z" },
	{ BERLIN, 181, "2027-03-27T12:00:00Z", "2027-03-28T01:01:00Z" },
	/* Three o'clock is two again, 01:00Z: 25 hours. */
	{ BERLIN, 240, "2027-10-30T02:00:01Z", "2027-10-31T03:00:00Z" },
	{ BERLIN, 240, "2027-10-31T00:59:59Z", "2027-10-31T03:00:00Z" },
	{ BERLIN, 240, "2027-10-31T01:00:00Z", "2027-10-31T03:00:00Z" },
	{ BERLIN, 240, "2027-10-31T03:00:01Z", "2027-11-01T03:00:00Z" },
	/* Half past two comes twice. */
	{ BERLIN, 150, "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z" },
	{ BERLIN, 150, "2027-10-31T00:30:01Z", "2027-10-31T01:30:00Z" },
	{ BERLIN, 150, "2027-10-31T01:00:00Z", "2027-10-31T01:30:00Z" },
	{ BERLIN, 150, "2027-10-31T01:30:01Z", "2027-11-01T01:30:00Z" },
	{ BERLIN, 120, "2027-10-31T00:00:01Z", "2027-10-31T01:00:00Z" },
	{ BERLIN, 180, "2027-10-30T12:00:00Z", "2027-10-31T02:00:00Z" },
	/* Midnight is one, 03:00Z. */
	{ SAO_PAULO, 0, "2027-10-16T03:00:01Z", "2027-10-17T03:00:00Z" },
	{ SAO_PAULO, 30, "2027-10-16T12:00:00Z", "2027-10-17T03:00:00Z" },
	{ SAO_PAULO, 240, "2027-10-16T12:00:00Z", "2027-10-17T06:00:00Z" },
	{ SAO_PAULO, 1439, "2027-10-16T12:00:00Z", "2027-10-17T02:59:00Z" },
	/* Midnight is eleven again, 02:00Z; the new day comes an hour later. */
	{ SAO_PAULO, 0, "2027-02-20T12:00:00Z", "2027-02-21T03:00:00Z" },
	{ SAO_PAULO, 1410, "2027-02-20T12:00:00Z", "2027-02-21T01:30:00Z" },
	{ SAO_PAULO, 1410, "2027-02-21T01:30:01Z", "2027-02-21T02:30:00Z" },
	{ SAO_PAULO, 240, "2027-02-20T12:00:00Z", "2027-02-21T07:00:00Z" },
	/* Half an hour, 15:30Z and 15:00Z of the day before. */
	{ LORD_HOWE, 240, "2027-10-02T00:00:00Z", "2027-10-02T17:00:00Z" },
	{ LORD_HOWE, 135, "2027-10-02T00:00:00Z", "2027-10-02T15:30:00Z" },
	{ LORD_HOWE, 240, "2027-04-03T00:00:00Z", "2027-04-03T17:30:00Z" },
	{ LORD_HOWE, 105, "2027-04-03T14:45:01Z", "2027-04-03T15:15:00Z" },
};

static void
day_end_is_what_the_clock_on_the_wall_shows(void **state)
{
	static struct local_time place;

	(void)state;
	for (size_t i = 0; i < sizeof NIGHTS / sizeof *NIGHTS; i++) {
		struct local_clock local;
		int64_t end;

		zone_make(0, NULL, 0, NIGHTS[i].rule, &place);
		local = local_time_clock(&place, 0);
		end = ladder_day_end(instant(NIGHTS[i].at), NIGHTS[i].minutes, &local);
		if (end != instant(NIGHTS[i].end))
			print_error("%s %u from %s: %lld\n", NIGHTS[i].rule, NIGHTS[i].minutes,
				NIGHTS[i].at, (long long)end);
		assert_int_equal(end, instant(NIGHTS[i].end));
	}
}

/* Samoa had no 30th of December in 2011, and Kwajalein lived through two days of one date before. */
static void
a_day_left_out_or_lived_twice_moves_no_day_end(void **state)
{
	static const struct zone_step samoa = { 1325239200, 14 * 3600 },
				      back = { 1325239200, -10 * 3600 };
	static struct local_time place;
	struct local_clock local;

	(void)state;
	zone_make(-10 * 3600, &samoa, 1, "<+14>-14", &place);
	local = local_time_clock(&place, 0);
	assert_int_equal(ladder_day_end(instant("2011-12-29T14:00:01Z"), 240, &local),
		instant("2011-12-30T14:00:00Z"));
	assert_int_equal(ladder_day_end(instant("2011-12-30T10:00:00Z"), 240, &local),
		instant("2011-12-30T14:00:00Z"));
	assert_int_equal(ladder_day_end(instant("2011-12-30T09:00:00Z"), 0, &local),
		instant("2011-12-30T10:00:00Z"));
	zone_make(14 * 3600, &back, 1, "<-10>10", &place);
	local = local_time_clock(&place, 0);
	assert_int_equal(ladder_day_end(instant("2011-12-29T14:00:01Z"), 240, &local),
		instant("2011-12-30T14:00:00Z"));
}

static int64_t
second_of_day(int64_t at)
{
	return (at % DAY + DAY) % DAY;
}

/* Minute by minute: the clock shows the time, or has just been put forward past it. */
static int64_t
search(int64_t at, unsigned minutes, const struct local_clock *local)
{
	for (int64_t t = at;; t += 60) {
		int32_t now_s = local_clock_offset(local, t),
			then_s = local_clock_offset(local, t - 1);
		int64_t to_go;

		if (second_of_day(t + now_s) == minutes * 60)
			return t;
		to_go = second_of_day(minutes * 60 - (t + then_s));
		if (to_go < (now_s - then_s) % DAY)
			return t;
	}
}

static void
day_end_is_found_by_plain_search_too_and_never_runs_backward(void **state)
{
	static struct local_time place;
	struct local_clock local = { .offset_s = 0 };
	size_t odd = 0;

	(void)state;
	draw_seed(UINT64_C(0x5eed0011));
	for (size_t n = 0; n < 10000; n++) {
		unsigned minutes = (unsigned)draw_below(1440);
		int64_t at, end, next;

		if (n % 50 == 0) {
			zone_draw(ISSUED, &place);
			local = local_time_clock(&place, 0);
		}
		/* Mostly within a day of a change. */
		at = place.zone.from[1 + draw_below(ZONE_STEPS_MAX)] +
		     ((int64_t)draw_below(3600) - 1800) * 60;
		end = ladder_day_end(at, minutes, &local);
		assert_int_equal(end, search(at, minutes, &local));
		assert_in_range(end - at, 0, DAY + 2 * HOUR);
		next = ladder_day_end(at + (int64_t)draw_below(DAY), minutes, &local);
		assert_true(next >= end);
		assert_int_equal(ladder_day_end(end, minutes, &local), end);
		odd += second_of_day(end + local_clock_offset(&local, end)) != minutes * 60;
	}
	/* Some fell where the clock was put forward. */
	assert_in_range(odd, 10, 1000);
}

/* Nothing that a file or a date says makes it wrap or run for ever. */
static int32_t
mad(const void *zone, int64_t at)
{
	(void)zone;
	return (int32_t)((uint64_t)at * UINT64_C(2654435761) >> 40 & 0xffff) - 32768;
}

static void
day_end_comes_to_an_end_at_the_edges_and_by_a_mad_clock(void **state)
{
	static const int64_t INSTANTS[] = { INT64_MIN, -1, 0, ISSUED, LICENSE_TIME_MAX,
		INT64_MAX - 1, LICENSE_NEVER };
	const struct local_clock local = { mad, NULL, 0 };
	static struct local_time place;
	struct local_clock berlin;

	(void)state;
	zone_make(3600, NULL, 0, BERLIN, &place);
	berlin = local_time_clock(&place, 0);
	for (size_t i = 0; i < sizeof INSTANTS / sizeof *INSTANTS; i++) {
		assert_true(ladder_day_end(INSTANTS[i], 240, &local) >= INSTANTS[i]);
		assert_true(ladder_day_end(INSTANTS[i], 240, &berlin) >= INSTANTS[i]);
	}
	assert_true(ladder_day_end(LICENSE_NEVER, 240, &berlin) == LICENSE_NEVER);
}

/* --- the verdict ----------------------------------------------------------------------------- */

/* A grace that is over at `over` steps down at `step`, and read access a month later. */
static const struct {
	const char *rule, *over, *step, *locked;
} STEPS[] = {
	{ BERLIN, "2027-03-27T12:00:00Z", "2027-03-28T02:00:00Z", "2027-04-27T02:00:00Z" },
	{ BERLIN, "2027-10-30T12:00:00Z", "2027-10-31T03:00:00Z", "2027-11-30T03:00:00Z" },
	{ BERLIN, "2027-03-01T12:00:00Z", "2027-03-02T03:00:00Z", "2027-04-01T02:00:00Z" },
	{ SAO_PAULO, "2027-10-16T12:00:00Z", "2027-10-17T06:00:00Z", "2027-11-16T06:00:00Z" },
	{ SAO_PAULO, "2027-02-20T12:00:00Z", "2027-02-21T07:00:00Z", "2027-03-23T07:00:00Z" },
	{ LORD_HOWE, "2027-10-02T00:00:00Z", "2027-10-02T17:00:00Z", "2027-11-01T17:00:00Z" },
	{ LORD_HOWE, "2027-04-03T00:00:00Z", "2027-04-03T17:30:00Z", "2027-05-03T17:30:00Z" },
	{ "<+14>-14", "2011-12-30T00:00:00Z", "2011-12-30T14:00:00Z", "2012-01-29T14:00:00Z" },
};

static void
verdict_steps_down_at_the_foretold_second_of_the_night(void **state)
{
	static const struct zone_step samoa = { 1325239200, 14 * 3600 };
	static struct local_time place;

	(void)state;
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		const int64_t over = instant(STEPS[i].over), step = instant(STEPS[i].step),
			      locked = instant(STEPS[i].locked);
		const bool moved = STEPS[i].rule[0] == '<' && STEPS[i].rule[2] == '1' &&
				   STEPS[i].rule[3] == '4';
		const struct expected rows[] = {
			{ over, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, step },
			{ step - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, step },
			{ step, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, locked },
			{ step + 1, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, locked },
			{ locked - 1, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, locked },
			{ locked, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
			{ locked + 1, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
		};
		struct license license = verdict_island();
		struct evaluate_facts facts = verdict_facts(over - 100 * DAY);
		struct skerry_verdict verdict;
		struct timeline timeline;

		zone_make(moved ? -10 * 3600 : 0, &samoa, moved, STEPS[i].rule, &place);
		facts.local = local_time_clock(&place, facts.now);
		license.issued_at = license.not_before = facts.now;
		license.renew_by = over - license.ladder.grace_s;
		license.valid_until = LICENSE_NEVER;
		/* Asked long before, it is foretold. */
		evaluate(&license, &facts, &verdict);
		assert_int_equal(verdict.grace_until, step);
		assert_int_equal(verdict.degraded_until, locked);
		timeline_walk(&license, &facts, &timeline);
		assert_int_equal(timeline.steps[timeline.len - 2].from, step);
		assert_int_equal(timeline.steps[timeline.len - 1].from, locked);
		EXPECT_ROWS(&license, facts, rows);
	}
}

static bool
same_verdict(const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	return a->state == b->state && a->access == b->access && a->reason == b->reason &&
	       a->notice == b->notice && a->grace_until == b->grace_until &&
	       a->degraded_until == b->degraded_until;
}

static void
verdict_holds_to_the_second_before_next_change_in_any_zone(void **state)
{
	static struct local_time place;
	static struct license license;

	(void)state;
	draw_seed(UINT64_C(0x5eed0012));
	for (size_t n = 0; n < 50000; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now, then;

		if (n % 50 == 0)
			zone_draw(ISSUED, &place);
		draw_license(&license);
		draw_facts(&facts);
		facts.local = local_time_clock(&place, facts.now);
		evaluate(&license, &facts, &now);
		if (now.next_change_at == SKERRY_NEVER)
			continue;
		assert_true(now.next_change_at > facts.now);
		facts.now = now.next_change_at - 1;
		facts.local = local_time_clock(&place, facts.now);
		evaluate(&license, &facts, &then);
		assert_true(same_verdict(&now, &then));
		assert_true(then.next_change_at == now.next_change_at);
		facts.now++;
		facts.local = local_time_clock(&place, facts.now);
		evaluate(&license, &facts, &then);
		assert_false(now.state == then.state && now.reason == then.reason &&
			     now.notice == then.notice);
	}
}

/* Every half hour for two years, whatever the clocks on the walls do meanwhile. */
static void
access_never_rises_as_time_goes_by_in_any_zone(void **state)
{
	static struct local_time place;
	static struct license license;
	size_t falls = 0;

	(void)state;
	draw_seed(UINT64_C(0x5eed0013));
	for (size_t n = 0; n < 60; n++) {
		enum skerry_access before = SKERRY_ACCESS_FULL;
		struct evaluate_facts facts;

		zone_draw(ISSUED, &place);
		draw_license(&license);
		draw_facts(&facts);
		for (int64_t at = license.not_before; at < ISSUED + 730 * DAY; at += 1800) {
			struct skerry_verdict verdict;

			facts.now = at;
			facts.local = local_time_clock(&place, at);
			evaluate(&license, &facts, &verdict);
			assert_true(verdict.access <= before);
			falls += verdict.access < before;
			before = verdict.access;
		}
	}
	assert_in_range(falls, 40, 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(day_end_is_what_the_clock_on_the_wall_shows),
		cmocka_unit_test(a_day_left_out_or_lived_twice_moves_no_day_end),
		cmocka_unit_test(day_end_is_found_by_plain_search_too_and_never_runs_backward),
		cmocka_unit_test(day_end_comes_to_an_end_at_the_edges_and_by_a_mad_clock),
		cmocka_unit_test(verdict_steps_down_at_the_foretold_second_of_the_night),
		cmocka_unit_test(verdict_holds_to_the_second_before_next_change_in_any_zone),
		cmocka_unit_test(access_never_rises_as_time_goes_by_in_any_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
