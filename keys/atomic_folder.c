/* SPDX-License-Identifier: ISC */
/*
 * The ends of held files wait in a file without a name: whatever ends the program takes them along,
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
#include <unistd.h>

#include "random.h"
#include "secretbox.h"

enum { BUFFER_LEN = 65536, SUFFIX_LEN = 13 /* ".new-" and 8 digits */ };

/* The end of a held file, and where it belongs. */
struct end {
	char name[ATOMIC_FOLDER_FILE_MAX + 1];
	uint64_t offset;
	uint8_t bytes[ATOMIC_FOLDER_HELD];
};

enum { ENDS_LEN = BUFFER_LEN / sizeof(struct end) };

struct atomic_folder {
	char path[ATOMIC_FOLDER_PATH_MAX + SUFFIX_LEN]; /* of the staged folder */
	char name[NAME_MAX + 1], staged[NAME_MAX + 1];  /* in `parent` */
	int parent, folder, ends, text;
	enum skerry_err err;
	int err_errno;
	struct end gathered[ENDS_LEN];
	size_t gathered_len;
	char buffer[BUFFER_LEN];
	size_t buffer_len;
};

static enum skerry_err
error_of_errno(void)
{
	switch (errno) {
	case EEXIST:
	case ENOTEMPTY:
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
		return errno == ENOENT ? SKERRY_OK : error_of_errno();
	if (fstat(folder->parent, &above) != 0)
		return error_of_errno();
	return S_ISDIR(there.st_mode) && there.st_dev == above.st_dev &&
			       is_empty(folder->parent, folder->name)
		       ? SKERRY_OK
		       : SKERRY_ERR_FILE_EXISTS;
}

static enum skerry_err
make_staged(struct atomic_folder *folder)
{
	uint8_t random[4];

	random_bytes(random, sizeof random);
	snprintf(folder->staged, sizeof folder->staged, "%.*s.new-%02x%02x%02x%02x",
		NAME_MAX - SUFFIX_LEN, folder->name, random[0], random[1], random[2], random[3]);
	if (mkdirat(folder->parent, folder->staged, 0700) != 0)
		return error_of_errno();
	folder->folder = openat(
		folder->parent, folder->staged, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder->folder < 0)
		return error_of_errno();
	folder->ends = openat(
		folder->folder, ".ends", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (folder->ends < 0 || unlinkat(folder->folder, ".ends", 0) != 0)
		return error_of_errno();
	return SKERRY_OK;
}

enum skerry_err
atomic_folder_stage(const char *path, struct atomic_folder **ret_folder)
{
	struct atomic_folder *folder = malloc(sizeof *folder);
	char above[ATOMIC_FOLDER_PATH_MAX];
	enum skerry_err err;

	if (folder == NULL)
		return SKERRY_ERR_NO_MEMORY;
	folder->parent = folder->folder = folder->ends = folder->text = -1;
	folder->err = SKERRY_OK;
	folder->gathered_len = folder->buffer_len = 0;
	folder->staged[0] = '\0';
	err = split(folder, path, above);
	if (err == SKERRY_OK) {
		folder->parent = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = folder->parent < 0 ? error_of_errno() : check_name(folder);
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

/* Creates a file; a name that is taken does not spoil the rest. */
static enum skerry_err
create(struct atomic_folder *folder, const char *name, mode_t mode, int *ret_file)
{
	size_t len = strlen(name);
	int file;

	if (folder->err != SKERRY_OK) {
		errno = folder->err_errno;
		return folder->err;
	}
	if (len == 0 || len > ATOMIC_FOLDER_FILE_MAX || strchr(name, '/') != NULL)
		return latch(folder, SKERRY_ERR_FILE_NOT_REGULAR);
	file = openat(
		folder->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (file < 0)
		return errno == EEXIST ? SKERRY_ERR_FILE_EXISTS : latch(folder, error_of_errno());
	*ret_file = file;
	return SKERRY_OK;
}

enum skerry_err
atomic_folder_put(struct atomic_folder *folder, const char *name, const uint8_t *bytes,
	size_t bytes_len, mode_t mode)
{
	int file;
	bool written;
	enum skerry_err err = create(folder, name, mode, &file);

	if (err != SKERRY_OK)
		return err;
	written = write_all(file, bytes, bytes_len);
	/* Some network file systems tell a full disk only here. */
	if (close(file) != 0 || !written)
		return latch(folder, SKERRY_ERR_IO);
	return SKERRY_OK;
}

static enum skerry_err
flush_ends(struct atomic_folder *folder)
{
	bool written = write_all(
		folder->ends, folder->gathered, folder->gathered_len * sizeof *folder->gathered);

	folder->gathered_len = 0;
	return written ? SKERRY_OK : latch(folder, SKERRY_ERR_IO);
}

enum skerry_err
atomic_folder_hold(struct atomic_folder *folder, const char *name, const uint8_t *bytes,
	size_t bytes_len, mode_t mode)
{
	uint8_t room[ATOMIC_FOLDER_HELD] = { 0 };
	struct end *end;
	int file;
	bool written;
	enum skerry_err err;

	if (bytes_len < ATOMIC_FOLDER_HELD)
		return latch(folder, SKERRY_ERR_NO_SPACE);
	err = create(folder, name, mode, &file);
	if (err != SKERRY_OK)
		return err;
	/* Zeros take the room of the end. */
	written = write_all(file, bytes, bytes_len - ATOMIC_FOLDER_HELD) &&
		  write_all(file, room, sizeof room);
	if (close(file) != 0 || !written)
		return latch(folder, SKERRY_ERR_IO);
	end = &folder->gathered[folder->gathered_len++];
	memset(end, 0, sizeof *end);
	memcpy(end->name, name, strlen(name) + 1);
	end->offset = bytes_len - ATOMIC_FOLDER_HELD;
	memcpy(end->bytes, bytes + end->offset, ATOMIC_FOLDER_HELD);
	return folder->gathered_len == ENDS_LEN ? flush_ends(folder) : SKERRY_OK;
}

static enum skerry_err
flush_text(struct atomic_folder *folder)
{
	bool written =
		folder->text < 0 || write_all(folder->text, folder->buffer, folder->buffer_len);

	secretbox_wipe(folder->buffer, folder->buffer_len);
	folder->buffer_len = 0;
	return written ? SKERRY_OK : latch(folder, SKERRY_ERR_IO);
}

static enum skerry_err
close_text(struct atomic_folder *folder)
{
	enum skerry_err err = flush_text(folder);

	if (folder->text >= 0 && close(folder->text) != 0)
		err = latch(folder, SKERRY_ERR_IO);
	folder->text = -1;
	return err;
}

enum skerry_err
atomic_folder_open(struct atomic_folder *folder, const char *name, mode_t mode)
{
	enum skerry_err err = close_text(folder);

	return err == SKERRY_OK ? create(folder, name, mode, &folder->text) : err;
}

enum skerry_err
atomic_folder_append(struct atomic_folder *folder, const char *text, size_t text_len)
{
	while (text_len > 0 && folder->err == SKERRY_OK) {
		size_t len = BUFFER_LEN - folder->buffer_len;

		if (len > text_len)
			len = text_len;
		memcpy(folder->buffer + folder->buffer_len, text, len);
		folder->buffer_len += len;
		text += len;
		text_len -= len;
		if (folder->buffer_len == BUFFER_LEN)
			flush_text(folder);
	}
	return folder->err;
}

enum skerry_err
atomic_folder_settle(struct atomic_folder *folder)
{
	if (folder->err == SKERRY_OK)
		close_text(folder);
	if (folder->err == SKERRY_OK)
		flush_ends(folder);
	if (folder->err != SKERRY_OK)
		errno = folder->err_errno;
	return folder->err;
}

static bool
write_end(int folder, const struct end *end)
{
	int file = openat(folder, end->name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	bool written = file >= 0 && pwrite(file, end->bytes, sizeof end->bytes,
					    (off_t)end->offset) == (ssize_t)sizeof end->bytes;

	return file >= 0 && close(file) == 0 && written;
}

/* Block by block, from the beginning. */
static bool
write_ends(struct atomic_folder *folder)
{
	off_t at = 0;

	for (;;) {
		ssize_t len = pread(folder->ends, folder->gathered, sizeof folder->gathered, at);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < (ssize_t)sizeof *folder->gathered)
			return len == 0;
		for (size_t i = 0; i < (size_t)len / sizeof *folder->gathered; i++)
			if (!write_end(folder->folder, &folder->gathered[i]))
				return false;
		at += (ssize_t)((size_t)len / sizeof *folder->gathered * sizeof *folder->gathered);
	}
}

static void
release(struct atomic_folder *folder)
{
	const int files[] = { folder->text, folder->ends, folder->folder, folder->parent };
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
	if (!write_ends(folder) || syncfs(folder->folder) != 0)
		err = SKERRY_ERR_IO;
	if (err == SKERRY_OK &&
		renameat(folder->parent, folder->staged, folder->parent, folder->name) != 0)
		err = error_of_errno();
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
