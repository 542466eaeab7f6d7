/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_error.h"
#include "untrusted_file.h"

enum { STDIN_FIRST = 4096 };

/* As read(2), but never interrupted. */
static ssize_t
read_some(int file, uint8_t *bytes, size_t bytes_len)
{
	ssize_t got;

	do
		got = read(file, bytes, bytes_len);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Reads at least `wanted` bytes and up to `bytes_max`; fewer than wanted only at the end of the file. */
static bool
read_up_to(int file, uint8_t *bytes, size_t wanted, size_t bytes_max, size_t *ret_len)
{
	size_t len = 0;

	while (len < wanted) {
		ssize_t got = read_some(file, bytes + len, bytes_max - len);

		if (got < 0)
			return false;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	return true;
}

static enum skerry_err
check_status(const struct stat *status, size_t max, bool secret)
{
	if (!S_ISREG(status->st_mode))
		return SKERRY_ERR_FILE_NOT_REGULAR;
	if (secret && (status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return SKERRY_ERR_FILE_EXPOSED;
	if (status->st_size > 0 && (uint64_t)status->st_size > max)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	return status->st_size > 0 ? SKERRY_OK : SKERRY_ERR_DOCUMENT_EMPTY;
}

void
untrusted_file_free_secret(uint8_t *bytes, size_t bytes_len)
{
	if (bytes != NULL)
		sodium_memzero(bytes, bytes_len);
	free(bytes);
}

static enum skerry_err
read_regular(int file, size_t max, bool secret, uint8_t **ret_bytes, size_t *ret_len)
{
	struct stat status;
	uint8_t *bytes;
	size_t size, len = 0;
	enum skerry_err err;

	if (fstat(file, &status) != 0)
		return SKERRY_ERR_IO;
	err = check_status(&status, max, secret);
	if (err != SKERRY_OK)
		return err;
	size = (size_t)status.st_size;
	bytes = malloc(size + 1);
	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	/* One byte more than the size is asked for: a file that has grown meanwhile is noticed. */
	if (!read_up_to(file, bytes, size, size + 1, &len))
		err = SKERRY_ERR_IO;
	else if (len > size)
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	else if (len == 0)
		err = SKERRY_ERR_DOCUMENT_EMPTY;
	if (err != SKERRY_OK) {
		untrusted_file_free_secret(bytes, secret ? size + 1 : 0);
		return err;
	}
	bytes[len] = '\0';
	*ret_bytes = bytes;
	*ret_len = len;
	return SKERRY_OK;
}

/* Takes over `file`, which may be -1 with errno set. */
static enum skerry_err
read_and_close(int file, size_t max, bool secret, uint8_t **ret_bytes, size_t *ret_len)
{
	enum skerry_err err;
	int first_errno;

	if (file < 0)
		return file_error();
	err = read_regular(file, max, secret, ret_bytes, ret_len);
	first_errno = errno;
	close(file);
	errno = first_errno;
	return err;
}

enum skerry_err
untrusted_file_read(const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return read_and_close(file, max, false, ret_bytes, ret_len);
}

enum skerry_err
untrusted_file_open(const char *path, int *ret_file, uint64_t *ret_size)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), first_errno;
	struct stat status;
	enum skerry_err err;

	if (file < 0)
		return file_error();
	err = fstat(file, &status) != 0 ? SKERRY_ERR_IO : check_status(&status, SIZE_MAX, false);
	if (err == SKERRY_OK) {
		*ret_file = file;
		*ret_size = (uint64_t)status.st_size;
		return SKERRY_OK;
	}
	first_errno = errno;
	close(file);
	errno = first_errno;
	return err;
}

static enum skerry_err
read_front(int file, size_t max, uint8_t **ret_bytes, size_t *ret_len, uint64_t *ret_size)
{
	struct stat status;
	uint8_t *bytes;
	size_t room, len;
	enum skerry_err err;

	if (fstat(file, &status) != 0)
		return SKERRY_ERR_IO;
	err = check_status(&status, SIZE_MAX, false);
	if (err != SKERRY_OK)
		return err;
	room = (uint64_t)status.st_size < max ? (size_t)status.st_size : max;
	bytes = malloc(room + 1);
	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (!read_up_to(file, bytes, room, room, &len))
		err = SKERRY_ERR_IO;
	else if (len == 0)
		err = SKERRY_ERR_DOCUMENT_EMPTY;
	if (err != SKERRY_OK) {
		free(bytes);
		return err;
	}
	bytes[len] = '\0';
	*ret_bytes = bytes;
	*ret_len = len;
	*ret_size = (uint64_t)status.st_size;
	return SKERRY_OK;
}

enum skerry_err
untrusted_file_read_front(
	const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len, uint64_t *ret_size)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), first_errno;
	enum skerry_err err;

	if (file < 0)
		return file_error();
	err = read_front(file, max, ret_bytes, ret_len, ret_size);
	first_errno = errno;
	close(file);
	errno = first_errno;
	return err;
}

