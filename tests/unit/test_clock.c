/* SPDX-License-Identifier: ISC */
/* The clock: each rule at the second before, at and after its bound. */
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

/* --- the bounds of a gap --------------------------------------------------------------------- */

enum outcome { STAYS, BELIEVED, CANDIDATE_24, CANDIDATE_72, UNPROVEN, SILENT };

static const struct {
	enum life_occasion occasion;
	int64_t ahead;
	enum outcome outcome;
	enum evaluate_clock condition;
} GAPS[] = {
	{ LIFE_IN_BOOT, -400 * DAY, STAYS, EVALUATE_CLOCK_BEHIND },
	{ LIFE_IN_BOOT, -DAY - 1, STAYS, EVALUATE_CLOCK_BEHIND },
	{ LIFE_IN_BOOT, -DAY, STAYS, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, -DAY + 1, STAYS, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, -1, STAYS, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, 0, STAYS, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, 1, BELIEVED, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, DAY - 1, BELIEVED, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, DAY, BELIEVED, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, DAY + 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, 60 * DAY - 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, 60 * DAY, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_IN_BOOT, 60 * DAY + 1, UNPROVEN, EVALUATE_CLOCK_AHEAD_UNPROVEN },
	{ LIFE_IN_BOOT, 400 * DAY, UNPROVEN, EVALUATE_CLOCK_AHEAD_UNPROVEN },
	{ LIFE_IN_BOOT, 400 * DAY + 1, UNPROVEN, EVALUATE_CLOCK_AHEAD_UNPROVEN },
	{ LIFE_POWER_OFF, 0, STAYS, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, DAY, BELIEVED, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, DAY + 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, 60 * DAY, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, 60 * DAY + 1, CANDIDATE_72, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, 400 * DAY - 1, CANDIDATE_72, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, 400 * DAY, CANDIDATE_72, EVALUATE_CLOCK_OK },
	{ LIFE_POWER_OFF, 400 * DAY + 1, SILENT, EVALUATE_CLOCK_AHEAD_UNPROVEN },
	{ LIFE_FIRST, -DAY - 1, STAYS, EVALUATE_CLOCK_BEHIND },
	{ LIFE_FIRST, DAY, BELIEVED, EVALUATE_CLOCK_OK },
	{ LIFE_FIRST, DAY + 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_FIRST, 60 * DAY + 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_FIRST, 400 * DAY - 1, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_FIRST, 400 * DAY, CANDIDATE_24, EVALUATE_CLOCK_OK },
	{ LIFE_FIRST, 400 * DAY + 1, UNPROVEN, EVALUATE_CLOCK_AHEAD_UNPROVEN },
};

static void
each_gap_is_judged_at_its_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof GAPS / sizeof *GAPS; i++) {
		int64_t need = GAPS[i].outcome == CANDIDATE_24   ? 24 * HOUR
			       : GAPS[i].outcome == CANDIDATE_72 ? 72 * HOUR
								 : 0;

		life_make_gap(&m, GAPS[i].occasion, GAPS[i].ahead);
		assert_int_equal(m.clock.candidate.need_s, need);
		/* Beside a clock that says nothing, the half minute since the boot counts. */
		assert_int_equal(life_gap(&m), GAPS[i].outcome == BELIEVED ? 0
					       : GAPS[i].outcome == SILENT ? GAPS[i].ahead - 30
									   : GAPS[i].ahead);
		assert_int_equal(m.clock.condition, GAPS[i].condition);
		if (need > 0)
			assert_true(life_told(&m, CLOCK_EVENT_CANDIDATE, GAPS[i].ahead));
		if (GAPS[i].outcome == BELIEVED)
			assert_int_equal(life_told(&m, CLOCK_EVENT_MOVED, GAPS[i].ahead),
				GAPS[i].ahead > HOUR);
	}
}

static void
a_candidate_is_believed_at_its_last_second(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof GAPS / sizeof *GAPS; i++) {
		if (GAPS[i].outcome != CANDIDATE_24 && GAPS[i].outcome != CANDIDATE_72)
			continue;
		life_make_gap(&m, GAPS[i].occasion, GAPS[i].ahead);
		life_run(&m, m.clock.candidate.need_s - 1);
		assert_int_equal(life_gap(&m), GAPS[i].ahead);
		life_run(&m, 1);
		assert_int_equal(life_gap(&m), 0);
		assert_true(life_told(&m, CLOCK_EVENT_MOVED, GAPS[i].ahead));
		assert_int_equal(m.clock.candidate.need_s, 0);
		assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], 0);
		life_run(&m, DAY);
		assert_int_equal(life_gap(&m), 0);
	}
}

