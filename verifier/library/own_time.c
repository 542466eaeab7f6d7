/* SPDX-License-Identifier: ISC */
#include "own_time.h"

#include <inttypes.h>
#include <string.h>

static bool
is_ours(const struct own_time *own, const struct site *site)
{
	return own->kept && strcmp(own->install_id, site->identity.install_id) == 0;
}

void
own_time_read(struct own_time *own, const struct site *site)
{
	own->read = site->memory->clock.taken_back;
}

/* By how much the folder is behind what was settled here, gone on with running time. */
static int64_t
find_gap(const struct own_time *own, const struct site *site, int64_t mono)
{
	const struct clock *clock = &site->memory->clock;
	int64_t elapsed = mono > own->mono ? mono - own->mono : 0;
	int64_t settled = own->settled + elapsed;

	if (!is_ours(own, site) || own->read != own->taken_back || !clock_started(clock) ||
		!own->started)
		return 0;
	if (settled > CLOCK_TIME_MAX)
		settled = CLOCK_TIME_MAX;
	return settled > clock_settled(clock) ? settled - clock_settled(clock) : 0;
}

static enum skerry_err
record(struct memory *memory, int64_t gap)
{
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = memory_tell(memory, "clock.moved", "clock", "seconds=%" PRId64, gap);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

enum skerry_err
own_time_hold(const struct own_time *own, struct site *site, int64_t mono)
{
	struct clock *clock = &site->memory->clock;
	int64_t gap = find_gap(own, site, mono);

	if (gap == 0)
		return SKERRY_OK;
	clock->wall_lead = clock_settled(clock) + gap - clock->ran;
	return site->memory->writes && site->memory->store != NULL ? record(site->memory, gap)
								   : SKERRY_OK;
}

void
own_time_keep(struct own_time *own, const struct site *site, int64_t mono)
{
	const struct clock *clock = &site->memory->clock;

	own->kept = true;
	memcpy(own->install_id, site->identity.install_id, sizeof own->install_id);
	/* What was taken back here was recorded here. */
	own->taken_back = site->memory->writes ? clock->taken_back : own->read;
	own->started = clock_started(clock);
	own->settled = clock_settled(clock);
	own->mono = mono;
}
