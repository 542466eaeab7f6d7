/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_RESTORE_H
#define ISSUER_DESK_RESTORE_H

/*
 * A desk's folder from a backup: built under another name, so that its records can be recovered
 * before they are anybody's, then put in place.
 *
 *	restore_stage    reads the backup, makes folder and files of it; opens the desk in there
 *	                 recovery.h raises its numbers here
 *	restore_lock     keeps everybody from the database that is replaced, and reads its head
 *	restore_keep     puts it in place
 *	mark_replace     from now on who waited for the old database finds it behind the mark
 *	restore_drop     lets go of the old one      (also to give up)
 *
 * Where DESK has a database already, that one stays beside the new one as issuer.db.before-recover.
 */

#include "issuer/desk/desk.h"
#include "keys/mark_file.h"

struct restore {
	char target[DESK_PATH_MAX], folder[DESK_PATH_MAX];
	bool new_desk; /* there was none */
	bool has_head; /* the database that is replaced could be read this far */
	bool old_whole, kept;
	struct mark head;
	struct desk old; /* while it is locked */
};

/*
 * `force`: also in place of a database that is whole. FILE_EXISTS without it, and for a folder that
 * is no desk; NOT_FOUND for the backup of another desk than the
 * database, the mark or the keys in DESK are of; backup.h's and desk_open's errors, about
 * `file`. What was refused is noted in `ret_desk`, which the caller closes either way.
 */
enum skerry_err restore_stage(const char *file, const char *target, bool force,
	struct restore *ret_restore, struct desk *ret_desk);

/*
 * Before the numbers are raised: nothing is handed out from the old database any more. STORE_BUSY,
 * noted in `desk`, while another program has it open.
 */
enum skerry_err restore_lock(struct restore *restore, struct desk *desk);

/* After the staged desk was closed. On an error DESK may have no database: run it again. */
enum skerry_err restore_keep(struct restore *restore);
/* Harmless after restore_keep and on { 0 }. */
void restore_drop(struct restore *restore);

#endif
