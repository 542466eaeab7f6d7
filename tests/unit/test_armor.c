/* SPDX-License-Identifier: ISC */
/* Armor: every length there and back, no cut unnoticed, each kind of damage with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

enum { SAMPLE_LEN = 118 }; /* two full lines and one with padding */

static size_t
make_sample(char text[ARMOR_TEXT_MAX(SAMPLE_LEN)])
{
	uint8_t bytes[SAMPLE_LEN];
	size_t text_len;

	make_bytes(bytes, sizeof bytes);
	armor_write("LICENSE", bytes, sizeof bytes, text, &text_len);
	return text_len;
}

static enum skerry_err
read_damaged(const char *text, size_t text_len, size_t *ret_offset)
{
	uint8_t bytes[ARMOR_TEXT_MAX(SAMPLE_LEN)];
	char label[ARMOR_LABEL_MAX + 1] = "untouched";
	size_t at = 0, bytes_len = 77;
	enum skerry_err err = read_exact(text, text_len, &at, label, bytes, &bytes_len, ret_offset);

	if (err != SKERRY_OK) {
		assert_string_equal(label, "untouched");
		assert_int_equal(bytes_len, 77);
	}
	return err;
}

static bool
is_digit_at(const char *text, size_t text_len, size_t at)
{
	size_t begin = strlen("-----BEGIN SKERRY LICENSE-----\n");
	size_t end = text_len - strlen("-----END SKERRY LICENSE-----\n");

	return at >= begin && at < end && text[at] != '\n' && text[at] != '=';
}

static void
every_character_that_is_not_base64_is_found_where_it_stands(void **state)
{
	static const char WRONG[] = "!\"#$%&'()*,.:;<?@[\\]^_`{|}~\x01\x1b\x7f\xc3\xff";
	char text[ARMOR_TEXT_MAX(SAMPLE_LEN)];
	size_t text_len = make_sample(text), digits = 0;

	(void)state;
	for (size_t at = 0; at < text_len; at++) {
		char right = text[at];

		if (!is_digit_at(text, text_len, at))
			continue;
		digits++;
		/* With its terminator: a zero byte is no base64 either. */
		for (size_t i = 0; i < sizeof WRONG; i++) {
			size_t offset = 77777;

			text[at] = WRONG[i];
			assert_int_equal(
				read_damaged(text, text_len, &offset), SKERRY_ERR_ARMOR_CHARACTER);
			assert_int_equal(offset, at);
		}
		text[at] = right;
	}
	assert_int_equal(digits, (SAMPLE_LEN * 8 + 5) / 6);
}

/* What it becomes is seen by nobody here: the signature has to. */
static void
every_other_base64_character_is_taken(void **state)
{
	char text[ARMOR_TEXT_MAX(SAMPLE_LEN)];
	size_t text_len = make_sample(text), offset;

	(void)state;
	for (size_t at = 0; at + 40 < text_len; at++)
		if (is_digit_at(text, text_len, at)) {
			text[at] = text[at] == 'Q' ? 'R' : 'Q';
			assert_int_equal(read_damaged(text, text_len, &offset), SKERRY_OK);
		}
}

static void
every_lost_or_doubled_character_is_found(void **state)
{
	char text[ARMOR_TEXT_MAX(SAMPLE_LEN)], changed[ARMOR_TEXT_MAX(SAMPLE_LEN) + 1];
	size_t text_len = make_sample(text);

	(void)state;
	for (size_t at = 0; at < text_len; at++) {
		size_t offset;

		if (!is_digit_at(text, text_len, at) && text[at] != '=')
			continue;
		memcpy(changed, text, at);
		memcpy(changed + at, text + at + 1, text_len - at - 1);
		assert_int_not_equal(read_damaged(changed, text_len - 1, &offset), SKERRY_OK);
		assert_true(offset < text_len);

		memcpy(changed, text, at + 1);
		memcpy(changed + at + 1, text + at, text_len - at);
		assert_int_not_equal(read_damaged(changed, text_len + 1, &offset), SKERRY_OK);
		assert_true(offset <= text_len);
	}
}

#define B "-----BEGIN SKERRY LICENSE-----\n"
#define E "-----END SKERRY LICENSE-----\n"

