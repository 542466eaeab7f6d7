/* SPDX-License-Identifier: ISC */
/*
 * A site's memory in the hands of the machine's administrator: sqlite3, cp and rm, one after the other.
 * Each is noticed, and none buys a grace or an hour.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_tree.h"
#include "keys/store.h"
#include "verifier/state/clock_file.h"
#include "verifier/state/schema.h"

enum { GRACE = 14 };

static struct signed_document first, second;

static void
make_domain_license(struct signed_document *ret_document, uint64_t edition)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.issued_at = license_made.not_before = TODAY - 200 * DAY + (int64_t)edition;
	license_made.ladder.rebind_grace_s = GRACE * DAY;
	license_made.domains[0] = cbor_text_from_chars("a.example");
	license_made.domains_len = 1;
	site_sign_license(ret_document);
}

/* A day of running proves the clock; a grace is under way, and nearly over. */
static void
live_into_grace(void)
{
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY - 2 * DAY), TAKE_TAKEN);
	site_live_until(TODAY + 2 * DAY);
	assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	site_live_until(TODAY + (GRACE + 1) * DAY);
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	site_reopen();
}

/* As sqlite3 does it; the folder is closed. */
static void
edit(const char *sql)
{
	char path[128];
	struct store_query q;
	struct store *store;

	snprintf(path, sizeof path, "%s/site.db", folder);
	assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_OK);
	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
	store_close(store);
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *const EDITS[] = {
	"UPDATE condition SET since = since + 864000 WHERE since IS NOT NULL",
	"UPDATE condition SET since = NULL",
	"DELETE FROM condition",
	"INSERT INTO condition VALUES ('X', 'domain', 'c.example', NULL)",
	"UPDATE memory SET marked = 0",
	"UPDATE memory SET rollback_since = 1",
	"UPDATE memory SET checked_ran = 1000000000000",
	"UPDATE memory SET origin = 1 + origin % 3",
	"UPDATE memory SET clock_lost = 1 - clock_lost",
	"UPDATE memory SET anchor = zeroblob(32)",
	"UPDATE memory SET clock = zeroblob(length(clock))",
	"UPDATE memory SET seal = x''",
	"UPDATE memory SET seal = zeroblob(32)",
	"DELETE FROM memory",
	"UPDATE document SET arrived_at = arrived_at + 864000",
	"UPDATE document SET last_at = 1",
	"UPDATE document SET found = 1 - found",
	"DELETE FROM document",
	"UPDATE verdict SET words = 'state=active'",
	"DELETE FROM verdict",
	"DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
	("INSERT INTO journal SELECT seq + 1, settled, wall, boot, kind, subject, detail, hash"
	 " FROM journal ORDER BY seq DESC LIMIT 1"),
	"DELETE FROM journal",
	"INSERT INTO journal_anchor VALUES (1, 1, zeroblob(32))",
	"CREATE TRIGGER forget AFTER INSERT ON condition BEGIN DELETE FROM condition; END",
	"CREATE VIEW view_of_it AS SELECT * FROM condition",
	"DROP TABLE document",
	"DROP TABLE condition",
	"DROP TABLE memory",
	"DROP TABLE journal",
	"DROP TABLE journal_anchor",
	"INSERT INTO document VALUES ('licenses/x.license', zeroblob(32), x'00', 1, NULL, 0, 1)",
	"INSERT INTO vendor_mark VALUES ('reply', 'hotelhub', x'00', 9, 9)",
	"INSERT INTO unpairing VALUES ('hotelhub', 'X', 1, NULL, NULL, x'00')",
	"INSERT INTO reached VALUES ('skerry:hotelhub', 1, 0, 1)",
	"INSERT INTO desk_head VALUES (1, zeroblob(32))",
	("INSERT INTO request VALUES (1, 1, x'00', x'00', 1, 1, 2, 0, 0, 0, x'00', NULL,"
	 " x'00', 'HMS-7QK2M-94XPA-C0DTE-1ZRJB')"),
	"INSERT INTO refusal VALUES ('hotelhub', 0, 1, 2, 'hms', '', 'Call 555.')",
	"INSERT INTO key_mask VALUES ('hotelhub', '0123456789ABCDEF', 'HMS-*****', 1)",
	"DROP TABLE unpairing",
	"DROP TABLE key_mask",
	"ALTER TABLE condition RENAME TO was_condition",
};

