/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "mailbag_error.h"
#include "mailbag_list.h"
#include "mailbag_name.h"
#include "mailbag_remove.h"
#include "untrusted_file.h"

static bool
is_same(const struct mailbag *bag, const struct mailbag_identity *a,
	const struct mailbag_identity *b)
{
	return a->device == b->device && (!bag->inodes_last || a->inode == b->inode) &&
	       a->size == b->size && a->changed_s == b->changed_s &&
	       a->changed_ns == b->changed_ns &&
	       memcmp(a->front, b->front, MAILBAG_FRONT_HASH) == 0;
}

/* In the words of untrusted_file.h: a link or a folder has taken its place. */
static enum skerry_err
check_same(const struct mailbag *bag, const char *name, const struct mailbag_identity *identity)
{
	struct mailbag_identity now;
	int file;
	enum skerry_err err = untrusted_file_open_at(bag->folder, name, &file);

	if (err == SKERRY_ERR_FILE_NOT_REGULAR)
		return SKERRY_ERR_FILE_CHANGED;
	if (err != SKERRY_OK)
		return err;
	err = mailbag_identify(file, &now);
	close(file);
	if (err == SKERRY_ERR_DOCUMENT_EMPTY)
		return SKERRY_ERR_FILE_CHANGED;
	if (err == SKERRY_OK && !is_same(bag, &now, identity))
		err = SKERRY_ERR_FILE_CHANGED;
	return err;
}

enum skerry_err
mailbag_remove(const struct mailbag *bag, const char *name, const struct mailbag_identity *identity)
{
	enum skerry_err err;

	if (bag->writing != SKERRY_OK)
		return bag->writing;
	err = check_same(bag, name, identity);
	if (err == SKERRY_OK && unlinkat(bag->folder, name, 0) != 0)
		err = mailbag_error();
	return err;
}

static enum skerry_err
sweep_one(int folder, const char *name, size_t *removed)
{
	enum skerry_err err;
	int file;

	err = untrusted_file_open_at(folder, name, &file);
	/* Gone meanwhile; no file, so not ours; another user's, who will sweep it. */
	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_FILE_NOT_REGULAR ||
		err == SKERRY_ERR_FILE_PERMISSION)
		return SKERRY_OK;
	if (err != SKERRY_OK)
		return err;
	if (flock(file, LOCK_EX | LOCK_NB) == 0) {
		if (unlinkat(folder, name, 0) == 0)
			(*removed)++;
		else if (errno != ENOENT)
			err = mailbag_error();
	}
	close(file);
	return err;
}

enum skerry_err
mailbag_sweep(const struct mailbag *bag, size_t *ret_removed)
{
	struct mailbag_list list;
	enum skerry_err err, one;
	size_t removed = 0;

	if (bag->writing != SKERRY_OK)
		return bag->writing;
	err = mailbag_list_read(bag->folder, &list);
	for (size_t i = 0; i < list.names_len; i++) {
		if (!mailbag_name_is_drawn(list.names[i], MAILBAG_UNFINISHED))
			continue;
		one = sweep_one(bag->folder, list.names[i], &removed);
		err = err == SKERRY_OK ? one : err;
	}
	mailbag_list_free(&list);
	*ret_removed = removed;
	return err;
}
