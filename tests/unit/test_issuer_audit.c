/* SPDX-License-Identifier: ISC */
/* The audit log: every edited, missing, added or moved row is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_audit.h"
#include "fixture_statements.h"
#include "issuer/desk/audit_verify.h"

static void
whole_log_verifies(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t seq = 77;

	assert_true(audit_fixture_rows(fixture->desk.store) >= 5);
	assert_int_equal(audit_chain_holds(fixture->desk.store, &seq), SKERRY_OK);
	assert_int_equal(seq, 77);
}

static void
write_to(struct store *store, int64_t seq, const uint8_t hash[HASH_LEN])
{
	struct store_query q;

	store_query(store, &q, "UPDATE audit SET hash = ? WHERE seq = ?");
	store_bind_bytes(&q, hash, HASH_LEN);
	store_bind_int(&q, seq);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* What a careful insider does: every hash from a row on, computed anew. */
static void
hash_anew(struct store *store, int64_t from, int64_t to)
{
	for (int64_t seq = from; seq <= to; seq++) {
		uint8_t before[HASH_LEN] = { 0 }, hash[HASH_LEN];
		struct audit_log_row row;
		struct store_query q;

		store_query(store, &q, "SELECT hash FROM audit WHERE seq = ?");
		store_bind_int(&q, seq - 1);
		if (store_step(&q))
			memcpy(before, store_bytes(&q, 0).data, HASH_LEN);
		assert_int_equal(store_done(&q), SKERRY_OK);
		store_query(store, &q, "SELECT " AUDIT_COLUMNS " FROM audit WHERE seq = ?");
		store_bind_int(&q, seq);
		assert_true(store_step(&q));
		audit_read_row(&q, &row);
		assert_int_equal(audit_hash(before, &row, hash), SKERRY_OK);
		assert_int_equal(store_done(&q), SKERRY_OK);
		write_to(store, seq, hash);
	}
}

/* Wants exactly this fault, at this row. */
static void
wants(struct desk *desk, const char *what, int64_t at, enum audit_fault fault, int64_t seq)
{
	struct audit_verdict verdict;
	enum skerry_err err = audit_verify_desk(desk, NULL, 0, &verdict);

	if (err != (fault == AUDIT_SOUND ? SKERRY_OK : SKERRY_ERR_AUDIT_CHAIN) ||
		verdict.fault != fault || (fault != AUDIT_SOUND && verdict.seq != seq))
		fail_msg("%s (row %lld): %s, row %lld %s: %s", what, (long long)at,
			skerry_err_name(err), (long long)verdict.seq,
			audit_fault_name(verdict.fault), verdict.says);
}

/* ?1 in each statement is the row; the one that is named is the row plus `names`. */
static const struct {
	const char *sql;
	enum audit_fault fault;
	int names;
} EDITS[] = {
	{ "UPDATE audit SET at = at + 1 WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET operator_id = 2 WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET action = action || 'x' WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET action = action || char(0) || 'x' WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET subject = subject || 'x' WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET subject = '' WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET detail = detail || ' ' WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET detail = printf('%.9000c', 'x') WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET hash = zeroblob(32) WHERE seq = ?1", AUDIT_EDITED, 0 },
	{ "UPDATE audit SET seq = 1000 WHERE seq = ?1", AUDIT_MISSING, 1 },
	{ "DELETE FROM audit WHERE seq = ?1", AUDIT_MISSING, 1 },
	{ "UPDATE audit SET (action, subject, detail, hash) ="
	  " (SELECT action, subject, detail, hash FROM audit b WHERE b.seq = audit.seq + 1)"
	  " WHERE seq = ?1",
		AUDIT_MOVED, 0 },
};

static void
each_changed_row_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++)
		for (int64_t row = 1; row < last; row++) {
			int64_t seq = 0;

			assert_int_equal(store_begin(store), SKERRY_OK);
			audit_fixture_execute(store, EDITS[i].sql, row);
			/* A copy of a row is at another time than the one before. */
			if (EDITS[i].fault == AUDIT_MOVED)
				audit_fixture_execute(store,
					"UPDATE audit SET at = (SELECT at FROM audit b WHERE"
					" b.seq = ?1 + 1), operator_id = (SELECT operator_id FROM"
					" audit b WHERE b.seq = ?1 + 1) WHERE seq = ?1",
					row);
			wants(&fixture->desk, EDITS[i].sql, row, EDITS[i].fault,
				row + EDITS[i].names);
			assert_int_equal(audit_chain_holds(store, &seq), SKERRY_ERR_AUDIT_CHAIN);
			assert_int_equal(seq, row + EDITS[i].names);
			store_rollback(store);
		}
	wants(&fixture->desk, "untouched", 0, AUDIT_SOUND, 0);
}

