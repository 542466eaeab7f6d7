/* SPDX-License-Identifier: ISC */
/* Armor: every length there and back, no cut unnoticed, each kind of damage with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/armor.h"

enum { LENGTH_MAX = 300 };

/* A fixed sequence of bytes that looks random; PCG's multiplier. */
static uint8_t
next_byte(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint8_t)(*seed >> 56);
}

static void
make_bytes(uint8_t *bytes, size_t len)
{
	uint64_t seed = len;

	for (size_t i = 0; i < len; i++)
		bytes[i] = next_byte(&seed);
}

/* An exact copy on the heap, so that a byte read beyond the text is found. */
static enum skerry_err
read_exact(const char *text, size_t text_len, size_t *at, char label[ARMOR_LABEL_MAX + 1],
	uint8_t *ret_bytes, size_t *ret_len, size_t *ret_offset)
{
	char *copy = malloc(text_len > 0 ? text_len : 1);
	enum skerry_err err;

	assert_non_null(copy);
	memcpy(copy, text, text_len);
	err = armor_read(copy, text_len, at, label, ret_bytes, ret_len, ret_offset);
	free(copy);
	return err;
}

static void
every_length_comes_back_the_same(void **state)
{
	(void)state;
	for (size_t len = 0; len <= LENGTH_MAX; len++) {
		uint8_t bytes[LENGTH_MAX], back[ARMOR_TEXT_MAX(LENGTH_MAX)];
		char text[ARMOR_TEXT_MAX(LENGTH_MAX)], label[ARMOR_LABEL_MAX + 1];
		size_t text_len, back_len, at = 0, offset = 77;

		make_bytes(bytes, len);
		armor_write("LICENSE", bytes, len, text, &text_len);
		assert_true(text_len <= ARMOR_TEXT_MAX(len));
		assert_int_equal(read_exact(text, text_len, &at, label, back, &back_len, &offset),
			SKERRY_OK);
		assert_string_equal(label, "LICENSE");
		assert_int_equal(back_len, len);
		assert_memory_equal(back, bytes, len);
		assert_int_equal(offset, 0);
		assert_int_equal(at, text_len - 1); /* the last line end is left */

		/* In place. */
		at = 0;
		assert_int_equal(
			armor_read(text, text_len, &at, label, (uint8_t *)text, &back_len, &offset),
			SKERRY_OK);
		assert_int_equal(back_len, len);
		assert_memory_equal(text, bytes, len);
	}
}

static void
the_text_is_the_one_of_the_rfc(void **state)
{
	char text[ARMOR_TEXT_MAX(49)];
	size_t text_len;

	(void)state;
	armor_write("STATUS LIST",
		(const uint8_t *)"0123456789012345678901234567890123456789012345678", 49, text,
		&text_len);
	assert_int_equal(text_len,
		strlen("-----BEGIN SKERRY STATUS LIST-----\n"
		       "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\n"
		       "OA==\n"
		       "-----END SKERRY STATUS LIST-----\n"));
	assert_memory_equal(text,
		"-----BEGIN SKERRY STATUS LIST-----\n"
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\n"
		"OA==\n"
		"-----END SKERRY STATUS LIST-----\n",
		text_len);
}

static void
a_cut_text_is_refused_or_whole(void **state)
{
	static const size_t LENGTHS[] = { 0, 1, 2, 3, 47, 48, 49, 100, 101, 102 };

	(void)state;
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		uint8_t bytes[LENGTH_MAX], back[ARMOR_TEXT_MAX(LENGTH_MAX)];
		char text[ARMOR_TEXT_MAX(LENGTH_MAX)], label[ARMOR_LABEL_MAX + 1];
		size_t text_len, whole_len;

		make_bytes(bytes, LENGTHS[i]);
		armor_write("LICENSE", bytes, LENGTHS[i], text, &text_len);
		whole_len = text_len - strlen("-----\n");
		for (size_t cut = 0; cut < text_len; cut++) {
			size_t at = 0, back_len = 77, offset = 77;
			enum skerry_err err =
				read_exact(text, cut, &at, label, back, &back_len, &offset);

			if (cut >= whole_len) {
				assert_int_equal(err, SKERRY_OK);
				assert_int_equal(back_len, LENGTHS[i]);
				assert_memory_equal(back, bytes, back_len);
				continue;
			}
			/* Up to "-----BEGIN SKERR" there is no block yet. */
			assert_int_equal(err, cut < strlen("-----BEGIN SKERRY")
						      ? SKERRY_ERR_ARMOR_BEGIN
						      : SKERRY_ERR_ARMOR_END);
			assert_int_equal(back_len, 77);
			assert_true(offset <= cut);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_comes_back_the_same),
		cmocka_unit_test(the_text_is_the_one_of_the_rfc),
		cmocka_unit_test(a_cut_text_is_refused_or_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
