/* SPDX-License-Identifier: ISC */
#include "terms.h"

#include "formats/ladder.h"

enum { WARN_DAYS = 30, ALERT_DAYS = 7, MONTHS_MAX = 1200 };

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

/* From the old end; from now where that is too long ago to have been noticed. */
static int64_t
base(int64_t end, int64_t grace_s, int64_t now)
{
	return now - end > grace_s ? now : end;
}

/* The end of one more term behind `end`, which may be a number of months after `from`. */
static int64_t
extend(int64_t from, int64_t end, struct date_duration term)
{
	for (int32_t months = 1; term.months > 0 && months <= MONTHS_MAX; months++) {
		int64_t at = date_add(from, (struct date_duration){ .months = months });

		if (at == end)
			return date_add(
				from, (struct date_duration){ .months = months + term.months });
		if (at > end)
			break;
	}
	return date_add(end, term);
}

static enum skerry_err
renew_maintenance(const struct terms *terms, const struct terms_renewal *renewal, bool alone,
	int64_t *ret_until)
{
	int64_t end = renewal->dates.maintenance_until;
	struct date_duration term = terms->maintenance;

	if (end == LICENSE_NEVER)
		return SKERRY_ERR_ARGUMENT;
	if (alone && renewal->until != LICENSE_NEVER) {
		*ret_until = renewal->until;
		return SKERRY_OK;
	}
	if (alone && renewal->has_term)
		term = renewal->term;
	else if (!terms->maintained)
		return SKERRY_ERR_ARGUMENT;
	*ret_until = extend(
		renewal->dates.valid_from, base(end, renewal->expiry_grace_s, renewal->now), term);
	return SKERRY_OK;
}

enum skerry_err
terms_of_renewal(const struct terms *terms, const struct terms_renewal *renewal,
	struct terms_dates *ret_dates)
{
	struct terms_dates dates = renewal->dates;
	int64_t from = base(dates.valid_until, renewal->expiry_grace_s, renewal->now);
	enum skerry_err err;

	if (dates.valid_until == LICENSE_NEVER) {
		err = renew_maintenance(terms, renewal, true, &dates.maintenance_until);
		if (err == SKERRY_OK)
			*ret_dates = dates;
		return err;
	}
	if (renewal->until != LICENSE_NEVER)
		dates.valid_until = renewal->until;
	else if (renewal->has_term || !terms->perpetual)
		dates.valid_until = extend(
			dates.valid_from, from, renewal->has_term ? renewal->term : terms->term);
	else
		return SKERRY_ERR_ARGUMENT;
	if (dates.valid_until <= dates.valid_from)
		return SKERRY_ERR_ARGUMENT;
	/* Maintenance goes with it where the plan has any; else it stays as it is. */
	(void)renew_maintenance(terms, renewal, false, &dates.maintenance_until);
	*ret_dates = dates;
	return SKERRY_OK;
}

bool
terms_shorten(const struct terms_dates *before, const struct terms_dates *after)
{
	return after->valid_until < before->valid_until ||
	       after->maintenance_until < before->maintenance_until;
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
