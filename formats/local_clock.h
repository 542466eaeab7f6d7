/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_LOCAL_CLOCK_H
#define FORMATS_LOCAL_CLOCK_H

/*
 * What the clock on the wall of a place shows: its offset from UTC, which some places change twice a
 * year, as a pure function of the instant. Whoever counts with it, or tells a time of day, uses the
 * offset of the instant that is meant.
 */

#include <stdint.h>

struct local_clock {
	int32_t (*offset_at)(const void *zone, int64_t at); /* NULL: offset_s at all times */
	const void *zone;                                   /* borrowed */
	int32_t offset_s; /* seconds east of UTC; where there is offset_at, that of one moment */
};

/* Seconds east of UTC; `local` NULL: UTC. Pure. */
int32_t local_clock_offset(const struct local_clock *local, int64_t at);

#endif
