/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_VISIT_H
#define VERIFIER_DAEMON_VISIT_H

/*
 * The state folder, opened for a moment and ticked. What the daemon has seen of the site's time stays
 * with it between two visits (own_time.h), so a copy that is put back while it runs takes no time back.
 *
 * Who asks records what there is to record where he may; else, where somebody else writes just now, the
 * disk is full or read-only, he only reads: then `trouble` says what kept him, but that somebody else
 * writes. Who writes waits for others, and is refused otherwise.
 *
 *	visit_begin   visit_close   visit_leave
 *
 * One thread.
 */

#include "verifier/library/own_time.h"
#include "verifier/site.h"

struct visits {
	const char *state;
	struct own_time time;
};

struct visit {
	struct site site;
	struct writer writer; /* of who writes, from visit_close on */
	bool open, writes;
	int64_t mono; /* CLOCK_MONOTONIC, in the second in which it was ticked */
	enum skerry_err trouble;
	struct site_failure failure;
};

#define VISIT_NONE ((struct visit){ .writer = { .lock = -1 } })

/*
 * Waits up to `wait_s` for somebody else who writes. Errors of site_open_as_self and site_tick; `to_write`:
 * STORE_BUSY, FILE_PERMISSION, READ_ONLY, ... where it could only be read. Nothing is open after an error.
 */
enum skerry_err visit_begin(
	struct visits *visits, bool to_write, int wait_s, struct visit *ret_visit);
/* All of it is on disk, and yet nobody else may write. Harmless for one that is not open. */
void visit_close(struct visit *visit);
/* Others may. Ends one that is closed, or was never open. */
void visit_leave(struct visit *visit);

/* This process's second, by the clock that counts running time. */
int64_t visit_mono(void);

#endif
