/* SPDX-License-Identifier: ISC */
/*
 * Leaving and taking away on a stick that is full, or is pulled out: at each call that changes it the
 * stick vanishes, or the program dies, and the same visit is made again. The calls are interposed here.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/mailbag_leave.h"
#include "keys/mailbag_remove.h"
#include "keys/mailbag_text.h"
#include "keys/random.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"

enum { DIED = 9, SKIPPED = 77 };

static char stick[64];
static struct mailbag bag;

/* --- the stick as a test wants it ----------------------------------------------------------------- */

enum way { WORKS, PULLED /* this call and all behind it fail */, KILLED, TORN, FAILS_ONCE };

static enum way way;
static int calls, at_call, with_errno = EIO;
static bool no_noreplace, no_fallocate;

/* The calls by their letters: c(reate), a(llocate), w(rite), s(ync), S(yncfs), m(kdir), u(nlink), r(ename) */
static char trace[256];

/* True where the call is not to be made. */
static bool
is_hit(char call)
{
	if ((size_t)calls + 1 < sizeof trace) {
		trace[calls] = call;
		trace[calls + 1] = '\0';
	}
	calls++;
	if (way == WORKS || calls < at_call || (calls > at_call && way != PULLED))
		return false;
	if (way == KILLED || way == TORN)
		_exit(DIED);
	errno = with_errno;
	return true;
}

ssize_t
write(int file, const void *bytes, size_t bytes_len)
{
	if (file <= STDERR_FILENO)
		return syscall(SYS_write, file, bytes, bytes_len);
	if (way == TORN && calls + 1 == at_call)
		syscall(SYS_write, file, bytes, bytes_len / 2);
	if (is_hit('w'))
		return -1;
	return syscall(SYS_write, file, bytes, bytes_len > 100 ? bytes_len / 2 : bytes_len);
}

int
openat(int directory, const char *name, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = va_arg(more, mode_t);
	va_end(more);
	if ((flags & O_CREAT) != 0 && is_hit('c'))
		return -1;
	return (int)syscall(SYS_openat, directory, name, flags, mode);
}

int
fallocate(int file, int mode, off_t offset, off_t len)
{
	if (is_hit('a'))
		return -1;
	if (no_fallocate) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_fallocate, file, mode, offset, len);
}

int
fsync(int file)
{
	return is_hit('s') ? -1 : (int)syscall(SYS_fsync, file);
}

int
syncfs(int file)
{
	(void)file; /* the test's own disk need not be waited for */
	return is_hit('S') ? -1 : 0;
}

int
mkdirat(int directory, const char *name, mode_t mode)
{
	return is_hit('m') ? -1 : (int)syscall(SYS_mkdirat, directory, name, mode);
}

int
unlinkat(int directory, const char *name, int flags)
{
	return is_hit('u') ? -1 : (int)syscall(SYS_unlinkat, directory, name, flags);
}

int
renameat2(
	int old_directory, const char *old, int new_directory, const char *new, unsigned int flags)
{
	if (no_noreplace && flags != 0) {
		errno = EINVAL;
		return -1;
	}
	if (is_hit('r'))
		return -1;
	return (int)syscall(SYS_renameat2, old_directory, old, new_directory, new, flags);
}

int
renameat(int old_directory, const char *old, int new_directory, const char *new)
{
	return renameat2(old_directory, old, new_directory, new, 0);
}

static enum sweeper { SWEEPER_ABSENT, SWEEPER_FASTER, SWEEPER_AT_IT } sweeper;

/* Once, somebody who sweeps comes between the making of a file and its lock. */
int
flock(int file, int operation)
{
	enum sweeper now = sweeper;
	char link_name[64], path[4096];
	ssize_t len;

	sweeper = SWEEPER_ABSENT;
	if (now == SWEEPER_ABSENT)
		return (int)syscall(SYS_flock, file, operation);
	snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", file);
	len = readlink(link_name, path, sizeof path - 1);
	assert_true(len > 0);
	path[len] = '\0';
	assert_int_equal(unlink(path), 0);
	if (now == SWEEPER_FASTER)
		return (int)syscall(SYS_flock, file, operation);
	errno = EWOULDBLOCK;
	return -1;
}

