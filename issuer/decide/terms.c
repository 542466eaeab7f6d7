/* SPDX-License-Identifier: ISC */
#include "terms.h"

#include "formats/ladder.h"

enum { WARN_DAYS = 30, ALERT_DAYS = 7 };

enum skerry_err
terms_of_sale(const struct terms *terms, int64_t from, int64_t until, struct terms_dates *ret_dates)
{
	struct terms_dates dates = { from, until, LICENSE_NEVER };

	if (until == LICENSE_NEVER && !terms->perpetual)
		dates.valid_until = date_add(from, terms->term);
	if (dates.valid_until <= from)
		return SKERRY_ERR_ARGUMENT;
	if (terms->maintained)
		dates.maintenance_until = date_add(from, terms->maintenance);
	*ret_dates = dates;
	return SKERRY_OK;
}

int64_t
terms_renew_by(const struct terms *terms, int64_t at, int64_t valid_until)
{
	int64_t renew_by = terms->renews ? date_add(at, terms->renew) : LICENSE_NEVER;

	return renew_by < valid_until ? renew_by : valid_until;
}

static int64_t
notice(int64_t share_s, int64_t most_days)
{
	if (share_s > most_days * LADDER_DAY_S)
		return most_days * LADDER_DAY_S;
	return share_s > LADDER_DAY_S ? share_s / LADDER_DAY_S * LADDER_DAY_S : share_s;
}

void
terms_notices(const struct terms *terms, struct license_ladder *ladder)
{
	int64_t renew_s = terms->renews ? date_duration_seconds(terms->renew) : 0;

	ladder->warn_s = notice(renew_s / 4, WARN_DAYS);
	ladder->alert_s = notice(renew_s / 8, ALERT_DAYS);
}
