/* SPDX-License-Identifier: ISC */
/* Finding in a bundle: the entry of a fan, the boxes of a page, as a plain search finds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_exchange.h"
#include "fixture_hex.h"
#include "fixture_payload.h"

enum { ROOM = BUNDLE_PAGE_MAX + 65536, FOUND_MAX = 64, UNTOUCHED = 77777 };

static uint8_t bytes[ROOM];
static struct bundle_entry entries[BUNDLE_FAN_MAX + 1];
static uint8_t key[BUNDLE_SORT_KEY_LEN];

/* --- fans ------------------------------------------------------------------------------------ */

static struct cbor_bytes
encode_fan(size_t len)
{
	struct cbor_writer w;
	size_t encoded;

	exchange_entries(entries, len);
	cbor_writer_init(&w, bytes, ROOM);
	bundle_fan_write(&w, entries, len);
	assert_int_equal(cbor_writer_finish(&w, &encoded), SKERRY_OK);
	return (struct cbor_bytes){ bytes, encoded };
}

/* Entry n begins with 16 n + 8. -1: before all. */
static void
assert_found(struct cbor_bytes fan, uint32_t number, long want)
{
	struct bundle_entry entry = { .place = { .offset = UNTOUCHED } };
	size_t offset;
	bool found;

	exchange_sort_key(number, key);
	assert_int_equal(bundle_fan_find(fan, key, &found, &entry, &offset), SKERRY_OK);
	assert_int_equal(found, want >= 0);
	if (want < 0) {
		assert_int_equal(entry.place.offset, UNTOUCHED);
		return;
	}
	assert_memory_equal(entry.first, entries[want].first, BUNDLE_SORT_KEY_LEN);
	assert_int_equal(entry.place.offset, entries[want].place.offset);
	assert_memory_equal(entry.place.hash, entries[want].place.hash, BUNDLE_HASH_LEN);
}

static void
a_key_falls_under_the_last_entry_not_behind_it(void **state)
{
	static const size_t LENGTHS[] = { 1, 2, 3, 23, 24, BUNDLE_FAN_MAX };

	(void)state;
	assert_found(encode_fan(0), 8, -1);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		struct cbor_bytes fan = encode_fan(LENGTHS[i]);
		long last = (long)LENGTHS[i] - 1;

		assert_found(fan, 0, -1);
		assert_found(fan, 7, -1);
		assert_found(fan, UINT32_MAX, last);
		for (long n = 0; n <= last; n += n > 8 && n < last - 8 ? 7 : 1) {
			uint32_t first = (uint32_t)(16 * n + 8);

			assert_found(fan, first - 1, n - 1);
			assert_found(fan, first, n);
			assert_found(fan, first + 1, n);
			assert_found(fan, first + 15, n);
		}
	}
}

