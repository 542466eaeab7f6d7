/* SPDX-License-Identifier: ISC */
/* Diagnostic notation: the values of RFC 8949, appendix A; embedded CBOR; what a terminal gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/diag.h"
#include "tests/unit/fixture_hex.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { BYTES_MAX = 1024, TEXT_MAX = 65536, UNTOUCHED = 77777 };

struct text {
	char chars[TEXT_MAX];
	size_t len;
};

static void
collect(void *context, const char *chars, size_t len)
{
	struct text *text = context;

	assert_true(len < sizeof text->chars - text->len);
	memcpy(text->chars + text->len, chars, len);
	text->len += len;
	text->chars[text->len] = '\0';
}

static enum skerry_err
diag(const char *hex, struct text *ret_text, size_t *ret_offset)
{
	uint8_t bytes[BYTES_MAX], *exact;
	size_t len = fixture_hex(hex, bytes, 0, sizeof bytes);
	enum skerry_err err;

	exact = fixture_exact_copy(bytes, len);
	ret_text->len = 0;
	ret_text->chars[0] = '\0';
	err = diag_write(exact, len, collect, ret_text, ret_offset);
	free(exact);
	return err;
}

static const struct {
	const char *hex, *text;
} GOOD[] = {
	/* RFC 8949, appendix A: what lies within the profile. */
	{ "00", "0\n" },
	{ "01", "1\n" },
	{ "0a", "10\n" },
	{ "17", "23\n" },
	{ "1818", "24\n" },
	{ "1819", "25\n" },
	{ "1864", "100\n" },
	{ "1903e8", "1000\n" },
	{ "1a000f4240", "1000000\n" },
	{ "1b000000e8d4a51000", "1000000000000\n" },
	{ "1bffffffffffffffff", "18446744073709551615\n" },
	{ "3bffffffffffffffff", "-18446744073709551616\n" },
	{ "20", "-1\n" },
	{ "29", "-10\n" },
	{ "3863", "-100\n" },
	{ "3903e7", "-1000\n" },
	{ "f4", "false\n" },
	{ "f5", "true\n" },
	{ "f6", "null\n" },
	{ "40", "h''\n" },
	{ "4401020304", "h'01020304'\n" },
	{ "60", "\"\"\n" },
	{ "6161", "\"a\"\n" },
	{ "6449455446", "\"IETF\"\n" },
	{ "62225c", "\"\\\"\\\\\"\n" },
	{ "62c3bc", "\"\xc3\xbc\"\n" },
	{ "63e6b0b4", "\"\xe6\xb0\xb4\"\n" },
	{ "64f0908591", "\"\xf0\x90\x85\x91\"\n" },
	{ "80", "[]\n" },
	{ "83010203", "[1, 2, 3]\n" },
	{ "8301820203820405", "[1, [2, 3], [4, 5]]\n" },
	{ "a0", "{}\n" },
	{ "a201020304", "{1: 2, 3: 4}\n" },
	{ "a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}\n" },
	{ "826161a161626163", "[\"a\", {\"b\": \"c\"}]\n" },
	{ "a56161614161626142616361436164614461656145",
		"{\"a\": \"A\", \"b\": \"B\", \"c\": \"C\", \"d\": \"D\", \"e\": \"E\"}\n" },
	{ "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
		"[\n  1,\n  2,\n  3,\n  4,\n  5,\n  6,\n  7,\n  8,\n  9,\n  10,\n  11,\n  12,\n"
		"  13,\n  14,\n  15,\n  16,\n  17,\n  18,\n  19,\n  20,\n  21,\n  22,\n  23,\n"
		"  24,\n  25\n]\n" },

	{ "3b7fffffffffffffff", "-9223372036854775808\n" },
	{ "3b8000000000000000", "-9223372036854775809\n" },
	{ "a13bffffffffffffffff00", "{-18446744073709551616: 0}\n" },
	/* A string longer than a chunk. */
	{ "5821 0000000000000000000000000000000000000000000000000000000000000000 ff",
		"h'0000000000000000000000000000000000000000000000000000000000000000ff'\n" },
	/* Control characters, escapes for terminals, marks that turn text around. */
	{ "6a 00 09 0a 0d 1b 5b 33 31 6d 7f",
		"\"\\u0000\\u0009\\u000a\\u000d\\u001b[31m\\u007f\"\n" },
	{ "62c29b", "\"\\u009b\"\n" },
	{ "63e280ae", "\"\\u202e\"\n" },
	/* Embedded CBOR: maps, arrays and envelopes; anything else stays bytes. */
	{ "41a0", "<< {} >>\n" },
	{ "43a10127", "<< {1: -8} >>\n" },
	{ "42 8100", "<< [0] >>\n" },
	{ "43 d28100", "<< 18([0]) >>\n" },
	{ "44 d8628100", "<< 98([0]) >>\n" },
	{ "4100", "h'00'\n" },
	{ "426161", "h'6161'\n" },
	{ "42 8000", "h'8000'\n" },
	{ "42 a100", "h'a100'\n" },
	{ "42 c080", "h'c080'\n" },
	{ "82 41a0 42a0a0", "[<< {} >>, h'a0a0']\n" },
	/* Only so many documents inside one another. */
	{ "4b 8149 8147 8145 8143 8141 80", "<< [<< [<< [<< [h'814180'] >>] >>] >>] >>\n" },
	/* The two envelopes. */
	{ "d2 84 43a10127 a0 4100 40", "18([<< {1: -8} >>, {}, h'00', h''])\n" },
	{ "d862 84 40 a0 40 80", "98([h'', {}, h'', []])\n" },
};

