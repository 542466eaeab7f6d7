/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_LOCAL_TIME_H
#define VERIFIER_GATHER_LOCAL_TIME_H

/*
 * The time zone of this machine, ROOT/etc/localtime, read once: afterwards the offset of any instant
 * is told without I/O and allocation, by any number of threads. UTC where there is no such file or it
 * makes no sense, as libc has it. The environment has no say.
 */

#include "formats/local_clock.h"
#include "time_zone.h"

/* About 12 KB. */
struct local_time {
	bool known;
	struct time_zone zone;
};

void local_time_read(const char *root, struct local_time *ret_local);

/* The clock on the wall; offset_s is that of `at`. Borrows `local`. */
struct local_clock local_time_clock(const struct local_time *local, int64_t at);

/* Reads, and tells one offset. */
int32_t local_time_offset(const char *root, int64_t at);

#endif
