/* SPDX-License-Identifier: ISC */
/*
 * seats: random histories of claims, renewals, releases, time, restarts, kills and reboots beside a model that is
 * told the rules a second time and looks at every lease each time. SKERRY_HISTORIES / 40 of
 * them, where that is set: each has a disk to wait for.
 *
 * Between two kills both say the same to the second. After a kill: whoever was told that he holds a lease holds it
 * at least as long as he was told; what was never committed may be there or not; nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_draw.h"
#include "fixture_seats.h"
#include "keys/random.h"
#include "verifier/state/seats_inside.h"

enum {
	HISTORIES = 500,
	PER_HISTORY = 40,
	STEPS = 60,
	POOLS = 3,
	HOLDERS = 6,
	OWNERS = 3,
	KEYS = POOLS * HOLDERS * 2
};

static const char *const POOL_NAMES[POOLS] = { "a/x", "a/x tenant", "b/y" };
static const int64_t TTLS[POOLS] = { 60, 600, 50000 };
static const char *const OWNER_NAMES[OWNERS] = { "uid:1", "token:till", "tcp" };

/* --- the model ----------------------------------------------------------------------------------- */

struct held {
	bool held, marked, secret_known;
	int owner;
	unsigned claim; /* which it was */
	int64_t ends;
	uint8_t secret[SEATS_SECRET_LEN];
};

struct house {
	uint64_t max, burst, told; /* told: the max of the last call */
	int64_t left;              /* of the burst */
};

static struct model {
	int64_t now;
	struct held keys[KEYS];
	struct house pools[POOLS];
	int64_t floors[POOLS]; /* since a kill */
} model, durable;

static struct seats_place place;
static uint64_t cap;
static unsigned claims;

static int
pool_of(int key)
{
	return key % POOLS;
}

static bool
is_node(int key)
{
	return key / POOLS % 2 == 1;
}

static void
name_of(int key, char ret_name[24])
{
	snprintf(ret_name, 24, "holder/%d", key / POOLS / 2);
}

static uint64_t
count(int pool, int owner, bool marked_alone)
{
	uint64_t n = 0;

	for (int key = 0; key < KEYS; key++)
		n += model.keys[key].held && (pool < 0 || pool_of(key) == pool) &&
		     (owner < 0 || model.keys[key].owner == owner) &&
		     (!marked_alone || model.keys[key].marked);
	return n;
}

static int64_t
first_end(int pool)
{
	int64_t first = INT64_MAX;

	for (int key = 0; key < KEYS; key++)
		if (model.keys[key].held && pool_of(key) == pool && model.keys[key].ends < first)
			first = model.keys[key].ends;
	return first;
}

static void
let_pool_pass(int pool, int64_t until)
{
	int64_t at = model.now;

	while (at < until) {
		int64_t next = first_end(pool), to = next < until ? next : until;
		bool over = count(pool, -1, false) > model.pools[pool].told;
		int64_t left = model.pools[pool].left + (over ? at - to : to - at);

		model.pools[pool].left = left < 0 ? 0 : left > SEAT_BURST_S ? SEAT_BURST_S : left;
		at = to;
		for (int key = 0; key < KEYS; key++)
			if (model.keys[key].held && pool_of(key) == pool &&
				model.keys[key].ends <= at)
				model.keys[key].held = false;
	}
}

static void
let_pass(int64_t span)
{
	for (int pool = 0; pool < POOLS; pool++)
		let_pool_pass(pool, model.now + span);
	model.now += span;
}

/* --- beside each other ----------------------------------------------------------------------------- */

static void
assert_use(int pool)
{
	struct seats_use use = seats_place_use(&place, POOL_NAMES[pool]);

	assert_int_equal(use.used, count(pool, -1, false));
	assert_int_equal(use.marked, count(pool, -1, true));
	assert_true(use.peak >= use.used);
	/* A pool that nobody has ever claimed from is not there. */
	if (seats_pools_find(place.seats, POOL_NAMES[pool]) != NULL)
		assert_int_equal(use.burst_left_s, model.pools[pool].left);
}

