/* SPDX-License-Identifier: ISC */
/* The ladder's dates for every shape of license, day ends, and instants at the ends of the type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "formats/ladder.h"

#define T HOTEL_ISSUED_AT
#define D ((int64_t)LADDER_DAY_S)
#define NEVER LICENSE_NEVER

static const struct {
	const char *what;
	int64_t renew_by, valid_until;
	struct license_ladder rungs;
	unsigned steps, days, used;
	struct ladder want;
	int64_t last;
} SHAPES[] = {
	{ .what = "perpetual, bought once",
		.renew_by = NEVER,
		.valid_until = NEVER,
		.rungs = { .warn_s = 7 * D, .grace_s = 30 * D, .degraded_s = 30 * D },
		.want = { NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER },
		.last = NEVER },
	{ .what = "a term without contact",
		.renew_by = NEVER,
		.valid_until = T + 365 * D,
		.rungs = { .warn_s = 7 * D,
			.grace_s = 30 * D,
			.expiry_grace_s = 7 * D,
			.degraded_s = 30 * D },
		.want = { NEVER, NEVER, NEVER, T + 365 * D, T + 365 * D, T + 372 * D, T + 402 * D },
		.last = T + 403 * D },
	{ .what = "contact without a term",
		.renew_by = T + 30 * D,
		.valid_until = NEVER,
		.rungs = { .warn_s = 7 * D,
			.alert_s = 2 * D,
			.grace_s = 30 * D,
			.expiry_grace_s = 7 * D },
		.want = { T + 23 * D, T + 28 * D, T + 30 * D, NEVER, T + 30 * D, T + 60 * D,
			T + 60 * D },
		.last = T + 61 * D },
	{ .what = "HotelHub standard: notices after renew_by",
		.renew_by = T + 30 * D,
		.valid_until = T + 365 * D,
		.rungs = { .warn_s = -7 * D,
			.alert_s = -14 * D,
			.grace_s = 30 * D,
			.degraded_s = 30 * D,
			.expiry_grace_s = 7 * D },
		.want = { T + 37 * D, T + 44 * D, T + 30 * D, T + 365 * D, T + 30 * D, T + 60 * D,
			T + 90 * D },
		.last = T + 91 * D },
	{ .what = "HotelHub island",
		.renew_by = T + 180 * D,
		.valid_until = T + 1096 * D,
		.rungs = { .warn_s = 30 * D,
			.alert_s = 7 * D,
			.grace_s = 365 * D,
			.degraded_s = 30 * D },
		.want = { T + 150 * D, T + 173 * D, T + 180 * D, T + 1096 * D, T + 180 * D,
			T + 545 * D, T + 575 * D },
		.last = T + 576 * D },
	{ .what = "the term ends within the grace of the contact",
		.renew_by = T + 355 * D,
		.valid_until = T + 365 * D,
		.rungs = { .grace_s = 30 * D, .expiry_grace_s = 7 * D, .degraded_s = 1 * D },
		.want = { T + 355 * D, T + 355 * D, T + 355 * D, T + 365 * D, T + 355 * D,
			T + 372 * D, T + 373 * D },
		.last = T + 374 * D },
	{ .what = "renew_by behind valid_until is met there: only the term counts",
		.renew_by = T + 400 * D,
		.valid_until = T + 365 * D,
		.rungs = { .grace_s = 3 * D, .expiry_grace_s = 7 * D },
		.want = { T + 365 * D, T + 365 * D, T + 365 * D, T + 365 * D, T + 365 * D,
			T + 372 * D, T + 372 * D },
		.last = T + 373 * D },
	{ .what = "no rung at all: locked at once",
		.renew_by = T + 30 * D,
		.valid_until = T + 365 * D,
		.want = { T + 30 * D, T + 30 * D, T + 30 * D, T + 365 * D, T + 30 * D, T + 30 * D,
			T + 30 * D },
		.last = T + 31 * D },
	{ .what = "telephone steps not used yet count for the last date",
		.renew_by = T + 30 * D,
		.valid_until = T + 365 * D,
		.rungs = { .grace_s = 10 * D },
		.steps = 3,
		.days = 14,
		.want = { T + 30 * D, T + 30 * D, T + 30 * D, T + 365 * D, T + 30 * D, T + 40 * D,
			T + 40 * D },
		.last = T + 83 * D },
	{ .what = "two telephone steps move the notices too",
		.renew_by = T + 30 * D,
		.valid_until = T + 365 * D,
		.rungs = { .warn_s = 5 * D, .grace_s = 10 * D },
		.steps = 3,
		.days = 14,
		.used = 2,
		.want = { T + 53 * D, T + 58 * D, T + 58 * D, T + 365 * D, T + 58 * D, T + 68 * D,
			T + 68 * D },
		.last = T + 83 * D },
	{ .what = "more steps than there are count as all",
		.renew_by = T + 30 * D,
		.valid_until = T + 365 * D,
		.steps = 3,
		.days = 14,
		.used = 4000000000,
		.want = { T + 72 * D, T + 72 * D, T + 72 * D, T + 365 * D, T + 72 * D, T + 72 * D,
			T + 72 * D },
		.last = T + 73 * D },
	{ .what = "telephone steps stop at valid_until",
		.renew_by = T + 30 * D,
		.valid_until = T + 40 * D,
		.rungs = { .grace_s = 2 * D },
		.steps = 3,
		.days = 14,
		.used = 1,
		.want = { T + 40 * D, T + 40 * D, T + 40 * D, T + 40 * D, T + 40 * D, T + 40 * D,
			T + 40 * D },
		.last = T + 41 * D },
	{ .what = "telephone steps do nothing without renew_by",
		.renew_by = NEVER,
		.valid_until = NEVER,
		.steps = 3,
		.days = 14,
		.used = 3,
		.want = { NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER },
		.last = NEVER },
	{ .what = "dates at the end of the type stay never",
		.renew_by = INT64_MAX - 1,
		.valid_until = INT64_MAX - 1,
		.rungs = { .warn_s = -D, .grace_s = D, .expiry_grace_s = D },
		.want = { NEVER, INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 1, NEVER,
			NEVER },
		.last = NEVER },
	{ .what = "dates at the beginning of the type",
		.renew_by = INT64_MIN,
		.valid_until = INT64_MIN + 5,
		.rungs = { .warn_s = D, .alert_s = INT64_MIN, .grace_s = 3 },
		.want = { INT64_MIN, -1, INT64_MIN, INT64_MIN + 5, INT64_MIN, INT64_MIN + 3,
			INT64_MIN + 3 },
		.last = INT64_MIN + 3 + D },
	{ .what = "before 1970",
		.renew_by = -10 * D,
		.valid_until = -5 * D,
		.rungs = { .warn_s = D, .grace_s = D, .degraded_s = D },
		.want = { -11 * D, -10 * D, -10 * D, -5 * D, -10 * D, -9 * D, -8 * D },
		.last = -7 * D },
};

static void
dates_follow_from_the_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
		const struct ladder *want = &SHAPES[i].want;
		struct license license;
		struct ladder got;

		print_message("# %s\n", SHAPES[i].what);
		hotel_license_bare(&license);
		license.renew_by = SHAPES[i].renew_by;
		license.valid_until = SHAPES[i].valid_until;
		license.ladder = SHAPES[i].rungs;
		license.telephone_steps = SHAPES[i].steps;
		license.telephone_days = SHAPES[i].days;
		ladder_dates(&license, SHAPES[i].used, &got);
		assert_int_equal(got.warn_from, want->warn_from);
		assert_int_equal(got.alert_from, want->alert_from);
		assert_int_equal(got.renew_by, want->renew_by);
		assert_int_equal(got.valid_until, want->valid_until);
		assert_int_equal(got.grace_from, want->grace_from);
		assert_int_equal(got.grace_until, want->grace_until);
		assert_int_equal(got.degraded_until, want->degraded_until);
		assert_int_equal(ladder_last_date(&license), SHAPES[i].last);
	}
}

/* T is midnight UTC. */
static const struct {
	int64_t at;
	unsigned minutes;
	int32_t offset_s;
	int64_t want;
} DAY_ENDS[] = {
	{ T, 240, 0, T + 4 * 3600 },
	{ T + 4 * 3600, 240, 0, T + 4 * 3600 },
	{ T + 4 * 3600 + 1, 240, 0, T + D + 4 * 3600 },
	{ T - 1, 0, 0, T },
	{ T, 0, 0, T },
	{ T + 1, 0, 0, T + D },
	{ T, 1439, 0, T + D - 60 },
	/* Sibolga, UTC+7: 04:00 there is 21:00 UTC of the day before. */
	{ T, 240, 7 * 3600, T + 21 * 3600 },
	{ T - 3 * 3600, 240, 7 * 3600, T - 3 * 3600 },
	/* The ends of the world's offsets. */
	{ T, 240, 14 * 3600, T + 14 * 3600 },
	{ T, 240, -12 * 3600, T + 16 * 3600 },
	{ T + 16 * 3600 + 1, 240, -12 * 3600, T + D + 16 * 3600 },
	{ T, 0, 20700, T + D - 20700 }, /* Nepal, UTC+5:45 */
	/* The night of a change: the offset of that moment decides, one hour apart. */
	{ T, 240, 3600, T + 3 * 3600 },
	{ T, 240, 7200, T + 2 * 3600 },
	{ T + 2 * 3600 + 1, 240, 3600, T + 3 * 3600 },
	{ T + 2 * 3600 + 1, 240, 7200, T + D + 2 * 3600 },
	/* Before 1970. */
	{ -1, 0, 0, 0 },
	{ -1, 240, 0, 4 * 3600 },
	{ -D - 1, 0, 0, -D },
	{ -D, 0, 14 * 3600, -14 * 3600 },
	{ INT64_MIN, 0, 0, INT64_MIN + 55808 },
	{ LICENSE_TIME_MAX, 240, 0, LICENSE_TIME_MAX + 1 + 4 * 3600 },
	{ INT64_MAX - 1, 240, 0, NEVER },
	{ NEVER, 240, -12 * 3600, NEVER },
};