static void
every_edit_is_noticed_and_buys_nothing(void **state)
{
	char copy[64];
	int64_t now;

	(void)state;
	live_into_grace();
	now = site_now(&site);
	site_close(&site);
	tree_make(copy);
	tree_copy(folder, copy);
	for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
		tree_remove(folder);
		assert_int_equal(mkdir(folder, 0700), 0);
		tree_copy(copy, folder);
		edit(EDITS[i]);
		memory_open_again();
		if (!site.memory->news.rebuilt)
			fail_msg("not noticed: %s", EDITS[i]);
		assert_true(site.memory->news.damaged);
		assert_true(site_now(&site) >= now);
		assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
		/* The grace does not begin anew: nobody knows since when. */
		assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
		assert_int_equal(memory_rows("state.rebuilt"), 1);
		assert_true(memory_file_there("site.db.damaged"));
		memory_assert_whole();
		site_reopen();
		assert_false(site.memory->news.rebuilt || site.memory->news.rolled_back);
		site_close(&site);
	}
	tree_copy(copy, folder);
	memory_open_again();
	tree_remove(copy);
}

static void
untouched_memory_is_never_called_edited(void **state)
{
	(void)state;
	live_into_grace();
	for (int i = 0; i < 40; i++) {
		site_live_until(site_now(&site) + DAY);
		memory_ask(i % 3 == 0 ? "a.example" : "c.example");
		WHILE_CLOSED({});
		assert_false(site.memory->news.rebuilt || site.memory->news.rolled_back ||
			     site.memory->news.mark_lost);
	}
	assert_true(site.memory->rollback_since == LICENSE_NEVER);
}

/* What others do to the pages, and not to what they say. */
static void
vacuum_is_no_edit(void **state)
{
	(void)state;
	live_into_grace();
	WHILE_CLOSED(edit("VACUUM"));
	assert_false(site.memory->news.rebuilt);
	WHILE_CLOSED(edit("PRAGMA wal_checkpoint(TRUNCATE)"));
	assert_false(site.memory->news.rebuilt);
}

/* --- files ----------------------------------------------------------------------------------- */

static void
file_path(const char *where, const char *name, char ret_path[128])
{
	snprintf(ret_path, 128, "%.63s/%s", where, name);
}

static void
put_file_back(const char *copy, const char *name)
{
	char from[128], to[128], command[300];

	file_path(copy, name, from);
	file_path(folder, name, to);
	snprintf(command, sizeof command, "cp -p '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
}

/*
 * Nothing that counts has happened since: the running time tells it, whatever becomes of site.clock. An
 * older site.clock alone changes nothing.
 */
static void
older_copy_without_news_is_noticed(void **state)
{
	static const struct {
		const char *name;
		bool database, clock_back, clock_gone;
	} CASES[] = {
		{ "database", true, false, false },
		{ "both", true, true, false },
		{ "database, no clock", true, false, true },
		{ "clock", false, true, false },
		{ "no clock", false, false, true },
	};
	char copy[64], later[64];

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	memory_ask("a.example");
	site_reopen();
	site_close(&site);
	tree_make(copy);
	tree_copy(folder, copy);
	memory_open_again();
	site_live_until(TODAY + 3 * DAY);
	site_close(&site);
	tree_make(later);
	tree_copy(folder, later);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		tree_copy(later, folder);
		if (CASES[i].database)
			put_file_back(copy, "site.db");
		if (CASES[i].clock_back)
			put_file_back(copy, "site.clock");
		if (CASES[i].clock_gone)
			memory_remove_file("site.clock");
		memory_open_again();
		if (site.memory->news.rolled_back != CASES[i].database)
			fail_msg("%s", CASES[i].name);
		assert_true(memory_ask("a.example").facts.state_rollback == CASES[i].database);
		assert_true(CASES[i].database || site_now(&site) == TODAY + 3 * DAY);
		site_reopen();
		assert_false(site.memory->news.rolled_back);
		site_close(&site);
	}
	memory_open_again();
	tree_remove(copy);
	tree_remove(later);
}

/* A mismatch is put back to before it began. */
static void
grace_is_not_undone_by_an_older_copy(void **state)
{
	char copy[64];

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY - 2 * DAY), TAKE_TAKEN);
	site_live_until(TODAY + 2 * DAY);
	memory_ask("a.example");
	site_reopen();
	site_close(&site);
	tree_make(copy);
	tree_copy(folder, copy);
	memory_open_again();
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	WHILE_CLOSED({
		put_file_back(copy, "site.db");
		put_file_back(copy, "site.clock");
	});
	assert_true(site.memory->news.rolled_back);
	tree_remove(copy);
}

/* What was told is not forgotten with the database. */
static void
rollback_outlives_the_database(void **state)
{
	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	WHILE_CLOSED(memory_remove_file("state.mark"));
	assert_true(memory_ask("a.example").facts.state_rollback);
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_true(site.memory->news.rebuilt);
	assert_true(memory_ask("a.example").facts.state_rollback);
	site_reopen();
	assert_true(memory_ask("a.example").facts.state_rollback);
	make_domain_license(&second, 2);
	license_made.issued_at = license_made.not_before = site_now(&site) + 1;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_false(memory_ask("a.example").facts.state_rollback);
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_false(memory_ask("a.example").facts.state_rollback);
}

