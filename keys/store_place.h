/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STORE_PLACE_H
#define KEYS_STORE_PLACE_H

/*
 * The place where a database lies, for one that can only be read there. `path` is the database's
 * own file.
 */

#include <limits.h>
#include <stdbool.h>

enum { STORE_PLACE_URI_MAX = 3 * PATH_MAX + 32 };

/* Why its folder cannot be written: EROFS or EACCES; 0 when it can, or for another reason. */
int store_place_unwritable(const char *path);

/* Whether changes wait beside it that are not in the file yet. True where that cannot be told. */
bool store_place_has_waiting(const char *path);

/* Whether its log lies beside it, also an empty one: somebody may be writing. True likewise. */
bool store_place_has_log(const char *path);

/* SQLite's name for it as a file that does not change. False where that is too long. */
bool store_place_uri(const char *path, char ret_uri[STORE_PLACE_URI_MAX]);

#endif
