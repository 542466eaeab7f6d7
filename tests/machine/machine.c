/* SPDX-License-Identifier: ISC */
/*
 * A little machine to test with: a library to preload, under which a program sees the clocks, the boot
 * and the time zone that the environment names, so that a year at a site passes in a second. machine.sh
 * beside this file drives it. No program of this house links it, looks at these variables or is
 * installed with it; whoever may preload a library may as well exchange the program.
 *
 *	MACHINE_WALL      CLOCK_REALTIME, gettimeofday, time: seconds since 1970
 *	MACHINE_UPTIME_S  CLOCK_MONOTONIC: seconds since the boot
 *	MACHINE_BOOT      /proc/sys/kernel/random/boot_id: a number; another one is another boot
 *	MACHINE_ZONE      /etc/localtime: a POSIX TZ rule, as "CET-1CEST,M3.5.0,M10.5.0/3"
 *
 *	MACHINE_FILE      a file in which these stand, a line each, as NAME=VALUE: for a program that lives on
 *	                  while they change. It is written whole, by renaming
 *
 * What is not set is as it is. Time stands still while a program runs, and moves when the variable
 * does. CLOCK_BOOTTIME is the kernel's, since timers wait by it. Seen by whoever calls libc by name:
 * neither a static program, nor fopen, nor libc's own localtime.
 */
/* Under it `open` is another name for open64, and both are wanted. */
#undef _FILE_OFFSET_BITS

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define LOCAL_TIME "/etc/localtime"
#define SHOWN __attribute__((visibility("default")))

enum {
	BOOT_ID_MAX = 64,
	ZONE_MAX = 100,
	HEADER_LEN = 44,
	TYPE_LEN = 6,
	TZIF_MAX = 256,
	FILE_MAX = 512
};

/* A test that meant to set a clock must not go on with the real one. */
static _Noreturn void
refuse(const char *name)
{
	dprintf(STDERR_FILENO, "machine: %s is none\n", name);
	_exit(125);
}

/* The value in MACHINE_FILE, where there is such a file and line; else the environment's. */
static const char *
find(const char *name, char room[FILE_MAX])
{
	const char *path = getenv("MACHINE_FILE");
	size_t name_len = strlen(name);
	ssize_t len;
	int fd;

	if (path == NULL || path[0] == '\0')
		return getenv(name);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	len = fd < 0 ? -1 : read(fd, room, FILE_MAX - 1);
	if (len < 0)
		refuse(path);
	close(fd);
	room[len] = '\0';
	for (char *line = room, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (end == NULL)
			refuse(path);
		*end = '\0';
		if (strncmp(line, name, name_len) == 0 && line[name_len] == '=')
			return line + name_len + 1;
	}
	return NULL;
}

/* False where the variable is not set. */
static bool
number(const char *name, int64_t *ret_number)
{
	char room[FILE_MAX], *end;
	const char *text = find(name, room);
	int saved = errno;

	if (text == NULL || text[0] == '\0')
		return false;
	errno = 0;
	*ret_number = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0')
		refuse(name);
	errno = saved;
	return true;
}

/* --- clocks ---------------------------------------------------------------------------------- */

static const char *
variable_of(clockid_t clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		return "MACHINE_WALL";
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_MONOTONIC_RAW:
		return "MACHINE_UPTIME_S";
	default:
		return NULL;
	}
}

SHOWN int
clock_gettime(clockid_t clock, struct timespec *time_)
{
	const char *name = variable_of(clock);
	int64_t seconds;

	if (name == NULL || !number(name, &seconds))
		return (int)syscall(SYS_clock_gettime, clock, time_);
	*time_ = (struct timespec){ .tv_sec = (time_t)seconds };
	return 0;
}

SHOWN int
gettimeofday(struct timeval *restrict time_, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	*time_ = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
	return 0;
}

SHOWN time_t
time(time_t *time_)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	if (time_ != NULL)
		*time_ = now.tv_sec;
	return now.tv_sec;
}

/* --- files ----------------------------------------------------------------------------------- */

