/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_LADDER_H
#define FORMATS_LADDER_H

/*
 * The ladder: how the dates of a license follow from its claims. The issuer needs it to sign the
 * last date as exp, the site to decide; both must get the same, so it stands here once.
 *
 *	contact     renew_by - warn, - alert | renew_by | + grace | + degraded
 *	commercial                           | valid_until | + expiry_grace | + degraded
 *
 * Both run at once and the worse one counts, so grace ends at the earlier of the two. Telephone
 * step j moves renew_by by j x days, never past valid_until.
 */

#include "license.h"
#include "local_clock.h"

enum {
	LADDER_DAY_S = 86400,
	LADDER_GRACE_MAX_S = 400 * 86400 /* longest grace that a key without `perpetual` may sign */
};

/* UTC seconds; LICENSE_NEVER where the ladder has no such step. Day ends are not applied here. */
struct ladder {
	int64_t warn_from, alert_from; /* notices before or after renew_by */
	int64_t renew_by;              /* telephone steps included; never after valid_until */
	int64_t valid_until;
	int64_t grace_from;     /* the earlier of renew_by and valid_until */
	int64_t grace_until;    /* full access ends: min of the graces that count */
	int64_t degraded_until; /* read only ends */
};

/* The dates after `telephone_steps` steps (more than the license has count as all). Pure. */
void ladder_dates(
	const struct license *license, unsigned telephone_steps, struct ladder *ret_ladder);

/*
 * The last date of all: degraded_until with every telephone step, and 24 h for the day end.
 * What exp must be; LICENSE_NEVER where nothing ever ends.
 */
int64_t ladder_last_date(const struct license *license);

/*
 * The first day end that is not before `at`: the clock on the wall shows `day_end_minutes`, or is put
 * forward past it. A step down caused by a date takes effect then. It comes within 24 h, and where an
 * hour is put in within 25. Each instant by the offset that holds at it, so that an earlier date has no
 * later day end, whenever it is worked out. `local` as in local_clock.h; LICENSE_NEVER stays. Pure.
 */
int64_t ladder_day_end(int64_t at, unsigned day_end_minutes, const struct local_clock *local);

#endif
