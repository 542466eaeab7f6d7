/* SPDX-License-Identifier: ISC */
/*
 * Random histories of one site against a model that knows the truth: machines that write requests, are
 * put back or copied, sticks lost, copied and out of order, a desk that lost its records.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/decide/fork.h"

enum {
	NODES_MAX = 128,
	MACHINES_MAX = 3,
	SNAPSHOTS_MAX = 6,
	REPLIES_MAX = 128,
	STOPGAPS_MAX = 16,
	NONE = -1,
	RUNS = 100000,
	STEPS = 36
};

struct set {
	uint64_t bits[NODES_MAX / 64];
};

static bool
set_has(const struct set *set, int i)
{
	return (set->bits[i / 64] >> (i % 64) & 1) != 0;
}

static void
set_add(struct set *set, int i)
{
	set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* A request as it was truly written. */
struct node {
	int list[FORK_LIST_MAX], base; /* base: the newest one that is no stopgap */
	size_t list_len;
	uint64_t number, reply, seq;
	bool told, stopgap;
	struct set line; /* that it stands on: itself and all before it, without stopgaps */
};

/* What a machine has on its disk. */
struct machine {
	bool lives, told;
	uint64_t number, reply, seq;
	int list[FORK_LIST_MAX], stopgaps[STOPGAPS_MAX], tip; /* tip: newest base */
	int told_from; /* requests from here on were written since its people told of it */
	int written;   /* the newest one that it wrote, whatever was put back since */
	size_t list_len, stopgaps_len;
};

struct desk {
	struct fork_site site;
	struct fork_row rows[NODES_MAX];
	size_t rows_len;
	uint64_t made, known_at[NODES_MAX]; /* marks */
	struct set known, arrived, proofs;  /* proofs: arrived, and not a stopgap that was passed */
	bool is_clone;                      /* as the model has it */
};

struct world {
	struct node nodes[NODES_MAX];
	int nodes_len;
	struct machine machines[MACHINES_MAX], snapshots[SNAPSHOTS_MAX];
	size_t snapshots_len, restores;
	struct {
		uint64_t number;
		int answers;
	} replies[REPLIES_MAX];
	size_t replies_len;
	struct desk desk, backup;
	int64_t now;
	bool copied;  /* two machines live */
	bool excused; /* back to a line that was left, told */
	bool zigzag;  /* back to a line that was left, untold */
	bool lost;    /* the desk lost records */
	size_t restored, clones;
};

/* xorshift64*: the same histories on every machine. */
static uint64_t seed_now;

static size_t
pick(size_t below)
{
	seed_now ^= seed_now >> 12;
	seed_now ^= seed_now << 25;
	seed_now ^= seed_now >> 27;
	return (size_t)((seed_now * UINT64_C(2685821657736338717)) >> 33) % below;
}

static void
write_request(struct world *world, struct machine *machine)
{
	int self = world->nodes_len, before = NONE;
	struct node *node = &world->nodes[self];

	if (self == NODES_MAX)
		return;
	world->nodes_len++;
	if (machine->list_len > 0)
		before = machine->list[machine->list_len - 1];
	/* Back to a line that it had left, and nobody said so. */
	if (machine->written != NONE && machine->tip != NONE &&
		!set_has(&world->nodes[machine->written].line, machine->tip)) {
		if (machine->told && machine->told_from > machine->written)
			world->excused = true;
		else
			world->zigzag = true;
	}
	machine->written = self;
	*node = (struct node){ .list_len = machine->list_len,
		.base = self,
		.number = machine->number + 1,
		.reply = machine->reply,
		.seq = ++machine->seq,
		.told = machine->told,
		.stopgap = machine->list_len == FORK_LIST_MAX };
	memcpy(node->list, machine->list, sizeof node->list);
	if (before != NONE)
		node->line = world->nodes[before].line;
	if (node->stopgap) {
		node->base = world->nodes[before].base;
		if (machine->stopgaps_len < STOPGAPS_MAX)
			machine->stopgaps[machine->stopgaps_len++] = self;
		return;
	}
	set_add(&node->line, self);
	machine->number++;
	machine->tip = self;
	machine->list[machine->list_len++] = self;
}

