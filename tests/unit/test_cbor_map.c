/* SPDX-License-Identifier: ISC */
/* What nests: the order of map keys, the depth, counts, and how containers open and close. */
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

/* Keys in ascending order of their encoded bytes (RFC 8949, section 4.2.1). */
static const char *const KEYS[] = { "00", "01", "0a", "17", "1818", "18ff", "190100", "19ffff",
	"1a00010000", "1affffffff", "1b0000000100000000", "1b7fffffffffffffff", "20", "37", "3818",
	"38ff", "390100", "3a00010000", "3b0000000100000000", "3b7fffffffffffffff", "60", "6100",
	"6161", "617a", "626161", "626162", "626262", "62c3a4", "63616161",
	"7818616161616161616161616161616161616161616161616161",
	"7818616161616161616161616161616161616161616161616162" };

/* { a: null, b: null }; returns where the second key stands. */
static size_t
map_of_two(const char *a, const char *b, uint8_t *ret_bytes, size_t *ret_len)
{
	size_t len = fixture_hex("a2", ret_bytes, 0, FIXTURE_CBOR_MAX), second;

	len = fixture_hex(a, ret_bytes, len, FIXTURE_CBOR_MAX);
	second = fixture_hex("f6", ret_bytes, len, FIXTURE_CBOR_MAX);
	len = fixture_hex(b, ret_bytes, second, FIXTURE_CBOR_MAX);
	*ret_len = fixture_hex("f6", ret_bytes, len, FIXTURE_CBOR_MAX);
	return second;
}

static enum skerry_err
read_labels(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	struct cbor_reader r;
	struct cbor_map map;
	int64_t label;

	cbor_reader_init(&r, bytes, len);
	cbor_map_begin(&r, 2, &map);
	while (cbor_map_label(&r, &map, &label))
		cbor_read_null(&r);
	return cbor_reader_finish(&r, ret_offset);
}

static enum skerry_err
read_names(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name;

	cbor_reader_init(&r, bytes, len);
	cbor_map_begin(&r, 2, &map);
	while (cbor_map_name(&r, &map, 24, &name))
		cbor_read_null(&r);
	return cbor_reader_finish(&r, ret_offset);
}

static bool
is_name(const char *hex)
{
	return hex[0] == '6' || hex[0] == '7';
}

static void
assert_pair(const char *a, const char *b, enum skerry_err expected)
{
	uint8_t bytes[128];
	size_t len, offset = UNTOUCHED, second = map_of_two(a, b, bytes, &len);
	size_t expected_offset = expected == SKERRY_OK ? UNTOUCHED : second;

	assert_int_equal(fixture_cbor_read(bytes, len, &offset), expected);
	assert_int_equal(offset, expected_offset);
	if (is_name(a) != is_name(b))
		return;
	offset = UNTOUCHED;
	assert_int_equal((is_name(a) ? read_names : read_labels)(bytes, len, &offset), expected);
	assert_int_equal(offset, expected_offset);
}

static void
keys_ascend_in_their_encoded_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(KEYS); i++)
		for (size_t k = 0; k < LEN(KEYS); k++)
			assert_pair(KEYS[i], KEYS[k],
				i < k    ? SKERRY_OK
				: i == k ? SKERRY_ERR_CBOR_KEY_DUPLICATE
					 : SKERRY_ERR_CBOR_KEY_ORDER);
}

static void
labels_and_names_are_told_apart(void **state)
{
	static const uint8_t LABEL[] = { 0xa1, 0x01, 0xf6 }, NAME[] = { 0xa1, 0x61, 'a', 0xf6 };
	size_t offset = UNTOUCHED;

	(void)state;
	assert_int_equal(read_labels(NAME, sizeof NAME, &offset), SKERRY_ERR_CBOR_TYPE);
	assert_int_equal(offset, 1);
	offset = UNTOUCHED;
	assert_int_equal(read_names(LABEL, sizeof LABEL, &offset), SKERRY_ERR_CBOR_TYPE);
	assert_int_equal(offset, 1);
}

static void
a_label_beyond_int64_is_out_of_range_but_passed_over(void **state)
{
	static const char *const BEYOND[] = { "a11b8000000000000000f6", "a13b8000000000000000f6" };

	(void)state;
	for (size_t i = 0; i < LEN(BEYOND); i++) {
		uint8_t bytes[16];
		size_t len = fixture_hex(BEYOND[i], bytes, 0, sizeof bytes), offset = UNTOUCHED;

		assert_int_equal(fixture_cbor_read(bytes, len, &offset), SKERRY_OK);
		assert_int_equal(read_labels(bytes, len, &offset), SKERRY_ERR_CBOR_RANGE);
		assert_int_equal(offset, 1);
	}
}

