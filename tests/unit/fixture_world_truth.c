/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fixture_world.h"

bool
world_set_has(const struct world_set *set, int i)
{
	return (set->bits[i / 64] >> (i % 64) & 1) != 0;
}

void
world_set_add(struct world_set *set, int i)
{
	set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* --- what a site writes -------------------------------------------------------------------------- */

/* Back to a line that the machine had left: nobody can tell it from a copy, unless it is told. */
static void
note_return(struct world *world, const struct world_machine *machine)
{
	const struct world_memory *memory = &machine->memory;
	struct world_truth *truth = &world->truth[machine->site];
	int written = machine->written[machine->site];

	if (written == WORLD_NONE || memory->tip == WORLD_NONE ||
		world_set_has(&world->requests[written].line, memory->tip))
		return;
	if (memory->told && memory->told_from > written)
		truth->excused = true;
	else
		truth->zigzag = true;
}

/* A list is the newest part of the site's own history, from something on that the desk once knew. */
static bool
is_true_list(const struct world *world, const struct world_request *request, int tip)
{
	const struct fork_request *fork = &request->fork;

	for (size_t i = fork->list_len; i > 0; i--) {
		if (tip == WORLD_NONE || memcmp(&world->requests[tip].fork.self, &fork->list[i - 1],
						 sizeof fork->self) != 0)
			return false;
		if (i > 1 || fork->list[0].number == 1)
			tip = world->requests[tip].parent;
		else if (!world_set_has(&world->ever_known, tip))
			return false;
	}
	return fork->list_len > 0 || tip == WORLD_NONE;
}

void
world_note_written(struct world *world, struct world_machine *machine, int request)
{
	struct world_request *one = &world->requests[request];
	struct world_memory *memory = &machine->memory;

	note_return(world, machine);
	world_check(world, is_true_list(world, one, memory->tip),
		"a request lists its history since the last acknowledged one");
	machine->written[machine->site] = request;
	one->parent = memory->tip;
	one->base = one->stopgap ? memory->tip : request;
	memset(&one->line, 0, sizeof one->line);
	if (memory->tip != WORLD_NONE)
		one->line = world->requests[memory->tip].line;
	if (one->stopgap)
		return;
	world_set_add(&one->line, request);
	memory->tip = request;
}

/* --- what a desk finds --------------------------------------------------------------------------- */

/* Neither went before the other. */
static bool
diverge(const struct world *world, int a, int b)
{
	a = world->requests[a].base;
	b = world->requests[b].base;
	return world->requests[a].site == world->requests[b].site &&
	       !world_set_has(&world->requests[a].line, b) &&
	       !world_set_has(&world->requests[b].line, a);
}

/* The mark when the desk first knew something of `a` that is not of `b`. */
static uint64_t
known_apart(const struct world *world, int a, int b)
{
	const struct world_desk *desk = &world->desk;
	uint64_t first = UINT64_MAX;

	for (size_t word = 0; word < WORLD_REQUESTS / 64; word++) {
		uint64_t bits = world->requests[a].line.bits[word] &
				~world->requests[b].line.bits[word] & desk->known.bits[word];

		for (; bits != 0; bits &= bits - 1) {
			size_t i = word * 64 + (size_t)__builtin_ctzll(bits);

			first = desk->known_at[i] < first ? desk->known_at[i] : first;
		}
	}
	return first;
}

/* Two lines that both acknowledge something made after both were known. */
static bool
proves_clone(const struct world *world, int request)
{
	const struct world_request *one = &world->requests[request];
	uint64_t since = world->desk.sites[one->site].fork.since;

	for (int i = 0; i < world->requests_len && one->fork.reply > since; i++) {
		const struct world_request *other = &world->requests[i];
		uint64_t first, second;

		if (!world_set_has(&world->desk.proofs, i) || other->fork.reply <= since ||
			!diverge(world, request, i))
			continue;
		first = known_apart(world, request, i);
		second = known_apart(world, i, request);
		if (first < second)
			first = second;
		if (one->fork.reply > first && other->fork.reply > first)
			return true;
	}
	return false;
}

/* Whether what is known went on elsewhere from where this request's history leaves it. */
static bool
is_new_line(const struct world *world, int request)
{
	const struct world_set *known = &world->desk.known;
	int base = world->requests[request].base, before = base;

	if (world_set_has(known, base))
		return false;
	while (before != WORLD_NONE && !world_set_has(known, before))
		before = world->requests[before].parent;
	for (int i = 0; i < world->requests_len; i++) {
		const struct world_request *one = &world->requests[i];

		if (i != before && !one->stopgap && one->site == world->requests[request].site &&
			world_set_has(known, i) &&
			(before == WORLD_NONE || world_set_has(&one->line, before)))
			return true;
	}
	return false;
}

/* A stopgap whose line is known to have gone on may be of either. */
static bool
is_passed(const struct world *world, int request)
{
	int base = world->requests[request].base;

	for (int i = 0; i < world->requests_len && world->requests[request].stopgap; i++)
		if (i != base && !world->requests[i].stopgap &&
			world_set_has(&world->desk.known, i) &&
			world_set_has(&world->requests[i].line, base))
			return true;
	return false;
}

static bool
contradicts(const struct world *world, int request)
{
	for (int i = 0; i < world->requests_len; i++)
		if (world_set_has(&world->desk.known, i) && diverge(world, request, i))
			return true;
	return false;
}

void
world_expect(
	const struct world *world, int request, uint64_t mark, struct world_expected *ret_expected)
{
	ret_expected->again = world_set_has(&world->desk.arrived, request);
	ret_expected->new_line = is_new_line(world, request);
	ret_expected->since = world->desk.sites[world->requests[request].site].fork.since;
	ret_expected->mark = mark;
}

/* It knows what arrives, and what that lists; what it forgot is acknowledged all the same. */
static void
note_arrival(struct world *world, int request, bool records, uint64_t mark)
{
	struct world_desk *desk = &world->desk;
	const struct fork_request *fork = &world->requests[request].fork;
	bool proves = !is_passed(world, request);

	for (size_t i = 0; i <= fork->list_len; i++) {
		int one = request;

		if (i < fork->list_len)
			memcpy(&one, fork->list[i].digest, sizeof one);
		world_set_add(&world->ever_known, one);
		if (!records)
			continue;
		if (!world_set_has(&desk->known, one))
			desk->known_at[one] = mark;
		world_set_add(&desk->known, one);
	}
	if (!records)
		return;
	world_set_add(&desk->arrived, request);
	if (!proves)
		return;
	world_set_add(&desk->proofs, request);
	if (proves_clone(world, request))
		desk->sites[world->requests[request].site].is_clone = true;
}

static void
compare_findings(struct world *world, int request, const struct fork_verdict *verdict)
{
	const struct world_request *one = &world->requests[request];
	const struct world_truth *truth = &world->truth[one->site];

	if (verdict->found == FORK_RESTORED)
		world_check(world, truth->put_back || truth->copied,
			"restored: the site was put back or copied");
	if (verdict->found == FORK_CLONE)
		world_check(world, truth->copied || truth->zigzag, "clone: there are two of it");
	world_check(world, verdict->told == one->fork.told, "what the site told of is passed on");
	world_check(world, !verdict->start_over, "there are not that many lines");
}

void
world_compare(struct world *world, int request, const struct world_expected *expected,
	const struct fork_verdict *verdict)
{
	const struct world_request *one = &world->requests[request];
	const struct world_desk_site *site = &world->desk.sites[one->site];

	world->restored += verdict->found == FORK_RESTORED;
	world->clones += verdict->found == FORK_CLONE;
	note_arrival(world, request, verdict->record, expected->mark);
	compare_findings(world, request, verdict);
	world_check(world, (verdict->arrival == FORK_AGAIN) == expected->again,
		"the same request again, and no other, gets the same answer");
	if (world->lost) {
		if (verdict->found == FORK_RESTORED && !one->stopgap)
			world_check(world, contradicts(world, request),
				"restored: the records contradict it");
		return;
	}
	world_check(world, verdict->arrival != FORK_FORGOTTEN, "a desk forgets nothing");
	world_check(world, !verdict->adopted, "a desk that lost nothing adopts nothing");
	if (verdict->found != FORK_CLONE)
		world_check(world, (verdict->found == FORK_RESTORED) == expected->new_line,
			"restored exactly where a line parts");
	world_check(world, (site->fork.found == FORK_CLONE) == site->is_clone,
		"clone exactly where two lines go on");
	if (!one->fork.told && expected->since != 0)
		world_check(world, site->fork.since == expected->since,
			"only what a site tells puts evidence aside");
}

/* --- what is sold -------------------------------------------------------------------------------- */

void
world_check_sold(struct world *world)
{
	const struct world_desk *desk = &world->desk;

	for (unsigned license = 0; license < WORLD_LICENSES && !world->lost; license++) {
		const struct world_license *sold = &desk->licenses[license];
		int64_t standing = 0, living = 0, moved = 0;

		for (size_t i = 0; i < desk->activations_len; i++) {
			const struct world_activation *one = &desk->activations[i];

			if (one->license != license)
				continue;
			standing += one->stands;
			living += one->stands || one->lapses_at > world->now;
			moved += one->counts && one->ended_at > world->now - MIGRATIONS_YEAR_S;
		}
		world_check(world, standing <= sold->max_activations,
			"no more activations stand than were sold");
		world_check(world, living <= sold->max_activations + sold->allowed,
			"no more documents live than were sold and may move");
		world_check(world, moved <= sold->allowed,
			"a license moves no more often in a year than it may");
	}
}