static void
tolerance_is_the_license_s(void **state)
{
	static const int64_t TOLERANCES[] = { 0, 1, HOUR, 3 * DAY };

	(void)state;
	for (size_t i = 0; i < sizeof TOLERANCES / sizeof *TOLERANCES; i++)
		for (int64_t beyond = -1; beyond <= 1; beyond++) {
			life_settle(&m);
			m.tolerance = TOLERANCES[i];
			life_set_wall(&m, clock_settled(&m.clock) - TOLERANCES[i] - beyond);
			assert_int_equal(m.clock.condition,
				beyond > 0 ? EVALUATE_CLOCK_BEHIND : EVALUATE_CLOCK_OK);
		}
}

/* --- candidates ------------------------------------------------------------------------------ */

static void
a_candidate_lasts_while_the_clock_shows_it(void **state)
{
	static const struct {
		int64_t move;
		bool lasts;
	} MOVES[] = { { -HOUR - 1, false }, { -HOUR, true }, { -HOUR + 1, true },
		{ 8 * HOUR, true }, { 60 * DAY, true }, { 60 * DAY + 1, false },
		{ -10 * DAY, false } };

	(void)state;
	for (size_t i = 0; i < sizeof MOVES / sizeof *MOVES; i++) {
		life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
		life_run(&m, 10 * HOUR);
		life_set_wall(&m, m.true_time + m.wall_off + MOVES[i].move);
		assert_int_equal(m.clock.candidate.agreed_s, MOVES[i].lasts ? 10 * HOUR : 0);
		assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], !MOVES[i].lasts);
	}
}

static void
what_is_beyond_a_candidate_is_a_gap_of_its_own(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	life_run(&m, 23 * HOUR);
	life_off_rtc(&m, 600, m.true_time + m.wall_off + 31 * DAY);
	life_run(&m, HOUR - 1);
	assert_int_equal(life_gap(&m), 40 * DAY + 31 * DAY);
	life_run(&m, 1);
	assert_int_equal(life_gap(&m), 31 * DAY);
	assert_int_equal(m.clock.candidate.need_s, 24 * HOUR);
	assert_int_equal(m.clock.candidate.agreed_s, 0);
	life_run(&m, 24 * HOUR);
	assert_int_equal(life_gap(&m), 0);
}

static void
a_clock_that_slid_back_is_believed_for_what_it_shows(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	life_run(&m, 23 * HOUR);
	life_set_wall(&m, m.true_time + m.wall_off - 600);
	life_run(&m, HOUR);
	assert_int_equal(life_gap(&m), 0);
}

static void
hours_add_up_across_boots(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 3 * DAY);
	life_run(&m, 10 * HOUR);
	life_off(&m, 14 * HOUR);
	life_run(&m, 10 * HOUR);
	life_off(&m, 62 * HOUR);
	life_run(&m, 4 * HOUR - 1);
	assert_int_equal(m.clock.candidate.agreed_s, 24 * HOUR - 1);
	life_run(&m, 1);
	assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], 0);
	assert_int_equal(life_gap(&m), 62 * HOUR + 30);
	life_run(&m, 24 * HOUR);
	assert_int_equal(life_gap(&m), 0);
}

static void
a_candidate_that_a_clock_contradicts_leaves_no_trace(void **state)
{
	int64_t right;

	(void)state;
	life_make_gap(&m, LIFE_IN_BOOT, 31 * DAY);
	life_run(&m, 24 * HOUR - 1);
	right = m.true_time;
	life_correct(&m);
	assert_true(life_told(&m, CLOCK_EVENT_CANDIDATE_GONE, 0));
	assert_int_equal(clock_settled(&m.clock), right);
	assert_int_equal(m.clock.candidate.need_s, 0);
	assert_int_equal(m.clock.candidate.agreed_s, 0);
}

static void
a_document_overtakes_a_candidate(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	life_run(&m, HOUR);
	assert_true(life_learn(&m, 1, m.true_time + m.wall_off - 2 * DAY));
	life_tick(&m);
	/* The candidate is further ahead than the document: it goes on. */
	assert_int_equal(m.clock.candidate.agreed_s, HOUR);
	assert_int_equal(life_gap(&m), 2 * DAY);
	life_off(&m, 3 * DAY);
	assert_true(life_learn(&m, 1, m.true_time + m.wall_off - 2 * DAY));
	life_tick(&m);
	assert_true(life_told(&m, CLOCK_EVENT_CANDIDATE_GONE, 0));
	assert_true(life_told(&m, CLOCK_EVENT_CANDIDATE, 2 * DAY));
}

