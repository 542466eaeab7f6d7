/* SPDX-License-Identifier: ISC */
#include "fixture_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formats/license.h"

#define DAY INT64_C(86400)

void
world_check(struct world *world, bool holds, const char *what)
{
	if (!holds && world->broken == NULL) {
		world->broken = what;
		world_say(world, "    broken: %s\n", what);
	}
}

void
world_say(const struct world *world, const char *format, ...)
{
	va_list args;

	if (!world->aloud)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

size_t
world_pick(struct world *world, size_t below)
{
	return (size_t)dice_below(&world->dice, below);
}

unsigned
world_brand(unsigned license)
{
	return license == WORLD_LICENSES - 1 ? 1 : 0;
}

uint64_t
world_reply_taken(const struct world_memory *memory)
{
	uint64_t newest = 0;

	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++)
		if (memory->reply[brand] > newest)
			newest = memory->reply[brand];
	return newest;
}

void
world_set_up(struct world_machine *machine, uint8_t site, uint8_t hardware)
{
	*machine = (struct world_machine){ .lives = true,
		.site = site,
		.hardware = hardware,
		.memory = { .newest = WORLD_NONE, .tip = WORLD_NONE } };
	for (size_t i = 0; i < WORLD_SITES; i++)
		machine->written[i] = WORLD_NONE;
}

void
world_begin(struct world *world, uint64_t seed)
{
	bool aloud = world->aloud;

	/* What lies in the long lists is written before it is read. */
	world->requests_len = world->replies_len = world->bundles_len = 0;
	world->indexes_len = 0;
	world->sites_len = 3;
	world->snapshots_len = 0;
	memset(world->machines, 0, sizeof world->machines);
	memset(&world->desk, 0, sizeof world->desk);
	memset(world->truth, 0, sizeof world->truth);
	memset(&world->ever_known, 0, sizeof world->ever_known);
	memset(world->arrivals, 0, sizeof world->arrivals);
	memset(world->acts, 0, sizeof world->acts);
	world->restored = world->clones = 0;
	world->lost = false;
	world->broken = NULL;
	world->aloud = aloud;
	world->now = FIXTURE_START;
	world->dice.state = seed | 1;
	for (uint8_t i = 0; i < 3; i++)
		world_set_up(&world->machines[i], i, i);
	for (unsigned i = 0; i < WORLD_LICENSES; i++)
		world->desk.licenses[i] =
			(struct world_license){ .life = { STANDING_UNPAIRED, LICENSE_NEVER },
				.valid_until = FIXTURE_START +
					       (300 + (int64_t)world_pick(world, 700)) * DAY,
				.max_activations = 1 + (int64_t)world_pick(world, 3),
				.allowed = 1 + (int64_t)world_pick(world, 3),
				.policy = world_pick(world, 2) == 0 ? LICENSE_ROLLBACK_NOTICE
								    : LICENSE_ROLLBACK_GRACE };
	world->backup = world->desk;
}