/* What is listed before the acknowledged one goes; a stopgap stands for the last one that it lists. */
static void
acknowledge(struct world *world, struct machine *machine, int answers)
{
	size_t i = 0;

	for (; i < machine->stopgaps_len && machine->stopgaps[i] != answers; i++)
		;
	if (i < machine->stopgaps_len) {
		machine->told = machine->told && answers < machine->told_from;
		answers = world->nodes[answers].base;
	}
	for (i = 0; i < machine->list_len && machine->list[i] != answers; i++)
		;
	if (i == machine->list_len)
		return;
	machine->list_len -= i;
	memmove(machine->list, machine->list + i, machine->list_len * sizeof *machine->list);
	machine->told = machine->told && answers < machine->told_from;
}

static void
take_reply(struct world *world, struct machine *machine)
{
	size_t behind = world->replies_len < 5 ? world->replies_len : 5;
	size_t i;

	if (behind == 0)
		return;
	i = world->replies_len - 1 - (pick(2) == 0 ? 0 : pick(behind));
	if (world->replies[i].number <= machine->reply)
		return;
	machine->reply = world->replies[i].number;
	machine->seq++;
	acknowledge(world, machine, world->replies[i].answers);
}

static void
put_back(struct world *world, struct machine *machine)
{
	const struct machine *snapshot;
	bool told = pick(2) == 0;
	int written;

	if (world->snapshots_len == 0 || world->restores == FORK_TOLD_MAX)
		return;
	snapshot = &world->snapshots[pick(world->snapshots_len)];
	/* The telling may be lost with what is overwritten. */
	if (world->excused && !told)
		world->zigzag = true;
	world->restores++;
	written = machine->written;
	*machine = *snapshot;
	machine->written = written;
	if (told) {
		machine->told = true;
		machine->told_from = world->nodes_len;
	}
	machine->seq++;
}

static struct fork_id
id_of(const struct world *world, int i)
{
	struct fork_id id = { .number = world->nodes[i].number };

	memcpy(id.digest, &i, sizeof i);
	return id;
}

static void
request_of(const struct world *world, int i, struct fork_request *ret_request)
{
	const struct node *node = &world->nodes[i];

	*ret_request = (struct fork_request){ .self = id_of(world, i),
		.list_len = node->list_len,
		.reply = node->reply,
		.seq = node->seq,
		.told = node->told };
	for (size_t k = 0; k < node->list_len; k++)
		ret_request->list[k] = id_of(world, node->list[k]);
}

/* Neither went before the other. */
static bool
diverge(const struct world *world, int a, int b)
{
	a = world->nodes[a].base;
	b = world->nodes[b].base;
	return !set_has(&world->nodes[a].line, b) && !set_has(&world->nodes[b].line, a);
}

/* When the desk first knew something of `a` that is not of `b`. */
static uint64_t
known_apart(const struct world *world, int a, int b)
{
	const struct set *left = &world->nodes[a].line, *right = &world->nodes[b].line;
	uint64_t first = UINT64_MAX;

	for (int i = 0; i < world->nodes_len; i++)
		if (set_has(left, i) && !set_has(right, i) && set_has(&world->desk.known, i) &&
			world->desk.known_at[i] < first)
			first = world->desk.known_at[i];
	return first;
}

static bool
proves_clone(const struct world *world, int i)
{
	for (int k = 0; k < world->nodes_len; k++) {
		uint64_t mark = world->desk.site.since, apart;

		if (!set_has(&world->desk.proofs, k) || !diverge(world, i, k))
			continue;
		apart = known_apart(world, i, k);
		mark = apart > mark ? apart : mark;
		apart = known_apart(world, k, i);
		mark = apart > mark ? apart : mark;
		if (world->nodes[i].reply > mark && world->nodes[k].reply > mark)
			return true;
	}
	return false;
}