static struct seats_asker
draw_asker(int key, int *ret_owner, uint8_t wrong[SEATS_SECRET_LEN], enum seat_right *ret_right)
{
	struct held *held = &model.keys[key];
	int owner = held->held && draw_below(3) > 0 ? held->owner : (int)draw_below(OWNERS);
	struct seats_asker asker = { .owner = OWNER_NAMES[owner], .node = is_node(key) };
	uint64_t shows = draw_below(4);

	*ret_owner = owner;
	*ret_right = held->held && owner == held->owner && (is_node(key) || owner != 2)
			     ? SEAT_RIGHT_OWNER
			     : SEAT_RIGHT_NONE;
	if (is_node(key))
		return asker;
	if (shows == 0) {
		random_bytes(wrong, SEATS_SECRET_LEN);
		asker.secret = wrong;
		*ret_right = SEAT_RIGHT_WRONG;
	} else if (shows <= 2 && held->held && held->secret_known) {
		asker.secret = held->secret;
		*ret_right = SEAT_RIGHT_SECRET;
	}
	return asker;
}

static bool
burst_has_room(int pool, uint64_t used)
{
	const struct house *house = &model.pools[pool];

	return house->left > 0 && used <= house->max + house->burst;
}

/* What must come out, and what the model is then. */
static enum skerry_err
model_put(int key, int owner, enum seat_right right)
{
	struct held *held = &model.keys[key];
	int pool = pool_of(key);
	uint64_t used = count(pool, -1, false), plain = used - count(pool, -1, true);
	bool marked;

	if (held->held && right != SEAT_RIGHT_OWNER && right != SEAT_RIGHT_SECRET)
		return SKERRY_ERR_SEAT_HELD;
	if (!held->held && cap > 0 && count(-1, owner, false) >= cap)
		return SKERRY_ERR_SEAT_CAP;
	if (held->held) {
		marked = plain - !held->marked >= model.pools[pool].max;
		held->marked = marked;
		if (marked && !burst_has_room(pool, used))
			return SKERRY_ERR_SEAT_NONE_FREE;
	} else {
		marked = used >= model.pools[pool].max;
		if (marked && !burst_has_room(pool, used + 1))
			return SKERRY_ERR_SEAT_NONE_FREE;
		*held = (struct held){
			.held = true, .marked = marked, .owner = owner, .claim = ++claims
		};
	}
	held->ends = model.now + TTLS[pool];
	if (held->ends < model.floors[pool])
		held->ends = model.floors[pool];
	return SKERRY_OK;
}

static void
put(int key)
{
	int pool = pool_of(key), owner;
	const struct seat_terms terms = { true, model.pools[pool].max, model.pools[pool].burst,
		TTLS[pool], cap };
	uint8_t wrong[SEATS_SECRET_LEN];
	enum seat_right right;
	struct seats_asker asker = draw_asker(key, &owner, wrong, &right);
	bool was_held = model.keys[key].held;
	enum skerry_err expected = model_put(key, owner, right);
	struct seats_granted granted;
	char name[24];

	model.pools[pool].told = terms.max;
	name_of(key, name);
	assert_int_equal(seats_put(place.seats, POOL_NAMES[pool], name, &terms, &asker,
				 &place.moment, &granted),
		SKERRY_OK);
	assert_int_equal(granted.answer.err, expected);
	if (expected == SKERRY_OK) {
		assert_int_equal(granted.answer.fate, was_held ? SEAT_RENEWED : SEAT_CLAIMED);
		assert_int_equal(granted.answer.marked, model.keys[key].marked);
		assert_int_equal(granted.in_s, TTLS[pool]);
		assert_true(was_held || count(pool, -1, false) <= terms.max + terms.burst);
	}
	if (expected == SKERRY_ERR_SEAT_NONE_FREE)
		assert_int_equal(granted.in_s,
			first_end(pool) == INT64_MAX ? -1 : first_end(pool) - model.now);
	if (granted.answer.fate == SEAT_CLAIMED && !is_node(key)) {
		memcpy(model.keys[key].secret, granted.secret, SEATS_SECRET_LEN);
		model.keys[key].secret_known = true;
	}
}

