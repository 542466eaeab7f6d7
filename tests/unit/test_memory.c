/* SPDX-License-Identifier: ISC */
/*
 * What a site remembers: its time, since when something does not match, what came; and what happens
 * when that memory is damaged, lost, put back from an older copy, or its writer killed.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"
#include "fixture_site.h"
#include "verifier/state/conditions.h"

#define TEXT(s) ((struct cbor_text){ s, sizeof(s) - 1 })

static struct signed_document first, second, third;

static struct site_answer
ask(const char *domain)
{
	const struct site_query query = { .product = "hms", .domain = domain };
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_int_equal(site.memory->trouble, SKERRY_OK);
	return answer;
}

/* What one number of the database is. */
static int64_t
number(const char *sql)
{
	struct store_query q;
	int64_t value = 0;

	store_query(site.memory->store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

static int64_t
rows_of(const char *kind)
{
	char sql[128];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM journal WHERE kind = '%s'", kind);
	return number(sql);
}

static void
assert_chain(void)
{
	int64_t seq = 0;

	assert_int_equal(memory_check(site.memory, &seq), SKERRY_OK);
}

static void
remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

static bool
is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* The folder is changed while nobody has it open. */
#define WHILE_CLOSED(change)                                                                       \
	do {                                                                                       \
		site_close(&site);                                                                 \
		change;                                                                            \
		site_open_again();                                                                 \
	} while (0)

static void
site_open_again(void)
{
	struct clock_reading reading = site_reading();
	struct site_failure where;

	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
}

/* --- time ------------------------------------------------------------------------------------ */

static void
time_goes_on_whatever_the_wall_clock_says(void **state)
{
	struct clock_reading reading;

	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 100 * DAY);
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	site_reopen();
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	/* Turned back a month: noticed, and not a second gained. */
	reading = site_reading();
	reading.wall -= 30 * DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	assert_int_equal(ask(NULL).facts.clock, EVALUATE_CLOCK_BEHIND);
	assert_int_equal(rows_of("clock.condition"), 1);
	/* A clock that wakes in 2099 is not believed. */
	reading.wall = INT64_C(4070908800);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	assert_int_equal(ask(NULL).facts.clock, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	assert_chain();
}

static void
time_survives_either_of_its_two_records(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 100 * DAY);
	WHILE_CLOSED(remove_file("site.clock"));
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	site_live_until(TODAY + 101 * DAY);
	assert_true(is_there("site.clock"));
	WHILE_CLOSED(remove_file("site.db"));
	assert_true(site.memory->news.rebuilt);
	assert_false(site.memory->news.clock_lost);
	assert_true(site_now(&site) >= TODAY + 101 * DAY - MEMORY_FILE_S);
	assert_int_equal(ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
	site_reopen();
	assert_false(site.memory->news.rebuilt);
	assert_chain();
}

static void
paired_license_goes_with_the_memory(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	WHILE_CLOSED(remove_file("site.db"));
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	WHILE_CLOSED({
		remove_file("site.db");
		remove_file("site.clock");
	});
	assert_true(site.memory->news.clock_lost);
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
	site_reopen();
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
	/* A new document from the vendor is a new pairing. */
	license_made.edition = 2;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
}

/* --- conditions ------------------------------------------------------------------------------ */

static void
make_domain_license(struct signed_document *ret_document, uint64_t edition, const char *domain)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.issued_at = TODAY - 200 * DAY + (int64_t)edition;
	license_made.not_before = license_made.issued_at;
	license_made.ladder.rebind_grace_s = 14 * DAY;
	license_made.domains[0] = cbor_text_from_chars(domain);
	license_made.domains_len = 1;
	site_sign_license(ret_document);
}

/* The license is older than the installation: a day of running proves the clock. */
static void
settle(void)
{
	make_domain_license(&first, 1, "a.example");
	assert_int_equal(site_take_at(&first, TODAY - 2 * DAY), TAKE_TAKEN);
	site_live_until(TODAY + 2 * DAY);
	assert_true(site_now(&site) == TODAY + 2 * DAY);
}

static void
mismatch_counts_from_when_it_was_first_seen(void **state)
{
	(void)state;
	settle();
	assert_int_equal(ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
	site_live_until(TODAY + 20 * DAY);
	/* 220 days after its iat, and still a grace of its own. */
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(rows_of("condition.begins"), 1);
	site_live_until(TODAY + 30 * DAY);
	/* Asking for the right one in between, and a renewal, change nothing of it. */
	assert_int_equal(ask("A.example.").verdict.state, SKERRY_STATE_ACTIVE);
	make_domain_license(&second, 2, "a.example");
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(ask("B.EXAMPLE.").verdict.state, SKERRY_STATE_GRACE);
	site_live_until(TODAY + 35 * DAY);
	site_reopen();
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(rows_of("condition.begins"), 1);
	/* A renewal for that domain ends it, and the next mismatch has its own grace. */
	make_domain_license(&third, 3, "b.example");
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(rows_of("condition.over"), 1);
	assert_int_equal(ask("a.example").verdict.state, SKERRY_STATE_GRACE);
	assert_chain();
}

static void
asking_for_many_domains_buys_no_more_graces(void **state)
{
	char domain[32];

	(void)state;
	settle();
	for (int i = 0; i < CONDITIONS_DOMAINS_MAX; i++) {
		snprintf(domain, sizeof domain, "n%d.example", i);
		assert_int_equal(ask(domain).verdict.state, SKERRY_STATE_GRACE);
	}
	assert_int_equal(number("SELECT count(*) FROM condition"), CONDITIONS_DOMAINS_MAX);
	assert_int_equal(ask("more.example").verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(number("SELECT count(*) FROM condition"), CONDITIONS_DOMAINS_MAX);
}

/* With the memory gone nobody knows since when: it counts from the license's iat. */
static void
losing_the_memory_buys_no_grace(void **state)
{
	(void)state;
	settle();
	site_live_until(TODAY + 5 * DAY);
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	WHILE_CLOSED(remove_file("site.db"));
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
	WHILE_CLOSED({
		remove_file("site.db");
		remove_file("state.mark");
		remove_file("site.clock");
	});
	assert_true(site.memory->news.adopted);
	/* Without any record of the time it begins at the license's; a day of running proves the rest. */
	site_live_until(TODAY + 9 * DAY);
	assert_int_equal(ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
}

/* --- rows ------------------------------------------------------------------------------------ */

static void
execute(const char *sql)
{
	struct store_query q;

	store_query(site.memory->store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
row_edited_by_hand_grants_nothing(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	execute("UPDATE document SET bytes = CAST(substr(bytes, 1, 40) || x'ff' || substr(bytes, "
		"42) AS BLOB)");
	site_close(&site);
	{
		char path[128];

		snprintf(path, sizeof path, "%s/licenses", folder);
		tree_remove(path);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	site_open_again();
	assert_int_equal(ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
	assert_int_equal(site.unused_len, 1);
}

static void
verdict_is_told_when_it_changes(void **state)
{
	(void)state;
	assert_int_equal(ask(NULL).verdict.state, SKERRY_STATE_UNLICENSED);
	assert_int_equal(ask(NULL).verdict.state, SKERRY_STATE_UNLICENSED);
	assert_int_equal(rows_of("verdict"), 1);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ask(NULL);
	site_live_until(TODAY + 100 * DAY);
	ask(NULL);
	assert_int_equal(rows_of("verdict"), 2);
	site_live_until(TODAY + 181 * DAY);
	assert_int_equal(ask(NULL).verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(rows_of("verdict"), 3);
	for (int i = 0; i < 100; i++) {
		char domain[32];

		snprintf(domain, sizeof domain, "n%d.example", i);
		ask(domain);
	}
	assert_int_equal(number("SELECT count(*) FROM verdict"), 64);
	assert_chain();
}

static void
every_import_is_told_and_marked(void **state)
{
	static const char *const KINDS[] = { "import.taken", "import.held", "import.older" };

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_HELD);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		assert_int_equal(rows_of(KINDS[i]), 1);
	assert_true(is_there("state.mark"));
	assert_int_equal(number("SELECT count(*) FROM document"), 1);
	assert_chain();
}

/* --- an older state is put back -------------------------------------------------------------- */

enum { STEPS = 9 };

static void
take(struct signed_document *document)
{
	site_make_license(document, license_made.edition + 1);
	assert_int_equal(
		take_in(&site, &document->document, 1, site_now(&site), results), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
}

/* One step of a life that ends in something that counts. */
static void
live_step(int step)
{
	switch (step % 3) {
	case 0:
		take(&first);
		break;
	case 1:
		assert_int_equal(
			take_in(&site, &first.document, 1, site_now(&site), results), SKERRY_OK);
		break;
	default:
		site_live_until(site_now(&site) + 3 * DAY);
		ask(NULL);
		take(&first);
		break;
	}
}

/* All but the second record will be as it was. */
static void
keep_mark(const char copy[64])
{
	char from[128], to[128];

	snprintf(from, sizeof from, "%s/state.mark", folder);
	snprintf(to, sizeof to, "%.63s/state.mark", copy);
	assert_int_equal(rename(from, to), 0);
}

static void
older_state_is_noticed_from_every_step(void **state)
{
	char copies[STEPS][64];

	(void)state;
	license_made.edition = 0;
	for (int i = 0; i < STEPS; i++) {
		live_step(i);
		site_close(&site);
		tree_make(copies[i]);
		tree_copy(folder, copies[i]);
		site_open_again();
		assert_false(site.memory->news.rolled_back || site.memory->news.mark_lost);
		assert_chain();
	}
	for (int i = 0; i < STEPS - 1; i++) {
		site_close(&site);
		tree_copy(copies[STEPS - 1], folder);
		keep_mark(copies[i]);
		tree_copy(copies[i], folder);
		site_open_again();
		assert_true(site.memory->news.rolled_back);
		assert_true(ask(NULL).facts.state_rollback);
		assert_int_equal(rows_of("state.rollback"), 1);
		/* It is told once, and goes on until the vendor has spoken. */
		site_reopen();
		assert_false(site.memory->news.rolled_back);
		assert_true(ask(NULL).facts.state_rollback);
		assert_chain();
	}
	ceremony_license(&license_made);
	license_made.edition = 100;
	license_made.issued_at = license_made.not_before = site_now(&site) + 1;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_false(ask(NULL).facts.state_rollback);
	assert_int_equal(rows_of("state.rollback.over"), 1);
	for (int i = 0; i < STEPS; i++)
		tree_remove(copies[i]);
}

static void
mark_that_is_taken_away_is_noticed(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
	WHILE_CLOSED(remove_file("state.mark"));
	assert_true(site.memory->news.mark_lost);
	assert_true(ask(NULL).facts.state_rollback);
	site_reopen();
	assert_false(site.memory->news.mark_lost);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void
spoil(const char *path, off_t at)
{
	uint8_t bytes[64];
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, bytes, sizeof bytes, at), sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] ^= 0x55;
	assert_int_equal(pwrite(fd, bytes, sizeof bytes, at), sizeof bytes);
	close(fd);
}

static void
damaged_page_is_noticed_and_rebuilt(void **state)
{
	char copy[64], path[128];
	struct stat status;

	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ask(NULL);
	site_live_until(TODAY + 10 * DAY);
	for (int i = 0; i < 30; i++)
		assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
	site_close(&site);
	tree_make(copy);
	tree_copy(folder, copy);
	snprintf(path, sizeof path, "%s/site.db", folder);
	assert_int_equal(stat(path, &status), 0);
	for (off_t at = 0; at < status.st_size; at += 4096) {
		bool noticed;

		tree_copy(copy, folder);
		spoil(path, at);
		site_open_again();
		/* At once, or at the look that is taken every day. */
		noticed = site.memory->news.rebuilt;
		if (!noticed) {
			site_live_until(TODAY + 12 * DAY);
			site_reopen();
			noticed = site.memory->news.rebuilt;
		}
		if (!noticed)
			fail_msg("page at %ld", (long)at);
		assert_true(site.memory->news.damaged || is_there("site.db.damaged"));
		assert_false(site.memory->news.clock_lost);
		assert_true(site_now(&site) >= TODAY + 10 * DAY - MEMORY_FILE_S);
		assert_int_equal(ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
		assert_int_equal(rows_of("state.rebuilt"), 1);
		assert_chain();
		site_reopen();
		assert_false(site.memory->news.rebuilt || site.memory->news.rolled_back);
		site_close(&site);
	}
	tree_copy(copy, folder);
	site_open_again();
	assert_false(site.memory->news.rebuilt);
	tree_remove(copy);
}

/* --- killed ---------------------------------------------------------------------------------- */

/* Imports one edition after the other and says so, until it is killed. */
static void
import_until_killed(int acknowledge, uint64_t edition)
{
	struct site_failure where;
	struct clock_reading reading = site_reading();

	for (;; edition++) {
		if (site_open_to_write(folder, &site, &where) != SKERRY_OK ||
			site_tick(&site, &reading) != SKERRY_OK)
			_exit(1);
		ceremony_license(&license_made);
		license_made.edition = edition;
		license_made.issued_at += (int64_t)edition;
		site_sign_license(&first);
		if (take_in(&site, &first.document, 1, site_now(&site), results) != SKERRY_OK ||
			results[0].fate != TAKE_TAKEN)
			_exit(2);
		if (write(acknowledge, &edition, sizeof edition) != sizeof edition)
			_exit(3);
		site_close(&site);
	}
}

enum { KILLS = 300 };

static uint64_t
kill_one(uint64_t edition, unsigned wait_us)
{
	uint64_t told = edition - 1, read_edition;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		import_until_killed(ends[1], edition);
	assert_true(child > 0);
	close(ends[1]);
	usleep(wait_us);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &read_edition, sizeof read_edition) == sizeof read_edition)
		told = read_edition;
	close(ends[0]);
	return told;
}

static void
kill_loses_nothing_and_alarms_nobody(void **state)
{
	uint64_t edition = 0;

	(void)state;
	site_close(&site);
	for (unsigned i = 0; i < KILLS; i++) {
		/* Where it strikes is left to the machine: all that holds, holds anywhere. */
		uint64_t told = kill_one(edition + 1, i * 7919 % 5000);

		site_open_again();
		assert_false(site.memory->news.rolled_back || site.memory->news.mark_lost ||
			     site.memory->news.rebuilt);
		assert_true(site.memory->rollback_since == LICENSE_NEVER);
		edition = site.licenses_len == 0 ? 0 : site.licenses[0].license.edition;
		for (size_t j = 1; j < site.licenses_len; j++)
			if (site.licenses[j].license.edition > edition)
				edition = site.licenses[j].license.edition;
		assert_true(edition >= told);
		assert_chain();
		site_close(&site);
	}
	site_open_again();
	assert_true(edition > 0);
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(time_goes_on_whatever_the_wall_clock_says),
		AT_A_SITE(time_survives_either_of_its_two_records),
		AT_A_SITE(paired_license_goes_with_the_memory),
		AT_A_SITE(mismatch_counts_from_when_it_was_first_seen),
		AT_A_SITE(asking_for_many_domains_buys_no_more_graces),
		AT_A_SITE(losing_the_memory_buys_no_grace),
		AT_A_SITE(row_edited_by_hand_grants_nothing),
		AT_A_SITE(verdict_is_told_when_it_changes),
		AT_A_SITE(every_import_is_told_and_marked),
		AT_A_SITE(older_state_is_noticed_from_every_step),
		AT_A_SITE(mark_that_is_taken_away_is_noticed),
		AT_A_SITE(damaged_page_is_noticed_and_rebuilt),
		AT_A_SITE(kill_loses_nothing_and_alarms_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
