/* SPDX-License-Identifier: ISC */
/*
 * Held files wait in one file without a name, the spool: whatever ends the program takes it along,
 * and memory does not grow with their number.
 */
#include "atomic_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file_error.h"
#include "random.h"
#include "secretbox.h"

enum {
	BUFFER_LEN = 65536,
	SUFFIX_LEN = 13,     /* ".new-" and 8 digits */
	OVERHEAD_LEN = 1024, /* of a file beside its blocks: its entry, on some disks its inode */
	COPY_MODE = 0666
};

/* What stands in the spool before a held file's bytes. */
struct held {
	uint64_t bytes_len;
	mode_t mode;
	char name[ATOMIC_FOLDER_FILE_MAX + 1];
};

/* A file that is written or read from its beginning to its end. */
struct stream {
	int file;
	size_t at, len; /* of the buffer; `at` where it is read */
	uint8_t buffer[BUFFER_LEN];
};

struct atomic_folder {
	char path[ATOMIC_FOLDER_PATH_MAX + SUFFIX_LEN]; /* of the staged folder */
	char name[NAME_MAX + 1], staged[NAME_MAX + 1];  /* in `parent` */
	int parent, folder;
	enum skerry_err err;
	int err_errno;
	uint64_t block_len, held_len, held_files; /* held_len: as they will lie on the disk */
	struct stream spool, text;
};

/* The first error stays, with its errno. */
static enum skerry_err
latch(struct atomic_folder *folder, enum skerry_err err)
{
	if (err != SKERRY_OK && folder->err == SKERRY_OK) {
		folder->err = err;
		folder->err_errno = errno;
	}
	return err;
}