static void
a_candidate_tells_when_it_will_be_believed(void **state)
{
	struct clock_outlook outlook = { .left_s = 77 };
	int64_t seen_at;

	(void)state;
	life_settle(&m);
	assert_false(clock_outlook(&m.clock, &outlook));
	assert_int_equal(outlook.left_s, 77);
	life_make_gap(&m, LIFE_POWER_OFF, 150 * DAY);
	seen_at = clock_settled(&m.clock);
	life_run(&m, 5 * HOUR);
	assert_true(clock_outlook(&m.clock, &outlook));
	assert_int_equal(outlook.instant, m.true_time + m.wall_off);
	assert_int_equal(outlook.left_s, 67 * HOUR);
	assert_int_equal(outlook.due, seen_at + 72 * HOUR);
	assert_int_equal(outlook.seen_at, seen_at);
}

/* --- when a clock begins to speak ------------------------------------------------------------ */

static void
a_gap_that_a_hand_sets_later_did_not_jump_across_the_power_off(void **state)
{
	(void)state;
	life_settle(&m);
	life_off(&m, 600);
	life_set_wall(&m, m.true_time + 150 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	life_off(&m, 600);
	assert_int_equal(m.clock.candidate.need_s, 72 * HOUR);
}

static void
a_boot_without_a_believable_clock_waits_for_one(void **state)
{
	static const struct {
		int64_t rtc_ahead;
		bool waits;
	} RTCS[] = { { -50 * 365 * DAY, true }, { -DAY - 1, true }, { -DAY, false }, { 0, false },
		{ 400 * DAY, false }, { 400 * DAY + 31, true }, { 70 * 365 * DAY, true } };

	(void)state;
	for (size_t i = 0; i < sizeof RTCS / sizeof *RTCS; i++) {
		life_settle(&m);
		life_off_rtc(&m, 150 * DAY, clock_settled(&m.clock) + RTCS[i].rtc_ahead);
		life_run(&m, 600);
		life_correct(&m);
		assert_int_equal(m.clock.condition == EVALUATE_CLOCK_OK, RTCS[i].waits);
		assert_int_equal(m.clock.candidate.need_s, RTCS[i].waits ? 72 * HOUR : 0);
	}
}

static void
a_rtc_some_hours_off_still_tells_a_season(void **state)
{
	static const struct {
		int64_t off;
		bool tells;
	} OFFS[] = { { -DAY - 60, true }, { -DAY, true }, { -8 * HOUR, true }, { 8 * HOUR, true },
		{ DAY, true }, { DAY + 60, false } };

	(void)state;
	for (size_t i = 0; i < sizeof OFFS / sizeof *OFFS; i++) {
		life_settle(&m);
		life_off_rtc(&m, 150 * DAY, m.true_time + 150 * DAY + 30 + OFFS[i].off);
		life_run(&m, 10);
		life_correct(&m);
		assert_int_equal(m.clock.candidate.need_s, OFFS[i].tells ? 72 * HOUR : 0);
	}
}

static void
a_dead_rtc_does_not_undo_the_hours_of_a_candidate(void **state)
{
	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 3 * DAY);
	life_run(&m, 20 * HOUR);
	life_off_rtc(&m, 14 * HOUR, 0);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_BEHIND);
	life_run(&m, 600);
	assert_int_equal(m.clock.candidate.agreed_s, 20 * HOUR);
	life_set_wall(&m, clock_settled(&m.clock) + 3 * DAY + 14 * HOUR);
	life_run(&m, 4 * HOUR);
	assert_int_equal(m.news_count[CLOCK_EVENT_CANDIDATE_GONE], 0);
	assert_int_equal(life_gap(&m), 0);
	/* One that wakes in 2099 says nothing either, but that it does. */
	life_make_gap(&m, LIFE_POWER_OFF, 3 * DAY);
	life_run(&m, 20 * HOUR);
	life_off_rtc(&m, 14 * HOUR, FIXTURE_2099);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(m.clock.candidate.agreed_s, 20 * HOUR);
}

static void
the_first_gap_waits_for_the_first_believable_clock(void **state)
{
	(void)state;
	life_install(&m, START + 200 * DAY, START);
	life_set_wall(&m, 0);
	life_run(&m, 2 * HOUR);
	life_off_rtc(&m, 10 * HOUR, 0);
	life_correct(&m);
	assert_int_equal(m.clock.candidate.need_s, 24 * HOUR);
	/* It is one gap: the next clock is one that was set. */
	life_set_wall(&m, m.true_time + 100 * DAY);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	life_correct(&m);
	assert_int_equal(m.clock.candidate.need_s, 72 * HOUR);
}

