/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fixture_audit.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"

void
audit_fixture_execute(struct store *store, const char *sql, int64_t number)
{
	struct store_query q;

	store_query(store, &q, sql);
	store_bind_int_at(&q, 1, number);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

int64_t
audit_fixture_rows(struct store *store)
{
	struct audit_head head;

	assert_int_equal(audit_read_head(store, &head), SKERRY_OK);
	return head.seq;
}

void
audit_fixture_work(struct desk_fixture *fixture)
{
	struct desk *desk = &fixture->desk;
	struct note note;
	static struct sold sold;

	for (int i = 0; i < 3; i++)
		desk_fixture_sell(fixture, &sold);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(notes_insert(desk, 1, 1, "did not pay", &note), SKERRY_OK);
	assert_int_equal(
		audit_append(desk, "license.suspend", "license 1", "to=suspended%s", note.mark),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_append(desk, "test", "row", "%s", ""), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}
