/* SPDX-License-Identifier: ISC */
/*
 * The clock: a boot that was never seen comes with an uptime. What counts of it; who is honest loses
 * nothing by it; a boot id that changes does not end the count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_clock.h"

#define HOUR FIXTURE_HOUR
#define DAY FIXTURE_DAY
#define START FIXTURE_START

static struct life m;

static int64_t
passed(void)
{
	return clock_settled(&m.clock) - START;
}

/* Another machine that has been up for `uptime` takes the folder, now. */
static void
meet(uint64_t boot, int64_t uptime)
{
	m.boot = boot;
	m.mono = uptime;
	life_tick(&m);
}

/* --- inputs that broke it -------------------------------------------------------------------- */

/* A tester's: the clock held at the issue date, another boot id at each call, asked each hour. */
static void
a_boot_id_that_changes_at_each_call_stops_no_time(void **state)
{
	(void)state;
	life_install(&m, START, START);
	life_tick(&m);
	for (int64_t hour = 1; hour <= 60 * 24; hour++) {
		m.wall_off -= HOUR;
		life_run_as_another(&m, HOUR);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
		/* In its first day, uptime beside a clock that says nothing is all there is. */
		assert_in_range(
			passed(), (hour - CLOCK_STRANGE_MAX) * HOUR * (hour > 8), hour * HOUR);
	}
	assert_int_equal(m.news_count[CLOCK_EVENT_STRANGE], 60 * 24);
}

/* A tester's: nobody cheats, the battery is dead, and one question is asked before each power-off. */
static void
a_dead_clock_asked_once_before_each_power_off_counts_what_ran(void **state)
{
	static const int64_t RTCS[] = { 0, FIXTURE_2099 };

	(void)state;
	for (size_t i = 0; i < sizeof RTCS / sizeof *RTCS; i++)
		for (int64_t jitter = -3600; jitter <= 3600; jitter += 3600) {
			int64_t ran = 0;

			life_install(&m, START, START);
			life_tick(&m);
			for (int day = 0; day < 40; day++) {
				int64_t up = 20 * HOUR + (day % 2 == 0 ? jitter : 0);

				life_boot_late(&m, 4 * HOUR, up, RTCS[i]);
				ran += up;
				assert_int_equal(passed(), ran);
				assert_true(life_lag(&m) >= 0);
			}
			assert_int_equal(m.news_count[CLOCK_EVENT_STRANGE], 0);
		}
}

/* As the first, with the clock kept where the site believes it, however it moves, and reboots. */
static void
a_clock_held_at_the_site_s_own_time_beside_changing_boot_ids(void **state)
{
	int64_t free_s;

	(void)state;
	life_install(&m, START, START);
	life_tick(&m);
	for (int hour = 0; hour < 60 * 24; hour++) {
		m.wall_off = clock_settled(&m.clock) - m.true_time - HOUR;
		life_run_as_another(&m, HOUR);
	}
	free_s = CLOCK_STRANGE_MAX * HOUR;
	assert_int_equal(passed(), 60 * DAY - free_s);
	/* Restarted each day: its own uptime begins anew, and counts as before. */
	for (int hour = 0; hour < 60 * 24; hour++) {
		if (hour % 24 == 0) {
			m.wall_off = clock_settled(&m.clock) - m.true_time - 60;
			life_boot_late(&m, 30, 30, clock_settled(&m.clock));
		}
		m.wall_off = clock_settled(&m.clock) - m.true_time - HOUR;
		life_run_as_another(&m, HOUR);
	}
	assert_in_range(passed(), 120 * DAY - free_s, 120 * DAY);
}

/* --- who is honest --------------------------------------------------------------------------- */

