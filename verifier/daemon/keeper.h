/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_KEEPER_H
#define VERIFIER_DAEMON_KEEPER_H

/*
 * The daemon's second thread, which alone touches the site: it opens the state folder, does a job, and
 * closes it, so the folder is locked for moments only and `skerry` beside it waits for those. Nobody
 * who asks waits for a slow stick: the front answers from what the keeper found last (answers.h).
 *
 * The front posts jobs and takes them back when they are done, told by keeper_fd. Jobs that have come
 * together share one opening. Between them the keeper looks by itself (looking.h): at the latest each
 * minute, when an answer is about to change, when something in the folder, the drop folder or the mounts
 * has changed.
 */

#include "verifier/site.h"

enum { KEEPER_QUEUE_MAX = 256 };

enum keeper_need { KEEPER_ASK, KEEPER_WRITE };

struct keeper_job {
	struct keeper_job *next; /* the queue's */
	enum keeper_need need;
	/*
	 * On the keeper's thread. `site` NULL: it could not be opened, for `err`. A job that wrote says so
	 * by returning true: all answers are found anew.
	 */
	bool (*run)(struct keeper_job *job, struct site *site, enum skerry_err err,
		const struct site_failure *failure);
};

struct keeper;

struct keeper_config {
	const char *state;
	const char *const *drops; /* folders that are looked at for what somebody puts there */
	size_t drops_len;
	const char *const *sticks; /* where sticks are mounted: met like `skerry exchange` */
	size_t sticks_len;
};

/*
 * Starts it; `look` runs on its thread with the site open, whenever it is time to look, and returns the
 * monotonic second at which it wants to be called again. Errors of pthread and of inotify: IO, NO_MEMORY.
 */
enum skerry_err keeper_start(const struct keeper_config *config,
	int64_t (*look)(void *context, struct site *site, enum skerry_err err), void *context,
	struct keeper **ret_keeper);
/* Finishes the job under way; those that wait come back undone through keeper_take. */
void keeper_stop(struct keeper *keeper);

/* False: KEEPER_QUEUE_MAX wait already. Takes the job over until keeper_take gives it back. */
bool keeper_post(struct keeper *keeper, struct keeper_job *job);
int keeper_fd(const struct keeper *keeper);
/* The next that is done; NULL: no more. */
struct keeper_job *keeper_take(struct keeper *keeper);
/* Look now: SIGHUP, somebody asked. */
void keeper_wake(struct keeper *keeper);
/* For the watchdog: since when, on the monotonic clock, the present job runs; 0: none does. */
int64_t keeper_busy_since(const struct keeper *keeper);

#endif