static void
let_work(void)
{
	sweeper = SWEEPER_ABSENT;
	way = WORKS;
	calls = at_call = 0;
	with_errno = EIO;
	no_noreplace = no_fallocate = false;
}

static int
plug_in(void **state)
{
	(void)state;
	let_work();
	tree_make(stick);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	calls = 0;
	return 0;
}

static int
unplug(void **state)
{
	(void)state;
	let_work();
	mailbag_close(&bag);
	tree_remove(stick);
	return 0;
}

static const char *
in_bag(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/skerry/%s", stick, name);
	return path;
}

/* --- what a stick holds --------------------------------------------------------------------------- */

enum { DOCUMENTS_MAX = 16 };

struct held {
	size_t len, leftovers;
	struct {
		char name[256];
		uint8_t *bytes;
		size_t bytes_len;
		struct mailbag_identity identity;
	} documents[DOCUMENTS_MAX];
};

static bool
hold(void *context, const struct mailbag_entry *entry)
{
	struct held *held = context;

	held->leftovers += entry->found == MAILBAG_LEFTOVER;
	if (entry->found != MAILBAG_DOCUMENT)
		return true;
	if (mailbag_read(entry, &held->documents[held->len].bytes,
		    &held->documents[held->len].bytes_len) != SKERRY_OK)
		return true;
	snprintf(held->documents[held->len].name, 256, "%s", entry->name);
	held->documents[held->len].identity = entry->identity;
	held->len++;
	return held->len < DOCUMENTS_MAX;
}

static void
release(struct held *held)
{
	for (size_t i = 0; i < held->len; i++)
		free(held->documents[i].bytes);
	memset(held, 0, sizeof *held);
}

/* A document of one byte repeated, behind what makes it one. */
static uint8_t *
mail(char letter, size_t len, size_t *ret_len)
{
	uint8_t *bytes = stick_document(DOCUMENT_REQUEST, len, ret_len);

	memset(bytes + *ret_len - 100, letter, 100);
	return bytes;
}

static size_t
copies_of(const struct held *held, char letter, size_t len)
{
	size_t expected_len, copies = 0;
	uint8_t *expected = mail(letter, len, &expected_len);

	for (size_t i = 0; i < held->len; i++)
		copies += held->documents[i].bytes_len == expected_len &&
			  memcmp(held->documents[i].bytes, expected, expected_len) == 0;
	free(expected);
	return copies;
}

static enum skerry_err
leave(char letter, size_t len, char ret_name[MAILBAG_DRAWN_ROOM])
{
	size_t bytes_len;
	uint8_t *bytes = mail(letter, len, &bytes_len);
	enum skerry_err err = mailbag_leave(&bag, bytes, bytes_len, ret_name);

	free(bytes);
	return err;
}

static size_t
entries_in_bag(void)
{
	DIR *dir = opendir(in_bag(""));
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 2;
}

/* --- leaving -------------------------------------------------------------------------------------- */

static void
what_is_left_is_there_whole_under_a_drawn_name_and_for_everybody(void **state)
{
	char name[MAILBAG_DRAWN_ROOM], other[MAILBAG_DRAWN_ROOM];
	struct held held = { 0 };
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
	assert_int_equal(mailbag_look(&bag, hold, &held), SKERRY_OK);
	assert_int_equal(copies_of(&held, 'a', 100000), 2);
	assert_int_equal(held.leftovers, 0);
	release(&held);
}

static void
bytes_are_on_the_stick_before_the_name(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];

	(void)state;
	assert_int_equal(leave('a', 400, name), SKERRY_OK);
	assert_string_equal(trace, "cawwwsrs");
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
	assert_int_equal(entries_in_bag(), 4);
}

