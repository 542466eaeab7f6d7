/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mailbag.h"
#include "mailbag_error.h"
#include "mailbag_list.h"
#include "mailbag_name.h"

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

/* Not in every linux/magic.h. */
enum { MAGIC_EXFAT = 0x2011bab0, MAGIC_FUSE = 0x65735546 };

static enum skerry_err
open_folder(int root, const char *name, int *ret_folder)
{
	/* A single name: O_NOFOLLOW is all that openat2 would add. */
	int folder = openat(root, name, FOLDER_FLAGS | O_NOFOLLOW);

	if (folder < 0)
		return mailbag_error();
	*ret_folder = folder;
	return SKERRY_OK;
}

/* Of what lies on the stick, the folder in another case of letters: FILE_MISSING for none. */
static enum skerry_err
open_any_case(int root, int *ret_folder)
{
	struct mailbag_list list;
	enum skerry_err err = mailbag_list_read(root, &list), found = SKERRY_ERR_FILE_MISSING;

	for (size_t i = 0; i < list.names_len && found == SKERRY_ERR_FILE_MISSING; i++)
		if (strcasecmp(list.names[i], MAILBAG_FOLDER) == 0)
			found = open_folder(root, list.names[i], ret_folder);
	mailbag_list_free(&list);
	return found == SKERRY_ERR_FILE_MISSING && err != SKERRY_OK ? err : found;
}

static enum skerry_err
make_folder(int root, int *ret_folder, bool *ret_made)
{
	bool ours = mkdirat(root, MAILBAG_FOLDER, 0777) == 0;
	enum skerry_err err;

	/* EEXIST: another process was faster, and opens its folder to all by itself. */
	if (!ours && errno != EEXIST)
		return mailbag_error();
	err = open_folder(root, MAILBAG_FOLDER, ret_folder);
	/* For whoever comes next, as who may; a file is removed by its owner. FAT knows no modes. */
	if (err == SKERRY_OK && ours)
		(void)fchmod(*ret_folder, 01777);
	*ret_made = err == SKERRY_OK;
	return err;
}

static bool
is_called_so(const char *dir)
{
	size_t len = strlen(dir), name_len = strlen(MAILBAG_FOLDER);

	while (len > 0 && dir[len - 1] == '/')
		len--;
	return len >= name_len &&
	       strncasecmp(dir + len - name_len, MAILBAG_FOLDER, name_len) == 0 &&
	       (len == name_len || dir[len - name_len - 1] == '/');
}

static enum skerry_err
find_folder(const char *dir, bool make, struct mailbag *bag)
{
	enum skerry_err err = open_folder(bag->root, MAILBAG_FOLDER, &bag->folder);

	if (err == SKERRY_ERR_FILE_MISSING)
		err = open_any_case(bag->root, &bag->folder);
	if (err == SKERRY_ERR_FILE_MISSING && is_called_so(dir))
		err = open_folder(bag->root, ".", &bag->folder);
	if (err == SKERRY_ERR_FILE_MISSING && make)
		err = make_folder(bag->root, &bag->folder, &bag->made);
	return err;
}

/* Asked at the beginning, so that it is told once, and not for each file. */
static enum skerry_err
ask_writing(int folder)
{
	struct statvfs system;

	if (fstatvfs(folder, &system) == 0 && (system.f_flag & ST_RDONLY) != 0)
		return SKERRY_ERR_READ_ONLY;
	if (faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == 0)
		return SKERRY_OK;
	return mailbag_error();
}

/* FAT has no numbers for its files: the kernel makes some up, and others after a while. */
static bool
inodes_last(int folder)
{
	struct statfs system;

	return fstatfs(folder, &system) == 0 && system.f_type != MSDOS_SUPER_MAGIC &&
	       system.f_type != MAGIC_EXFAT && system.f_type != MAGIC_FUSE;
}

enum skerry_err
mailbag_open(const char *dir, bool make, struct mailbag *ret_bag)
{
	struct mailbag bag = { .root = -1, .folder = -1 };
	enum skerry_err err;

	bag.root = open(dir, FOLDER_FLAGS);
	err = bag.root < 0 ? mailbag_error() : find_folder(dir, make, &bag);
	if (err != SKERRY_OK) {
		mailbag_close(&bag);
		return err;
	}
	bag.writing = ask_writing(bag.folder);
	bag.inodes_last = inodes_last(bag.folder);
	*ret_bag = bag;
	return SKERRY_OK;
}

enum skerry_err
mailbag_open_bare(const char *dir, struct mailbag *ret_bag)
{
	struct mailbag bag = { .root = -1, .folder = -1, .writing = SKERRY_ERR_READ_ONLY };

	bag.folder = open(dir, FOLDER_FLAGS);
	if (bag.folder < 0)
		return mailbag_error();
	*ret_bag = bag;
	return SKERRY_OK;
}

enum skerry_err
mailbag_finish(const struct mailbag *bag)
{
	enum skerry_err err = SKERRY_OK;

	if (bag->writing != SKERRY_OK)
		return SKERRY_OK; /* nothing was written */
	/* EINVAL: a file system that cannot sync a folder has nothing to wait for. */
	if (fsync(bag->folder) != 0 && errno != EINVAL)
		err = mailbag_error();
	if (bag->made && fsync(bag->root) != 0 && errno != EINVAL && err == SKERRY_OK)
		err = mailbag_error();
	if (syncfs(bag->folder) != 0 && err == SKERRY_OK)
		err = mailbag_error();
	return err;
}

void
mailbag_close(struct mailbag *bag)
{
	int first_errno = errno;

	if (bag->folder >= 0)
		close(bag->folder);
	if (bag->root >= 0)
		close(bag->root);
	bag->root = bag->folder = -1;
	errno = first_errno;
}
