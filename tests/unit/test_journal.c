/* SPDX-License-Identifier: ISC */
/* A site's journal: rows follow from each other, and whatever is done to one of them shows. */
#include "tests/unit/fixture_tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "keys/random.h"
#include "verifier/state/journal.h"
#include "verifier/state/schema.h"

enum { ROWS = 12 };

struct place {
	char folder[64], path[96];
	struct store *store;
};

static const struct journal_moment MOMENT = { 1800000000, 1800000005, "bootboot" };

static void
execute(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int
make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	if (place == NULL || random_start() != SKERRY_OK)
		return -1;
	tree_place("journal", place->folder);
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/site.db", place->folder);
	assert_int_equal(store_create(place->path, &SITE_SCHEMA, &place->store), SKERRY_OK);
	execute(place->store, "PRAGMA synchronous = OFF");
	*state = place;
	return 0;
}

static int
remove_place(void **state)
{
	struct place *place = *state;

	store_close(place->store);
	unlink(place->path);
	rmdir(place->folder);
	free(place);
	return 0;
}

static void
add_rows(struct store *store, int count)
{
	for (int i = 0; i < count; i++)
		assert_int_equal(journal_append(store, &MOMENT, "import.taken", "license ABC",
					 "edition=%d", i),
			SKERRY_OK);
}

static int64_t
first_bad_row(struct store *store)
{
	int64_t seq = 0;
	enum skerry_err err = journal_verify(store, &seq);

	assert_int_equal(err, seq == 0 ? SKERRY_OK : SKERRY_ERR_AUDIT_CHAIN);
	return seq;
}

static void
each_column_of_each_row_is_held(void **state)
{
	static const char *const EDITS[] = {
		"UPDATE journal SET settled = settled + 1 WHERE seq = %d",
		"UPDATE journal SET wall = wall - 1 WHERE seq = %d",
		"UPDATE journal SET boot = x'0000000000000000' WHERE seq = %d",
		"UPDATE journal SET boot = x'00' WHERE seq = %d",
		"UPDATE journal SET boot = x'626f6f74626f6f7400' WHERE seq = %d",
		"UPDATE journal SET kind = 'import.older' WHERE seq = %d",
		"UPDATE journal SET subject = subject || ' ' WHERE seq = %d",
		"UPDATE journal SET detail = detail || char(0) WHERE seq = %d",
		"UPDATE journal SET hash = zeroblob(32) WHERE seq = %d",
		"UPDATE journal SET seq = seq + 1000 WHERE seq = %d",
	};
	struct place *place = *state;

	add_rows(place->store, ROWS);
	assert_int_equal(first_bad_row(place->store), 0);
	for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
		for (int seq = 1; seq <= ROWS; seq++) {
			char sql[128];

			snprintf(sql, sizeof sql, EDITS[i], seq);
			assert_int_equal(store_begin(place->store), SKERRY_OK);
			execute(place->store, sql);
			assert_int_not_equal(first_bad_row(place->store), 0);
			store_rollback(place->store);
		}
	}
	assert_int_equal(first_bad_row(place->store), 0);
}

/* Worked out by another program: a journal is verified by later versions, and by other tools. */
static void
chain_is_the_documented_one(void **state)
{
	static const char *const HASHES[] = {
		"1189fca0602b79a22bce238a546efe56faa42895d8f4dd675d13a385ab4ada02",
		"3b2f4805d52775cd3ce679602a147c4fea14431987839c4da2e51f8695eac274",
	};
	struct place *place = *state;

	add_rows(place->store, 2);
	for (int64_t seq = 1; seq <= 2; seq++) {
		uint8_t hash[HASH_LEN], expected[HASH_LEN];
		bool found;

		fixture_hex(HASHES[seq - 1], expected, 0, sizeof expected);
		assert_int_equal(journal_find(place->store, seq, hash, &found), SKERRY_OK);
		assert_true(found);
		assert_memory_equal(hash, expected, sizeof hash);
	}
}

