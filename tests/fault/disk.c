/* SPDX-License-Identifier: ISC */
/*
 * Symbols are given by name (asm labels), since libc's headers rename open to open64 and so on. Every
 * call goes to the kernel by syscall(), never to what it stands before.
 */
#include "tests/fault/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define OVER(name) __asm__(name) __attribute__((visibility("default"), used))

static struct {
	bool active;
	char folder[PATH_MAX];
	size_t folder_len;
	struct disk_plan plan;
	long calls;
} disk;

static int64_t wall_shift, mono_shift;

void
disk_start(const char *folder, const struct disk_plan *plan)
{
	snprintf(disk.folder, sizeof disk.folder, "%s/", folder);
	disk.folder_len = strlen(disk.folder);
	disk.plan = *plan;
	disk.calls = 0;
	disk.active = true;
}

long
disk_calls(void)
{
	return disk.calls;
}

void
disk_stop(void)
{
	disk.active = false;
}

void
disk_shift_clocks(int64_t wall_s, int64_t mono_s)
{
	wall_shift = wall_s;
	mono_shift = mono_s;
}

/* --- where a call goes --------------------------------------------------------------------------- */

static bool
is_watched(const char *path)
{
	/* The folder itself is synced as well. */
	size_t len = strlen(path);

	/* The index of a log that SQLite makes anew from it: nothing depends on what is in it. */
	if (len > 4 && strcmp(path + len - 4, "-shm") == 0)
		return false;
	return strncmp(path, disk.folder, disk.folder_len - 1) == 0 &&
	       (path[disk.folder_len - 1] == '/' || path[disk.folder_len - 1] == '\0');
}

static bool
path_of_fd(int fd, char ret_path[PATH_MAX])
{
	char link[32];
	ssize_t len;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, ret_path, PATH_MAX - 1);
	if (len <= 0)
		return false;
	ret_path[len] = '\0';
	return true;
}

/* Folders are opened first and files below them: "/proc/self/fd/N/name", or beside a descriptor. */
static bool
path_of(int at, const char *path, char ret_path[PATH_MAX])
{
	static const char BELOW[] = "/proc/self/fd/";
	char base[PATH_MAX];

	if (strncmp(path, BELOW, sizeof BELOW - 1) == 0) {
		char *rest;

		at = (int)strtol(path + sizeof BELOW - 1, &rest, 10);
		path = *rest == '/' ? rest + 1 : rest;
	} else if (path[0] == '/') {
		return snprintf(ret_path, PATH_MAX, "%s", path) < PATH_MAX;
	} else if (at == AT_FDCWD) {
		return false;
	}
	return path_of_fd(at, base) && snprintf(ret_path, PATH_MAX, "%s/%s", base, path) < PATH_MAX;
}

/* --- what befalls it ----------------------------------------------------------------------------- */

static void
die(void)
{
	syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
	for (;;)
		;
}

/* True when the call is to fail; errno is set. `fd` and bytes are a write's, which may be torn. */
static bool
strikes(enum disk_kind kind, int fd, const void *bytes, size_t bytes_len, int64_t offset)
{
	if ((disk.plan.kinds & (int)kind) == 0 || ++disk.calls < disk.plan.at)
		return false;
	switch (disk.plan.way) {
	case DISK_WORKS:
		return false;
	case DISK_TEARS:
		if (bytes_len > 1)
			syscall(SYS_pwrite64, fd, bytes, bytes_len / 2, offset);
		die();
		return true;
	case DISK_KILLS:
		die();
		return true;
	case DISK_FAILS_ONE:
		errno = disk.plan.error;
		return disk.calls == disk.plan.at;
	case DISK_FAILS_ALL:
		errno = disk.plan.error;
		return true;
	}
	return false;
}

static void
put(const void *bytes, size_t len)
{
	if (len > 0 && syscall(SYS_write, disk.plan.record_fd, bytes, len) != (long)len)
		die();
}

static void
record(struct disk_record op, const char *path, const char *to, const void *data, size_t data_len)
{
	int saved = errno;

	if (disk.plan.record_fd == 0)
		return;
	op.path_len = (uint32_t)strlen(path);
	op.to_len = (uint32_t)strlen(to);
	op.data_len = (uint32_t)data_len;
	put(&op, sizeof op);
	put(path, op.path_len);
	put(to, op.to_len);
	put(data, data_len);
	errno = saved;
}

