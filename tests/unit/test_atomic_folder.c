/* SPDX-License-Identifier: ISC */
/*
 * A folder whole or not at all: each system call is failed in turn, and what was there before must
 * be there again. The calls are interposed here, so no privilege and no special disk is needed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/atomic_folder.h"
#include "keys/random.h"

enum { FILES = 600 /* more than one block of held ends */, FILE_LEN = 300 };

static char place[] = "/tmp/skerry-folder-XXXXXX";
static int calls, failing_call = -1;

static bool
fails_now(int error)
{
	if (failing_call < 0 || calls++ != failing_call)
		return false;
	errno = error;
	return true;
}

ssize_t
write(int file, const void *bytes, size_t bytes_len)
{
	if (file > STDERR_FILENO && fails_now(ENOSPC))
		return -1;
	return syscall(SYS_write, file, bytes, bytes_len);
}

ssize_t
pwrite(int file, const void *bytes, size_t bytes_len, off_t offset)
{
	return fails_now(EIO) ? -1 : syscall(SYS_pwrite64, file, bytes, bytes_len, offset);
}

int
syncfs(int file)
{
	(void)file;
	return fails_now(EIO) ? -1 : 0;
}

int
renameat(int old_directory, const char *old, int new_directory, const char *new)
{
	if (fails_now(EACCES))
		return -1;
	return (int)syscall(SYS_renameat2, old_directory, old, new_directory, new, 0u);
}