static void
each_pair_of_swapped_rows_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (int64_t row = 1; row < last; row++)
		for (int64_t other = row + 1; other <= last; other++) {
			assert_int_equal(store_begin(store), SKERRY_OK);
			audit_fixture_execute(
				store, "UPDATE audit SET seq = 1000 WHERE seq = ?1", row);
			audit_fixture_execute(
				store, "UPDATE audit SET seq = 1001 WHERE seq = ?1", other);
			audit_fixture_execute(
				store, "UPDATE audit SET seq = ?1 WHERE seq = 1001", row);
			audit_fixture_execute(
				store, "UPDATE audit SET seq = ?1 WHERE seq = 1000", other);
			wants(&fixture->desk, "swapped", row, AUDIT_MOVED, row);
			store_rollback(store);
		}
}

static void
row_that_is_put_in_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (int64_t row = 1; row <= last + 1; row++) {
		assert_int_equal(store_begin(store), SKERRY_OK);
		audit_fixture_execute(
			store, "UPDATE audit SET seq = -seq - 1 WHERE seq >= ?1", row);
		audit_fixture_execute(store, "UPDATE audit SET seq = -seq WHERE seq < 0", 0);
		audit_fixture_execute(store,
			"INSERT INTO audit VALUES (?1, 1, 1, 'license.revoke', 'license 1', '',"
			" zeroblob(32))",
			row);
		wants(&fixture->desk, "put in", row, AUDIT_ADDED, row);
		store_rollback(store);
	}
}

static void
rows_that_are_taken_out_are_missed_also_after_numbering_anew(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (int64_t row = 1; row < last - 1; row++) {
		assert_int_equal(store_begin(store), SKERRY_OK);
		audit_fixture_execute(store, "DELETE FROM audit WHERE seq = ?1", row);
		audit_fixture_execute(store, "UPDATE audit SET seq = -seq + 1 WHERE seq > ?1", row);
		audit_fixture_execute(store, "UPDATE audit SET seq = -seq WHERE seq < 0", 0);
		wants(&fixture->desk, "taken out", row, AUDIT_MISSING, row);
		store_rollback(store);
	}
}

static void
end_that_is_cut_off_contradicts_the_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (int64_t row = 2; row <= last; row++) {
		int64_t seq;

		assert_int_equal(store_begin(store), SKERRY_OK);
		audit_fixture_execute(store, "DELETE FROM audit WHERE seq >= ?1", row);
		assert_int_equal(audit_chain_holds(store, &seq), SKERRY_OK);
		wants(&fixture->desk, "cut off", row, AUDIT_CUT_OFF, last);
		store_rollback(store);
	}
}

static void
log_that_is_hashed_anew_contradicts_the_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(store);
	for (int64_t row = 1; row <= last; row++) {
		int64_t seq;

		assert_int_equal(store_begin(store), SKERRY_OK);
		audit_fixture_execute(
			store, "UPDATE audit SET detail = detail || 'x' WHERE seq = ?1", row);
		hash_anew(store, row, last);
		assert_int_equal(audit_chain_holds(store, &seq), SKERRY_OK);
		wants(&fixture->desk, "hashed anew", row, AUDIT_REPLACED, last);
		/* Rows added behind it do not hide it. */
		audit_fixture_execute(store,
			"INSERT INTO audit VALUES (?1 + 1, 1, 1, 'a', 'b', '', zeroblob(32))",
			last);
		hash_anew(store, last + 1, last + 1);
		wants(&fixture->desk, "hashed anew, longer", row, AUDIT_REPLACED, last);
		store_rollback(store);
	}
}

static void
mark_that_is_removed_is_missed(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[128];

	audit_fixture_work(fixture);
	snprintf(path, sizeof path, "%s/desk.mark", fixture->path);
	assert_int_equal(unlink(path), 0);
	wants(&fixture->desk, "no mark", 0, AUDIT_NO_MARK, 0);
}

