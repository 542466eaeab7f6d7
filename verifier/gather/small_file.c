/* SPDX-License-Identifier: ISC */
#include "small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

static int
open_below(const char *root, const char *path)
{
	struct open_how how = { .flags = OPEN_FLAGS, .resolve = RESOLVE_IN_ROOT };
	int directory, fd, saved;

	/* The real root needs no confinement, nor a system call that a sandbox may not know. */
	if (strcmp(root, "/") == 0)
		return open(path, OPEN_FLAGS);
	directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
	saved = errno;
	close(directory);
	errno = saved;
	return fd;
}

static enum skerry_err
error_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return SKERRY_ERR_FILE_MISSING;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	case ENXIO:
	case ELOOP:
	case EISDIR:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	default:
		return SKERRY_ERR_IO;
	}
}

/* One byte more than fits tells a file that is too long. */
static enum skerry_err
read_all(int fd, uint8_t *bytes, size_t bytes_max, size_t *ret_len)
{
	size_t len = 0;
	uint8_t beyond;

	for (;;) {
		ssize_t got = len < bytes_max ? read(fd, bytes + len, bytes_max - len)
					      : read(fd, &beyond, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_of(errno);
		if (got == 0)
			break;
		if (len == bytes_max)
			return SKERRY_ERR_NO_SPACE;
		len += (size_t)got;
	}
	*ret_len = len;
	return SKERRY_OK;
}

enum skerry_err
small_file_read(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	enum skerry_err err;
	struct stat status;
	int fd = open_below(root, path);

	if (fd < 0)
		return error_of(errno);
	if (fstat(fd, &status) != 0)
		err = SKERRY_ERR_IO;
	else if (!S_ISREG(status.st_mode))
		err = SKERRY_ERR_FILE_NOT_REGULAR;
	else
		err = read_all(fd, ret_bytes, bytes_max, ret_len);
	close(fd);
	return err;
}