static int
make_place(void **state)
{
	(void)state;
	assert_int_equal(random_start(), SKERRY_OK);
	strcpy(place + sizeof place - 7, "XXXXXX");
	assert_non_null(mkdtemp(place));
	assert_int_equal(chdir(place), 0);
	calls = 0;
	failing_call = -1;
	return 0;
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static int
remove_place(void **state)
{
	(void)state;
	failing_call = -1;
	nftw(place, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static size_t
count_entries(const char *path)
{
	DIR *entries = opendir(path);
	size_t count = 0;

	assert_non_null(entries);
	for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(entries);
	return count;
}

static void
document(size_t number, uint8_t ret_bytes[FILE_LEN])
{
	for (size_t i = 0; i < FILE_LEN; i++)
		ret_bytes[i] = (uint8_t)(number * 7 + i + 1);
}

/* Stages it all; the first error. */
static enum skerry_err
fill(struct atomic_folder *folder)
{
	uint8_t bytes[FILE_LEN];
	char name[32];
	enum skerry_err err = atomic_folder_open(folder, "keys.csv", 0600);

	for (size_t i = 0; i < FILES && err == SKERRY_OK; i++) {
		document(i, bytes);
		snprintf(name, sizeof name, "%zu.license", i);
		err = atomic_folder_hold(folder, name, bytes, sizeof bytes, 0644);
		if (err == SKERRY_OK)
			err = atomic_folder_append(folder, name, strlen(name));
	}
	if (err == SKERRY_OK)
		err = atomic_folder_put(folder, "whole", bytes, sizeof bytes, 0644);
	return err == SKERRY_OK ? atomic_folder_settle(folder) : err;
}

static void
read_file(const char *folder, const char *name, uint8_t ret_bytes[FILE_LEN])
{
	char path[ATOMIC_FOLDER_PATH_MAX + 64];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(ret_bytes, 1, FILE_LEN, file), FILE_LEN);
	assert_int_equal(fgetc(file), EOF);
	fclose(file);
}

static void
held_files_have_no_end_before_the_commit(void **state)
{
	struct atomic_folder *folder;
	uint8_t wanted[FILE_LEN], found[FILE_LEN];
	const uint8_t zeros[ATOMIC_FOLDER_HELD] = { 0 };
	char staged[ATOMIC_FOLDER_PATH_MAX];
	struct stat info;

	(void)state;
	assert_int_equal(atomic_folder_stage("out/", &folder), SKERRY_OK);
	assert_int_equal(fill(folder), SKERRY_OK);
	assert_int_not_equal(stat("out", &info), 0);
	snprintf(staged, sizeof staged, "%s", atomic_folder_staged_path(folder));
	document(FILES - 1, wanted);
	read_file(staged, "599.license", found);
	assert_memory_equal(found, wanted, FILE_LEN - ATOMIC_FOLDER_HELD);
	assert_memory_equal(found + FILE_LEN - ATOMIC_FOLDER_HELD, zeros, sizeof zeros);
	assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
	assert_int_not_equal(stat(staged, &info), 0);
	assert_int_equal(count_entries("out"), FILES + 2);
	assert_int_equal(count_entries("."), 1);
	for (size_t i = 0; i < FILES; i++) {
		char name[32];

		snprintf(name, sizeof name, "%zu.license", i);
		document(i, wanted);
		read_file("out", name, found);
		assert_memory_equal(found, wanted, FILE_LEN);
	}
	assert_int_equal(stat("out/keys.csv", &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(stat("out", &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
}

static void
each_call_that_fails_before_the_commit_leaves_nothing(void **state)
{
	struct atomic_folder *folder;
	enum skerry_err err = SKERRY_ERR_IO;
	size_t failures = 0;

	(void)state;
	/* In growing steps: every call would be a thousand runs of the same two. */
	for (int call = 0; err != SKERRY_OK; call += 1 + call / 4) {
		failing_call = call;
		calls = 0;
		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		err = fill(folder);
		failing_call = -1;
		if (err != SKERRY_OK) {
			failures++;
			assert_int_equal(err, SKERRY_ERR_IO);
			assert_int_equal(errno, ENOSPC);
			/* It stays, whatever is tried. */
			assert_int_equal(
				atomic_folder_put(folder, "late", (const uint8_t *)"", 0, 0644),
				SKERRY_ERR_IO);
			assert_int_equal(atomic_folder_settle(folder), SKERRY_ERR_IO);
		}
		atomic_folder_drop(folder);
		assert_int_equal(count_entries("."), 0);
	}
	assert_true(failures > 10);
}

static void
each_call_that_fails_after_the_commit_keeps_the_files(void **state)
{
	struct atomic_folder *folder;
	enum skerry_err err = SKERRY_ERR_IO;
	struct stat info;

	(void)state;
	for (int call = 0; err != SKERRY_OK; call += 1 + call / 4) {
		char staged[ATOMIC_FOLDER_PATH_MAX];

		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		assert_int_equal(fill(folder), SKERRY_OK);
		snprintf(staged, sizeof staged, "%s", atomic_folder_staged_path(folder));
		failing_call = call;
		calls = 0;
		err = atomic_folder_keep(folder);
		failing_call = -1;
		assert_int_equal(stat("out", &info) == 0, err == SKERRY_OK);
		if (err != SKERRY_OK) {
			assert_int_equal(count_entries(staged), FILES + 2);
			nftw(staged, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
		}
	}
}

static void
name_that_is_taken_is_told_first(void **state)
{
	static const char *const TAKEN[] = { "file", "full", "link", ".", "..", "full/..", "/", "",
		"full/" };
	struct atomic_folder *folder;

	(void)state;
	assert_int_equal(mkdir("full", 0700), 0);
	assert_int_equal(mkdir("full/one", 0700), 0);
	assert_int_equal(symlink("full/one", "link"), 0);
	assert_int_equal(close(open("file", O_CREAT | O_WRONLY, 0600)), 0);
	for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++)
		assert_int_equal(atomic_folder_stage(TAKEN[i], &folder), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(atomic_folder_stage("none/out", &folder), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(atomic_folder_stage("file/out", &folder), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(count_entries("."), 3);
	/* An empty folder has nothing to lose. */
	assert_int_equal(atomic_folder_stage("full/one", &folder), SKERRY_OK);
	assert_int_equal(atomic_folder_put(folder, "a", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_settle(folder), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
	assert_int_equal(count_entries("full/one"), 1);
	assert_int_equal(count_entries("full"), 1);
}

/* Two at once: one wins, the other keeps its files under the other name. */
static void
name_taken_meanwhile_is_not_replaced(void **state)
{
	struct atomic_folder *first, *second;

	(void)state;
	assert_int_equal(atomic_folder_stage("out", &first), SKERRY_OK);
	assert_int_equal(atomic_folder_stage("out", &second), SKERRY_OK);
	assert_int_equal(atomic_folder_put(first, "a", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_put(second, "b", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(first), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(second), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(access("out/a", F_OK), 0);
	assert_int_equal(count_entries("."), 2);
}

static void
file_names_are_names(void **state)
{
	struct atomic_folder *folder;
	const uint8_t bytes[ATOMIC_FOLDER_HELD] = { 1 };

	(void)state;
	assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
	assert_int_equal(atomic_folder_hold(folder, "a", bytes, sizeof bytes, 0644), SKERRY_OK);
	assert_int_equal(
		atomic_folder_hold(folder, "a", bytes, sizeof bytes, 0644), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(atomic_folder_put(folder, "b", bytes, 1, 0644), SKERRY_OK);
	assert_int_equal(
		atomic_folder_put(folder, "../c", bytes, 1, 0644), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(atomic_folder_settle(folder), SKERRY_ERR_FILE_NOT_REGULAR);
	atomic_folder_drop(folder);
	assert_int_equal(count_entries("."), 0);
	atomic_folder_drop(NULL);
}

int
main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(held_files_have_no_end_before_the_commit),
		IN_PLACE(each_call_that_fails_before_the_commit_leaves_nothing),
		IN_PLACE(each_call_that_fails_after_the_commit_keeps_the_files),
		IN_PLACE(name_that_is_taken_is_told_first),
		IN_PLACE(name_taken_meanwhile_is_not_replaced),
		IN_PLACE(file_names_are_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
