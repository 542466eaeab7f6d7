/* SPDX-License-Identifier: ISC */
/* The CBOR writer: shortest heads, keys in order, latched errors, and nothing the reader refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cbor.h"
#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_hex.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { UNTOUCHED = 77777 };

static void
assert_written(const struct cbor_writer *w, const char *hex)
{
	uint8_t expected[64];
	size_t expected_len = fixture_hex(hex, expected, 0, sizeof expected), len;

	assert_int_equal(cbor_writer_finish(w, &len), SKERRY_OK);
	assert_int_equal(len, expected_len);
	assert_memory_equal(w->bytes, expected, len);
}

static void
numbers_take_their_shortest_head(void **state)
{
	static const struct {
		int64_t value;
		const char *hex;
	} NUMBERS[] = {
		{ 0, "00" },
		{ 23, "17" },
		{ 24, "1818" },
		{ 255, "18ff" },
		{ 256, "190100" },
		{ 65535, "19ffff" },
		{ 65536, "1a00010000" },
		{ UINT32_MAX, "1affffffff" },
		{ INT64_C(4294967296), "1b0000000100000000" },
		{ INT64_MAX, "1b7fffffffffffffff" },
		{ -1, "20" },
		{ -24, "37" },
		{ -25, "3818" },
		{ -256, "38ff" },
		{ -257, "390100" },
		{ -65537, "3a00010000" },
		{ INT64_MIN, "3b7fffffffffffffff" },
	};
	uint8_t bytes[CBOR_HEAD_MAX];
	struct cbor_writer w;

	(void)state;
	for (size_t i = 0; i < LEN(NUMBERS); i++) {
		cbor_writer_init(&w, bytes, sizeof bytes);
		cbor_write_int(&w, NUMBERS[i].value);
		assert_written(&w, NUMBERS[i].hex);
		if (NUMBERS[i].value < 0)
			continue;
		cbor_writer_init(&w, bytes, sizeof bytes);
		cbor_write_uint(&w, (uint64_t)NUMBERS[i].value);
		assert_written(&w, NUMBERS[i].hex);
	}
	cbor_writer_init(&w, bytes, sizeof bytes);
	cbor_write_uint(&w, UINT64_MAX);
	assert_written(&w, "1bffffffffffffffff");
}

static void
each_call_writes_its_type(void **state)
{
	uint8_t bytes[64];
	struct cbor_writer w;

	(void)state;
	cbor_writer_init(&w, bytes, sizeof bytes);
	cbor_write_tag(&w, 98);
	cbor_write_array(&w, 8);
	cbor_write_bytes(&w, (const uint8_t *)"\1\2", 2);
	cbor_write_bytes(&w, NULL, 0);
	cbor_write_text(&w, (struct cbor_text){ "a\0", 2 });
	cbor_write_text(&w, (struct cbor_text){ NULL, 0 });
	cbor_write_chars(&w, "\xe2\x82\xac");
	cbor_write_bool(&w, false);
	cbor_write_bool(&w, true);
	cbor_write_null(&w);
	assert_written(&w, "d862 88 420102 40 626100 60 63e282ac f4 f5 f6");
}

/* A small document with everything in it, and a map that must be moved to fit its head. */
static void
write_sample(struct cbor_writer *w)
{
	struct cbor_map_out outer, inner;

	cbor_map_open(w, &outer);
	cbor_map_put_label(w, &outer, 300);
	cbor_map_open(w, &inner);
	for (int label = 0; label < 30; label++) {
		cbor_map_put_label(w, &inner, label);
		cbor_write_int(w, -label);
	}
	cbor_map_close(w, &inner);
	cbor_map_put_label(w, &outer, -1);
	cbor_write_array(w, 2);
	cbor_write_bytes(w, (const uint8_t *)"bytes", 5);
	cbor_write_null(w);
	cbor_map_put_name(w, &outer, (struct cbor_text){ "name", 4 });
	cbor_write_bool(w, true);
	cbor_map_close(w, &outer);
}

static void
a_buffer_too_small_by_any_number_of_bytes_is_told(void **state)
{
	uint8_t whole[256];
	struct cbor_writer w;
	size_t whole_len = 0, offset;

	(void)state;
	cbor_writer_init(&w, whole, sizeof whole);
	write_sample(&w);
	assert_int_equal(cbor_writer_finish(&w, &whole_len), SKERRY_OK);
	assert_int_equal(fixture_cbor_read(whole, whole_len, &offset), SKERRY_OK);
	for (size_t max = 0; max <= whole_len; max++) {
		uint8_t *exact = fixture_exact_copy(whole, max);
		size_t len = UNTOUCHED;

		cbor_writer_init(&w, exact, max);
		write_sample(&w);
		assert_int_equal(cbor_writer_finish(&w, &len),
			max < whole_len ? SKERRY_ERR_NO_SPACE : SKERRY_OK);
		assert_int_equal(len, max < whole_len ? UNTOUCHED : whole_len);
		assert_true(w.len <= max);
		free(exact);
	}
}

