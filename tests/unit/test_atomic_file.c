/* SPDX-License-Identifier: ISC */
/*
 * Whole or not at all: each system call that a write makes is failed in turn, and the folder must
 * look as before. The calls are interposed here, so no privilege and no special disk is needed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

#include "keys/atomic_file.h"
#include "keys/random.h"

static const uint8_t OLD[] = "old content", NEW[] = "new content, longer";

static char folder[] = "/tmp/skerry-atomic-XXXXXX";

/* Which call fails, with which errno; -1: none. */
static int calls, failing_call = -1, failing_errno;
static bool no_noreplace; /* a file system without RENAME_NOREPLACE */

/* The calls of one write: a(llocate), w(rite), s(ync), r(ename). */
static char trace[64];

static bool
fails_now(char call)
{
	size_t len = strlen(trace);

	if (len + 1 < sizeof trace) {
		trace[len] = call;
		trace[len + 1] = '\0';
	}
	if (calls++ != failing_call)
		return false;
	errno = failing_errno;
	return true;
}

ssize_t
write(int file, const void *bytes, size_t bytes_len)
{
	if (file <= STDERR_FILENO)
		return syscall(SYS_write, file, bytes, bytes_len);
	if (fails_now('w'))
		return -1;
	/* Half a write is allowed; the rest must follow. */
	return syscall(SYS_write, file, bytes, bytes_len > 1 ? bytes_len / 2 : bytes_len);
}

int
posix_fallocate(int file, off_t offset, off_t len)
{
	if (fails_now('a'))
		return failing_errno;
	return syscall(SYS_fallocate, file, 0, offset, len) == 0 ? 0 : errno;
}

int
fsync(int file)
{
	return fails_now('s') ? -1 : (int)syscall(SYS_fsync, file);
}

int
renameat(int old_directory, const char *old, int new_directory, const char *new)
{
	if (fails_now('r'))
		return -1;
	return (int)syscall(SYS_renameat2, old_directory, old, new_directory, new, 0u);
}

int
renameat2(
	int old_directory, const char *old, int new_directory, const char *new, unsigned int flags)
{
	if (fails_now('r'))
		return -1;
	if (no_noreplace && flags != 0) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, old_directory, old, new_directory, new, flags);
}

static const char *
path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
assert_content(const char *name, const uint8_t *bytes, size_t bytes_len)
{
	uint8_t got[256];
	int file = open(path_of(name), O_RDONLY);

	assert_true(file >= 0);
	assert_int_equal(read(file, got, sizeof got), bytes_len);
	assert_memory_equal(got, bytes, bytes_len);
	close(file);
}

static size_t
files_in_folder(void)
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return count;
}

static enum skerry_err
write_new(const char *name, bool replace)
{
	calls = 0;
	trace[0] = '\0';
	return atomic_file_write(path_of(name), NEW, sizeof NEW, 0644, replace);
}

static int
fresh_folder(void **state)
{
	(void)state;
	failing_call = -1;
	no_noreplace = false;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	static const char *const NAMES[] = { "file", "link", "other", "folder/x" };

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		unlink(path_of(NAMES[i]));
	rmdir(path_of("folder"));
	return rmdir(folder);
}

static void
put_old(const char *name)
{
	failing_call = -1;
	assert_int_equal(atomic_file_write(path_of(name), OLD, sizeof OLD, 0644, true), SKERRY_OK);
}

