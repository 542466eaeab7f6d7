/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_BACKUP_H
#define ISSUER_DESK_BACKUP_H

/*
 * A desk in one file: itself a desk's database, with the files beside it in two tables more.
 *
 *	backup       one row: when it was made
 *	backup_file  desk.key (of a desk without passphrase) and keys/KID.key, as they lay there
 *
 * The manifests stand in the database anyway, and the mark must not come back. So the file works
 * copied over issuer.db too. Key files are wrapped by the desk's key, and that by the operators'
 * passphrases; with desk.key in it, the file is as secret as the desk.
 */

#include "issuer/desk/desk.h"

struct backup_made {
	int64_t seq, at;       /* the last entry of its audit log */
	int64_t keys, missing; /* key files in it, and those that the desk had no more */
	bool open;             /* with desk.key */
};

/*
 * Writes `path` whole or not at all, mode 0600, and reads it back: the database's integrity and the
 * audit chain. Others may work meanwhile. Outside of a change; records nothing and needs no
 * passphrase. FILE_EXISTS without `force`, FILE_NOT_REGULAR, FILE_MISSING (its folder), IO,
 * STORE_DAMAGED, AUDIT_CHAIN (of the desk itself).
 */
enum skerry_err backup_write(
	struct desk *desk, const char *path, bool force, struct backup_made *ret_made);

/* Whether the database itself is whole: STORE_DAMAGED, AUDIT_CHAIN. */
enum skerry_err backup_check(struct desk *desk);

/*
 * Copies `file` to folder/issuer.db. FILE_MISSING, FILE_NOT_REGULAR, IO; whether it is a database,
 * desk_open tells.
 */
enum skerry_err backup_copy(const char *file, const char *folder);

/*
 * Writes the files that the database brought along to the desk's folder, those that are there only
 * with `replace`, then forgets them and makes it a working database again (WAL). Nothing to do for
 * one that brought none. STORE_DAMAGED for names that no backup has.
 */
enum skerry_err backup_unpack(struct desk *desk, bool replace);

#endif
