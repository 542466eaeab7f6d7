/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_CLOCK_RECORD_H
#define VERIFIER_DECIDE_CLOCK_RECORD_H

/*
 * The clock's state as bytes, for site.db and for the site-key file: one deterministic CBOR array,
 *
 *	[ "skerry-clock", 1, ran, wall_lead / null, [[kid, lead] ...], [[boot id, mono, settled] ...],
 *	  boot_lead / null, believed_once, [need, agreed, lead, seen_at] / null, condition, void_until,
 *	  taken_back, strange, strange_ran ]
 *
 * Not signed or checked: it lies where the site's own key does. What is read is within the bounds on
 * which clock.c relies; a state has one encoding. Pure, thread-safe.
 */

#include "clock.h"
#include "formats/cbor.h"

#define CLOCK_RECORD_MARK "skerry-clock"

enum {
	CLOCK_RECORD_VERSION = 1,
	CLOCK_RECORD_MAX = 1024 /* bytes */
};

/* `ret_bytes` has room for CLOCK_RECORD_MAX. Cannot fail on a state that clock.c made. */
enum skerry_err clock_record_write(
	const struct clock *clock, uint8_t ret_bytes[CLOCK_RECORD_MAX], size_t *ret_len);

/*
 * The CBOR errors; CLAIM_VERSION for a later version; CLAIM_VALUE for another file, marks out of
 * order, a boot twice, or a candidate that has agreed long enough. *ret_clock on success alone.
 */
enum skerry_err clock_record_read(
	const uint8_t *bytes, size_t bytes_len, struct clock *ret_clock, size_t *ret_offset);

#endif
