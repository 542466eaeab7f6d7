/* SPDX-License-Identifier: ISC */
/* Taking away out of a mailbag: only what is still the same, and what a stick pulled out left behind. */
#include <fcntl.h>

#include "tests/unit/faulty_mailbag.h"

static struct mailbag_identity
identity_of(const char *name)
{
	struct mailbag_identity identity;
	int file = open(in_bag(name), O_RDONLY);

	assert_true(file >= 0);
	assert_int_equal(mailbag_identify(file, &identity), SKERRY_OK);
	close(file);
	return identity;
}

static void
exchange_for_link(const char *name)
{
	unlink(in_bag(name));
	assert_int_equal(symlink("/etc/passwd", in_bag(name)), 0);
}

static void
exchange_for_folder(const char *name)
{
	unlink(in_bag(name));
	assert_int_equal(mkdir(in_bag(name), 0777), 0);
}

static void
exchange_for_fifo(const char *name)
{
	unlink(in_bag(name));
	assert_int_equal(mkfifo(in_bag(name), 0666), 0);
}

/* Nothing else of it tells. */
static void
lengthen(const char *name)
{
	int file = open(in_bag(name), O_WRONLY | O_APPEND);
	struct stat status;

	assert_int_equal(fstat(file, &status), 0);
	assert_int_equal(syscall(SYS_write, file, "x", 1), 1);
	assert_int_equal(futimens(file, (struct timespec[2]){ status.st_atim, status.st_mtim }), 0);
	close(file);
}

static void
empty(const char *name)
{
	assert_int_equal(truncate(in_bag(name), 0), 0);
}

/* The same size and times: the content tells. */
static void
alter(const char *name)
{
	int file = open(in_bag(name), O_RDWR);
	struct stat status;

	assert_int_equal(fstat(file, &status), 0);
	assert_int_equal(pwrite(file, "x", 1, 100), 1);
	assert_int_equal(futimens(file, (struct timespec[2]){ status.st_atim, status.st_mtim }), 0);
	close(file);
}

/* The same content at another time, as a copy has it. */
static void
touch(const char *name)
{
	assert_int_equal(utimensat(AT_FDCWD, in_bag(name),
				 (struct timespec[2]){ { 1000, 0 }, { 1000, 0 } }, 0),
		0);
}

static void
only_the_file_that_was_looked_at_is_removed(void **state)
{
	static void (*const EXCHANGES[])(const char *) = { exchange_for_link, exchange_for_folder,
		exchange_for_fifo, lengthen, empty, alter, touch };
	char name[MAILBAG_DRAWN_ROOM];
	struct mailbag_identity identity;
	struct stat status;

	(void)state;
	for (size_t i = 0; i < sizeof EXCHANGES / sizeof *EXCHANGES; i++) {
		assert_int_equal(leave('a', 2000, name), SKERRY_OK);
		identity = identity_of(name);
		EXCHANGES[i](name);
		assert_int_equal(mailbag_remove(&bag, name, &identity), SKERRY_ERR_FILE_CHANGED);
		assert_int_equal(lstat(in_bag(name), &status), 0);
	}
	assert_int_equal(leave('a', 0, name), SKERRY_OK);
	identity = identity_of(name);
	bag.inodes_last = false; /* FAT's numbers do not count */
	identity.inode++;
	assert_int_equal(mailbag_remove(&bag, name, &identity), SKERRY_OK);
	assert_int_equal(mailbag_remove(&bag, name, &identity), SKERRY_ERR_FILE_MISSING);
	bag.inodes_last = true;
	assert_int_equal(leave('a', 0, name), SKERRY_OK);
	identity = identity_of(name);
	identity.inode++;
	assert_int_equal(mailbag_remove(&bag, name, &identity), SKERRY_ERR_FILE_CHANGED);
}

static void
nothing_beyond_the_folder_is_removed(void **state)
{
	struct mailbag_identity identity;
	char path[4096], name[MAILBAG_DRAWN_ROOM], up[64];
	struct stat status;

	(void)state;
	assert_int_equal(leave('a', 0, name), SKERRY_OK);
	snprintf(path, sizeof path, "%s/%s", stick, name);
	assert_int_equal(rename(in_bag(name), path), 0);
	snprintf(up, sizeof up, "../%s", name);
	identity = identity_of(up);
	assert_int_not_equal(mailbag_remove(&bag, up, &identity), SKERRY_OK);
	assert_int_not_equal(mailbag_remove(&bag, path, &identity), SKERRY_OK);
	assert_int_equal(stat(path, &status), 0);
}

static void
sweeping_takes_leftovers_and_nothing_else(void **state)
{
	const struct stick_trick *tricks;
	size_t tricks_len, before, leftovers = 0, removed = 0;

	(void)state;
	stick_make_hostile(in_bag(""), &tricks, &tricks_len);
	for (size_t i = 0; i < tricks_len; i++)
		leftovers += tricks[i].found == MAILBAG_LEFTOVER;
	before = stick_entries(in_bag(""));
	assert_int_equal(mailbag_sweep(&bag, &removed), SKERRY_OK);
	assert_int_equal(leftovers, 2);
	assert_int_equal(removed, leftovers);
	assert_int_equal(stick_entries(in_bag("")), before - leftovers);
}

static void
what_somebody_is_writing_is_not_swept(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];
	struct mailbag_out out;
	size_t removed = 77;

	(void)state;
	assert_int_equal(mailbag_leave_begin(&bag, 1000, &out), SKERRY_OK);
	assert_int_equal(mailbag_sweep(&bag, &removed), SKERRY_OK);
	assert_int_equal(removed, 0);
	mailbag_leave_put(&out, (const uint8_t *)"x", 1);
	assert_int_equal(mailbag_leave_end(&out, name), SKERRY_OK);
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(only_the_file_that_was_looked_at_is_removed),
		ON_STICK(nothing_beyond_the_folder_is_removed),
		ON_STICK(sweeping_takes_leftovers_and_nothing_else),
		ON_STICK(what_somebody_is_writing_is_not_swept),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
