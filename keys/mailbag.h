/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_H
#define KEYS_MAILBAG_H

/*
 * The mailbag: the one folder `skerry/` on a stick, by which sites and desks that never meet exchange
 * files. Any number of sites and of desks, of any vendors, share one.
 *
 *	mailbag_open       finds the folder, or makes it
 *	mailbag_sweep      what a stick pulled out has left half written (mailbag_remove.h)
 *	mailbag_look       what lies there (mailbag_look.h)
 *	mailbag_leave      files under random names (mailbag_leave.h)
 *	mailbag_remove     files that are still the same (mailbag_remove.h)
 *	mailbag_readme, mailbag_receipt    for a finder and a courier
 *	mailbag_finish     from here on the stick may be pulled out
 *	mailbag_close
 *
 * Who removes what, and when. Nobody removes what was not understood, nor what another one left:
 *
 *	a site's request   that site: once a reply has answered it, or a later request takes its place. It
 *	                   knows it by its bytes, which are in its journal
 *	a desk's bundle    that desk: once a newer one of its own is on this stick. It knows it by the id in
 *	                   the verified index, which is in its records. Never another desk's
 *	replies, licenses, manifests, status lists as files of their own    nobody: people put them there
 *	*.skt              whoever comes next, unless it is being written at this moment
 *	README.txt, RECEIPT.txt    are written anew where they are the mailbag's own (mailbag_text.h)
 *
 * The new one is left before the old one goes. Only when that fails with DISK_FULL the old one goes
 * first; then a desk may also remove requests whose answer is in its records; then it is told. What
 * could not be left is in the records of who leaves it, and is left at the next visit, here or on another
 * stick. Taking in never depends on leaving. Before leaving look: what lies there already is not left
 * again, so that every command can be repeated after any interruption.
 *
 * Nothing below the folder that the user named is followed, waited for or mapped. No clock decides
 * anything here. For one thread; several processes may use one mailbag.
 *
 * Errors: FILE_MISSING, NOT_A_FOLDER, FILE_PERMISSION, READ_ONLY, DISK_FULL, NO_MEMORY, IO (the stick
 * was pulled out, or fails); errno is kept.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

/* { .root = -1, .folder = -1 } is none. */
struct mailbag {
	int root, folder; /* what the user named, and skerry/ in it */
	enum skerry_err
		writing;  /* why nothing can be left or removed: READ_ONLY, FILE_PERMISSION */
	bool made;        /* the folder is new */
	bool inodes_last; /* false for FAT: a number means nothing after a while */
	bool is_for;      /* root leaves files for that user, where the file system knows users */
	uid_t user;
	gid_t group;
};

/*
 * `dir` is a mount point or any folder, and may be a symbolic link; a dir that is itself called skerry
 * and has no such folder in it is the mailbag. The folder is found in any case of letters. Without
 * `make`, FILE_MISSING where there is none. NOT_A_FOLDER: a file or a link is in its place. A mailbag that
 * can only be read is opened: see `writing`.
 */
enum skerry_err mailbag_open(const char *dir, bool make, struct mailbag *ret_bag);

/*
 * A folder that is none, to be looked at like one: what lies in it itself, and nothing is ever made, left or
 * removed there (`writing` is READ_ONLY).
 */
enum skerry_err mailbag_open_bare(const char *dir, struct mailbag *ret_bag);

/* Waits until everything is on the stick (syncfs, fsync): IO, DISK_FULL where it is not. */
enum skerry_err mailbag_finish(const struct mailbag *bag);

/* Harmless for none. errno is kept. */
void mailbag_close(struct mailbag *bag);

#endif
