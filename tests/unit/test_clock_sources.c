/* SPDX-License-Identifier: ISC */
/* The clock: where its time comes from: boots, keys, people; and what takes time back. */
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

/* --- machines that take turns ---------------------------------------------------------------- */

static void
machines_that_take_turns_are_charged_as_one(void **state)
{
	(void)state;
	for (uint64_t machines = 2; machines <= CLOCK_BOOTS_MAX; machines++) {
		int64_t settled;

		life_settle(&m);
		life_set_wall(&m, 0);
		settled = clock_settled(&m.clock);
		for (uint64_t turn = 0; turn < 10000; turn++) {
			m.true_time += 30;
			m.mono += 30;
			m.boot = 100 + turn % machines;
			life_tick(&m);
		}
		/* All but what each had before its first tick. */
		assert_in_range(clock_settled(&m.clock) - settled, 30 * (10000 - (int64_t)machines),
			30 * 10000);
	}
}

static void
machines_that_take_turns_do_not_outrun_the_time(void **state)
{
	(void)state;
	life_settle(&m);
	/* One runs on unseen; the other boots, and a document comes to it. */
	m.true_time += 9 * HOUR;
	m.mono += 9 * HOUR;
	m.wall_off = -300 * DAY;
	m.boot = 500;
	life_tick(&m);
	life_learn(&m, 1, m.true_time);
	m.boot = 1;
	life_run(&m, HOUR);
	assert_int_equal(life_lag(&m), 0);
	/* Nor when time was taken back in between. */
	life_learn(&m, 2, FIXTURE_2099);
	life_tick(&m);
	m.boot = 500;
	life_tick(&m);
	assert_true(life_forget(&m, 2));
	m.boot = 1;
	life_tick(&m);
	life_run(&m, HOUR);
	m.boot = 500;
	life_tick(&m);
	life_run(&m, HOUR);
	assert_in_range(life_lag(&m), 0, 2 * HOUR);
}

static void
what_the_wall_clock_said_is_no_running_time(void **state)
{
	int64_t settled;

	(void)state;
	life_settle(&m);
	life_set_wall(&m, m.true_time + 20 * HOUR);
	settled = clock_settled(&m.clock);
	m.boot = 500;
	life_set_wall(&m, 0);
	m.boot = 1;
	m.true_time += HOUR;
	m.mono += HOUR;
	life_tick(&m);
	assert_int_equal(clock_settled(&m.clock), settled + HOUR);
}

