/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SITE_BACKUP_H
#define VERIFIER_STATE_SITE_BACKUP_H

/*
 * A whole site in one file: its database, and in a table beside it the files that it cannot do
 * without, secret keys among them (kept_files.h). Seats are in none: who comes back claims one anew.
 *
 * A restored site is the one of the backup, told as such in its journal, so that the mark is no alarm.
 * Its time does not go back where the folder still has site.clock, and documents that came after the
 * backup stay where their files do.
 *
 * Errors of store.h, atomic_file.h and untrusted_file.h.
 */

#include "memory.h"

struct site_backup_written {
	enum skerry_err unrecorded; /* why it is not in the site's own journal; SKERRY_OK: it is */
	bool at_site; /* of an error: it is about the site's own files; else the backup's */
};

/*
 * FILE_EXISTS without `force`; STORE_MISSING where there is no database to be read. The file has mode
 * 0600. A site whose own disk is full has a backup all the same, on another one. *ret_written is
 * written also on an error.
 */
enum skerry_err site_backup_write(struct memory *memory, const char *path, bool force,
	struct site_backup_written *ret_written);

/* Whether a file, read as who runs the program, is a backup that could be restored. */
enum skerry_err site_backup_check(const char *path);

struct site_backup_restored {
	int64_t seq;        /* of the journal in the backup */
	int64_t broken_seq; /* 0; its first row that does not follow: it was so when it was backed up */
	bool here;          /* the folder had a site, of the same installation */
	bool consents_lost; /* what the customer let go out (telemetry.h) is to be allowed anew */
};

/*
 * Into a folder that is open for writing and holds nothing, or a site of the same install id or key; else
 * OTHER_SITE. FILE_DAMAGED for a file that is no backup, or has lost a bit (backup_file.h): all of it is
 * read before anything of the folder changes.
 */
enum skerry_err site_backup_restore(const struct documents *documents, const char *path,
	struct site_backup_restored *ret_restored);

#endif
