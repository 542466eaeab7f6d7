/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailbag_leave.h"
#include "mailbag_error.h"

enum { DRAWS_MAX = 16, READABLE = 0644 };

/* Whether the name still leads to the open file: who sweeps may have been faster than the lock. */
static bool
is_still_named(const struct mailbag_out *out)
{
	struct stat open_one, named;

	return fstat(out->file, &open_one) == 0 &&
	       fstatat(out->folder, out->unfinished, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

/* EEXIST: another one's, or swept; the next draw is as good. */
static bool
create(struct mailbag_out *out)
{
	mailbag_name_draw(MAILBAG_UNFINISHED, out->unfinished);
	out->file = openat(out->folder, out->unfinished,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, READABLE);
	if (out->file < 0)
		return false;
	/* Where locks are not known nobody can sweep either. */
	if ((flock(out->file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
		is_still_named(out))
		return true;
	close(out->file);
	out->file = -1;
	errno = EEXIST;
	return false;
}

/*
 * Takes the room, so that a full stick shows at once. Not posix_fallocate: where FAT cannot do it that
 * would write the file twice.
 */
static bool
reserve(int file, uint64_t len)
{
	if (len == 0 || len > INT64_MAX)
		return true;
	if (fallocate(file, FALLOC_FL_KEEP_SIZE, 0, (off_t)len) == 0)
		return true;
	return errno != ENOSPC && errno != EDQUOT && errno != EFBIG;
}

enum skerry_err
mailbag_leave_begin(const struct mailbag *bag, uint64_t expected_len, struct mailbag_out *ret_out)
{
	struct mailbag_out out = { .folder = bag->folder, .file = -1 };
	bool created = false;

	if (bag->writing != SKERRY_OK)
		return bag->writing;
	for (int i = 0; !created && i < DRAWS_MAX; i++) {
		created = create(&out);
		if (!created && errno != EEXIST)
			break;
	}
	if (!created)
		return mailbag_error();
	/* Others carry it on: what it holds is signed and sealed. FAT knows neither users nor modes. */
	if (bag->is_for)
		(void)!fchown(out.file, bag->user, bag->group);
	if (fchmod(out.file, READABLE) != 0 && errno == EIO)
		out.err = mailbag_error();
	if (out.err == SKERRY_OK && !reserve(out.file, expected_len))
		out.err = mailbag_error();
	if (out.err != SKERRY_OK) {
		mailbag_leave_drop(&out);
		return out.err;
	}
	*ret_out = out;
	return SKERRY_OK;
}

bool
mailbag_leave_put(struct mailbag_out *out, const uint8_t *bytes, size_t bytes_len)
{
	while (out->err == SKERRY_OK && bytes_len > 0) {
		ssize_t written = write(out->file, bytes, bytes_len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			out->err = mailbag_error();
			break;
		}
		bytes += written;
		bytes_len -= (size_t)written;
	}
	return out->err == SKERRY_OK;
}

static bool
move_to_new(const struct mailbag_out *out, const char *name)
{
	struct stat status;

	if (renameat2(out->folder, out->unfinished, out->folder, name, RENAME_NOREPLACE) == 0)
		return true;
	/* FAT in user space may not know that flag, nor links: then the draw has to be enough. */
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (fstatat(out->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return false;
	}
	return renameat(out->folder, out->unfinished, out->folder, name) == 0;
}

static bool
move_to_drawn(const struct mailbag_out *out, char ret_name[MAILBAG_DRAWN_ROOM])
{
	char name[MAILBAG_DRAWN_ROOM];

	for (int i = 0; i < DRAWS_MAX; i++) {
		mailbag_name_draw(MAILBAG_MAIL, name);
		if (move_to_new(out, name)) {
			snprintf(ret_name, MAILBAG_DRAWN_ROOM, "%s", name);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	return false;
}

/* The name, that of a text or one that is drawn. */
static enum skerry_err
end(struct mailbag_out *out, const char *text_name, char ret_name[MAILBAG_DRAWN_ROOM])
{
	enum skerry_err err = out->err;
	bool moved = false;

	if (err == SKERRY_OK && fsync(out->file) != 0)
		err = mailbag_error();
	if (err == SKERRY_OK) {
		if (text_name == NULL)
			moved = move_to_drawn(out, ret_name);
		else
			moved = renameat(out->folder, out->unfinished, out->folder, text_name) == 0;
		if (!moved)
			err = mailbag_error();
	}
	if (moved) {
		out->unfinished[0] = '\0'; /* it has its name now */
		/* EINVAL: a file system that cannot sync a folder has nothing to wait for. */
		if (fsync(out->folder) != 0 && errno != EINVAL)
			err = mailbag_error();
	}
	mailbag_leave_drop(out);
	return err;
}

enum skerry_err
mailbag_leave_end(struct mailbag_out *out, char ret_name[MAILBAG_DRAWN_ROOM])
{
	char name[MAILBAG_DRAWN_ROOM];
	enum skerry_err err = end(out, NULL, name);

	if (err == SKERRY_OK)
		snprintf(ret_name, MAILBAG_DRAWN_ROOM, "%s", name);
	return err;
}

enum skerry_err
mailbag_leave_end_as(struct mailbag_out *out, const char *name)
{
	return end(out, name, NULL);
}

void
mailbag_leave_drop(struct mailbag_out *out)
{
	int first_errno = errno;

	if (out->file >= 0) {
		if (out->unfinished[0] != '\0')
			unlinkat(out->folder, out->unfinished, 0);
		close(out->file);
	}
	out->file = -1;
	errno = first_errno;
}

enum skerry_err
mailbag_leave(const struct mailbag *bag, const uint8_t *bytes, size_t bytes_len,
	char ret_name[MAILBAG_DRAWN_ROOM])
{
	struct mailbag_out out = { .folder = -1, .file = -1 };
	enum skerry_err err = mailbag_leave_begin(bag, bytes_len, &out);

	if (err != SKERRY_OK)
		return err;
	mailbag_leave_put(&out, bytes, bytes_len);
	return mailbag_leave_end(&out, ret_name);
}
