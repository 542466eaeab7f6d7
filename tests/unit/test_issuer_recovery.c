/* SPDX-License-Identifier: ISC */
/* Going on with records that were put back: how much is lost, and that nothing repeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/backup.h"
#include "issuer/desk/recovery.h"

enum { SALES = 3 };

static struct sold sold;

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int64_t
number(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t value = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

static int64_t
head(struct desk_fixture *fixture)
{
	return number(fixture, "SELECT max(seq) FROM audit");
}

static void
forget_rows(struct desk_fixture *fixture, int64_t rows)
{
	struct store_query q;

	store_query(fixture->desk.store, &q,
		"DELETE FROM audit WHERE seq > (SELECT max(seq) FROM audit) - ?");
	store_bind_int(&q, rows);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int
make_sales(void **state)
{
	int failed = desk_fixture_make(state);

	for (int i = 0; i < SALES && failed == 0; i++)
		desk_fixture_sell(*state, &sold);
	return failed;
}

static void
look(struct desk_fixture *fixture, const struct mark *further, struct recovery *ret_recovery)
{
	assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
	assert_int_equal(recovery_look(&fixture->desk, further, ret_recovery), SKERRY_OK);
	desk_rollback(&fixture->desk);
}

static void
recover(struct desk_fixture *fixture, struct recovery *ret_recovery)
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

static void
records_as_new_as_the_mark_need_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;

	look(fixture, NULL, &recovery);
	assert_false(recovery.needed);
	assert_int_equal(recovery.lost, 0);
	assert_int_equal(recovery.from_seq, head(fixture));
}

static void
numbers_grow_by_what_is_lost(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	int64_t status = number(fixture, "SELECT status_next FROM brand"), last = head(fixture);

	for (int64_t lost = 1; lost < last; lost++) {
		desk_fixture_remove(state);
		make_sales(state);
		fixture = *state;
		forget_rows(fixture, lost);
		recover(fixture, &recovery);
		assert_true(recovery.needed && recovery.known);
		assert_int_equal(recovery.lost, lost);
		assert_int_equal(recovery.to_seq, last);
		assert_int_equal(number(fixture, "SELECT status_next FROM brand"), status + lost);
		assert_int_equal(
			number(fixture, "SELECT min(activation_next) FROM license"), 1 + lost);
		assert_int_equal(
			number(fixture, "SELECT min(edition) FROM license"), DESK_NOW + lost);
		assert_int_equal(head(fixture), last - lost + 1);
		look(fixture, NULL, &recovery);
		assert_false(recovery.needed);
	}
}

static void
without_a_mark_the_most_is_assumed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	char path[DESK_PATH_MAX];

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	assert_int_equal(unlink(path), 0);
	forget_rows(fixture, 1);
	recover(fixture, &recovery);
	assert_true(recovery.needed);
	assert_false(recovery.known);
	assert_int_equal(recovery.lost, RECOVERY_UNKNOWN);
	assert_int_equal(
		number(fixture, "SELECT min(activation_next) FROM license"), 1 + RECOVERY_UNKNOWN);
}

/* Rows that `clock confirm` added to the records put back do not make less of it lost. */
static void
confirmed_clock_hides_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;

	forget_rows(fixture, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
		assert_int_equal(
			audit_append(&fixture->desk, "clock.confirm", "clock", "."), SKERRY_OK);
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	}
	look(fixture, NULL, &recovery);
	assert_true(recovery.needed);
	assert_true(recovery.lost >= 2);
	/* Another life that is longer than the marked one: they may have parted anywhere. */
	execute(fixture, "UPDATE audit SET action = 'plan.add' WHERE action = 'clock.confirm'");
	look(fixture, NULL, &recovery);
	assert_true(recovery.needed);
	assert_true(recovery.lost >= head(fixture));
}

static void
database_that_is_replaced_counts_as_a_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct mark further = { .seq = head(fixture) + 7, .at = DESK_NOW + 60, .hash = { 1 } };

	look(fixture, &further, &recovery);
	assert_true(recovery.needed && recovery.known);
	assert_int_equal(recovery.lost, 7);
	assert_int_equal(recovery.to_at, DESK_NOW + 60);
}

static void
clock_before_the_mark_is_refused_until_confirmed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct mark further = { .seq = head(fixture) + 1, .at = DESK_NOW + 3600, .hash = { 1 } };
	struct recovery recovery = { .lost = 77 };

	assert_int_equal(desk_begin_unasked(desk), SKERRY_OK);
	assert_int_equal(recovery_look(desk, &further, &recovery), SKERRY_ERR_DESK_CLOCK);
	assert_non_null(strstr(desk->advice, "1 hour before"));
	assert_int_equal(recovery.lost, 77);
	assert_int_equal(audit_append(desk, "clock.confirm", "clock", "."), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	look(fixture, &further, &recovery);
	assert_true(recovery.needed);
}

/* What lies in DESK/manifests is taken only as the next version that the chain allows. */
static void
manifest_that_is_none_is_left(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	char path[DESK_PATH_MAX];
	FILE *file;

	assert_int_equal(desk_file(&fixture->desk, "manifests/2.manifest", path), SKERRY_OK);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("no manifest", file);
	fclose(file);
	forget_rows(fixture, 1);
	recover(fixture, &recovery);
	assert_true(recovery.manifests_left);
	assert_int_equal(recovery.manifests, 0);
	unlink(path);
}

static void
backup_holds_the_desk_and_its_files(void **state)
{
	struct desk_fixture *fixture = *state;
	struct backup_made made;
	struct desk copy;
	char path[DESK_PATH_MAX], database[DESK_PATH_MAX];

	snprintf(path, sizeof path, "%s/one.backup", fixture->folder);
	assert_int_equal(backup_write(&fixture->desk, path, false, &made), SKERRY_OK);
	assert_int_equal(made.seq, head(fixture));
	assert_int_equal(made.at, DESK_NOW);
	assert_int_equal(made.keys, 3);
	assert_true(made.open);
	assert_int_equal(backup_write(&fixture->desk, path, false, &made), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(backup_write(&fixture->desk, path, true, &made), SKERRY_OK);
	assert_int_equal(desk_file(&fixture->desk, "issuer.db", database), SKERRY_OK);
	assert_int_equal(
		backup_write(&fixture->desk, database, true, &made), SKERRY_ERR_FILE_EXISTS);
	/* It is a desk's database itself. */
	assert_int_equal(store_open(path, &copy.store), SKERRY_OK);
	copy.vault = (struct vault){ .texts = { NULL } };
	assert_int_equal(backup_check(&copy), SKERRY_OK);
	desk_close(&copy);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_sales, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		TEST(records_as_new_as_the_mark_need_nothing),
		TEST(numbers_grow_by_what_is_lost),
		TEST(without_a_mark_the_most_is_assumed),
		TEST(confirmed_clock_hides_nothing),
		TEST(database_that_is_replaced_counts_as_a_mark),
		TEST(clock_before_the_mark_is_refused_until_confirmed),
		TEST(manifest_that_is_none_is_left),
		TEST(backup_holds_the_desk_and_its_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