/* --- ticks ----------------------------------------------------------------------------------- */

static void
nothing_is_settled_before_the_first_document(void **state)
{
	struct clock_reading reading;
	struct clock_news news;

	(void)state;
	life_install(&m, START, START);
	clock_init(&m.clock);
	m.settled_before = 0;
	life_reading(&m, &reading);
	for (int i = 0; i < 3; i++, reading.mono_s += HOUR)
		clock_tick(&m.clock, &reading, DAY, &news);
	assert_false(clock_started(&m.clock));
	assert_int_equal(clock_settled(&m.clock), 0);
	assert_int_equal(m.clock.ran, 2 * HOUR);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
	reading.mono_s -= 2 * HOUR;
	clock_tick(&m.clock, &reading, DAY, &news);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
	assert_int_equal(clock_confirm(&m.clock, &reading, DAY, 0, CLOCK_TIME_MAX, &news),
		CLOCK_NOT_STARTED);
	assert_false(life_forget(&m, 1));
}

static void
a_folder_s_first_tick_adds_nothing(void **state)
{
	(void)state;
	life_install(&m, START - 10 * DAY, START);
	clock_init(&m.clock);
	clock_learn(&m.clock, (const uint8_t[COSE_KID_LEN]){ 1 }, START);
	m.mono = 900 * DAY;
	m.boot = 77;
	life_tick(&m);
	assert_int_equal(clock_settled(&m.clock), START);
	assert_int_equal(m.clock.ran, 0);
}

static void
a_day_without_a_tick_is_unattended(void **state)
{
	(void)state;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		life_settle(&m);
		m.tick_every = DAY + beyond;
		life_run(&m, DAY + beyond);
		assert_int_equal(m.clock.condition,
			beyond < 0 ? EVALUATE_CLOCK_OK : EVALUATE_CLOCK_UNATTENDED);
		assert_int_equal(life_gap(&m), 0);
		life_run(&m, 60);
		assert_int_equal(m.clock.condition, EVALUATE_CLOCK_OK);
		/* Nobody saw the notice: such hours do not agree with anything. */
		life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
		m.tick_every = DAY + beyond;
		life_run(&m, DAY + beyond);
		assert_int_equal(m.clock.candidate.agreed_s, beyond < 0 ? DAY - 1 : 0);
		assert_int_equal(life_gap(&m), 40 * DAY);
	}
}

static void
monotonic_time_that_goes_back_is_a_fault_and_a_new_base(void **state)
{
	int64_t settled;

	(void)state;
	for (int64_t moved = -1; moved <= 1; moved++) {
		life_settle(&m);
		life_set_wall(&m, m.true_time - 2 * HOUR);
		settled = clock_settled(&m.clock);
		m.mono += moved;
		life_tick(&m);
		assert_int_equal(
			m.clock.condition, moved < 0 ? EVALUATE_CLOCK_FAULT : EVALUATE_CLOCK_OK);
		assert_int_equal(clock_settled(&m.clock), settled + (moved > 0));
	}
	life_settle(&m);
	settled = clock_settled(&m.clock);
	m.mono -= 20 * DAY;
	life_set_wall(&m, 0);
	assert_int_equal(m.news.list[0].kind, CLOCK_EVENT_CONDITION);
	assert_int_equal(m.news.list[0].before, EVALUATE_CLOCK_OK);
	assert_int_equal(m.news.list[0].after, EVALUATE_CLOCK_FAULT);
	life_run(&m, HOUR);
	assert_int_equal(clock_settled(&m.clock), settled + HOUR);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_BEHIND);
}

/* What a thief would use: a namespace of one's own needs no privilege. */
static void
shifted_clocks_are_a_fault_and_count(void **state)
{
	struct clock_reading reading;
	int64_t settled;

	(void)state;
	life_settle(&m);
	settled = clock_settled(&m.clock);
	life_reading(&m, &reading);
	reading.namespaced = true;
	reading.mono_s += HOUR;
	reading.wall = 0;
	clock_tick(&m.clock, &reading, DAY, &m.news);
	assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
	assert_int_equal(clock_settled(&m.clock), settled + HOUR);
}