static void
file_systems_that_know_less_are_enough(void **state)
{
	char name[MAILBAG_DRAWN_ROOM];
	struct held held = { 0 };

	(void)state;
	no_noreplace = no_fallocate = true;
	assert_int_equal(leave('a', 1000, name), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, hold, &held), SKERRY_OK);
	assert_int_equal(copies_of(&held, 'a', 1000), 1);
	release(&held);
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
	assert_int_equal(entries_in_bag(), 1);
	assert_int_equal(mailbag_leave_end(&out, name), SKERRY_OK);
	assert_int_equal(stat(in_bag(name), &status), 0);
	assert_int_equal(status.st_size, 1000);
	assert_int_equal(mailbag_leave_begin(&bag, 1000, &out), SKERRY_OK);
	assert_true(mailbag_leave_put(&out, (const uint8_t *)"0123456789", 10));
	mailbag_leave_drop(&out);
	mailbag_leave_drop(&out);
	assert_int_equal(entries_in_bag(), 1);
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
			size_t before = entries_in_bag();
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
			if (entries_in_bag() != before) /* the folder's fsync: the file stands */
				assert_int_equal(entries_in_bag(), before + 1);
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
	if (leave('a', 30000, name) != SKERRY_ERR_DISK_FULL || entries_in_bag() != 0)
		return 1;
	no_fallocate = true;
	if (leave('a', 30000, name) != SKERRY_ERR_DISK_FULL || entries_in_bag() != 0)
		return 2;
	return leave('a', 10000, name) == SKERRY_OK && entries_in_bag() == 1 ? 0 : 3;
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
	char map[64];
	uid_t uid = geteuid();

	if (unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0)
		return false;
	snprintf(map, sizeof map, "0 %u 1", uid);
	if (uid != 0 && !write_to("/proc/self/uid_map", map))
		return false;
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return mount("stick", stick, "tmpfs", 0, "size=64k") == 0;
}

static int
leave_on_a_full_stick(void)
{
	char name[MAILBAG_DRAWN_ROOM];
	struct held held = { 0 };
	struct mailbag_out out;
	int round = 0;

	if (!mount_small_stick())
		return SKIPPED;
	mailbag_close(&bag);
	if (mailbag_open(stick, true, &bag) != SKERRY_OK)
		return 1;
	if (leave('b', 100000, name) != SKERRY_ERR_DISK_FULL || entries_in_bag() != 0)
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
	if (mailbag_look(&bag, hold, &held) != SKERRY_OK || held.leftovers != 0 ||
		copies_of(&held, 'a', 10000) != (size_t)round || round < 3)
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

/* --- taking away ---------------------------------------------------------------------------------- */

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

static void
lengthen(const char *name)
{
	int file = open(in_bag(name), O_WRONLY | O_APPEND);

	assert_int_equal(syscall(SYS_write, file, "x", 1), 1);
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
		assert_int_equal(leave('a', 0, name), SKERRY_OK);
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
	before = entries_in_bag();
	assert_int_equal(mailbag_sweep(&bag, &removed), SKERRY_OK);
	assert_int_equal(leftovers, 2);
	assert_int_equal(removed, leftovers);
	assert_int_equal(entries_in_bag(), before - leftovers);
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

/* --- pulled out ----------------------------------------------------------------------------------- */

enum { OLD_LEN = 5000, NEW_LEN = 7000, OTHER_LEN = 3000 };

/* A site's visit: its answered request goes, a new one is left, other people's stay. */
static enum skerry_err
visit(void)
{
	static const char README[] = "Whoever finds this, please call.\n";
	struct held held = { 0 };
	char name[MAILBAG_DRAWN_ROOM];
	enum skerry_err err;
	size_t swept, old_len;
	uint8_t *old = mail('o', OLD_LEN, &old_len);

	err = mailbag_open(stick, true, &bag);
	if (err == SKERRY_OK)
		err = mailbag_sweep(&bag, &swept);
	if (err == SKERRY_OK)
		err = mailbag_look(&bag, hold, &held);
	if (err == SKERRY_OK && copies_of(&held, 'n', NEW_LEN) == 0)
		err = leave('n', NEW_LEN, name);
	for (size_t i = 0; err == SKERRY_OK && i < held.len; i++)
		if (held.documents[i].bytes_len == old_len &&
			memcmp(held.documents[i].bytes, old, old_len) == 0)
			err = mailbag_remove(
				&bag, held.documents[i].name, &held.documents[i].identity);
	if (err == SKERRY_OK)
		err = mailbag_readme(&bag, README);
	if (err == SKERRY_OK)
		err = mailbag_receipt(&bag, "K7QM", "left 1");
	if (err == SKERRY_OK)
		err = mailbag_finish(&bag);
	release(&held);
	free(old);
	mailbag_close(&bag);
	return err;
}

/* In a child, which may die in it. */
static void
visit_that_may_die(void)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(visit() == SKERRY_OK ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
}

static struct held
look_again(void)
{
	struct held held = { 0 };

	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, hold, &held), SKERRY_OK);
	mailbag_close(&bag);
	return held;
}

