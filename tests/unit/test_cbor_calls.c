/* SPDX-License-Identifier: ISC */
/* The reader's typed calls: what each takes, what it refuses, and where it says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cbor.h"
#include "tests/unit/fixture_hex.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { BYTES_MAX = 64, UNTOUCHED = 77777 };

/* One typed call that takes an item; those of the same index take the items of ACCEPTS. */
static void
take(struct cbor_reader *r, size_t call)
{
	struct cbor_map map;

	switch (call) {
	case 0:
		cbor_read_uint(r, UINT64_MAX);
		break;
	case 1:
		cbor_read_int(r, INT64_MIN, INT64_MAX);
		break;
	case 2:
		cbor_read_bytes(r, SIZE_MAX);
		break;
	case 3:
		cbor_read_fixed(r, 2);
		break;
	case 4:
		cbor_read_text(r, SIZE_MAX);
		break;
	case 5:
		cbor_read_bool(r);
		break;
	case 6:
		cbor_read_null(r);
		break;
	case 7:
		cbor_array_begin(r, SIZE_MAX);
		break;
	case 8:
		cbor_map_begin(r, SIZE_MAX, &map);
		break;
	default:
		cbor_tag_begin(r, 18);
		break;
	}
}

static const struct {
	const char *hex;
	unsigned taken_by; /* bit n: call n */
} ACCEPTS[] = {
	{ "05", 1u << 0 | 1u << 1 },
	{ "25", 1u << 1 },
	{ "420000", 1u << 2 | 1u << 3 },
	{ "626161", 1u << 4 },
	{ "f4", 1u << 5 },
	{ "f5", 1u << 5 },
	{ "f6", 1u << 6 },
	{ "80", 1u << 7 },
	{ "a0", 1u << 8 },
	{ "d2", 1u << 9 },
};

static void
each_call_takes_its_own_type_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(ACCEPTS); i++)
		for (size_t call = 0; call < 10; call++) {
			uint8_t bytes[BYTES_MAX] = { 0x00 };
			size_t len = fixture_hex(ACCEPTS[i].hex, bytes, 1, BYTES_MAX), offset = 0;
			bool is_tag = bytes[1] >> 5 == CBOR_TAG;
			struct cbor_reader r;

			cbor_reader_init(&r, bytes, len);
			cbor_read_uint(&r, 0);
			take(&r, call);
			if ((ACCEPTS[i].taken_by >> call & 1) != 0) {
				assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
				continue;
			}
			assert_int_equal(cbor_reader_finish(&r, &offset),
				is_tag ? SKERRY_ERR_CBOR_TAG : SKERRY_ERR_CBOR_TYPE);
			assert_int_equal(offset, 1);
		}
}

static void
each_call_refuses_each_head_outside_the_profile(void **state)
{
	static const struct {
		const char *hex;
		enum skerry_err err;
	} HEADS[] = {
		{ "", SKERRY_ERR_CBOR_TRUNCATED },
		{ "1a0001", SKERRY_ERR_CBOR_TRUNCATED },
		{ "1801", SKERRY_ERR_CBOR_NOT_SHORTEST },
		{ "5f", SKERRY_ERR_CBOR_INDEFINITE },
		{ "7c", SKERRY_ERR_CBOR_RESERVED },
		{ "f90000", SKERRY_ERR_CBOR_FLOAT },
		{ "f7", SKERRY_ERR_CBOR_UNDEFINED },
		{ "f0", SKERRY_ERR_CBOR_SIMPLE },
	};

	(void)state;
	for (size_t i = 0; i < LEN(HEADS); i++)
		for (size_t call = 0; call < 10; call++) {
			uint8_t bytes[BYTES_MAX] = { 0x00 };
			size_t len = fixture_hex(HEADS[i].hex, bytes, 1, BYTES_MAX), offset = 0;
			struct cbor_reader r;

			cbor_reader_init(&r, bytes, len);
			cbor_read_uint(&r, 0);
			take(&r, call);
			assert_int_equal(cbor_reader_finish(&r, &offset), HEADS[i].err);
			assert_int_equal(offset, 1);
		}
}

