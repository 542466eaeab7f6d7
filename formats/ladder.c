/* SPDX-License-Identifier: ISC */
#include "ladder.h"

/* Adds without overflow. What never comes stays so; beyond the type's end is never too. */
static int64_t
later(int64_t at, int64_t seconds)
{
	if (at == LICENSE_NEVER)
		return LICENSE_NEVER;
	if (seconds > 0 && at > INT64_MAX - seconds)
		return LICENSE_NEVER;
	if (seconds < 0 && at < INT64_MIN - seconds)
		return INT64_MIN;
	return at + seconds;
}

static int64_t
earlier(int64_t at, int64_t seconds)
{
	/* -INT64_MIN does not exist. */
	return later(at, seconds == INT64_MIN ? INT64_MAX : -seconds);
}

static int64_t
first_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
renew_by_after(const struct license *license, unsigned steps)
{
	int64_t step_s = (int64_t)license->telephone_days * LADDER_DAY_S;

	if (license->renew_by == LICENSE_NEVER)
		return LICENSE_NEVER;
	if (steps > license->telephone_steps)
		steps = license->telephone_steps;
	if (steps > LICENSE_STEPS_MAX)
		steps = LICENSE_STEPS_MAX;
	return first_of(later(license->renew_by, steps * step_s), license->valid_until);
}

/* Who renews as late as the term itself ends has nothing to renew: only the term counts then. */
static int64_t
contact_ends(const struct license *license, int64_t renew_by)
{
	if (renew_by >= license->valid_until)
		return LICENSE_NEVER;
	return later(renew_by, license->ladder.grace_s);
}

void
ladder_dates(const struct license *license, unsigned telephone_steps, struct ladder *ret_ladder)
{
	const struct license_ladder *rungs = &license->ladder;
	struct ladder l = { .valid_until = license->valid_until };

	l.renew_by = renew_by_after(license, telephone_steps);
	l.warn_from = earlier(l.renew_by, rungs->warn_s);
	l.alert_from = earlier(l.renew_by, rungs->alert_s);
	l.grace_from = first_of(l.renew_by, l.valid_until);
	l.grace_until = first_of(
		contact_ends(license, l.renew_by), later(l.valid_until, rungs->expiry_grace_s));
	l.degraded_until = later(l.grace_until, rungs->degraded_s);
	*ret_ladder = l;
}

int64_t
ladder_last_date(const struct license *license)
{
	struct ladder ladder;

	ladder_dates(license, license->telephone_steps, &ladder);
	return later(ladder.degraded_until, LADDER_DAY_S);
}

/* Seconds since the start of the day, 0 to 86399 also for instants before 1970. */
static int64_t
second_of_day(int64_t at)
{
	int64_t second = at % LADDER_DAY_S;

	return second < 0 ? second + LADDER_DAY_S : second;
}

/* The first day end not before `at`, as if the offset were the same at all times. */
static int64_t
day_end_at_offset(int64_t at, unsigned day_end_minutes, int32_t offset_s)
{
	int64_t since; /* the day end before, or at, this instant */

	since = second_of_day(second_of_day(at) + offset_s - (int64_t)day_end_minutes * 60);
	return since == 0 ? at : later(at, LADDER_DAY_S - since);
}

/* The first instant at which the offset is not that of `before`; at `after` it is not. */
static int64_t
find_change(const struct local_clock *local, int64_t before, int64_t after)
{
	const int32_t offset_s = local_clock_offset(local, before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (local_clock_offset(local, middle) == offset_s)
			before = middle;
		else
			after = middle;
	}
	return after;
}

int64_t
ladder_day_end(int64_t at, unsigned day_end_minutes, const struct local_clock *local)
{
	/* A clock may be put forward at this very instant. */
	int64_t before = later(at, -1), change;
	int32_t offset_s = local_clock_offset(local, before), then_s;
	int64_t end = day_end_at_offset(at, day_end_minutes, offset_s);

	/* No place changes its offset twice within a day. */
	if (local_clock_offset(local, end) == offset_s)
		return end;
	change = find_change(local, before, end);
	then_s = local_clock_offset(local, change);
	/* One put forward by a whole day shows the same time of day. */
	if (end - change < (then_s - offset_s) % LADDER_DAY_S)
		return change;
	return day_end_at_offset(change, day_end_minutes, then_s);
}
