/* SPDX-License-Identifier: ISC */
/* What a mailbag tells people: the finder of a stick, and who carries it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/mailbag_text.h"
#include "keys/random.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"

static const char README_TITLE[] =
	"This folder carries license mail between machines without a network.";
static const char RECEIPT_TITLE[] =
	"Who has been at this stick, newest last. You may delete this file.";

static char stick[64];
static struct mailbag bag;

int
fsync(int file)
{
	(void)file; /* the test's own disk need not be waited for */
	return 0;
}

static int
plug_in(void **state)
{
	(void)state;
	tree_make(stick);
	return mailbag_open(stick, true, &bag) != SKERRY_OK;
}

static int
unplug(void **state)
{
	(void)state;
	mailbag_close(&bag);
	tree_remove(stick);
	return 0;
}

static const char *
in_bag(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/skerry/%s", stick, name);
	return path;
}

static void
assert_text(const char *name, const char *title, const char *text)
{
	static char expected[100000], got[100000];
	int file = open(in_bag(name), O_RDONLY);
	ssize_t len;

	assert_true(file >= 0);
	len = read(file, got, sizeof got - 1);
	assert_true(len >= 0);
	got[len] = '\0';
	close(file);
	snprintf(expected, sizeof expected, "%s\r\n\r\n%s", title, text);
	assert_string_equal(got, expected);
}

static ino_t
inode_of(const char *name)
{
	struct stat status;

	assert_int_equal(lstat(in_bag(name), &status), 0);
	return status.st_ino;
}

static void
put(const char *name, const char *text)
{
	unlink(in_bag(name));
	stick_put(in_bag(""), name, (const uint8_t *)text, strlen(text));
}

static void
readme_is_written_once_and_anew_when_it_says_something_else(void **state)
{
	ino_t first;

	(void)state;
	assert_int_equal(mailbag_readme(&bag, "Please call.\nThank you.\n"), SKERRY_OK);
	assert_text(MAILBAG_README, README_TITLE, "Please call.\r\nThank you.\r\n");
	first = inode_of(MAILBAG_README);
	assert_int_equal(mailbag_readme(&bag, "Please call.\nThank you.\n"), SKERRY_OK);
	assert_int_equal(inode_of(MAILBAG_README), first);
	assert_int_equal(mailbag_readme(&bag, "Please write.\n"), SKERRY_OK);
	assert_text(MAILBAG_README, README_TITLE, "Please write.\r\n");
	put(MAILBAG_README, ""); /* a stick that was pulled out may leave it so */
	assert_int_equal(mailbag_readme(&bag, "Please write.\n"), SKERRY_OK);
	assert_text(MAILBAG_README, README_TITLE, "Please write.\r\n");
}

static void
somebodys_file_of_that_name_stays(void **state)
{
	static const char *const OTHERS[] = { "My holidays", "This folder", "\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		ino_t first;

		put(MAILBAG_README, OTHERS[i]);
		put(MAILBAG_RECEIPT, OTHERS[i]);
		first = inode_of(MAILBAG_README);
		assert_int_equal(mailbag_readme(&bag, "x\n"), SKERRY_ERR_FILE_EXISTS);
		assert_int_equal(mailbag_receipt(&bag, "K7QM", "x"), SKERRY_ERR_FILE_EXISTS);
		assert_int_equal(inode_of(MAILBAG_README), first);
	}
	unlink(in_bag(MAILBAG_RECEIPT));
	assert_int_equal(symlink("/etc/passwd", in_bag(MAILBAG_RECEIPT)), 0);
	assert_int_equal(mailbag_receipt(&bag, "K7QM", "x"), SKERRY_ERR_FILE_EXISTS);
	unlink(in_bag(MAILBAG_RECEIPT));
	assert_int_equal(mkfifo(in_bag(MAILBAG_RECEIPT), 0666), 0);
	assert_int_equal(mailbag_receipt(&bag, "K7QM", "x"), SKERRY_ERR_FILE_EXISTS);
	unlink(in_bag(MAILBAG_RECEIPT));
	put(MAILBAG_RECEIPT, RECEIPT_TITLE);
	assert_int_equal(truncate(in_bag(MAILBAG_RECEIPT), MAILBAG_TEXT_MAX + 1), 0);
	assert_int_equal(mailbag_receipt(&bag, "K7QM", "x"), SKERRY_ERR_FILE_EXISTS);
}

