/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_PLACE_H
#define VERIFIER_DAEMON_PLACE_H

/*
 * Where a daemon is at home: the state folder of a site, whose owner it is, in which one daemon at a time
 * lives.
 *
 *	daemon.lock     of the daemon; its process id is in it
 *	skerryd.socket  where it answers, for `skerry` beside it: the socket's path and a line feed
 *
 * Root becomes the folder's owner, for good. Errors besides those of each: IO with errno.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "verifier/state/folder_files.h"

#define PLACE_LOCK FOLDER_DAEMON_LOCK
#define PLACE_SOCKET FOLDER_DAEMON_SOCKET

struct place {
	int directory, lock; /* -1 */
	uid_t owner;
	gid_t group;
};

#define PLACE_NONE ((struct place){ .directory = -1, .lock = -1 })

/* Opens it. STORE_MISSING: no such folder, or no site yet; FILE_PERMISSION; NOT_A_FOLDER. */
enum skerry_err place_open(const char *path, struct place *ret_place);
void place_close(struct place *place);

/* From here on this process is the owner. FILE_PERMISSION: it is neither the owner nor root. */
enum skerry_err place_become_owner(const struct place *place);

/* STORE_BUSY: a daemon lives here, *ret_holder its process id, 0 where that is not known. */
enum skerry_err place_take(struct place *place, pid_t *ret_holder);

/* The folder that an absolute path lies in; ret_folder. */
enum { PLACE_PATH_ROOM = 4096 };
const char *place_above(const char *path, char ret_folder[PLACE_PATH_ROOM]);

/* As root, for a socket: makes the folder it lies in, for the owner, where that is missing. */
enum skerry_err place_make_folder(const struct place *place, const char *socket);

/* Writes, and removes, where it answers. ARGUMENT: the path is too long. */
enum skerry_err place_tell_socket(const struct place *place, const char *socket);
void place_forget_socket(const struct place *place);

#endif
