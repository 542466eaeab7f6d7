/* SPDX-License-Identifier: ISC */
#include "telephone.h"

#include "formats/ladder.h"

static enum telephone_case
case_of(const struct telephone_facts *facts, const struct telephone_wish *wish, unsigned step)
{
	if (step <= facts->given)
		return TELEPHONE_REPEATED;
	if (wish->next == 0 || wish->next == facts->given + 1)
		return TELEPHONE_ONWARD;
	return wish->next > facts->given ? TELEPHONE_SITE_AHEAD : TELEPHONE_SITE_BEHIND;
}

enum skerry_err
telephone_choose(const struct telephone_facts *facts, const struct telephone_wish *wish,
	struct telephone_choice *ret_choice)
{
	unsigned base = wish->next > 0 ? wish->next - 1 : facts->given;

	if (facts->max == 0)
		return SKERRY_ERR_NO_STEPS;
	if (wish->again) {
		if (facts->given == 0)
			return SKERRY_ERR_ARGUMENT;
		*ret_choice = (struct telephone_choice){ facts->given, facts->given - 1,
			TELEPHONE_REPEATED };
		return SKERRY_OK;
	}
	if (wish->count == 0 || wish->count > LICENSE_STEPS_MAX || wish->next > LICENSE_STEPS_MAX)
		return SKERRY_ERR_ARGUMENT;
	if (base + wish->count > facts->max)
		return SKERRY_ERR_NO_STEPS;
	*ret_choice = (struct telephone_choice){ base + wish->count, base,
		case_of(facts, wish, base + wish->count) };
	return SKERRY_OK;
}

unsigned
telephone_first_of_use(const struct license *license, unsigned from, int64_t now)
{
	struct ladder ladder;

	for (unsigned step = from + 1; step <= license->telephone_steps; step++) {
		ladder_dates(license, step, &ladder);
		if (ladder.degraded_until == LICENSE_NEVER ||
			ladder.degraded_until + LADDER_DAY_S > now)
			return step;
	}
	return 0;
}

bool
telephone_moves(const struct license *license, unsigned from, unsigned to)
{
	struct ladder before, after;

	ladder_dates(license, from, &before);
	ladder_dates(license, to, &after);
	return after.renew_by > before.renew_by;
}
