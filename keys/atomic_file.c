/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.h"
#include "file_error.h"
#include "random.h"

static void
temporary_name(char ret_name[ATOMIC_FILE_TEMPORARY_MAX])
{
	uint8_t random[8];

	/* Short, so that it fits wherever the real name does; hidden from a shell's *. */
	random_bytes(random, sizeof random);
	snprintf(ret_name, ATOMIC_FILE_TEMPORARY_MAX, ".skerry-%02x%02x%02x%02x%02x%02x%02x%02x",
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
		return errno == ENOENT ? SKERRY_OK : file_error();
	return S_ISREG(status.st_mode) ? SKERRY_OK : SKERRY_ERR_FILE_NOT_REGULAR;
}

static enum skerry_err
move_in(int directory, const char *temporary, const char *name, bool replace)
{
	enum skerry_err err;

	if (!replace)
		return move_in_new(directory, temporary, name) ? SKERRY_OK : file_error();
	err = check_replaceable(directory, name);
	if (err != SKERRY_OK)
		return err;
	if (renameat(directory, temporary, directory, name) != 0)
		return file_error();
	return SKERRY_OK;
}

/* What would be in the way, found before anything is written. The rename decides. */
static enum skerry_err
check_name(int directory, const char *name, bool replace)
{
	struct stat status;

	if (name[0] == '\0') /* a path that ends in a slash */
		return SKERRY_ERR_FILE_NOT_REGULAR;
	if (strlen(name) >= ATOMIC_FILE_NAME_MAX) {
		errno = ENAMETOOLONG;
		return SKERRY_ERR_IO;
	}
	if (replace)
		return check_replaceable(directory, name);
	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(status.st_mode) ? SKERRY_ERR_FILE_EXISTS
					       : SKERRY_ERR_FILE_NOT_REGULAR;
	return errno == ENOENT ? SKERRY_OK : file_error();
}

/* Takes the room on the disk, so that writing does not have to ask for it. */
static bool
reserve(int file, size_t bytes_len)
{
	int failed = 0;

	if (bytes_len > 0)
		do
			failed = posix_fallocate(file, 0, (off_t)bytes_len);
		while (failed == EINTR);
	/* A file system that cannot reserve is asked again by writing. */
	if (failed == 0 || failed == EINVAL || failed == EOPNOTSUPP)
		return true;
	errno = failed;
	return false;
}

/* Takes over `directory`. */
static enum skerry_err
stage(int directory, const char *name, size_t bytes_len, mode_t mode, bool replace,
	struct atomic_file *ret_file)
{
	struct atomic_file file = {
		.staged = true, .replace = replace, .directory = directory, .file = -1
	};
	enum skerry_err err = check_name(directory, name, replace);

	if (err == SKERRY_OK) {
		memcpy(file.name, name, strlen(name) + 1);
		temporary_name(file.temporary);
		file.file = openat(directory, file.temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (file.file < 0)
			err = file_error();
	}
	if (err == SKERRY_OK && !reserve(file.file, bytes_len))
		err = SKERRY_ERR_IO;
	if (err != SKERRY_OK) {
		atomic_file_drop(&file);
		return err;
	}
	file.room = bytes_len;
	*ret_file = file;
	return SKERRY_OK;
}

/* The folder that `path` is in; -1 with errno. */
static int
open_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";

	if (slash != NULL) {
		size_t folder_len = slash == path ? 1 : (size_t)(slash - path);

		if (folder_len >= sizeof folder) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(folder, path, folder_len);
		folder[folder_len] = '\0';
	}
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum skerry_err
atomic_file_stage(
	const char *path, size_t bytes_len, mode_t mode, bool replace, struct atomic_file *ret_file)
{
	const char *slash = strrchr(path, '/');
	int directory = open_folder(path);

	if (directory < 0)
		return file_error();
	return stage(
		directory, slash == NULL ? path : slash + 1, bytes_len, mode, replace, ret_file);
}

bool
atomic_file_put(struct atomic_file *file, const uint8_t *bytes, size_t bytes_len)
{
	if (file->failed || bytes_len > file->room - file->put)
		return false;
	file->failed = !write_all(file->file, bytes, bytes_len);
	if (file->failed)
		file->failed_errno = errno;
	else
		file->put += bytes_len;
	return !file->failed;
}

/* Closes in any case. Some network file systems tell a full disk only here. */
static bool
settle(struct atomic_file *file)
{
	bool settled = fsync(file->file) == 0;
	int first_errno = errno;
	bool closed = close(file->file) == 0;

	file->file = -1;
	if (!settled)
		errno = first_errno;
	return settled && closed;
}

static enum skerry_err
name_it(struct atomic_file *file)
{
	enum skerry_err err;

	if (file->failed) {
		errno = file->failed_errno;
		return SKERRY_ERR_IO;
	}
	if (file->put != file->room)
		return SKERRY_ERR_INTERNAL;
	if (!settle(file))
		return SKERRY_ERR_IO;
	err = move_in(file->directory, file->temporary, file->name, file->replace);
	if (err != SKERRY_OK)
		return err;
	file->temporary[0] = '\0'; /* it has the name now */
	/* EINVAL: a file system that cannot sync a folder has nothing to wait for. */
	return fsync(file->directory) != 0 && errno != EINVAL ? SKERRY_ERR_IO : SKERRY_OK;
}

enum skerry_err
atomic_file_end(struct atomic_file *file)
{
	enum skerry_err err = name_it(file);

	atomic_file_drop(file);
	return err;
}

enum skerry_err
atomic_file_keep(struct atomic_file *file, const uint8_t *bytes)
{
	atomic_file_put(file, bytes, file->room);
	return atomic_file_end(file);
}

void
atomic_file_drop(struct atomic_file *file)
{
	int first_errno = errno;

	if (!file->staged)
		return;
	if (file->file >= 0)
		close(file->file);
	if (file->temporary[0] != '\0')
		unlinkat(file->directory, file->temporary, 0);
	close(file->directory);
	file->staged = false;
	errno = first_errno;
}

enum skerry_err
atomic_file_write_at(int directory, const char *name, const uint8_t *bytes, size_t bytes_len,
	mode_t mode, bool replace)
{
	struct atomic_file file;
	int own = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	enum skerry_err err;

	if (own < 0)
		return file_error();
	err = stage(own, name, bytes_len, mode, replace, &file);
	return err == SKERRY_OK ? atomic_file_keep(&file, bytes) : err;
}

enum skerry_err
atomic_file_write(
	const char *path, const uint8_t *bytes, size_t bytes_len, mode_t mode, bool replace)
{
	struct atomic_file file;
	enum skerry_err err = atomic_file_stage(path, bytes_len, mode, replace, &file);

	return err == SKERRY_OK ? atomic_file_keep(&file, bytes) : err;
}
