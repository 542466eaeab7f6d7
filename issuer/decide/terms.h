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

/* A renewal: what stands, and what the clerk said instead of the plan. */
struct terms_renewal {
	struct terms_dates dates; /* as they are */
	int64_t expiry_grace_s, now;
	bool has_term; /* `term` instead of the plan's */
	struct date_duration term;
	int64_t until; /* a date instead of any term; LICENSE_NEVER: none said */
};

/*
 * The dates after a renewal. A license that ends goes on from its old end by a term; also where
 * that has passed by no more than its expiry grace, since nothing was lost in between; later it
 * starts anew at `now`. A term in months that was counted from valid_from keeps counting from there,
 * so that one sold on the 31st does not slip to the 28th for good. Maintenance that ends goes on in
 * the same way by the plan's; it is all that is renewed of a license that never ends, and then
 * what `term` and `until` are about.
 *
 * ARGUMENT where nothing says for how long: no term and no date, nothing that ends.
 */
enum skerry_err terms_of_renewal(const struct terms *terms, const struct terms_renewal *renewal,
	struct terms_dates *ret_dates);

/* Whether some date comes before what it was. */
bool terms_shorten(const struct terms_dates *before, const struct terms_dates *after);

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
