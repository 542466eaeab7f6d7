/* SPDX-License-Identifier: ISC */
/*
 * The clock: what holds over random histories with fixed seeds, SKERRY_HISTORIES of each kind. That
 * no second that ran is free, and that settled never goes back, is asserted at each tick by
 * fixture_clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_clock.h"
#include "verifier/decide/evaluate.h"

#define HOUR FIXTURE_HOUR
#define DAY FIXTURE_DAY
#define START FIXTURE_START

enum { HISTORIES = 200000, STEPS = 14 };

static struct life m;
static struct dice dice;
static struct license license;
static int64_t excused;

static size_t
histories(void)
{
	const char *wanted = getenv("SKERRY_HISTORIES");
	unsigned long number = wanted == NULL ? HISTORIES : strtoul(wanted, NULL, 10);

	return number > 0 && number <= 100000000 ? number : HISTORIES;
}

static int64_t
up_to(int64_t most)
{
	return (int64_t)dice_below(&dice, (uint64_t)most + 1);
}

static int64_t
some_time(void)
{
	switch (dice_below(&dice, 5)) {
	case 0:
		return up_to(HOUR);
	case 1:
		return up_to(DAY);
	case 2:
		return up_to(10 * DAY);
	default:
		return up_to(20 * HOUR);
	}
}

/* The ladder of a month: overdue, grace, read only, locked, all within a hundred days. */
static void
sell(int64_t at)
{
	license = (struct license){ .issued_at = at,
		.not_before = at,
		.expires_at = LICENSE_NEVER,
		.renew_by = at + 30 * DAY,
		.valid_until = at + 365 * DAY,
		.maintenance_until = LICENSE_NEVER,
		.ladder = { .warn_s = 10 * DAY,
			.grace_s = 20 * DAY,
			.degraded_s = 10 * DAY,
			.day_end_minutes = LICENSE_DAY_END_DEFAULT } };
}

static enum skerry_access
access_at(int64_t at)
{
	struct evaluate_facts facts;
	struct skerry_verdict verdict;

	evaluate_facts_init(&facts, at, 0);
	evaluate(&license, &facts, &verdict);
	return verdict.access;
}

static void
install(uint64_t seed)
{
	int64_t traveled;

	dice.state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	traveled = dice_below(&dice, 3) == 0 ? up_to(399 * DAY) : up_to(DAY);
	life_install(&m, START + traveled, START);
	m.tick_every = dice_below(&dice, 4) == 0 ? up_to(23 * HOUR) + 60 : 6 * HOUR;
	sell(START);
}

/* A new license moves the floor, and gives access anew. */
static void
renew(void)
{
	life_learn(&m, 1, m.true_time);
	sell(m.true_time);
}

/* --- honest sites ---------------------------------------------------------------------------- */

/* Off, with an RTC that goes on, is dead, or wakes in 2099. */
static void
honest_off(int64_t seconds)
{
	switch (dice_below(&dice, 4)) {
	case 0:
		life_off_rtc(&m, seconds, 0);
		break;
	case 1:
		life_off_rtc(&m, seconds, FIXTURE_2099);
		break;
	default:
		m.wall_off = 0;
		life_off(&m, seconds);
	}
}

/* A clock that is wrong by more than a day, and mended before it has run so for a day. */
static void
mistake(void)
{
	int64_t wrong = 25 * HOUR + up_to(800 * DAY), left = 24 * HOUR - 1;

	if (dice_below(&dice, 2) == 0)
		life_set_wall(&m, m.true_time + wrong);
	else
		life_off_rtc(&m, up_to(DAY), m.true_time + wrong + DAY);
	for (int part = 0; part < 3; part++) {
		int64_t ran = up_to(left);

		life_run(&m, ran);
		left -= ran;
		if (dice_below(&dice, 2) == 0)
			life_off(&m, up_to(2 * DAY));
	}
	life_correct(&m);
}

