/* SPDX-License-Identifier: ISC */
#include "backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/file_error.h"

#define MAGIC "SKERRYB1"

enum { MAGIC_LEN = 8, PART_LEN = 64 << 10 };

static void
close_kept(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

static enum skerry_err
open_file(const char *path, int flags, int *ret_fd, off_t *ret_len)
{
	struct stat status;
	int fd = open(path, flags | O_NONBLOCK | O_CLOEXEC);
	enum skerry_err err = SKERRY_OK;

	if (fd < 0)
		return file_error();
	if (fstat(fd, &status) != 0)
		err = SKERRY_ERR_IO;
	else if (!S_ISREG(status.st_mode))
		err = SKERRY_ERR_FILE_NOT_REGULAR;
	else if (status.st_size > BACKUP_FILE_MAX)
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (err != SKERRY_OK) {
		close_kept(fd);
		return err;
	}
	*ret_fd = fd;
	*ret_len = status.st_size;
	return SKERRY_OK;
}

/* FILE_DAMAGED for a file that has become shorter meanwhile. */
static enum skerry_err
read_all(int fd, uint8_t *bytes, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t got = pread(fd, bytes, len, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? SKERRY_ERR_IO : SKERRY_ERR_FILE_DAMAGED;
		bytes += got;
		len -= (size_t)got;
		at += got;
	}
	return SKERRY_OK;
}

static enum skerry_err
digest_of(int fd, off_t len, uint8_t ret_digest[HASH_LEN])
{
	uint8_t *part = malloc(PART_LEN), digest[HASH_LEN] = { 0 };
	enum skerry_err err = part == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	for (off_t at = 0; at < len && err == SKERRY_OK; at += PART_LEN) {
		size_t part_len = len - at < PART_LEN ? (size_t)(len - at) : PART_LEN;

		err = read_all(fd, part, part_len, at);
		if (err == SKERRY_OK)
			hash_blake2b(digest, HASH_LEN, part, part_len, digest);
	}
	if (err == SKERRY_OK)
		memcpy(ret_digest, digest, HASH_LEN);
	free(part);
	return err;
}

static enum skerry_err
write_end(int fd, const uint8_t end[BACKUP_FILE_END_LEN], off_t at)
{
	ssize_t put;

	do
		put = pwrite(fd, end, BACKUP_FILE_END_LEN, at);
	while (put < 0 && errno == EINTR);
	if (put >= 0 && put < BACKUP_FILE_END_LEN)
		errno = ENOSPC;
	return put == BACKUP_FILE_END_LEN ? SKERRY_OK : SKERRY_ERR_IO;
}

enum skerry_err
backup_file_end(const char *path)
{
	uint8_t end[BACKUP_FILE_END_LEN];
	off_t len;
	int fd;
	enum skerry_err err = open_file(path, O_RDWR, &fd, &len);

	if (err != SKERRY_OK)
		return err;
	memcpy(end, MAGIC, MAGIC_LEN);
	err = digest_of(fd, len, end + MAGIC_LEN);
	if (err == SKERRY_OK)
		err = write_end(fd, end, len);
	close_kept(fd);
	return err;
}

enum skerry_err
backup_file_check(const char *path)
{
	uint8_t end[BACKUP_FILE_END_LEN], digest[HASH_LEN];
	off_t len;
	int fd;
	enum skerry_err err = open_file(path, O_RDONLY, &fd, &len);

	if (err != SKERRY_OK)
		return err;
	len -= BACKUP_FILE_END_LEN;
	err = len <= 0 ? SKERRY_ERR_FILE_DAMAGED : read_all(fd, end, sizeof end, len);
	if (err == SKERRY_OK && memcmp(end, MAGIC, MAGIC_LEN) != 0)
		err = SKERRY_ERR_FILE_DAMAGED;
	if (err == SKERRY_OK)
		err = digest_of(fd, len, digest);
	if (err == SKERRY_OK && memcmp(end + MAGIC_LEN, digest, HASH_LEN) != 0)
		err = SKERRY_ERR_FILE_DAMAGED;
	close_kept(fd);
	return err;
}