/* The records around the log. `seq` 0: the fault is no row's. */
static void
records_that_contradict_the_log_are_named(void **state)
{
	static const struct {
		const char *sql;
		enum audit_fault fault;
		bool in_row;
	} CASES[] = {
		{ "UPDATE note SET text = 'paid twice'", AUDIT_NOTE, true },
		{ "UPDATE note SET text = NULL", AUDIT_NOTE, true },
		{ "DELETE FROM note", AUDIT_NOTE, true },
		{ "UPDATE note SET text = NULL, salt = NULL", AUDIT_NOTE, true },
		{ "INSERT INTO note (brand_id, license_id, at, salt, text) SELECT brand_id,"
		  " license_id, at, salt, text FROM note",
			AUDIT_NOTE, false },
		{ "UPDATE customer SET erased_at = 1800000001", AUDIT_RECORD, false },
		{ "UPDATE license SET valid_until = valid_until + 1 WHERE id = 2", AUDIT_RECORD,
			false },
		{ "UPDATE license SET valid_until = NULL WHERE id = 2", AUDIT_RECORD, false },
		{ "UPDATE license SET maintenance_until = 1 WHERE id = 2", AUDIT_RECORD, false },
		{ "UPDATE license SET max_activations = 1000 WHERE id = 2", AUDIT_RECORD, false },
		{ "UPDATE license SET status = 'paired' WHERE id = 2", AUDIT_RECORD, false },
		{ "UPDATE license SET overrides = 'activations 9' WHERE id = 2", AUDIT_RECORD,
			false },
		{ "UPDATE license SET license_key_id = 1, tenant = 'x' WHERE id = 2", AUDIT_RECORD,
			false },
		{ "UPDATE license SET sale_id = 1 WHERE id = 2", AUDIT_RECORD, false },
		{ "INSERT INTO license (public_id, brand_id, license_key_id, sale_id, product_id,"
		  " plan_id, status, valid_from, max_activations, created_at, tenant) SELECT"
		  " 'XXXXXXXXXXXXXXXX', brand_id, license_key_id, sale_id, product_id, plan_id,"
		  " 'unpaired', 1, 1, 1, 'x' FROM license WHERE id = 1",
			AUDIT_RECORD, false },
		{ "INSERT INTO activation (brand_id, license_id, number, kind, status_index,"
		  " paired_at) VALUES (1, 2, 1, 'site', 999, 1)",
			AUDIT_RECORD, false },
		{ "INSERT INTO revocation (brand_id, license_id, reason, at)"
		  " VALUES (1, 2, 'revoked', 1)",
			AUDIT_RECORD, false },
		{ "UPDATE license SET public_id = 'XXXXXXXXXXXXXXXX' WHERE id = 1", AUDIT_RECORD,
			true },
		{ "UPDATE document SET bytes = zeroblob(length(bytes))", AUDIT_DOCUMENT, false },
		{ "UPDATE document SET digest = zeroblob(32)", AUDIT_DOCUMENT, false },
		{ "UPDATE document SET bytes = x''", AUDIT_DOCUMENT, false },
		{ "INSERT INTO audit_anchor VALUES (1, 3, 1, zeroblob(32), 1)", AUDIT_ADDED, true },
		{ "INSERT INTO audit_anchor VALUES (1, 0, 1, zeroblob(32), 1)", AUDIT_SOUND,
			false },
	};
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;

	audit_fixture_work(fixture);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct audit_verdict verdict;

		assert_int_equal(store_begin(store), SKERRY_OK);
		audit_fixture_execute(store, CASES[i].sql, 0);
		(void)audit_verify_desk(&fixture->desk, NULL, 0, &verdict);
		if (verdict.fault != CASES[i].fault || CASES[i].in_row != (verdict.seq != 0))
			fail_msg("%s: %s, row %lld", CASES[i].sql, audit_fault_name(verdict.fault),
				(long long)verdict.seq);
		store_rollback(store);
	}
}

static bool
collect(void *context, const struct audit_line *line)
{
	char *text = context;

	snprintf(text + strlen(text), 512 - strlen(text), "%lld ", (long long)line->row.seq);
	return true;
}

