/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_TIME_ZONE_H
#define VERIFIER_GATHER_TIME_ZONE_H

/*
 * The UTC offset of a place at an instant, out of a time zone file (TZif, RFC 8536 and 9636): the
 * last transition before it, and after the last one the rule in the footer. libc's answer depends on
 * the environment variable TZ, which whoever starts the product may set; the file of the system is a
 * fact of the site.
 */

#include "time_zone_rule.h"

enum { TIME_ZONE_MAX = 16384 /* bytes of a file; the largest ones take about 4,000 */ };

/* A file that was looked through; borrows its bytes. */
struct time_zone {
	const uint8_t *times, *indexes, *types;
	size_t time_len; /* 4 in a file of the first version, else 8 */
	size_t times_count, types_count;
	bool has_rule;
	struct time_zone_rule rule; /* from the last transition on */
};

/* False for a file that is no TZif, or makes no sense: an offset over 26 h, a broken rule. Pure. */
bool time_zone_read(const uint8_t *file, size_t file_len, struct time_zone *ret_zone);

/* Seconds east of UTC: a binary search. Pure, no allocation. */
int32_t time_zone_offset(const struct time_zone *zone, int64_t at);

#endif
