/* SPDX-License-Identifier: ISC */
/* Going on with records that were put back: how much is lost, and that nothing repeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_marked.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/backup.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/recovery.h"

static void
records_as_new_as_the_mark_need_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;

	marked_look(fixture, NULL, &recovery);
	assert_false(recovery.needed);
	assert_int_equal(recovery.lost, 0);
	assert_int_equal(recovery.from_seq, marked_head(fixture));
}

/* A mark as programs wrote it that knew of no highest numbers. */
static void
make_mark_older(struct desk_fixture *fixture)
{
	struct mark mark = marked_read(fixture);
	uint8_t bytes[1 + MARK_DESK_LEN + 3 * 8 + HASH_LEN] = { 'M' };

	memcpy(bytes + 1, mark.desk, MARK_DESK_LEN);
	for (int i = 0; i < 8; i++) {
		bytes[1 + MARK_DESK_LEN + i] = (uint8_t)(mark.seq >> (56 - 8 * i));
		bytes[1 + MARK_DESK_LEN + 8 + i] = (uint8_t)(mark.at >> (56 - 8 * i));
	}
	memcpy(bytes + 1 + MARK_DESK_LEN + 24, mark.hash, HASH_LEN);
	vault_seal(&fixture->desk.vault, bytes, sizeof bytes, mark.seal);
	mark.has_high = false;
	marked_put(fixture, &mark);
}

static void
mark_without_highest_numbers_is_counted(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	int64_t status = marked_number(fixture, "SELECT status_next FROM brand"),
		last = marked_head(fixture);

	for (int64_t lost = 1; lost < last; lost++) {
		desk_fixture_remove(state);
		marked_make(state);
		fixture = *state;
		make_mark_older(fixture);
		marked_forget_rows(fixture, lost);
		marked_recover(fixture, &recovery);
		assert_true(recovery.needed && recovery.known);
		assert_int_equal(recovery.lost, lost);
		assert_int_equal(recovery.to_seq, last);
		assert_int_equal(
			marked_number(fixture, "SELECT status_next FROM brand"), status + lost);
		assert_int_equal(marked_number(fixture, "SELECT min(activation_next) FROM license"),
			1 + lost);
		assert_int_equal(marked_number(fixture, "SELECT min(edition) FROM license"),
			DESK_NOW + lost);
		assert_int_equal(marked_head(fixture), last - lost + 1);
		marked_look(fixture, NULL, &recovery);
		assert_false(recovery.needed);
	}
}

static void
expect_covered(struct desk_fixture *fixture, int64_t seq, bool expected)
{
	bool covers = !expected;

	assert_int_equal(mark_settled_covers(&fixture->desk, seq, &covers), SKERRY_OK);
	assert_int_equal(covers, expected);
}

static void
without_a_mark_the_most_is_assumed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	char path[DESK_PATH_MAX];

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	assert_int_equal(unlink(path), 0);
	marked_forget_rows(fixture, 1);
	marked_recover(fixture, &recovery);
	assert_true(recovery.needed);
	assert_false(recovery.known);
	assert_in_range(recovery.lost, RECOVERY_UNKNOWN, 2 * RECOVERY_UNKNOWN - 1);
	assert_int_equal(marked_number(fixture, "SELECT min(activation_next) FROM license"),
		1 + recovery.lost);
	expect_covered(fixture, marked_head(fixture) - 1, false);
	expect_covered(fixture, marked_head(fixture), true);
	expect_covered(fixture, recovery.from_seq + recovery.lost, true);
	expect_covered(fixture, recovery.from_seq + recovery.lost + 1, false);
}

