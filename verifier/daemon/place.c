/* SPDX-License-Identifier: ISC */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verifier/state/lock_file.h"

static enum skerry_err
error_of_open(void)
{
	return errno == ENOENT    ? SKERRY_ERR_STORE_MISSING
	       : errno == EACCES  ? SKERRY_ERR_FILE_PERMISSION
	       : errno == ENOTDIR ? SKERRY_ERR_NOT_A_FOLDER
				  : SKERRY_ERR_IO;
}

enum skerry_err
place_open(const char *path, struct place *ret_place)
{
	struct place place = PLACE_NONE;
	struct stat status;
	enum skerry_err err = SKERRY_OK;

	place.directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place.directory < 0)
		return error_of_open();
	if (fstat(place.directory, &status) != 0)
		err = SKERRY_ERR_IO;
	else if (faccessat(place.directory, DOCUMENTS_ANCHOR, F_OK, AT_EACCESS) != 0)
		err = error_of_open();
	if (err != SKERRY_OK) {
		place_close(&place);
		return err;
	}
	place.owner = status.st_uid;
	place.group = status.st_gid;
	*ret_place = place;
	return SKERRY_OK;
}

void
place_close(struct place *place)
{
	int first_errno = errno;

	if (place->directory >= 0)
		close(place->directory);
	if (place->lock >= 0)
		close(place->lock);
	*place = PLACE_NONE;
	errno = first_errno;
}

/* --- whose it is ----------------------------------------------------------------------------- */

static bool
take_groups(const struct place *place)
{
	const struct passwd *entry = getpwuid(place->owner);

	/* Its own groups let it hand the socket to one of them. */
	return entry != NULL ? initgroups(entry->pw_name, place->group) == 0
			     : setgroups(1, &place->group) == 0;
}

enum skerry_err
place_become_owner(const struct place *place)
{
	if (geteuid() == place->owner)
		return SKERRY_OK;
	if (geteuid() != 0)
		return SKERRY_ERR_FILE_PERMISSION;
	/* The user last: only root may change the others. */
	if (!take_groups(place) || setresgid(place->group, place->group, place->group) != 0 ||
		setresuid(place->owner, place->owner, place->owner) != 0)
		return SKERRY_ERR_FILE_PERMISSION;
	/* What could be taken back would be none. */
	return setuid(0) == 0 ? SKERRY_ERR_INTERNAL : SKERRY_OK;
}

static size_t
without_slashes(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

const char *
place_above(const char *path, char ret_folder[PLACE_PATH_ROOM])
{
	size_t len = without_slashes(path, strlen(path));

	while (len > 1 && path[len - 1] != '/')
		len--;
	snprintf(ret_folder, PLACE_PATH_ROOM, "%.*s", (int)without_slashes(path, len), path);
	return ret_folder;
}

enum skerry_err
place_make_folder(const struct place *place, const char *socket)
{
	char folder[PLACE_PATH_ROOM];

	if (geteuid() != 0)
		return SKERRY_OK;
	place_above(socket, folder);
	/* Where more than the last folder is missing, who listens there tells it. */
	if (mkdir(folder, 0755) != 0)
		return errno == EEXIST || errno == ENOENT ? SKERRY_OK : SKERRY_ERR_IO;
	if (chown(folder, place->owner, place->group) != 0 || chmod(folder, 0755) != 0)
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

/* --- one at a time --------------------------------------------------------------------------- */

enum skerry_err
place_take(struct place *place, pid_t *ret_holder)
{
	enum skerry_err err = lock_file_take(
		place->directory, PLACE_LOCK, O_RDWR | O_CREAT, &place->lock, ret_holder);

	if (err != SKERRY_ERR_IO || errno != EROFS)
		return err;
	/* On a disk that is read-only by now the site is still served; there a second one does no harm. */
	err = lock_file_take(place->directory, PLACE_LOCK, O_RDONLY, &place->lock, ret_holder);
	return err == SKERRY_ERR_IO && errno == ENOENT ? SKERRY_OK : err;
}

/* --- where it answers ------------------------------------------------------------------------ */

/*
 * Under another name first, so that nobody reads half of it. It need not outlive a power cut, in which the
 * daemon ends, too: nothing waits for the disk.
 */
enum skerry_err
place_tell_socket(const struct place *place, const char *socket)
{
	char line[PLACE_PATH_ROOM];
	int len = snprintf(line, sizeof line, "%s\n", socket), fd, saved;
	bool whole;

	if (len < 0 || len >= PLACE_PATH_ROOM)
		return SKERRY_ERR_ARGUMENT;
	unlinkat(place->directory, FOLDER_DAEMON_SOCKET_NEW, 0);
	fd = openat(place->directory, FOLDER_DAEMON_SOCKET_NEW,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return SKERRY_ERR_IO;
	whole = write(fd, line, (size_t)len) == len &&
		renameat(place->directory, FOLDER_DAEMON_SOCKET_NEW, place->directory,
			PLACE_SOCKET) == 0;
	saved = errno;
	close(fd);
	if (!whole)
		unlinkat(place->directory, FOLDER_DAEMON_SOCKET_NEW, 0);
	errno = saved;
	return whole ? SKERRY_OK : SKERRY_ERR_IO;
}

void
place_forget_socket(const struct place *place)
{
	int first_errno = errno;

	unlinkat(place->directory, PLACE_SOCKET, 0);
	errno = first_errno;
}