/* Another site's, or one that somebody has written: its bytes are in order. */
static void
record_with_another_seal_is_none(void **state)
{
	struct mark_file file = { .fd = -1 };
	struct mark mark;
	struct clock clock;
	uint8_t key[SEAL_KEY_LEN] = { 1 };
	char path[128];

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 3 * DAY);
	site_reopen();
	clock_init(&clock);
	assert_int_equal(
		clock_file_write(&site.memory->documents, key, &clock, LICENSE_NEVER), SKERRY_OK);
	site_reopen();
	assert_true(site_now(&site) == TODAY + 3 * DAY);
	/* The mark, one lower. */
	file_path(folder, "state.mark", path);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &mark), SKERRY_OK);
	mark.seq--;
	seal_mark(&mark, key);
	assert_int_equal(mark_file_replace(&file, &mark), SKERRY_OK);
	mark_file_close(&file);
	site_reopen();
	assert_true(site.memory->news.mark_lost);
	assert_true(memory_ask("a.example").facts.state_rollback);
}

static void
database_of_another_site_is_not_taken_up(void **state)
{
	char copy[64];

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_close(&site);
	tree_make(copy);
	tree_copy(folder, copy);
	tree_remove(folder);
	assert_int_equal(site_set_up(NULL), 0);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 9 * DAY);
	WHILE_CLOSED({
		put_file_back(copy, "site.db");
		put_file_back(copy, "state.mark");
		put_file_back(copy, "site.clock");
	});
	assert_true(site.memory->news.rebuilt && site.memory->news.edited);
	assert_true(site.memory->news.clock_lost);
	tree_remove(copy);
}

static void
odd_files_in_place_of_the_database_are_not_waited_for(void **state)
{
	char path[128];

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	file_path(folder, "site.db", path);
	WHILE_CLOSED({
		memory_remove_file("site.db");
		assert_int_equal(mkfifo(path, 0600), 0);
	});
	assert_true(site.memory->news.rebuilt);
	WHILE_CLOSED({
		memory_remove_file("site.db");
		assert_int_equal(symlink("/dev/zero", path), 0);
	});
	assert_true(site.memory->news.rebuilt);
	assert_int_equal(memory_ask("a.example").verdict.access, SKERRY_ACCESS_FULL);
}

/* --- nobody may write ------------------------------------------------------------------------ */

/* What a reader in a boot of its own takes for the time. */
static int64_t
read_time(const char *boot, int64_t mono_s, int64_t wall)
{
	struct clock_reading reading = { .mono_s = mono_s, .wall = wall };
	struct site_failure where;
	struct site reader;
	int64_t now;

	memcpy(reading.boot_id, boot, strlen(boot));
	assert_int_equal(site_open(folder, &reader, &where), SKERRY_OK);
	assert_int_equal(site_tick(&reader, &reading), SKERRY_OK);
	now = site_now(&reader);
	site_close(&reader);
	return now;
}

/* A folder made read-only: without this each boot would begin at the same instant, for ever. */
static void
time_goes_on_where_nothing_can_be_recorded(void **state)
{
	const int64_t mono = site_reading().mono_s;
	int64_t now;

	(void)state;
	make_domain_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 2 * DAY);
	now = site_now(&site);
	site_close(&site);
	assert_true(read_time("another boot", MEMORY_ALONE_S, now + 100 * DAY) == now + 100 * DAY);
	/* Whoever starts first may not be the one that records. */
	assert_true(read_time("another boot", MEMORY_ALONE_S - 1, now + 100 * DAY) == now);
	/* Beside a clock that says nothing, the uptime counts. */
	assert_true(read_time("another boot", DAY, now + 402 * DAY) == now + DAY);
	assert_true(read_time("another boot", DAY, now - 100 * DAY) == now + DAY);
	/* Somebody records in this boot: a wrong clock is theirs to weigh. */
	now = read_time("a boot of tests", mono + 2 * DAY + 60, now + 100 * DAY);
	assert_true(now < TODAY + 3 * DAY);
	memory_open_again();
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(every_edit_is_noticed_and_buys_nothing),
		AT_A_SITE(untouched_memory_is_never_called_edited),
		AT_A_SITE(vacuum_is_no_edit),
		AT_A_SITE(older_copy_without_news_is_noticed),
		AT_A_SITE(grace_is_not_undone_by_an_older_copy),
		AT_A_SITE(rollback_outlives_the_database),
		AT_A_SITE(record_with_another_seal_is_none),
		AT_A_SITE(database_of_another_site_is_not_taken_up),
		AT_A_SITE(time_goes_on_where_nothing_can_be_recorded),
		AT_A_SITE(odd_files_in_place_of_the_database_are_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