static void
maps_of_any_size_get_their_head(void **state)
{
	static const size_t COUNTS[] = { 0, 1, 23, 24, 25, 255, 256, 257, CBOR_COUNT_MAX };
	static uint8_t bytes[FIXTURE_CBOR_MAX];

	(void)state;
	for (size_t i = 0; i < LEN(COUNTS); i++) {
		struct cbor_writer w;
		struct cbor_map_out map;
		struct cbor_reader r;
		struct cbor_map in;
		int64_t label = -1;
		size_t len, offset, seen = 0;

		cbor_writer_init(&w, bytes, sizeof bytes);
		cbor_map_open(&w, &map);
		for (size_t k = 0; k < COUNTS[i]; k++) {
			cbor_map_put_label(&w, &map, (int64_t)k);
			cbor_write_uint(&w, k * k);
		}
		cbor_map_close(&w, &map);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);

		cbor_reader_init(&r, bytes, len);
		cbor_map_begin(&r, COUNTS[i], &in);
		for (; cbor_map_label(&r, &in, &label); seen++) {
			assert_int_equal(label, seen);
			assert_int_equal(cbor_read_uint(&r, UINT64_MAX), seen * seen);
		}
		assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
		assert_int_equal(seen, COUNTS[i]);
	}
}

static void
keys_out_of_order_are_not_written(void **state)
{
	static const struct {
		int64_t label;
		const char *name; /* instead of the label */
	} KEYS[] = { { 0, NULL }, { 24, NULL }, { 256, NULL }, { -1, NULL }, { -25, NULL },
		{ 0, "" }, { 0, "b" }, { 0, "aa" } };

	(void)state;
	for (size_t first = 0; first < LEN(KEYS); first++)
		for (size_t second = 0; second < LEN(KEYS); second++) {
			size_t order[2] = { first, second }, len = UNTOUCHED;
			uint8_t bytes[64];
			struct cbor_writer w;
			struct cbor_map_out map;

			cbor_writer_init(&w, bytes, sizeof bytes);
			cbor_map_open(&w, &map);
			for (size_t i = 0; i < 2; i++) {
				const char *name = KEYS[order[i]].name;

				if (name != NULL)
					cbor_map_put_name(
						&w, &map, (struct cbor_text){ name, strlen(name) });
				else
					cbor_map_put_label(&w, &map, KEYS[order[i]].label);
				cbor_write_null(&w);
			}
			cbor_map_close(&w, &map);
			assert_int_equal(cbor_writer_finish(&w, &len),
				first < second    ? SKERRY_OK
				: first == second ? SKERRY_ERR_CBOR_KEY_DUPLICATE
						  : SKERRY_ERR_CBOR_KEY_ORDER);
			assert_int_equal(len == UNTOUCHED, first >= second);
		}
}

static void
text_that_is_not_utf8_is_not_written(void **state)
{
	static const char *const BROKEN[] = { "\x80", "a\xff", "\xc0\xae", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "ascii ascii\xc3" };

	(void)state;
	for (size_t i = 0; i < LEN(BROKEN); i++) {
		uint8_t bytes[64];
		struct cbor_writer w;
		struct cbor_map_out map;
		size_t len;

		cbor_writer_init(&w, bytes, sizeof bytes);
		cbor_write_chars(&w, BROKEN[i]);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_ARGUMENT);
		cbor_writer_init(&w, bytes, sizeof bytes);
		cbor_map_open(&w, &map);
		cbor_map_put_name(&w, &map, (struct cbor_text){ BROKEN[i], strlen(BROKEN[i]) });
		cbor_write_null(&w);
		cbor_map_close(&w, &map);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_ARGUMENT);
	}
}

