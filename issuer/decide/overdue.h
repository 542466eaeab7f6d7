/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_OVERDUE_H
#define ISSUER_DECIDE_OVERDUE_H

/*
 * How late a site is that should have come back: what its screen shows, as far as the desk can know
 * it, in HotelHub's words. A plan for which the vendor says "--warn -7d --alert -14d" is yellow 7
 * days after its date and red 14 days after it; one that warns ahead is red as soon as it is late.
 * Telephone renewals are in `renew_by` as soon as they are read out, and may not have been typed in;
 * day ends, which depend on the site's time zone, can only make it better there. Pure.
 */

#include "formats/ladder.h"

enum overdue {
	OVERDUE_NOT,      /* the date has not passed */
	OVERDUE_QUIET,    /* late, and nothing shows yet */
	OVERDUE_YELLOW,   /* a warning */
	OVERDUE_RED,      /* an alert */
	OVERDUE_DEGRADED, /* the grace has passed: read only */
	OVERDUE_LOCKED
};
enum { OVERDUE_LAST = OVERDUE_LOCKED };

/* "due", "overdue", "yellow", "red", "degraded", "locked". */
const char *overdue_name(enum overdue overdue);

/*
 * `renew_by` of the site's newest document, with the telephone steps that were read out, and its
 * `valid_until`; LICENSE_NEVER where it has none.
 */
enum overdue overdue_at(
	const struct license_ladder *rungs, int64_t renew_by, int64_t valid_until, int64_t now);

#endif