static bool
write_all(int file, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	while (len > 0) {
		ssize_t written = write(file, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		len -= (size_t)written;
	}
	return true;
}

/* Splits into the folder above and the last name; slashes at the end do not count. */
static enum skerry_err
split(struct atomic_folder *folder, const char *path, char ret_above[ATOMIC_FOLDER_PATH_MAX])
{
	size_t len = strlen(path), start;

	while (len > 1 && path[len - 1] == '/')
		len--;
	for (start = len; start > 0 && path[start - 1] != '/';)
		start--;
	if (len >= ATOMIC_FOLDER_PATH_MAX || len - start + SUFFIX_LEN > NAME_MAX) {
		errno = ENAMETOOLONG;
		return SKERRY_ERR_IO;
	}
	memcpy(folder->name, path + start, len - start);
	folder->name[len - start] = '\0';
	memcpy(ret_above, path, start);
	ret_above[start] = '\0';
	if (start == 0)
		memcpy(ret_above, ".", 2);
	/* What has no name of its own is there already. */
	if (folder->name[0] == '\0' || folder->name[0] == '/' || strcmp(folder->name, ".") == 0 ||
		strcmp(folder->name, "..") == 0)
		return SKERRY_ERR_FILE_EXISTS;
	return SKERRY_OK;
}

static bool
is_empty(int parent, const char *name)
{
	int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = file < 0 ? NULL : fdopendir(file);
	bool empty = entries != NULL;

	if (entries == NULL) {
		if (file >= 0)
			close(file);
		return false;
	}
	for (const struct dirent *entry; empty && (entry = readdir(entries)) != NULL;)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(entries);
	return empty;
}

/* Nothing, or a folder that a rename can replace: empty, and no other file system's root. */
static enum skerry_err
check_name(const struct atomic_folder *folder)
{
	struct stat there, above;

	if (fstatat(folder->parent, folder->name, &there, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? SKERRY_OK : file_error();
	if (fstat(folder->parent, &above) != 0)
		return file_error();
	return S_ISDIR(there.st_mode) && there.st_dev == above.st_dev &&
			       is_empty(folder->parent, folder->name)
		       ? SKERRY_OK
		       : SKERRY_ERR_FILE_EXISTS;
}

/* A file without a name. */
static enum skerry_err
open_spool(struct atomic_folder *folder)
{
	folder->spool.file = openat(
		folder->folder, ".spool", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (folder->spool.file < 0 || unlinkat(folder->folder, ".spool", 0) != 0)
		return file_error();
	return SKERRY_OK;
}

static enum skerry_err
make_staged(struct atomic_folder *folder)
{
	struct statvfs info;
	uint8_t random[4];

	random_bytes(random, sizeof random);
	snprintf(folder->staged, sizeof folder->staged, "%.*s.new-%02x%02x%02x%02x",
		NAME_MAX - SUFFIX_LEN, folder->name, random[0], random[1], random[2], random[3]);
	if (mkdirat(folder->parent, folder->staged, 0700) != 0)
		return file_error();
	folder->folder = openat(
		folder->parent, folder->staged, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder->folder < 0)
		return file_error();
	if (fstatvfs(folder->folder, &info) != 0)
		return file_error();
	folder->block_len = info.f_frsize == 0 ? 1 : info.f_frsize;
	return open_spool(folder);
}

enum skerry_err
atomic_folder_stage(const char *path, struct atomic_folder **ret_folder)
{
	struct atomic_folder *folder = malloc(sizeof *folder);
	char above[ATOMIC_FOLDER_PATH_MAX];
	enum skerry_err err;

	if (folder == NULL)
		return SKERRY_ERR_NO_MEMORY;
	folder->parent = folder->folder = folder->spool.file = folder->text.file = -1;
	folder->err = SKERRY_OK;
	folder->held_len = folder->held_files = 0;
	folder->spool.at = folder->spool.len = folder->text.at = folder->text.len = 0;
	folder->staged[0] = '\0';
	err = split(folder, path, above);
	if (err == SKERRY_OK) {
		folder->parent = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = folder->parent < 0 ? file_error() : check_name(folder);
	}
	if (err == SKERRY_OK)
		err = make_staged(folder);
	if (err != SKERRY_OK) {
		atomic_folder_drop(folder);
		return err;
	}
	snprintf(folder->path, sizeof folder->path, "%s%s", strcmp(above, ".") == 0 ? "" : above,
		folder->staged);
	*ret_folder = folder;
	return SKERRY_OK;
}

static enum skerry_err
flush(struct atomic_folder *folder, struct stream *stream)
{
	bool written = stream->len == 0 || write_all(stream->file, stream->buffer, stream->len);

	/* Keys pass through here. */
	secretbox_wipe(stream->buffer, stream->len);
	stream->len = 0;
	return written ? SKERRY_OK : latch(folder, SKERRY_ERR_IO);
}

static enum skerry_err
append(struct atomic_folder *folder, struct stream *stream, const void *data, size_t data_len)
{
	const uint8_t *bytes = data;

	while (data_len > 0 && folder->err == SKERRY_OK) {
		size_t len = BUFFER_LEN - stream->len;

		if (len > data_len)
			len = data_len;
		memcpy(stream->buffer + stream->len, bytes, len);
		stream->len += len;
		bytes += len;
		data_len -= len;
		if (stream->len == BUFFER_LEN)
			flush(folder, stream);
	}
	return folder->err;
}

/* The error that stays, if there is one; else whether a file may have that name. */
static enum skerry_err
check_file(struct atomic_folder *folder, const char *name)
{
	size_t len = strlen(name);

	if (folder->err != SKERRY_OK)
		errno = folder->err_errno;
	else if (len == 0 || len > ATOMIC_FOLDER_FILE_MAX || strchr(name, '/') != NULL)
		latch(folder, SKERRY_ERR_FILE_NOT_REGULAR);
	return folder->err;
}

enum skerry_err
atomic_folder_hold(struct atomic_folder *folder, const char *name, const uint8_t *bytes,
	size_t bytes_len, mode_t mode)
{
	struct held held = { .bytes_len = bytes_len, .mode = mode };
	enum skerry_err err = check_file(folder, name);

	if (err != SKERRY_OK)
		return err;
	memcpy(held.name, name, strlen(name));
	folder->held_files++;
	folder->held_len +=
		(bytes_len + folder->block_len - 1) / folder->block_len * folder->block_len +
		OVERHEAD_LEN;
	append(folder, &folder->spool, &held, sizeof held);
	return append(folder, &folder->spool, bytes, bytes_len);
}

static enum skerry_err
close_text(struct atomic_folder *folder)
{
	enum skerry_err err = flush(folder, &folder->text);

	/* Some network file systems tell a full disk only here. */
	if (folder->text.file >= 0 && close(folder->text.file) != 0)
		err = latch(folder, SKERRY_ERR_IO);
	folder->text.file = -1;
	return err;
}

static int
create(const struct atomic_folder *folder, const char *name, mode_t mode)
{
	return openat(
		folder->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

enum skerry_err
atomic_folder_open(struct atomic_folder *folder, const char *name, mode_t mode)
{
	enum skerry_err err = check_file(folder, name);

	if (err == SKERRY_OK)
		err = close_text(folder);
	if (err != SKERRY_OK)
		return err;
	folder->text.file = create(folder, name, mode);
	return folder->text.file < 0 ? latch(folder, file_error()) : SKERRY_OK;
}

enum skerry_err
atomic_folder_append(struct atomic_folder *folder, const char *text, size_t text_len)
{
	return append(folder, &folder->text, text, text_len);
}

/* File systems that make inodes as they need them count none. */
static enum skerry_err
check_room(struct atomic_folder *folder)
{
	struct statvfs info;

	if (fstatvfs(folder->folder, &info) != 0)
		return latch(folder, file_error());
	if (folder->held_len / folder->block_len < info.f_bavail &&
		(info.f_files == 0 || folder->held_files <= info.f_favail))
		return SKERRY_OK;
	errno = ENOSPC;
	return latch(folder, SKERRY_ERR_IO);
}

enum skerry_err
atomic_folder_settle(struct atomic_folder *folder)
{
	if (folder->err == SKERRY_OK)
		close_text(folder);
	if (folder->err == SKERRY_OK)
		flush(folder, &folder->spool);
	if (folder->err == SKERRY_OK)
		check_room(folder);
	if (folder->err != SKERRY_OK)
		errno = folder->err_errno;
	return folder->err;
}

/* What is read next, at most `max` bytes of it; none at the end. False: it cannot be read. */
static bool
read_some(struct stream *stream, size_t max, const uint8_t **ret_bytes, size_t *ret_len)
{
	if (stream->at == stream->len) {
		ssize_t len;

		do
			len = read(stream->file, stream->buffer, BUFFER_LEN);
		while (len < 0 && errno == EINTR);
		if (len < 0)
			return false;
		stream->at = 0;
		stream->len = (size_t)len;
	}
	*ret_bytes = stream->buffer + stream->at;
	*ret_len = stream->len - stream->at < max ? stream->len - stream->at : max;
	stream->at += *ret_len;
	return true;
}

/* All of a held file's bytes, to `file`; -1: passed over. */
static bool
copy_bytes(struct stream *spool, uint64_t len, int file)
{
	while (len > 0) {
		const uint8_t *bytes;
		size_t some;

		if (!read_some(spool, len < BUFFER_LEN ? (size_t)len : BUFFER_LEN, &bytes, &some))
			return false;
		if (some == 0) {
			errno = EIO;
			return false;
		}
		if (file >= 0 && !write_all(file, bytes, some))
			return false;
		len -= some;
	}
	return true;
}

/* A name that was held before is that file already. */
static bool
write_held(struct atomic_folder *folder, const struct held *held)
{
	int file = create(folder, held->name, held->mode), first_errno;
	bool written;

	if (file < 0)
		return errno == EEXIST && copy_bytes(&folder->spool, held->bytes_len, -1);
	written = copy_bytes(&folder->spool, held->bytes_len, file);
	first_errno = errno;
	if (close(file) == 0 && written)
		return true;
	/* No half of a document lies about. */
	if (!written)
		errno = first_errno;
	first_errno = errno;
	unlinkat(folder->folder, held->name, 0);
	errno = first_errno;
	return false;
}

static bool
read_held(struct stream *spool, struct held *ret_held, bool *ret_more)
{
	size_t len = 0;

	while (len < sizeof *ret_held) {
		const uint8_t *bytes;
		size_t some;

		if (!read_some(spool, sizeof *ret_held - len, &bytes, &some))
			return false;
		if (some == 0)
			break;
		memcpy((uint8_t *)ret_held + len, bytes, some);
		len += some;
	}
	*ret_more = len > 0;
	errno = EIO;
	return len == 0 || len == sizeof *ret_held;
}

/* From the beginning of the spool. */
static bool
write_all_held(struct atomic_folder *folder)
{
	struct held held;
	bool more = true;

	if (lseek(folder->spool.file, 0, SEEK_SET) != 0)
		return false;
	while (more)
		if (!read_held(&folder->spool, &held, &more) ||
			(more && !write_held(folder, &held)))
			return false;
	return true;
}

static void
release(struct atomic_folder *folder)
{
	const int files[] = { folder->text.file, folder->spool.file, folder->folder,
		folder->parent };
	int first_errno = errno;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i] >= 0)
			close(files[i]);
	secretbox_wipe(folder, sizeof *folder);
	free(folder);
	errno = first_errno;
}

enum skerry_err
atomic_folder_keep(struct atomic_folder *folder)
{
	enum skerry_err err = SKERRY_OK;

	/* One call for all files, or 100,000 of them would wait for the disk one by one. */
	if (!write_all_held(folder) || syncfs(folder->folder) != 0)
		err = SKERRY_ERR_IO;
	if (err == SKERRY_OK &&
		renameat(folder->parent, folder->staged, folder->parent, folder->name) != 0)
		err = file_error();
	/* EINVAL: a file system that cannot sync a folder has nothing to wait for. */
	if (err == SKERRY_OK && fsync(folder->parent) != 0 && errno != EINVAL)
		err = SKERRY_ERR_IO;
	release(folder);
	return err;
}

static void
remove_staged(struct atomic_folder *folder)
{
	int file = fcntl(folder->folder, F_DUPFD_CLOEXEC, 0);
	DIR *entries = file < 0 ? NULL : fdopendir(file);

	if (entries == NULL) {
		if (file >= 0)
			close(file);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
		unlinkat(folder->folder, entry->d_name, 0);
	closedir(entries);
	unlinkat(folder->parent, folder->staged, AT_REMOVEDIR);
}

void
atomic_folder_drop(struct atomic_folder *folder)
{
	int first_errno = errno;

	if (folder == NULL)
		return;
	if (folder->folder >= 0)
		remove_staged(folder);
	else if (folder->staged[0] != '\0')
		unlinkat(folder->parent, folder->staged, AT_REMOVEDIR);
	errno = first_errno;
	release(folder);
}

const char *
atomic_folder_staged_path(const struct atomic_folder *folder)
{
	return folder->path;
}
