/* SPDX-License-Identifier: ISC */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/file_error.h"

enum { TREE_DEPTH = 8 };

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

enum skerry_err
folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced ? SKERRY_OK : SKERRY_ERR_IO;
}

/* The folder around `path`, which ends in no slash. */
static void
parent_of(const char *path, char ret_parent[DESK_PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(ret_parent, DESK_PATH_MAX, ".");
	else
		snprintf(ret_parent, DESK_PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path),
			path);
}

/* rename(2) replaces an empty folder and nothing else. */
enum skerry_err
folder_take_name(const char *from, const char *to)
{
	char parent[DESK_PATH_MAX];
	enum skerry_err err = folder_sync(from);

	if (err != SKERRY_OK)
		return err;
	if (rename(from, to) != 0)
		return errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
			       ? SKERRY_ERR_FILE_EXISTS
			       : SKERRY_ERR_IO;
	parent_of(to, parent);
	return folder_sync(parent);
}

bool
folder_is_free(const char *path)
{
	DIR *folder = opendir(path);
	size_t count = 0;

	if (folder == NULL)
		return errno == ENOENT;
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count <= 2; /* "." and ".." */
}

enum skerry_err
folder_name(const char *path, char ret_path[DESK_PATH_MAX])
{
	if (snprintf(ret_path, DESK_PATH_MAX, "%s", path) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	for (size_t len = strlen(ret_path); len > 1 && ret_path[len - 1] == '/'; len--)
		ret_path[len - 1] = '\0';
	return SKERRY_OK;
}

enum skerry_err
folder_make(const char *path, const char *suffix, char ret_path[DESK_PATH_MAX])
{
	if (snprintf(ret_path, DESK_PATH_MAX, "%s%s-XXXXXX", path, suffix) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	if (mkdtemp(ret_path) == NULL)
		return file_error();
	return SKERRY_OK;
}

void
folder_remove(const char *path)
{
	int saved = errno;

	nftw(path, remove_entry, TREE_DEPTH, FTW_DEPTH | FTW_PHYS);
	errno = saved;
}
