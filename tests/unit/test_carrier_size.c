/* SPDX-License-Identifier: ISC */
/* Large carriers, made of whatever a reader could pass more than once: each is refused at its place
 * in one pass. A reader that goes back needs minutes for these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/diag.h"
#include "formats/document.h"

#define BEGIN "-----BEGIN SKERRY LICENSE-----\n"
#define END "-----END SKERRY LICENSE-----\n"
#define MAIL "From: x\n"
#define MIXED "Content-Type: multipart/mixed; boundary=x\n\n--x\n"
#define FORWARDED "Content-Type: message/rfc822\n\n"

enum { SIZE = DOCUMENT_MAX / 4 };

/* `start`, then `again` as often as it fits, then `last`. An offset of SIZE_MAX is that of `last`. */
static const struct {
	const char *start, *again, *last;
	enum skerry_err err;
	size_t offset;
} CARRIERS[] = {
	/* Dashes that could be the END line's, each again. */
	{ BEGIN, "- ", "x", SKERRY_ERR_ARMOR_END, SIZE_MAX - 1 },
	{ BEGIN, "- ", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, "-\n", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, "- > ", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, "-<br>", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, "\xe2\x80\x94=\n", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, "-", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN, " ", "!", SKERRY_ERR_ARMOR_CHARACTER, SIZE_MAX },
	{ BEGIN "QQ==\n", "- ", "!", SKERRY_ERR_ARMOR_CHARACTER, sizeof BEGIN "QQ==\n" - 1 },
	{ BEGIN "QQ==\n--E", " ", "!", SKERRY_ERR_ARMOR_CHARACTER, sizeof BEGIN "QQ==\n" - 1 },
	{ BEGIN "QQ==", "= ", END, SKERRY_ERR_ARMOR_PADDING, sizeof BEGIN - 1 + 2 },
	/* What could begin a block. */
	{ "", "- ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "--BEGIN SKERR ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "--END SKERR ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "--B E G I N S K E R R ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", BEGIN, "x", SKERRY_ERR_ARMOR_END, sizeof BEGIN - 1 },
	{ "", END, "x", SKERRY_ERR_ARMOR_BEGIN, 0 },
	{ "--BEGIN SKERRY", " ", "!", SKERRY_ERR_ARMOR_LABEL, 0 },
	/* Tags and entities that do not end. */
	{ "", "<", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "<b ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "<", "b", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "&", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "= ", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "", "\xe2\x80", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	/* Other carriers. */
	{ DOCUMENT_QR_PREFIX, "000", ":", SKERRY_ERR_BASE45_LENGTH, SIZE_MAX },
	{ DOCUMENT_QR_PREFIX, "000", "\n", SKERRY_ERR_DOCUMENT_UNKNOWN,
		sizeof DOCUMENT_QR_PREFIX - 1 },
	{ " ", "\n", "x", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ MAIL, "x:\n", "\n", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL, " x\n", "\n", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL "\n", "--\n", "x", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL MIXED, "--x\n", "x", SKERRY_ERR_DOCUMENT_COUNT, 0 },
	{ MAIL MIXED, "--xx\n", "--x--", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL MIXED, MIXED, "x", SKERRY_ERR_DOCUMENT_COUNT, 0 },
	{ MAIL MIXED, FORWARDED, "x", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL FORWARDED, FORWARDED, "x", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL "Content-Type: multipart/mixed", "; x=\"", "\n\n--x\n", SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL "Content-Transfer-Encoding: quoted-printable\n\n", "=20=\n", "x",
		SKERRY_ERR_MAIL_PART, 0 },
	{ MAIL "Content-Transfer-Encoding: base64\n\n", "LS0g", "x", SKERRY_ERR_MAIL_PART, 0 },
};

/* Fills `ret_input`, SIZE bytes, and returns where the last piece stands. */
static size_t
fill(uint8_t *ret_input, const char *start, const char *again, const char *last)
{
	size_t len = strlen(start), again_len = strlen(again), last_len = strlen(last);

	memcpy(ret_input, start, len);
	for (; len + again_len + last_len <= SIZE; len += again_len)
		memcpy(ret_input + len, again, again_len);
	memcpy(ret_input + len, last, last_len);
	return len;
}

static void
large_carriers_are_refused_in_one_pass(void **state)
{
	uint8_t *input = malloc(SIZE);

	(void)state;
	assert_non_null(input);
	for (size_t i = 0; i < sizeof CARRIERS / sizeof *CARRIERS; i++) {
		struct document documents[DOCUMENT_PARTS_MAX];
		size_t count = 77, offset = 0;
		size_t last_at =
			fill(input, CARRIERS[i].start, CARRIERS[i].again, CARRIERS[i].last);
		size_t input_len = last_at + strlen(CARRIERS[i].last);
		size_t expected = CARRIERS[i].offset == SIZE_MAX       ? last_at
				  : CARRIERS[i].offset == SIZE_MAX - 1 ? input_len
								       : CARRIERS[i].offset;
		enum skerry_err err = document_unwrap(input, input_len, documents, &count, &offset);

		if (err != CARRIERS[i].err || offset != expected)
			fail_msg("carrier %zu: %s at %zu instead of %s at %zu", i,
				skerry_err_name(err), offset, skerry_err_name(CARRIERS[i].err),
				expected);
		assert_int_equal(count, 77);
	}
	free(input);
}

static void
count_characters(void *context, const char *text, size_t text_len)
{
	(void)text;
	*(size_t *)context += text_len;
}

enum { ENTRIES = 256, HEAD_LEN = 3, ITEM_MAX = 16, CHARACTERS_MAX = 64 /* for each byte */ };

/* Arrays in arrays, and byte strings of which each could be a document. */
static void
large_documents_are_shown_in_one_pass(void **state)
{
	static const struct {
		const char *item;
		size_t len;
	} SHOWN[] = {
		{ "\x01", 1 },
		{ "\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01", 14 },
		{ "\x41\x80", 2 },
		{ "\x43\x42\x41\x80", 4 },
		{ "\x44\x83\x40\x40\x40", 5 },
		{ "\x44\x83\x40\x40\x44", 5 },
		{ "\x46\x81\x44\x81\x42\x81\x40", 7 },
		{ "\x61x", 2 },
	};
	static const uint8_t HEAD[HEAD_LEN] = { 0x99, ENTRIES >> 8, 0 };
	uint8_t *bytes = malloc(HEAD_LEN + ENTRIES * (HEAD_LEN + ENTRIES * ITEM_MAX));

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, HEAD, HEAD_LEN);
	for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++) {
		size_t len = HEAD_LEN, shown = 0, offset = 0;

		for (size_t k = 0; k < ENTRIES * ENTRIES; k++, len += SHOWN[i].len) {
			if (k % ENTRIES == 0) {
				memcpy(bytes + len, HEAD, HEAD_LEN);
				len += HEAD_LEN;
			}
			memcpy(bytes + len, SHOWN[i].item, SHOWN[i].len);
		}
		assert_int_equal(
			diag_write(bytes, len, count_characters, &shown, &offset), SKERRY_OK);
		assert_in_range(shown, len, len * CHARACTERS_MAX);
	}
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_carriers_are_refused_in_one_pass),
		cmocka_unit_test(large_documents_are_shown_in_one_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