static void
release(int key)
{
	uint8_t wrong[SEATS_SECRET_LEN];
	enum seat_right right;
	int owner;
	struct seats_asker asker = draw_asker(key, &owner, wrong, &right);
	struct seats_granted granted;
	bool may = right == SEAT_RIGHT_OWNER || right == SEAT_RIGHT_SECRET;
	char name[24];

	if (draw_below(8) == 0) {
		asker.operator= true;
		may = true;
	}
	name_of(key, name);
	assert_int_equal(seats_release(place.seats, POOL_NAMES[pool_of(key)], name, &asker,
				 &place.moment, &granted),
		SKERRY_OK);
	assert_int_equal(granted.answer.err, !model.keys[key].held ? SKERRY_ERR_SEAT_UNKNOWN
					     : may                 ? SKERRY_OK
								   : SKERRY_ERR_SEAT_SECRET);
	if (may)
		model.keys[key].held = false;
}

static void
commit(void)
{
	assert_int_equal(seats_commit(place.seats), SKERRY_OK);
	durable = model;
}

/* --- kills ----------------------------------------------------------------------------------------- */

struct found {
	bool there[KEYS];
	struct held keys[KEYS];
};

static bool
note(void *context, const struct seats_row *row)
{
	struct found *found = context;

	for (int key = 0; key < KEYS; key++) {
		char name[24];

		name_of(key, name);
		if (strcmp(row->holder, name) != 0 || is_node(key) != row->node ||
			strcmp(row->pool, POOL_NAMES[pool_of(key)]) != 0)
			continue;
		assert_false(found->there[key]);
		found->there[key] = true;
		found->keys[key].held = true;
		found->keys[key].marked = row->marked;
		found->keys[key].ends = row->ends_s;
		for (int owner = 0; owner < OWNERS; owner++)
			if (strcmp(row->owner, OWNER_NAMES[owner]) == 0)
				found->keys[key].owner = owner;
		return true;
	}
	fail_msg("%s of %s was never claimed", row->holder, row->pool);
	return false;
}

static bool
same_claim(const struct held *a, const struct held *b)
{
	return a->held && b->held && a->claim == b->claim;
}

/* `told`: what the model held at the kill, `off`: seconds that lease time went back. */
static void
take_what_is_there(const struct model *told, int64_t off)
{
	struct found found = { .there = { false } };

	assert_int_equal(
		seats_each(place.seats, "", "", 1000, &place.moment, note, &found), SKERRY_OK);
	for (int key = 0; key < KEYS; key++) {
		const struct held *was = &told->keys[key], *on_disk = &durable.keys[key];
		struct held *is = &found.keys[key];

		is->ends += told->now;
		if (same_claim(was, on_disk)) {
			assert_true(found.there[key]);
			assert_true(is->ends >= was->ends - off);
			assert_int_equal(is->owner, was->owner);
			memcpy(is->secret, was->secret, SEATS_SECRET_LEN);
			is->secret_known = was->secret_known;
			is->claim = was->claim;
		}
		if (found.there[key]) {
			assert_true(was->held || on_disk->held);
			assert_true(is->ends <= told->now + TTLS[pool_of(key)] + SEATS_RECORD_S +
							2 * SEATS_LAZY_S);
		}
	}
	model = *told;
	for (int pool = 0; pool < POOLS; pool++)
		model.floors[pool] = 0;
	for (int key = 0; key < KEYS; key++) {
		model.keys[key] = found.keys[key];
		if (found.there[key] && found.keys[key].ends > model.floors[pool_of(key)])
			model.floors[pool_of(key)] = found.keys[key].ends;
	}
	for (int pool = 0; pool < POOLS; pool++) {
		struct seats_use use = seats_place_use(&place, POOL_NAMES[pool]);

		const struct seats_pool *kept = seats_pools_find(place.seats, POOL_NAMES[pool]);

		model.pools[pool].left = kept != NULL ? use.burst_left_s : SEAT_BURST_S;
		model.pools[pool].told = kept == NULL ? 0 : kept->max;
	}
	durable = model;
}