static void
the_first_error_stays_and_nothing_more_is_written(void **state)
{
	uint8_t bytes[64];
	struct cbor_writer w;
	struct cbor_map_out map;
	size_t len = UNTOUCHED, before;

	(void)state;
	cbor_writer_init(&w, bytes, sizeof bytes);
	cbor_map_open(&w, &map);
	cbor_map_put_label(&w, &map, 5);
	cbor_write_null(&w);
	cbor_map_put_label(&w, &map, 4);
	before = w.len;
	memset(bytes + before, 0xee, sizeof bytes - before);
	cbor_write_uint(&w, 1);
	cbor_write_chars(&w, "\xff");
	cbor_write_bytes(&w, bytes, sizeof bytes);
	cbor_write_encoded(&w, bytes, sizeof bytes);
	cbor_map_put_label(&w, &map, 4);
	cbor_map_close(&w, &map);
	cbor_writer_fail(&w, SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_CBOR_KEY_ORDER);
	assert_int_equal(len, UNTOUCHED);
	assert_int_equal(w.len, before);
	for (size_t i = before; i < sizeof bytes; i++)
		assert_int_equal(bytes[i], 0xee);
}

/* Pseudo-random numbers below `below`, always the same ones. */
static uint64_t
next_random(uint64_t *seed, uint64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (*seed >> 33) % below;
}

static void
write_random_text(struct cbor_writer *w, uint64_t *seed)
{
	static const char *const PIECES[] = { "a", "hotel", "\xc3\xa4", "\xe2\x82\xac",
		"\xf0\x9f\x8f\xa8", "-", " ", "0123456789abcdefghijklmnopqrstuvwxyz" };
	char text[256] = "";

	for (uint64_t i = next_random(seed, 6); i > 0; i--)
		strcat(text, PIECES[next_random(seed, LEN(PIECES))]);
	cbor_write_chars(w, text);
}

static void write_random_item(struct cbor_writer *w, uint64_t *seed, unsigned depth);

static void
write_random_map(struct cbor_writer *w, uint64_t *seed, unsigned depth)
{
	struct cbor_map_out map;
	uint64_t count = next_random(seed, depth == 0 ? 300 : 5);
	int64_t label = (int64_t)next_random(seed, 100);

	cbor_map_open(w, &map);
	for (uint64_t i = 0; i < count; i++, label += 1 + (int64_t)next_random(seed, 50)) {
		cbor_map_put_label(w, &map, label);
		write_random_item(w, seed, depth + 1);
	}
	if (next_random(seed, 2) == 0) {
		cbor_map_put_label(w, &map, -(int64_t)next_random(seed, 70000) - 1);
		write_random_item(w, seed, depth + 1);
		cbor_map_put_name(w, &map, (struct cbor_text){ "name", 4 });
		write_random_item(w, seed, depth + 1);
	}
	cbor_map_close(w, &map);
}

static void
write_random_item(struct cbor_writer *w, uint64_t *seed, unsigned depth)
{
	uint64_t shift = next_random(seed, 64), count;

	switch (next_random(seed, depth < CBOR_DEPTH_MAX ? 8 : 6)) {
	case 0:
		cbor_write_uint(w, (next_random(seed, INT32_MAX) << 32 | 0xffffffff) >> shift);
		break;
	case 1:
		cbor_write_int(w, -1 - (int64_t)(next_random(seed, INT32_MAX) << 32 >> shift));
		break;
	case 2:
		cbor_write_bytes(w, (const uint8_t *)seed, next_random(seed, sizeof *seed + 1));
		break;
	case 3:
		write_random_text(w, seed);
		break;
	case 4:
		cbor_write_bool(w, next_random(seed, 2) == 0);
		break;
	case 5:
		cbor_write_null(w);
		break;
	case 6:
		count = next_random(seed, 4);
		cbor_write_array(w, count);
		for (uint64_t i = 0; i < count; i++)
			write_random_item(w, seed, depth + 1);
		break;
	default:
		write_random_map(w, seed, depth);
		break;
	}
}

static void
whatever_is_written_is_accepted(void **state)
{
	static uint8_t bytes[FIXTURE_CBOR_MAX];
	uint64_t seed = 20261122;
	size_t total = 0;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct cbor_writer w;
		size_t len, offset;

		cbor_writer_init(&w, bytes, sizeof bytes);
		write_random_item(&w, &seed, 0);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
		assert_int_equal(fixture_cbor_read(bytes, len, &offset), SKERRY_OK);
		total += len;
	}
	assert_true(total > 100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_take_their_shortest_head),
		cmocka_unit_test(each_call_writes_its_type),
		cmocka_unit_test(a_buffer_too_small_by_any_number_of_bytes_is_told),
		cmocka_unit_test(maps_of_any_size_get_their_head),
		cmocka_unit_test(keys_out_of_order_are_not_written),
		cmocka_unit_test(text_that_is_not_utf8_is_not_written),
		cmocka_unit_test(the_first_error_stays_and_nothing_more_is_written),
		cmocka_unit_test(whatever_is_written_is_accepted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
