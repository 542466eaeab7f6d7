/* SPDX-License-Identifier: ISC */
/* The mark outside the database: records that were put back hand out nothing. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/mark.h"

static struct sold sold;

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* The last rows of the log are gone, as after a restore. */
static void
forget_rows(struct desk_fixture *fixture, int64_t rows)
{
	struct store_query q;

	store_query(fixture->desk.store, &q,
		"DELETE FROM audit WHERE seq > (SELECT max(seq) FROM audit) - ?");
	store_bind_int(&q, rows);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
mark_path(const struct desk_fixture *fixture, char ret_path[DESK_PATH_MAX])
{
	assert_int_equal(desk_file(&fixture->desk, "desk.mark", ret_path), SKERRY_OK);
}

static enum skerry_err
begin(struct desk_fixture *fixture)
{
	enum skerry_err err = desk_begin(&fixture->desk);

	desk_rollback(&fixture->desk);
	return err;
}

static void
every_change_is_marked(void **state)
{
	struct desk_fixture *fixture = *state;
	struct audit_head head;
	struct marks marks;

	for (int i = 0; i < 3; i++) {
		desk_fixture_sell(fixture, &sold);
		assert_int_equal(audit_read_head(fixture->desk.store, &head), SKERRY_OK);
		assert_int_equal(marks_gather(&fixture->desk, &marks), SKERRY_OK);
		assert_int_equal(marks.len, 1);
		assert_int_equal(marks.marks[0].seq, head.seq);
		assert_int_equal(marks.marks[0].at, head.at);
		assert_memory_equal(marks.marks[0].hash, head.hash, HASH_LEN);
	}
	assert_int_equal(begin(fixture), SKERRY_OK);
}

static struct mark
read_mark(struct desk_fixture *fixture)
{
	struct marks marks;

	assert_int_equal(marks_gather(&fixture->desk, &marks), SKERRY_OK);
	assert_int_equal(marks.len, 1);
	return marks.marks[0];
}

/* Each mark tells at least what those of all changes before it do, so the last one written counts. */
static void
highest_numbers_only_grow(void **state)
{
	static const struct mark_high STEPS[] = { { 0, 5, 100 }, { 3, 2, 50 }, { 0, 0, 0 },
		{ 2, 9, 99 }, { 0, 0, 101 } };
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct mark_high high = { .edition = 0 };
	struct mark late = { .seq = 0 }, mark;

	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		assert_int_equal(desk_begin(desk), SKERRY_OK);
		high_water_raise(&desk->taken, &STEPS[i]);
		high_water_raise(&high, &STEPS[i]);
		assert_int_equal(audit_append(desk, "license.issue", "license", "."), SKERRY_OK);
		assert_int_equal(desk_commit(desk), SKERRY_OK);
		/* Of the neighbor that committed before, and is slower. */
		if (late.seq > 0)
			assert_int_equal(mark_raise(desk, &late), SKERRY_OK);
		late = mark = read_mark(fixture);
		assert_true(mark.has_high);
		assert_memory_equal(&mark.high, &high, sizeof high);
	}
}

/* What was taken and never committed was never handed out. */
static void
change_that_is_given_up_raises_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	high_water_raise(&desk->taken, &(struct mark_high){ 7, 7, 7 });
	desk_rollback(desk);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(read_mark(fixture).high.status_next, 0);
}

static void
records_behind_the_mark_stop_the_desk(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	forget_rows(fixture, 1);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	assert_non_null(strstr(fixture->desk.advice, "skerry-issuer recover"));
	desk_fixture_reopen(fixture);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
}

/* Restored, and gone on past the mark by a program that did not look. */
static void
another_life_of_the_same_length_stops_the_desk(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	execute(fixture, "UPDATE audit SET hash = zeroblob(32)"
			 " WHERE seq = (SELECT max(seq) FROM audit)");
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
}

static void
records_ahead_of_the_mark_are_whole(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	struct mark before;

	mark_path(fixture, path);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &before), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	/* Killed between commit and mark. */
	assert_int_equal(mark_file_replace(&file, &before), SKERRY_OK);
	mark_file_close(&file);
	assert_int_equal(begin(fixture), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(begin(fixture), SKERRY_OK);
}

static void
missing_or_damaged_mark_stops_a_desk_that_knows_of_one(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX];
	int fd;

	mark_path(fixture, path);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(begin(fixture), SKERRY_OK);
	assert_int_equal(truncate(path, 40), 0);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	/* Records of before the first mark know of none. */
	execute(fixture, "UPDATE desk SET marked = 0");
	assert_int_equal(begin(fixture), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
}

/* What `clock confirm` writes into restored records does not hide that they are. */
static void
unasked_change_of_records_behind_marks_nothing(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	forget_rows(fixture, 2);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(desk_begin_unasked(&fixture->desk), SKERRY_OK);
		assert_int_equal(
			audit_append(&fixture->desk, "clock.confirm", "clock", "."), SKERRY_OK);
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
		assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	}
}

static void
mark_that_cannot_be_opened_stops_before_the_change(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX];

	mark_path(fixture, path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(begin(fixture), SKERRY_ERR_FILE_NOT_REGULAR);
	rmdir(path);
}

