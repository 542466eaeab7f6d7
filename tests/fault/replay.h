/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FAULT_REPLAY_H
#define TESTS_FAULT_REPLAY_H

/*
 * What a power loss leaves of what disk.h recorded: a prefix of all calls, of which those that no sync
 * has followed may be missing.
 *
 * A write, a file's new length, may be missing by itself until that file is synced, and of a write any
 * of its sectors. A name (made, moved, removed) may be missing until its folder is synced; of those of
 * one folder the later ones go first, as with a journaling file system.
 */

#include <stdint.h>

enum replay_loss {
	REPLAY_ALL_KEPT,  /* as after a kill */
	REPLAY_ALL_LOST,  /* that was not synced */
	REPLAY_SOME_LOST, /* at random */
	REPLAY_LOSSES
};

struct replay;

/* Reads all that was recorded in `fd`, of an empty folder `folder`. Freed with replay_free. */
struct replay *replay_read(int fd, const char *folder);
void replay_free(struct replay *replay);

/* How many calls were recorded up to this point of `fd`. */
long replay_len(const struct replay *replay);

/* Makes below `target`, which is emptied, what is left after `calls` of them. */
void replay_make(struct replay *replay, long calls, enum replay_loss loss, uint64_t seed,
	const char *target);

#endif
