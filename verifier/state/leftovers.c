/* SPDX-License-Identifier: ISC */
#include "leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder_files.h"

#define BEGINNING ".skerry-"

bool
leftovers_is_name(const char *name)
{
	return strncmp(name, BEGINNING, sizeof BEGINNING - 1) == 0;
}

static bool
is_old(int directory, const char *name, int64_t wall)
{
	struct stat status;
	int64_t age;

	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
		return false;
	age = wall - status.st_mtim.tv_sec;
	return age >= LEFTOVERS_OLD_S || age <= -LEFTOVERS_OLD_S;
}

static size_t
sweep(int above, const char *folder, int64_t wall)
{
	int directory = openat(above, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *listing = directory < 0 ? NULL : fdopendir(directory);
	const struct dirent *entry;
	size_t swept = 0;

	if (listing == NULL) {
		if (directory >= 0)
			close(directory);
		return 0;
	}
	while ((entry = readdir(listing)) != NULL)
		if (leftovers_is_name(entry->d_name) && is_old(directory, entry->d_name, wall))
			swept += unlinkat(directory, entry->d_name, 0) == 0;
	closedir(listing);
	return swept;
}

size_t
leftovers_sweep(int directory, int64_t wall)
{
	static const char *const FOLDERS[] = { ".", FOLDER_MANIFESTS, FOLDER_LICENSES,
		FOLDER_REPLIES, FOLDER_STATUSES };
	size_t swept = 0;

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++)
		swept += sweep(directory, FOLDERS[i], wall);
	return swept;
}