static void
only_so_many_boots_are_remembered(void **state)
{
	(void)state;
	life_settle(&m);
	for (uint64_t boot = 0; boot < CLOCK_BOOTS_MAX; boot++) {
		m.boot = 100 + boot;
		life_tick(&m);
	}
	assert_int_equal(m.clock.boots_len, CLOCK_BOOTS_MAX);
	m.boot = 1; /* forgotten: a new one */
	m.mono += DAY;
	life_tick(&m);
	assert_int_equal(life_lag(&m), 0);
	assert_int_equal(m.clock.boots_len, CLOCK_BOOTS_MAX);
	assert_int_equal(m.news_count[CLOCK_EVENT_STRANGE], 1);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void
a_document_moves_settled_to_its_date(void **state)
{
	(void)state;
	life_settle(&m);
	for (int64_t ahead = -1; ahead <= 1; ahead++) {
		int64_t settled = clock_settled(&m.clock);

		assert_int_equal(life_learn(&m, 1, settled + ahead), ahead > 0);
		assert_int_equal(clock_settled(&m.clock), settled + (ahead > 0));
	}
}

static void
without_a_thief_s_documents_settled_is_what_it_would_be(void **state)
{
	struct life honest;

	(void)state;
	/* The wall clock has been dead all the time: documents and running time alone. */
	life_install(&m, START, START);
	life_off_rtc(&m, DAY, 0);
	life_run(&m, 50 * DAY);
	life_learn(&m, 1, m.true_time);
	life_run(&m, 10 * DAY);
	honest = m;
	life_learn(&m, 9, FIXTURE_2099);
	life_run(&m, 20 * DAY);
	life_learn(&m, 1, m.true_time);
	life_learn(&m, 9, FIXTURE_2099 + 100 * DAY);
	life_run(&m, 20 * DAY);
	life_run(&honest, 20 * DAY);
	life_learn(&honest, 1, honest.true_time);
	life_run(&honest, 20 * DAY);
	assert_true(clock_settled(&m.clock) >= FIXTURE_2099 + 120 * DAY);
	assert_true(life_forget(&m, 9));
	assert_int_equal(clock_settled(&m.clock), clock_settled(&honest.clock));
	assert_int_equal(life_lag(&m), 0);
	assert_false(life_forget(&m, 9));
}

static void
forgetting_a_key_that_set_nothing_takes_nothing_back(void **state)
{
	int64_t settled;

	(void)state;
	life_settle(&m);
	settled = clock_settled(&m.clock);
	assert_false(life_learn(&m, 2, START));
	assert_false(life_forget(&m, 2));
	/* The wall clock has said it as well. */
	assert_false(life_forget(&m, 1));
	assert_int_equal(clock_settled(&m.clock), settled);
}

/* Time that is taken back is the past's: what this boot runs from there on counts as before. */
static void
a_boot_goes_on_where_time_was_taken_back(void **state)
{
	int64_t settled_at;

	(void)state;
	for (int by_reset = 0; by_reset <= 1; by_reset++) {
		int64_t settled;

		life_settle(&m);
		m.boot = 500;
		life_tick(&m);
		life_set_wall(&m, 0);
		life_learn(&m, 2, FIXTURE_2099);
		if (by_reset)
			clock_reset(&m.clock, START, m.clock.ran);
		else
			life_forget(&m, 2);
		settled = m.settled_before = clock_settled(&m.clock);
		assert_true(settled < FIXTURE_2099);
		assert_int_equal(m.clock.boots_len, 1);
		life_run(&m, HOUR);
		assert_int_equal(clock_settled(&m.clock), settled + HOUR);
	}
	m.clock.taken_back = INT64_MAX;
	clock_reset(&m.clock, START, 0);
	assert_true(m.clock.taken_back == INT64_MAX);
	/* To where it is already, or further on, is not back. */
	for (int64_t ahead = 0; ahead <= 1; ahead++) {
		life_settle(&m);
		settled_at = clock_settled(&m.clock);
		assert_false(clock_reset(&m.clock, settled_at + ahead, m.clock.ran));
		assert_int_equal(clock_settled(&m.clock), settled_at + ahead);
		assert_int_equal(m.clock.void_until, 0);
	}
	/* Where no boot has ticked yet, none is made up. */
	clock_init(&m.clock);
	life_forget(&m, 2);
	clock_reset(&m.clock, START, 0);
	assert_int_equal(m.clock.boots_len, 0);
}

static void
the_only_key_s_end_leaves_settled_until_another_speaks(void **state)
{
	(void)state;
	life_install(&m, START, FIXTURE_2099);
	life_run(&m, DAY);
	assert_false(life_forget(&m, 1));
	assert_true(clock_started(&m.clock));
	life_run(&m, DAY);
	assert_int_equal(clock_settled(&m.clock), FIXTURE_2099 + 2 * DAY);
	assert_true(life_learn(&m, 2, m.true_time));
	assert_int_equal(life_lag(&m), 0);
	assert_int_equal(m.clock.marks_len, 1);
	/* Twice taken back: a copy from before either has no say. */
	assert_int_equal(m.clock.taken_back, 2);
	life_run(&m, DAY);
	assert_int_equal(life_lag(&m), 0);
	/* A date as late as what stood in, or later, takes nothing back. */
	for (int64_t later = 0; later <= DAY; later += DAY) {
		life_install(&m, START, START);
		m.wall_off = -90 * DAY;
		life_forget(&m, 1);
		assert_int_equal(m.clock.taken_back, 1);
		life_learn(&m, 2, START + later);
		assert_int_equal(m.clock.taken_back, 1);
	}
}

static void
of_too_many_keys_the_one_that_says_least_goes(void **state)
{
	(void)state;
	life_install(&m, START - 99 * DAY, START);
	for (uint8_t key = 2; key <= CLOCK_MARKS_MAX; key++)
		life_learn(&m, key, START + (key == 5 ? -1 : key) * DAY);
	life_learn(&m, 200, START + 50 * DAY);
	assert_int_equal(m.clock.marks_len, CLOCK_MARKS_MAX);
	assert_int_equal(clock_settled(&m.clock), START + 50 * DAY);
	assert_false(life_forget(&m, 5));
	assert_true(life_forget(&m, 200));
	assert_int_equal(clock_settled(&m.clock), START + CLOCK_MARKS_MAX * DAY);
}

/* --- people ---------------------------------------------------------------------------------- */

static enum clock_answer
confirm(int64_t from, int64_t until)
{
	struct clock_reading reading;
	enum clock_answer answer;

	life_reading(&m, &reading);
	answer = clock_confirm(&m.clock, &reading, DAY, from, until, &m.news);
	m.settled_before = clock_settled(&m.clock);
	return answer;
}

static void
a_person_and_the_clock_have_to_say_the_same(void **state)
{
	int64_t wall;

	(void)state;
	life_make_gap(&m, LIFE_IN_BOOT, 150 * DAY);
	wall = m.true_time + m.wall_off;
	assert_int_equal(confirm(wall + 1, wall + DAY), CLOCK_OTHER_DATE);
	assert_int_equal(confirm(wall - DAY, wall - 1), CLOCK_OTHER_DATE);
	assert_int_equal(life_gap(&m), 150 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(confirm(wall, wall), CLOCK_CONFIRMED);
	assert_int_equal(life_gap(&m), 0);
	assert_true(life_told(&m, CLOCK_EVENT_MOVED, 150 * DAY));
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	life_run(&m, HOUR);
	assert_int_equal(life_gap(&m), 0);
}

static void
a_confirmation_knows_no_bound_but_the_past(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_IN_BOOT, 9000 * DAY);
	assert_int_equal(confirm(0, CLOCK_TIME_MAX), CLOCK_CONFIRMED);
	assert_int_equal(life_gap(&m), 0);
	assert_int_equal(confirm(0, CLOCK_TIME_MAX), CLOCK_NOT_AHEAD);
	life_set_wall(&m, clock_settled(&m.clock) - 1);
	assert_int_equal(confirm(0, CLOCK_TIME_MAX), CLOCK_NOT_AHEAD);
	/* A candidate need not be waited for. */
	life_make_gap(&m, LIFE_POWER_OFF, 150 * DAY);
	assert_int_equal(confirm(0, CLOCK_TIME_MAX), CLOCK_CONFIRMED);
	assert_int_equal(life_gap(&m), 0);
	assert_int_equal(m.clock.candidate.need_s, 0);
}

static void
a_confirmation_is_a_tick(void **state)
{
	struct clock_reading reading;
	int64_t ran;

	(void)state;
	life_make_gap(&m, LIFE_IN_BOOT, 150 * DAY);
	ran = m.clock.ran;
	m.true_time += HOUR;
	m.mono += HOUR;
	assert_int_equal(confirm(0, 0), CLOCK_OTHER_DATE);
	assert_int_equal(m.clock.ran, ran + HOUR);
	assert_int_equal(m.news.len, 0);
	m.true_time += HOUR;
	m.mono += HOUR;
	assert_int_equal(confirm(0, CLOCK_TIME_MAX), CLOCK_CONFIRMED);
	assert_int_equal(m.clock.ran, ran + 2 * HOUR);
	assert_int_equal(life_gap(&m), 0);
	assert_int_equal(m.news.len, 2);
	/* Who vouches for the date does not mend a clock that cannot be counted. */
	life_make_gap(&m, LIFE_IN_BOOT, 150 * DAY);
	memset(&reading, 0, sizeof reading);
	reading.wall = m.true_time + m.wall_off;
	assert_int_equal(clock_confirm(&m.clock, &reading, DAY, 0, CLOCK_TIME_MAX, &m.news),
		CLOCK_CONFIRMED);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
}

static void
a_reset_sets_the_vendor_s_time_and_what_has_run_since(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		int64_t ran_at_request;

		life_make_gap(&m, LIFE_IN_BOOT, 9000 * DAY);
		confirm(0, CLOCK_TIME_MAX);
		life_correct(&m);
		ran_at_request = m.clock.ran;
		life_run(&m, 30 * DAY + beyond);
		assert_true(clock_reset(&m.clock, m.true_time - DAY, ran_at_request));
		assert_int_equal(clock_settled(&m.clock), m.true_time - DAY + (beyond > 0 ? 1 : 0));
		m.settled_before = clock_settled(&m.clock);
		life_run(&m, HOUR);
		assert_int_equal(life_lag(&m), 0);
	}
}

