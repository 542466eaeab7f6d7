/* SPDX-License-Identifier: ISC */
#include "small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "below_root.h"

enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, PROC_PATH_MAX = 32 };

/* For reading, what has been found to be a file. */
static int
reopen(int located)
{
	char path[PROC_PATH_MAX];
	struct stat status;

	if (fstat(located, &status) != 0)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ENXIO;
		return -1;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", located);
	return open(path, OPEN_FLAGS);
}

static int
open_below(const char *root, const char *path)
{
	int located, fd, saved;

	if (below_root_is_machine(root))
		return open(path, OPEN_FLAGS);
	located = below_root_open(root, path, O_PATH);
	if (located < 0)
		return -1;
	fd = reopen(located);
	saved = errno;
	close(located);
	errno = saved;
	return fd;
}

/* Up to `bytes_max` bytes, and whether there are more. */
static enum skerry_err
read_up_to(int fd, uint8_t *bytes, size_t bytes_max, size_t *ret_len, bool *ret_more)
{
	size_t len = 0;
	uint8_t beyond;

	for (;;) {
		ssize_t got = len < bytes_max ? read(fd, bytes + len, bytes_max - len)
					      : read(fd, &beyond, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return below_root_error(errno);
		*ret_more = got > 0 && len == bytes_max;
		if (got == 0 || *ret_more)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	return SKERRY_OK;
}

enum wish { WHOLE, START, TRUSTED };

static enum skerry_err
check(const struct stat *status, enum wish wish)
{
	if (!S_ISREG(status->st_mode))
		return SKERRY_ERR_FILE_NOT_REGULAR;
	if (wish == TRUSTED && status->st_uid != 0 && status->st_uid != geteuid())
		return SKERRY_ERR_FILE_PERMISSION;
	return SKERRY_OK;
}

static enum skerry_err
read_file(const char *root, const char *path, enum wish wish, uint8_t *ret_bytes, size_t bytes_max,
	size_t *ret_len)
{
	enum skerry_err err;
	struct stat status;
	bool more = false;
	size_t len = 0;
	int fd = open_below(root, path);

	if (fd < 0)
		return below_root_error(errno);
	err = fstat(fd, &status) != 0 ? SKERRY_ERR_IO : check(&status, wish);
	if (err == SKERRY_OK)
		err = read_up_to(fd, ret_bytes, bytes_max, &len, &more);
	close(fd);
	if (err == SKERRY_OK && more && wish != START)
		err = SKERRY_ERR_NO_SPACE;
	if (err == SKERRY_OK)
		*ret_len = len;
	return err;
}

enum skerry_err
small_file_read(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	return read_file(root, path, WHOLE, ret_bytes, bytes_max, ret_len);
}

enum skerry_err
small_file_read_start(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	return read_file(root, path, START, ret_bytes, bytes_max, ret_len);
}

enum skerry_err
small_file_read_trusted(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	return read_file(root, path, TRUSTED, ret_bytes, bytes_max, ret_len);
}

enum skerry_err
small_file_read_link(const char *root, const char *path, char *ret_target, size_t target_max)
{
	enum skerry_err err = SKERRY_OK;
	ssize_t len;
	int fd = below_root_open(root, path, O_PATH | O_NOFOLLOW);

	if (fd < 0)
		return below_root_error(errno);
	len = readlinkat(fd, "", ret_target, target_max);
	/* The answer to a file that is no link, from a kernel that takes an empty path. */
	if (len < 0)
		err = errno == ENOENT || errno == EINVAL ? SKERRY_ERR_FILE_NOT_REGULAR
							 : below_root_error(errno);
	else if ((size_t)len == target_max)
		err = SKERRY_ERR_NO_SPACE;
	else
		ret_target[len] = '\0';
	close(fd);
	return err;
}

bool
small_file_exists(const char *root, const char *path)
{
	int fd = below_root_open(root, path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
