/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_TERMS_H
#define ISSUER_DECIDE_TERMS_H

/* The dates that a sale and a document get from a plan and what the clerk said instead. Pure. */

#include "formats/date.h"
#include "formats/license.h"

struct terms {
	bool perpetual; /* no valid_until; `term` counts for nothing */
	struct date_duration term;
	bool renews; /* the site must come back; else `renew` counts for nothing */
	struct date_duration renew;
	bool maintained; /* maintenance ends */
	struct date_duration maintenance;
};

struct terms_dates {
	int64_t valid_from, valid_until, maintenance_until; /* LICENSE_NEVER */
};

/*
 * The dates of a sale at `from`. `until` (LICENSE_NEVER: none said) replaces the term, also that of
 * a perpetual plan. ARGUMENT when the license would end before it begins.
 */
enum skerry_err terms_of_sale(
	const struct terms *terms, int64_t from, int64_t until, struct terms_dates *ret_dates);

/* renew_by of a document issued at `at`: never after valid_until; LICENSE_NEVER. */
int64_t terms_renew_by(const struct terms *terms, int64_t at, int64_t valid_until);

/*
 * When a plan that says nothing speaks up, in seconds before renew_by: warns at 30 days or a
 * quarter of the rhythm, alerts at 7 days or an eighth, whichever is shorter, in whole days where
 * it is more than one. A site that comes back in time hears nothing most of the time, and one that
 * does not is told neither half a year ahead nor too late for the next boat.
 */
void terms_notices(const struct terms *terms, struct license_ladder *ladder);

#endif