/* Other people's mail stands, every file is whole, and what is to go did not before the new one came. */
static void
assert_nothing_is_lost(void)
{
	struct held held = look_again();
	size_t old = copies_of(&held, 'o', OLD_LEN), new = copies_of(&held, 'n', NEW_LEN);

	assert_int_equal(copies_of(&held, 'x', OTHER_LEN), 1);
	assert_int_equal(held.len, 1 + old + new);
	assert_true(old + new >= 1);
	assert_true(held.leftovers <= 1);
	release(&held);
}

static void
assert_all_is_done(void)
{
	struct held held = look_again();

	assert_int_equal(copies_of(&held, 'x', OTHER_LEN), 1);
	assert_int_equal(copies_of(&held, 'o', OLD_LEN), 0);
	assert_int_equal(copies_of(&held, 'n', NEW_LEN), 1);
	assert_int_equal(held.leftovers, 0);
	assert_int_equal(entries_in_bag(), 4); /* two texts */
	release(&held);
}

static void
prepare(void)
{
	size_t len;
	uint8_t *bytes;

	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	bytes = mail('o', OLD_LEN, &len);
	stick_put(in_bag(""), "0000aaaa.skr", bytes, len);
	free(bytes);
	bytes = mail('x', OTHER_LEN, &len);
	stick_put(in_bag(""), "xxxxxxxx.skr", bytes, len);
	free(bytes);
}

static void
stick_pulled_at_any_call_loses_nothing_and_the_visit_is_repeated(void **state)
{
	static const enum way WAYS[] = { PULLED, KILLED, TORN };
	int all;

	(void)state;
	mailbag_close(&bag);
	prepare();
	calls = 0;
	assert_int_equal(visit(), SKERRY_OK);
	all = calls;
	assert_true(all > 15);
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
		for (int n = 1; n <= all; n++) {
			let_work();
			prepare();
			calls = 0;
			at_call = n;
			way = WAYS[i];
			if (way == PULLED)
				assert_int_equal(visit(), SKERRY_ERR_IO);
			else
				visit_that_may_die();
			let_work();
			assert_nothing_is_lost();
			assert_int_equal(visit(), SKERRY_OK);
			assert_all_is_done();
			assert_int_equal(visit(), SKERRY_OK);
			assert_all_is_done();
		}
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_left_is_there_whole_under_a_drawn_name_and_for_everybody, plug_in,
			unplug),
		cmocka_unit_test_setup_teardown(
			bytes_are_on_the_stick_before_the_name, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			names_that_are_taken_or_swept_are_drawn_again, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			file_systems_that_know_less_are_enough, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			file_that_grows_is_left_in_pieces_or_dropped, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			each_call_that_fails_is_told_and_leaves_nothing, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			file_beyond_a_limit_is_a_full_stick, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			full_stick_is_told_holds_no_half_file_and_is_not_the_end, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			nothing_is_written_to_a_stick_that_can_only_be_read, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			only_the_file_that_was_looked_at_is_removed, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			nothing_beyond_the_folder_is_removed, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			sweeping_takes_leftovers_and_nothing_else, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			what_somebody_is_writing_is_not_swept, plug_in, unplug),
		cmocka_unit_test_setup_teardown(
			stick_pulled_at_any_call_loses_nothing_and_the_visit_is_repeated, plug_in,
			unplug),
		cmocka_unit_test_setup_teardown(
			error_while_waiting_for_the_stick_is_told, plug_in, unplug),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
