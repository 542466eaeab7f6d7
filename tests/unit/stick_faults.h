/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STICK_FAULTS_H
#define TESTS_STICK_FAULTS_H

/*
 * A stick that is pulled out, full, or only half able: this program's own calls stand before libc's, and
 * each that changes a stick is counted; with `faults_below`, what lies in that folder alone. Definitions,
 * for the one file of a test program. Nothing is waited for by syncfs, so the test's own disk is not.
 */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

enum { DIED = 9 /* how a process ends that is killed */ };

enum way { WORKS, PULLED /* this call and all behind it fail */, KILLED, TORN, FAILS_ONCE };

static enum way way;
static int calls, at_call, with_errno = EIO;
static bool no_noreplace, no_fallocate;

/* The calls by their letters: c(reate), a(llocate), w(rite), s(ync), S(yncfs), m(kdir), u(nlink), r(ename), R(ename to what is not there) */
static char trace[256];

/* The stick, where the program writes elsewhere too; "": all that it writes is on it. */
static const char *faults_below = "";
/* So many files find no room before one does. */
static int full_times;

static bool
is_below(int file)
{
	char link_name[64], path[4096];
	ssize_t len;

	if (faults_below[0] == '\0')
		return true;
	snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", file);
	len = readlink(link_name, path, sizeof path - 1);
	return len > 0 && (size_t)len >= strlen(faults_below) &&
	       memcmp(path, faults_below, strlen(faults_below)) == 0;
}

/* True where the call is not to be made. */
static bool
is_hit(char call, int file)
{
	if (!is_below(file))
		return false;
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
	if (way == TORN && calls + 1 == at_call && is_below(file))
		syscall(SYS_write, file, bytes, bytes_len / 2);
	if (is_hit('w', file))
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
	if ((flags & O_CREAT) != 0 && is_hit('c', directory))
		return -1;
	return (int)syscall(SYS_openat, directory, name, flags, mode);
}

int
fallocate(int file, int mode, off_t offset, off_t len)
{
	if (is_hit('a', file))
		return -1;
	if (is_below(file) && full_times > 0) {
		full_times--;
		errno = ENOSPC;
		return -1;
	}
	if (no_fallocate) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_fallocate, file, mode, offset, len);
}

int
fsync(int file)
{
	return is_hit('s', file) ? -1 : (int)syscall(SYS_fsync, file);
}

int
syncfs(int file)
{
	/* The test's own disk need not be waited for. */
	return is_hit('S', file) ? -1 : 0;
}

int
mkdirat(int directory, const char *name, mode_t mode)
{
	return is_hit('m', directory) ? -1 : (int)syscall(SYS_mkdirat, directory, name, mode);
}

int
unlinkat(int directory, const char *name, int flags)
{
	return is_hit('u', directory) ? -1 : (int)syscall(SYS_unlinkat, directory, name, flags);
}

int
renameat2(
	int old_directory, const char *old, int new_directory, const char *new, unsigned int flags)
{
	if (no_noreplace && flags != 0) {
		errno = EINVAL;
		return -1;
	}
	if (is_hit(flags == 0 ? 'r' : 'R', new_directory))
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
	calls = at_call = full_times = 0;
	with_errno = EIO;
	no_noreplace = no_fallocate = false;
}

#endif
