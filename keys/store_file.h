/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STORE_FILE_H
#define KEYS_STORE_FILE_H

/* How SQLite gets at the file of a store. A part of store.c, for nobody else. */

struct sqlite3;

enum access_way {
	SHARED,    /* read and changed, among others that do */
	READING,   /* read, among others that change it */
	IMMUTABLE, /* read as a file that nobody changes, without the files beside it */
	ALONE      /* read and changed, without the file that several programs would share */
};

/*
 * The file must exist. A code of SQLite; on failure, too, the caller closes *ret_db, which is NULL
 * without memory. A path below /proc/self/fd/ is used as it is.
 */
int store_file_open(const char *path, enum access_way way, struct sqlite3 **ret_db);

#endif
