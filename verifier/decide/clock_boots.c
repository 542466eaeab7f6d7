/* SPDX-License-Identifier: ISC */
#include "clock_boots.h"

#include <string.h>

#include "clock_span.h"

static const uint8_t NO_BOOT[CLOCK_BOOT_ID_LEN] = { 0 };

static bool
is_none(const uint8_t id[CLOCK_BOOT_ID_LEN])
{
	return memcmp(id, NO_BOOT, CLOCK_BOOT_ID_LEN) == 0;
}

/* Its place, or the number of boots where it is a new one. */
static size_t
find_boot(const struct clock *clock, const uint8_t id[CLOCK_BOOT_ID_LEN])
{
	size_t i = 0;

	while (i < clock->boots_len && memcmp(clock->boots[i].id, id, CLOCK_BOOT_ID_LEN) != 0)
		i++;
	return i;
}

/* Puts this boot in front; of too many, the one that has not ticked for longest is forgotten. */
static void
put_boot(struct clock *clock, const uint8_t id[CLOCK_BOOT_ID_LEN], int64_t mono_s)
{
	size_t place = find_boot(clock, id);

	if (place == clock->boots_len && clock->boots_len < CLOCK_BOOTS_MAX)
		clock->boots_len++;
	if (place == CLOCK_BOOTS_MAX)
		place--;
	memmove(clock->boots + 1, clock->boots, place * sizeof *clock->boots);
	memcpy(clock->boots[0].id, id, CLOCK_BOOT_ID_LEN);
	clock->boots[0].mono_s = mono_s;
}

/*
 * Running time of a boot since its last tick. Where others ticked in between, they may have counted
 * the same hours, and sources of time were learned on their count: then only what takes settled
 * beyond where it was at that tick, gone on.
 */
static int64_t
lived_since(const struct clock *clock, size_t place, int64_t lived)
{
	if (place == 0)
		return lived;
	return clock_larger(
		0, clock_clamp(clock->boots[place].settled + lived) - clock_settled(clock));
}

/* Enough running that could be counted, and strange boots are excused anew. */
static void
excuse(struct clock *clock, int64_t counted)
{
	if (clock->strange == 0)
		return;
	clock->strange_ran += counted;
	if (clock->strange_ran < CLOCK_STRANGE_S)
		return;
	clock->strange = 0;
	clock->strange_ran = 0;
}

/* The boot that ticked last and showed running time. */
static void
look_back(const struct clock *clock, struct clock_elapsed *elapsed)
{
	for (size_t i = 0; i < clock->boots_len && !elapsed->other; i++) {
		elapsed->before = clock->boots[i];
		elapsed->other = !is_none(clock->boots[i].id);
	}
}

struct clock_elapsed
clock_boots_count(struct clock *clock, const struct clock_reading *reading)
{
	struct clock_elapsed elapsed = { .fault = reading->namespaced,
		.mono_s = clock_clamp(reading->mono_s) };
	size_t place = find_boot(clock, reading->boot_id);

	if (reading->uncounted || is_none(reading->boot_id)) {
		/* A boot of its own, which never shows elapsed time. */
		put_boot(clock, NO_BOOT, 0);
		elapsed.fault = true;
		return elapsed;
	}
	if (place == clock->boots_len) {
		clock->boot_lead = CLOCK_NONE;
		look_back(clock, &elapsed);
	} else {
		int64_t lived = elapsed.mono_s - clock->boots[place].mono_s;

		if (lived < 0)
			elapsed.fault = true;
		else
			elapsed.seconds = lived_since(clock, place, lived);
	}
	elapsed.seconds = clock_smaller(elapsed.seconds, CLOCK_TIME_MAX - clock->ran);
	clock->ran += elapsed.seconds;
	excuse(clock, elapsed.seconds);
	put_boot(clock, reading->boot_id, elapsed.mono_s);
	return elapsed;
}

/* A few are another machine, or a container that has boot ids of its own. */
static bool
is_excused(struct clock *clock)
{
	if (clock->strange == CLOCK_STRANGE_MAX)
		return false;
	clock->strange++;
	return true;
}

/* A clock that says nothing contradicts nothing: the uptime is all there is. */
static int64_t
of_silent(struct clock *clock, int64_t uptime, bool goes_on, int64_t *ret_strange)
{
	if (uptime > CLOCK_UNATTENDED_S || goes_on)
		*ret_strange = uptime;
	if (uptime <= CLOCK_UNATTENDED_S)
		return uptime;
	return is_excused(clock) ? CLOCK_UNATTENDED_S : clock_smaller(uptime, CLOCK_WEEKS_S);
}

int64_t
clock_boots_uptime(
	struct clock *clock, const struct clock_elapsed *elapsed, bool speaks, int64_t *ret_strange)
{
	const struct clock_boot *before = &elapsed->before;
	int64_t passed = clock_settled(clock) - before->settled;
	bool goes_on = elapsed->mono_s >= before->mono_s &&
		       (speaks || before->mono_s > CLOCK_UNATTENDED_S);
	int64_t uptime = elapsed->mono_s - (goes_on ? before->mono_s : 0) - passed;

	*ret_strange = 0;
	if (!elapsed->other || uptime <= 0 || (speaks && !goes_on))
		return 0;
	if (goes_on && uptime <= CLOCK_SKEW_S)
		return uptime;
	if (!speaks)
		return of_silent(clock, uptime, goes_on, ret_strange);
	*ret_strange = uptime;
	return is_excused(clock) ? 0 : clock_smaller(uptime, CLOCK_UNATTENDED_S);
}
