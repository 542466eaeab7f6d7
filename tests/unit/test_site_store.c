/* SPDX-License-Identifier: ISC */
/* A site's database beside other programs: newer and older ones, ones that hold it, none that can write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "verifier/state/schema.h"

static struct signed_document first;
static char path[128];
static uint8_t key[SEAL_KEY_LEN];

static int
set_up(void **state)
{
	if (site_set_up(state) != 0)
		return -1;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	memory_ask(NULL);
	memcpy(key, site.identity.seal_key, sizeof key);
	site_close(&site);
	snprintf(path, sizeof path, "%s/site.db", folder);
	return 0;
}

static int
tear_down(void **state)
{
	memory_open_again();
	return site_tear_down(state);
}

static void
run(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* As if it had never been brought up to date. */
static void
be_of_today(struct store *store)
{
	char sql[32];

	snprintf(sql, sizeof sql, "PRAGMA user_version = %d", SITE_SCHEMA_VERSION);
	run(store, sql);
}

/* --- versions -------------------------------------------------------------------------------- */

/* A version to come: it adds, and leaves what is sealed. */
static const char *const STEPS[] = {
	[SITE_SCHEMA_VERSION] = "ALTER TABLE memory ADD COLUMN seen INTEGER NOT NULL DEFAULT 7;"
				"CREATE TABLE lease (holder TEXT PRIMARY KEY) STRICT;",
	[SITE_SCHEMA_VERSION + 1] = "INSERT INTO lease VALUES ('first');"
};

static struct store_schema
schema_to_come(int version)
{
	struct store_schema schema = SITE_SCHEMA;

	schema.version = version;
	schema.migrations = STEPS;
	return schema;
}

static void
steps_lead_to_a_later_version_and_leave_the_seal(void **state)
{
	const struct store_schema next = schema_to_come(SITE_SCHEMA_VERSION + 2);
	uint8_t tables[HASH_LEN];
	struct store_query q;
	struct store *store;

	(void)state;
	/* Twice: what is done is not done again. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_open(path, &next, &store), SKERRY_OK);
		store_query(store, &q, "SELECT seen, (SELECT count(*) FROM lease) FROM memory");
		assert_true(store_step(&q));
		assert_int_equal(store_int(&q, 0), 7);
		assert_int_equal(store_int(&q, 1), 1);
		assert_int_equal(store_done(&q), SKERRY_OK);
		assert_int_equal(seal_check(store, key, tables), SKERRY_OK);
		store_close(store);
	}
	assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_ERR_STORE_VERSION);
	assert_int_equal(store_open(path, &next, &store), SKERRY_OK);
	be_of_today(store);
	store_close(store);
}

/* Half a step is none. */
static void
step_that_fails_leaves_the_version_before(void **state)
{
	static const char *const BROKEN[] = { [SITE_SCHEMA_VERSION] =
						      "ALTER TABLE memory ADD COLUMN seen INTEGER "
						      "NOT NULL DEFAULT 7; SELECT nonsense;" };
	struct store_schema next = schema_to_come(SITE_SCHEMA_VERSION + 1);
	struct store *store;

	(void)state;
	next.migrations = BROKEN;
	assert_int_equal(store_open(path, &next, &store), SKERRY_ERR_STORE);
	assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_OK);
	store_close(store);
}

/* It is kept as it is: neither rebuilt nor answered from. */
static void
memory_of_a_newer_program_is_left_alone(void **state)
{
	const struct store_schema next = schema_to_come(SITE_SCHEMA_VERSION + 1);
	struct clock_reading reading = site_reading();
	struct site_failure where;
	struct store *store;

	(void)state;
	assert_int_equal(store_open(path, &next, &store), SKERRY_OK);
	store_close(store);
	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_ERR_STORE_VERSION);
	/* Who only asks has an answer from the documents, and is told. */
	assert_int_equal(site_open_to_ask(folder, &site, &where), SKERRY_OK);
	assert_int_equal(site.memory->trouble, SKERRY_ERR_STORE_VERSION);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_false(memory_file_there("site.db.damaged"));
	site_close(&site);
	assert_int_equal(store_open(path, &next, &store), SKERRY_OK);
	be_of_today(store);
	store_close(store);
}

/* --- others ---------------------------------------------------------------------------------- */

/* Another program has it and does not let go. With a minute's patience this test would be noticed. */
static void
who_asks_is_answered_while_another_holds_the_database(void **state)
{
	static const char *const HOLDS[] = { "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE" };
	const struct site_query query = { .product = "hms" };
	struct clock_reading reading = site_reading();

	(void)state;
	for (size_t i = 0; i < sizeof HOLDS / sizeof *HOLDS; i++) {
		struct site_failure where;
		struct site_answer answer;
		struct store *store;

		assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_OK);
		run(store, HOLDS[i]);
		assert_int_equal(site_open_to_ask(folder, &site, &where), SKERRY_OK);
		(void)site_tick(&site, &reading);
		assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.verdict.access, SKERRY_ACCESS_FULL);
		assert_false(site.memory->news.rebuilt);
		site_close(&site);
		store_close(store);
	}
}

static void
nobody_waits_long(void **state)
{
	(void)state;
	assert_in_range(SITE_SCHEMA.busy_ms, 1, 1000);
	assert_in_range(SITE_SCHEMA.value_max, MANIFEST_MAX, 16 << 20);
}

static void
value_that_no_site_has_is_damage(void **state)
{
	struct store_schema wide = SITE_SCHEMA;
	struct store *store;

	(void)state;
	wide.value_max = 0;
	assert_int_equal(store_open(path, &wide, &store), SKERRY_OK);
	run(store, "UPDATE memory SET clock = zeroblob(50000000)");
	store_close(store);
	memory_open_again();
	assert_true(site.memory->news.rebuilt);
	site_close(&site);
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(steps_lead_to_a_later_version_and_leave_the_seal),
		AT_A_SITE(step_that_fails_leaves_the_version_before),
		AT_A_SITE(memory_of_a_newer_program_is_left_alone),
		AT_A_SITE(who_asks_is_answered_while_another_holds_the_database),
		AT_A_SITE(nobody_waits_long),
		AT_A_SITE(value_that_no_site_has_is_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
