/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_KEEPER_H
#define VERIFIER_DAEMON_KEEPER_H

/*
 * The daemon's second thread, which alone touches the site: it opens the state folder, does a job, and
 * closes it, so the folder is locked for moments only and `skerry` beside it waits for those. Nobody
 * who asks waits for a slow stick: the front answers from what the keeper found last (answers.h).
 *
 * The front posts jobs and takes them back when they are done, told by keeper_fd: each as soon as it
 * is. Jobs that have come together share openings. Between them the keeper looks by itself: at the latest each
 * KEEPER_LOOK_S, when an answer is about to change, when something in the folder has changed or the
 * wall clock was set. It meets drop folders and sticks when something there has changed (watch.h,
 * courier.h); one that hangs holds up the keeper and nobody else.
 */

#include "log.h"
#include "verifier/site.h"

enum {
	KEEPER_QUEUE_MAX = 256,
	KEEPER_LOOK_S = 60, /* between two looks of its own */
	KEEPER_WAIT_S = 10  /* for somebody else who writes to the folder */
};

enum keeper_need { KEEPER_ASK, KEEPER_WRITE };

struct keeper_job {
	struct keeper_job *next; /* the queue's */
	enum keeper_need need;
	/*
	 * On the keeper's thread, once. `site` is open and ticked; NULL: it could not be, for `err`
	 * (errors of site_open, STORE_BUSY for one that had to write, HTTP_BUSY where the daemon ends).
	 * A job that wrote says so by returning true: all answers are found anew before it is given back.
	 */
	bool (*run)(struct keeper_job *job, struct site *site, enum skerry_err err,
		const struct site_failure *failure);
};

struct keeper;

/*
 * A look, on the keeper's thread with the site open and ticked at second `mono` of CLOCK_MONOTONIC;
 * `site` NULL: it could not be opened, for `trouble`. Else `trouble` is why nothing can be
 * recorded; SKERRY_OK. Returns the site's instant at which the first answer changes; LICENSE_NEVER.
 */
typedef int64_t keeper_look(
	void *context, struct site *site, int64_t mono, enum skerry_err trouble);

enum { KEEPER_FOLDERS_MAX = 16 };

struct keeper_config {
	const char *state;
	const char *const *drops; /* folders that are looked at for what somebody puts there */
	size_t drops_len;
	const char *const *sticks; /* where sticks are mounted: met like `skerry exchange` */
	size_t sticks_len;
	keeper_look *look;
	void *context;
	struct log *log;
};

/* What came of drop folders and sticks since the start. */
struct keeper_met {
	uint64_t visits, taken, left, skipped, failed;
};

/* Starts it; the first look is its first deed. Copies the folders' names. IO, NO_MEMORY. */
enum skerry_err keeper_start(const struct keeper_config *config, struct keeper **ret_keeper);
/* Other drop folders and sticks, and a look now: SIGHUP. NO_MEMORY. */
enum skerry_err keeper_reload(struct keeper *keeper, const struct keeper_config *config);
/*
 * Finishes what is under way, and runs jobs that wait without a site; then keeper_take gives them back.
 * False: it is busy for more than `wait_ms`, and goes on as it can; nothing of it may be freed.
 */
bool keeper_stop(struct keeper *keeper, int wait_ms);
/* After keeper_stop returned true, and all jobs were taken. Harmless on NULL. */
void keeper_free(struct keeper *keeper);

/* False: KEEPER_QUEUE_MAX wait already. Takes the job over until keeper_take gives it back. */
bool keeper_post(struct keeper *keeper, struct keeper_job *job);
/* Readable while keeper_take has something. */
int keeper_fd(const struct keeper *keeper);
/* The next that is done; NULL: no more. */
struct keeper_job *keeper_take(struct keeper *keeper);
/* Look now: somebody asked. */
void keeper_wake(struct keeper *keeper);
/* For health and log: since when, on the monotonic clock, it does what it does; 0: it waits. */
int64_t keeper_busy_since(const struct keeper *keeper);
void keeper_met(struct keeper *keeper, struct keeper_met *ret_met);

#endif