/*
 * The folder is used in a container that has a boot id of its own each time. Beside a clock that says
 * nothing in the machine's first day, no one can tell that from a restart; beside one that is not
 * believed yet, it uses up what excuses a move.
 */
static void
container(void)
{
	int64_t ahead = m.true_time + m.wall_off - clock_settled(&m.clock);

	if (ahead > DAY || (ahead < -DAY + HOUR && m.mono <= DAY))
		return;
	for (int start = 0; start < 3; start++)
		life_run_as_another(&m, up_to(5 * HOUR));
}

/* It moves to another machine, with a clock that is right, and stays a fortnight. */
static void
move(void)
{
	life_correct(&m);
	m.boot += UINT64_C(1) << 32;
	m.mono = up_to(900 * DAY);
	life_tick(&m);
	life_run(&m, 14 * DAY);
}

static void
honest_step(void)
{
	switch (dice_below(&dice, 12)) {
	case 0:
	case 1:
	case 2:
		life_run(&m, some_time());
		break;
	case 3:
	case 4:
		honest_off(some_time());
		break;
	case 5:
		honest_off(up_to(150 * DAY));
		break;
	case 6:
		life_correct(&m);
		break;
	case 7:
		life_pause(&m, some_time());
		break;
	case 8:
		mistake();
		break;
	case 9:
		container();
		break;
	case 10:
		if (dice_below(&dice, 4) == 0)
			move();
		break;
	default:
		if (dice_below(&dice, 4) == 0)
			renew();
	}
}

static void
an_honest_site_never_loses_access_early(void **state)
{
	size_t lagged = 0, number = histories();

	(void)state;
	for (size_t n = 0; n < number; n++) {
		install(n);
		for (int step = 0; step < STEPS; step++) {
			honest_step();
			assert_true(life_lag(&m) >= 0);
			assert_true(access_at(clock_settled(&m.clock)) >= access_at(m.true_time));
		}
		lagged += life_lag(&m) > DAY;
	}
	/* It is no empty promise: clocks do fail in these lives. */
	assert_in_range(lagged, number / 20, number);
}

/* A clock that is right at last is believed, however it was before. */
static void
a_clock_put_right_is_believed_in_days(void **state)
{
	size_t number = histories(), believed = 0;

	(void)state;
	for (size_t n = 0; n < number; n++) {
		install(n);
		m.tick_every = 6 * HOUR;
		for (int step = 0; step < STEPS; step++)
			honest_step();
		m.wall_off = 0;
		life_off(&m, 60);
		if (life_lag(&m) > 400 * DAY)
			continue;
		/* A candidate, then what lay beyond it. */
		life_run(&m, 72 * HOUR);
		life_run(&m, 24 * HOUR);
		assert_int_equal(life_lag(&m), 0);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		assert_int_equal(m.clock.candidate.need_s, 0);
		believed++;
	}
	assert_in_range(believed, number / 2, number);
}

/* --- thieves --------------------------------------------------------------------------------- */

static int64_t
any_wall(void)
{
	switch (dice_below(&dice, 6)) {
	case 0:
		return 0;
	case 1:
		return FIXTURE_2099;
	case 2:
		return clock_settled(&m.clock) + up_to(2 * DAY) - DAY;
	default:
		return START + up_to(900 * DAY) - 400 * DAY;
	}
}

/* What ran before the first tick of a boot counted as well, or is one of those few that are excused. */
static void
counted(int64_t settled_before, int64_t ran)
{
	if (clock_settled(&m.clock) - settled_before >= ran) {
		m.ran += ran;
		m.ran_before += ran;
		return;
	}
	excused++;
	assert_in_range(excused, 1, CLOCK_STRANGE_MAX * (1 + m.clock.ran / CLOCK_STRANGE_S));
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
}