/* The process is gone at once: nothing more of it reaches the disk. */
static void
kill_it(bool machine_too)
{
	struct model told = model;
	int64_t off = 0;

	store_rollback(place.seats->store);
	place.seats->stale = true;
	seats_place_close(&place);
	if (machine_too) {
		place.moment.boot[0]++;
		place.moment.boottime_s = 3;
	}
	seats_place_open(&place);
	/* A reboot takes lease time back to where it was recorded: each lease lasts as long from there. */
	if (machine_too)
		off = told.now - place.seats->now;
	assert_true(off >= 0);
	take_what_is_there(&told, off);
}

/* What the model calls now is another instant then; only differences are compared. */
static void
restart(bool machine_too)
{
	seats_place_close(&place);
	if (machine_too) {
		place.moment.boot[0]++;
		place.moment.boottime_s = 3;
	} else {
		int64_t span = (int64_t)draw_below(100);

		place.moment.boottime_s += span;
		let_pass(span);
	}
	seats_place_open(&place);
	durable = model;
}

/* --- histories ------------------------------------------------------------------------------------- */

static void
go_on(int64_t span)
{
	place.moment.boottime_s += span;
	let_pass(span);
	/* As the daemon does: whatever is due happens before anybody is answered. */
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_OK);
}

static void
step(void)
{
	static const int64_t SPANS[] = { 1, 1, 2, 7, 29, 59, 60, 61, 599, 3000, 40000, 86400 };
	uint64_t what = draw_below(100);
	int key = (int)draw_below(KEYS), pool = (int)draw_below(POOLS);

	if (what < 50)
		put(key);
	else if (what < 60)
		release(key);
	else if (what < 80)
		go_on(SPANS[draw_below(sizeof SPANS / sizeof *SPANS)]);
	else if (what < 90)
		commit();
	else if (what < 92)
		model.pools[pool].max = 1 + draw_below(4);
	else if (what < 94)
		restart(draw_below(2) == 0);
	else if (what < 96)
		kill_it(draw_below(2) == 0);
	else
		assert_use(pool);
	/* Some renewals are on disk before they are told, and all before them. */
	if (!place.seats->begun)
		durable = model;
}

static void
begin(void)
{
	cap = draw_below(3) == 0 ? 2 + draw_below(4) : 0;
	for (int pool = 0; pool < POOLS; pool++) {
		model.pools[pool].max = 1 + draw_below(4);
		model.pools[pool].burst = draw_below(3);
	}
}

/* All leave, and the burst is whole again: the next history begins in the same folder. */
static void
end(void)
{
	go_on(3 * 86400);
	commit();
	for (int pool = 0; pool < POOLS; pool++) {
		assert_int_equal(count(pool, -1, false), 0);
		assert_use(pool);
	}
}

static void
random_histories_come_out_as_the_rules_say(void **state)
{
	const char *wanted = getenv("SKERRY_HISTORIES");
	long histories = wanted == NULL ? HISTORIES : strtol(wanted, NULL, 10) / PER_HISTORY;

	(void)state;
	draw_seed(UINT64_C(0x5ea75));
	seats_place_make(&place);
	for (int pool = 0; pool < POOLS; pool++)
		model.pools[pool].left = SEAT_BURST_S;
	for (long i = 0; i < histories; i++) {
		begin();
		for (int n = 0; n < STEPS; n++)
			step();
		end();
	}
	seats_place_remove(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_histories_come_out_as_the_rules_say),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
