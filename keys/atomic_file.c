/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.h"
#include "random.h"

enum { TEMPORARY_NAME_MAX = 32 };

static enum skerry_err
error_of_errno(void)
{
	switch (errno) {
	case EEXIST:
		return SKERRY_ERR_FILE_EXISTS;
	case ENOENT:
	case ENOTDIR:
		return SKERRY_ERR_FILE_MISSING;
	case EACCES:
	case EPERM:
	case EROFS:
		return SKERRY_ERR_FILE_PERMISSION;
	case ENOMEM:
		return SKERRY_ERR_NO_MEMORY;
	default:
		return SKERRY_ERR_IO;
	}
}

static void
temporary_name(char ret_name[TEMPORARY_NAME_MAX])
{
	uint8_t random[8];

	/* Short, so that it fits wherever the real name does; hidden from a shell's *. */
	random_bytes(random, sizeof random);
	snprintf(ret_name, TEMPORARY_NAME_MAX, ".skerry-%02x%02x%02x%02x%02x%02x%02x%02x",
		random[0], random[1], random[2], random[3], random[4], random[5], random[6],
		random[7]);
}

static bool
write_all(int file, const uint8_t *bytes, size_t bytes_len)
{
	while (bytes_len > 0) {
		ssize_t written = write(file, bytes, bytes_len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		bytes_len -= (size_t)written;
	}
	return true;
}

/* Closes in any case, and keeps the errno of the first step that failed. */
static bool
fill_and_close(int file, const uint8_t *bytes, size_t bytes_len)
{
	bool filled = write_all(file, bytes, bytes_len) && fsync(file) == 0;
	int first_errno = errno;

	/* Some network file systems tell a full disk only here. */
	if (close(file) != 0 && filled)
		return false;
	errno = first_errno;
	return filled;
}

/* Puts the temporary file under its name where no file is. The kernel decides who wins. */
static bool
move_in_new(int directory, const char *temporary, const char *name)
{
	if (renameat2(directory, temporary, directory, name, RENAME_NOREPLACE) == 0)
		return true;
	/* Not every file system knows that flag; most of those know links. */
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (linkat(directory, temporary, directory, name, 0) != 0)
		return false;
	return unlinkat(directory, temporary, 0) == 0;
}

/* A rename would replace a device or a symbolic link (/dev/stdout) as readily as a file. */
static enum skerry_err
check_replaceable(int directory, const char *name)
{
	struct stat status;

	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? SKERRY_OK : error_of_errno();
	return S_ISREG(status.st_mode) ? SKERRY_OK : SKERRY_ERR_FILE_NOT_REGULAR;
}

static enum skerry_err
move_in(int directory, const char *temporary, const char *name, bool replace)
{
	enum skerry_err err;

	if (!replace)
		return move_in_new(directory, temporary, name) ? SKERRY_OK : error_of_errno();
	err = check_replaceable(directory, name);
	if (err != SKERRY_OK)
		return err;
	if (renameat(directory, temporary, directory, name) != 0)
		return error_of_errno();
	return SKERRY_OK;
}

enum skerry_err
atomic_file_write_at(int directory, const char *name, const uint8_t *bytes, size_t bytes_len,
	mode_t mode, bool replace)
{
	char temporary[TEMPORARY_NAME_MAX];
	enum skerry_err err;
	int file, first_errno;

	temporary_name(temporary);
	file = openat(
		directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (file < 0)
		return error_of_errno();
	if (fill_and_close(file, bytes, bytes_len))
		err = move_in(directory, temporary, name, replace);
	else
		err = SKERRY_ERR_IO;
	if (err != SKERRY_OK) {
		first_errno = errno;
		unlinkat(directory, temporary, 0);
		errno = first_errno;
		return err;
	}
	/* EINVAL: a file system that cannot sync a folder has nothing to wait for. */
	if (fsync(directory) != 0 && errno != EINVAL)
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

enum skerry_err
atomic_file_write(
	const char *path, const uint8_t *bytes, size_t bytes_len, mode_t mode, bool replace)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	char folder[PATH_MAX] = ".";
	enum skerry_err err;
	int directory, first_errno;

	if (slash != NULL) {
		size_t folder_len = slash == path ? 1 : (size_t)(slash - path);

		if (folder_len >= sizeof folder) {
			errno = ENAMETOOLONG;
			return SKERRY_ERR_IO;
		}
		memcpy(folder, path, folder_len);
		folder[folder_len] = '\0';
	}
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return error_of_errno();
	err = atomic_file_write_at(directory, name, bytes, bytes_len, mode, replace);
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}