static const struct {
	const char *text;
	enum skerry_err err;
	size_t offset;
} BLOCKS[] = {
	{ "", SKERRY_ERR_ARMOR_BEGIN, 0 },
	{ "-----", SKERRY_ERR_ARMOR_BEGIN, 5 },
	{ "BEGIN SKERRY LICENSE\nQQ==\n" E, SKERRY_ERR_ARMOR_BEGIN, 26 },
	{ "-BEGIN SKERRY LICENSE-\nQQ==\n", SKERRY_ERR_ARMOR_BEGIN, 28 },
	{ "\xe2\x80\x93 begin skerry licensing\n", SKERRY_ERR_ARMOR_BEGIN, 27 },
	{ "-----BEGIN PUBLIC KEY-----\nQQ==\n-----END PUBLIC KEY-----\n", SKERRY_ERR_ARMOR_BEGIN,
		57 },
	{ E, SKERRY_ERR_ARMOR_BEGIN, 0 },
	{ "x\n" E B "QQ==\n" E, SKERRY_ERR_ARMOR_BEGIN, 2 },
	{ "-----BEGIN SKERRY", SKERRY_ERR_ARMOR_END, 17 },
	{ "-----BEGIN SKERRY LICENSE", SKERRY_ERR_ARMOR_END, 25 },
	{ "-----BEGIN SKERRY -----\nQQ==\n" E, SKERRY_ERR_ARMOR_LABEL, 0 },
	{ "-----BEGIN SKERRY LICENSE\nQQ==\n" E, SKERRY_ERR_ARMOR_LABEL, 0 },
	{ "-----BEGIN SKERRY L\xc3\x84-----\nQQ==\n" E, SKERRY_ERR_ARMOR_LABEL, 0 },
	{ "--BEGIN SKERRY ABCDEFGHIJKLMNOPQRSTUVWXYZ012345-\nQQ==", SKERRY_ERR_ARMOR_END, 53 },
	{ "--BEGIN SKERRY ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456-\nQQ==", SKERRY_ERR_ARMOR_LABEL, 0 },
	{ B, SKERRY_ERR_ARMOR_END, 31 },
	{ B "QQ==\n", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----END", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----END SKERRY LICENS", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----END SKERRY LICENSES-----", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----END SKERRY REPLY-----", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----END LICENSE-----", SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n" B "QQ==\n" E, SKERRY_ERR_ARMOR_END, 36 },
	{ B "QQ==\n-----\n" E, SKERRY_OK, 0 },
	{ B "QQ\n" E, SKERRY_ERR_ARMOR_LENGTH, 34 },
	{ B "Q\n" E, SKERRY_ERR_ARMOR_LENGTH, 33 },
	{ B "Q===\n" E, SKERRY_ERR_ARMOR_LENGTH, 36 },
	{ B "QQ=\n" E, SKERRY_ERR_ARMOR_PADDING, 33 },
	{ B "QQ===\n" E, SKERRY_ERR_ARMOR_PADDING, 33 },
	{ B "QUJD=\n" E, SKERRY_ERR_ARMOR_PADDING, 35 },
	{ B "=\n" E, SKERRY_ERR_ARMOR_PADDING, 31 },
	{ B "QQ==QQ==\n" E, SKERRY_ERR_ARMOR_PADDING, 33 },
	{ B "QR==\n" E, SKERRY_ERR_ARMOR_PADDING, 32 },
	{ B "QUJ=\n" E, SKERRY_ERR_ARMOR_PADDING, 33 },
	{ B "QQ\n=\n=\n" E, SKERRY_OK, 0 },       /* padding folded */
	{ B "Q=\nQ=3D=\n=3D\n" E, SKERRY_OK, 0 }, /* quoted-printable */
	{ B "Q=\nQ=3D=3D=\n\n" E, SKERRY_OK, 0 },
	{ B "Q=\nQ=3D=3D=3D\n" E, SKERRY_ERR_ARMOR_PADDING, 35 },
	{ B "Q=\nQ=3D\n" E, SKERRY_ERR_ARMOR_PADDING, 35 },
	{ B "QQ>==\n" E, SKERRY_ERR_ARMOR_CHARACTER, 33 },
	{ B "> QQ==\n" E, SKERRY_OK, 0 },
	{ B "QQ==<b@x>\n" E, SKERRY_ERR_ARMOR_CHARACTER, 35 },
	{ B "Q-Q==\n" E, SKERRY_ERR_ARMOR_CHARACTER, 32 },
	{ "text\n" B "QQ==\n" E, SKERRY_OK, 5 },
	{ "-----BEGIN SKERRY LICENSE---\n--\nQQ==\n" E, SKERRY_OK, 0 },
};

static void
each_block_is_read_or_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof BLOCKS / sizeof *BLOCKS; i++) {
		uint8_t bytes[256];
		char label[ARMOR_LABEL_MAX + 1];
		size_t at = 0, bytes_len = 77, offset = 77777;
		enum skerry_err err = read_exact(BLOCKS[i].text, strlen(BLOCKS[i].text), &at, label,
			bytes, &bytes_len, &offset);

		if (err != BLOCKS[i].err || offset != BLOCKS[i].offset)
			fail_msg("block %zu: %s at %zu", i, skerry_err_name(err), offset);
		if (err == SKERRY_OK) {
			assert_int_equal(bytes_len, 1);
			assert_int_equal(bytes[0], 'A');
		}
		if (err == SKERRY_ERR_ARMOR_BEGIN)
			assert_int_equal(at, strlen(BLOCKS[i].text));
		else if (err != SKERRY_OK)
			assert_int_equal(at, 0);
	}
}

static void
labels_come_in_upper_case_with_single_blanks(void **state)
{
	static const char TEXT[] = "-- Begin  skerry\n> status =\n list --\nQQ==\n--end skerry "
				   "STATUS LIST--";
	uint8_t bytes[sizeof TEXT];
	char label[ARMOR_LABEL_MAX + 1];
	size_t at = 0, bytes_len, offset;

	(void)state;
	assert_int_equal(armor_read(TEXT, sizeof TEXT - 1, &at, label, bytes, &bytes_len, &offset),
		SKERRY_OK);
	assert_string_equal(label, "STATUS LIST");
	assert_int_equal(at, sizeof TEXT - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_comes_back_the_same),
		cmocka_unit_test(the_text_is_the_one_of_the_rfc),
		cmocka_unit_test(a_cut_text_is_refused_or_whole),
		cmocka_unit_test(every_character_that_is_not_base64_is_found_where_it_stands),
		cmocka_unit_test(every_other_base64_character_is_taken),
		cmocka_unit_test(every_lost_or_doubled_character_is_found),
		cmocka_unit_test(each_block_is_read_or_refused_at_its_place),
		cmocka_unit_test(labels_come_in_upper_case_with_single_blanks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
