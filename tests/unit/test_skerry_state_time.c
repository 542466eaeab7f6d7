/* SPDX-License-Identifier: ISC */
/*
 * Whose time a handle on a state folder tells: the site's, as long as the process lives, whatever the
 * wall clock shows and whether or not anything can be recorded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_state.h"

STATE_OWN_CLOCKS

static void
plain_license(void)
{
	static struct signed_document license;

	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
}

static void
clock_set_back_buys_nothing_and_is_told(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_verdict verdict;
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_wall_jumps(-40 * DAY);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_true(verdict.at == TODAY + SKERRY_LOOK_S);
	assert_int_equal(verdict.clock, SKERRY_CLOCK_BEHIND);
	assert_int_equal(verdict.notice, SKERRY_NOTICE_WARN);
	assert_int_equal(verdict.access, SKERRY_ACCESS_FULL);
	for (int i = 0; i < 200 * 2; i++) {
		state_time_goes_by(DAY / 2);
		state_time_of(skerry);
	}
	assert_true(state_time_of(skerry) == TODAY + SKERRY_LOOK_S + 200 * DAY);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	skerry_close(skerry);
}

static void
clock_set_ahead_counts_when_the_site_believes_it(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_verdict verdict;
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	/* A jump of hours is believed at the next look, and not before. */
	state_wall_jumps(5 * 3600);
	assert_true(state_time_of(skerry) == TODAY);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_true(state_time_of(skerry) == TODAY + SKERRY_LOOK_S + 5 * 3600);
	/* One of decades never is. */
	state_wall_jumps(73 * 365 * DAY);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_true(verdict.at == TODAY + 2 * SKERRY_LOOK_S + 5 * 3600);
	assert_int_equal(verdict.clock, SKERRY_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(verdict.access, SKERRY_ACCESS_FULL);
	skerry_close(skerry);
}

/* What the process sees is recorded, and the next one goes on from there. */
static void
time_is_kept_for_the_next_process(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_wall_jumps(-40 * DAY);
	for (int i = 0; i < 2; i++) {
		state_time_goes_by(DAY / 2);
		state_time_of(skerry);
	}
	skerry_close(skerry);
	skerry = state_open(&config);
	assert_true(state_time_of(skerry) == TODAY + DAY);
	skerry_close(skerry);
}

/* A folder that is only read would tell the same time for ever. */
static void
time_goes_on_where_nothing_can_be_recorded(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	/* The lock is somebody else's from here on, who does nothing with it. */
	state_hold_lock();
	state_wall_jumps(-40 * DAY);
	for (int i = 0; i < 200 * 2; i++) {
		state_time_goes_by(DAY / 2);
		state_time_of(skerry);
	}
	assert_true(state_time_of(skerry) == TODAY + 200 * DAY);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	skerry_close(skerry);
}

/* Also a candidate, though nobody records its hours. */
static void
clock_far_ahead_is_believed_in_memory_too(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_hold_lock();
	state_wall_jumps(30 * DAY);
	for (int i = 0; i < 30; i++) {
		assert_true(state_time_of(skerry) < TODAY + 2 * DAY || i >= 24);
		state_time_goes_by(3600);
	}
	assert_true(state_time_of(skerry) == TODAY + 30 * DAY + 30 * 3600);
	skerry_close(skerry);
}

/* A machine that was off for a month, on which nobody records: it is then now, at each look alike. */
static void
wall_clock_that_is_believed_alone_stays_believed(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	state_hold_lock();
	state_clocks_show(TODAY);
	state_wall_jumps(30 * DAY);
	skerry = state_open(&config);
	for (int look = 0; look < 2000; look++) {
		assert_true(state_time_of(skerry) == TODAY + 30 * DAY + look * SKERRY_LOOK_S);
		state_time_goes_by(SKERRY_LOOK_S);
	}
	skerry_close(skerry);
}

/* What is worked out here never adds its hours to another writer's. */
static void
hours_that_two_have_counted_count_once(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_wall_jumps(-40 * DAY);
	for (int day = 1; day <= 5; day++) {
		/* The other one ticks at noon, this one all day as a reader. */
		for (int hour = 0; hour < 24; hour++) {
			state_hold_lock();
			if (hour == 12)
				assert_int_equal(site_tick(&site, NULL), SKERRY_OK);
			state_time_goes_by(3600);
			assert_true(state_time_of(skerry) ==
				    TODAY + (day - 1) * DAY + (hour + 1) * 3600);
			state_close_site();
		}
	}
	state_close_site();
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	state_open_site();
	assert_true(site_now(&site) == TODAY + 5 * DAY);
	skerry_close(skerry);
}

/* Whoever takes the folder's memory away while the product runs gains no time by it. */
static void
memory_that_is_lost_takes_no_time_back(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_wall_jumps(-40 * DAY);
	for (int i = 0; i < 10 * 2; i++) {
		state_time_goes_by(DAY / 2);
		state_time_of(skerry);
	}
	memory_remove_file("site.db");
	memory_remove_file("site.clock");
	memory_remove_file("state.mark");
	state_time_goes_by(3600);
	assert_true(state_time_of(skerry) == TODAY + 10 * DAY + 3600);
	skerry_close(skerry);
	/* And it is recorded again. */
	skerry = state_open(&config);
	assert_true(state_time_of(skerry) == TODAY + 10 * DAY + 3600);
	skerry_close(skerry);
}

int
main(void)
{
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_set_up, state_tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_FOLDER(clock_set_back_buys_nothing_and_is_told),
		ON_A_FOLDER(clock_set_ahead_counts_when_the_site_believes_it),
		ON_A_FOLDER(time_is_kept_for_the_next_process),
		ON_A_FOLDER(time_goes_on_where_nothing_can_be_recorded),
		ON_A_FOLDER(clock_far_ahead_is_believed_in_memory_too),
		ON_A_FOLDER(memory_that_is_lost_takes_no_time_back),
		ON_A_FOLDER(wall_clock_that_is_believed_alone_stays_believed),
		ON_A_FOLDER(hours_that_two_have_counted_count_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
