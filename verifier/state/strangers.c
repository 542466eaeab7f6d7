/* SPDX-License-Identifier: ISC */
#include "strangers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "folder_files.h"
#include "leftovers.h"
#include "seats.h"
#include "tokens.h"

static bool
is_ours(const char *name)
{
	static const char *const NAMES[] = { DOCUMENTS_ANCHOR, "manifests", "licenses", "replies",
		"statuses", "site.key", "opening.key", "install-id", WRITER_LOCK, "site.clock",
		"state.mark", TOKENS_FILE, FOLDER_DAEMON_LOCK, FOLDER_DAEMON_SOCKET,
		FOLDER_DAEMON_SOCKET_NEW };

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(name, NAMES[i]) == 0)
			return true;
	/*
	 * The database with what lies beside it, and what a write that was cut short has left; what a
	 * file system of its own has at its top.
	 */
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, "lost+found") == 0 || strncmp(name, "site.db", 7) == 0 ||
	       strncmp(name, SEATS_FILE, strlen(SEATS_FILE)) == 0 || leftovers_is_name(name);
}

enum skerry_err
strangers_find(int directory, char ret_stranger[DOCUMENTS_NAME_MAX])
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = copy < 0 ? NULL : fdopendir(copy);
	enum skerry_err err = SKERRY_OK;
	const struct dirent *entry;

	ret_stranger[0] = '\0';
	if (listing == NULL) {
		err = errno == EACCES || errno == EPERM ? SKERRY_ERR_FILE_PERMISSION
							: SKERRY_ERR_IO;
		if (copy >= 0)
			close(copy);
		return err;
	}
	while (err == SKERRY_OK && (entry = readdir(listing)) != NULL)
		if (!is_ours(entry->d_name)) {
			err = SKERRY_ERR_FILE_EXISTS;
			snprintf(ret_stranger, DOCUMENTS_NAME_MAX, "%.*s", DOCUMENTS_NAME_MAX - 1,
				entry->d_name);
		}
	closedir(listing);
	return err;
}

void
strangers_name(const char *path, char ret_name[DOCUMENTS_NAME_MAX])
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ret_name[0] = '\0';
	if (directory < 0)
		return;
	strangers_find(directory, ret_name);
	close(directory);
}