/* What was lost of a known life ends with its mark; what was signed since is not of it. */
static void
lost_rows_end_with_the_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	int64_t last = marked_head(fixture);
	bool since = true;

	expect_covered(fixture, last, false);
	assert_int_equal(
		mark_settled_since(&fixture->desk, fixture->desk.clock, &since), SKERRY_OK);
	assert_false(since);
	marked_forget_rows(fixture, 2);
	marked_recover(fixture, &recovery);
	expect_covered(fixture, last - 2, false);
	expect_covered(fixture, last, true);
	expect_covered(fixture, last + 1, false);
	assert_int_equal(
		mark_settled_since(&fixture->desk, fixture->desk.clock, &since), SKERRY_OK);
	assert_true(since);
	assert_int_equal(
		mark_settled_since(&fixture->desk, fixture->desk.clock + 1, &since), SKERRY_OK);
	assert_false(since);
	/* nobody without the desk's key adds one */
	marked_execute(fixture, "UPDATE mark_settled SET seq = seq + 1");
	expect_covered(fixture, last, false);
}

/* A change that takes so many status indexes, one activation number and an edition. */
static void
hand_out(struct desk_fixture *fixture, int indexes, int64_t activation, int64_t edition)
{
	struct desk *desk = &fixture->desk;
	int64_t index;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	for (int i = 0; i < indexes; i++)
		assert_int_equal(brands_take_status_index(desk, 1, &index), SKERRY_OK);
	high_water_raise(&desk->taken,
		&(struct mark_high){ .activation_next = activation + 1, .edition = edition });
	assert_int_equal(audit_append(desk, "license.issue", "license", "."), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

/* The records as they were after row `seq`, when nothing had been handed out. */
static void
put_back(struct desk_fixture *fixture, int64_t seq)
{
	marked_forget_rows(fixture, marked_head(fixture) - seq);
	marked_execute(fixture, "DELETE FROM mark_settled");
	marked_execute(fixture, "DELETE FROM high_water");
	marked_execute(fixture, "UPDATE brand SET status_next = 0");
	marked_execute(fixture, "UPDATE license SET activation_next = 1, edition = 0");
}

static void
numbers_go_on_above_all_lives_of_the_desk(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	int64_t seq = marked_head(fixture), status = 0, activation = 0, edition = 0;

	/* Each life is shorter than the one before, so that counting rows would repeat numbers. */
	for (int life = 5; life > 0; life--) {
		for (int i = 0; i < life; i++) {
			hand_out(fixture, 7, activation + 40, DESK_NOW + edition + 3);
			status += 7;
			activation += 40;
			edition += 3;
		}
		put_back(fixture, seq);
		marked_recover(fixture, &recovery);
		assert_true(recovery.known && !recovery.counted);
		assert_int_equal(marked_number(fixture, "SELECT status_next FROM brand"), status);
		assert_int_equal(marked_number(fixture, "SELECT min(activation_next) FROM license"),
			activation + 1);
		assert_int_equal(marked_number(fixture, "SELECT min(edition) FROM license"),
			DESK_NOW + edition);
	}
}

/* A site takes no edition far ahead, so one that a request proved raises no other license there. */
static void
edition_far_ahead_raises_the_others_by_days_only(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	int64_t seq = marked_head(fixture);

	hand_out(fixture, 1, 1, DESK_NOW + 59 * 86400);
	put_back(fixture, seq);
	marked_recover(fixture, &recovery);
	assert_int_equal(marked_number(fixture, "SELECT max(edition) FROM license"),
		DESK_NOW + RECOVERY_EDITIONS);
}

/* Whoever knows nothing of the other one begins elsewhere. */
static void
two_recoveries_without_a_mark_part(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	char path[DESK_PATH_MAX];
	int64_t seq = marked_head(fixture), status[2], edition[2];

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	for (int i = 0; i < 2; i++) {
		put_back(fixture, seq);
		assert_int_equal(unlink(path), 0);
		marked_recover(fixture, &recovery);
		status[i] = marked_number(fixture, "SELECT status_next FROM brand");
		edition[i] = marked_number(fixture, "SELECT min(edition) FROM license");
		assert_true(edition[i] < DESK_NOW + 8 * 86400);
	}
	assert_int_not_equal(status[0], status[1]);
	assert_int_not_equal(edition[0], edition[1]);
}

/* Rows that `clock confirm` added to the records put back do not make less of it lost. */
static void
confirmed_clock_hides_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;

	marked_forget_rows(fixture, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
		assert_int_equal(
			audit_append(&fixture->desk, "clock.confirm", "clock", "."), SKERRY_OK);
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	}
	marked_look(fixture, NULL, &recovery);
	assert_true(recovery.needed);
	assert_true(recovery.lost >= 2);
	/* Another life that is longer than the marked one: they may have parted anywhere. */
	marked_execute(
		fixture, "UPDATE audit SET action = 'plan.add' WHERE action = 'clock.confirm'");
	marked_look(fixture, NULL, &recovery);
	assert_true(recovery.needed);
	assert_true(recovery.lost >= marked_head(fixture));
}

static void
database_that_is_replaced_counts_as_a_mark(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	struct mark further = {
		.seq = marked_head(fixture) + 7, .at = DESK_NOW + 60, .hash = { 1 }
	};

	marked_look(fixture, &further, &recovery);
	assert_true(recovery.needed && recovery.known);
	assert_int_equal(recovery.lost, 7);
	assert_int_equal(recovery.to_at, DESK_NOW + 60);
}

static void
clock_before_the_mark_is_refused_until_confirmed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct mark further = {
		.seq = marked_head(fixture) + 1, .at = DESK_NOW + 3600, .hash = { 1 }
	};
	struct recovery recovery = { .lost = 77 };

	assert_int_equal(desk_begin_unasked(desk), SKERRY_OK);
	assert_int_equal(recovery_look(desk, &further, &recovery), SKERRY_ERR_DESK_CLOCK);
	assert_non_null(strstr(desk->advice, "1 hour before"));
	assert_int_equal(recovery.lost, 77);
	assert_int_equal(audit_append(desk, "clock.confirm", "clock", "."), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	marked_look(fixture, &further, &recovery);
	assert_true(recovery.needed);
}

/* A batch is longer than what is assumed for most desks; editions stay near the clock. */
static void
unknown_loss_covers_the_largest_batch(void **state)
{
	struct desk_fixture *fixture = *state;
	struct recovery recovery;
	char path[DESK_PATH_MAX];

	assert_int_equal(desk_file(&fixture->desk, "desk.mark", path), SKERRY_OK);
	assert_int_equal(unlink(path), 0);
	marked_recover(fixture, &recovery);
	assert_true(marked_number(fixture, "SELECT status_next FROM brand") > 1000000);
	assert_true(
		marked_number(fixture, "SELECT max(edition) FROM license") < DESK_NOW + 8 * 86400);
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
	marked_forget_rows(fixture, 1);
	marked_recover(fixture, &recovery);
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
	assert_int_equal(made.seq, marked_head(fixture));
	assert_int_equal(made.at, DESK_NOW);
	assert_int_equal(made.keys, 3);
	assert_true(made.open);
	assert_int_equal(backup_write(&fixture->desk, path, false, &made), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(backup_write(&fixture->desk, path, true, &made), SKERRY_OK);
	assert_int_equal(desk_file(&fixture->desk, "issuer.db", database), SKERRY_OK);
	assert_int_equal(
		backup_write(&fixture->desk, database, true, &made), SKERRY_ERR_FILE_EXISTS);
	/* It is a desk's database itself. */
	assert_int_equal(store_open(path, &DESK_SCHEMA, &copy.store), SKERRY_OK);
	copy.vault = (struct vault){ .texts = { NULL } };
	assert_int_equal(backup_check(&copy), SKERRY_OK);
	desk_close(&copy);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, marked_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		TEST(records_as_new_as_the_mark_need_nothing),
		TEST(mark_without_highest_numbers_is_counted),
		TEST(numbers_go_on_above_all_lives_of_the_desk),
		TEST(edition_far_ahead_raises_the_others_by_days_only),
		TEST(two_recoveries_without_a_mark_part),
		TEST(without_a_mark_the_most_is_assumed),
		TEST(lost_rows_end_with_the_mark),
		TEST(confirmed_clock_hides_nothing),
		TEST(database_that_is_replaced_counts_as_a_mark),
		TEST(clock_before_the_mark_is_refused_until_confirmed),
		TEST(unknown_loss_covers_the_largest_batch),
		TEST(manifest_that_is_none_is_left),
		TEST(backup_holds_the_desk_and_its_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
