/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_TIME_ZONE_H
#define VERIFIER_GATHER_TIME_ZONE_H

/*
 * The UTC offset of a place at an instant, out of a time zone file (TZif, RFC 8536 and 9636): the
 * last transition before it, and after the last one the rule in the footer (POSIX TZ, with the
 * extension of hours to -167..167). libc's answer depends on the environment variable TZ, which
 * whoever starts the product may set; the file of the system is a fact of the site.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIME_ZONE_MAX = 16384 /* bytes of a file; the largest ones take about 4,000 */ };

/* Seconds east of UTC. False for a file that is no TZif, or whose offset is over 26 h. Pure. */
bool time_zone_offset(const uint8_t *file, size_t file_len, int64_t at, int32_t *ret_offset_s);

/* The same from a POSIX TZ string, such as "CET-1CEST,M3.5.0,M10.5.0/3", not terminated. Pure. */
bool time_zone_rule_offset(const char *rule, size_t rule_len, int64_t at, int32_t *ret_offset_s);

#endif