enum skerry_err
untrusted_file_read_secret(const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return read_and_close(file, max, true, ret_bytes, ret_len);
}

/* Folder by folder, none of them a link; where there is no openat2 (an old kernel or container). */
static int
open_stepwise(int directory, const char *name, int flags)
{
	char step[NAME_MAX + 1];
	const char *end = strchr(name, '/');
	int folder, file, first_errno;

	if (end == NULL && strcmp(name, "..") != 0)
		return openat(directory, name, flags);
	if (end == NULL || end == name || (size_t)(end - name) >= sizeof step) {
		errno = EXDEV;
		return -1;
	}
	memcpy(step, name, (size_t)(end - name));
	step[end - name] = '\0';
	if (strcmp(step, "..") == 0) {
		errno = EXDEV;
		return -1;
	}
	folder = openat(directory, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -1;
	file = open_stepwise(folder, end + 1, flags);
	first_errno = errno;
	close(folder);
	errno = first_errno;
	return file;
}

static int
open_beneath(int directory, const char *name)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long file = syscall(SYS_openat2, directory, name, &how, sizeof how);

	if (file < 0 && errno == ENOSYS)
		return open_stepwise(directory, name, (int)how.flags);
	return (int)file;
}

enum skerry_err
untrusted_file_read_at(
	int directory, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	return read_and_close(open_beneath(directory, name), max, false, ret_bytes, ret_len);
}

enum skerry_err
untrusted_file_open_at(int directory, const char *name, int *ret_file)
{
	int file = open_beneath(directory, name);
	struct stat status;
	bool known;

	if (file < 0)
		return file_error();
	known = fstat(file, &status) == 0;
	if (known && S_ISREG(status.st_mode)) {
		*ret_file = file;
		return SKERRY_OK;
	}
	close(file);
	return known ? SKERRY_ERR_FILE_NOT_REGULAR : SKERRY_ERR_IO;
}

enum skerry_err
untrusted_file_read_open(int file, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	return read_regular(file, max, false, ret_bytes, ret_len);
}

enum skerry_err
untrusted_file_read_stdin(size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	size_t room = max < STDIN_FIRST ? max : STDIN_FIRST, len = 0;
	uint8_t *bytes = NULL;

	for (;;) {
		uint8_t *grown = realloc(bytes, room + 1);
		size_t got;

		if (grown == NULL) {
			free(bytes);
			return SKERRY_ERR_NO_MEMORY;
		}
		bytes = grown;
		if (!read_up_to(STDIN_FILENO, bytes + len, room + 1 - len, room + 1 - len, &got)) {
			int first_errno = errno;

			free(bytes);
			errno = first_errno;
			return SKERRY_ERR_IO;
		}
		len += got;
		if (len <= room || room == max)
			break;
		room = room > max / 2 ? max : room * 2;
	}
	if (len == 0 || len > max) {
		free(bytes);
		return len == 0 ? SKERRY_ERR_DOCUMENT_EMPTY : SKERRY_ERR_DOCUMENT_TOO_LARGE;
	}
	bytes[len] = '\0';
	*ret_bytes = bytes;
	*ret_len = len;
	return SKERRY_OK;
}
