/* SPDX-License-Identifier: ISC */
/*
 * Random histories of a desk, three sites, two copies of them and the sticks between, over what decides
 * on both sides, against the truth: SKERRY_HISTORIES of them. Sticks are lost, copied, mixed up, pulled
 * in the middle; machines are put back, told or not, copied, set up anew; the desk loses its records;
 * licenses are suspended, resumed, revoked, moved. Then all sticks travel undisturbed for a while, and
 * everything must be in order. A history that is not is told as a short list of what was done;
 * SKERRY_HISTORY plays one alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_world.h"

#define DAY INT64_C(86400)

enum {
	HISTORIES = 10000,
	STEPS = 60,
	STICKS = 4,
	ROUNDS = 6,
	REQUESTS_RANDOM = WORLD_REQUESTS - ROUNDS * WORLD_MACHINES, /* the rest is for the end */
	BUNDLES_RANDOM = WORLD_BUNDLES - ROUNDS,
	REPLIES_RANDOM = WORLD_REPLIES - ROUNDS * WORLD_MACHINES * 2,
	INDEXES_RANDOM = WORLD_INDEXES - 24
};

/* What may happen in a history. */
enum { COPIES = 1, LOSSES = 2 };

static struct world world;
static struct world_stick sticks[STICKS];

/* --- what happens -------------------------------------------------------------------------------- */

/* Often the same one, so that much happens to it. */
static struct world_machine *
some_machine(void)
{
	size_t first = world_pick(&world, 2) == 0 ? 0 : world_pick(&world, WORLD_MACHINES);

	while (!world.machines[first].lives)
		first = (first + 1) % WORLD_MACHINES;
	return &world.machines[first];
}

static unsigned
number_of(const struct world_machine *machine)
{
	return (unsigned)(machine - world.machines);
}

/* Now and then a stick is pulled after so many steps. */
static size_t
some_steps(void)
{
	return world_pick(&world, 6) == 0 ? world_pick(&world, 6) : SIZE_MAX / 2;
}

static enum request_kind
some_kind(void)
{
	size_t dice = world_pick(&world, 20);

	if (dice < 6 && world.indexes_len < INDEXES_RANDOM)
		return REQUEST_PAIR;
	if (dice < 8 && world.indexes_len < INDEXES_RANDOM)
		return REQUEST_MIGRATE;
	return dice == 8 ? REQUEST_UNPAIR : REQUEST_HEARTBEAT;
}

static void
visit_site(void)
{
	struct world_machine *machine = some_machine();
	size_t stick = world_pick(&world, STICKS), steps = some_steps();
	enum request_kind kind = some_kind();
	bool news = world_pick(&world, 2) == 0;

	if (world.requests_len >= REQUESTS_RANDOM)
		return;
	world_say(&world, "machine %u (site %u) meets stick %zu%s, a %s%s\n", number_of(machine),
		machine->site, stick, steps < 6 ? " and is pulled" : "", request_kind_name(kind),
		news ? "" : " if nothing waits");
	world_visit(&world, machine, &sticks[stick], kind, news, steps);
}

/* Nobody carries its sticks for a while. */
static void
write_many(void)
{
	struct world_machine *machine = some_machine();
	size_t count = 1 + world_pick(&world, 44);

	if (world.requests_len + (int)count >= REQUESTS_RANDOM)
		return;
	world_say(&world, "machine %u writes %zu requests that are lost\n", number_of(machine),
		count);
	for (size_t i = 0; i < count; i++)
		world_write(&world, machine, REQUEST_HEARTBEAT, 0);
}

static void
visit_desk(void)
{
	size_t stick = world_pick(&world, STICKS), steps = some_steps();

	if (world.replies_len >= REPLIES_RANDOM || world.bundles_len >= BUNDLES_RANDOM)
		return;
	world_say(&world, "the desk meets stick %zu%s\n", stick, steps < 6 ? ", pulled" : "");
	world_desk_visit(&world, &sticks[stick], steps);
}

static void
lose_stick(void)
{
	size_t stick = world_pick(&world, STICKS);

	world_say(&world, "stick %zu is lost\n", stick);
	sticks[stick] = (struct world_stick){ 0 };
}

static void
copy_stick(void)
{
	size_t from = world_pick(&world, STICKS), to = world_pick(&world, STICKS);

	world_say(&world, "stick %zu becomes a copy of stick %zu\n", to, from);
	sticks[to] = sticks[from];
}

static void
swap_sticks(void)
{
	size_t a = world_pick(&world, STICKS), b = world_pick(&world, STICKS);
	struct world_stick kept = sticks[a];

	world_say(&world, "sticks %zu and %zu are mixed up\n", a, b);
	sticks[a] = sticks[b];
	sticks[b] = kept;
}