/* Another boot id, and the uptime goes on. */
static void
fresh_boot_ids(void)
{
	bool held = dice_below(&dice, 2) == 0;

	for (uint64_t call = dice_below(&dice, 12); call > 0; call--) {
		int64_t before = clock_settled(&m.clock), ran = up_to(DAY);

		if (held)
			m.wall_off = before - m.true_time - ran;
		life_run_as_another(&m, ran);
		counted(before, ran);
	}
}

/* Asked once before each power-off: what the clock shows then is believed, or the uptime counts. */
static void
late_boots(void)
{
	for (uint64_t boot = dice_below(&dice, 5); boot > 0; boot--) {
		int64_t before = clock_settled(&m.clock), up = up_to(DAY);
		bool goes_on = m.mono > CLOCK_UNATTENDED_S && up >= m.mono;

		life_boot_late(&m, up_to(9 * DAY), up, any_wall() - up);
		if (m.clock.boot_lead == CLOCK_NONE && !goes_on)
			counted(before, up);
	}
}

static void
thief_step(void)
{
	switch (dice_below(&dice, 15)) {
	case 12:
	case 13:
		fresh_boot_ids();
		break;
	case 14:
		late_boots();
		break;
	case 0:
	case 1:
	case 2:
	case 3:
		life_run(&m, some_time());
		break;
	case 4:
	case 5:
	case 6:
		life_set_wall(&m, any_wall());
		break;
	case 7:
		life_off_rtc(&m, some_time(), any_wall());
		break;
	case 8:
		life_off_rtc(&m, up_to(300 * DAY), any_wall());
		break;
	case 9:
		life_pause(&m, up_to(300 * DAY));
		break;
	case 10:
		/* A snapshot of the machine, but not of the folder. */
		m.mono = up_to(m.mono);
		life_tick(&m);
		break;
	default:
		/* Another machine takes the folder for a while. */
		m.boot ^= UINT64_C(1) << 32;
		life_tick(&m);
	}
}

static void
no_game_with_clocks_buys_running_time_or_access(void **state)
{
	size_t number = histories(), locked = 0;

	(void)state;
	for (size_t n = 0; n < number; n++) {
		enum skerry_access before = SKERRY_ACCESS_FULL;

		install(n);
		excused = 0;
		for (int step = 0; step < STEPS; step++) {
			enum skerry_access now;

			thief_step();
			now = access_at(clock_settled(&m.clock));
			assert_true(now <= before);
			before = now;
			assert_true(clock_settled(&m.clock) - START >= m.ran);
			/* Grace and read only end by day 60, and a day's end. */
			if (m.ran > 61 * DAY)
				assert_int_equal(now, SKERRY_ACCESS_NONE);
		}
		locked += before == SKERRY_ACCESS_NONE;
	}
	assert_in_range(locked, number / 20, number);
}

/* Renewals come, keys are revoked: what the others gave is charged in full. */
static void
a_stolen_key_buys_nothing_when_it_is_revoked(void **state)
{
	size_t number = histories() / 4;

	(void)state;
	for (size_t n = 0; n < number; n++) {
		struct life honest;

		install(n);
		m.wall_off = -START; /* no clock at all */
		honest = m;
		for (int step = 0; step < STEPS; step++) {
			int64_t ran = some_time();

			life_run(&m, ran);
			life_run(&honest, ran);
			if (dice_below(&dice, 3) == 0)
				life_learn(&m, 66, m.true_time + up_to(4000 * DAY));
			if (dice_below(&dice, 3) == 0) {
				life_learn(&m, 1, m.true_time);
				life_learn(&honest, 1, honest.true_time);
			}
		}
		life_forget(&m, 66);
		assert_int_equal(clock_settled(&m.clock), clock_settled(&honest.clock));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_site_never_loses_access_early),
		cmocka_unit_test(a_clock_put_right_is_believed_in_days),
		cmocka_unit_test(no_game_with_clocks_buys_running_time_or_access),
		cmocka_unit_test(a_stolen_key_buys_nothing_when_it_is_revoked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
