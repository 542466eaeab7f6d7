/* SPDX-License-Identifier: ISC */
/* Leaving a file in a mailbag: whole or not at all, also where the stick is full or fails. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/unit/faulty_mailbag.h"

enum { SKIPPED = 77 };

static void
what_is_left_is_there_whole_under_a_drawn_name_and_for_everybody(void **state)
{
	char name[MAILBAG_DRAWN_ROOM], other[MAILBAG_DRAWN_ROOM];
	struct stick_held held = { 0 };
	struct stat status;

	(void)state;
	umask(077);
	assert_int_equal(leave('a', 100000, name), SKERRY_OK);
	umask(0);
	assert_int_equal(leave('a', 100000, other), SKERRY_OK);
	assert_true(mailbag_name_is_drawn(name, MAILBAG_MAIL));
	assert_string_not_equal(name, other);
	assert_int_equal(stat(in_bag(name), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	assert_int_equal(mailbag_look(&bag, stick_hold, &held), SKERRY_OK);
	assert_int_equal(stick_copies(&held, 'a', 100000), 2);
	assert_int_equal(held.leftovers, 0);
	stick_release(&held);
}

static void
bytes_are_on_the_stick_before_the_name(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];

	(void)state;
	assert_int_equal(leave('a', 400, name), SKERRY_OK);
	assert_string_equal(trace, "cawwwsRs");
	calls = 0;
	assert_int_equal(mailbag_finish(&bag), SKERRY_OK);
	assert_string_equal(trace, "ssS");
}

static void
names_that_are_taken_or_swept_are_drawn_again(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];

	(void)state;
	for (int n = 1; n <= 7; n += 6) { /* making the file, naming it */
		way = FAILS_ONCE;
		calls = 0;
		at_call = n;
		with_errno = EEXIST;
		assert_int_equal(leave('a', 400, name), SKERRY_OK);
		assert_int_equal(trace[n - 1], trace[n]);
	}
	way = PULLED; /* not without end */
	calls = 0;
	at_call = 1;
	assert_int_equal(leave('a', 400, name), SKERRY_ERR_IO);
	let_work();
	sweeper = SWEEPER_FASTER;
	assert_int_equal(leave('a', 400, name), SKERRY_OK);
	sweeper = SWEEPER_AT_IT;
	assert_int_equal(leave('a', 400, name), SKERRY_OK);
	assert_int_equal(stick_entries(in_bag("")), 4);
}

static void
file_systems_that_know_less_are_enough(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];
	struct stick_held held = { 0 };

	(void)state;
	no_noreplace = no_fallocate = true;
	assert_int_equal(leave('a', 1000, name), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, stick_hold, &held), SKERRY_OK);
	assert_int_equal(stick_copies(&held, 'a', 1000), 1);
	stick_release(&held);
}

static void
file_that_grows_is_left_in_pieces_or_dropped(void **state)
{
	char name[MAILBAG_DRAWN_ROOM] = "unset";
	struct mailbag_out out;
	struct stat status;

	(void)state;
	assert_int_equal(mailbag_leave_begin(&bag, 0, &out), SKERRY_OK);
	for (int i = 0; i < 100; i++)
		assert_true(mailbag_leave_put(&out, (const uint8_t *)"0123456789", 10));
	assert_int_equal(stick_entries(in_bag("")), 1);
	assert_int_equal(mailbag_leave_end(&out, name), SKERRY_OK);
	assert_int_equal(stat(in_bag(name), &status), 0);
	assert_int_equal(status.st_size, 1000);
	assert_int_equal(mailbag_leave_begin(&bag, 1000, &out), SKERRY_OK);
	assert_true(mailbag_leave_put(&out, (const uint8_t *)"0123456789", 10));
	mailbag_leave_drop(&out);
	mailbag_leave_drop(&out);
	assert_int_equal(stick_entries(in_bag("")), 1);
}

static void
each_call_that_fails_is_told_and_leaves_nothing(void **state)
{
	static const struct {
		int error;
		enum skerry_err err;
	} ERRORS[] = {
		{ EIO, SKERRY_ERR_IO },
		{ ENOSPC, SKERRY_ERR_DISK_FULL },
		{ EDQUOT, SKERRY_ERR_DISK_FULL },
		{ EFBIG, SKERRY_ERR_DISK_FULL },
		{ EROFS, SKERRY_ERR_READ_ONLY },
		{ EACCES, SKERRY_ERR_FILE_PERMISSION },
	};
	char name[MAILBAG_DRAWN_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
		int failed = 0;

		for (int n = 1;; n++) {
			size_t before = stick_entries(in_bag(""));
			enum skerry_err err;

			way = FAILS_ONCE;
			calls = 0;
			at_call = n;
			with_errno = ERRORS[i].error;
			snprintf(name, sizeof name, "unset");
			err = leave('a', 1000, name);
			way = WORKS;
			if (calls < n)
				break;
			if (err ==
				SKERRY_OK) { /* what cannot be reserved is asked again by writing */
				assert_int_equal(n, 2);
				continue;
			}
			failed++;
			assert_int_equal(err, ERRORS[i].err);
			assert_string_equal(name, "unset");
			if (stick_entries(in_bag("")) !=
				before) /* the folder's fsync: the file stands */
				assert_int_equal(stick_entries(in_bag("")), before + 1);
		}
		assert_true(failed >= 5);
	}
}

