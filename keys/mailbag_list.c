/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mailbag_error.h"
#include "mailbag_list.h"

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_the_folder_itself(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static enum skerry_err
read_names(DIR *dir, struct mailbag_list *list)
{
	/* A damaged folder may list one name twice, or itself without end: those count as well. */
	enum { LOOKED_AT_MAX = MAILBAG_ENTRIES_MAX + 2 };
	const struct dirent *entry;

	for (size_t looked = 0;; looked++) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			return errno == 0 ? SKERRY_OK : mailbag_error();
		if (looked < LOOKED_AT_MAX && is_the_folder_itself(entry->d_name))
			continue;
		list->more = looked >= LOOKED_AT_MAX || list->names_len == MAILBAG_ENTRIES_MAX;
		if (list->more)
			return SKERRY_OK;
		list->names[list->names_len] = strdup(entry->d_name);
		if (list->names[list->names_len] == NULL)
			return SKERRY_ERR_NO_MEMORY;
		list->names_len++;
	}
}

static void
sort(struct mailbag_list *list)
{
	size_t kept = 0;

	qsort(list->names, list->names_len, sizeof *list->names, by_bytes);
	for (size_t i = 0; i < list->names_len; i++)
		if (kept > 0 && strcmp(list->names[kept - 1], list->names[i]) == 0)
			free(list->names[i]);
		else
			list->names[kept++] = list->names[i];
	list->names_len = kept;
}

enum skerry_err
mailbag_list_read(int folder, struct mailbag_list *ret_list)
{
	/* Opened anew: the descriptor given has a place in the folder of its own. */
	int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	enum skerry_err err;

	*ret_list = (struct mailbag_list){ NULL, 0, false };
	if (dir == NULL) {
		err = mailbag_error();
		if (own >= 0)
			close(own);
		return err;
	}
	ret_list->names = calloc(MAILBAG_ENTRIES_MAX, sizeof *ret_list->names);
	err = ret_list->names == NULL ? SKERRY_ERR_NO_MEMORY : read_names(dir, ret_list);
	closedir(dir);
	if (ret_list->names != NULL)
		sort(ret_list);
	return err;
}

void
mailbag_list_free(struct mailbag_list *list)
{
	for (size_t i = 0; i < list->names_len; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct mailbag_list){ NULL, 0, false };
}
