/* SPDX-License-Identifier: ISC */
/* The clock: to the second, where a bound meets what went before: candidates, boots, ends of time. */
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
shown(void)
{
	return m.true_time + m.wall_off;
}

/* --- a candidate and what comes beside it ---------------------------------------------------- */

/* What a candidate shows beyond itself moves it on like a night; more is a gap of its own. */
static void
a_candidate_moves_on_by_a_day_at_most(void **state)
{
	static const struct {
		int64_t move;
		bool moves;
	} MOVES[] = { { -HOUR, false }, { -1, false }, { 0, false }, { 1, true }, { DAY - 1, true },
		{ DAY, true }, { DAY + 1, false } };

	(void)state;
	for (size_t i = 0; i < sizeof MOVES / sizeof *MOVES; i++) {
		struct clock_outlook outlook;
		int64_t before;

		life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
		before = shown();
		life_set_wall(&m, before + MOVES[i].move);
		assert_true(clock_outlook(&m.clock, &outlook));
		assert_int_equal(outlook.instant, before + (MOVES[i].moves ? MOVES[i].move : 0));
		assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], 0);
	}
}

/* A document that leaves a day or less between settled and the clock ends the wait. */
static void
a_document_near_the_candidate_ends_the_wait(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
		life_run(&m, HOUR);
		life_learn(&m, 1, shown() - DAY - beyond);
		life_tick(&m);
		assert_int_equal(life_gap(&m), beyond > 0 ? DAY + 1 : 0);
		assert_int_equal(m.clock.candidate.agreed_s, beyond > 0 ? HOUR : 0);
		assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], beyond <= 0);
	}
}

/* ... and one that says as much as the candidate makes it pointless, whatever the clock shows. */
static void
a_document_as_late_as_the_candidate_ends_it(void **state)
{
	(void)state;
	for (int64_t later = -1; later <= 1; later++) {
		struct clock_outlook outlook;

		life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
		life_run(&m, HOUR);
		life_set_wall(&m, shown() + 3 * DAY);
		assert_true(clock_outlook(&m.clock, &outlook));
		life_learn(&m, 1, outlook.instant + later);
		life_tick(&m);
		assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], later >= 0);
		assert_int_equal(life_told(&m, CLOCK_EVENT_CANDIDATE, 3 * DAY - later), later >= 0);
	}
}

static void
what_cannot_be_proven_is_no_candidate_and_no_news_of_one(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_IN_BOOT, 60 * DAY + 1);
	life_run(&m, 10 * HOUR);
	assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE], 0);
	assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], 0);
	assert_int_equal(m.clock.candidate.need_s, 0);
}

/* A word is told when it changes, and not again each minute. */
static void
a_word_that_stays_is_told_once(void **state)
{
	(void)state;
	life_settle(&m);
	assert_int_equal(m.news_count[CLOCK_EVENT_CONDITION], 0);
	life_set_wall(&m, shown() - 40 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_BEHIND);
	life_run(&m, 20 * HOUR);
	assert_int_equal(m.news_count[CLOCK_EVENT_CONDITION], 1);
	life_correct(&m);
	life_run(&m, 20 * HOUR);
	assert_int_equal(m.news_count[CLOCK_EVENT_CONDITION], 2);
}

/* The journal hears of a clock that moved, not of one that drifts. */
static void
a_move_within_an_hour_is_no_news(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		life_settle(&m);
		life_set_wall(&m, shown() + HOUR + beyond);
		assert_int_equal(life_gap(&m), 0);
		assert_int_equal(m.news_count[CLOCK_EVENT_MOVED], beyond > 0);
	}
}

/* --- what a boot showed first ---------------------------------------------------------------- */

/*
 * A boot showed a clock `first` ahead, somebody put it right, and now it is `then` ahead: a season
 * that was there at the boot, give or take a day, or a hand.
 */
