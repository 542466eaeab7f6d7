/* SPDX-License-Identifier: ISC */
#include "mark_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/checked.h"
#include "keys/file_error.h"

#define MAGIC "SKERRYM2"
#define MAGIC_BEFORE "SKERRYM1" /* without the highest numbers */

enum {
	MAGIC_LEN = 8,
	HASH_AT = MAGIC_LEN + 3 * 8,
	DESK_AT = HASH_AT + HASH_LEN,
	SEAL_AT = DESK_AT + MARK_DESK_LEN,
	HIGH_AT = SEAL_AT + MARK_SEAL_LEN,
	CONTENT_LEN = HIGH_AT + 3 * 8,
	BEFORE_LEN = HIGH_AT + CHECKED_LEN,
	SLOT_LEN = CONTENT_LEN + CHECKED_LEN,
	SLOTS = 2,
	SLOT_STEP = 4096, /* slots share no sector, so that no write can tear both */
	FOLDER_MAX = 4096
};

enum slot_state { SLOT_EMPTY, SLOT_TORN, SLOT_WHOLE };

struct slot {
	enum slot_state state;
	uint64_t write; /* its number; the highest one counts */
	struct mark mark;
};

static void
put_number(uint8_t *bytes, uint64_t number)
{
	for (int i = 7; i >= 0; i--, number >>= 8)
		bytes[i] = (uint8_t)number;
}

static uint64_t
get_number(const uint8_t *bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return number;
}

static bool
is_zero(const uint8_t *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len == 0;
}

/* Whether the slot's bytes are whole. */
static bool
read_content(const uint8_t bytes[SLOT_LEN], struct slot *slot)
{
	bool has_high = memcmp(bytes, MAGIC_BEFORE, MAGIC_LEN) != 0;
	struct cbor_bytes content;

	if (checked_strip(bytes, has_high ? SLOT_LEN : BEFORE_LEN, &content) != SKERRY_OK ||
		(has_high && memcmp(content.data, MAGIC, MAGIC_LEN) != 0))
		return false;
	slot->write = get_number(bytes + MAGIC_LEN);
	slot->mark = (struct mark){ .seq = (int64_t)get_number(bytes + MAGIC_LEN + 8),
		.at = (int64_t)get_number(bytes + MAGIC_LEN + 16),
		.has_high = has_high };
	memcpy(slot->mark.hash, bytes + HASH_AT, HASH_LEN);
	memcpy(slot->mark.desk, bytes + DESK_AT, MARK_DESK_LEN);
	memcpy(slot->mark.seal, bytes + SEAL_AT, MARK_SEAL_LEN);
	if (has_high)
		slot->mark.high =
			(struct mark_high){ .status_next = (int64_t)get_number(bytes + HIGH_AT),
				.activation_next = (int64_t)get_number(bytes + HIGH_AT + 8),
				.edition = (int64_t)get_number(bytes + HIGH_AT + 16) };
	return true;
}

static enum skerry_err
read_slot(int fd, int number, struct slot *ret_slot)
{
	uint8_t bytes[SLOT_LEN] = { 0 };
	struct slot slot = { .state = SLOT_TORN };
	ssize_t got;

	do
		got = pread(fd, bytes, sizeof bytes, (off_t)number * SLOT_STEP);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return SKERRY_ERR_IO;
	if (is_zero(bytes, sizeof bytes))
		slot.state = SLOT_EMPTY;
	else if (read_content(bytes, &slot))
		slot.state = SLOT_WHOLE;
	*ret_slot = slot;
	return SKERRY_OK;
}

/* The slot that was written last; -1 when none is whole. */
static enum skerry_err
read_slots(int fd, struct slot ret_slots[SLOTS], int *ret_last)
{
	int last = -1;

	for (int i = 0; i < SLOTS; i++) {
		enum skerry_err err = read_slot(fd, i, &ret_slots[i]);

		if (err != SKERRY_OK)
			return err;
		if (ret_slots[i].state == SLOT_WHOLE &&
			(last < 0 || ret_slots[i].write > ret_slots[last].write))
			last = i;
	}
	*ret_last = last;
	return SKERRY_OK;
}