static void
numbers_are_held_to_their_range(void **state)
{
	static const struct {
		const char *hex;
		int64_t min, max, value;
		bool fits;
	} NUMBERS[] = {
		{ "00", 0, 0, 0, true },
		{ "01", 0, 0, 0, false },
		{ "17", 23, 23, 23, true },
		{ "1818", 0, 24, 24, true },
		{ "18ff", 0, 254, 0, false },
		{ "190100", 256, 256, 256, true },
		{ "1a00010000", 65536, 65536, 65536, true },
		{ "1b0000000100000000", 0, INT64_MAX, INT64_C(4294967296), true },
		{ "1b7fffffffffffffff", 0, INT64_MAX, INT64_MAX, true },
		{ "1b8000000000000000", INT64_MIN, INT64_MAX, 0, false },
		{ "1bffffffffffffffff", INT64_MIN, INT64_MAX, 0, false },
		{ "20", -1, -1, -1, true },
		{ "20", 0, 9, 0, false },
		{ "37", -24, 0, -24, true },
		{ "3818", -25, 0, -25, true },
		{ "3818", -24, 0, 0, false },
		{ "3b7fffffffffffffff", INT64_MIN, 0, INT64_MIN, true },
		{ "3b8000000000000000", INT64_MIN, INT64_MAX, 0, false },
		{ "3bffffffffffffffff", INT64_MIN, INT64_MAX, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < LEN(NUMBERS); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t len = fixture_hex(NUMBERS[i].hex, bytes, 0, BYTES_MAX), offset = UNTOUCHED;
		struct cbor_reader r;

		cbor_reader_init(&r, bytes, len);
		assert_int_equal(
			cbor_read_int(&r, NUMBERS[i].min, NUMBERS[i].max), NUMBERS[i].value);
		assert_int_equal(cbor_reader_finish(&r, &offset),
			NUMBERS[i].fits ? SKERRY_OK : SKERRY_ERR_CBOR_RANGE);
		assert_int_equal(offset, NUMBERS[i].fits ? UNTOUCHED : 0);
	}
}

static void
unsigned_numbers_reach_to_the_last_one(void **state)
{
	uint8_t bytes[CBOR_HEAD_MAX];
	size_t len = fixture_hex("1bffffffffffffffff", bytes, 0, sizeof bytes), offset = UNTOUCHED;
	struct cbor_reader r;

	(void)state;
	cbor_reader_init(&r, bytes, len);
	assert_true(cbor_read_uint(&r, UINT64_MAX) == UINT64_MAX);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
	cbor_reader_init(&r, bytes, len);
	assert_true(cbor_read_uint(&r, UINT64_MAX - 1) == 0);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CBOR_RANGE);
	assert_int_equal(offset, 0);
}

/* Calls 2, 4, 7 and 8 with a maximum. */
static void
take_at_most(struct cbor_reader *r, size_t call, size_t max)
{
	struct cbor_map map;

	switch (call) {
	case 2:
		cbor_read_bytes(r, max);
		break;
	case 4:
		cbor_read_text(r, max);
		break;
	case 7:
		cbor_array_begin(r, max);
		break;
	default:
		cbor_map_begin(r, max, &map);
		break;
	}
}