static void
a_season_is_believed_within_a_day_of_what_the_boot_showed(void **state)
{
	static const struct {
		int64_t first, then, need;
	} ROWS[] = {
		{ 200 * DAY, 199 * DAY - 1, 0 },
		{ 200 * DAY, 199 * DAY, 72 * HOUR },
		{ 200 * DAY, 199 * DAY + 1, 72 * HOUR },
		{ 200 * DAY, 201 * DAY - 1, 72 * HOUR },
		{ 200 * DAY, 201 * DAY, 72 * HOUR },
		{ 200 * DAY, 201 * DAY + 1, 0 },
		{ 399 * DAY, 400 * DAY - 1, 72 * HOUR },
		{ 399 * DAY, 400 * DAY, 72 * HOUR },
		{ 399 * DAY + 2, 400 * DAY + 1, 0 },
		{ 59 * DAY + HOUR, 60 * DAY, 24 * HOUR },
		{ 59 * DAY + HOUR, 60 * DAY + 1, 72 * HOUR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		int64_t settled;

		life_settle(&m);
		/* Off for no time: settled is right, and goes on being so. */
		life_off_rtc(&m, -30, m.true_time + ROWS[i].first);
		settled = clock_settled(&m.clock);
		life_set_wall(&m, settled);
		assert_int_equal(m.clock.candidate.need_s, 0);
		life_set_wall(&m, settled + ROWS[i].then);
		assert_int_equal(m.clock.candidate.need_s, ROWS[i].need);
		assert_int_equal(m.clock.condition,
			ROWS[i].need == 0 ? EVALUATE_CLOCK_AHEAD_UNPROVEN : EVALUATE_CLOCK_OK);
	}
}

/* What cannot be counted is no boot: its clock does not use up the first gap. */
static void
an_uncounted_reading_of_a_new_folder_leaves_the_first_gap_open(void **state)
{
	struct clock_reading reading;

	(void)state;
	life_install(&m, START + 200 * DAY, START);
	clock_init(&m.clock);
	clock_learn(&m.clock, (const uint8_t[COSE_KID_LEN]){ 1 }, START);
	life_reading(&m, &reading);
	reading.uncounted = true;
	reading.wall = 0;
	clock_tick(&m.clock, &reading, DAY, &m.news);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
	life_tick(&m);
	assert_int_equal(m.clock.candidate.need_s, 24 * HOUR);
}

/* Each byte of a boot id counts; all zeros are none. */
static void
a_boot_is_another_one_by_any_byte_of_its_id(void **state)
{
	(void)state;
	for (size_t byte = 0; byte < CLOCK_BOOT_ID_LEN; byte++) {
		struct clock_reading reading = { .mono_s = 1000 };

		clock_init(&m.clock);
		reading.boot_id[byte] = 1;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		reading.mono_s += HOUR;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.ran, HOUR);
		reading.boot_id[byte] = 2;
		reading.mono_s += HOUR;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.ran, HOUR);
		assert_int_equal(m.clock.boots_len, 2);
	}
}

/* --- the ends of time ------------------------------------------------------------------------ */

static void
time_stops_at_its_last_second(void **state)
{
	struct clock_reading reading = { .boot_id = { 1 } };

	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		const int64_t last = beyond < 0 ? CLOCK_TIME_MAX - 1 : CLOCK_TIME_MAX;

		clock_init(&m.clock);
		clock_learn(&m.clock, (const uint8_t[COSE_KID_LEN]){ 1 }, CLOCK_TIME_MAX + beyond);
		assert_int_equal(clock_settled(&m.clock), last);
		/* No more running time than there is time, in one boot or in two. */
		reading.boot_id[0] = 1;
		reading.mono_s = 0;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		reading.mono_s = CLOCK_TIME_MAX + beyond;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.ran, last);
		assert_int_equal(clock_settled(&m.clock), CLOCK_TIME_MAX);
		reading.boot_id[0] = 2;
		reading.mono_s = 0;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		reading.mono_s = HOUR;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.ran, CLOCK_TIME_MAX);
	}
}

static void
each_condition_has_its_word(void **state)
{
	(void)state;
	assert_string_equal(clock_condition_name(EVALUATE_CLOCK_OK), "ok");
	assert_string_equal(clock_condition_name(EVALUATE_CLOCK_BEHIND), "behind");
	assert_string_equal(clock_condition_name(EVALUATE_CLOCK_AHEAD_UNPROVEN), "ahead_unproven");
	assert_string_equal(clock_condition_name(EVALUATE_CLOCK_FAULT), "fault");
	assert_string_equal(clock_condition_name(EVALUATE_CLOCK_UNATTENDED), "unattended");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_candidate_moves_on_by_a_day_at_most),
		cmocka_unit_test(a_document_near_the_candidate_ends_the_wait),
		cmocka_unit_test(a_document_as_late_as_the_candidate_ends_it),
		cmocka_unit_test(what_cannot_be_proven_is_no_candidate_and_no_news_of_one),
		cmocka_unit_test(a_word_that_stays_is_told_once),
		cmocka_unit_test(a_move_within_an_hour_is_no_news),
		cmocka_unit_test(a_season_is_believed_within_a_day_of_what_the_boot_showed),
		cmocka_unit_test(an_uncounted_reading_of_a_new_folder_leaves_the_first_gap_open),
		cmocka_unit_test(a_boot_is_another_one_by_any_byte_of_its_id),
		cmocka_unit_test(time_stops_at_its_last_second),
		cmocka_unit_test(each_condition_has_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
