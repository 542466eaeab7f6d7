/* SPDX-License-Identifier: ISC */
#include "store_place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
store_place_is_odd(const char *path)
{
	bool is_own = strncmp(path, STORE_PLACE_OPEN_FOLDER, strlen(STORE_PLACE_OPEN_FOLDER)) == 0;
	struct stat info;

	return (is_own ? lstat(path, &info) : stat(path, &info)) == 0 && !S_ISREG(info.st_mode);
}

bool
store_place_uri(const char *path, char ret_uri[STORE_PLACE_URI_MAX])
{
	size_t len = (size_t)snprintf(ret_uri, STORE_PLACE_URI_MAX, "file:");

	for (const char *c = path; *c != '\0'; c++) {
		if (len + 20 > STORE_PLACE_URI_MAX)
			return false;
		len += (size_t)snprintf(ret_uri + len, STORE_PLACE_URI_MAX - len,
			strchr("%?#", *c) != NULL ? "%%%02x" : "%c", (unsigned char)*c);
	}
	snprintf(ret_uri + len, STORE_PLACE_URI_MAX - len, "?immutable=1");
	return true;
}

int
store_place_unwritable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int len = slash == NULL
			  ? snprintf(folder, sizeof folder, ".")
			  : snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);

	if (len < 0 || len >= (int)sizeof folder || access(folder, W_OK) == 0)
		return 0;
	return errno == EROFS || errno == EACCES ? errno : 0;
}

bool
store_place_has_waiting(const char *path)
{
	char wal[PATH_MAX];
	struct stat info;
	int len = snprintf(wal, sizeof wal, "%s-wal", path);

	if (len < 0 || len >= (int)sizeof wal)
		return true;
	return stat(wal, &info) != 0 ? errno != ENOENT : info.st_size > 0;
}

bool
store_place_has_log(const char *path)
{
	char wal[PATH_MAX];
	int saved = errno, len = snprintf(wal, sizeof wal, "%s-wal", path);
	bool there = len < 0 || len >= (int)sizeof wal || access(wal, F_OK) == 0 || errno != ENOENT;

	errno = saved;
	return there;
}
