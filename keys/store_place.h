/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STORE_PLACE_H
#define KEYS_STORE_PLACE_H

/*
 * The place where a database lies, for one that can only be read there. `path` is the database's
 * own file.
 */

#include <limits.h>
#include <stdbool.h>

/* Of a file in a folder that is open already: the path is used as it is. */
#define STORE_PLACE_OPEN_FOLDER "/proc/self/fd/"

enum { STORE_PLACE_URI_MAX = 3 * PATH_MAX + 32 };

/*
 * Whether something lies there that is no regular file: to open a FIFO would wait. In a folder that is
 * open (/proc/self/fd/N/NAME) a symbolic link is odd, too. False where nothing is there.
 */
bool store_place_is_odd(const char *path);

/* Why its folder cannot be written: EROFS or EACCES; 0 when it can, or for another reason. */
int store_place_unwritable(const char *path);

/* Whether changes wait beside it that are not in the file yet. True where that cannot be told. */
bool store_place_has_waiting(const char *path);

/* Whether its log lies beside it, also an empty one: somebody may be writing. True likewise. */
bool store_place_has_log(const char *path);

/* SQLite's name for it as a file that does not change. False where that is too long. */
bool store_place_uri(const char *path, char ret_uri[STORE_PLACE_URI_MAX]);

#endif