static void
a_new_file_appears_with_its_mode(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(
		atomic_file_write(path_of("file"), NEW, sizeof NEW, 0600, false), SKERRY_OK);
	assert_content("file", NEW, sizeof NEW);
	assert_int_equal(stat(path_of("file"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(files_in_folder(), 1);
}

/* Content before name, name before "done": what was told is kept over a power loss. */
static void
file_is_synced_before_its_rename_and_folder_after(void **state)
{
	(void)state;
	for (int replace = 0; replace < 2; replace++) {
		assert_int_equal(write_new("file", replace), SKERRY_OK);
		assert_true(strspn(trace, "aw") > 2);
		assert_string_equal(trace + strspn(trace, "aw"), "srs");
	}
}

static void
an_empty_file_can_be_written(void **state)
{
	(void)state;
	assert_int_equal(atomic_file_write(path_of("file"), NULL, 0, 0644, false), SKERRY_OK);
	assert_content("file", NEW, 0);
}

static void
without_replace_an_existing_file_stands(void **state)
{
	(void)state;
	put_old("file");
	assert_int_equal(write_new("file", false), SKERRY_ERR_FILE_EXISTS);
	assert_content("file", OLD, sizeof OLD);
	assert_int_equal(write_new("file", true), SKERRY_OK);
	assert_content("file", NEW, sizeof NEW);
	assert_int_equal(files_in_folder(), 1);
}

static void
a_file_system_without_noreplace_uses_links(void **state)
{
	(void)state;
	no_noreplace = true;
	assert_int_equal(write_new("file", false), SKERRY_OK);
	assert_content("file", NEW, sizeof NEW);
	put_old("other");
	assert_int_equal(write_new("other", false), SKERRY_ERR_FILE_EXISTS);
	assert_content("other", OLD, sizeof OLD);
	assert_int_equal(files_in_folder(), 2);
}

/* Fails each call once, but for the last: syncing the folder, when the new file stands already. */
static void
each_failed_step_leaves_the_old_file(void **state)
{
	static const int ERRNOS[] = { EIO, ENOSPC, EDQUOT };

	(void)state;
	for (int replace = 0; replace < 2; replace++) {
		int steps;

		put_old("file");
		assert_int_equal(write_new(replace ? "file" : "other", replace), SKERRY_OK);
		steps = calls;
		assert_true(steps >= 5); /* allocate, writes, fsync, rename, fsync */
		unlink(path_of("other"));
		put_old("file");
		for (failing_call = 0; failing_call < steps - 1; failing_call++)
			for (size_t i = 0; i < 3; i++) {
				failing_errno = ERRNOS[i];
				assert_int_equal(write_new(replace ? "file" : "other", replace),
					SKERRY_ERR_IO);
				assert_int_equal(errno, ERRNOS[i]);
				assert_content("file", OLD, sizeof OLD);
				assert_int_equal(files_in_folder(), 1);
			}
	}
}

static void
an_unsynced_folder_is_told(void **state)
{
	(void)state;
	assert_int_equal(write_new("file", false), SKERRY_OK);
	failing_call = calls - 1;
	failing_errno = EIO;
	assert_int_equal(write_new("file", true), SKERRY_ERR_IO);
	assert_content("file", NEW, sizeof NEW);
	failing_errno = EINVAL; /* this file system cannot sync folders at all */
	assert_int_equal(write_new("file", true), SKERRY_OK);
}

static void
an_interrupted_write_goes_on(void **state)
{
	(void)state;
	failing_errno = EINTR;
	for (failing_call = 0; failing_call < 3; failing_call++) {
		assert_int_equal(write_new("file", true), SKERRY_OK);
		assert_content("file", NEW, sizeof NEW);
	}
}

static void
a_file_system_that_cannot_reserve_is_written_to(void **state)
{
	static const int ERRNOS[] = { EINVAL, EOPNOTSUPP };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		failing_call = 0;
		failing_errno = ERRNOS[i];
		assert_int_equal(write_new("file", true), SKERRY_OK);
		assert_content("file", NEW, sizeof NEW);
	}
}

static void
a_read_only_folder_is_a_question_of_permission(void **state)
{
	(void)state;
	failing_call = -1;
	chmod(folder, 0500);
	if (geteuid() != 0) /* root writes anyway */
		assert_int_equal(write_new("file", false), SKERRY_ERR_FILE_PERMISSION);
	chmod(folder, 0700);
	/* /proc takes no files from root either. */
	assert_int_not_equal(
		atomic_file_write("/proc/self/skerry", NEW, sizeof NEW, 0644, false), SKERRY_OK);
}

static void
a_missing_folder_is_told(void **state)
{
	(void)state;
	assert_int_equal(write_new("folder/file", false), SKERRY_ERR_FILE_MISSING);
	put_old("file");
	assert_int_equal(write_new("file/file", false), SKERRY_ERR_FILE_MISSING);
}

static void
only_regular_files_are_replaced(void **state)
{
	(void)state;
	put_old("file");
	assert_int_equal(symlink("file", path_of("link")), 0);
	assert_int_equal(write_new("link", true), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(write_new("link", false), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_content("file", OLD, sizeof OLD);
	assert_int_equal(mkdir(path_of("folder"), 0700), 0);
	assert_int_equal(write_new("folder", true), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(write_new("folder", false), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(files_in_folder(), 3);
	/* With --force and root a device node would be gone. */
	assert_int_equal(atomic_file_write("/dev/null", NEW, sizeof NEW, 0644, true),
		SKERRY_ERR_FILE_NOT_REGULAR);
}

static void
a_path_ending_in_a_slash_or_empty_names_no_file(void **state)
{
	(void)state;
	assert_int_equal(write_new("", false), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(write_new("", true), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(
		atomic_file_write("", NEW, sizeof NEW, 0644, true), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(files_in_folder(), 0);
}

static void
relative_to_a_directory_it_works_the_same(void **state)
{
	int directory = open(folder, O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(
		atomic_file_write_at(directory, "file", NEW, sizeof NEW, 0644, false), SKERRY_OK);
	assert_int_equal(atomic_file_write_at(directory, "file", OLD, sizeof OLD, 0644, false),
		SKERRY_ERR_FILE_EXISTS);
	assert_content("file", NEW, sizeof NEW);
	close(directory);
}

/* The one file of the folder; false where there is another number of them. */
static bool
only_file(char ret_name[256])
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			strcpy(ret_name, entry->d_name);
			count++;
		}
	closedir(dir);
	return count == 1;
}

/* What a program that ends there leaves behind. */
static void
a_staged_file_has_its_room_and_nothing_but_zeros(void **state)
{
	static const uint8_t ZEROS[sizeof NEW];
	struct atomic_file file;
	struct stat status;
	char name[256];

	(void)state;
	failing_call = -1;
	assert_int_equal(
		atomic_file_stage(path_of("file"), sizeof NEW, 0644, false, &file), SKERRY_OK);
	assert_true(only_file(name));
	assert_int_equal(strncmp(name, ".skerry-", 8), 0);
	assert_content(name, ZEROS, sizeof ZEROS);
	assert_int_equal(stat(path_of(name), &status), 0);
	assert_true(status.st_blocks > 0);
	assert_int_equal(atomic_file_keep(&file, NEW), SKERRY_OK);
	assert_true(only_file(name));
	assert_content("file", NEW, sizeof NEW);
	atomic_file_drop(&file); /* harmless now */
	assert_content("file", NEW, sizeof NEW);
}

static void
a_dropped_file_leaves_nothing(void **state)
{
	struct atomic_file file = { .staged = false };

	(void)state;
	failing_call = -1;
	atomic_file_drop(&file);
	put_old("file");
	assert_int_equal(
		atomic_file_stage(path_of("file"), sizeof NEW, 0644, true, &file), SKERRY_OK);
	assert_int_equal(files_in_folder(), 2);
	atomic_file_drop(&file);
	assert_int_equal(files_in_folder(), 1);
	assert_content("file", OLD, sizeof OLD);
}

static void
what_is_in_the_way_shows_before_the_bytes_are_written(void **state)
{
	struct atomic_file file = { .staged = false };

	(void)state;
	put_old("file");
	assert_int_equal(mkdir(path_of("folder"), 0700), 0);
	assert_int_equal(
		atomic_file_stage(path_of("file"), 9, 0644, false, &file), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(atomic_file_stage(path_of("folder"), 9, 0644, true, &file),
		SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(atomic_file_stage(path_of("none/file"), 9, 0644, false, &file),
		SKERRY_ERR_FILE_MISSING);
	calls = failing_call = 0;
	failing_errno = ENOSPC;
	assert_int_equal(atomic_file_stage(path_of("other"), 9, 0644, false, &file), SKERRY_ERR_IO);
	assert_int_equal(errno, ENOSPC);
	assert_false(file.staged);
	assert_int_equal(files_in_folder(), 2);
}

/* Between staging and keeping. */
static void
a_name_that_is_taken_meanwhile_stays_as_it_is(void **state)
{
	struct atomic_file file;

	(void)state;
	failing_call = -1;
	assert_int_equal(
		atomic_file_stage(path_of("file"), sizeof NEW, 0644, false, &file), SKERRY_OK);
	put_old("file");
	assert_int_equal(atomic_file_keep(&file, NEW), SKERRY_ERR_FILE_EXISTS);
	assert_content("file", OLD, sizeof OLD);
	assert_int_equal(files_in_folder(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_appears_with_its_mode),
		TEST(file_is_synced_before_its_rename_and_folder_after),
		TEST(an_empty_file_can_be_written),
		TEST(without_replace_an_existing_file_stands),
		TEST(a_file_system_without_noreplace_uses_links),
		TEST(each_failed_step_leaves_the_old_file),
		TEST(an_unsynced_folder_is_told),
		TEST(an_interrupted_write_goes_on),
		TEST(a_file_system_that_cannot_reserve_is_written_to),
		TEST(a_staged_file_has_its_room_and_nothing_but_zeros),
		TEST(a_dropped_file_leaves_nothing),
		TEST(what_is_in_the_way_shows_before_the_bytes_are_written),
		TEST(a_name_that_is_taken_meanwhile_stays_as_it_is),
		TEST(a_read_only_folder_is_a_question_of_permission),
		TEST(a_missing_folder_is_told),
		TEST(only_regular_files_are_replaced),
		TEST(a_path_ending_in_a_slash_or_empty_names_no_file),
		TEST(relative_to_a_directory_it_works_the_same),
	};
	umask(022);
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
