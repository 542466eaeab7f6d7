/* SPDX-License-Identifier: ISC */
/* Base64: the RFC's examples, and what a last group may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/base64.h"

static const struct {
	const char *bytes, *text;
} RFC_4648[] = {
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "\xff\xff\xfe", "///+" },
};

static void
rfc_examples_encode_and_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof RFC_4648 / sizeof *RFC_4648; i++) {
		size_t bytes_len = strlen(RFC_4648[i].bytes),
		       digits = strcspn(RFC_4648[i].text, "=");
		uint8_t back[3];
		struct base64 decoder = { .bytes = back };
		char text[4];

		base64_encode_group((const uint8_t *)RFC_4648[i].bytes, bytes_len, text);
		assert_memory_equal(text, RFC_4648[i].text, 4);
		for (size_t at = 0; at < digits; at++)
			base64_add(&decoder, base64_value(text[at]));
		assert_int_equal(base64_padding(&decoder), 4 - digits);
		assert_true(base64_end(&decoder));
		assert_int_equal(decoder.bytes_len, bytes_len);
		assert_memory_equal(back, RFC_4648[i].bytes, bytes_len);
	}
}

static void
exactly_64_characters_are_digits(void **state)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(base64_value(DIGITS[i]), i);
	for (int c = -128; c < 256; c++)
		count += base64_value((char)c) != BASE64_NO_DIGIT && c >= 0 && c < 128;
	assert_int_equal(count, 64);
	assert_int_equal(base64_value('='), BASE64_NO_DIGIT);
	assert_int_equal(base64_value('\xe4'), BASE64_NO_DIGIT);
}

static void
bits_that_no_byte_takes_must_be_zero(void **state)
{
	(void)state;
	for (unsigned last = 0; last < 64; last++) {
		uint8_t bytes[3];
		struct base64 two = { .bytes = bytes }, three = { .bytes = bytes };

		base64_add(&two, 1);
		base64_add(&two, last);
		assert_int_equal(base64_end(&two), last % 16 == 0);
		base64_add(&three, 1);
		base64_add(&three, 2);
		base64_add(&three, last);
		assert_int_equal(base64_end(&three), last % 4 == 0);
	}
}

static void
a_lone_digit_is_refused(void **state)
{
	uint8_t bytes[6];
	struct base64 decoder = { .bytes = bytes };

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		base64_add(&decoder, 0);
	assert_int_equal(base64_padding(&decoder), 3);
	assert_false(base64_end(&decoder));
	assert_int_equal(decoder.bytes_len, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_examples_encode_and_decode),
		cmocka_unit_test(exactly_64_characters_are_digits),
		cmocka_unit_test(bits_that_no_byte_takes_must_be_zero),
		cmocka_unit_test(a_lone_digit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