/* Whether another line of what is known goes on from where the request's unknown part begins. */
static bool
is_new_line(const struct world *world, int i)
{
	const struct node *node = &world->nodes[i];
	int first = NONE, before = NONE;

	if (set_has(&world->desk.known, i))
		return false;
	for (size_t k = 0; k < node->list_len; k++)
		if (set_has(&world->desk.known, node->list[k]))
			before = node->list[k], first = NONE;
		else if (first == NONE)
			first = node->list[k];
	if (first == NONE && node->stopgap)
		return false;
	if (before != NONE)
		before = world->nodes[before].base;
	for (int k = 0; k < world->nodes_len; k++)
		if (set_has(&world->desk.known, k) && !world->nodes[k].stopgap && k != before &&
			(before == NONE || set_has(&world->nodes[k].line, before)))
			return true;
	return false;
}

/* A stopgap whose line is known to have gone on. */
static bool
is_passed(const struct world *world, int i)
{
	int base = world->nodes[i].base;

	for (int k = 0; k < world->nodes_len && world->nodes[i].stopgap; k++)
		if (k != base && !world->nodes[k].stopgap && set_has(&world->desk.known, k) &&
			set_has(&world->nodes[k].line, base))
			return true;
	return false;
}

static bool
contradicts(const struct world *world, int i)
{
	for (int k = 0; k < world->nodes_len; k++)
		if (set_has(&world->desk.known, k) && diverge(world, i, k))
			return true;
	return false;
}

static void
record(struct world *world, int i, const struct fork_request *request,
	const struct fork_verdict *verdict, uint64_t mark)
{
	struct desk *desk = &world->desk;

	if (verdict->start_over)
		desk->rows_len = 0;
	for (size_t k = verdict->fresh; k < request->list_len; k++)
		desk->rows[desk->rows_len++] = (struct fork_row){ request->list[k], verdict->line,
			false, world->nodes[world->nodes[i].list[k]].stopgap };
	for (size_t k = 0; k <= request->list_len; k++) {
		int id = k < request->list_len ? world->nodes[i].list[k] : i;

		if (k >= verdict->fresh && !set_has(&desk->known, id)) {
			set_add(&desk->known, id);
			desk->known_at[id] = mark;
		}
	}
	set_add(&desk->arrived, i);
	for (size_t k = 0; k < desk->rows_len; k++)
		if (memcmp(&desk->rows[k].id, &request->self, sizeof request->self) == 0) {
			desk->rows[k].arrived = true;
			return;
		}
	desk->rows[desk->rows_len++] =
		(struct fork_row){ request->self, verdict->line, true, verdict->stopgap };
}

static void
compare(struct world *world, int i, const struct fork_verdict *verdict, bool new_line, bool again,
	uint64_t since)
{
	const struct desk *desk = &world->desk;

	assert_int_equal(verdict->arrival == FORK_AGAIN, again);
	if (verdict->found == FORK_CLONE)
		assert_true(world->copied || world->zigzag);
	assert_int_equal(verdict->told, world->nodes[i].told);
	if (world->lost) {
		if (verdict->found == FORK_RESTORED)
			assert_true(contradicts(world, i) ||
				    (world->nodes[i].stopgap &&
					    (world->copied || world->restores > 0)));
		return;
	}
	assert_int_not_equal(verdict->arrival, FORK_FORGOTTEN);
	assert_false(verdict->adopted);
	if (verdict->found != FORK_CLONE)
		assert_int_equal(verdict->found == FORK_RESTORED, new_line);
	assert_int_equal(desk->site.found == FORK_CLONE, desk->is_clone);
	/* Nothing but what a site tells puts evidence aside. */
	if (!world->nodes[i].told && since != 0)
		assert_int_equal(desk->site.since, since);
}