static enum skerry_err
write_slot(const struct mark_file *file, int number, uint64_t write_number, const struct mark *mark)
{
	uint8_t bytes[SLOT_LEN];
	size_t len = mark->has_high ? CONTENT_LEN : HIGH_AT;
	ssize_t put;

	memcpy(bytes, mark->has_high ? MAGIC : MAGIC_BEFORE, MAGIC_LEN);
	put_number(bytes + MAGIC_LEN, write_number);
	put_number(bytes + MAGIC_LEN + 8, (uint64_t)mark->seq);
	put_number(bytes + MAGIC_LEN + 16, (uint64_t)mark->at);
	memcpy(bytes + HASH_AT, mark->hash, HASH_LEN);
	memcpy(bytes + DESK_AT, mark->desk, MARK_DESK_LEN);
	memcpy(bytes + SEAL_AT, mark->seal, MARK_SEAL_LEN);
	if (mark->has_high) {
		put_number(bytes + HIGH_AT, (uint64_t)mark->high.status_next);
		put_number(bytes + HIGH_AT + 8, (uint64_t)mark->high.activation_next);
		put_number(bytes + HIGH_AT + 16, (uint64_t)mark->high.edition);
	}
	checked_append(bytes, &len);
	do
		put = pwrite(file->fd, bytes, len, (off_t)number * SLOT_STEP);
	while (put < 0 && errno == EINTR);
	if (put != (ssize_t)len || (!file->lazy && fdatasync(file->fd) != 0))
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

static enum skerry_err
lock(int fd, int how)
{
	int locked;

	do
		locked = flock(fd, how);
	while (locked != 0 && errno == EINTR);
	return locked == 0 ? SKERRY_OK : SKERRY_ERR_IO;
}

static void
unlock(int fd)
{
	int saved = errno;

	flock(fd, LOCK_UN);
	errno = saved;
}

/* A new file's name is durable only with its folder. */
static enum skerry_err
sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[FOLDER_MAX] = ".";
	int fd;
	bool synced;

	if (slash != NULL && snprintf(folder, sizeof folder, "%.*s",
				     slash == path ? 1 : (int)(slash - path), path) >= FOLDER_MAX)
		return SKERRY_ERR_FILE_MISSING;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	synced = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return synced ? SKERRY_OK : SKERRY_ERR_IO;
}

/* Takes its room now, so that a full disk shows before the first mark and never later. */
static enum skerry_err
make_room(int fd, const char *path)
{
	int failed;

	do
		failed = posix_fallocate(fd, 0, (SLOTS - 1) * SLOT_STEP + SLOT_LEN);
	while (failed == EINTR);
	if (failed != 0 && failed != EINVAL && failed != EOPNOTSUPP) {
		errno = failed;
		return SKERRY_ERR_IO;
	}
	return sync_folder_of(path);
}

enum skerry_err
mark_file_open(const char *path, bool make, struct mark_file *ret_file)
{
	struct mark_file file = { .fd = -1 };
	struct stat status;
	enum skerry_err err = SKERRY_OK;

	file.fd = open(
		path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
	if (file.fd < 0)
		return file_error();
	if (fstat(file.fd, &status) != 0)
		err = SKERRY_ERR_IO;
	else if (!S_ISREG(status.st_mode))
		err = SKERRY_ERR_FILE_NOT_REGULAR;
	else if (make && status.st_size == 0)
		err = make_room(file.fd, path);
	if (err == SKERRY_OK)
		*ret_file = file;
	else
		mark_file_close(&file);
	return err;
}

void
mark_file_close(struct mark_file *file)
{
	int saved = errno;

	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	errno = saved;
}

enum skerry_err
mark_file_read(const struct mark_file *file, struct mark *ret_mark)
{
	struct slot slots[SLOTS];
	int last = -1;
	enum skerry_err err = lock(file->fd, LOCK_SH);

	if (err != SKERRY_OK)
		return err;
	err = read_slots(file->fd, slots, &last);
	unlock(file->fd);
	if (err != SKERRY_OK)
		return err;
	if (last < 0)
		return slots[0].state == SLOT_EMPTY && slots[1].state == SLOT_EMPTY
			       ? SKERRY_ERR_FILE_MISSING
			       : SKERRY_ERR_FILE_DAMAGED;
	*ret_mark = slots[last].mark;
	return SKERRY_OK;
}

/* Into the other slot, so that the mark before it stands until this one is whole. */
static enum skerry_err
write_next(const struct mark_file *file, const struct slot slots[SLOTS], int last,
	const struct mark *mark)
{
	enum skerry_err err;

	if (last < 0)
		return write_slot(file, 0, 1, mark);
	if (slots[last].write < UINT64_MAX)
		return write_slot(file, 1 - last, slots[last].write + 1, mark);
	/* No file gets so far by itself. The number that nothing exceeds goes last. */
	err = write_slot(file, 1 - last, 1, mark);
	return err == SKERRY_OK ? write_slot(file, last, 2, mark) : err;
}

static enum skerry_err
put(const struct mark_file *file, const struct mark *mark, bool lower_too)
{
	struct slot slots[SLOTS];
	int last = -1;
	enum skerry_err err = lock(file->fd, LOCK_EX);

	if (err != SKERRY_OK)
		return err;
	err = read_slots(file->fd, slots, &last);
	if (err == SKERRY_OK && (last < 0 || lower_too || slots[last].mark.seq < mark->seq))
		err = write_next(file, slots, last, mark);
	unlock(file->fd);
	return err;
}

enum skerry_err
mark_file_raise(const struct mark_file *file, const struct mark *mark)
{
	return put(file, mark, false);
}

enum skerry_err
mark_file_replace(const struct mark_file *file, const struct mark *mark)
{
	return put(file, mark, true);
}