static uint64_t
node_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static bool
fd_watched(int fd, char path[PATH_MAX])
{
	return disk.active && path_of_fd(fd, path) && is_watched(path);
}

static bool
path_watched(int at, const char *name, char path[PATH_MAX])
{
	return disk.active && path_of(at, name, path) && is_watched(path);
}

/* --- bytes --------------------------------------------------------------------------------------- */

static ssize_t
do_write(int fd, const void *bytes, size_t len, int64_t offset, bool placed)
{
	char path[PATH_MAX];
	bool watched = fd_watched(fd, path);
	ssize_t put_len;

	if (watched) {
		if (!placed)
			offset = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
		if (strikes(DISK_WRITE, fd, bytes, len, offset))
			return -1;
	}
	put_len = placed ? syscall(SYS_pwrite64, fd, bytes, len, offset)
			 : syscall(SYS_write, fd, bytes, len);
	if (watched && put_len > 0)
		record(
			(struct disk_record){
				.op = DISK_OP_WRITE, .node = node_of(fd), .offset = offset },
			"", "", bytes, (size_t)put_len);
	return put_len;
}

ssize_t disk_write(int fd, const void *bytes, size_t len) OVER("write");
ssize_t
disk_write(int fd, const void *bytes, size_t len)
{
	return do_write(fd, bytes, len, 0, false);
}

ssize_t disk_pwrite(int fd, const void *bytes, size_t len, int64_t offset) OVER("pwrite64");
ssize_t
disk_pwrite(int fd, const void *bytes, size_t len, int64_t offset)
{
	return do_write(fd, bytes, len, offset, true);
}

int disk_ftruncate(int fd, int64_t len) OVER("ftruncate64");
int
disk_ftruncate(int fd, int64_t len)
{
	char path[PATH_MAX];
	bool watched = fd_watched(fd, path);
	int result;

	if (watched && strikes(DISK_SIZE, fd, NULL, 0, 0))
		return -1;
	result = (int)syscall(SYS_ftruncate, fd, len);
	if (watched && result == 0)
		record(
			(struct disk_record){
				.op = DISK_OP_TRUNCATE, .node = node_of(fd), .offset = len },
			"", "", NULL, 0);
	return result;
}

int disk_fallocate(int fd, int64_t from, int64_t len) OVER("posix_fallocate64");
int
disk_fallocate(int fd, int64_t from, int64_t len)
{
	char path[PATH_MAX];
	bool watched = fd_watched(fd, path);
	int saved = errno, failed = 0;

	if ((watched && strikes(DISK_SIZE, fd, NULL, 0, 0)) ||
		syscall(SYS_fallocate, fd, 0, from, len) != 0)
		failed = errno;
	if (watched && failed == 0)
		record(
			(struct disk_record){
				.op = DISK_OP_GROW, .node = node_of(fd), .offset = from + len },
			"", "", NULL, 0);
	errno = saved;
	return failed;
}

static int
do_sync(int fd)
{
	char path[PATH_MAX];

	if (!fd_watched(fd, path))
		return 0;
	if (strikes(DISK_SYNC, fd, NULL, 0, 0))
		return -1;
	record((struct disk_record){ .op = DISK_OP_SYNC, .node = node_of(fd) }, path, "", NULL, 0);
	return 0;
}

int disk_fsync(int fd) OVER("fsync");
int
disk_fsync(int fd)
{
	return do_sync(fd);
}

int disk_fdatasync(int fd) OVER("fdatasync");
int
disk_fdatasync(int fd)
{
	return do_sync(fd);
}

/* --- names --------------------------------------------------------------------------------------- */

static int
do_open(int at, const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	bool watched = path_watched(at, name, path), creates = false;
	int fd;

	if (watched) {
		creates = (flags & O_CREAT) != 0 && syscall(SYS_faccessat, at, name, F_OK) != 0 &&
			  errno == ENOENT;
		if (strikes(creates ? DISK_CREATE : DISK_OPEN, -1, NULL, 0, 0))
			return -1;
	}
	fd = (int)syscall(SYS_openat, at, name, flags, mode);
	if (fd >= 0 && creates)
		record((struct disk_record){ .op = DISK_OP_CREATE, .node = node_of(fd) }, path, "",
			NULL, 0);
	if (fd >= 0 && watched && !creates && (flags & O_TRUNC) != 0)
		record((struct disk_record){ .op = DISK_OP_TRUNCATE, .node = node_of(fd) }, "", "",
			NULL, 0);
	return fd;
}

