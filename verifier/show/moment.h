/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_MOMENT_H
#define VERIFIER_SHOW_MOMENT_H

/*
 * An instant for people: by the clock on the wall of this place, as the bar and the sentences have it.
 * What scripts read is UTC (date.h).
 */

#include <stdint.h>

#include "verifier/gather/local_time.h"

enum {
	MOMENT_TEXT_MAX = 26,  /* "2028-07-10T04:00:00+08:00" and its terminator */
	MOMENT_MINUTE_MAX = 17 /* "2028-07-10 04:00" */
};

/* By `place`; NULL: UTC. RFC 3339 with the offset of that instant, so that it can be typed again; Z where there is none. */
void moment_format(const struct local_time *place, int64_t at, char ret_text[MOMENT_TEXT_MAX]);
/* To the minute, for a list. */
void moment_format_minute(
	const struct local_time *place, int64_t at, char ret_text[MOMENT_MINUTE_MAX]);

#endif