static void
sizes_are_held_to_their_maximum(void **state)
{
	static const struct {
		size_t call;
		const char *two, *two_cut_off;
	} SIZED[] = {
		{ 2, "420000", "4200" },
		{ 4, "626161", "6261" },
		{ 7, "820000", "8200" },
		{ 8, "a200000100", "a2000001" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(SIZED); i++)
		for (size_t max = 0; max < 4; max++) {
			uint8_t bytes[BYTES_MAX];
			size_t len = fixture_hex(SIZED[i].two, bytes, 0, BYTES_MAX);
			struct cbor_reader r;

			cbor_reader_init(&r, bytes, len);
			take_at_most(&r, SIZED[i].call, max);
			assert_int_equal(r.err, max < 2 ? SKERRY_ERR_CBOR_COUNT : SKERRY_OK);
			/* What the input does not even hold is told as that. */
			len = fixture_hex(SIZED[i].two_cut_off, bytes, 0, BYTES_MAX);
			cbor_reader_init(&r, bytes, len);
			take_at_most(&r, SIZED[i].call, max);
			assert_int_equal(r.err, SKERRY_ERR_CBOR_LENGTH);
			assert_int_equal(r.err_offset, 0);
		}
}

static void
a_fixed_string_has_exactly_its_length(void **state)
{
	static const uint8_t THREE[] = { 0x43, 1, 2, 3 };

	(void)state;
	for (size_t len = 0; len < 6; len++) {
		struct cbor_reader r;
		const uint8_t *got;

		cbor_reader_init(&r, THREE, sizeof THREE);
		got = cbor_read_fixed(&r, len);
		assert_ptr_equal(got, len == 3 ? THREE + 1 : NULL);
		assert_int_equal(r.err, len == 3 ? SKERRY_OK : SKERRY_ERR_CBOR_COUNT);
	}
}

/* How many strings of `len` bytes, the first one from `lead` on, are text. */
static size_t
characters_of(size_t len, unsigned lead, const uint8_t *thirds, size_t thirds_len)
{
	size_t count = 0;

	for (unsigned first = lead; first < 256; first++)
		for (unsigned second = 0; second < 256; second++)
			for (size_t i = 0; i < thirds_len * thirds_len; i++) {
				uint8_t text[5] = { (uint8_t)(0x60 + len), (uint8_t)first,
					(uint8_t)second, thirds[i / thirds_len],
					thirds[i % thirds_len] };
				struct cbor_reader r;

				cbor_reader_init(&r, text, 1 + len);
				cbor_read_text(&r, SIZE_MAX);
				count += r.err == SKERRY_OK;
			}
	return count;
}

static void
text_takes_each_character_and_nothing_else(void **state)
{
	static const uint8_t NONE[] = { 0 }, EDGES[] = { 0x7f, 0x80, 0xbf, 0xc0 };

	(void)state;
	/* U+0080 to U+07FF. */
	assert_int_equal(characters_of(2, 0xc0, NONE, 1), 0x800 - 0x80);
	/* U+0800 to U+FFFF without surrogates; 2 of the edges continue, the 4th is not looked at. */
	assert_int_equal(characters_of(3, 0xe0, EDGES, 4), (0x10000 - 0x800 - 0x800) / 64 * 2 * 4);
	/* U+10000 to U+10FFFF. */
	assert_int_equal(characters_of(4, 0xf0, EDGES, 4), 0x100000 / 64 / 64 * 2 * 2);
}

static void
text_may_hold_a_nul_and_be_empty(void **state)
{
	static const uint8_t BYTES[] = { 0x82, 0x63, 'a', 0, 'b', 0x60 };
	struct cbor_reader r;
	struct cbor_text text;
	size_t offset;

	(void)state;
	cbor_reader_init(&r, BYTES, sizeof BYTES);
	cbor_array_begin(&r, 2);
	text = cbor_read_text(&r, 3);
	assert_int_equal(text.len, 3);
	assert_ptr_equal(text.chars, BYTES + 2);
	assert_false(cbor_text_equals(text, "a"));
	text = cbor_read_text(&r, 0);
	assert_int_equal(text.len, 0);
	assert_non_null(text.chars);
	assert_true(cbor_text_equals(text, ""));
	cbor_array_end(&r);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
}

static void
an_empty_string_stands_for_an_absent_text(void **state)
{
	static const char GRAND[] = "Grand", EMPTY[] = "";

	(void)state;
	assert_ptr_equal(cbor_text_from_chars(GRAND).chars, GRAND);
	assert_int_equal(cbor_text_from_chars(GRAND).len, 5);
	assert_null(cbor_text_from_chars(EMPTY).chars);
	assert_int_equal(cbor_text_from_chars(EMPTY).len, 0);
}

static void
a_call_that_fails_returns_nothing_and_takes_nothing(void **state)
{
	static const char *const BAD[] = { "", "1801", "18ff", "3818", "43010203", "63616161",
		"61ff", "5803", "830000", "a30000", "c1", "f6", "f7" };

	(void)state;
	for (size_t i = 0; i < LEN(BAD); i++)
		for (unsigned call = 0; call < 7; call++) {
			uint8_t bytes[BYTES_MAX];
			size_t len = fixture_hex(BAD[i], bytes, 0, BYTES_MAX);
			struct cbor_reader r;
			bool nothing = false;

			cbor_reader_init(&r, bytes, len);
			switch (call) {
			case 0:
				nothing = cbor_read_uint(&r, 9) == 0;
				break;
			case 1:
				nothing = cbor_read_int(&r, -9, 9) == 0;
				break;
			case 2:
				nothing = cbor_read_bytes(&r, 2).data == NULL;
				break;
			case 3:
				nothing = cbor_read_fixed(&r, 2) == NULL;
				break;
			case 4:
				nothing = cbor_read_text(&r, 2).chars == NULL;
				break;
			case 5:
				nothing = !cbor_read_bool(&r);
				break;
			default:
				nothing = cbor_array_begin(&r, 2) == 0;
				break;
			}
			assert_true(nothing);
			assert_int_not_equal(r.err, SKERRY_OK);
			assert_int_equal(r.at, 0);
			assert_int_equal(r.depth, 0);
		}
}

static void
the_first_error_stays_and_later_calls_do_nothing(void **state)
{
	static const uint8_t BYTES[] = { 0x82, 0x01, 0xa1, 0x00, 0x00 };
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name = { NULL, UNTOUCHED };
	int64_t label = UNTOUCHED;
	bool is_label = true;
	size_t offset = UNTOUCHED;

	(void)state;
	cbor_reader_init(&r, BYTES, sizeof BYTES);
	cbor_array_begin(&r, 2);
	cbor_read_text(&r, 9);
	assert_int_equal(cbor_peek(&r), CBOR_NONE);
	assert_int_equal(cbor_read_uint(&r, 9), 0);
	assert_int_equal(cbor_read_int(&r, 0, 9), 0);
	assert_null(cbor_read_bytes(&r, 9).data);
	assert_null(cbor_read_fixed(&r, 1));
	assert_null(cbor_read_text(&r, 9).chars);
	assert_false(cbor_read_bool(&r));
	assert_int_equal(cbor_array_begin(&r, 9), 0);
	cbor_map_begin(&r, 9, &map);
	assert_false(cbor_map_label(&r, &map, &label));
	assert_false(cbor_map_name(&r, &map, 9, &name));
	assert_false(cbor_map_key(&r, &map, &label, &name, &is_label));
	cbor_skip(&r);
	cbor_tag_begin(&r, 18);
	cbor_tag_end(&r);
	cbor_array_end(&r);
	cbor_reader_fail(&r, SKERRY_ERR_CLAIM_VALUE, 4);
	assert_int_equal(r.at, 1);
	assert_int_equal(label, UNTOUCHED);
	assert_int_equal(name.len, UNTOUCHED);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CBOR_TYPE);
	assert_int_equal(offset, 1);
}