static size_t
write_boot_id(char bytes[TZIF_MAX], int64_t boot)
{
	int len = snprintf(bytes, BOOT_ID_MAX, "%08" PRIx64 "-0000-4000-8000-000000000000\n",
		(uint64_t)boot & UINT32_MAX);

	return (size_t)len;
}

/* A TZif file (RFC 8536) without transitions: both blocks say UTC, the footer is the rule. */
static size_t
write_zone(char bytes[TZIF_MAX], const char *rule)
{
	enum { TYPES_COUNT_AT = 39, CHARS_COUNT_AT = 43, BLOCK_LEN = HEADER_LEN + TYPE_LEN + 4 };
	static const char MAGIC[] = { 'T', 'Z', 'i', 'f', '2' };
	size_t len = 0;

	if (strlen(rule) > ZONE_MAX)
		refuse("MACHINE_ZONE");
	memset(bytes, 0, TZIF_MAX);
	for (int block = 0; block < 2; block++) {
		memcpy(bytes + len, MAGIC, sizeof MAGIC);
		bytes[len + TYPES_COUNT_AT] = 1;
		bytes[len + CHARS_COUNT_AT] = 4;
		memcpy(bytes + len + HEADER_LEN + TYPE_LEN, "UTC", 4);
		len += BLOCK_LEN;
	}
	len += (size_t)snprintf(bytes + len, TZIF_MAX - len, "\n%s\n", rule);
	return len;
}

/* What stands in a file that this machine has of its own; 0 for every other one. */
static size_t
own_file(const char *path, char bytes[TZIF_MAX])
{
	char room[FILE_MAX];
	const char *rule;
	int64_t boot;

	if (strcmp(path, BOOT_ID) == 0 && number("MACHINE_BOOT", &boot))
		return write_boot_id(bytes, boot);
	if (strcmp(path, LOCAL_TIME) != 0)
		return 0;
	rule = find("MACHINE_ZONE", room);
	return rule != NULL && rule[0] != '\0' ? write_zone(bytes, rule) : 0;
}

static int
make_file(const char *path, const char *bytes, size_t len)
{
	int fd = memfd_create("machine", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)
		refuse(path);
	return fd;
}

/*
 * Both files of one who lives on, made when he starts: a daemon that shuts itself in makes none later. A
 * boot ends with him, and he stays in one zone.
 */
static int boot_file = -1, zone_file = -1;

__attribute__((constructor)) static void
make_files(void)
{
	char bytes[TZIF_MAX];
	size_t len;

	if (getenv("MACHINE_FILE") == NULL || getenv("MACHINE_FILE")[0] == '\0')
		return;
	if ((len = own_file(BOOT_ID, bytes)) > 0)
		boot_file = make_file(BOOT_ID, bytes, len);
	if ((len = own_file(LOCAL_TIME, bytes)) > 0)
		zone_file = make_file(LOCAL_TIME, bytes, len);
}

static int
open_again(int file, int flags)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags & ~O_NOFOLLOW, 0);
}

static int
open_here(int folder, const char *path, int flags, mode_t mode)
{
	char bytes[TZIF_MAX];
	bool reads = (flags & O_ACCMODE) == O_RDONLY && (flags & O_PATH) == 0;
	size_t len;

	if (reads && boot_file >= 0 && strcmp(path, BOOT_ID) == 0)
		return open_again(boot_file, flags);
	if (reads && zone_file >= 0 && strcmp(path, LOCAL_TIME) == 0)
		return open_again(zone_file, flags);
	len = reads ? own_file(path, bytes) : 0;
	return len == 0 ? (int)syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode)
			: make_file(path, bytes, len);
}

static bool
makes_files(int flags)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

SHOWN int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	va_start(more, flags);
	if (makes_files(flags))
		mode = va_arg(more, mode_t);
	va_end(more);
	return open_here(AT_FDCWD, path, flags, mode);
}

SHOWN int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	va_start(more, flags);
	if (makes_files(flags))
		mode = va_arg(more, mode_t);
	va_end(more);
	return open_here(folder, path, flags, mode);
}

/* What the calls are named where files are large. */
SHOWN int open64(const char *path, int flags, ...) __attribute__((alias("open")));
SHOWN int openat64(int folder, const char *path, int flags, ...) __attribute__((alias("openat")));