/* One that was found in a drawer. */
static void
find_request(void)
{
	size_t stick = world_pick(&world, STICKS);
	int request;

	if (world.requests_len == 0 || sticks[stick].requests_len == WORLD_STICK_REQUESTS)
		return;
	request = (int)world_pick(&world, (size_t)world.requests_len);
	world_say(&world, "request %d is put on stick %zu\n", request, stick);
	sticks[stick].requests[sticks[stick].requests_len++] = request;
}

static void
find_bundle(void)
{
	size_t stick = world_pick(&world, STICKS);
	int bundle;

	if (world.bundles_len == 0 || sticks[stick].bundles_len == WORLD_STICK_BUNDLES)
		return;
	bundle = (int)world_pick(&world, (size_t)world.bundles_len);
	world_say(&world, "bundle %d is put on stick %zu\n", bundle, stick);
	sticks[stick].bundles[sticks[stick].bundles_len++] = bundle;
}

static void
snapshot(void)
{
	struct world_machine *machine = some_machine();
	size_t place = world.snapshots_len;

	if (place == WORLD_SNAPSHOTS)
		place = world_pick(&world, WORLD_SNAPSHOTS);
	else
		world.snapshots_len++;
	world_say(&world, "machine %u is backed up as %zu\n", number_of(machine), place);
	world.snapshots[place].machine = (uint8_t)number_of(machine);
	world.snapshots[place].site = machine->site;
	world.snapshots[place].memory = machine->memory;
}

static void
put_back(void)
{
	size_t place = world_pick(&world, WORLD_SNAPSHOTS);
	bool told = world_pick(&world, 2) == 0;
	struct world_machine *machine = &world.machines[world.snapshots[place].machine];
	struct world_truth *truth = &world.truth[world.snapshots[place].site];

	if (place >= world.snapshots_len || truth->restores == FORK_TOLD_MAX)
		return;
	world_say(&world, "backup %zu is put back on machine %u, %s\n", place, number_of(machine),
		told ? "told" : "untold");
	truth->restores++;
	truth->put_back = true;
	/* The telling may be lost with what is overwritten. */
	if (truth->excused && !told)
		truth->zigzag = true;
	machine->site = world.snapshots[place].site;
	machine->memory = world.snapshots[place].memory;
	machine->memory.seq++;
	if (told) {
		machine->memory.told = true;
		machine->memory.told_from = world.requests_len;
	}
}

static void
copy_machine(void)
{
	const struct world_machine *from = some_machine();

	for (size_t i = 0; i < WORLD_MACHINES; i++)
		if (!world.machines[i].lives) {
			world_say(&world, "machine %zu becomes a copy of machine %u\n", i,
				number_of(from));
			world.machines[i] = *from;
			if (world_pick(&world, 2) == 0)
				world.machines[i].hardware = (uint8_t)(10 + i);
			world.truth[from->site].copied = true;
			return;
		}
}

static void
change_machine(void)
{
	struct world_machine *machine = some_machine();
	int written[WORLD_SITES]; /* what it wrote before is out in the world */

	if (world_pick(&world, 2) == 0 || world.sites_len == WORLD_SITES) {
		world_say(&world, "machine %u gets a new mainboard\n", number_of(machine));
		machine->hardware = (uint8_t)(100 + world_pick(&world, 100));
		return;
	}
	world_say(&world, "machine %u is set up anew, as site %d\n", number_of(machine),
		world.sites_len);
	memcpy(written, machine->written, sizeof written);
	world_set_up(machine, (uint8_t)world.sites_len++, machine->hardware);
	memcpy(machine->written, written, sizeof written);
}

static void
move_license(void)
{
	static const enum lifecycle_move MOVES[] = { LIFECYCLE_SUSPEND, LIFECYCLE_SUSPEND,
		LIFECYCLE_RESUME, LIFECYCLE_RESUME, LIFECYCLE_RESUME, LIFECYCLE_REVOKE };
	static const char *const NAMES[] = { "suspended", "suspended", "resumed", "resumed",
		"resumed", "revoked" };
	size_t dice = world_pick(&world, 6);
	uint8_t license = (uint8_t)world_pick(&world, WORLD_LICENSES);

	if (dice == 5 && world_pick(&world, 3) > 0)
		return;
	if (world_move(&world, license, MOVES[dice]))
		world_say(&world, "license %u is %s\n", license, NAMES[dice]);
}

static void
renew(void)
{
	uint8_t site = (uint8_t)world_pick(&world, (size_t)world.sites_len);

	if (world.replies_len >= REPLIES_RANDOM)
		return;
	world_say(&world, "the desk renews site %u, unasked\n", site);
	world_renew(&world, site);
}

static void
settle(void)
{
	size_t site = world_pick(&world, (size_t)world.sites_len);
	struct world_desk_site *one = &world.desk.sites[site];

	if (one->fork.found == FORK_NONE)
		return;
	world_say(&world, "the desk settles site %zu\n", site);
	fork_settle(&one->fork, one->made, world.now);
	one->is_clone = false;
}

