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
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/atomic_folder.h"
#include "keys/random.h"

enum { FILES = 600 /* more than one buffer of them */, FILE_LEN = 300 };

static char place[] = "/tmp/skerry-folder-XXXXXX";
static int calls, failing_call = -1;
/* What the disk says that it has left; 0: the truth. */
static uint64_t blocks_left, inodes_left;

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
read(int file, void *ret_bytes, size_t bytes_max)
{
	return fails_now(EIO) ? -1 : syscall(SYS_read, file, ret_bytes, bytes_max);
}

int
openat(int directory, const char *name, int flags, ...)
{
	va_list arguments;
	int mode = 0;

	va_start(arguments, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(arguments, int);
	va_end(arguments);
	if ((flags & O_CREAT) != 0 && fails_now(ENOSPC))
		return -1;
	return (int)syscall(SYS_openat, directory, name, flags, mode);
}

int
fstatvfs(int file, struct statvfs *ret_info)
{
	(void)file;
	if (fails_now(ENOSPC))
		return -1;
	*ret_info = (struct statvfs){ .f_frsize = 512,
		.f_bavail = blocks_left != 0 ? blocks_left : 1 << 20,
		.f_files = 1 << 20,
		.f_favail = inodes_left != 0 ? inodes_left : 1 << 20 };
	return 0;
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
	blocks_left = inodes_left = 0;
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

/* How many whole documents stand there, and nothing else but keys.csv. */
static size_t
count_whole(const char *folder)
{
	uint8_t wanted[FILE_LEN], found[FILE_LEN];
	char path[ATOMIC_FOLDER_PATH_MAX + 64], name[32];
	size_t whole = 0;

	for (size_t i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "%zu.license", i);
		snprintf(path, sizeof path, "%s/%s", folder, name);
		if (access(path, F_OK) != 0)
			continue;
		document(i, wanted);
		read_file(folder, name, found);
		assert_memory_equal(found, wanted, FILE_LEN);
		whole++;
	}
	assert_int_equal(count_entries(folder), whole + 1);
	return whole;
}

static void
held_files_are_not_there_before_the_commit(void **state)
{
	struct atomic_folder *folder;
	char staged[ATOMIC_FOLDER_PATH_MAX];
	struct stat info;

	(void)state;
	assert_int_equal(atomic_folder_stage("out/", &folder), SKERRY_OK);
	assert_int_equal(fill(folder), SKERRY_OK);
	assert_int_not_equal(stat("out", &info), 0);
	snprintf(staged, sizeof staged, "%s", atomic_folder_staged_path(folder));
	assert_int_equal(count_whole(staged), 0);
	assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
	assert_int_not_equal(stat(staged, &info), 0);
	assert_int_equal(count_entries("."), 1);
	assert_int_equal(count_whole("out"), FILES);
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
	for (int call = 0; err != SKERRY_OK; call++) {
		failing_call = call;
		calls = 0;
		err = atomic_folder_stage("out", &folder);
		if (err != SKERRY_OK) {
			failing_call = -1;
			failures++;
			assert_int_equal(errno, ENOSPC);
			assert_int_equal(count_entries("."), 0);
			continue;
		}
		err = fill(folder);
		failing_call = -1;
		if (err != SKERRY_OK) {
			failures++;
			assert_int_equal(err, SKERRY_ERR_IO);
			assert_int_equal(errno, ENOSPC);
			assert_int_equal(
				count_entries(atomic_folder_staged_path(folder)) <= 1, true);
			/* It stays, whatever is tried. */
			assert_int_equal(
				atomic_folder_hold(folder, "late", (const uint8_t *)"", 0, 0644),
				SKERRY_ERR_IO);
			errno = 0;
			assert_int_equal(atomic_folder_settle(folder), SKERRY_ERR_IO);
			assert_int_equal(errno, ENOSPC);
		}
		atomic_folder_drop(folder);
		assert_int_equal(count_entries("."), 0);
	}
	/* The spool, its room, keys.csv, a few blocks of each, the room at the end. */
	assert_true(failures >= 6);
}

/* It is told, what stands is whole, and the same again is the whole folder. */
static void
each_call_that_fails_after_the_commit_is_told_and_mended(void **state)
{
	struct atomic_folder *folder;
	enum skerry_err err = SKERRY_ERR_IO;
	struct stat info;
	size_t failures = 0, most = 0;

	(void)state;
	/* In growing steps: every call would be a thousand runs of the same three. */
	for (int call = 0; err != SKERRY_OK; call += 1 + call / 8) {
		char staged[ATOMIC_FOLDER_PATH_MAX];
		size_t whole;
		int error;

		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		assert_int_equal(fill(folder), SKERRY_OK);
		snprintf(staged, sizeof staged, "%s", atomic_folder_staged_path(folder));
		failing_call = call;
		calls = 0;
		err = atomic_folder_keep(folder);
		failing_call = -1;
		error = errno;
		assert_int_equal(stat("out", &info) == 0, err == SKERRY_OK);
		if (err == SKERRY_OK)
			continue;
		failures++;
		assert_true(err == SKERRY_ERR_IO || err == SKERRY_ERR_FILE_PERMISSION);
		assert_true(error == EIO || error == ENOSPC || error == EACCES);
		whole = count_whole(staged);
		most = whole > most ? whole : most;
		nftw(staged, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		assert_int_equal(fill(folder), SKERRY_OK);
		assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
		assert_int_equal(count_whole("out"), FILES);
		nftw("out", remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	}
	assert_true(failures > 20);
	assert_true(most > 0);
}

/* A disk that has room for what is held, and one that lacks a block or an inode of it. */
static void
room_is_asked_for_before_the_commit(void **state)
{
	/* Of 512 bytes: one for FILE_LEN, two for what a file costs beside. */
	static const struct {
		uint64_t blocks, inodes;
		bool fits;
	} DISKS[] = { { 3 * FILES + 1, FILES, true }, { 3 * FILES, FILES, false },
		{ 1, FILES, false }, { 3 * FILES + 1, FILES - 1, false } };
	struct atomic_folder *folder;

	(void)state;
	for (size_t i = 0; i < sizeof DISKS / sizeof *DISKS; i++) {
		blocks_left = DISKS[i].blocks;
		inodes_left = DISKS[i].inodes;
		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		errno = 0;
		assert_int_equal(fill(folder), DISKS[i].fits ? SKERRY_OK : SKERRY_ERR_IO);
		assert_true(DISKS[i].fits || errno == ENOSPC);
		atomic_folder_drop(folder);
		assert_int_equal(count_entries("."), 0);
	}
}

/* Larger than every buffer, of one byte, and of none. */
static void
held_files_have_any_length(void **state)
{
	static const size_t LENGTHS[] = { 0, 1, 65535, 65536, 65537, 300000, 0 };
	struct atomic_folder *folder;
	uint8_t *bytes = malloc(300000), *found = malloc(300001);
	char name[32], path[64];

	(void)state;
	assert_true(bytes != NULL && found != NULL);
	for (size_t i = 0; i < 300000; i++)
		bytes[i] = (uint8_t)(i * 31 + i / 251);
	assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		snprintf(name, sizeof name, "%zu", i);
		assert_int_equal(
			atomic_folder_hold(folder, name, bytes, LENGTHS[i], 0640), SKERRY_OK);
	}
	assert_int_equal(atomic_folder_settle(folder), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		FILE *file;

		snprintf(path, sizeof path, "out/%zu", i);
		file = fopen(path, "rb");
		assert_non_null(file);
		assert_int_equal(fread(found, 1, 300001, file), LENGTHS[i]);
		fclose(file);
		assert_memory_equal(found, bytes, LENGTHS[i]);
	}
	free(bytes);
	free(found);
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
	assert_int_equal(atomic_folder_hold(folder, "a", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
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
	assert_int_equal(atomic_folder_hold(first, "a", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_hold(second, "b", (const uint8_t *)"x", 1, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(first), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(second), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(access("out/a", F_OK), 0);
	assert_int_not_equal(access("out/b", F_OK), 0);
	assert_int_equal(count_entries("."), 2);
}

static void
of_one_name_the_first_is_kept(void **state)
{
	struct atomic_folder *folder;
	uint8_t bytes[FILE_LEN], found[FILE_LEN];

	(void)state;
	assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
	document(1, bytes);
	assert_int_equal(atomic_folder_hold(folder, "a", bytes, FILE_LEN, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_hold(folder, "a", bytes, 7, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_hold(folder, "b", bytes, FILE_LEN, 0644), SKERRY_OK);
	assert_int_equal(atomic_folder_settle(folder), SKERRY_OK);
	assert_int_equal(atomic_folder_keep(folder), SKERRY_OK);
	assert_int_equal(count_entries("out"), 2);
	read_file("out", "a", found);
	assert_memory_equal(found, bytes, FILE_LEN);
	read_file("out", "b", found);
	assert_memory_equal(found, bytes, FILE_LEN);
}

static void
file_names_are_names(void **state)
{
	static const char *const NAMES[] = { "", "../c", "a/b",
		"12345678901234567890123456789012345678901234567890123456789012345" };
	struct atomic_folder *folder;
	const uint8_t byte = 1;

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		assert_int_equal(atomic_folder_stage("out", &folder), SKERRY_OK);
		assert_int_equal(atomic_folder_hold(folder, "a", &byte, 1, 0644), SKERRY_OK);
		assert_int_equal(atomic_folder_hold(folder, NAMES[i], &byte, 1, 0644),
			SKERRY_ERR_FILE_NOT_REGULAR);
		assert_int_equal(atomic_folder_settle(folder), SKERRY_ERR_FILE_NOT_REGULAR);
		atomic_folder_drop(folder);
	}
	assert_int_equal(count_entries("."), 0);
	atomic_folder_drop(NULL);
}

int
main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(held_files_are_not_there_before_the_commit),
		IN_PLACE(each_call_that_fails_before_the_commit_leaves_nothing),
		IN_PLACE(each_call_that_fails_after_the_commit_is_told_and_mended),
		IN_PLACE(room_is_asked_for_before_the_commit),
		IN_PLACE(held_files_have_any_length),
		IN_PLACE(of_one_name_the_first_is_kept),
		IN_PLACE(name_that_is_taken_is_told_first),
		IN_PLACE(name_taken_meanwhile_is_not_replaced),
		IN_PLACE(file_names_are_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
