/* SPDX-License-Identifier: ISC */
#include "folder_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/atomic_file.h"

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW };

enum skerry_err
folder_files_error(void)
{
	switch (errno) {
	case ENOENT:
		return SKERRY_ERR_STORE_MISSING;
	case ENOTDIR:
	case ELOOP:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	default:
		return SKERRY_ERR_IO;
	}
}

enum skerry_err
folder_files_put(
	int above, const char *folder, const char *name, const uint8_t *bytes, size_t bytes_len)
{
	int directory = openat(above, folder, FOLDER_FLAGS), first_errno;
	enum skerry_err err;

	if (directory < 0)
		return folder_files_error();
	err = atomic_file_write_at(directory, name, bytes, bytes_len, 0600, true);
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}

enum skerry_err
folder_files_drop(int above, const char *folder, const char *name)
{
	int directory = openat(above, folder, FOLDER_FLAGS), first_errno;
	enum skerry_err err = SKERRY_OK;

	if (directory < 0)
		return folder_files_error();
	/* Where none is there, none is to be made sure of. */
	if (unlinkat(directory, name, 0) == 0 ? fsync(directory) != 0 : errno != ENOENT)
		err = folder_files_error();
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}

/* What a path has before and behind its '/'; its form is one of those that documents have. */
static bool
split_path(const char *path, char ret_folder[DOCUMENTS_NAME_MAX], const char **ret_name)
{
	static const char *const FORMS[][2] = { { FOLDER_LICENSES, FOLDER_LICENSE_END },
		{ FOLDER_LICENSES, FOLDER_EXTENSION_END },
		{ FOLDER_MANIFESTS, FOLDER_MANIFEST_END }, { FOLDER_REPLIES, FOLDER_REPLY_END },
		{ FOLDER_STATUSES, FOLDER_STATUS_END } };

	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
		size_t len = strlen(FORMS[i][0]);
		const char *name = path + len + 1;

		if (strncmp(path, FORMS[i][0], len) != 0 || path[len] != '/' || *name == '.' ||
			strchr(name, '/') != NULL || !folder_files_ends_with(name, FORMS[i][1]))
			continue;
		memcpy(ret_folder, FORMS[i][0], len + 1);
		*ret_name = name;
		return true;
	}
	return false;
}

enum skerry_err
folder_files_put_path(int above, const char *path, const uint8_t *bytes, size_t bytes_len)
{
	char folder[DOCUMENTS_NAME_MAX];
	const char *name;

	if (!split_path(path, folder, &name))
		return SKERRY_ERR_STORE_DAMAGED;
	return folder_files_put(above, folder, name, bytes, bytes_len);
}

enum skerry_err
folder_files_drop_path(int above, const char *path)
{
	char folder[DOCUMENTS_NAME_MAX];
	const char *name;

	if (!split_path(path, folder, &name))
		return SKERRY_ERR_STORE_DAMAGED;
	return folder_files_drop(above, folder, name);
}

bool
folder_files_ends_with(const char *name, const char *end)
{
	size_t name_len = strlen(name), end_len = strlen(end);

	return name_len > end_len && name_len < DOCUMENTS_NAME_MAX &&
	       strcmp(name + name_len - end_len, end) == 0;
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
list_names(DIR *listing, const char *end, struct folder_names *names)
{
	const struct dirent *entry;

	while ((entry = readdir(listing)) != NULL) {
		if (entry->d_name[0] == '.' || !folder_files_ends_with(entry->d_name, end))
			continue;
		names->more = names->len == DOCUMENTS_FILES_MAX;
		if (names->more)
			return;
		memcpy(names->list[names->len++], entry->d_name, strlen(entry->d_name) + 1);
	}
}

enum skerry_err
folder_files_list(int above, const char *folder, const char *end, struct folder_names **ret_names)
{
	int directory = openat(above, folder, FOLDER_FLAGS);
	struct folder_names *names;
	DIR *listing = NULL;

	/* Who may only read has nothing in a folder that is gone. */
	if (directory < 0 && errno != ENOENT)
		return folder_files_error();
	if (directory >= 0 && (listing = fdopendir(directory)) == NULL) {
		close(directory);
		return SKERRY_ERR_NO_MEMORY;
	}
	names = malloc(sizeof *names);
	if (names != NULL) {
		names->len = 0;
		names->more = false;
		if (listing != NULL)
			list_names(listing, end, names);
		qsort(names->list, names->len, sizeof *names->list, name_order);
		*ret_names = names;
	}
	if (listing != NULL)
		closedir(listing);
	return names == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
}
