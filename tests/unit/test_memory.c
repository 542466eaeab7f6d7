/* SPDX-License-Identifier: ISC */
/* What a site remembers: its time, since when something does not match. */
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
#include "verifier/state/conditions.h"

#define TEXT(s) ((struct cbor_text){ s, sizeof(s) - 1 })

static struct signed_document first, second, third;

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
	assert_int_equal(memory_ask(NULL).facts.clock, EVALUATE_CLOCK_BEHIND);
	assert_int_equal(memory_rows("clock.condition"), 1);
	/* A clock that wakes in 2099 is not believed. */
	reading.wall = INT64_C(4070908800);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	assert_int_equal(memory_ask(NULL).facts.clock, EVALUATE_CLOCK_AHEAD_UNPROVEN);
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	memory_assert_whole();
}

/* A move of an hour or less is no news, and stays all the same. */
static void
time_that_was_shown_once_is_not_taken_back(void **state)
{
	struct clock_reading reading;
	int64_t rows;

	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	rows = memory_number("SELECT count(*) FROM journal");
	reading = site_reading();
	reading.wall += 2700;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_true(site_now(&site) == TODAY + 2700);
	site_reopen();
	assert_true(site_now(&site) == TODAY + 2700);
	assert_int_equal(memory_number("SELECT count(*) FROM journal"), rows);
}

static void
time_survives_either_of_its_two_records(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + 100 * DAY);
	WHILE_CLOSED(memory_remove_file("site.clock"));
	assert_true(site_now(&site) == TODAY + 100 * DAY);
	site_live_until(TODAY + 101 * DAY);
	assert_true(memory_file_there("site.clock"));
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_true(site.memory->news.rebuilt);
	assert_false(site.memory->news.clock_lost);
	assert_true(site_now(&site) >= TODAY + 101 * DAY - MEMORY_FILE_S);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
	site_reopen();
	assert_false(site.memory->news.rebuilt);
	memory_assert_whole();
}

static void
make_paired(struct signed_document *ret_document, uint64_t edition)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	license_made.ladder.rebind_grace_s = 14 * DAY;
	site_sign_license(ret_document);
}

static void
expect_unpaired(void)
{
	struct site_answer answer = memory_ask(NULL);

	assert_int_equal(answer.verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(answer.verdict.access, SKERRY_ACCESS_NONE);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_WRONG_MACHINE);
	assert_true(answer.facts.pairing_lost);
	assert_true(site.memory->news.clock_lost);
}

