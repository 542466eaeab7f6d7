/* SPDX-License-Identifier: ISC */
/* Base45: the RFC's examples, each refusal with its offset, every pair of bytes there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/base45.h"

static const struct {
	const char *bytes, *text;
} RFC_9285[] = {
	{ "AB", "BB8" },              /* section 4.3, example 1 */
	{ "Hello!!", "%69 VD92EX0" }, /* example 2 */
	{ "base-45", "UJCLQE7W581" }, /* example 3 */
	{ "ietf!", "QED8WEX0" },      /* section 4.4 */
};

static const struct {
	const char *text;
	enum skerry_err err;
	size_t offset;
} REFUSED[] = {
	{ "BB8B", SKERRY_ERR_BASE45_LENGTH, 3 }, { "BB8bb8", SKERRY_ERR_BASE45_CHARACTER, 3 },
	{ "BB8GGX", SKERRY_ERR_BASE45_RANGE, 3 }, /* 65536 */
	{ "BB8::", SKERRY_ERR_BASE45_RANGE, 3 },  /* 2024 in a last pair */
};

static void
rfc_examples_encode_and_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof RFC_9285 / sizeof *RFC_9285; i++) {
		size_t bytes_len = strlen(RFC_9285[i].bytes), text_len = strlen(RFC_9285[i].text),
		       got_len, offset;
		char text[32];
		uint8_t bytes[32];

		assert_int_equal(BASE45_TEXT_LEN(bytes_len), text_len);
		base45_encode((const uint8_t *)RFC_9285[i].bytes, bytes_len, text);
		assert_memory_equal(text, RFC_9285[i].text, text_len);
		assert_int_equal(
			base45_decode(text, text_len, bytes, &got_len, &offset), SKERRY_OK);
		assert_int_equal(got_len, bytes_len);
		assert_memory_equal(bytes, RFC_9285[i].bytes, bytes_len);
	}
}

static void
each_refusal_names_its_group(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		uint8_t bytes[32];
		size_t got_len = 77, offset = 77;

		assert_int_equal(base45_decode(REFUSED[i].text, strlen(REFUSED[i].text), bytes,
					 &got_len, &offset),
			REFUSED[i].err);
		assert_int_equal(offset, REFUSED[i].offset);
		assert_int_equal(got_len, 77);
	}
}

static void
every_pair_of_bytes_survives(void **state)
{
	(void)state;
	for (unsigned value = 0; value <= UINT16_MAX; value++) {
		uint8_t in[2] = { (uint8_t)(value >> 8), (uint8_t)value }, out[2];
		char text[3];
		size_t out_len, offset;

		base45_encode(in, 2, text);
		assert_int_equal(base45_decode(text, 3, out, &out_len, &offset), SKERRY_OK);
		assert_memory_equal(in, out, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_examples_encode_and_decode),
		cmocka_unit_test(each_refusal_names_its_group),
		cmocka_unit_test(every_pair_of_bytes_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
