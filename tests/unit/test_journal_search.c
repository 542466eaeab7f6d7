/* SPDX-License-Identifier: ISC */
/* The journal looked up by time: as reading all of it would find, also where time went back. */
#include "tests/unit/fixture_tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/license.h"
#include "keys/random.h"
#include "tests/unit/fixture_draw.h"
#include "verifier/state/journal_search.h"
#include "verifier/state/schema.h"

enum { ROWS_MAX = 60 };

static char folder[64], path[96];
static struct store *store;
static int64_t times[ROWS_MAX + 1]; /* of each row by its number */
static int64_t first_seq, last_seq;

static void
execute(const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int
set_up(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	tree_place("journal-search", folder);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/site.db", folder);
	assert_int_equal(store_create(path, &SITE_SCHEMA, &store), SKERRY_OK);
	execute("PRAGMA synchronous = OFF");
	first_seq = 1;
	last_seq = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	unlink(path);
	return rmdir(folder);
}

static void
append(int64_t at, const char *kind, const char *subject)
{
	const struct journal_moment moment = { .settled = at, .wall = at };

	assert_int_equal(
		journal_append(store, &moment, kind, subject, "at=%d", (int)at), SKERRY_OK);
	times[++last_seq] = at;
}

/* --- an instant ------------------------------------------------------------------------------ */

static struct journal_place
place_at(int64_t at)
{
	struct journal_place place;

	assert_int_equal(journal_find_place(store, at, &place), SKERRY_OK);
	return place;
}

static int64_t
expected_seq(int64_t at)
{
	for (int64_t seq = last_seq; seq >= first_seq; seq--)
		if (times[seq] <= at && times[seq] > 0)
			return seq;
	return 0;
}

static int64_t
expected_turn(int64_t at, int64_t seq)
{
	for (; seq > first_seq; seq--)
		if (times[seq] < times[seq - 1] && times[seq - 1] > at)
			return seq;
	return 0;
}

static void
expect_all_found(void)
{
	for (int64_t at = 0; at < 120; at++) {
		const struct journal_place place = place_at(at);

		if (place.seq != expected_seq(at) ||
			place.turned_seq != (place.seq == 0 ? 0 : expected_turn(at, place.seq)))
			fail_msg("at %d: row %d, turn %d", (int)at, (int)place.seq,
				(int)place.turned_seq);
	}
}

static void
empty_journal_has_no_place(void **state)
{
	const struct journal_place place = place_at(100);

	(void)state;
	assert_int_equal(place.seq, 0);
	assert_true(place.first_at == LICENSE_NEVER);
}

static void
rows_before_the_sites_time_are_no_answer(void **state)
{
	(void)state;
	append(0, "state.new", "site.db");
	append(0, "import.taken", "license a");
	assert_true(place_at(50).first_at == LICENSE_NEVER);
	assert_int_equal(place_at(50).seq, 0);
	append(40, "verdict", "values=0");
	assert_int_equal(place_at(39).seq, 0);
	assert_int_equal(place_at(39).first_at, 40);
	assert_true(place_at(39).begun_here);
	assert_int_equal(place_at(40).seq, 3);
	expect_all_found();
}

/* Histories in which time goes on, stands, goes back, and is lost. */
static void
place_is_that_of_reading_every_row(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		int64_t at = 0;

		draw_seed(seed);
		execute("DELETE FROM journal");
		execute("DELETE FROM journal_turn");
		execute("DELETE FROM journal_anchor");
		last_seq = 0;
		first_seq = 1;
		for (size_t i = 0; i < 3 + draw_below(ROWS_MAX - 3); i++) {
			if (i > 1)
				at += (int64_t)draw_below(6);
			if (draw_below(12) == 0)
				at = (int64_t)draw_below((uint64_t)at + 1);
			append(at, draw_below(3) == 0 ? "verdict" : "clock.moved", "values=0");
		}
		expect_all_found();
		if (seed % 4 == 0) {
			assert_int_equal(
				journal_trim(store, last_seq / 2 - JOURNAL_SPARE_MAX), SKERRY_OK);
			expect_all_found();
		}
	}
}