static void
a_name_longer_than_allowed_is_told_at_the_key(void **state)
{
	static const uint8_t BYTES[] = { 0xa2, 0x61, 'a', 0xf6, 0x63, 'b', 'b', 'b', 0xf6 };
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name = { NULL, 0 };
	size_t offset = UNTOUCHED;

	(void)state;
	cbor_reader_init(&r, BYTES, sizeof BYTES);
	cbor_map_begin(&r, 2, &map);
	assert_true(cbor_map_name(&r, &map, 2, &name));
	cbor_read_null(&r);
	assert_false(cbor_map_name(&r, &map, 2, &name));
	assert_true(cbor_text_equals(name, "a"));
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CBOR_COUNT);
	assert_int_equal(offset, 4);
}

static void
a_key_out_of_place_is_not_handed_out(void **state)
{
	static const char *const MAPS[] = { "a201f600f6", "a201f601f6", "a26162f66161f6",
		"a201f640f6", "a26161f66161f6" };

	(void)state;
	for (size_t i = 0; i < LEN(MAPS); i++) {
		uint8_t bytes[16];
		size_t len = fixture_hex(MAPS[i], bytes, 0, sizeof bytes);
		struct cbor_reader r;
		struct cbor_map map;
		struct cbor_text name = { NULL, UNTOUCHED };
		int64_t label = UNTOUCHED;
		bool is_label;

		cbor_reader_init(&r, bytes, len);
		cbor_map_begin(&r, 2, &map);
		assert_true(cbor_map_key(&r, &map, &label, &name, &is_label));
		cbor_read_null(&r);
		label = UNTOUCHED;
		name.len = UNTOUCHED;
		assert_false(cbor_map_key(&r, &map, &label, &name, &is_label));
		assert_int_equal(label, UNTOUCHED);
		assert_int_equal(name.len, UNTOUCHED);
	}
}

/* `levels` containers inside one another: arrays, maps, or both in turn; returns their length. */
static size_t
nest(unsigned levels, unsigned kind, uint8_t *ret_bytes)
{
	size_t len = 0;

	for (unsigned i = 0; i < levels; i++) {
		bool is_last = i + 1 == levels;
		bool is_map = kind == 1 || (kind == 2 && i % 2 == 1);

		ret_bytes[len++] = (uint8_t)((is_map ? 0xa0 : 0x80) + !is_last);
		if (is_map && !is_last)
			ret_bytes[len++] = 0;
	}
	return len;
}

static void
sixteen_levels_are_read_and_the_next_is_refused(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < 3; kind++)
		for (unsigned levels = 1; levels < 200; levels++) {
			uint8_t bytes[512], outer[512];
			size_t len = nest(levels, kind, bytes), offset = UNTOUCHED;
			enum skerry_err err = fixture_cbor_read(bytes, len, &offset);

			if (levels <= CBOR_DEPTH_MAX) {
				assert_int_equal(err, SKERRY_OK);
				continue;
			}
			assert_int_equal(err, SKERRY_ERR_CBOR_DEPTH);
			/* The one too many begins where the allowed ones end. */
			assert_int_equal(offset, nest(CBOR_DEPTH_MAX + 1, kind, outer) - 1);
		}
}

static void
levels_count_from_where_the_reader_stands(void **state)
{
	(void)state;
	for (unsigned tags = 0; tags <= CBOR_DEPTH_MAX; tags++)
		for (unsigned levels = 1; levels <= CBOR_DEPTH_MAX + 1; levels++) {
			uint8_t bytes[64];
			size_t len, offset = UNTOUCHED;
			struct cbor_reader r;

			memset(bytes, 0xd2, tags);
			len = tags + nest(levels, 0, bytes + tags);
			cbor_reader_init(&r, bytes, len);
			for (unsigned i = 0; i < tags; i++)
				cbor_tag_begin(&r, 18);
			cbor_skip(&r);
			for (unsigned i = 0; i < tags; i++)
				cbor_tag_end(&r);
			if (tags + levels <= CBOR_DEPTH_MAX) {
				assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
				assert_int_equal(r.depth, 0);
				continue;
			}
			assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CBOR_DEPTH);
			assert_int_equal(offset, CBOR_DEPTH_MAX);
		}
}

