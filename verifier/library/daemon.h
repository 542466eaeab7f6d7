/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_DAEMON_H
#define VERIFIER_LIBRARY_DAEMON_H

/*
 * A handle's daemon: its last proof, and how the next one is asked for (skerry.h, "A handle on a socket").
 *
 *	daemon_look  ...  daemon_done
 *
 * As folder.h has it: between the two the snapshot stays; it is a read lock and nothing may be called in
 * between. The snapshot has two steps: what was proven, and from the end of the proof on `no_daemon`.
 */

#include "folder.h"

struct daemon;

/* Asks a first time; the config, checked, is borrowed meanwhile. Errors of skerry_open. */
enum skerry_err daemon_open(const struct skerry_config *config, const struct texts *texts,
	struct daemon **ret_daemon, struct folder_failure *ret_failure);
void daemon_close(struct daemon *daemon);

/* Asks now, after a look that is under way. */
enum skerry_err daemon_refresh(struct daemon *daemon);

/* Looks first where it is time to and nobody else does. Keeps errno. */
struct folder_moment daemon_look(struct daemon *daemon);
void daemon_done(struct daemon *daemon);

/* skerry.h's three. Keep errno. */
enum skerry_err daemon_seat_put(struct daemon *daemon, const char *holder, const char *secret,
	struct skerry_seat *ret_seat);
enum skerry_err daemon_seat_release(struct daemon *daemon, const char *holder, const char *secret);

#endif