static void
pass_time(void)
{
	int64_t days = (int64_t)world_pick(&world, world_pick(&world, 3) == 0 ? 400 : 30);

	world_say(&world, "%d days pass\n", (int)days);
	world.now += days * DAY;
}

static void
lose_records(void)
{
	if (world_pick(&world, 2) == 0) {
		world_say(&world, "the desk is backed up\n");
		world.backup = world.desk;
		return;
	}
	world_say(&world, "the desk's backup is put back\n");
	world.desk = world.backup;
	world.lost = true;
	world.now += 1000;
}

static void
act(unsigned what)
{
	size_t dice = world_pick(&world, 100);

	/* Much may happen in one second. */
	world.now += world_pick(&world, 2) == 0 ? 0 : (int64_t)world_pick(&world, 40);
	if (dice < 38)
		visit_site();
	else if (dice < 64)
		visit_desk();
	else if (dice < 66)
		write_many();
	else if (dice < 67)
		lose_stick();
	else if (dice < 69)
		copy_stick();
	else if (dice < 71)
		swap_sticks();
	else if (dice < 74)
		find_request();
	else if (dice < 76)
		find_bundle();
	else if (dice < 80)
		snapshot();
	else if (dice < 84)
		put_back();
	else if (dice < 86)
		change_machine();
	else if (dice < 88)
		move_license();
	else if (dice < 90)
		renew();
	else if (dice < 91)
		settle();
	else if (dice < 94)
		pass_time();
	else if (dice < 97 && (what & COPIES) != 0)
		copy_machine();
	else if (dice >= 97 && (what & LOSSES) != 0)
		lose_records();
}

/* --- the end ------------------------------------------------------------------------------------- */

/* All write, the desk reads all and answers, all take in. */
static void
travel(void)
{
	struct world_stick each[WORLD_MACHINES] = { 0 };
	int bundle;

	/* By then status lists are new, which is news for a site that waits. */
	world.now += 8 * DAY;
	world_say(&world, "all sticks travel\n");
	for (size_t i = 0; i < WORLD_MACHINES; i++)
		if (world.machines[i].lives)
			world_visit(&world, &world.machines[i], &each[i], REQUEST_HEARTBEAT, false,
				SIZE_MAX / 2);
	for (size_t i = 0; i < WORLD_MACHINES; i++)
		for (size_t k = 0; k < each[i].requests_len; k++)
			world_arrive(&world, each[i].requests[k]);
	bundle = world_bundle(&world);
	for (size_t i = 0; i < WORLD_MACHINES && bundle != WORLD_NONE; i++)
		if (world.machines[i].lives)
			world_take_in(&world, &world.machines[i], &world.bundles[bundle]);
	world_check(&world, bundle != WORLD_NONE, "there is room for the end");
}

static size_t
machines_of(unsigned site)
{
	size_t count = 0;

	for (size_t i = 0; i < WORLD_MACHINES; i++)
		count += world.machines[i].lives && world.machines[i].site == site;
	return count;
}

static void
check_license(const struct world_machine *machine, uint8_t license)
{
	const struct world_memory *memory = &machine->memory;
	const struct world_activation *one =
		world_activation_of(&world.desk, license, machine->site);
	const struct world_license *sold = &world.desk.licenses[license];
	enum standing now = standing_at(
		sold->life.stored, sold->valid_until, sold->life.pending_until, world.now);
	bool stands = one != NULL && one->stands, usable = world_is_usable(memory, license);

	/* A copy that is found may be renewed no more, as its plan says. */
	if (stands && now == STANDING_PAIRED &&
		world.desk.sites[machine->site].fork.found != FORK_CLONE) {
		world_check(&world, memory->held[license].edition == one->edition,
			"a site that is paired ends with its newest document");
		world_check(&world, usable, "a site that is paired ends in order");
	}
	if (one != NULL && memory->held[license].lapses_at > world.now &&
		memory->held[license].index == one->index &&
		(!stands || now == STANDING_REVOKED || now == STANDING_SUSPENDED))
		world_check(&world, !usable, "what was ended, suspended or revoked ends unusable");
}

static void
finish(void)
{
	world.now += 30 * DAY; /* what was unpaired runs on for a fortnight */
	world_say(&world, "--- the end\n");
	for (int round = 0; round < ROUNDS && world.broken == NULL; round++)
		travel();
	for (size_t i = 0; i < WORLD_MACHINES; i++) {
		const struct world_machine *machine = &world.machines[i];

		if (!machine->lives)
			continue;
		world_check(&world, !dialog_waits(&machine->memory.dialog),
			"everything that was written is acknowledged");
		world_check(&world, !machine->memory.told,
			"a restore that was told of is not told for ever");
		for (unsigned license = 0; license < WORLD_LICENSES; license++)
			check_license(machine, (uint8_t)license);
	}
	for (unsigned site = 0; site < WORLD_SITES; site++)
		if (machines_of(site) > 1)
			world_check(&world, world.desk.sites[site].fork.found == FORK_CLONE,
				"two machines that both go on are found");
}

