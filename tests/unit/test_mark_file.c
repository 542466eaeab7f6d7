/* SPDX-License-Identifier: ISC */
/* The mark only grows, survives a torn write, and is lost to no neighbor. */
#include "tests/unit/fixture_tree.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/checked.h"
#include "keys/mark_file.h"
#include "keys/random.h"

enum { SLOT_STEP = 4096, SLOT_LEN = 136, FILE_LEN = SLOT_STEP + SLOT_LEN };

static char folder[64], path[80];

static int
make_folder(void **state)
{
	(void)state;
	tree_place("mark", folder);
	if (random_start() != SKERRY_OK || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/desk.mark", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static struct mark
mark_of(int64_t seq)
{
	struct mark mark = { .seq = seq,
		.at = 1000 + seq,
		.has_high = true,
		.high = { .status_next = 3 * seq, .activation_next = seq ^ 5, .edition = -seq } };

	memset(mark.hash, (int)seq & 0xff, sizeof mark.hash);
	memset(mark.desk, (int)(seq + 1) & 0xff, sizeof mark.desk);
	memset(mark.seal, (int)(seq + 2) & 0xff, sizeof mark.seal);
	return mark;
}

static struct mark_file
open_mark(void)
{
	struct mark_file file = { .fd = -1 };

	assert_int_equal(mark_file_open(path, true, &file), SKERRY_OK);
	return file;
}

static void
put_mark(int64_t seq, bool lower_too)
{
	struct mark_file file = open_mark();
	struct mark mark = mark_of(seq);

	assert_int_equal(
		lower_too ? mark_file_replace(&file, &mark) : mark_file_raise(&file, &mark),
		SKERRY_OK);
	mark_file_close(&file);
}

static enum skerry_err
get_mark(struct mark *ret_mark)
{
	struct mark_file file = { .fd = -1 };
	enum skerry_err err = mark_file_open(path, false, &file);

	if (err == SKERRY_OK)
		err = mark_file_read(&file, ret_mark);
	mark_file_close(&file);
	return err;
}

static void
is_marked(int64_t seq)
{
	struct mark mark = { .seq = -1 }, expected = mark_of(seq);

	assert_int_equal(get_mark(&mark), SKERRY_OK);
	assert_int_equal(mark.seq, expected.seq);
	assert_int_equal(mark.at, expected.at);
	assert_memory_equal(mark.hash, expected.hash, sizeof mark.hash);
	assert_memory_equal(mark.desk, expected.desk, sizeof mark.desk);
	assert_memory_equal(mark.seal, expected.seal, sizeof mark.seal);
	assert_true(mark.has_high);
	assert_int_equal(mark.high.status_next, expected.high.status_next);
	assert_int_equal(mark.high.activation_next, expected.high.activation_next);
	assert_int_equal(mark.high.edition, expected.high.edition);
}

static void
missing_and_empty_are_no_mark(void **state)
{
	struct mark mark = { .seq = 77 };
	struct mark_file file;
	struct stat status;

	(void)state;
	assert_int_equal(get_mark(&mark), SKERRY_ERR_FILE_MISSING);
	file = open_mark();
	mark_file_close(&file);
	assert_int_equal(get_mark(&mark), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(mark.seq, 77);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void
lower_mark_replaces_nothing_but_after_a_recovery(void **state)
{
	static const struct {
		int64_t seq;
		bool lower_too;
		int64_t stands;
	} STEPS[] = { { 5, false, 5 }, { 4, false, 5 }, { 5, false, 5 }, { 6, false, 6 },
		{ 1, false, 6 }, { INT64_MAX / 4, false, INT64_MAX / 4 },
		{ 7, false, INT64_MAX / 4 }, { 3, true, 3 }, { 2, false, 3 }, { 4, false, 4 },
		{ 4, true, 4 }, { 0, true, 0 }, { 1, false, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		put_mark(STEPS[i].seq, STEPS[i].lower_too);
		is_marked(STEPS[i].stands);
	}
}

static void
read_all(uint8_t bytes[FILE_LEN])
{
	int fd = open(path, O_RDONLY);

	assert_int_equal(read(fd, bytes, FILE_LEN), FILE_LEN);
	close(fd);
}

static void
write_all(const uint8_t *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

/* As a power loss leaves it: some bytes of the new slot, the rest as before. */
static void
torn_write_leaves_the_mark_before_it(void **state)
{
	uint8_t before[FILE_LEN], after[FILE_LEN], torn[FILE_LEN];

	(void)state;
	put_mark(10, false);
	put_mark(11, false);
	for (int64_t seq = 12; seq < 14; seq++) {
		read_all(before);
		put_mark(seq, false);
		read_all(after);
		for (size_t cut = 0; cut < FILE_LEN; cut += cut % SLOT_STEP < SLOT_LEN ? 1 : 512) {
			struct mark mark;

			memcpy(torn, before, sizeof torn);
			memcpy(torn, after, cut);
			write_all(torn, sizeof torn);
			assert_int_equal(get_mark(&mark), SKERRY_OK);
			assert_true(mark.seq == seq || mark.seq == seq - 1);
		}
		write_all(after, sizeof after);
	}
}

static void
damaged_slot_falls_back_to_the_other(void **state)
{
	uint8_t whole[FILE_LEN], damaged[FILE_LEN];
	struct mark mark;

	(void)state;
	put_mark(20, false);
	put_mark(21, false);
	read_all(whole);
	for (size_t bit = 0; bit < SLOT_LEN * 8; bit++)
		for (size_t slot = 0; slot < 2; slot++) {
			memcpy(damaged, whole, sizeof damaged);
			damaged[slot * SLOT_STEP + bit / 8] ^= (uint8_t)(1 << bit % 8);
			write_all(damaged, sizeof damaged);
			assert_int_equal(get_mark(&mark), SKERRY_OK);
			assert_true(mark.seq == 20 || mark.seq == 21);
		}
	memset(damaged, 0xff, sizeof damaged);
	write_all(damaged, sizeof damaged);
	assert_int_equal(get_mark(&mark), SKERRY_ERR_FILE_DAMAGED);
	write_all(whole, SLOT_LEN - 1);
	assert_int_equal(get_mark(&mark), SKERRY_ERR_FILE_DAMAGED);
	/* The next mark mends it. */
	put_mark(22, false);
	is_marked(22);
}

/* Somebody counts up the write of an older mark, so that it would stay the last one for ever. */
static void
mark_with_the_highest_write_number_is_followed(void **state)
{
	uint8_t bytes[SLOT_LEN];
	size_t len = SLOT_LEN - CHECKED_LEN;
	int fd;

	(void)state;
	put_mark(5, false);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, bytes, sizeof bytes, 0), sizeof bytes);
	memset(bytes + 8, 0xff, 8);
	checked_append(bytes, &len);
	assert_int_equal(pwrite(fd, bytes, sizeof bytes, 0), sizeof bytes);
	close(fd);
	is_marked(5);
	for (int64_t seq = 6; seq < 9; seq++) {
		put_mark(seq, false);
		is_marked(seq);
	}
}

static void
what_is_no_file_is_refused(void **state)
{
	struct mark_file file = { .fd = -1 };

	(void)state;
	assert_int_equal(symlink("/tmp/elsewhere", path), 0);
	assert_int_equal(mark_file_open(path, true, &file), SKERRY_ERR_FILE_NOT_REGULAR);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(mark_file_open(path, true, &file), SKERRY_ERR_FILE_NOT_REGULAR);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mark_file_open(path, true, &file), SKERRY_ERR_FILE_NOT_REGULAR);
	rmdir(path);
	assert_int_equal(file.fd, -1);
}

/* As an older program wrote it, byte for byte; and over it, and beside it, one of today. */
static void
mark_without_highest_numbers_is_read(void **state)
{
	enum { BEFORE_LEN = 112 };
	uint8_t bytes[FILE_LEN] = { 0 }, there[FILE_LEN];
	struct mark mark = mark_of(30);
	struct mark_file file = open_mark();
	size_t len = 8 + 3 * 8;

	(void)state;
	memcpy(bytes, "SKERRYM1", 8);
	bytes[15] = 9;
	bytes[23] = 30;
	bytes[30] = (1000 + 30) >> 8;
	bytes[31] = (1000 + 30) & 0xff;
	memcpy(bytes + len, mark.hash, sizeof mark.hash);
	memcpy(bytes + len + 32, mark.desk, sizeof mark.desk);
	memcpy(bytes + len + 48, mark.seal, sizeof mark.seal);
	len += 64;
	checked_append(bytes, &len);
	assert_int_equal(len, BEFORE_LEN);
	write_all(bytes, sizeof bytes);
	memset(&mark, 0xff, sizeof mark);
	assert_int_equal(mark_file_read(&file, &mark), SKERRY_OK);
	assert_int_equal(mark.seq, 30);
	assert_int_equal(mark.at, 1030);
	assert_false(mark.has_high);
	assert_int_equal(mark.high.status_next, 0);
	/* Written back, it stays what it is, and its seal holds. */
	assert_int_equal(mark_file_replace(&file, &mark), SKERRY_OK);
	assert_int_equal(mark_file_replace(&file, &mark), SKERRY_OK);
	read_all(there);
	assert_memory_equal(there + 16, bytes + 16, BEFORE_LEN - 16 - 16);
	mark_file_close(&file);
	put_mark(29, false);
	assert_int_equal(get_mark(&mark), SKERRY_OK);
	assert_int_equal(mark.seq, 30);
	put_mark(31, false);
	is_marked(31);
	put_mark(32, false);
	is_marked(32);
}

enum { NEIGHBORS = 8, MARKS_EACH = 25 };

static void
neighbors_lose_no_mark(void **state)
{
	(void)state;
	for (int i = 0; i < NEIGHBORS; i++)
		if (fork() == 0) {
			struct mark_file file = { .fd = -1 };
			bool good = mark_file_open(path, true, &file) == SKERRY_OK;

			for (int64_t n = 1; n <= MARKS_EACH && good; n++) {
				struct mark mark = mark_of(n * NEIGHBORS + i), now;

				good = mark_file_raise(&file, &mark) == SKERRY_OK &&
				       mark_file_read(&file, &now) == SKERRY_OK &&
				       now.seq >= mark.seq;
			}
			_exit(good ? 0 : 1);
		}
	for (int i = 0; i < NEIGHBORS; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	is_marked(MARKS_EACH * NEIGHBORS + NEIGHBORS - 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(missing_and_empty_are_no_mark),
		TEST(lower_mark_replaces_nothing_but_after_a_recovery),
		TEST(torn_write_leaves_the_mark_before_it),
		TEST(damaged_slot_falls_back_to_the_other),
		TEST(mark_with_the_highest_write_number_is_followed),
		TEST(mark_without_highest_numbers_is_read),
		TEST(what_is_no_file_is_refused),
		TEST(neighbors_lose_no_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