/* In a child, since a limit cannot be raised again. */
static int
leave_beyond_a_limit(void)
{
	struct rlimit limit = { 20000, 20000 };
	char name[MAILBAG_DRAWN_ROOM];

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return SKIPPED;
	if (leave('a', 30000, name) != SKERRY_ERR_DISK_FULL || stick_entries(in_bag("")) != 0)
		return 1;
	no_fallocate = true;
	if (leave('a', 30000, name) != SKERRY_ERR_DISK_FULL || stick_entries(in_bag("")) != 0)
		return 2;
	return leave('a', 10000, name) == SKERRY_OK && stick_entries(in_bag("")) == 1 ? 0 : 3;
}

static bool
write_to(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);
	bool written = file >= 0 && syscall(SYS_write, file, text, strlen(text)) > 0;

	if (file >= 0)
		close(file);
	return written;
}

/* A disk of 64 KB, in a namespace of this child's own: without root too, where the system allows it. */
static bool
mount_small_stick(void)
{
	char users[64], groups[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0)
		return false;
	snprintf(users, sizeof users, "0 %u 1", uid);
	snprintf(groups, sizeof groups, "0 %u 1", gid);
	if (uid != 0 && (!write_to("/proc/self/uid_map", users) ||
				!write_to("/proc/self/setgroups", "deny") ||
				!write_to("/proc/self/gid_map", groups)))
		return false;
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return mount("stick", stick, "tmpfs", 0, "size=64k") == 0;
}

static int
leave_on_a_full_stick(void)
{
	char name[MAILBAG_DRAWN_ROOM];
	struct stick_held held = { 0 };
	struct mailbag_out out;
	int round = 0;

	if (!mount_small_stick())
		return SKIPPED;
	mailbag_close(&bag);
	if (mailbag_open(stick, true, &bag) != SKERRY_OK)
		return 1;
	if (leave('b', 100000, name) != SKERRY_ERR_DISK_FULL || stick_entries(in_bag("")) != 0)
		return 2;
	while (leave('a', 10000, name) == SKERRY_OK)
		round++;
	/* Full by the way, too: where nobody knew how long it would be. */
	if (mailbag_leave_begin(&bag, 0, &out) == SKERRY_OK) {
		uint8_t bytes[20000] = { 0 };

		mailbag_leave_put(&out, bytes, sizeof bytes);
		if (mailbag_leave_end(&out, name) != SKERRY_ERR_DISK_FULL)
			return 3;
	}
	if (mailbag_look(&bag, stick_hold, &held) != SKERRY_OK || held.leftovers != 0 ||
		stick_copies(&held, 'a', 10000) != (size_t)round || round < 3)
		return 4;
	/* Never the end: what one has left oneself makes room. */
	if (mailbag_remove(&bag, held.documents[0].name, &held.documents[0].identity) != SKERRY_OK)
		return 5;
	return leave('c', 10000, name) == SKERRY_OK ? 0 : 6;
}

static void
assert_child_succeeds(int (*run)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(run());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		print_message("skipped: this machine does not let us\n");
	else
		assert_int_equal(WEXITSTATUS(status), 0);
}

static void
file_beyond_a_limit_is_a_full_stick(void **state)
{
	(void)state;
	assert_child_succeeds(leave_beyond_a_limit);
}

static void
full_stick_is_told_holds_no_half_file_and_is_not_the_end(void **state)
{
	(void)state;
	assert_child_succeeds(leave_on_a_full_stick);
}

static void
nothing_is_written_to_a_stick_that_can_only_be_read(void **state)
{
	struct mailbag_identity identity = { 0 };
	char name[MAILBAG_DRAWN_ROOM];
	size_t removed = 77;

	(void)state;
	bag.writing = SKERRY_ERR_READ_ONLY;
	assert_int_equal(leave('a', 0, name), SKERRY_ERR_READ_ONLY);
	assert_int_equal(mailbag_remove(&bag, "x", &identity), SKERRY_ERR_READ_ONLY);
	assert_int_equal(mailbag_sweep(&bag, &removed), SKERRY_ERR_READ_ONLY);
	assert_int_equal(mailbag_readme(&bag, "text\n"), SKERRY_ERR_READ_ONLY);
	assert_int_equal(mailbag_finish(&bag), SKERRY_OK);
	assert_int_equal(removed, 77);
	assert_int_equal(calls, 0);
}

static void
error_while_waiting_for_the_stick_is_told(void **state)
{
	(void)state;
	for (int n = 1; n <= 3; n++) {
		way = FAILS_ONCE;
		calls = 0;
		at_call = n;
		assert_true(bag.made);
		assert_int_equal(mailbag_finish(&bag), SKERRY_ERR_IO);
		assert_int_equal(calls, 3);
	}
	way = WORKS;
	assert_int_equal(mailbag_finish(&bag), SKERRY_OK);
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(what_is_left_is_there_whole_under_a_drawn_name_and_for_everybody),
		ON_STICK(bytes_are_on_the_stick_before_the_name),
		ON_STICK(names_that_are_taken_or_swept_are_drawn_again),
		ON_STICK(file_systems_that_know_less_are_enough),
		ON_STICK(file_that_grows_is_left_in_pieces_or_dropped),
		ON_STICK(each_call_that_fails_is_told_and_leaves_nothing),
		ON_STICK(file_beyond_a_limit_is_a_full_stick),
		ON_STICK(full_stick_is_told_holds_no_half_file_and_is_not_the_end),
		ON_STICK(nothing_is_written_to_a_stick_that_can_only_be_read),
		ON_STICK(error_while_waiting_for_the_stick_is_told),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