static void
row_that_is_gone_breaks_the_chain_behind_it(void **state)
{
	struct place *place = *state;

	add_rows(place->store, ROWS);
	execute(place->store, "DELETE FROM journal WHERE seq = 5");
	assert_int_equal(first_bad_row(place->store), 6);
}

static void
oldest_rows_go_and_the_rest_is_verified_from_there(void **state)
{
	uint8_t hash[HASH_LEN];
	struct place *place = *state;
	struct journal_head before, after;
	bool found;

	assert_int_equal(store_begin(place->store), SKERRY_OK);
	add_rows(place->store, JOURNAL_SPARE_MAX + 50);
	assert_int_equal(store_commit(place->store), SKERRY_OK);
	assert_int_equal(store_begin(place->store), SKERRY_OK);
	assert_int_equal(journal_trim(place->store, 50), SKERRY_OK);
	assert_int_equal(store_commit(place->store), SKERRY_OK);
	assert_int_equal(journal_find(place->store, 1, hash, &found), SKERRY_OK);
	assert_true(found);
	/* Nothing was dropped yet: there is no row before the first. */
	assert_int_equal(journal_find(place->store, 0, hash, &found), SKERRY_OK);
	assert_false(found);
	assert_int_equal(journal_read_head(place->store, &before), SKERRY_OK);
	add_rows(place->store, 1);
	assert_int_equal(store_begin(place->store), SKERRY_OK);
	assert_int_equal(journal_trim(place->store, 50), SKERRY_OK);
	assert_int_equal(store_commit(place->store), SKERRY_OK);
	assert_int_equal(journal_find(place->store, 1000, hash, &found), SKERRY_OK);
	assert_false(found);
	assert_int_equal(first_bad_row(place->store), 0);
	add_rows(place->store, 1);
	assert_int_equal(journal_read_head(place->store, &after), SKERRY_OK);
	assert_int_equal(after.seq, before.seq + 2);
	/* What went is not counted again: there is room until as many have come. */
	assert_int_equal(journal_trim(place->store, 50), SKERRY_OK);
	assert_int_equal(journal_find(place->store, after.seq - 51, hash, &found), SKERRY_OK);
	assert_true(found);
	assert_int_equal(first_bad_row(place->store), 0);
	execute(place->store, "UPDATE journal_anchor SET hash = zeroblob(32)");
	assert_int_equal(first_bad_row(place->store), after.seq - 50);
}

static bool
keep_row(void *context, const struct journal_row *row)
{
	snprintf(context, 256, "%.*s|%.*s", (int)row->subject.len, row->subject.chars,
		(int)row->detail.len, row->detail.chars);
	return true;
}

static void
text_from_outside_stays_one_plain_line(void **state)
{
	char long_name[JOURNAL_DETAIL_MAX + 100], text[256];
	struct place *place = *state;

	assert_int_equal(journal_append(place->store, &MOMENT, "document.healed",
				 "a\nb\x1b[2J\xff\xc3", "%s", "Caf\xc3\xa9\xe2\x80\xae"),
		SKERRY_OK);
	assert_int_equal(journal_each(place->store, 0, 1, keep_row, text), SKERRY_OK);
	assert_string_equal(text, "a?b?[2J??|Caf\xc3\xa9???");
	memset(long_name, 'x', sizeof long_name);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(
		journal_append(place->store, &MOMENT, "x", long_name, "%s", long_name), SKERRY_OK);
	assert_int_equal(first_bad_row(place->store), 0);
}

struct seen {
	int64_t seqs[ROWS];
	size_t len, stop_at, subject_len, detail_len;
};

static bool
note_row(void *context, const struct journal_row *row)
{
	struct seen *seen = context;

	assert_int_equal(row->moment.settled, MOMENT.settled);
	assert_int_equal(row->moment.wall, MOMENT.wall);
	assert_memory_equal(row->moment.boot, MOMENT.boot, JOURNAL_BOOT_LEN);
	assert_int_equal(row->hash.len, HASH_LEN);
	seen->subject_len = row->subject.len;
	seen->detail_len = row->detail.len;
	seen->seqs[seen->len++] = row->seq;
	return seen->len != seen->stop_at;
}