static void
receipt_has_one_line_for_each_newest_last(void **state)
{
	(void)state;
	assert_int_equal(mailbag_receipt(&bag, "K7QM", "2026-05-03 left 1"), SKERRY_OK);
	assert_int_equal(mailbag_receipt(&bag, "00A1", "2026-05-04 left 1"), SKERRY_OK);
	assert_text(MAILBAG_RECEIPT, RECEIPT_TITLE,
		"K7QM  2026-05-03 left 1\r\n00A1  2026-05-04 left 1\r\n");
	assert_int_equal(mailbag_receipt(&bag, "K7QM", "2026-05-05 taken 2"), SKERRY_OK);
	assert_text(MAILBAG_RECEIPT, RECEIPT_TITLE,
		"00A1  2026-05-04 left 1\r\nK7QM  2026-05-05 taken 2\r\n");
}

static void
lines_that_no_mailbag_wrote_are_dropped(void **state)
{
	char text[4096], longest[MAILBAG_LINE_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	snprintf(text, sizeof text,
		"%s\r\n\r\nK7QM  kept\nsmall  not a tag\nK7QM one blank\nABCU  no such tag\n"
		"00A2  \033[2J\n00A3  caf\xc3\xa9\n00A4  %s\n00A5\n00A6  \n00A1  kept\r\n\r\n00A7 "
		" ",
		RECEIPT_TITLE, longest);
	put(MAILBAG_RECEIPT, text);
	assert_int_equal(mailbag_receipt(&bag, "ZZZZ", "new"), SKERRY_OK);
	assert_text(MAILBAG_RECEIPT, RECEIPT_TITLE, "K7QM  kept\r\n00A1  kept\r\nZZZZ  new\r\n");
}

static void
oldest_lines_give_way(void **state)
{
	static char expected[MAILBAG_TEXT_MAX];
	char tag[MAILBAG_TAG_LEN + 1], line[MAILBAG_LINE_MAX + 1];
	size_t len = 0;

	(void)state;
	memset(line, 'x', MAILBAG_LINE_MAX);
	line[MAILBAG_LINE_MAX] = '\0';
	for (int i = 0; i < MAILBAG_RECEIPTS_MAX + 5; i++) {
		snprintf(tag, sizeof tag, "%04d", i);
		assert_int_equal(mailbag_receipt(&bag, tag, line), SKERRY_OK);
		if (i >= 5)
			len += (size_t)snprintf(
				expected + len, sizeof expected - len, "%s  %s\r\n", tag, line);
	}
	assert_text(MAILBAG_RECEIPT, RECEIPT_TITLE, expected);
}

static void
only_what_can_be_read_back_is_written(void **state)
{
	static const struct {
		const char *tag, *line;
	} WRONG[] = {
		{ "K7Q", "x" },
		{ "K7QMX", "x" },
		{ "k7qm", "x" },
		{ "K7QU", "x" },
		{ "", "x" },
		{ "K7QM", "" },
		{ "K7QM", "a\nb" },
		{ "K7QM", "caf\xc3\xa9" },
	};
	static char longest[MAILBAG_README_MAX + 2];
	struct stat status;

	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
		assert_int_equal(
			mailbag_receipt(&bag, WRONG[i].tag, WRONG[i].line), SKERRY_ERR_ARGUMENT);
	memset(longest, '\n', MAILBAG_README_MAX + 1);
	assert_int_equal(mailbag_receipt(&bag, "K7QM", longest), SKERRY_ERR_ARGUMENT);
	assert_int_equal(mailbag_readme(&bag, longest), SKERRY_ERR_ARGUMENT);
	assert_int_equal(lstat(in_bag(MAILBAG_README), &status), -1);
	assert_int_equal(lstat(in_bag(MAILBAG_RECEIPT), &status), -1);
	longest[MAILBAG_README_MAX] = '\0'; /* the longest one, read back */
	assert_int_equal(mailbag_readme(&bag, longest), SKERRY_OK);
	assert_int_equal(mailbag_readme(&bag, "short\n"), SKERRY_OK);
	assert_text(MAILBAG_README, README_TITLE, "short\r\n");
}

static void
tags_are_the_same_everywhere_and_differ_by_site(void **state)
{
	uint8_t one[32] = { 1 }, two[32] = { 2 };
	char tag[MAILBAG_TAG_LEN + 1], other[MAILBAG_TAG_LEN + 1];

	(void)state;
	mailbag_tag(one, sizeof one, tag);
	mailbag_tag(two, sizeof two, other);
	assert_string_equal(tag, "RQH5");
	assert_string_not_equal(tag, other);
	assert_int_equal(mailbag_receipt(&bag, tag, "x"), SKERRY_OK);
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(readme_is_written_once_and_anew_when_it_says_something_else),
		ON_STICK(somebodys_file_of_that_name_stays),
		ON_STICK(receipt_has_one_line_for_each_newest_last),
		ON_STICK(lines_that_no_mailbag_wrote_are_dropped),
		ON_STICK(oldest_lines_give_way),
		ON_STICK(only_what_can_be_read_back_is_written),
		ON_STICK(tags_are_the_same_everywhere_and_differ_by_site),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