/* The commit stands then, and whoever asked for it must know both. */
static void
mark_that_cannot_be_raised_lets_no_file_go(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	int64_t rows;
	struct audit_head head;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(audit_read_head(desk->store, &head), SKERRY_OK);
	rows = head.seq;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_append(desk, "clock.confirm", "clock", "."), SKERRY_OK);
	desk->home = "/dev/null";
	assert_int_not_equal(desk_commit(desk), SKERRY_OK);
	assert_true(desk->committed);
	assert_non_null(strstr(desk->advice, "is recorded"));
	desk->home = NULL;
	assert_int_equal(audit_read_head(desk->store, &head), SKERRY_OK);
	assert_int_equal(head.seq, rows + 1);
	assert_int_equal(begin(fixture), SKERRY_OK);
}

/* DESK put back as a whole: only what lies outside of it tells. */
static void
second_mark_notices_a_folder_put_back(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX], marks[128];
	struct mark_file file = { .fd = -1 };
	struct mark old;

	snprintf(marks, sizeof marks, "%s/state/skerry", fixture->folder);
	fixture->desk.marks_folder = marks;
	desk_fixture_sell(fixture, &sold);
	mark_path(fixture, path);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &old), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	forget_rows(fixture, 1);
	assert_int_equal(mark_file_replace(&file, &old), SKERRY_OK);
	mark_file_close(&file);
	assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
	/* Another user's programs, and the same desk at another place, know nothing of it. */
	fixture->desk.marks_folder = NULL;
	assert_int_equal(begin(fixture), SKERRY_OK);
	/* Where none can be made, work goes on. */
	fixture->desk.marks_folder = "/dev/null/state";
	desk_fixture_sell(fixture, &sold);
}

/* Another desk's mark says nothing here, and one that was rewritten by hand shows it. */
static void
mark_that_this_desk_did_not_make_stops_it(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	struct mark good, bad;

	desk_fixture_sell(fixture, &sold);
	mark_path(fixture, path);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &good), SKERRY_OK);
	for (int i = 0; i < 6; i++) {
		bad = good;
		bad.desk[0] ^= i == 0;
		bad.seal[0] ^= i == 1;
		bad.seq -= i == 2;
		bad.hash[0] ^= i == 3;
		bad.high.status_next -= i == 4;
		bad.has_high = i != 5;
		assert_int_equal(mark_file_replace(&file, &bad), SKERRY_OK);
		assert_int_equal(begin(fixture), SKERRY_ERR_STORE_BEHIND);
		assert_non_null(strstr(fixture->desk.advice, "another desk's, or was altered"));
	}
	assert_int_equal(mark_file_replace(&file, &good), SKERRY_OK);
	mark_file_close(&file);
	assert_int_equal(begin(fixture), SKERRY_OK);
}

/* Killed between commit and mark: an archive begins with a mark that is as new as the log. */
static void
mark_behind_the_log_is_raised_before_the_change(void **state)
{
	struct desk_fixture *fixture = *state;
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	struct mark before, after;
	struct audit_head head;

	mark_path(fixture, path);
	assert_int_equal(mark_file_open(path, false, &file), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &before), SKERRY_OK);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(mark_file_replace(&file, &before), SKERRY_OK);
	assert_int_equal(begin(fixture), SKERRY_OK);
	assert_int_equal(mark_file_read(&file, &after), SKERRY_OK);
	mark_file_close(&file);
	assert_int_equal(audit_read_head(fixture->desk.store, &head), SKERRY_OK);
	assert_int_equal(after.seq, head.seq);
}

static void
locked_desk_marks_nothing(void **state)
{
	struct desk_fixture *fixture = *state;

	vault_close(&fixture->desk.vault);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(audit_append(&fixture->desk, "clock.confirm", "clock", "."), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_ERR_PASSPHRASE);
	desk_rollback(&fixture->desk);
}

/* The archive took the marked row with it. */
static void
archived_row_counts(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	execute(fixture, "INSERT INTO audit_anchor (id, seq, at, hash, archived_at)"
			 " SELECT 1, seq, at, hash, at FROM audit ORDER BY seq DESC LIMIT 1");
	execute(fixture, "DELETE FROM audit");
	{
		struct marks marks;
		enum mark_state how = MARK_CONTRADICTS;

		assert_int_equal(marks_gather(&fixture->desk, &marks), SKERRY_OK);
		assert_int_equal(
			mark_judge(&fixture->desk, &marks.marks[0], false, &how), SKERRY_OK);
		assert_int_equal(how, MARK_HELD);
		execute(fixture, "UPDATE audit_anchor SET hash = zeroblob(32)");
		assert_int_equal(
			mark_judge(&fixture->desk, &marks.marks[0], false, &how), SKERRY_OK);
		assert_int_equal(how, MARK_CONTRADICTS);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		TEST(every_change_is_marked),
		TEST(highest_numbers_only_grow),
		TEST(change_that_is_given_up_raises_nothing),
		TEST(records_behind_the_mark_stop_the_desk),
		TEST(another_life_of_the_same_length_stops_the_desk),
		TEST(records_ahead_of_the_mark_are_whole),
		TEST(missing_or_damaged_mark_stops_a_desk_that_knows_of_one),
		TEST(unasked_change_of_records_behind_marks_nothing),
		TEST(mark_that_cannot_be_opened_stops_before_the_change),
		TEST(mark_that_cannot_be_raised_lets_no_file_go),
		TEST(second_mark_notices_a_folder_put_back),
		TEST(mark_that_this_desk_did_not_make_stops_it),
		TEST(mark_behind_the_log_is_raised_before_the_change),
		TEST(locked_desk_marks_nothing),
		TEST(archived_row_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
