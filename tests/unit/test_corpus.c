/* SPDX-License-Identifier: ISC */
/* The armor corpus: whatever mail programs, word processors and people did to a license, it reads
 * back to the same bytes, or is refused with its own error at the right place. */
#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/document.h"

#define CORPUS "tests/corpus/armor/"

enum { FILE_MAX = 16384, READ_FILES = 85 /* at least, or the corpus is not whole */ };

static size_t
load(const char *folder, const char *name, uint8_t bytes[FILE_MAX])
{
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, CORPUS "%s%s", folder, name);
	file = fopen(path, "rb");
	if (file == NULL)
		fail_msg("%s is missing: unit tests run from the top of the tree", path);
	len = fread(bytes, 1, FILE_MAX, file);
	assert_true(len < FILE_MAX);
	fclose(file);
	return len;
}

static void
assert_same(const char *name, struct cbor_bytes got, const char *expected)
{
	uint8_t bytes[FILE_MAX];
	size_t len = load("", expected, bytes);

	if (got.len != len || memcmp(got.data, bytes, len) != 0)
		fail_msg("%s: not the bytes of %s", name, expected);
}

static void
assert_readable(const char *name)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	uint8_t input[FILE_MAX];
	size_t len = load("read/", name, input), count = 0, offset = 0;
	size_t expected = strstr(name, "with-manifest") != NULL ? 2 : 1;
	enum skerry_err err = document_unwrap(input, len, documents, &count, &offset);

	if (err != SKERRY_OK)
		fail_msg("%s: %s at %zu", name, skerry_err_name(err), offset);
	if (count != expected)
		fail_msg("%s: %zu documents", name, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(documents[i].kind, i == 0 ? DOCUMENT_LICENSE : DOCUMENT_MANIFEST);
		assert_int_equal(documents[i].carrier,
			strncmp(name, "mail-", 5) == 0 ? DOCUMENT_MAIL : DOCUMENT_ARMOR);
		assert_same(name, documents[i].bytes, i == 0 ? "license.bin" : "manifest.bin");
	}
}

static void
every_readable_mangling_gives_the_same_bytes(void **state)
{
	DIR *folder = opendir(CORPUS "read");
	struct dirent *entry;
	size_t files = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		if (*entry->d_name != '.') {
			assert_readable(entry->d_name);
			files++;
		}
	closedir(folder);
	assert_true(files >= READ_FILES);
}

