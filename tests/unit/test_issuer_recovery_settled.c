/* SPDX-License-Identifier: ISC */
/* What a recovery settles: the mark of the lost branch, that one alone, and by the desk's key alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_marked.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/recovery.h"

static struct sold sold;

static enum skerry_err
begin(struct desk_fixture *fixture)
{
	enum skerry_err err = desk_begin(&fixture->desk);

	desk_rollback(&fixture->desk);
	return err;
}

/* The mark of the lost branch is higher than all that follows, and guards none of it. */
static void
killed_before_its_mark_it_guards_what_follows(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct mark lost = marked_read(fixture);

	marked_forget_rows(fixture, 3);
	marked_recover(fixture, &recovery);
	marked_put(fixture, &lost);
	marked_look(fixture, NULL, &recovery);
	assert_false(recovery.needed);
	/* Looking has replaced it already, since the desk is unlocked. */
	assert_int_equal(marked_read(fixture).seq, marked_head(fixture));
	marked_put(fixture, &lost);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(marked_read(fixture).seq, marked_head(fixture));
	marked_forget_rows(fixture, 1);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
}

static void
locked_desk_tells_that_a_settled_mark_still_stands(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct mark lost = marked_read(fixture);

	marked_forget_rows(fixture, 3);
	marked_recover(fixture, &recovery);
	marked_put(fixture, &lost);
	vault_close(&fixture->desk.vault);
	marked_look(fixture, NULL, &recovery);
	assert_false(recovery.needed);
	assert_true(recovery.stale);
	assert_int_equal(marked_read(fixture).seq, lost.seq);
}

/* A recovery dated ahead excuses nothing that was marked after it. */
static void
no_time_excuses_a_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;

	marked_forget_rows(fixture, 1);
	fixture->desk.clock = DESK_NOW + 40 * 86400;
	marked_recover(fixture, &recovery);
	fixture->desk.clock = DESK_NOW;
	assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
	assert_int_equal(audit_append(&fixture->desk, "clock.confirm", "clock", "."), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	desk_fixture_sell(fixture, &sold);
	marked_forget_rows(fixture, 1);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
}

/* The row of the recovery goes into an archive; what it settled stays settled, and nothing else. */
static void
archive_keeps_what_is_settled(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct mark lost = marked_read(fixture), other = lost;
	enum mark_state how = MARK_CONTRADICTS;

	marked_forget_rows(fixture, 2);
	marked_recover(fixture, &recovery);
	desk_fixture_sell(fixture, &sold);
	marked_execute(fixture,
		"INSERT INTO audit_anchor (id, seq, at, hash, archived_at)"
		" SELECT 1, seq, at, hash, at FROM audit ORDER BY seq DESC LIMIT 1");
	marked_execute(fixture, "DELETE FROM audit");
	assert_int_equal(mark_judge(&fixture->desk, &lost, false, &how), SKERRY_OK);
	assert_int_equal(how, MARK_SETTLED);
	other.hash[0] ^= 1;
	assert_int_equal(mark_judge(&fixture->desk, &other, false, &how), SKERRY_OK);
	assert_int_equal(how, MARK_CONTRADICTS);
	assert_int_equal(mark_judge(&fixture->desk, &other, true, &how), SKERRY_OK);
	assert_int_equal(how, MARK_ARCHIVED);
	/* Of this life it would be no higher than the records. */
	other.high.activation_next += 1 << 20;
	assert_int_equal(mark_judge(&fixture->desk, &other, true, &how), SKERRY_OK);
	assert_int_equal(how, MARK_CONTRADICTS);
}

struct seen {
	size_t len, sealed;
};

static void
see(void *context, const struct mark_settled *one)
{
	struct seen *seen = context;

	seen->len++;
	seen->sealed += one->sealed;
	assert_true(one->recovery > 0);
}

/* The past hashed anew and one row added: whoever has no key cannot make what settles a mark. */
static void
forged_recovery_settles_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct seen seen = { 0 };
	struct mark marked = marked_read(fixture);
	struct store_query q;

	marked_forget_rows(fixture, 1);
	assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
	assert_int_equal(audit_append(&fixture->desk, "desk.recover", "desk", "forged"), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	store_query(fixture->desk.store, &q,
		"INSERT INTO mark_settled (seq, hash, at, recovery, settled_at, seal)"
		" VALUES (?, ?, ?, 5, 5, zeroblob(16))");
	store_bind_int(&q, marked.seq);
	store_bind_bytes(&q, marked.hash, HASH_LEN);
	store_bind_int(&q, marked.at);
	assert_int_equal(store_run(&q), SKERRY_OK);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	assert_int_equal(mark_settled_each(&fixture->desk, see, &seen), SKERRY_OK);
	assert_int_equal(seen.len, 1);
	assert_int_equal(seen.sealed, 0);
	/* The true one takes its place; a seal of another mark is none. */
	marked_recover(fixture, &recovery);
	seen = (struct seen){ 0 };
	assert_int_equal(mark_settled_each(&fixture->desk, see, &seen), SKERRY_OK);
	assert_int_equal(seen.len, 1);
	assert_int_equal(seen.sealed, 1);
	marked_execute(fixture, "UPDATE mark_settled SET seq = seq + 1");
	seen = (struct seen){ 0 };
	assert_int_equal(mark_settled_each(&fixture->desk, see, &seen), SKERRY_OK);
	assert_int_equal(seen.sealed, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, marked_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		TEST(killed_before_its_mark_it_guards_what_follows),
		TEST(locked_desk_tells_that_a_settled_mark_still_stands),
		TEST(no_time_excuses_a_mark),
		TEST(archive_keeps_what_is_settled),
		TEST(forged_recovery_settles_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