static void
a_reset_takes_any_count_of_running_time(void **state)
{
	(void)state;
	life_settle(&m);
	assert_true(clock_reset(&m.clock, START, INT64_MAX));
	assert_int_equal(clock_settled(&m.clock), START);
	assert_false(clock_reset(&m.clock, START + DAY, INT64_MIN));
	assert_int_equal(clock_settled(&m.clock), START + DAY);
	assert_false(clock_reset(&m.clock, INT64_MAX, 0));
	assert_true(clock_reset(&m.clock, INT64_MIN, 0));
	assert_int_equal(clock_settled(&m.clock), 0);
}

static void
a_reset_discards_later_marks_and_the_candidate(void **state)
{
	(void)state;
	life_install(&m, START, START);
	m.wall_off = -300 * DAY;
	life_run(&m, DAY);
	life_learn(&m, 2, FIXTURE_2099);
	life_learn(&m, 3, FIXTURE_2099 + DAY);
	assert_true(clock_reset(&m.clock, m.true_time, m.clock.ran));
	assert_int_equal(life_lag(&m), 0);
	assert_int_equal(m.clock.marks_len, 1);
	m.settled_before = clock_settled(&m.clock);
	life_run(&m, DAY);
	assert_int_equal(life_lag(&m), 0);
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	clock_reset(&m.clock, m.true_time, m.clock.ran);
	assert_int_equal(m.clock.candidate.need_s, 0);
}