static void
a_fan_is_checked_to_its_end_before_anything_is_found(void **state)
{
	struct cbor_bytes fan = encode_fan(3);
	size_t entry_len = (fan.len - 1) / 3, offset;
	struct bundle_entry entry = { .place = { .offset = UNTOUCHED } };
	bool found = true;

	(void)state;
	exchange_sort_key(8, key);
	/* The last entry begins where the first one does. */
	memcpy(bytes + 1 + 2 * entry_len, bytes + 1, entry_len);
	assert_int_equal(
		bundle_fan_find(fan, key, &found, &entry, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, 1 + 2 * entry_len);
	fan = encode_fan(3);
	for (size_t len = 0; len < fan.len; len++) {
		uint8_t *exact = fixture_exact_copy(fan.data, len);

		assert_int_not_equal(bundle_fan_find((struct cbor_bytes){ exact, len }, key, &found,
					     &entry, &offset),
			SKERRY_OK);
		assert_true(offset <= len);
		free(exact);
	}
	fan.len = fixture_hex("00", bytes, fan.len, ROOM);
	assert_int_equal(
		bundle_fan_find(fan, key, &found, &entry, &offset), SKERRY_ERR_CBOR_TRAILING);
	assert_true(found);
	assert_int_equal(entry.place.offset, UNTOUCHED);
}

static void
a_fan_ends_at_its_limits(void **state)
{
	struct cbor_writer w;
	size_t len, offset;
	bool found;

	(void)state;
	exchange_entries(entries, BUNDLE_FAN_MAX + 1);
	cbor_writer_init(&w, bytes, ROOM);
	bundle_fan_write(&w, entries, BUNDLE_FAN_MAX + 1);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_CLAIM_VALUE);
	/* What was written all the same. */
	assert_int_equal(
		bundle_fan_find((struct cbor_bytes){ bytes, w.len }, key, &found, entries, &offset),
		SKERRY_ERR_CBOR_COUNT);
	assert_int_equal(offset, 0);
	memset(bytes, 0, BUNDLE_PAGE_MAX + 1);
	assert_int_equal(bundle_fan_find((struct cbor_bytes){ bytes, BUNDLE_PAGE_MAX + 1 }, key,
				 &found, entries, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
}

/* Each flip of one bit is refused, or is another fan of as many entries in order. */
static void
a_damaged_fan_is_refused_or_in_order(void **state)
{
	struct cbor_bytes fan = encode_fan(2);
	static struct bundle_entry got[BUNDLE_FAN_MAX];
	size_t got_len, offset;

	(void)state;
	for (size_t bit = 0; bit < fan.len * 8; bit++) {
		uint8_t *exact = fixture_exact_copy(fan.data, fan.len);

		exact[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (bundle_fan_parse((struct cbor_bytes){ exact, fan.len }, got, &got_len,
			    &offset) == SKERRY_OK) {
			assert_int_equal(got_len, 2);
			assert_true(memcmp(got[0].first, got[1].first, BUNDLE_SORT_KEY_LEN) < 0);
		} else {
			assert_true(offset <= fan.len);
		}
		free(exact);
	}
}

/* --- pages ----------------------------------------------------------------------------------- */

struct taken {
	struct cbor_bytes boxes[FOUND_MAX];
	size_t len, stop_at;
};

static bool
take(void *context, struct cbor_bytes box)
{
	struct taken *taken = context;

	assert_true(taken->len < FOUND_MAX);
	taken->boxes[taken->len++] = box;
	return taken->len != taken->stop_at;
}

/* A page of boxes whose keys begin with these numbers; box n is filled with n. */
static struct cbor_bytes
encode_page(const uint32_t *numbers, size_t len)
{
	struct bundle_page_out page;
	struct cbor_writer w;
	size_t encoded;

	cbor_writer_init(&w, bytes, ROOM);
	bundle_page_begin(&w, &page, len);
	for (size_t i = 0; i < len; i++) {
		exchange_sort_key(numbers[i], key);
		bundle_page_put(&w, &page, key, exchange_box((uint8_t)i));
	}
	bundle_page_end(&w, &page);
	assert_int_equal(cbor_writer_finish(&w, &encoded), SKERRY_OK);
	return (struct cbor_bytes){ bytes, encoded };
}

/* Exactly the boxes from `first` to before `end` come, in that order. */
static void
assert_taken(struct cbor_bytes page, uint32_t number, size_t first, size_t end)
{
	struct taken taken = { .len = 0 };
	size_t offset;

	exchange_sort_key(number, key);
	assert_int_equal(bundle_page_each(page, key, take, &taken, &offset), SKERRY_OK);
	assert_int_equal(taken.len, end - first);
	for (size_t i = 0; i < taken.len; i++)
		assert_true(cbor_bytes_same(taken.boxes[i], exchange_box((uint8_t)(first + i))));
}

static void
all_boxes_of_one_key_come_in_their_order(void **state)
{
	static const uint32_t NUMBERS[] = { 5, 7, 7, 7, 9, 9, 12 };
	struct cbor_bytes page;

	(void)state;
	assert_taken(encode_page(NUMBERS, 0), 5, 0, 0);
	page = encode_page(NUMBERS, 1);
	assert_taken(page, 4, 0, 0);
	assert_taken(page, 5, 0, 1);
	assert_taken(page, 6, 0, 0);
	page = encode_page(NUMBERS, 7);
	assert_taken(page, 0, 0, 0);
	assert_taken(page, 5, 0, 1);
	assert_taken(page, 6, 0, 0);
	assert_taken(page, 7, 1, 4);
	assert_taken(page, 8, 0, 0);
	assert_taken(page, 9, 4, 6);
	assert_taken(page, 12, 6, 7);
	assert_taken(page, 13, 0, 0);
}

static void
whoever_has_enough_says_so(void **state)
{
	static const uint32_t NUMBERS[] = { 7, 7, 7 };
	struct cbor_bytes page = encode_page(NUMBERS, 3);
	size_t offset;

	(void)state;
	exchange_sort_key(7, key);
	for (size_t stop = 1; stop <= 3; stop++) {
		struct taken taken = { .stop_at = stop };

		assert_int_equal(bundle_page_each(page, key, take, &taken, &offset), SKERRY_OK);
		assert_int_equal(taken.len, stop);
	}
}

static void
nothing_comes_out_of_a_page_that_is_not_whole(void **state)
{
	static const uint32_t NUMBERS[] = { 7, 7, 9 };
	struct cbor_bytes page = encode_page(NUMBERS, 3);
	size_t box_len = (page.len - 1) / 3, offset;
	struct taken taken = { .len = 0 };

	(void)state;
	exchange_sort_key(7, key);
	for (size_t len = 0; len < page.len; len++) {
		uint8_t *exact = fixture_exact_copy(page.data, len);

		assert_int_not_equal(bundle_page_each((struct cbor_bytes){ exact, len }, key, take,
					     &taken, &offset),
			SKERRY_OK);
		assert_true(offset <= len);
		free(exact);
	}
	bytes[1 + 2 * box_len + 3 + 3] = 6; /* the last key: 9 becomes 6 */
	assert_int_equal(
		bundle_page_each(page, key, take, &taken, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, 1 + 2 * box_len);
	page = encode_page(NUMBERS, 3);
	page.len = fixture_hex("00", bytes, page.len, ROOM);
	assert_int_equal(
		bundle_page_each(page, key, take, &taken, &offset), SKERRY_ERR_CBOR_TRAILING);
	page.len = fixture_hex("81 82 5820 0000000000000000000000000000000000000000000000000000"
			       "000000000000 42 0000",
		bytes, 0, ROOM);
	assert_int_equal(
		bundle_page_each(page, key, take, &taken, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, 36);
	page.len = fixture_hex("991001", bytes, 0, ROOM) + 4097;
	assert_int_equal(bundle_page_each(page, key, take, &taken, &offset), SKERRY_ERR_CBOR_COUNT);
	memset(bytes, 0, BUNDLE_PAGE_MAX + 1);
	page.len = BUNDLE_PAGE_MAX + 1;
	assert_int_equal(
		bundle_page_each(page, key, take, &taken, &offset), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(taken.len, 0);
}

/* What reading would refuse is latched while it is written. */
static void
a_page_that_cannot_be_read_is_not_written(void **state)
{
	static uint8_t large[SEALED_BOX_MAX + 1];
	static const size_t LENGTHS[] = { 0, 1, SEALED_BOX_OVERHEAD,
		SEALED_BOX_OVERHEAD + SEALED_STEP - 1, SEALED_BOX_MAX + 1 };
	uint8_t lower[BUNDLE_SORT_KEY_LEN];
	struct bundle_page_out page;
	struct cbor_writer w;

	(void)state;
	exchange_sort_key(7, key);
	exchange_sort_key(6, lower);
#define BEGIN(boxes) (cbor_writer_init(&w, bytes, ROOM), bundle_page_begin(&w, &page, boxes))
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		BEGIN(1);
		bundle_page_put(&w, &page, key, (struct cbor_bytes){ large, LENGTHS[i] });
		assert_int_equal(w.err, SKERRY_ERR_CLAIM_VALUE);
	}
	BEGIN(2);
	bundle_page_put(&w, &page, key, exchange_box(0));
	assert_int_equal(w.err, SKERRY_OK);
	bundle_page_put(&w, &page, lower, exchange_box(0));
	assert_int_equal(w.err, SKERRY_ERR_CLAIM_VALUE);
	BEGIN(1);
	bundle_page_put(&w, &page, key, exchange_box(0));
	bundle_page_put(&w, &page, key, exchange_box(0));
	assert_int_equal(w.err, SKERRY_ERR_CLAIM_VALUE);
	BEGIN(2);
	bundle_page_put(&w, &page, key, exchange_box(0));
	bundle_page_end(&w, &page);
	assert_int_equal(w.err, SKERRY_ERR_CLAIM_VALUE);
	BEGIN(BUNDLE_BOXES_MAX);
	assert_int_equal(w.err, SKERRY_OK);
	BEGIN(BUNDLE_BOXES_MAX + 1);
	assert_int_equal(w.err, SKERRY_ERR_CLAIM_VALUE);
	BEGIN(4);
	for (int i = 0; i < 4; i++)
		bundle_page_put(&w, &page, key, (struct cbor_bytes){ large, SEALED_BOX_MAX });
	assert_int_equal(w.err, SKERRY_OK);
	bundle_page_end(&w, &page);
	assert_int_equal(w.err, SKERRY_ERR_DOCUMENT_TOO_LARGE);
}

/* --- against a plain search ------------------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
random_pages_give_what_a_plain_search_gives(void **state)
{
	uint64_t random = 5;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		uint32_t numbers[FOUND_MAX], range = 1 + (uint32_t)(payload_random(&random) % 80);
		size_t len = (size_t)(payload_random(&random) % FOUND_MAX);
		struct cbor_bytes page;

		for (size_t i = 0; i < len; i++)
			numbers[i] = (uint32_t)(payload_random(&random) % range);
		qsort(numbers, len, sizeof *numbers, by_number);
		page = encode_page(numbers, len);
		for (uint32_t number = 0; number <= range; number++) {
			size_t first = 0, end;

			while (first < len && numbers[first] < number)
				first++;
			for (end = first; end < len && numbers[end] == number; end++)
				;
			assert_taken(page, number, first, end);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_falls_under_the_last_entry_not_behind_it),
		cmocka_unit_test(a_fan_is_checked_to_its_end_before_anything_is_found),
		cmocka_unit_test(a_fan_ends_at_its_limits),
		cmocka_unit_test(a_damaged_fan_is_refused_or_in_order),
		cmocka_unit_test(all_boxes_of_one_key_come_in_their_order),
		cmocka_unit_test(whoever_has_enough_says_so),
		cmocka_unit_test(nothing_comes_out_of_a_page_that_is_not_whole),
		cmocka_unit_test(a_page_that_cannot_be_read_is_not_written),
		cmocka_unit_test(random_pages_give_what_a_plain_search_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
