/* SPDX-License-Identifier: ISC */
/* The audit log: every edited, missing, added or moved row is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"

static void
execute(struct store *store, const char *sql, int64_t number)
{
	struct store_query q;

	store_query(store, &q, sql);
	store_bind_int_at(&q, 1, number);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int64_t
rows(struct store *store)
{
	struct audit_head head;

	assert_int_equal(audit_read_head(store, &head), SKERRY_OK);
	return head.seq;
}

static void
whole_log_verifies(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t seq = 77;

	assert_true(rows(fixture->desk.store) >= 5);
	assert_int_equal(audit_verify(fixture->desk.store, &seq), SKERRY_OK);
	assert_int_equal(seq, 77);
}

/* `%1` in each statement is the row; what audit_verify must name is the row plus `names`. */
static const struct {
	const char *sql;
	int names;
} EDITS[] = {
	{ "UPDATE audit SET at = at + 1 WHERE seq = ?1", 0 },
	{ "UPDATE audit SET operator_id = 2 WHERE seq = ?1", 0 },
	{ "UPDATE audit SET action = action || 'x' WHERE seq = ?1", 0 },
	{ "UPDATE audit SET subject = subject || 'x' WHERE seq = ?1", 0 },
	{ "UPDATE audit SET detail = detail || ' ' WHERE seq = ?1", 0 },
	{ "UPDATE audit SET hash = zeroblob(32) WHERE seq = ?1", 0 },
	{ "DELETE FROM audit WHERE seq = ?1", 1 },
	{ "UPDATE audit SET (action, subject, detail, hash) ="
	  " (SELECT action, subject, detail, hash FROM audit b WHERE b.seq = audit.seq + 1)"
	  " WHERE seq = ?1",
		0 },
};

static void
each_changed_row_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t last = rows(store);

	for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++)
		for (int64_t row = 1; row < last; row++) {
			int64_t seq = 0;

			assert_int_equal(store_begin(store), SKERRY_OK);
			execute(store, EDITS[i].sql, row);
			assert_int_equal(audit_verify(store, &seq), SKERRY_ERR_AUDIT_CHAIN);
			assert_int_equal(seq, row + EDITS[i].names);
			store_rollback(store);
		}
	assert_int_equal(audit_verify(store, &last), SKERRY_OK);
}

static void
swapped_rows_are_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t seq = 0;

	assert_int_equal(store_begin(store), SKERRY_OK);
	execute(store, "UPDATE audit SET seq = 1000 WHERE seq = 2", 0);
	execute(store, "UPDATE audit SET seq = 2 WHERE seq = 3", 0);
	execute(store, "UPDATE audit SET seq = 3 WHERE seq = 1000", 0);
	assert_int_equal(audit_verify(store, &seq), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(seq, 2);
	store_rollback(store);
}

static void
added_row_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store *store = fixture->desk.store;
	int64_t seq = 0, last = rows(store);

	assert_int_equal(store_begin(store), SKERRY_OK);
	execute(store,
		"INSERT INTO audit SELECT seq + 1, at, operator_id, action, subject, detail, hash"
		" FROM audit ORDER BY seq DESC LIMIT 1",
		0);
	assert_int_equal(audit_verify(store, &seq), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(seq, last + 1);
	store_rollback(store);
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
	assert_int_equal(audit_verify(desk->store, &seq), SKERRY_OK);
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
		AT_DESK(swapped_rows_are_named),
		AT_DESK(added_row_is_named),
		AT_DESK(detail_that_is_too_long_is_cut_and_still_verifies),
		AT_DESK(no_row_carries_an_email_or_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