static void
arrive(struct world *world, int i)
{
	struct desk *desk = &world->desk;
	struct fork_request request;
	struct fork_verdict verdict;
	bool new_line = is_new_line(world, i), again = set_has(&desk->arrived, i), proof;
	uint64_t mark = fork_next_reply(desk->made, world->now) - 1, since = desk->site.since;

	request_of(world, i, &request);
	fork_judge(&desk->site, desk->rows, desk->rows_len, &request, desk->made, world->now,
		&desk->site, &verdict);
	assert_false(verdict.start_over);
	proof = verdict.record && !is_passed(world, i);
	if (verdict.record)
		record(world, i, &request, &verdict, mark);
	if (proof)
		set_add(&desk->proofs, i);
	if (proof && proves_clone(world, i))
		desk->is_clone = true;
	compare(world, i, &verdict, new_line, again, since);
	world->restored += verdict.found == FORK_RESTORED;
	world->clones += verdict.found == FORK_CLONE;
	desk->made = fork_next_reply(desk->made, world->now);
	if (world->replies_len < REPLIES_MAX) {
		world->replies[world->replies_len].number = desk->made;
		world->replies[world->replies_len++].answers = i;
	}
}

static void
copy_machine(struct world *world, const struct machine *from)
{
	for (size_t i = 0; i < MACHINES_MAX; i++)
		if (!world->machines[i].lives) {
			world->machines[i] = *from;
			world->copied = true;
			return;
		}
}

static struct machine *
some_machine(struct world *world)
{
	for (;;) {
		struct machine *machine = &world->machines[pick(MACHINES_MAX)];

		if (machine->lives)
			return machine;
	}
}

static void
step(struct world *world, unsigned clones, unsigned losses)
{
	struct machine *machine = some_machine(world);
	size_t dice = pick(100);

	world->now += (int64_t)pick(3);
	if (dice < 30) {
		write_request(world, machine);
	} else if (dice < 32) {
		for (size_t i = pick(40); i > 0; i--)
			write_request(world, machine);
	} else if (dice < 60 && world->nodes_len > 0) {
		size_t recent = world->nodes_len < 4 ? (size_t)world->nodes_len : 4;

		arrive(world, pick(3) == 0 ? (int)pick((size_t)world->nodes_len)
					   : world->nodes_len - 1 - (int)pick(recent));
	} else if (dice < 80) {
		take_reply(world, machine);
	} else if (dice < 86 && world->snapshots_len < SNAPSHOTS_MAX) {
		world->snapshots[world->snapshots_len++] = *machine;
	} else if (dice < 90) {
		put_back(world, machine);
	} else if (dice < 90 + clones) {
		copy_machine(world, machine);
	} else if (dice >= 97 && losses > 0) {
		if (pick(2) == 0) {
			world->backup = world->desk;
		} else {
			world->desk = world->backup;
			world->lost = true;
			world->now += 100;
		}
	}
}

static void
histories(uint64_t seed, unsigned clones, unsigned losses)
{
	static struct world world;
	size_t restored = 0, found = 0;

	seed_now = seed * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t run = 0; run < RUNS / 4; run++) {
		memset(&world, 0, sizeof world);
		world.machines[0] = (struct machine){ .lives = true, .tip = NONE, .written = NONE };
		world.now = 1000;
		for (size_t i = 0; i < STEPS; i++)
			step(&world, clones, losses);
		restored += world.restored;
		found += world.clones;
	}
	assert_true(restored > RUNS / 100);
	if (clones > 0)
		assert_true(found > RUNS / 1000);
}

static void
one_machine_put_back_is_restored_and_never_a_clone(void **state)
{
	(void)state;
	histories(1, 0, 0);
}

static void
two_machines_are_found_when_both_go_on(void **state)
{
	(void)state;
	histories(2, 4, 0);
}

static void
a_desk_that_lost_its_records_accuses_nobody(void **state)
{
	(void)state;
	histories(3, 0, 1);
}

static void
with_everything_at_once_no_fork_is_false(void **state)
{
	(void)state;
	histories(4, 3, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_machine_put_back_is_restored_and_never_a_clone),
		cmocka_unit_test(two_machines_are_found_when_both_go_on),
		cmocka_unit_test(a_desk_that_lost_its_records_accuses_nobody),
		cmocka_unit_test(with_everything_at_once_no_fork_is_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