#define MODE_OF(flags, last)                                                                       \
	mode_t mode = 0;                                                                           \
	if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                              \
		va_list arguments;                                                                 \
		va_start(arguments, last);                                                         \
		mode = va_arg(arguments, mode_t);                                                  \
		va_end(arguments);                                                                 \
	}

int disk_open(const char *name, int flags, ...) OVER("open64");
int
disk_open(const char *name, int flags, ...)
{
	MODE_OF(flags, flags)
	return do_open(AT_FDCWD, name, flags, mode);
}

int disk_openat(int at, const char *name, int flags, ...) OVER("openat64");
int
disk_openat(int at, const char *name, int flags, ...)
{
	MODE_OF(flags, flags)
	return do_open(at, name, flags, mode);
}

static int
do_rename(int at, const char *name, int to_at, const char *to_name, unsigned flags)
{
	char path[PATH_MAX], to[PATH_MAX] = "";
	bool watched = path_watched(at, name, path) && path_of(to_at, to_name, to);
	int result;

	if (watched && strikes(DISK_NAME, -1, NULL, 0, 0))
		return -1;
	result = (int)syscall(SYS_renameat2, at, name, to_at, to_name, flags);
	if (watched && result == 0)
		record((struct disk_record){ .op = DISK_OP_RENAME }, path, to, NULL, 0);
	return result;
}

int disk_rename(const char *name, const char *to) OVER("rename");
int
disk_rename(const char *name, const char *to)
{
	return do_rename(AT_FDCWD, name, AT_FDCWD, to, 0);
}

int disk_renameat(int at, const char *name, int to_at, const char *to) OVER("renameat");
int
disk_renameat(int at, const char *name, int to_at, const char *to)
{
	return do_rename(at, name, to_at, to, 0);
}

int disk_renameat2(int at, const char *name, int to_at, const char *to, unsigned flags)
	OVER("renameat2");
int
disk_renameat2(int at, const char *name, int to_at, const char *to, unsigned flags)
{
	return do_rename(at, name, to_at, to, flags);
}

static int
do_unlink(int at, const char *name, int flags)
{
	char path[PATH_MAX];
	bool watched = path_watched(at, name, path);
	int result;

	if (watched && strikes(DISK_UNLINK, -1, NULL, 0, 0))
		return -1;
	result = (int)syscall(SYS_unlinkat, at, name, flags);
	if (watched && result == 0)
		record((struct disk_record){ .op = DISK_OP_UNLINK }, path, "", NULL, 0);
	return result;
}

int disk_unlink(const char *name) OVER("unlink");
int
disk_unlink(const char *name)
{
	return do_unlink(AT_FDCWD, name, 0);
}

int disk_unlinkat(int at, const char *name, int flags) OVER("unlinkat");
int
disk_unlinkat(int at, const char *name, int flags)
{
	return do_unlink(at, name, flags);
}

int disk_mkdirat(int at, const char *name, mode_t mode) OVER("mkdirat");
int
disk_mkdirat(int at, const char *name, mode_t mode)
{
	char path[PATH_MAX];
	bool watched = path_watched(at, name, path);
	int result;

	if (watched && strikes(DISK_NAME, -1, NULL, 0, 0))
		return -1;
	result = (int)syscall(SYS_mkdirat, at, name, mode);
	if (watched && result == 0)
		record((struct disk_record){ .op = DISK_OP_MKDIR }, path, "", NULL, 0);
	return result;
}

int disk_mkdir(const char *name, mode_t mode) OVER("mkdir");
int
disk_mkdir(const char *name, mode_t mode)
{
	return disk_mkdirat(AT_FDCWD, name, mode);
}

/* --- clocks -------------------------------------------------------------------------------------- */

int disk_clock_gettime(clockid_t clock, struct timespec *ret_at) OVER("clock_gettime");
int
disk_clock_gettime(clockid_t clock, struct timespec *ret_at)
{
	int result = (int)syscall(SYS_clock_gettime, clock, ret_at);

	if (result == 0 && clock == CLOCK_REALTIME)
		ret_at->tv_sec += wall_shift;
	if (result == 0 && clock == CLOCK_MONOTONIC)
		ret_at->tv_sec += mono_shift;
	return result;
}
