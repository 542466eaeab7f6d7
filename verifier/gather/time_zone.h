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

enum {
	TIME_ZONE_MAX = 16384,           /* bytes of a file; the largest ones take about 4,000 */
	TIME_ZONE_TRANSITIONS_MAX = 512, /* in it; the most that a place has is about 250 */
	TIME_ZONE_SPANS_MAX = 1024
};

/* A file worked out: about 12 KB, and nothing in it refers to the file. */
struct time_zone {
	int64_t from[TIME_ZONE_SPANS_MAX]; /* ascending; the first is INT64_MIN */
	int32_t offset_s[TIME_ZONE_SPANS_MAX];
	size_t spans_len;
	int64_t rule_from; /* beyond the spans, the rule; INT64_MAX: there is none */
	struct time_zone_rule rule;
};

/*
 * False for a file that is no TZif, or makes no sense: an offset over 26 h, a broken rule, transitions
 * out of order. *ret_zone is written in place, then too. Pure.
 */
bool time_zone_read(const uint8_t *file, size_t file_len, struct time_zone *ret_zone);

/* Seconds east of UTC: a binary search. Pure, no allocation. */
int32_t time_zone_offset(const struct time_zone *zone, int64_t at);

#endif
