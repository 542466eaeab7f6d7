/* SPDX-License-Identifier: ISC */
/* The clock's state as bytes: there and back, and nothing read on which the clock cannot rely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_clock.h"
#include "verifier/decide/clock_record.h"

#define DAY FIXTURE_DAY

static uint8_t bytes[CLOCK_RECORD_MAX];
static size_t bytes_len;

static void
write_record(const struct clock *clock)
{
	assert_int_equal(clock_record_write(clock, bytes, &bytes_len), SKERRY_OK);
}

/* A state with something in each place. */
static void
make_full(struct clock *ret_clock)
{
	struct life life;

	life_make_gap(&life, LIFE_POWER_OFF, 150 * DAY);
	for (uint8_t key = 1; key <= CLOCK_MARKS_MAX; key++)
		life_learn(&life, key, FIXTURE_START - key * DAY);
	for (uint64_t boot = 0; boot < CLOCK_BOOTS_MAX; boot++) {
		life.boot = 900 + boot;
		life_tick(&life);
	}
	life_forget(&life, 3);
	life_learn(&life, 3, FIXTURE_START);
	life.boot = 5;
	life_tick(&life);
	life.clock.void_until = FIXTURE_2099;
	*ret_clock = life.clock;
	assert_int_not_equal(ret_clock->candidate.need_s, 0);
}

static void
same_after_reading(const struct clock *clock)
{
	uint8_t again[CLOCK_RECORD_MAX];
	struct clock read;
	size_t again_len, offset;

	memset(&read, 0xa5, sizeof read);
	write_record(clock);
	assert_int_equal(clock_record_read(bytes, bytes_len, &read, &offset), SKERRY_OK);
	assert_int_equal(clock_record_write(&read, again, &again_len), SKERRY_OK);
	assert_int_equal(again_len, bytes_len);
	assert_memory_equal(again, bytes, bytes_len);
	assert_int_equal(clock_settled(&read), clock_settled(clock));
}

static void
a_state_survives(void **state)
{
	struct clock clock;

	(void)state;
	clock_init(&clock);
	same_after_reading(&clock);
	make_full(&clock);
	same_after_reading(&clock);
}

static void
the_largest_state_fits(void **state)
{
	struct clock clock;

	(void)state;
	clock_init(&clock);
	clock.ran = clock.void_until = CLOCK_TIME_MAX;
	clock.wall_lead = clock.boot_lead = -CLOCK_TIME_MAX;
	clock.taken_back = INT64_MAX;
	clock.condition = EVALUATE_CLOCK_UNATTENDED;
	for (size_t i = 0; i < CLOCK_MARKS_MAX; i++) {
		clock.marks[i].kid[0] = (uint8_t)i;
		clock.marks[i].lead = -CLOCK_TIME_MAX;
	}
	clock.marks_len = CLOCK_MARKS_MAX;
	for (size_t i = 0; i < CLOCK_BOOTS_MAX; i++) {
		clock.boots[i].id[0] = (uint8_t)i;
		clock.boots[i].mono_s = clock.boots[i].settled = CLOCK_TIME_MAX;
	}
	clock.boots_len = CLOCK_BOOTS_MAX;
	clock.candidate = (struct clock_candidate){ CLOCK_NEED_SEASON_S, CLOCK_NEED_SEASON_S - 1,
		-CLOCK_TIME_MAX, CLOCK_TIME_MAX };
	same_after_reading(&clock);
}

static void
a_clock_goes_on_from_its_record(void **state)
{
	struct life life, other;
	size_t offset;

	(void)state;
	life_make_gap(&life, LIFE_POWER_OFF, 150 * DAY);
	life_run(&life, 20 * FIXTURE_HOUR);
	other = life;
	for (int hour = 0; hour < 100; hour++) {
		life_run(&life, FIXTURE_HOUR);
		write_record(&other.clock);
		assert_int_equal(
			clock_record_read(bytes, bytes_len, &other.clock, &offset), SKERRY_OK);
		life_run(&other, FIXTURE_HOUR);
		assert_int_equal(clock_settled(&life.clock), clock_settled(&other.clock));
	}
	assert_int_equal(life_gap(&life), 0);
}

static void
a_record_cut_short_is_refused(void **state)
{
	struct clock clock, untouched;

	(void)state;
	make_full(&clock);
	write_record(&clock);
	untouched = clock;
	for (size_t len = 0; len < bytes_len; len++) {
		size_t offset = SIZE_MAX;

		assert_int_not_equal(clock_record_read(bytes, len, &clock, &offset), SKERRY_OK);
		assert_in_range(offset, 0, len);
	}
	assert_memory_equal(&clock, &untouched, sizeof clock);
}