/* What was trimmed is not here, and is not said to have been the beginning. */
static void
trimmed_rows_are_out_of_reach(void **state)
{
	(void)state;
	for (int64_t i = 0; i < JOURNAL_SPARE_MAX + 50; i++) {
		const struct journal_moment moment = { .settled = 10 + i };

		assert_int_equal(
			journal_append(store, &moment, "clock.moved", "clock", "x"), SKERRY_OK);
	}
	assert_int_equal(journal_trim(store, 20), SKERRY_OK);
	assert_int_equal(place_at(10).seq, 0);
	assert_int_equal(place_at(10).first_at, JOURNAL_SPARE_MAX + 50 - 20 + 10);
	assert_false(place_at(10).begun_here);
	assert_int_equal(place_at(10 + JOURNAL_SPARE_MAX + 45).seq, JOURNAL_SPARE_MAX + 46);
}

/* --- rows ------------------------------------------------------------------------------------ */

static int64_t found[ROWS_MAX];
static size_t found_len, wanted_len;

static bool
take(void *context, const struct journal_row *row)
{
	(void)context;
	found[found_len++] = row->seq;
	return found_len < wanted_len;
}

static void
last_verdict_is_that_of_its_subject(void **state)
{
	char subject[JOURNAL_SUBJECT_MAX] = "";
	bool more;

	(void)state;
	append(10, "verdict", "b");
	append(11, "verdict", "a");
	append(12, "clock.moved", "b");
	append(13, "verdict", "b");
	append(14, "verdict", "a b");
	for (int64_t until = 0; until <= 5; until++) {
		found_len = 0;
		assert_int_equal(journal_last_verdict(store, "b", until, take, NULL), SKERRY_OK);
		assert_int_equal(found_len, until > 0);
		assert_true(until == 0 || found[0] == (until < 4 ? 1 : 4));
	}
	found_len = 0;
	assert_int_equal(journal_last_verdict(store, "c", 5, take, NULL), SKERRY_OK);
	assert_int_equal(found_len, 0);
	for (size_t i = 0; i < 3; i++) {
		static const char *const SUBJECTS[] = { "a", "a b", "b" };

		assert_int_equal(journal_next_subject(store, subject, subject, &more), SKERRY_OK);
		assert_true(more);
		assert_string_equal(subject, SUBJECTS[i]);
	}
	assert_int_equal(journal_next_subject(store, subject, subject, &more), SKERRY_OK);
	assert_false(more);
}

/* A database that somebody else made holds whatever it likes: its tables need not be strict. */
static void
row_that_this_program_did_not_write_is_none(void **state)
{
	char subject[JOURNAL_SUBJECT_MAX] = "";
	bool more;

	(void)state;
	execute("DROP TABLE journal");
	execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, settled, wall, boot, kind, subject,"
		" detail, hash)");
	execute("INSERT INTO journal VALUES (1, 0, 0, x'', 'verdict', x'', '', x'')");
	/* An empty blob is greater than any text, and no text of its own. */
	assert_int_equal(journal_next_subject(store, subject, subject, &more), SKERRY_OK);
	assert_false(more);
	found_len = 0;
	assert_int_equal(journal_each(store, 0, 10, take, NULL), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(found_len, 0);
	assert_int_equal(journal_each_back(store, 1, 10, take, NULL), SKERRY_OK);
}

static void
rows_are_read_backwards_as_far_as_wanted(void **state)
{
	(void)state;
	for (int64_t i = 1; i <= 20; i++)
		append(i, i % 4 == 0 ? "verdict" : "clock.moved", "x");
	found_len = 0;
	wanted_len = 5;
	assert_int_equal(journal_each_back(store, 17, 1000, take, NULL), SKERRY_OK);
	assert_int_equal(found_len, 5);
	assert_int_equal(found[0], 17);
	assert_int_equal(found[1], 15);
	assert_int_equal(found[4], 11);
	found_len = 0;
	assert_int_equal(journal_each_back(store, 17, 4, take, NULL), SKERRY_OK);
	assert_int_equal(found_len, 3);
}

