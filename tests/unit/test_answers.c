/* SPDX-License-Identifier: ISC */
/* Answers that are kept: what holds between two looks, who may hold one, and which go when there are many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_state.h"
#include "verifier/daemon/answers.h"

STATE_OWN_CLOCKS

static struct answers *answers;

static int
set_up(void **state)
{
	static struct signed_document license;

	assert_int_equal(state_set_up(state), 0);
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	assert_int_equal(answers_new(&answers), SKERRY_OK);
	return 0;
}

static int
tear_down(void **state)
{
	answers_free(answers);
	return state_tear_down(state);
}

static int64_t
mono_now(void)
{
	struct timespec now;

	state_clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int64_t
look(enum skerry_err trouble)
{
	assert_int_equal(site_tick(&site, NULL), SKERRY_OK);
	return answers_look(answers, &site, mono_now(), trouble);
}

static struct answers_way
way_of(const char *product)
{
	struct answers_way way = { .tenant = "" };

	snprintf(way.product, sizeof way.product, "%s", product);
	return way;
}

static void
way_is_unknown_until_it_is_asked(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	struct answers_held held;
	struct answers_stamp stamp;

	(void)state;
	answers_stamp(answers, &stamp);
	assert_int_equal(stamp.generation, 0);
	look(SKERRY_OK);
	assert_false(answers_find(answers, &way, &held));
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	assert_non_null(held.snapshot);
	assert_int_equal(held.step->verdict.access, SKERRY_ACCESS_FULL);
	assert_string_equal(held.product, "hotelhub/hms");
	assert_string_equal(held.pool, "hotelhub/hms");
	answers_done(answers, &held);
}

static void
only_product_needs_no_name(void **state)
{
	const struct answers_way way = way_of(""), other = way_of("hotelhub/other");
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	assert_string_equal(held.product, "hotelhub/hms");
	answers_done(answers, &held);
	/* Without a license it is named as it was asked for. */
	assert_int_equal(answers_ask(answers, &site, &other), SKERRY_OK);
	assert_true(answers_find(answers, &other, &held));
	assert_int_equal(held.step->verdict.state, SKERRY_STATE_UNLICENSED);
	assert_string_equal(held.product, "hotelhub/other");
	answers_done(answers, &held);
}

static void
time_changes_answers_between_looks(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	struct answers_held held;
	enum skerry_state seen = SKERRY_STATE_ACTIVE;
	uint64_t generation;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	generation = held.generation;
	/* The next look is due when the first answer changes. */
	assert_true(look(SKERRY_OK) == held.until);
	answers_done(answers, &held);
	for (int step = 0; step < 20 && seen != SKERRY_STATE_LOCKED; step++) {
		assert_true(answers_find(answers, &way, &held));
		assert_true(held.generation == generation + 1);
		assert_true(held.step->verdict.state >= seen);
		seen = held.step->verdict.state;
		if (held.until == LICENSE_NEVER) {
			answers_done(answers, &held);
			break;
		}
		state_time_goes_by(held.until - held.now - 1);
		answers_done(answers, &held);
		assert_true(answers_find(answers, &way, &held));
		assert_int_equal(held.step->verdict.state, seen);
		answers_done(answers, &held);
		state_time_goes_by(1);
	}
	assert_int_equal(seen, SKERRY_STATE_LOCKED);
}

static void
wall_clock_alone_changes_nothing(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	state_wall_jumps(72 * 365 * DAY);
	assert_true(answers_find(answers, &way, &held));
	assert_true(held.now == TODAY);
	answers_done(answers, &held);
	look(SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	assert_true(held.now == TODAY);
	assert_int_equal(held.step->verdict.access, SKERRY_ACCESS_FULL);
	answers_done(answers, &held);
}

static void
look_that_fails_takes_nothing_away(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	struct answers_health health;
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	answers_look(answers, NULL, mono_now(), SKERRY_ERR_STORE_DAMAGED);
	assert_true(answers_find(answers, &way, &held));
	assert_int_equal(held.step->verdict.access, SKERRY_ACCESS_FULL);
	assert_int_equal(held.trouble, SKERRY_ERR_STORE_DAMAGED);
	answers_done(answers, &held);
	answers_health(answers, &health);
	assert_true(health.looked);
	assert_int_equal(health.looks, 2);
	assert_int_equal(health.trouble, SKERRY_ERR_STORE_DAMAGED);
}

/* While one is held, it may be found anew and pushed out: it stays as it was. */
static void
what_is_held_stays(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	const struct snapshot *snapshot;
	struct answers_held held, again;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	snapshot = held.snapshot;
	look(SKERRY_OK);
	assert_true(answers_find(answers, &way, &again));
	assert_ptr_not_equal(again.snapshot, snapshot);
	assert_true(again.generation > held.generation);
	answers_done(answers, &again);
	assert_string_equal(held.pool, "hotelhub/hms");
	assert_int_equal(snapshot->steps[0].verdict.access, SKERRY_ACCESS_FULL);
	answers_done(answers, &held);
	assert_null(held.snapshot);
}

static void
way_that_nobody_asks_goes_first(void **state)
{
	const struct answers_way first = way_of("hotelhub/hms");
	struct answers_way others[ANSWERS_MAX];
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &first), SKERRY_OK);
	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		others[i] = first;
		snprintf(others[i].domain, sizeof others[i].domain, "host%zu.example", i);
		assert_int_equal(answers_ask(answers, &site, &others[i]), SKERRY_OK);
		/* Somebody goes on asking the first. */
		assert_true(answers_find(answers, &first, &held));
		answers_done(answers, &held);
	}
	assert_false(answers_find(answers, &others[0], &held));
	for (size_t i = 1; i < ANSWERS_MAX; i++) {
		assert_true(answers_find(answers, &others[i], &held));
		answers_done(answers, &held);
	}
}

