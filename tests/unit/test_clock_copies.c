/* SPDX-License-Identifier: ISC */
/* The clock: two copies of one state join to what both have lived, and to what either took back. */
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

static void
copies_join_to_the_later_one(void **state)
{
	struct clock early, joined;

	(void)state;
	life_settle(&m);
	life_learn(&m, 2, m.true_time + HOUR);
	early = m.clock;
	m.wall_off = -90 * DAY;
	life_run(&m, 10 * DAY);
	life_learn(&m, 3, m.true_time + DAY);
	life_tick(&m);
	joined = early;
	clock_join(&joined, &m.clock);
	assert_memory_equal(&joined, &m.clock, sizeof joined);
	joined = m.clock;
	clock_join(&joined, &early);
	assert_memory_equal(&joined, &m.clock, sizeof joined);
	/* Each has what the other lacks: a mark, running time. */
	joined = early;
	life_forget(&m, 3);
	m.clock.taken_back = early.taken_back;
	clock_join(&joined, &m.clock);
	assert_int_equal(joined.ran, m.clock.ran);
	assert_int_equal(joined.marks_len, 2);
}

static void
copies_join_source_by_source(void **state)
{
	struct clock more_run, less_run, joined;

	(void)state;
	life_make_gap(&m, LIFE_POWER_OFF, 40 * DAY);
	less_run = m.clock;
	life_run(&m, HOUR);
	more_run = m.clock;
	less_run.wall_lead += 2 * HOUR;
	less_run.void_until = FIXTURE_2099;
	for (int turn = 0; turn <= 1; turn++) {
		joined = turn ? more_run : less_run;
		clock_join(&joined, turn ? &less_run : &more_run);
		assert_int_equal(joined.wall_lead, less_run.wall_lead);
		assert_int_equal(joined.void_until, FIXTURE_2099);
		assert_int_equal(joined.ran, more_run.ran);
		assert_int_equal(joined.candidate.agreed_s, HOUR);
		assert_memory_equal(&joined.boots, &more_run.boots, sizeof joined.boots);
	}
}

static void
what_one_copy_took_back_stays_so(void **state)
{
	struct clock before, joined;

	(void)state;
	life_settle(&m);
	life_learn(&m, 2, FIXTURE_2099);
	life_tick(&m);
	before = m.clock;
	life_forget(&m, 2);
	joined = before;
	clock_join(&joined, &m.clock);
	assert_int_equal(clock_settled(&joined), m.true_time);
	/* The copy ran on: its hours count, its mark does not. */
	m.clock.ran -= HOUR;
	joined = m.clock;
	clock_join(&joined, &before);
	assert_int_equal(clock_settled(&joined), m.true_time);
	assert_int_equal(joined.ran, before.ran);
}

/* Whichever copy ran longer: what it knew before the reset is void, and its hours count. */
static void
a_reset_of_one_copy_is_one_of_both(void **state)
{
	struct clock older, newer, joined;

	(void)state;
	life_settle(&m);
	life_learn(&m, 2, FIXTURE_2099);
	m.boot = 500;
	life_tick(&m);
	older = newer = m.clock;
	older.ran += HOUR;
	clock_reset(&newer, START + 3 * DAY, newer.ran);
	for (int turn = 0; turn <= 1; turn++) {
		joined = turn ? newer : older;
		clock_join(&joined, turn ? &older : &newer);
		assert_int_equal(joined.ran, older.ran);
		assert_int_equal(joined.wall_lead, newer.wall_lead);
		assert_int_equal(joined.marks_len, newer.marks_len);
		assert_memory_equal(joined.marks, newer.marks, sizeof joined.marks);
		assert_int_equal(joined.void_until, newer.void_until);
		assert_int_equal(joined.taken_back, newer.taken_back);
		assert_int_equal(clock_settled(&joined), START + 3 * DAY + HOUR);
		assert_int_equal(joined.boots_len, 1);
		assert_int_equal(joined.boots[0].settled, clock_settled(&joined));
	}
}

static void
copies_join_mark_by_mark(void **state)
{
	static const int64_t A[] = { 7, CLOCK_NONE, 4, 9 }, B[] = { 5, 3, CLOCK_NONE, 10 };
	struct clock a, b, joined;

	(void)state;
	clock_init(&a);
	clock_init(&b);
	for (uint8_t key = 0; key < 4; key++) {
		const uint8_t kid[COSE_KID_LEN] = { key + 1 };

		if (A[key] != CLOCK_NONE)
			clock_learn(&a, kid, A[key] + START);
		if (B[key] != CLOCK_NONE)
			clock_learn(&b, kid, B[key] + START);
	}
	for (int64_t more = -1; more <= 1; more++)
		for (int turn = 0; turn <= 1; turn++) {
			a.ran = HOUR + more;
			b.ran = HOUR;
			joined = turn ? b : a;
			clock_join(&joined, turn ? &a : &b);
			assert_int_equal(joined.marks_len, 4);
			for (size_t i = 0; i < 4; i++) {
				assert_int_equal(joined.marks[i].kid[0], i + 1);
				assert_int_equal(
					joined.marks[i].lead, START + (A[i] > B[i] ? A[i] : B[i]));
			}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_join_to_the_later_one),
		cmocka_unit_test(copies_join_source_by_source),
		cmocka_unit_test(what_one_copy_took_back_stays_so),
		cmocka_unit_test(a_reset_of_one_copy_is_one_of_both),
		cmocka_unit_test(copies_join_mark_by_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