/* From a row on: what was edited before it is not its concern. */
static void
chain_is_verified_from_a_row_on(void **state)
{
	int64_t bad = 0;

	(void)state;
	for (int64_t i = 1; i <= 9; i++)
		append(i, "clock.moved", "x");
	assert_int_equal(journal_verify_from(store, 1, &bad), SKERRY_OK);
	execute("UPDATE journal SET subject = 'y' WHERE seq = 5");
	for (int64_t first = 1; first <= 9; first++) {
		bad = 0;
		assert_int_equal(journal_verify_from(store, first, &bad),
			first <= 5 ? SKERRY_ERR_AUDIT_CHAIN : SKERRY_OK);
		assert_int_equal(bad, first <= 5 ? 5 : 0);
	}
	execute("DELETE FROM journal WHERE seq = 7");
	assert_int_equal(journal_verify_from(store, 8, &bad), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(bad, 8);
}

#define WITH_A_JOURNAL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* --- numbers that no row has ----------------------------------------------------------------- */

/* As somebody may write them into a folder that he hands in: they lead nowhere. */
static void
rows_with_numbers_of_another_hand_are_passed_over(void **state)
{
	static const char *const SEQS[] = { "-9223372036854775808", "-9223372036854775807", "-1",
		"0", "9223372036854775807" };
	char sql[256];

	(void)state;
	append(0, "state.new", "");
	append(100, "clock.moved", "");
	append(200, "clock.moved", "");
	for (size_t i = 0; i < sizeof SEQS / sizeof *SEQS; i++) {
		snprintf(sql, sizeof sql,
			"INSERT INTO journal SELECT %s, 0, 0, boot, kind, subject, detail, hash"
			" FROM journal WHERE seq = 2",
			SEQS[i]);
		execute(sql);
		snprintf(sql, sizeof sql, "INSERT INTO journal_turn VALUES (%s)", SEQS[i]);
		execute(sql);
		assert_int_equal(place_at(0).seq, 0);
		assert_int_equal(place_at(150).seq, 2);
		assert_int_equal(place_at(INT64_MAX).seq, 3);
		assert_int_equal(place_at(150).first_at, 100);
		assert_true(place_at(150).begun_here);
	}
}

static void
journal_does_not_go_on_behind_the_last_number(void **state)
{
	static const char *const SEQS[] = { "-9223372036854775808", "-1", "9223372036854775807" };
	const struct journal_moment moment = { .settled = 1 };
	struct journal_head head;
	char sql[256];
	int64_t seq;

	(void)state;
	for (size_t i = 0; i < sizeof SEQS / sizeof *SEQS; i++) {
		snprintf(sql, sizeof sql,
			"INSERT OR REPLACE INTO journal_anchor VALUES (1, %s, zeroblob(32))",
			SEQS[i]);
		execute(sql);
		assert_int_equal(journal_read_head(store, &head), SKERRY_ERR_STORE_DAMAGED);
		assert_int_equal(journal_verify(store, &seq), SKERRY_ERR_STORE_DAMAGED);
		assert_int_equal(journal_append(store, &moment, "clock.moved", "", "%s", ""),
			SKERRY_ERR_STORE_DAMAGED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_JOURNAL(empty_journal_has_no_place),
		WITH_A_JOURNAL(rows_before_the_sites_time_are_no_answer),
		WITH_A_JOURNAL(place_is_that_of_reading_every_row),
		WITH_A_JOURNAL(trimmed_rows_are_out_of_reach),
		WITH_A_JOURNAL(last_verdict_is_that_of_its_subject),
		WITH_A_JOURNAL(row_that_this_program_did_not_write_is_none),
		WITH_A_JOURNAL(rows_are_read_backwards_as_far_as_wanted),
		WITH_A_JOURNAL(chain_is_verified_from_a_row_on),
		WITH_A_JOURNAL(rows_with_numbers_of_another_hand_are_passed_over),
		WITH_A_JOURNAL(journal_does_not_go_on_behind_the_last_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