static void
each_value_has_its_notation(void **state)
{
	static struct text text;

	(void)state;
	for (size_t i = 0; i < LEN(GOOD); i++) {
		size_t offset = UNTOUCHED;

		assert_int_equal(diag(GOOD[i].hex, &text, &offset), SKERRY_OK);
		assert_int_equal(offset, UNTOUCHED);
		assert_string_equal(text.chars, GOOD[i].text);
	}
}

static void
a_signed_document_is_written_over_indented_lines(void **state)
{
	static const char HEX[] = "d2 84 50 a3 0127 0448 0102030405060708 106174 a0 5824"
				  "a3 01 68686f74656c687562 04 1a6b49d200 39ffff a2 00 01 08 a1 69 "
				  "63 6861 6e6e 656c5f6d f5"
				  "48 0011223344556677";
	static const char TEXT[] = "18([\n"
				   "  << {1: -8, 4: h'0102030405060708', 16: \"t\"} >>,\n"
				   "  {},\n"
				   "  << {\n"
				   "    1: \"hotelhub\",\n"
				   "    4: 1800000000,\n"
				   "    -65536: {0: 1, 8: {\"channel_m\": true}}\n"
				   "  } >>,\n"
				   "  h'0011223344556677'\n"
				   "])\n";
	static struct text text;
	size_t offset;

	(void)state;
	assert_int_equal(diag(HEX, &text, &offset), SKERRY_OK);
	assert_string_equal(text.chars, TEXT);
}

static void
a_broken_document_is_written_as_far_as_it_goes(void **state)
{
	static const struct {
		const char *hex, *text;
		enum skerry_err err;
		size_t offset;
	} BROKEN[] = {
		{ "", "", SKERRY_ERR_CBOR_TRUNCATED, 0 },
		{ "f7", "", SKERRY_ERR_CBOR_UNDEFINED, 0 },
		{ "c000", "", SKERRY_ERR_CBOR_TAG, 0 },
		{ "d2", "18(\n", SKERRY_ERR_CBOR_TRUNCATED, 1 },
		{ "d2d280", "18(\n", SKERRY_ERR_CBOR_TAG, 1 },
		{ "0000", "0\n", SKERRY_ERR_CBOR_TRAILING, 1 },
		{ "830102fb3ff0000000000000", "[\n  1,\n  2,\n  \n", SKERRY_ERR_CBOR_FLOAT, 3 },
		{ "a201f602", "", SKERRY_ERR_CBOR_LENGTH, 0 },
		{ "a202f601f6", "{\n  2: null,\n  \n", SKERRY_ERR_CBOR_KEY_ORDER, 3 },
		{ "a1016180", "{\n  1: \n", SKERRY_ERR_CBOR_UTF8, 2 },
		{ "82a0a1011b00", "[\n  {},\n  {\n    1: \n", SKERRY_ERR_CBOR_TRUNCATED, 4 },
	};
	static struct text text;

	(void)state;
	for (size_t i = 0; i < LEN(BROKEN); i++) {
		size_t offset = UNTOUCHED;

		assert_int_equal(diag(BROKEN[i].hex, &text, &offset), BROKEN[i].err);
		assert_int_equal(offset, BROKEN[i].offset);
		assert_string_equal(text.chars, BROKEN[i].text);
	}
}

static void
strings_inside_strings_end_in_hex(void **state)
{
	static uint8_t bytes[2][TEXT_MAX / 4];
	static struct text text;
	size_t len = 1, offset = UNTOUCHED;

	(void)state;
	bytes[0][0] = 0x80;
	for (unsigned level = 1; level <= 1000; level++) {
		struct cbor_writer w;

		cbor_writer_init(&w, bytes[level % 2], sizeof bytes[0]);
		cbor_write_array(&w, 1);
		cbor_write_bytes(&w, bytes[(level - 1) % 2], len);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	}
	assert_int_equal(diag_write(bytes[0], len, collect, &text, &offset), SKERRY_OK);
	assert_non_null(strstr(text.chars, "h'81"));
	assert_true(text.len < 3 * len);
}

static void
no_change_of_one_byte_is_read_beyond_its_end(void **state)
{
	static const char HEX[] = "d2 84 43a10127 a0 4b a2 01 626869 20 82 f5 3903e7 43 8100f6";
	static struct text text;
	uint8_t bytes[BYTES_MAX];
	size_t len = fixture_hex(HEX, bytes, 0, sizeof bytes), offset;

	(void)state;
	for (size_t at = 0; at < len; at++)
		for (unsigned change = 1; change < 256; change++) {
			uint8_t *exact = fixture_exact_copy(bytes, len);

			exact[at] = (uint8_t)(exact[at] ^ change);
			text.len = 0;
			diag_write(exact, len, collect, &text, &offset);
			free(exact);
		}
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *exact = fixture_exact_copy(bytes, cut);

		text.len = 0;
		assert_int_not_equal(diag_write(exact, cut, collect, &text, &offset), SKERRY_OK);
		assert_true(offset <= cut);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_has_its_notation),
		cmocka_unit_test(a_signed_document_is_written_over_indented_lines),
		cmocka_unit_test(a_broken_document_is_written_as_far_as_it_goes),
		cmocka_unit_test(strings_inside_strings_end_in_hex),
		cmocka_unit_test(no_change_of_one_byte_is_read_beyond_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