static void
closed_containers_give_their_level_back(void **state)
{
	uint8_t bytes[FIXTURE_CBOR_MAX];
	size_t offset, len = fixture_hex("984b", bytes, 0, sizeof bytes);

	(void)state;
	for (unsigned i = 0; i < 25; i++)
		len = fixture_hex("81a100a0 a1008180 a0", bytes, len, sizeof bytes);
	assert_int_equal(fixture_cbor_read(bytes, len, &offset), SKERRY_OK);
}

static void
only_the_tag_asked_for_is_taken(void **state)
{
	static const uint8_t BYTES[] = { 0xd8, 0x62, 0x00 };
	static const uint64_t OTHERS[] = { 0, 18, 97, 99, 0x6200, UINT64_MAX };
	struct cbor_reader r;
	size_t offset = UNTOUCHED;

	(void)state;
	cbor_reader_init(&r, BYTES, sizeof BYTES);
	cbor_tag_begin(&r, 98);
	cbor_read_uint(&r, 0);
	cbor_tag_end(&r);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
	for (size_t i = 0; i < LEN(OTHERS); i++) {
		cbor_reader_init(&r, BYTES, sizeof BYTES);
		cbor_tag_begin(&r, OTHERS[i]);
		assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_ERR_CBOR_TAG);
		assert_int_equal(offset, 0);
	}
}

static void
skip_passes_over_so_many_entries_and_no_more(void **state)
{
	static uint8_t bytes[FIXTURE_CBOR_MAX];

	(void)state;
	for (size_t count = CBOR_COUNT_MAX - 1; count <= CBOR_COUNT_MAX + 1; count++)
		for (int is_map = 0; is_map < 2; is_map++) {
			size_t len = 0, offset = UNTOUCHED;

			bytes[len++] = is_map ? 0xb9 : 0x99;
			bytes[len++] = (uint8_t)(count >> 8);
			bytes[len++] = (uint8_t)count;
			for (size_t i = 0; i < count; i++) {
				if (is_map) {
					bytes[len++] = 0x62;
					bytes[len++] = (uint8_t)(i / 100 + 1);
					bytes[len++] = (uint8_t)(i % 100);
				}
				bytes[len++] = 0xf5;
			}
			assert_int_equal(fixture_cbor_read(bytes, len, &offset),
				count <= CBOR_COUNT_MAX ? SKERRY_OK : SKERRY_ERR_CBOR_COUNT);
			assert_int_equal(offset, count <= CBOR_COUNT_MAX ? UNTOUCHED : 0);
		}
}

static void
texts_are_ordered_by_length_and_then_by_bytes(void **state)
{
	static const struct cbor_text ORDERED[] = { { "", 0 }, { "\0", 1 }, { "B", 1 }, { "a", 1 },
		{ "\xc3", 1 }, { "Aa", 2 }, { "a\0", 2 }, { "aa", 2 }, { "ab", 2 },
		{ "\xc3\xa4", 2 }, { "aaa", 3 } };

	(void)state;
	for (size_t i = 0; i < LEN(ORDERED); i++)
		for (size_t k = 0; k < LEN(ORDERED); k++) {
			int order = cbor_text_order(ORDERED[i], ORDERED[k]);

			assert_int_equal(order < 0, i < k);
			assert_int_equal(order > 0, i > k);
			assert_int_equal(cbor_text_same(ORDERED[i], ORDERED[k]), i == k);
		}
	assert_int_equal(cbor_text_order((struct cbor_text){ NULL, 0 }, ORDERED[0]), 0);
	assert_true(cbor_bytes_same(
		(struct cbor_bytes){ NULL, 0 }, (struct cbor_bytes){ (const uint8_t *)"", 0 }));
	assert_false(cbor_bytes_same((struct cbor_bytes){ (const uint8_t *)"a", 1 },
		(struct cbor_bytes){ (const uint8_t *)"b", 1 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_ascend_in_their_encoded_bytes),
		cmocka_unit_test(labels_and_names_are_told_apart),
		cmocka_unit_test(a_label_beyond_int64_is_out_of_range_but_passed_over),
		cmocka_unit_test(a_name_longer_than_allowed_is_told_at_the_key),
		cmocka_unit_test(a_key_out_of_place_is_not_handed_out),
		cmocka_unit_test(sixteen_levels_are_read_and_the_next_is_refused),
		cmocka_unit_test(levels_count_from_where_the_reader_stands),
		cmocka_unit_test(closed_containers_give_their_level_back),
		cmocka_unit_test(only_the_tag_asked_for_is_taken),
		cmocka_unit_test(skip_passes_over_so_many_entries_and_no_more),
		cmocka_unit_test(texts_are_ordered_by_length_and_then_by_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
