/* SPDX-License-Identifier: ISC */
#include "store_file.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>

#include "store_place.h"

/*
 * A file in a folder that is open already may be at a place that this user may not search: SQLite
 * would resolve the path and look from the root on.
 */

static sqlite3_vfs as_named;
static once_flag as_named_once = ONCE_FLAG_INIT;

static int
keep_name(sqlite3_vfs *vfs, const char *name, int full_max, char *ret_full)
{
	(void)vfs;
	return snprintf(ret_full, (size_t)full_max, "%s", name) < full_max ? SQLITE_OK
									   : SQLITE_CANTOPEN;
}

static void
register_as_named(void)
{
	const sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");

	if (unix_vfs == NULL)
		return;
	as_named = *unix_vfs;
	as_named.pNext = NULL;
	as_named.zName = "skerry-as-named";
	as_named.xFullPathname = keep_name;
	sqlite3_vfs_register(&as_named, 0);
}

static const char *
vfs_for(const char *path)
{
	if (strncmp(path, STORE_PLACE_OPEN_FOLDER, strlen(STORE_PLACE_OPEN_FOLDER)) != 0)
		return NULL;
	call_once(&as_named_once, register_as_named);
	return as_named.zName;
}

int
store_file_open(const char *path, enum access_way way, sqlite3 **ret_db)
{
	char uri[STORE_PLACE_URI_MAX];
	/* One thread at a time uses a store: no lock within it. */
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	const char *name = path;

	flags |= way == READING || way == IMMUTABLE ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	if (way == IMMUTABLE) {
		if (!store_place_uri(path, uri))
			return SQLITE_CANTOPEN;
		flags |= SQLITE_OPEN_URI;
		name = uri;
	}
	return sqlite3_open_v2(name, ret_db, flags, vfs_for(path));
}
