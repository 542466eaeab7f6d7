/* SPDX-License-Identifier: ISC */
#include "overdue.h"

const char *
overdue_name(enum overdue overdue)
{
	static const char *const NAMES[] = { "due", "overdue", "yellow", "red", "degraded",
		"locked" };

	return NAMES[overdue];
}

enum overdue
overdue_at(const struct license_ladder *rungs, int64_t renew_by, int64_t valid_until, int64_t now)
{
	struct license license = {
		.ladder = *rungs, .renew_by = renew_by, .valid_until = valid_until
	};
	struct ladder ladder;

	ladder_dates(&license, 0, &ladder);
	if (now <= renew_by)
		return OVERDUE_NOT;
	if (now >= ladder.degraded_until)
		return OVERDUE_LOCKED;
	if (now >= ladder.grace_until)
		return OVERDUE_DEGRADED;
	if (now >= ladder.alert_from)
		return OVERDUE_RED;
	return now >= ladder.warn_from ? OVERDUE_YELLOW : OVERDUE_QUIET;
}