static void
readings_that_cannot_be_counted_add_nothing_and_lose_nothing(void **state)
{
	struct clock_reading reading;
	int64_t settled;

	(void)state;
	for (int unknown_boot = 0; unknown_boot <= 1; unknown_boot++) {
		life_settle(&m);
		life_set_wall(&m, 0);
		settled = clock_settled(&m.clock);
		for (int i = 0; i < 10; i++) {
			life_reading(&m, &reading);
			reading.uncounted = !unknown_boot;
			if (unknown_boot)
				memset(reading.boot_id, 0, sizeof reading.boot_id);
			reading.mono_s = 900 * DAY * i;
			clock_tick(&m.clock, &reading, DAY, &m.news);
			assert_int_equal(m.clock.condition, EVALUATE_CLOCK_FAULT);
			assert_int_equal(clock_settled(&m.clock), settled + i * HOUR);
			/* Between two of them a good one counts what it saw itself. */
			life_run(&m, HOUR);
			assert_int_equal(clock_settled(&m.clock), settled + (i + 1) * HOUR);
		}
	}
	/* What such a tick believed is not added to the same hours. */
	life_settle(&m);
	life_reading(&m, &reading);
	m.mono += 10 * HOUR;
	m.true_time += 10 * HOUR;
	reading.uncounted = true;
	reading.wall = m.true_time;
	clock_tick(&m.clock, &reading, DAY, &m.news);
	assert_int_equal(life_gap(&m), 0);
	life_run(&m, HOUR);
	assert_int_equal(life_gap(&m), 0);
}

static void
each_word_gives_way_to_the_one_before_it(void **state)
{
	static const struct {
		bool fault, unproven, behind, unattended;
		enum evaluate_clock condition;
	} WORDS[] = {
		{ true, true, false, false, EVALUATE_CLOCK_FAULT },
		{ true, false, true, false, EVALUATE_CLOCK_FAULT },
		{ true, false, true, true, EVALUATE_CLOCK_FAULT },
		{ false, true, false, true, EVALUATE_CLOCK_AHEAD_UNPROVEN },
		{ false, false, true, true, EVALUATE_CLOCK_BEHIND },
		{ false, false, false, true, EVALUATE_CLOCK_UNATTENDED },
		{ false, false, false, false, EVALUATE_CLOCK_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		struct clock_reading reading;

		life_settle(&m);
		life_reading(&m, &reading);
		reading.namespaced = WORDS[i].fault;
		reading.mono_s += WORDS[i].unattended ? DAY : 60;
		reading.wall += WORDS[i].unproven ? 500 * DAY : WORDS[i].behind ? -5 * DAY : 60;
		clock_tick(&m.clock, &reading, DAY, &m.news);
		assert_int_equal(m.clock.condition, WORDS[i].condition);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_gap_is_judged_at_its_bounds),
		cmocka_unit_test(a_candidate_is_believed_at_its_last_second),
		cmocka_unit_test(tolerance_is_the_license_s),
		cmocka_unit_test(a_candidate_lasts_while_the_clock_shows_it),
		cmocka_unit_test(what_is_beyond_a_candidate_is_a_gap_of_its_own),
		cmocka_unit_test(a_clock_that_slid_back_is_believed_for_what_it_shows),
		cmocka_unit_test(hours_add_up_across_boots),
		cmocka_unit_test(a_candidate_that_a_clock_contradicts_leaves_no_trace),
		cmocka_unit_test(a_document_overtakes_a_candidate),
		cmocka_unit_test(a_candidate_tells_when_it_will_be_believed),
		cmocka_unit_test(a_gap_that_a_hand_sets_later_did_not_jump_across_the_power_off),
		cmocka_unit_test(a_boot_without_a_believable_clock_waits_for_one),
		cmocka_unit_test(a_rtc_some_hours_off_still_tells_a_season),
		cmocka_unit_test(a_dead_rtc_does_not_undo_the_hours_of_a_candidate),
		cmocka_unit_test(the_first_gap_waits_for_the_first_believable_clock),
		cmocka_unit_test(nothing_is_settled_before_the_first_document),
		cmocka_unit_test(a_folder_s_first_tick_adds_nothing),
		cmocka_unit_test(a_day_without_a_tick_is_unattended),
		cmocka_unit_test(monotonic_time_that_goes_back_is_a_fault_and_a_new_base),
		cmocka_unit_test(shifted_clocks_are_a_fault_and_count),
		cmocka_unit_test(readings_that_cannot_be_counted_add_nothing_and_lose_nothing),
		cmocka_unit_test(each_word_gives_way_to_the_one_before_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