static void
a_format_may_fail_the_reader_where_it_likes(void **state)
{
	static const uint8_t BYTES[] = { 0x00 };
	struct cbor_reader r;
	size_t offset = UNTOUCHED;

	(void)state;
	cbor_reader_init(&r, BYTES, sizeof BYTES);
	cbor_reader_fail(&r, SKERRY_ERR_CLAIM_VALUE, 7);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_takes_its_own_type_only),
		cmocka_unit_test(each_call_refuses_each_head_outside_the_profile),
		cmocka_unit_test(numbers_are_held_to_their_range),
		cmocka_unit_test(unsigned_numbers_reach_to_the_last_one),
		cmocka_unit_test(sizes_are_held_to_their_maximum),
		cmocka_unit_test(a_fixed_string_has_exactly_its_length),
		cmocka_unit_test(text_takes_each_character_and_nothing_else),
		cmocka_unit_test(text_may_hold_a_nul_and_be_empty),
		cmocka_unit_test(an_empty_string_stands_for_an_absent_text),
		cmocka_unit_test(a_call_that_fails_returns_nothing_and_takes_nothing),
		cmocka_unit_test(the_first_error_stays_and_later_calls_do_nothing),
		cmocka_unit_test(a_format_may_fail_the_reader_where_it_likes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
