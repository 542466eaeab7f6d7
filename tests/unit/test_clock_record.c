/* SPDX-License-Identifier: ISC */
/* The clock's state as bytes: there and back, and nothing read on which the clock cannot rely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_cbor.h"
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
	/* Whole, for whoever reads CBOR. */
	assert_int_equal(fixture_cbor_read(bytes, bytes_len, &offset), SKERRY_OK);
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
	clock.strange = CLOCK_STRANGE_MAX;
	clock.strange_ran = CLOCK_STRANGE_S - 1;
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

/* --- records written by another hand --------------------------------------------------------- */

struct other_record {
	size_t marks_len, boots_len;
	int64_t lead, wall_lead;
	size_t byte; /* of the ids, by which they differ */
	int64_t strange, strange_ran;
};

static void
write_id(struct cbor_writer *w, size_t len, size_t byte, size_t number)
{
	uint8_t id[32] = { 0 };

	id[byte] = (uint8_t)number;
	cbor_write_bytes(w, id, len);
}

/* As the format is told in the header, from nothing of the writer's. */
static void
write_other(const struct other_record *record)
{
	static uint8_t other[4096];
	struct cbor_writer w;

	cbor_writer_init(&w, other, sizeof other);
	cbor_write_array(&w, 14);
	cbor_write_chars(&w, "skerry-clock");
	cbor_write_uint(&w, 1);
	cbor_write_int(&w, 77);
	cbor_write_int(&w, record->wall_lead);
	cbor_write_array(&w, record->marks_len);
	for (size_t i = 0; i < record->marks_len; i++) {
		cbor_write_array(&w, 2);
		write_id(&w, COSE_KID_LEN, record->byte % COSE_KID_LEN, i);
		cbor_write_int(&w, record->lead);
	}
	cbor_write_array(&w, record->boots_len);
	for (size_t i = 0; i < record->boots_len; i++) {
		cbor_write_array(&w, 3);
		write_id(&w, 16, record->byte, i);
		cbor_write_int(&w, 5);
		cbor_write_int(&w, 6);
	}
	cbor_write_null(&w);
	cbor_write_bool(&w, true);
	cbor_write_null(&w);
	cbor_write_uint(&w, 1);
	cbor_write_int(&w, 8);
	cbor_write_uint(&w, 9);
	cbor_write_int(&w, record->strange);
	cbor_write_int(&w, record->strange_ran);
	assert_int_equal(cbor_writer_finish(&w, &bytes_len), SKERRY_OK);
	assert_in_range(bytes_len, 1, sizeof bytes);
	memcpy(bytes, other, bytes_len);
}

/* At the largest numbers, and at one more, which there would be no room for. */
static void
as_many_as_there_is_room_for_are_read(void **state)
{
	static const struct {
		struct other_record record;
		enum skerry_err err;
	} ROWS[] = {
		{ { 0, 0, 1, 1, 0, 0, 0 }, SKERRY_OK },
		{ { CLOCK_MARKS_MAX, CLOCK_BOOTS_MAX, 1, 1, 0, 0, 0 }, SKERRY_OK },
		{ { CLOCK_MARKS_MAX, CLOCK_BOOTS_MAX, 1, 1, 15, 0, 0 }, SKERRY_OK },
		{ { CLOCK_MARKS_MAX + 1, CLOCK_BOOTS_MAX, 1, 1, 0, 0, 0 }, SKERRY_ERR_CBOR_COUNT },
		{ { CLOCK_MARKS_MAX, CLOCK_BOOTS_MAX + 1, 1, 1, 0, 0, 0 }, SKERRY_ERR_CBOR_COUNT },
		{ { 2, 2, CLOCK_TIME_MAX, -CLOCK_TIME_MAX, 0, 0, 0 }, SKERRY_OK },
		{ { 2, 2, -CLOCK_TIME_MAX, CLOCK_TIME_MAX, 0, 0, 0 }, SKERRY_OK },
		{ { 2, 2, CLOCK_TIME_MAX + 1, 1, 0, 0, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, -CLOCK_TIME_MAX - 1, 1, 0, 0, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, CLOCK_TIME_MAX + 1, 0, 0, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, -CLOCK_TIME_MAX - 1, 0, 0, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, 1, 0, CLOCK_STRANGE_MAX, CLOCK_STRANGE_S - 1 }, SKERRY_OK },
		{ { 2, 2, 1, 1, 0, CLOCK_STRANGE_MAX + 1, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, 1, 0, -1, 0 }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, 1, 0, 1, CLOCK_STRANGE_S }, SKERRY_ERR_CBOR_RANGE },
		{ { 2, 2, 1, 1, 0, 1, -1 }, SKERRY_ERR_CBOR_RANGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct other_record *record = &ROWS[i].record;
		uint8_t again[CLOCK_RECORD_MAX];
		struct clock clock;
		size_t again_len, offset;

		write_other(record);
		assert_int_equal(clock_record_read(bytes, bytes_len, &clock, &offset), ROWS[i].err);
		if (ROWS[i].err != SKERRY_OK)
			continue;
		assert_int_equal(clock.ran, 77);
		assert_int_equal(clock.wall_lead, record->wall_lead);
		assert_int_equal(clock.marks_len, record->marks_len);
		assert_int_equal(clock.boots_len, record->boots_len);
		if (record->boots_len > 0) {
			assert_int_equal(clock.marks[0].lead, record->lead);
			assert_int_equal(clock.boots[1].id[record->byte], 1);
			assert_int_equal(clock.boots[1].mono_s, 5);
			assert_int_equal(clock.boots[1].settled, 6);
		}
		assert_int_equal(clock.boot_lead, CLOCK_NONE);
		assert_true(clock.believed_once);
		assert_int_equal(clock.candidate.need_s, 0);
		assert_int_equal(clock.condition, EVALUATE_CLOCK_BEHIND);
		assert_int_equal(clock.void_until, 8);
		assert_int_equal(clock.taken_back, 9);
		assert_int_equal(clock.strange, record->strange);
		assert_int_equal(clock.strange_ran, record->strange_ran);
		assert_int_equal(clock_record_write(&clock, again, &again_len), SKERRY_OK);
		assert_int_equal(again_len, bytes_len);
		assert_memory_equal(again, bytes, bytes_len);
	}
}

static void
another_file_and_a_later_version_are_told_apart(void **state)
{
	/* An array of 14 and a text of 12 characters; then the version. */
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
	bytes[0] = 0x8d;
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
		cmocka_unit_test(as_many_as_there_is_room_for_are_read),
		cmocka_unit_test(another_file_and_a_later_version_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
