/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_WRITER_H
#define VERIFIER_STATE_WRITER_H

/*
 * A state folder has one writer, and all in it belongs to the folder's owner: root becomes that
 * owner while it writes, so that nothing becomes root's and the daemon can still change it.
 *
 *	writer_begin  ...  writer_end
 *
 * The effective user is the whole process's: becoming the owner is for programs of one thread. A
 * library writes as who it is (writer_begin_as_self), and only where that is the owner.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

#define WRITER_LOCK "lock"

struct writer {
	int lock;     /* -1: none */
	pid_t holder; /* who took it; a process forked from it holds it, too, and leaves it alone */
	gid_t *groups;
	int groups_len;
	gid_t group, owner_group;
	uid_t owner;
	bool became_owner;
};

/*
 * Takes the folder's lock, without waiting. STORE_BUSY: another process has it, *ret_holder its id
 * or 0; FILE_PERMISSION, NO_MEMORY, IO. On failure nothing has changed.
 */
enum skerry_err writer_begin(int directory, struct writer *ret_writer, pid_t *ret_holder);
/*
 * The same for a library, which may not change whose process it is in: FILE_PERMISSION for every
 * user but the owner, root too.
 */
enum skerry_err writer_begin_as_self(int directory, struct writer *ret_writer, pid_t *ret_holder);
void writer_end(struct writer *writer);

/*
 * Root again for a while, for files and sticks that only root may open; nothing of the folder is changed
 * meanwhile. Harmless for who did not become the owner. FILE_PERMISSION: the process cannot be what it was.
 */
enum skerry_err writer_step_out(const struct writer *writer);
enum skerry_err writer_step_in(const struct writer *writer);

#endif