/* The place of an error is that of the nth `mark`; of a NULL mark, the end of the file. */
static const struct {
	const char *name;
	enum skerry_err err;
	const char *mark;
	unsigned nth;
} REFUSED[] = {
	{ "character", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	{ "character-crlf", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	{ "character-quoted", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	{ "character-umlaut", SKERRY_ERR_ARMOR_CHARACTER, "\xc3\xa4", 1 },
	{ "character-hyphen", SKERRY_ERR_ARMOR_CHARACTER, "-", 11 },
	{ "character-tag-too-long", SKERRY_ERR_ARMOR_CHARACTER, "<", 1 },
	{ "character-quote", SKERRY_ERR_ARMOR_CHARACTER, ">", 1 },
	{ "character-quoted-printable", SKERRY_ERR_ARMOR_CHARACTER, "@", 1 },
	{ "length-one-lost", SKERRY_ERR_ARMOR_LENGTH, "-----END", 1 },
	{ "length-line-lost", SKERRY_ERR_ARMOR_LENGTH, "-----END", 1 },
	{ "padding-line-lost", SKERRY_ERR_ARMOR_PADDING, "==", 1 },
	{ "length-padding-lost", SKERRY_ERR_ARMOR_LENGTH, "-----END", 1 },
	{ "padding-half", SKERRY_ERR_ARMOR_PADDING, "=", 1 },
	{ "padding-needless", SKERRY_ERR_ARMOR_PADDING, "=", 1 },
	{ "padding-three", SKERRY_ERR_ARMOR_PADDING, "=", 1 },
	{ "padding-three-quoted-printable", SKERRY_ERR_ARMOR_PADDING, "=", 1 },
	{ "padding-inside", SKERRY_ERR_ARMOR_PADDING, "=", 1 },
	{ "padding-bits", SKERRY_ERR_ARMOR_PADDING, "B==", 1 },
	{ "end-lost", SKERRY_ERR_ARMOR_END, NULL, 0 },
	{ "end-emptied", SKERRY_ERR_ARMOR_END, NULL, 0 },
	{ "end-of-another-label", SKERRY_ERR_ARMOR_END, "-----END", 1 },
	{ "interleaved", SKERRY_ERR_ARMOR_END, "-----BEGIN", 2 },
	{ "interleaved-end", SKERRY_ERR_ARMOR_END, "-----END", 1 },
	{ "begin-lost", SKERRY_ERR_ARMOR_BEGIN, "-----END", 1 },
	{ "label-unknown", SKERRY_ERR_ARMOR_LABEL, "-----BEGIN", 1 },
	{ "label-of-another-kind", SKERRY_ERR_DOCUMENT_KIND, "-----BEGIN", 1 },
	{ "label-empty", SKERRY_ERR_ARMOR_LABEL, "-----BEGIN", 1 },
	{ "label-too-long", SKERRY_ERR_ARMOR_LABEL, "-----BEGIN", 1 },
	{ "utf16-little-endian", SKERRY_ERR_DOCUMENT_UTF16, "", 1 },
	{ "utf16-little-endian-bom", SKERRY_ERR_DOCUMENT_UTF16, "", 1 },
	{ "utf16-big-endian-bom", SKERRY_ERR_DOCUMENT_UTF16, "", 1 },
	{ "empty", SKERRY_ERR_DOCUMENT_EMPTY, "", 1 },
	{ "text", SKERRY_ERR_DOCUMENT_UNKNOWN, "", 1 },
	{ "mail-without-document", SKERRY_ERR_MAIL_PART, "", 1 },
	{ "mail-character", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	{ "mail-attached-damaged", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	{ "mail-attached-armor-damaged", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
	/* The place where its part begins. */
	{ "mail-quoted-printable-character", SKERRY_ERR_ARMOR_CHARACTER, "-----BEGIN", 1 },
	{ "mail-one-of-two-damaged", SKERRY_ERR_ARMOR_CHARACTER, "!", 1 },
};

enum { REFUSED_LEN = sizeof REFUSED / sizeof *REFUSED };

static size_t
find(const uint8_t *bytes, size_t len, const char *mark, unsigned nth)
{
	if (mark == NULL)
		return len;
	for (size_t at = 0, mark_len = strlen(mark); at + mark_len <= len; at++)
		if (memcmp(bytes + at, mark, mark_len) == 0 && --nth == 0)
			return at;
	fail_msg("no \"%s\" in it", mark);
	return 0;
}

static void
every_unreadable_one_has_its_own_error_and_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < REFUSED_LEN; i++) {
		struct document documents[DOCUMENT_PARTS_MAX];
		uint8_t input[FILE_MAX];
		size_t len = load("refused/", REFUSED[i].name, input), count = 77, offset = 77777;
		size_t place = find(input, len, REFUSED[i].mark, REFUSED[i].nth);
		enum skerry_err err = document_unwrap(input, len, documents, &count, &offset);

		if (err != REFUSED[i].err || offset != place)
			fail_msg("%s: %s at %zu instead of %s at %zu", REFUSED[i].name,
				skerry_err_name(err), offset, skerry_err_name(REFUSED[i].err),
				place);
		assert_int_equal(count, 77);
	}
}

static void
no_refused_file_is_left_out(void **state)
{
	DIR *folder = opendir(CORPUS "refused");
	struct dirent *entry;
	size_t files = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		files += *entry->d_name != '.';
	closedir(folder);
	assert_int_equal(files, REFUSED_LEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_readable_mangling_gives_the_same_bytes),
		cmocka_unit_test(every_unreadable_one_has_its_own_error_and_place),
		cmocka_unit_test(no_refused_file_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