static void
a_wrong_date_on_an_old_stick_does_not_come_back_after_a_reset(void **state)
{
	(void)state;
	life_install(&m, START, START);
	m.wall_off = -300 * DAY;
	life_learn(&m, 1, START + 1000 * DAY);
	assert_true(clock_reset(&m.clock, START, m.clock.ran));
	m.settled_before = clock_settled(&m.clock);
	assert_false(life_learn(&m, 1, START + 1000 * DAY));
	assert_false(life_learn(&m, 1, START + 60 * DAY + 1));
	assert_int_equal(clock_settled(&m.clock), START);
	/* What comes next counts, and so does what is beyond all that was taken back. */
	assert_true(life_learn(&m, 1, START + 60 * DAY));
	assert_true(life_learn(&m, 1, START + 1000 * DAY + 1));
}

/* --- any input ------------------------------------------------------------------------------- */

static int64_t
extreme(struct dice *dice)
{
	static const int64_t VALUES[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, DAY, START,
		START + 59 * DAY, START + 399 * DAY, FIXTURE_2099, CLOCK_TIME_MAX - 1,
		CLOCK_TIME_MAX, CLOCK_TIME_MAX + 1, INT64_MAX - 1, INT64_MAX, INT32_MAX,
		INT64_C(0x80000000), INT64_C(0x100000000) };

	if (dice_below(dice, 4) == 0)
		return START + (int64_t)dice_below(dice, (uint64_t)(90 * DAY));
	return VALUES[dice_below(dice, sizeof VALUES / sizeof *VALUES)];
}

