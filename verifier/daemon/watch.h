/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_WATCH_H
#define VERIFIER_DAEMON_WATCH_H

/*
 * What wakes the keeper besides jobs: files of the state folder that somebody else has changed, signs in
 * drop folders and on sticks, another table of mounts, a wall clock that was set or that went on while
 * the machine slept. Where a sign cannot come (a network folder), each minute's look finds the change.
 *
 * What this daemon itself does to the state folder is forgotten (watch_forget) while it has the folder's lock,
 * and so nobody else writes. Of documents it is told all the same: a hand may put them there at any time.
 */

#include <poll.h>

#include "courier.h"

enum { WATCH_FDS = 3 };

struct watch {
	int inotify, mounts, clock; /* -1: this machine has none */
	const char *state;
	int state_wds[8];
	struct courier **couriers; /* the keeper's */
	size_t couriers_len;
	int (*courier_wds)[2]; /* its folder, and skerry in it; -1 */
};

/* What somebody did. */
struct watch_news {
	bool state; /* to the state folder */
	bool clock;
};

/* Watches that cannot be had are left out: IO only where there is no inotify. */
enum skerry_err watch_open(const char *state, struct watch *ret_watch);
void watch_close(struct watch *watch);

/* Takes the place of the couriers before; borrowed. NO_MEMORY: none is watched. */
enum skerry_err watch_set_couriers(struct watch *watch, struct courier **couriers, size_t len);
/* Folders that were not there, or are others by now. Each minute, and after changes. */
void watch_renew(struct watch *watch);
/* What is mounted where sticks are. */
void watch_mounts(struct watch *watch, int64_t now_ms);

void watch_fds(const struct watch *watch, struct pollfd ret_fds[WATCH_FDS]);
/* After poll: tells the couriers of theirs. */
void watch_take(struct watch *watch, const struct pollfd fds[WATCH_FDS], int64_t now_ms,
	struct watch_news *ret_news);
/* What is there of it already. True: somebody has changed the state folder. */
bool watch_changed(struct watch *watch, int64_t now_ms);
/* Forgets what there is of the state folder, and tells the couriers of theirs. True: documents came or went. */
bool watch_forget(struct watch *watch, int64_t now_ms);

#endif
