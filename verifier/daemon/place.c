/* SPDX-License-Identifier: ISC */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PID_TEXT_MAX = 24 };

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

static pid_t
read_holder(int lock)
{
	char text[PID_TEXT_MAX] = "";
	ssize_t len = pread(lock, text, sizeof text - 1, 0);
	long pid = len <= 0 ? 0 : strtol(text, NULL, 10);

	return pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* For who finds it taken; that it could not be written harms nobody. */
static void
write_holder(int lock)
{
	char text[PID_TEXT_MAX];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, text, (size_t)len, 0);
}

enum skerry_err
place_take(struct place *place, pid_t *ret_holder)
{
	int lock = openat(place->directory, PLACE_LOCK,
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct stat status;
	enum skerry_err err = SKERRY_ERR_IO;

	/* On a disk that is read-only by now the site is still served; there a second one does no harm. */
	if (lock < 0 && errno == EROFS) {
		lock = openat(place->directory, PLACE_LOCK,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (lock < 0 && errno == ENOENT)
			return SKERRY_OK;
	}
	if (lock < 0)
		return errno == ELOOP || errno == EISDIR ? SKERRY_ERR_FILE_NOT_REGULAR
		       : errno == EACCES                 ? SKERRY_ERR_FILE_PERMISSION
							 : SKERRY_ERR_IO;
	if (fstat(lock, &status) == 0 && !S_ISREG(status.st_mode)) {
		err = SKERRY_ERR_FILE_NOT_REGULAR;
	} else if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
		write_holder(lock);
		place->lock = lock;
		return SKERRY_OK;
	} else if (errno == EWOULDBLOCK) {
		*ret_holder = read_holder(lock);
		err = SKERRY_ERR_STORE_BUSY;
	}
	close(lock);
	return err;
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