/* Whatever is read is a state that has these bytes, and with which the clock works. */
static void
a_changed_record_is_refused_or_another_state(void **state)
{
	struct clock clock, read;

	(void)state;
	make_full(&clock);
	write_record(&clock);
	for (size_t bit = 0; bit < bytes_len * 8; bit++) {
		uint8_t changed[CLOCK_RECORD_MAX], again[CLOCK_RECORD_MAX];
		struct clock_reading reading = { .boot_id = { 5 }, .wall = FIXTURE_2099 };
		struct clock_news news;
		size_t again_len, offset;

		memcpy(changed, bytes, bytes_len);
		changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (clock_record_read(changed, bytes_len, &read, &offset) != SKERRY_OK)
			continue;
		assert_int_equal(clock_record_write(&read, again, &again_len), SKERRY_OK);
		assert_int_equal(again_len, bytes_len);
		assert_memory_equal(again, changed, bytes_len);
		clock_tick(&read, &reading, DAY, &news);
	}
}

static void
refused(const struct clock *clock, enum skerry_err err)
{
	struct clock read;
	size_t offset;

	write_record(clock);
	assert_int_equal(clock_record_read(bytes, bytes_len, &read, &offset), err);
}

static void
what_the_clock_cannot_rely_on_is_refused(void **state)
{
	struct clock good, clock;

	(void)state;
	make_full(&good);

	clock = good;
	clock.ran = CLOCK_TIME_MAX + 1;
	refused(&clock, SKERRY_ERR_CBOR_RANGE);
	clock.ran = -1;
	refused(&clock, SKERRY_ERR_CBOR_RANGE);

	clock = good;
	clock.wall_lead = -CLOCK_TIME_MAX - 1;
	refused(&clock, SKERRY_ERR_CBOR_RANGE);

	clock = good;
	clock.marks[1] = clock.marks[0];
	refused(&clock, SKERRY_ERR_CLAIM_VALUE);

	clock = good;
	clock.boots_len = 2;
	clock.boots[1] = clock.boots[0];
	refused(&clock, SKERRY_ERR_CLAIM_VALUE);

	clock = good;
	clock.candidate.agreed_s = clock.candidate.need_s - 1;
	same_after_reading(&clock);
	clock.candidate.agreed_s = clock.candidate.need_s;
	refused(&clock, SKERRY_ERR_CLAIM_VALUE);
	clock.candidate.need_s = CLOCK_NEED_SEASON_S + 1;
	refused(&clock, SKERRY_ERR_CBOR_RANGE);

	clock = good;
	clock.condition = (enum evaluate_clock)(EVALUATE_CLOCK_UNATTENDED + 1);
	refused(&clock, SKERRY_ERR_CBOR_RANGE);

	clock = good;
	clock.taken_back = (uint64_t)INT64_MAX + 1;
	refused(&clock, SKERRY_ERR_CBOR_RANGE);
}

static void
another_file_and_a_later_version_are_told_apart(void **state)
{
	/* An array of 12 and a text of 12 characters; then the version. */
	enum { MARK_AT = 2, VERSION_AT = 2 + sizeof CLOCK_RECORD_MARK - 1 };
	struct clock clock;
	size_t offset;

	(void)state;
	clock_init(&clock);
	write_record(&clock);
	bytes[VERSION_AT] = CLOCK_RECORD_VERSION + 1;
	assert_int_equal(
		clock_record_read(bytes, bytes_len, &clock, &offset), SKERRY_ERR_CLAIM_VERSION);
	assert_int_equal(offset, VERSION_AT);
	bytes[MARK_AT] = 'S';
	assert_int_equal(
		clock_record_read(bytes, bytes_len, &clock, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, MARK_AT - 1);
	bytes[0] = 0x8b;
	assert_int_equal(
		clock_record_read(bytes, bytes_len, &clock, &offset), SKERRY_ERR_CBOR_COUNT);
	assert_int_equal(offset, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_survives),
		cmocka_unit_test(the_largest_state_fits),
		cmocka_unit_test(a_clock_goes_on_from_its_record),
		cmocka_unit_test(a_record_cut_short_is_refused),
		cmocka_unit_test(a_changed_record_is_refused_or_another_state),
		cmocka_unit_test(what_the_clock_cannot_rely_on_is_refused),
		cmocka_unit_test(another_file_and_a_later_version_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