/* Ten thousand names that nobody holds push out each other alone, and are not looked at again. */
static void
strangers_push_out_strangers(void **state)
{
	enum { NAMES = 10000, CLIENTS = 20 };
	const struct answers_way client = way_of("hotelhub/hms");
	struct answers_way clients[CLIENTS], stranger;
	struct answers_held held;
	int64_t rows;

	(void)state;
	look(SKERRY_OK);
	for (size_t i = 0; i < CLIENTS; i++) {
		clients[i] = client;
		clients[i].build_date = TODAY + (int64_t)i + 1;
		assert_int_equal(answers_ask(answers, &site, &clients[i]), SKERRY_OK);
	}
	rows = memory_rows("verdict");
	for (size_t i = 0; i < NAMES; i++) {
		char name[PRODUCT_NAME_MAX];

		snprintf(name, sizeof name, "brand/name-%zu", i);
		stranger = way_of(name);
		assert_int_equal(answers_ask(answers, &site, &stranger), SKERRY_OK);
		assert_true(answers_find(answers, &stranger, &held));
		answers_done(answers, &held);
	}
	assert_int_equal(memory_rows("verdict"), rows + 1);
	look(SKERRY_OK);
	assert_false(answers_find(answers, &stranger, &held));
	for (size_t i = 0; i < CLIENTS; i++) {
		assert_true(answers_find(answers, &clients[i], &held));
		answers_done(answers, &held);
	}
}

/* A look comes between the keeper's finding it and the front's telling it. */
static void
who_asked_first_is_told_after_a_look(void **state)
{
	const struct answers_way stranger = way_of("brand/name");
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &stranger), SKERRY_OK);
	look(SKERRY_OK);
	assert_true(answers_find(answers, &stranger, &held));
	answers_done(answers, &held);
	look(SKERRY_OK);
	assert_false(answers_find(answers, &stranger, &held));
}

/* Who asks again and again stays, however many come by once. */
static void
passers_by_push_out_passers_by(void **state)
{
	const struct answers_way client = way_of("hotelhub/hms");
	struct answers_way other = client;
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &client), SKERRY_OK);
	for (int i = 0; i < 2; i++) {
		assert_true(answers_find(answers, &client, &held));
		answers_done(answers, &held);
	}
	for (int i = 0; i < 10 * ANSWERS_MAX; i++) {
		snprintf(other.domain, sizeof other.domain, "host%d.example", i);
		assert_int_equal(answers_ask(answers, &site, &other), SKERRY_OK);
		assert_true(answers_find(answers, &other, &held));
		answers_done(answers, &held);
	}
	assert_true(answers_find(answers, &client, &held));
	answers_done(answers, &held);
}

static void
what_nobody_asks_for_is_not_looked_at(void **state)
{
	const struct answers_way way = way_of("hotelhub/hms");
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	assert_int_equal(answers_ask(answers, &site, &way), SKERRY_OK);
	state_time_goes_by(ANSWERS_IDLE_S - 1);
	look(SKERRY_OK);
	assert_true(answers_find(answers, &way, &held));
	answers_done(answers, &held);
	state_time_goes_by(ANSWERS_IDLE_S);
	look(SKERRY_OK);
	assert_false(answers_find(answers, &way, &held));
}

static void
ways_differ_in_all_that_makes_an_answer(void **state)
{
	const struct answers_way plain = way_of("hotelhub/hms");
	struct answers_way ways[6];
	struct answers_held held;

	(void)state;
	look(SKERRY_OK);
	for (size_t i = 0; i < 6; i++)
		ways[i] = plain;
	snprintf(ways[0].tenant, sizeof ways[0].tenant, "wing-b");
	snprintf(ways[1].domain, sizeof ways[1].domain, "grand.example");
	snprintf(ways[2].install_path, sizeof ways[2].install_path, "/opt/hms");
	snprintf(ways[3].custom[0], sizeof ways[3].custom[0], "rack 4");
	ways[3].custom_len = 1;
	ways[4].build_date = TODAY;
	ways[5].texts = texts_find("id");
	assert_int_equal(answers_ask(answers, &site, &plain), SKERRY_OK);
	for (size_t i = 0; i < 6; i++) {
		assert_false(answers_find(answers, &ways[i], &held));
		assert_int_equal(answers_ask(answers, &site, &ways[i]), SKERRY_OK);
		assert_true(answers_find(answers, &ways[i], &held));
		answers_done(answers, &held);
	}
	/* What is no way to ask is an answer, too, and not asked again and again. */
	snprintf(ways[2].install_path, sizeof ways[2].install_path, "not absolute");
	assert_int_equal(answers_ask(answers, &site, &ways[2]), SKERRY_OK);
	assert_true(answers_find(answers, &ways[2], &held));
	assert_null(held.snapshot);
	assert_int_equal(held.err, SKERRY_ERR_ARGUMENT);
	answers_done(answers, &held);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(way_is_unknown_until_it_is_asked),
		TEST(only_product_needs_no_name),
		TEST(time_changes_answers_between_looks),
		TEST(wall_clock_alone_changes_nothing),
		TEST(look_that_fails_takes_nothing_away),
		TEST(what_is_held_stays),
		TEST(way_that_nobody_asks_goes_first),
		TEST(strangers_push_out_strangers),
		TEST(who_asked_first_is_told_after_a_look),
		TEST(passers_by_push_out_passers_by),
		TEST(what_nobody_asks_for_is_not_looked_at),
		TEST(ways_differ_in_all_that_makes_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