static void
list_is_narrowed_down(void **state)
{
	static const struct {
		struct audit_filter filter;
		const char *seqs;
	} CASES[] = {
		{ { .limit = 3, .until = LICENSE_NEVER }, "1 2 3 " },
		{ { .limit = 3, .after = 3, .until = LICENSE_NEVER }, "4 5 6 " },
		{ { .limit = 2, .after = 3, .reverse = true, .until = LICENSE_NEVER }, "2 1 " },
		{ { .limit = 9, .action = "customer.", .until = LICENSE_NEVER }, "5 " },
		{ { .limit = 9, .action = "%", .until = LICENSE_NEVER }, "" },
		{ { .limit = 9, .subject = "customer 1", .until = LICENSE_NEVER }, "5 " },
		{ { .limit = 9, .subject = "hotelhub/hms", .until = LICENSE_NEVER }, "4 " },
		{ { .limit = 9, .subject = "HOTELHUB", .until = LICENSE_NEVER }, "3 " },
		{ { .limit = 9, .subject = "elhub", .until = LICENSE_NEVER }, "" },
		{ { .limit = 9, .subject = "%", .until = LICENSE_NEVER }, "" },
		{ { .limit = 1, .who = "owner", .until = LICENSE_NEVER }, "1 " },
		{ { .limit = 9, .who = "nobody", .until = LICENSE_NEVER }, "" },
		{ { .limit = 9, .from = DESK_NOW + 1, .until = LICENSE_NEVER }, "" },
		{ { .limit = 9, .until = DESK_NOW - 1 }, "" },
		{ { .limit = 1, .from = DESK_NOW, .until = DESK_NOW }, "1 " },
	};
	struct desk_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		char text[512] = "";

		assert_int_equal(
			audit_each(&fixture->desk, &CASES[i].filter, collect, text), SKERRY_OK);
		if (strcmp(text, CASES[i].seqs) != 0)
			fail_msg("case %zu: %s", i, text);
	}
}

static void
what_was_done_to_one_subject_comes_out_of_an_index(void **state)
{
	struct desk_fixture *fixture = *state;
	struct audit_filter filter = { .limit = 9, .subject = "1", .until = LICENSE_NEVER };
	char text[512] = "";

	assert_int_equal(audit_each(&fixture->desk, &filter, collect, text), SKERRY_OK);
	fixture_statements_indexed(fixture->desk.store, "SELECT " AUDIT_COLUMNS ", (", true);
}

static void
detail_that_is_too_long_is_cut_and_still_verifies(void **state)
{
	static char detail[2 * AUDIT_DETAIL_MAX];
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	int64_t seq = 0;

	memset(detail, 'x', sizeof detail - 1);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_append(desk, "test", "row", "%s", detail), SKERRY_OK);
	assert_int_equal(audit_chain_holds(desk->store, &seq), SKERRY_OK);
	desk_rollback(desk);
}

static void
no_row_carries_an_email_or_a_name(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store_query q;
	static struct sold sold;

	desk_fixture_sell(fixture, &sold);
	store_query(fixture->desk.store, &q,
		"SELECT count(*) FROM audit WHERE subject || detail LIKE '%@%'"
		" OR subject || detail LIKE '%Grand%' OR subject || detail LIKE '%' || ? || '%'");
	store_bind_text(&q, sold.key);
	assert_true(store_step(&q));
	assert_int_equal(store_int(&q, 0), 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(whole_log_verifies),
		AT_DESK(each_changed_row_is_named),
		AT_DESK(each_pair_of_swapped_rows_is_named),
		AT_DESK(row_that_is_put_in_is_named),
		AT_DESK(rows_that_are_taken_out_are_missed_also_after_numbering_anew),
		AT_DESK(end_that_is_cut_off_contradicts_the_mark),
		AT_DESK(log_that_is_hashed_anew_contradicts_the_mark),
		AT_DESK(mark_that_is_removed_is_missed),
		AT_DESK(records_that_contradict_the_log_are_named),
		AT_DESK(list_is_narrowed_down),
		AT_DESK(what_was_done_to_one_subject_comes_out_of_an_index),
		AT_DESK(detail_that_is_too_long_is_cut_and_still_verifies),
		AT_DESK(no_row_carries_an_email_or_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
