/* SPDX-License-Identifier: ISC */
#include "small_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "below_root.h"

enum { OPEN_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK };

enum skerry_err
small_directory_open(const char *root, const char *path, struct small_directory *ret_directory)
{
	int fd = below_root_open(root, path, OPEN_FLAGS);

	if (fd < 0)
		return below_root_error(errno);
	ret_directory->fd = fd;
	ret_directory->at = ret_directory->len = ret_directory->names = 0;
	return SKERRY_OK;
}

const char *
small_directory_next(struct small_directory *directory)
{
	while (directory->names < SMALL_DIRECTORY_NAMES_MAX) {
		const struct dirent64 *entry;

		if (directory->at == directory->len) {
			ssize_t got = getdents64(
				directory->fd, directory->buffer, sizeof directory->buffer);

			if (got <= 0)
				return NULL;
			directory->at = 0;
			directory->len = (size_t)got;
		}
		entry = (const struct dirent64 *)(directory->buffer + directory->at);
		directory->at += entry->d_reclen;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		directory->names++;
		return entry->d_name;
	}
	return NULL;
}

void
small_directory_close(struct small_directory *directory)
{
	close(directory->fd);
}