static void
no_value_overflows_or_takes_time_back(void **state)
{
	struct dice dice = { UINT64_C(0x5eed0c10) };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct clock clock;
		struct clock_news news = { .len = 0 };

		clock_init(&clock);
		for (int step = 0; step < 30; step++) {
			int64_t before = clock_settled(&clock);
			uint8_t kid[COSE_KID_LEN] = { (uint8_t)(1 + dice_below(&dice, 12)) };
			struct clock_reading reading = { .mono_s = extreme(&dice),
				.wall = extreme(&dice),
				.uncounted = dice_below(&dice, 20) == 0,
				.namespaced = dice_below(&dice, 20) == 0 };
			uint64_t call = dice_below(&dice, 20);

			reading.boot_id[0] = (uint8_t)dice_below(&dice, 7);
			if (call == 0)
				clock_forget(&clock, kid);
			else if (call == 1)
				clock_reset(&clock, extreme(&dice), extreme(&dice));
			else if (call == 2)
				clock_confirm(&clock, &reading, extreme(&dice),
					dice_below(&dice, 2) == 0 ? 0 : extreme(&dice),
					dice_below(&dice, 2) == 0 ? CLOCK_TIME_MAX : extreme(&dice),
					&news);
			else if (call < 6)
				clock_learn(&clock, kid, extreme(&dice));
			else
				clock_tick(&clock, &reading, extreme(&dice), &news);
			if (call >= 6)
				assert_true(clock_settled(&clock) >= before);
			assert_in_range(clock_settled(&clock), 0, CLOCK_TIME_MAX);
			assert_in_range(clock.ran, 0, CLOCK_TIME_MAX);
			assert_in_range(clock.marks_len, 0, CLOCK_MARKS_MAX);
			assert_in_range(clock.boots_len, 0, CLOCK_BOOTS_MAX);
			assert_in_range(clock.condition, 0, EVALUATE_CLOCK_UNATTENDED);
			assert_in_range(news.len, 0, CLOCK_EVENTS_MAX);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_that_take_turns_are_charged_as_one),
		cmocka_unit_test(machines_that_take_turns_do_not_outrun_the_time),
		cmocka_unit_test(what_the_wall_clock_said_is_no_running_time),
		cmocka_unit_test(only_so_many_boots_are_remembered),
		cmocka_unit_test(a_document_moves_settled_to_its_date),
		cmocka_unit_test(without_a_thief_s_documents_settled_is_what_it_would_be),
		cmocka_unit_test(forgetting_a_key_that_set_nothing_takes_nothing_back),
		cmocka_unit_test(a_boot_goes_on_where_time_was_taken_back),
		cmocka_unit_test(the_only_key_s_end_leaves_settled_until_another_speaks),
		cmocka_unit_test(of_too_many_keys_the_one_that_says_least_goes),
		cmocka_unit_test(a_person_and_the_clock_have_to_say_the_same),
		cmocka_unit_test(a_confirmation_knows_no_bound_but_the_past),
		cmocka_unit_test(a_confirmation_is_a_tick),
		cmocka_unit_test(a_reset_sets_the_vendor_s_time_and_what_has_run_since),
		cmocka_unit_test(a_reset_takes_any_count_of_running_time),
		cmocka_unit_test(a_reset_discards_later_marks_and_the_candidate),
		cmocka_unit_test(a_wrong_date_on_an_old_stick_does_not_come_back_after_a_reset),
		cmocka_unit_test(no_value_overflows_or_takes_time_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
