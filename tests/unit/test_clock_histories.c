/* SPDX-License-Identifier: ISC */
/* The clock: lives of sites that must come out right, and of thieves that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_clock.h"
#include "formats/date.h"

#define HOUR FIXTURE_HOUR
#define DAY FIXTURE_DAY
#define YEAR (365 * DAY)
#define START FIXTURE_START

static struct life m;
static int64_t worst_lag;

static void
install(void)
{
	life_install(&m, START, START);
	life_tick(&m);
	worst_lag = 0;
}

static void
run(int64_t seconds)
{
	life_run(&m, seconds);
	/* Never ahead, on an honest site whose clock was never ahead. */
	assert_true(life_lag(&m) >= 0);
	if (life_lag(&m) > worst_lag)
		worst_lag = life_lag(&m);
}

static int64_t
instant(const char *text)
{
	int64_t at;

	assert_int_equal(date_parse(text, &at), SKERRY_OK);
	return at;
}

/* --- good clocks ----------------------------------------------------------------------------- */

static void
a_site_that_runs_all_year(void **state)
{
	(void)state;
	install();
	run(YEAR);
	assert_int_equal(worst_lag, 0);
	assert_int_equal(m.news_count[CLOCK_EVENT_MOVED], 0);
}

static void
a_site_that_is_off_every_night(void **state)
{
	(void)state;
	install();
	for (int day = 0; day < 365; day++) {
		run(10 * HOUR);
		life_off(&m, 14 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
	assert_int_equal(worst_lag, 0);
}

static void
a_site_that_is_off_every_night_and_weekend(void **state)
{
	(void)state;
	install();
	for (int week = 0; week < 52; week++)
		for (int day = 0; day < 5; day++) {
			run(10 * HOUR);
			life_off(&m, day == 4 ? 62 * HOUR : 14 * HOUR);
		}
	/* Believed in the middle of the week; the nights since then are, at once. */
	assert_in_range(worst_lag, 62 * HOUR, 100 * HOUR);
	run(24 * HOUR);
	assert_int_equal(life_lag(&m), 0);
}

static void
a_site_that_is_open_at_weekends_alone(void **state)
{
	(void)state;
	install();
	for (int week = 0; week < 52; week++) {
		run(10 * HOUR);
		life_off(&m, 14 * HOUR);
		run(10 * HOUR);
		life_off(&m, 134 * HOUR);
	}
	assert_in_range(worst_lag, 5 * DAY, 20 * DAY);
}

static void
a_site_that_is_closed_five_months_each_winter(void **state)
{
	(void)state;
	install();
	for (int year = 0; year < 3; year++) {
		run(215 * DAY);
		life_off(&m, 150 * DAY);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		run(72 * HOUR - 1);
		assert_in_range(life_lag(&m), 150 * DAY, 151 * DAY);
		run(1);
		assert_int_equal(life_lag(&m), 0);
	}
}

static void
a_machine_that_is_paused(void **state)
{
	(void)state;
	install();
	run(30 * DAY);
	life_pause(&m, 3 * HOUR);
	assert_int_equal(life_lag(&m), 0);
	life_pause(&m, 30 * DAY);
	run(24 * HOUR);
	assert_int_equal(life_lag(&m), 0);
	/* A season's pause looks like a hand at the clock; a reboot makes it an off time. */
	life_pause(&m, 150 * DAY);
	run(30 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	life_off(&m, 60);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	run(72 * HOUR);
	assert_int_equal(life_lag(&m), 0);
}

static void
a_product_that_ticks_when_it_is_opened_alone(void **state)
{
	(void)state;
	life_install(&m, START + 100 * DAY, START);
	m.tick_every = 60;
	for (int day = 0; day < 30; day++) {
		life_run(&m, HOUR);
		m.true_time += 3 * DAY;
		m.mono += 3 * DAY;
		m.ran += 3 * DAY;
		life_tick(&m);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_UNATTENDED);
	}
	assert_int_equal(life_lag(&m), 0);
}

/* --- turns of the calendar ------------------------------------------------------------------- */

static void
each_second_around_a_turn_of_the_calendar(void **state)
{
	static const char *const TURNS[] = { "2038-01-19T03:14:08Z", "2100-01-01T00:00:00Z",
		"2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z", "2100-02-28T23:59:59Z",
		"2106-02-07T06:28:16Z", "2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z" };

	(void)state;
	for (size_t i = 0; i < sizeof TURNS / sizeof *TURNS; i++) {
		int64_t turn = instant(TURNS[i]);

		life_install(&m, turn - 10 * DAY, turn - 10 * DAY);
		run(10 * DAY - 5);
		m.tick_every = 1;
		run(10);
		assert_int_equal(clock_settled(&m.clock), turn + 5);
		m.tick_every = HOUR;
		life_off(&m, 14 * HOUR);
		run(DAY);
		assert_int_equal(life_lag(&m), 0);
		/* Off across the turn, a season long. */
		life_install(&m, turn - 100 * DAY, turn - 100 * DAY);
		life_tick(&m);
		life_off(&m, 150 * DAY);
		run(72 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

/* The wall clock is UTC; what moves by an hour is an RTC in local time, until it is put right. */
static void
an_rtc_in_local_time(void **state)
{
	static const int64_t ZONES[] = { -10 * HOUR, -HOUR, HOUR, 9 * HOUR };

	(void)state;
	for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++) {
		install();
		for (int day = 0; day < 365; day++) {
			life_off_rtc(&m, day % 7 == 6 ? 62 * HOUR : 14 * HOUR,
				m.true_time + (day % 7 == 6 ? 62 : 14) * HOUR + 30 + ZONES[i]);
			life_run(&m, 300);
			life_correct(&m);
			life_run(&m, 10 * HOUR);
			/* Ahead by the zone at most. */
			assert_true(life_lag(&m) >= -9 * HOUR);
			assert_true(life_lag(&m) < 10 * DAY);
		}
		life_off_rtc(&m, 150 * DAY, m.true_time + 150 * DAY + ZONES[i]);
		life_run(&m, 300);
		life_correct(&m);
		life_run(&m, 73 * HOUR);
		assert_in_range(life_lag(&m) + 9 * HOUR, 0, 9 * HOUR);
	}
}

/* --- bad clocks ------------------------------------------------------------------------------ */

static void
an_rtc_dead_at_each_boot_and_never_corrected(void **state)
{
	int64_t off = 0;

	(void)state;
	install();
	for (int day = 0; day < 365; day++) {
		life_off_rtc(&m, 2 * HOUR, 0);
		off += 2 * HOUR;
		run(22 * HOUR);
		assert_int_equal(life_lag(&m), off);
	}
	/* A document says how late it is; its hours go on from there. */
	life_learn(&m, 1, m.true_time);
	run(22 * HOUR);
	assert_int_equal(life_lag(&m), 0);
}

static void
an_rtc_dead_at_each_boot_and_set_ten_minutes_later(void **state)
{
	(void)state;
	install();
	for (int day = 0; day < 365; day++) {
		life_off_rtc(&m, day % 7 == 6 ? 62 * HOUR : 14 * HOUR, 0);
		run(600);
		life_correct(&m);
		run(10 * HOUR);
	}
	/* The hours of a weekend's candidate survive the mornings of 1970. */
	assert_in_range(worst_lag, 62 * HOUR, 100 * HOUR);
}

static void
a_season_with_a_dead_rtc(void **state)
{
	static const int64_t RTCS[] = { 0, FIXTURE_2099 };

	(void)state;
	for (size_t i = 0; i < sizeof RTCS / sizeof *RTCS; i++) {
		install();
		run(215 * DAY);
		life_off_rtc(&m, 150 * DAY, RTCS[i]);
		run(600);
		life_correct(&m);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		run(72 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

static void
a_boot_in_1970_then_network_time(void **state)
{
	(void)state;
	install();
	run(30 * DAY);
	life_off_rtc(&m, DAY, 0);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_BEHIND);
	run(600);
	life_correct(&m);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	run(25 * HOUR);
	assert_int_equal(life_lag(&m), 0);
}

static void
a_clock_in_2099_that_nobody_cares_about(void **state)
{
	(void)state;
	install();
	run(30 * DAY);
	life_off_rtc(&m, 600, FIXTURE_2099);
	run(300 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(life_lag(&m), 600);
	life_correct(&m);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	assert_int_equal(life_lag(&m), 0);
	for (int day = 0; day < 100; day++) {
		life_off_rtc(&m, 14 * HOUR, FIXTURE_2099);
		run(10 * HOUR);
	}
	assert_in_range(life_lag(&m), 1400 * HOUR, 1401 * HOUR);
}

static void
a_month_or_year_typed_wrong_and_mended_within_a_day(void **state)
{
	static const int64_t TYPOS[] = { 2 * DAY, 28 * DAY, 31 * DAY, 334 * DAY, YEAR, 10 * YEAR };

	(void)state;
	for (size_t i = 0; i < sizeof TYPOS / sizeof *TYPOS; i++) {
		install();
		run(30 * DAY);
		for (int again = 0; again < 50; again++) {
			/* In the running system, or in the firmware at boot. */
			if (again % 2 == 0)
				life_set_wall(&m, m.true_time + TYPOS[i]);
			else
				life_off_rtc(&m, 60, m.true_time + 90 + TYPOS[i]);
			run(10 * HOUR);
			life_off(&m, 12 * HOUR);
			run(14 * HOUR - 1);
			life_correct(&m);
			assert_true(life_lag(&m) >= 0);
			run(5 * HOUR);
		}
		run(25 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

/* The hours of a right clock are not spent on a wrong one. */
static void
a_glitch_in_the_last_hour_of_a_weekend_s_candidate(void **state)
{
	(void)state;
	install();
	run(30 * DAY);
	life_off(&m, 62 * HOUR);
	run(20 * HOUR);
	life_off_rtc(&m, 14 * HOUR, m.true_time + 31 * DAY);
	run(10 * HOUR);
	assert_true(life_lag(&m) >= 0);
	life_correct(&m);
	run(HOUR);
	assert_int_equal(life_lag(&m), 0);
}

/* --- first installs -------------------------------------------------------------------------- */

static void
a_first_install_with_a_wrong_clock(void **state)
{
	static const int64_t WRONG[] = { -50 * YEAR, -30 * DAY, 2 * DAY, 300 * DAY, 70 * YEAR };

	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
		/* A license that has traveled for 100 days. */
		life_install(&m, START + 100 * DAY, START);
		life_set_wall(&m, m.true_time + WRONG[i]);
		run(23 * HOUR);
		life_correct(&m);
		assert_true(life_lag(&m) >= 0);
		/* Where the first clock looked believable, a reboot tells the season. */
		life_off(&m, 60);
		run(72 * HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

static void
a_first_start_in_2099_that_nobody_mends(void **state)
{
	(void)state;
	life_install(&m, START, START);
	life_off_rtc(&m, 600, FIXTURE_2099);
	run(300 * DAY);
	assert_in_range(life_lag(&m), 0, HOUR);
}

/* --- thieves --------------------------------------------------------------------------------- */

static void
a_clock_turned_back_23_hours_every_23_hours(void **state)
{
	(void)state;
	install();
	for (int turn = 0; turn < 1500; turn++) {
		life_set_wall(&m, START);
		life_run(&m, 23 * HOUR);
	}
	assert_int_equal(clock_settled(&m.clock) - START, m.ran);
}

static void
a_clock_that_stands_still(void **state)
{
	(void)state;
	install();
	for (int minute = 0; minute < 100000; minute++) {
		m.wall_off -= 60;
		life_run(&m, 60);
	}
	assert_int_equal(clock_settled(&m.clock) - START, m.ran);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_BEHIND);
}

/* What a power cut hides is what ran since the last tick. */
static void
power_cut_short_of_every_tick(void **state)
{
	int64_t hidden = 0;

	(void)state;
	install();
	for (int boot = 0; boot < 1000; boot++) {
		life_run(&m, 10 * 60);
		m.true_time += 59;
		hidden += 59 + 30;
		life_off_rtc(&m, 60, START);
	}
	/* The half minutes up to a first tick count once the clock is known to be wrong, a day on. */
	assert_in_range(clock_settled(&m.clock) - START, m.ran + 800 * 30, m.ran + 1000 * 30);
	assert_int_equal(hidden, 1000 * 89);
}

static void
three_hundred_thieves(void **state)
{
	static const int64_t RUNS[] = { HOUR, 10 * HOUR, DAY };
	static const int64_t OFFS[] = { 600, 10 * HOUR, 30 * DAY };

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct dice dice = { seed * UINT64_C(0x9e3779b97f4a7c15) };
		int64_t licensed = 180 * DAY;

		install();
		while (clock_settled(&m.clock) < START + licensed) {
			uint64_t x = dice_below(&dice, 10);
			int64_t wall = START + (int64_t)dice_below(&dice, 800) * DAY - 400 * DAY +
				       (int64_t)dice_below(&dice, (uint64_t)DAY);

			if (x < 4)
				life_run(&m, RUNS[dice_below(&dice, 3)]);
			else if (x < 7)
				life_set_wall(&m, wall);
			else
				life_off_rtc(&m, OFFS[dice_below(&dice, 3)], wall);
		}
		/* The last run may go beyond the end; no second before it was free. */
		assert_true(m.ran < licensed + DAY);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_that_runs_all_year),
		cmocka_unit_test(a_site_that_is_off_every_night),
		cmocka_unit_test(a_site_that_is_off_every_night_and_weekend),
		cmocka_unit_test(a_site_that_is_open_at_weekends_alone),
		cmocka_unit_test(a_site_that_is_closed_five_months_each_winter),
		cmocka_unit_test(a_machine_that_is_paused),
		cmocka_unit_test(a_product_that_ticks_when_it_is_opened_alone),
		cmocka_unit_test(each_second_around_a_turn_of_the_calendar),
		cmocka_unit_test(an_rtc_in_local_time),
		cmocka_unit_test(an_rtc_dead_at_each_boot_and_never_corrected),
		cmocka_unit_test(an_rtc_dead_at_each_boot_and_set_ten_minutes_later),
		cmocka_unit_test(a_season_with_a_dead_rtc),
		cmocka_unit_test(a_boot_in_1970_then_network_time),
		cmocka_unit_test(a_clock_in_2099_that_nobody_cares_about),
		cmocka_unit_test(a_month_or_year_typed_wrong_and_mended_within_a_day),
		cmocka_unit_test(a_glitch_in_the_last_hour_of_a_weekend_s_candidate),
		cmocka_unit_test(a_first_install_with_a_wrong_clock),
		cmocka_unit_test(a_first_start_in_2099_that_nobody_mends),
		cmocka_unit_test(a_clock_turned_back_23_hours_every_23_hours),
		cmocka_unit_test(a_clock_that_stands_still),
		cmocka_unit_test(power_cut_short_of_every_tick),
		cmocka_unit_test(three_hundred_thieves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