static void
rows_are_read_in_order_behind_one_and_up_to_a_number(void **state)
{
	static const struct {
		int64_t after, limit;
		size_t stop_at, len;
	} READS[] = { { 0, ROWS, 0, ROWS }, { 0, ROWS + 1, 0, ROWS }, { 0, 1, 0, 1 },
		{ 3, 4, 0, 4 }, { 3, 4, 2, 2 }, { ROWS - 1, 9, 0, 1 }, { ROWS, 9, 0, 0 },
		{ 0, 0, 0, 0 } };
	struct place *place = *state;

	add_rows(place->store, ROWS);
	for (size_t i = 0; i < sizeof READS / sizeof *READS; i++) {
		struct seen seen = { .stop_at = READS[i].stop_at };

		assert_int_equal(
			journal_each(place->store, READS[i].after, READS[i].limit, note_row, &seen),
			SKERRY_OK);
		assert_int_equal(seen.len, READS[i].len);
		for (size_t n = 0; n < seen.len; n++)
			assert_int_equal(seen.seqs[n], READS[i].after + 1 + (int64_t)n);
	}
}

static void
texts_are_cut_at_their_named_lengths(void **state)
{
	char longest[JOURNAL_DETAIL_MAX + 1];
	struct place *place = *state;

	memset(longest, 'x', sizeof longest);
	for (size_t over = 0; over <= 1; over++) {
		struct seen seen = { .len = 0 };

		longest[JOURNAL_DETAIL_MAX - 1 + over] = '\0';
		assert_int_equal(
			journal_append(place->store, &MOMENT, "x",
				longest + JOURNAL_DETAIL_MAX - JOURNAL_SUBJECT_MAX, "%s", longest),
			SKERRY_OK);
		assert_int_equal(
			journal_each(place->store, (int64_t)over, 1, note_row, &seen), SKERRY_OK);
		assert_int_equal(seen.subject_len, JOURNAL_SUBJECT_MAX - 1);
		assert_int_equal(seen.detail_len, JOURNAL_DETAIL_MAX - 1);
		longest[JOURNAL_DETAIL_MAX - 1 + over] = 'x';
	}
	assert_int_equal(first_bad_row(place->store), 0);
}

static void
empty_journal_begins_behind_its_anchor(void **state)
{
	static const uint8_t zeros[HASH_LEN];
	const struct journal_head anchor = { 40, "of a journal that was lost" };
	struct place *place = *state;
	struct journal_head head = { .seq = 9 };
	uint8_t hash[HASH_LEN];
	bool found;

	assert_int_equal(journal_read_head(place->store, &head), SKERRY_OK);
	assert_int_equal(head.seq, 0);
	assert_memory_equal(head.hash, zeros, HASH_LEN);
	assert_int_equal(journal_find(place->store, 40, hash, &found), SKERRY_OK);
	assert_false(found);
	assert_int_equal(journal_set_anchor(place->store, &anchor), SKERRY_OK);
	assert_int_equal(journal_read_head(place->store, &head), SKERRY_OK);
	assert_memory_equal(&head, &anchor, sizeof head);
	assert_int_equal(journal_find(place->store, 40, hash, &found), SKERRY_OK);
	assert_true(found);
	assert_memory_equal(hash, anchor.hash, HASH_LEN);
	add_rows(place->store, 2);
	assert_int_equal(journal_read_head(place->store, &head), SKERRY_OK);
	assert_int_equal(head.seq, 42);
	assert_int_equal(first_bad_row(place->store), 0);
	execute(place->store, "UPDATE journal_anchor SET seq = 39");
	assert_int_equal(first_bad_row(place->store), 41);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		TEST(each_column_of_each_row_is_held),
		TEST(chain_is_the_documented_one),
		TEST(row_that_is_gone_breaks_the_chain_behind_it),
		TEST(oldest_rows_go_and_the_rest_is_verified_from_there),
		TEST(text_from_outside_stays_one_plain_line),
		TEST(rows_are_read_in_order_behind_one_and_up_to_a_number),
		TEST(texts_are_cut_at_their_named_lengths),
		TEST(empty_journal_begins_behind_its_anchor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