/* --- histories ----------------------------------------------------------------------------------- */

static void
play(uint64_t seed, const uint64_t *actions, size_t actions_len, unsigned what)
{
	world_begin(&world, seed);
	memset(sticks, 0, sizeof sticks);
	for (size_t i = 0; i < actions_len && world.broken == NULL; i++) {
		world.dice.state = actions[i];
		act(what);
	}
	if (world.broken == NULL)
		finish();
}

/* Leaves out what the failure does not need, by ever smaller parts, and tells the rest. */
static void
tell(uint64_t seed, uint64_t *actions, size_t actions_len, unsigned what)
{
	static uint64_t fewer[STEPS];
	const char *broken = world.broken;

	for (size_t part = actions_len / 2; part > 0; part /= 2)
		for (size_t at = 0; at + part <= actions_len;) {
			memcpy(fewer, actions, at * sizeof *actions);
			memcpy(fewer + at, actions + at + part,
				(actions_len - at - part) * sizeof *actions);
			play(seed, fewer, actions_len - part, what);
			if (world.broken != broken) {
				at += part;
				continue;
			}
			actions_len -= part;
			memcpy(actions, fewer, actions_len * sizeof *actions);
		}
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("history %llu:\n", (unsigned long long)seed);
	world.aloud = true;
	play(seed, actions, actions_len, what);
	world.aloud = false;
	fail_msg("history %llu: it does not hold that %s", (unsigned long long)seed, broken);
}

static size_t
histories(void)
{
	const char *wanted = getenv("SKERRY_HISTORIES");
	unsigned long number = wanted == NULL ? HISTORIES : strtoul(wanted, NULL, 10);

	return number > 0 && number <= 100000000 ? number : HISTORIES;
}

static size_t all_restored, all_clones, all_late, all_forgotten, all_acts[ANSWER_ACT_LAST + 1];

static void
run(unsigned what)
{
	static uint64_t actions[STEPS];
	const char *only = getenv("SKERRY_HISTORY");
	size_t first = 0, last = histories() / 4;

	if (only != NULL) {
		first = strtoul(only, NULL, 10) / 4;
		last = strtoul(only, NULL, 10) % 4 == what ? first + 1 : first;
	}
	all_restored = all_clones = all_late = all_forgotten = 0;
	memset(all_acts, 0, sizeof all_acts);
	for (size_t n = first; n < last; n++) {
		uint64_t seed = n * 4 + what;
		struct dice dice = { (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) };

		for (size_t i = 0; i < STEPS; i++) {
			dice_below(&dice, 2);
			actions[i] = dice.state;
		}
		play(seed, actions, STEPS, what);
		if (world.broken != NULL)
			tell(seed, actions, STEPS, what);
		all_restored += world.restored;
		all_clones += world.clones;
		all_late += world.arrivals[FORK_LATE];
		all_forgotten += world.arrivals[FORK_FORGOTTEN];
		for (size_t i = 0; i <= ANSWER_ACT_LAST; i++)
			all_acts[i] += world.acts[i];
	}
	/* It is no empty promise: all of it does happen. */
	if (last - first < 1000)
		return;
	assert_true(all_restored > (last - first) / 10);
	assert_true(all_late > last - first);
	if ((what & COPIES) != 0)
		assert_true(all_clones > (last - first) / 4);
	if ((what & LOSSES) != 0)
		assert_true(all_forgotten > (last - first) / 100);
	for (size_t i = 0; i <= ANSWER_ACT_LAST; i++)
		if (i != ANSWER_ADOPT && (i != ANSWER_TAKE_UP || (what & LOSSES) != 0))
			assert_true(all_acts[i] > (last - first) / 20);
}

static void
honest_sites_are_never_a_clone_and_end_in_order(void **state)
{
	(void)state;
	run(0);
}

static void
two_that_go_on_are_always_found(void **state)
{
	(void)state;
	run(COPIES);
}

static void
a_desk_that_lost_its_records_accuses_nobody(void **state)
{
	(void)state;
	run(LOSSES);
}

static void
with_everything_at_once_it_still_holds(void **state)
{
	(void)state;
	run(COPIES | LOSSES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_sites_are_never_a_clone_and_end_in_order),
		cmocka_unit_test(two_that_go_on_are_always_found),
		cmocka_unit_test(a_desk_that_lost_its_records_accuses_nobody),
		cmocka_unit_test(with_everything_at_once_it_still_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
