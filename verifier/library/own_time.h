/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_OWN_TIME_H
#define VERIFIER_LIBRARY_OWN_TIME_H

/*
 * The site's time as this process has seen it go by. A folder that is only read tells the same time
 * each time it is opened, and one that an older copy was put over tells an earlier one; in either case
 * time goes on here: the folder's, but settled no earlier than what was settled here and the running
 * time since then. It is the folder's alone where
 *
 *	somebody took time back   a key was revoked, or the vendor has set the time
 *	it is another site now
 *
 * Running time is not added to the folder's: both have counted the same hours. Whether a wall clock
 * that is far ahead is believed where nobody records is memory.h's, as it is for `skerry check`.
 */

#include "verifier/site.h"

struct own_time {
	bool kept;
	/* Whose time it is. A site that has lost its memory has another key, and is the same. */
	char install_id[IDENTITY_INSTALL_ID_MAX];
	uint64_t taken_back, read; /* the clock's, at the last look that was kept; at this one */
	bool started;              /* there was a settled time then ... */
	int64_t settled, mono;     /* ... at this second of the process's CLOCK_MONOTONIC */
};

/* Between opening a site and ticking it. */
void own_time_read(struct own_time *own, const struct site *site);
/*
 * When it has been ticked at `mono`: settled is what it would be if the process had kept the folder.
 * Who writes records that; then it was an older copy that was put back. Errors of memory.h.
 */
enum skerry_err own_time_hold(const struct own_time *own, struct site *site, int64_t mono);
/* After that. */
void own_time_keep(struct own_time *own, const struct site *site, int64_t mono);

#endif