static void
day_ends_come_within_a_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DAY_ENDS / sizeof *DAY_ENDS; i++)
		assert_int_equal(ladder_day_end(DAY_ENDS[i].at, DAY_ENDS[i].minutes,
					 &(struct local_clock){ .offset_s = DAY_ENDS[i].offset_s }),
			DAY_ENDS[i].want);
}

/* Local time of day at `at`, counted the slow way. */
static int64_t
local_second(int64_t at, int32_t offset_s)
{
	int64_t second = (at + offset_s) % D;

	return second < 0 ? second + D : second;
}

static void
a_day_end_is_the_first_one_not_before(void **state)
{
	(void)state;
	for (int32_t offset_s = -12 * 3600; offset_s <= 14 * 3600; offset_s += 2700)
		for (unsigned minutes = 0; minutes < 1440; minutes += 119)
			for (int64_t at = -2 * D; at < 2 * D; at += 2399) {
				int64_t end = ladder_day_end(
					at, minutes, &(struct local_clock){ .offset_s = offset_s });

				assert_in_range(end - at, 0, D - 1);
				assert_int_equal(local_second(end, offset_s), minutes * 60);
			}
}

/* More steps, or longer rungs, never end a license earlier. */
static void
each_step_only_gives(void **state)
{
	(void)state;
	for (int64_t until = 0; until <= 120; until += 10) {
		struct license license;
		struct ladder before, after;

		hotel_license_unbound(&license);
		license.telephone_steps = 5;
		license.telephone_days = 14;
		license.valid_until = T + until * D;
		for (unsigned steps = 0; steps < 5; steps++) {
			ladder_dates(&license, steps, &before);
			ladder_dates(&license, steps + 1, &after);
			assert_true(after.renew_by >= before.renew_by);
			assert_true(after.grace_until >= before.grace_until);
			assert_true(after.degraded_until >= before.degraded_until);
			assert_true(after.renew_by <= license.valid_until);
			assert_true(ladder_last_date(&license) >= after.degraded_until + D);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_follow_from_the_claims),
		cmocka_unit_test(day_ends_come_within_a_day),
		cmocka_unit_test(a_day_end_is_the_first_one_not_before),
		cmocka_unit_test(each_step_only_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