static void
a_container_with_boot_ids_of_its_own_goes_on_with_its_machine(void **state)
{
	(void)state;
	life_settle(&m);
	for (int start = 0; start < 1000; start++) {
		life_run_as_another(&m, 5 * HOUR);
		assert_int_equal(life_lag(&m), 0);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	}
	/* Its clock dies, long after the machine was started: as good as without a container. */
	m.wall_off = -9000 * DAY;
	for (int start = 0; start < 1000; start++) {
		life_run_as_another(&m, 5 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

/* Seconds that are rounded otherwise are no contradiction. */
static void
a_few_seconds_more_of_uptime_are_counted_and_not_told(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		life_settle(&m);
		meet(500, m.mono + CLOCK_SKEW_S + beyond);
		assert_int_equal(
			m.clock.condition, beyond > 0 ? EVALUATE_CLOCK_FAULT : EVALUATE_CLOCK_OK);
		assert_int_equal(-life_lag(&m), beyond > 0 ? 0 : CLOCK_SKEW_S + beyond);
	}
}

static void
a_folder_may_move_to_machines_of_any_uptime(void **state)
{
	(void)state;
	for (int64_t skew = -9; skew <= 0; skew += 3) {
		life_settle(&m);
		m.wall_off = skew;
		for (uint64_t host = 1; host <= CLOCK_STRANGE_MAX; host++) {
			meet(500 + host, 400 * DAY * (int64_t)host);
			assert_true(life_told(&m, CLOCK_EVENT_STRANGE,
				400 * DAY * (int64_t)host -
					(host == 1 ? 30 * DAY + 30
						   : 400 * DAY * (int64_t)(host - 1))));
			assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
			assert_int_equal(life_lag(&m), 0);
			life_tick(&m);
			assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		}
		/* One more within the fortnight is charged a day, and not more. */
		meet(600, 9000 * DAY);
		assert_int_equal(-life_lag(&m), DAY);
	}
	/* A backup of a quarter ago, restored on a machine that has run for years. */
	life_settle(&m);
	m.true_time += 90 * DAY;
	meet(500, 1000 * DAY);
	assert_int_equal(life_lag(&m), 90 * DAY);
	assert_int_equal(m.clock.candidate.need_s, 72 * HOUR);
	life_run(&m, 72 * HOUR);
	assert_int_equal(life_lag(&m), 0);
}

static void
a_fortnight_that_was_counted_excuses_anew(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 0; beyond++) {
		life_settle(&m);
		for (uint64_t host = 1; host <= CLOCK_STRANGE_MAX; host++)
			meet(500 + host, 400 * DAY * (int64_t)host);
		life_run(&m, 14 * DAY + beyond);
		assert_int_equal(m.clock.strange, beyond < 0 ? CLOCK_STRANGE_MAX : 0);
		meet(600, 9000 * DAY);
		assert_int_equal(-life_lag(&m), beyond < 0 ? DAY : 0);
	}
}

/* Sixteen hosts in any order, restarted now and then, clocks right to the second. */
static void
hosts_that_take_turns_are_never_ahead(void **state)
{
	enum { HOSTS = CLOCK_STRANGE_MAX + 1 };
	struct dice dice = { UINT64_C(0x70575705) };

	(void)state;
	for (int cluster = 0; cluster < 200; cluster++) {
		int64_t up_since[HOSTS];

		life_settle(&m);
		for (int host = 0; host < HOSTS; host++)
			up_since[host] = m.true_time - (int64_t)dice_below(&dice, 900 * 86400);
		for (int turn = 0; turn < 500; turn++) {
			uint64_t host = dice_below(&dice, HOSTS);

			m.true_time += (int64_t)dice_below(&dice, 7200);
			meet(900 + host, m.true_time - up_since[host]);
			assert_true(life_lag(&m) >= -HOSTS * CLOCK_SKEW_S);
		}
	}
}

/* --- a clock that says nothing --------------------------------------------------------------- */

static void
a_long_uptime_beside_a_silent_clock_is_charged_a_day_at_first(void **state)
{
	(void)state;
	for (int64_t beyond = 0; beyond <= 1; beyond++) {
		life_settle(&m);
		m.mono = HOUR;
		life_tick(&m);
		m.ran_before = m.ran;
		for (int move = 0; move < CLOCK_STRANGE_MAX + 1; move++) {
			int64_t before = clock_settled(&m.clock);
			bool over = beyond > 0 && move == CLOCK_STRANGE_MAX;

			m.boot++;
			m.mono = move % 2 == 0 ? 70 * DAY : DAY + beyond;
			life_set_wall(&m, before - 90 * DAY);
			if (move % 2 == 0)
				assert_int_equal(clock_settled(&m.clock) - before,
					over ? CLOCK_WEEKS_S : DAY);
			else
				assert_int_equal(
					life_told(&m, CLOCK_EVENT_STRANGE, DAY + beyond), beyond);
		}
	}
}

static void
a_clock_is_silent_from_a_day_behind_or_a_season_ahead(void **state)
{
	static const struct {
		int64_t ahead;
		bool counts;
	} ROWS[] = { { -9000 * DAY, true }, { -DAY - 1, true }, { -DAY, false }, { 0, false },
		{ 400 * DAY, false }, { 400 * DAY + 1, true } };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		for (int64_t tolerance = 0; tolerance <= 9 * DAY; tolerance += 9 * DAY) {
			int64_t before;

			life_settle(&m);
			m.tolerance = tolerance;
			before = clock_settled(&m.clock);
			m.boot = 500;
			m.mono = 20 * HOUR;
			life_set_wall(&m, before + ROWS[i].ahead);
			assert_int_equal(
				clock_settled(&m.clock) - before, ROWS[i].counts ? 20 * HOUR : 0);
		}
}

/* What counts afterwards is no running that agrees with a candidate, and takes nothing from it. */
static void
an_uptime_that_counts_leaves_what_the_wall_clock_showed(void **state)
{
	struct clock_outlook before, after;

	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	life_run(&m, 2 * HOUR);
	assert_true(clock_outlook(&m.clock, &before));
	life_boot_late(&m, 0, 20 * HOUR, 0);
	assert_int_equal(m.clock.boot_lead, CLOCK_NONE);
	assert_true(clock_outlook(&m.clock, &after));
	assert_int_equal(after.instant, before.instant);
	assert_int_equal(after.left_s, before.left_s);
}

/* Readings that could not be counted have no uptime. */
static void
an_uptime_is_compared_with_the_last_that_could_be_counted(void **state)
{
	struct clock_reading reading;

	(void)state;
	life_settle(&m);
	life_reading(&m, &reading);
	memset(reading.boot_id, 0, sizeof reading.boot_id);
	clock_tick(&m.clock, &reading, DAY, &m.news);
	life_run_as_another(&m, HOUR);
	assert_int_equal(m.news_count[CLOCK_EVENT_STRANGE], 0);
	assert_int_equal(life_lag(&m), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_boot_id_that_changes_at_each_call_stops_no_time),
		cmocka_unit_test(a_dead_clock_asked_once_before_each_power_off_counts_what_ran),
		cmocka_unit_test(a_clock_held_at_the_site_s_own_time_beside_changing_boot_ids),
		cmocka_unit_test(a_container_with_boot_ids_of_its_own_goes_on_with_its_machine),
		cmocka_unit_test(a_few_seconds_more_of_uptime_are_counted_and_not_told),
		cmocka_unit_test(a_folder_may_move_to_machines_of_any_uptime),
		cmocka_unit_test(a_fortnight_that_was_counted_excuses_anew),
		cmocka_unit_test(hosts_that_take_turns_are_never_ahead),
		cmocka_unit_test(a_long_uptime_beside_a_silent_clock_is_charged_a_day_at_first),
		cmocka_unit_test(a_clock_is_silent_from_a_day_behind_or_a_season_ahead),
		cmocka_unit_test(an_uptime_that_counts_leaves_what_the_wall_clock_showed),
		cmocka_unit_test(an_uptime_is_compared_with_the_last_that_could_be_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
