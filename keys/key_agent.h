/* SPDX-License-Identifier: ISC */
#ifndef KEYS_KEY_AGENT_H
#define KEYS_KEY_AGENT_H

/*
 * One passphrase for a working day: a small process that holds a key in locked memory and hands it
 * to programs of the same user, through a socket in a folder of theirs. Nothing is written to the
 * disk.
 *
 *	FOLDER/unlocked.sock   mode 0600; each side checks the other's user (SO_PEERCRED)
 *
 * It ends at its time (CLOCK_BOOTTIME, so that a suspended machine locks too), when it is told to,
 * on SIGTERM, and when its socket was removed or another one took its place. It cannot be traced or
 * dumped, and what it held is wiped. It waits for nobody: a program that connects and says nothing
 * keeps no other from its answer. Killed, it leaves a socket that nobody answers: that is none.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "keys/secretbox.h"

enum { KEY_AGENT_FOR_MAX_S = 24 * 3600 };

/* What it holds: the key, a number that goes with it, and for how long. */
struct key_agent {
	struct secretbox_key key;
	int64_t tag, left_s;
	pid_t pid;
};

/*
 * Starts one for `for_s` seconds, 1 to KEY_AGENT_FOR_MAX_S, in place of one that runs. *ret_pid is
 * its process. FILE_MISSING (no folder), FILE_PERMISSION, FILE_NOT_REGULAR (its file system knows
 * no sockets), NO_MEMORY, IO.
 */
enum skerry_err key_agent_start(const char *folder, const struct secretbox_key *key, int64_t tag,
	int64_t for_s, pid_t *ret_pid);

/* Asks the one that runs; the caller frees ret_agent->key. FILE_MISSING when none answers. */
enum skerry_err key_agent_ask(const char *folder, struct key_agent *ret_agent);

/* Ends the one that runs and waits until it has; removes what a killed one left. FILE_MISSING. */
enum skerry_err key_agent_stop(const char *folder);

#endif
