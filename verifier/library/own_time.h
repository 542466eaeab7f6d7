/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_OWN_TIME_H
#define VERIFIER_LIBRARY_OWN_TIME_H

/*
 * The site's time as this process has seen it go by. A folder that is only read tells the same time
 * each time it is opened, and one that an older copy was put over tells an earlier one; in either case
 * time goes on here:
 *
 *	nobody wrote since      the clock as it was ticked here goes on, its candidate too
 *	somebody else wrote     theirs, but settled no earlier than what was settled here and the running
 *	                        time since then
 *	they took time back     theirs: a key was revoked, or the vendor has set the time
 *	it is another site now  theirs
 *
 * Running time is not added to theirs: both have counted the same hours.
 */

#include "verifier/site.h"
#include "verifier/decide/clock_record.h"

/* A folder's clock as it was read. */
struct own_time_record {
	uint8_t bytes[CLOCK_RECORD_MAX];
	size_t len;
	uint64_t taken_back;
};

struct own_time {
	bool kept;
	struct cose_key site_key;            /* whose time it is */
	struct own_time_record loaded, read; /* at the last look that was kept; at this one */
	struct clock clock;                  /* as it was ticked then */
	int64_t mono; /* at that tick: CLOCK_MONOTONIC of this process, in seconds */
};

/* Between opening a site and ticking it. */
void own_time_join(struct own_time *own, struct site *site);
/*
 * When it has been ticked at `mono`: settled is what it would be if the process had kept the folder.
 * Who writes records that; then it was an older copy that was put back. Errors of memory.h.
 */
enum skerry_err own_time_hold(const struct own_time *own, struct site *site, int64_t mono);
/* After that. */
void own_time_keep(struct own_time *own, const struct site *site, int64_t mono);

#endif
