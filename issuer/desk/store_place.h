/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_STORE_PLACE_H
#define ISSUER_DESK_STORE_PLACE_H

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

/* SQLite's name for it as a file that does not change. False where that is too long. */
bool store_place_uri(const char *path, char ret_uri[STORE_PLACE_URI_MAX]);

#endif
