/* SPDX-License-Identifier: ISC */
#include "fixture_marked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/desk/audit.h"

enum { SALES = 3 };

void
marked_execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

int64_t
marked_number(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t value = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

int64_t
marked_head(struct desk_fixture *fixture)
{
	return marked_number(fixture, "SELECT max(seq) FROM audit");
}

void
marked_forget_rows(struct desk_fixture *fixture, int64_t rows)
{
	struct store_query q;

	store_query(fixture->desk.store, &q,
		"DELETE FROM audit WHERE seq > (SELECT max(seq) FROM audit) - ?");
	store_bind_int(&q, rows);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

int
marked_make(void **state)
{
	static struct sold sold;
	int failed = desk_fixture_make(state);

	for (int i = 0; i < SALES && failed == 0; i++)
		desk_fixture_sell(*state, &sold);
	return failed;
}

void
marked_look(struct desk_fixture *fixture, const struct mark *further, struct recovery *ret_recovery)
{
	assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
	assert_int_equal(recovery_look(&fixture->desk, further, ret_recovery), SKERRY_OK);
	desk_rollback(&fixture->desk);
}

void
marked_recover(struct desk_fixture *fixture, struct recovery *ret_recovery)
{
	struct mark mark;
	int64_t seq = 0;

	assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
	assert_int_equal(recovery_look(&fixture->desk, NULL, ret_recovery), SKERRY_OK);
	assert_int_equal(recovery_apply(&fixture->desk, "database", ret_recovery), SKERRY_OK);
	assert_int_equal(recovery_commit(&fixture->desk, &mark), SKERRY_OK);
	assert_int_equal(mark_replace(&fixture->desk, &mark), SKERRY_OK);
	assert_int_equal(audit_chain_holds(fixture->desk.store, &seq), SKERRY_OK);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	desk_rollback(&fixture->desk);
}

struct mark
marked_read(struct desk_fixture *fixture)
{
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	struct mark mark = { .seq = 0 };

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &mark), SKERRY_OK);
	mark_file_close(&file);
	return mark;
}

void
marked_put(struct desk_fixture *fixture, const struct mark *mark)
{
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	assert_int_equal(mark_file_open(path, true, &file), SKERRY_OK);
	assert_int_equal(mark_file_replace(&file, mark), SKERRY_OK);
	mark_file_close(&file);
}