/* Whatever was kept of it, in whichever order it went: the time is known, or nothing is paired. */
static void
paired_license_goes_with_the_memory(void **state)
{
	static const char *const ALL[] = { "site.db", "site.clock", "state.mark" };

	(void)state;
	make_paired(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	for (unsigned lost = 1; lost < 8; lost++) {
		if ((lost & 3) == 3)
			continue;
		site_close(&site);
		for (unsigned i = 0; i < 3; i++)
			if ((lost >> i & 1) != 0 && memory_file_there(ALL[i]))
				memory_remove_file(ALL[i]);
		memory_open_again();
		assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
		assert_false(site.memory->news.clock_lost);
		/* For site.clock to be there again. */
		assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
	}
	WHILE_CLOSED({
		memory_remove_file("site.db");
		memory_remove_file("site.clock");
	});
	assert_true(site.memory->news.rebuilt);
	expect_unpaired();
	site_reopen();
	assert_false(site.memory->news.rebuilt);
	expect_unpaired();
	/* Neither the document of before nor another one for the key of before. */
	assert_int_equal(site_take_at(&first, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_OTHER_SITE);
	license_made.edition = 2;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_REFUSED);
	expect_unpaired();
	make_paired(&second, 2);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	assert_false(site.memory->news.clock_lost);
	assert_int_equal(memory_rows("state.lost.over"), 1);
}

/* Again and again, with the documents taken out and in, with the key of before put back. */
static void
losing_the_memory_again_and_again_pairs_nothing(void **state)
{
	char path[128], kept[128];

	(void)state;
	make_paired(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	snprintf(path, sizeof path, "%s/site.key", folder);
	snprintf(kept, sizeof kept, "%s/.skerry-kept", folder);
	assert_int_equal(link(path, kept), 0);
	for (int i = 0; i < 3; i++) {
		WHILE_CLOSED({
			memory_remove_file("site.db");
			memory_remove_file("site.clock");
			memory_remove_file("state.mark");
			assert_int_equal(unlink(path), 0);
			assert_int_equal(link(kept, path), 0);
		});
		expect_unpaired();
		assert_int_equal(site_take_at(&first, TODAY), TAKE_REFUSED);
	}
	/* The key of before under the database of now. */
	WHILE_CLOSED({
		assert_int_equal(unlink(path), 0);
		assert_int_equal(link(kept, path), 0);
	});
	expect_unpaired();
	/* And with nothing left but what an init would find. */
	WHILE_CLOSED({
		char licenses[128];

		memory_remove_file("site.db");
		memory_remove_file("site.clock");
		memory_remove_file("state.mark");
		assert_int_equal(unlink(path), 0);
		assert_int_equal(link(kept, path), 0);
		snprintf(licenses, sizeof licenses, "%s/licenses", folder);
		tree_remove(licenses);
	});
	assert_int_equal(site.licenses_len, 0);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_REFUSED);
}

/* Who may only read answers as whoever writes would. */
static void
reader_of_a_lost_memory_knows_the_pairing_lost(void **state)
{
	struct site_failure where;
	struct site reader;
	const struct site_query query = { .product = "hms" };
	struct site_answer answer;

	(void)state;
	make_paired(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site_close(&site);
	memory_remove_file("site.db");
	memory_remove_file("site.clock");
	assert_int_equal(site_open(folder, &reader, &where), SKERRY_OK);
	assert_int_equal(site_tick(&reader, &(struct clock_reading){ .wall = TODAY }), SKERRY_OK);
	assert_int_equal(site_ask(&reader, &query, &answer), SKERRY_OK);
	assert_int_equal(answer.verdict.access, SKERRY_ACCESS_NONE);
	assert_true(answer.facts.pairing_lost);
	site_close(&reader);
	memory_open_again();
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
	assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
	site_live_until(TODAY + 20 * DAY);
	/* 220 days after its iat, and still a grace of its own. */
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(memory_rows("condition.begins"), 1);
	site_live_until(TODAY + 30 * DAY);
	/* Asking for the right one in between, and a renewal, change nothing of it. */
	assert_int_equal(memory_ask("A.example.").verdict.state, SKERRY_STATE_ACTIVE);
	make_domain_license(&second, 2, "a.example");
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(memory_ask("B.EXAMPLE.").verdict.state, SKERRY_STATE_GRACE);
	site_live_until(TODAY + 35 * DAY);
	site_reopen();
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(memory_rows("condition.begins"), 1);
	/* A renewal for that domain ends it, and the next mismatch has its own grace. */
	make_domain_license(&third, 3, "b.example");
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(memory_rows("condition.over"), 1);
	assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_GRACE);
	memory_assert_whole();
}

/* A product that passes on what strangers call it lets them choose: the journal is not theirs to fill. */
static void
domains_of_strangers_do_not_fill_the_journal(void **state)
{
	char domain[32];

	(void)state;
	settle();
	for (int round = 0; round < 2; round++) {
		int64_t before = memory_number("SELECT count(*) FROM journal");

		for (int i = 0; i < 300; i++) {
			snprintf(domain, sizeof domain, "n%d.stranger.example", i);
			assert_int_equal(memory_ask(domain).verdict.state, SKERRY_STATE_GRACE);
			assert_int_equal(
				memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
		}
		assert_in_range(memory_number("SELECT count(*) FROM journal") - before, 0,
			round == 0 ? CONDITIONS_DOMAINS_MAX + 3 : 0);
	}
	assert_int_equal(memory_rows("condition.begins"), CONDITIONS_DOMAINS_MAX);
	memory_assert_whole();
}

static void
asking_for_many_domains_buys_no_more_graces(void **state)
{
	char domain[32];

	(void)state;
	settle();
	/* A site moves, with all its names; then all of them have one grace, however many there are. */
	for (int i = 0; i < CONDITIONS_DOMAINS_MAX; i++) {
		snprintf(domain, sizeof domain, "n%d.example", i);
		assert_int_equal(memory_ask(domain).verdict.state, SKERRY_STATE_GRACE);
	}
	assert_int_equal(memory_number("SELECT count(*) FROM condition"), CONDITIONS_DOMAINS_MAX);
	assert_int_equal(memory_ask("more.example").verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(memory_number("SELECT count(*) FROM condition"), CONDITIONS_DOMAINS_MAX);
	site_live_until(TODAY + 10 * DAY);
	assert_int_equal(memory_ask("late.example").verdict.state, SKERRY_STATE_GRACE);
	site_live_until(TODAY + 18 * DAY);
	assert_int_equal(memory_ask("late.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(memory_ask("n0.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
}

/* One domain after the other, each for as long as it lasts. */
static void
domains_in_turn_have_three_graces(void **state)
{
	int days = 0;

	(void)state;
	settle();
	for (int i = 0; i < 20; i++) {
		char domain[32];

		snprintf(domain, sizeof domain, "n%d.example", i);
		while (memory_ask(domain).verdict.access == SKERRY_ACCESS_FULL) {
			assert_true(++days < 400);
			site_live_until(site_now(&site) + DAY);
		}
	}
	assert_in_range(days, 3 * 14, CONDITIONS_GRACES_MAX * 15);
	/* The vendor's license for one of them ends that, and its own are active. */
	make_domain_license(&second, 2, "n19.example");
	assert_int_equal(site_take_at(&second, site_now(&site)), TAKE_TAKEN);
	assert_int_equal(memory_ask("n19.example").verdict.state, SKERRY_STATE_ACTIVE);
}

/* A thief had a key sign far ahead; the vendor cuts the key's window and keeps the key. */
static void
time_of_a_date_that_a_key_may_not_sign_goes_back(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY - DAY / 2;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.issued_at = license_made.not_before = TODAY + 300 * DAY;
	license_made.renew_by = license_made.valid_until = TODAY + 600 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_true(site_now(&site) >= TODAY + 300 * DAY);
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.keys[0].not_after = TODAY + 10 * DAY;
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_true(site_now(&site) < TODAY + 2 * DAY);
	assert_int_equal(memory_rows("clock.back"), 1);
	site_live_until(TODAY + 5 * DAY);
	site_reopen();
	assert_true(site_now(&site) == TODAY + 5 * DAY);
	assert_int_equal(memory_rows("clock.back"), 1);
	memory_assert_whole();
}

/* With the memory gone nobody knows since when: it counts from the license's iat. */
static void
losing_the_memory_buys_no_grace(void **state)
{
	(void)state;
	settle();
	site_live_until(TODAY + 5 * DAY);
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_GRACE);
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(memory_ask("a.example").verdict.state, SKERRY_STATE_ACTIVE);
	WHILE_CLOSED({
		memory_remove_file("site.db");
		memory_remove_file("state.mark");
		memory_remove_file("site.clock");
	});
	assert_true(site.memory->news.clock_lost);
	/* Without any record of the time it begins at the license's; a day of running proves the rest. */
	site_live_until(TODAY + 9 * DAY);
	assert_int_equal(memory_ask("b.example").verdict.state, SKERRY_STATE_LOCKED);
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
	memory_open_again();
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
	assert_int_equal(site.unused_len, 1);
}

static void
verdict_is_told_when_it_changes(void **state)
{
	(void)state;
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_UNLICENSED);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_UNLICENSED);
	assert_int_equal(memory_rows("verdict"), 1);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	memory_ask(NULL);
	site_live_until(TODAY + 100 * DAY);
	memory_ask(NULL);
	assert_int_equal(memory_rows("verdict"), 2);
	site_live_until(TODAY + 181 * DAY);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(memory_rows("verdict"), 3);
	/* Of very many ways of asking the last are remembered. */
	execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
		" INSERT INTO verdict SELECT 'product=p' || i || ' values=0', 'state=none', 0 FROM "
		"n");
	memory_ask("b.example");
	assert_int_equal(memory_number("SELECT count(*) FROM verdict"), 512);
	memory_assert_whole();
}

/* A product that tells when it was built, and a cron job that does not, ask in turn. */
static void
asking_with_and_without_a_build_date_are_told_apart(void **state)
{
	const struct site_query built = { .product = "hms", .build_date = TODAY + DAY },
				plain = { .product = "hms" };
	struct site_answer answer;

	(void)state;
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY;
	license_made.maintenance_until = TODAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(site_ask(&site, &built, &answer), SKERRY_OK);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_MAINTENANCE_ENDED);
		assert_int_equal(site_ask(&site, &plain, &answer), SKERRY_OK);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_OK);
	}
	assert_int_equal(memory_rows("verdict"), 2);
	memory_assert_whole();
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(time_goes_on_whatever_the_wall_clock_says),
		AT_A_SITE(time_that_was_shown_once_is_not_taken_back),
		AT_A_SITE(time_survives_either_of_its_two_records),
		AT_A_SITE(paired_license_goes_with_the_memory),
		AT_A_SITE(losing_the_memory_again_and_again_pairs_nothing),
		AT_A_SITE(reader_of_a_lost_memory_knows_the_pairing_lost),
		AT_A_SITE(mismatch_counts_from_when_it_was_first_seen),
		AT_A_SITE(domains_of_strangers_do_not_fill_the_journal),
		AT_A_SITE(asking_for_many_domains_buys_no_more_graces),
		AT_A_SITE(domains_in_turn_have_three_graces),
		AT_A_SITE(losing_the_memory_buys_no_grace),
		AT_A_SITE(time_of_a_date_that_a_key_may_not_sign_goes_back),
		AT_A_SITE(row_edited_by_hand_grants_nothing),
		AT_A_SITE(verdict_is_told_when_it_changes),
		AT_A_SITE(asking_with_and_without_a_build_date_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
