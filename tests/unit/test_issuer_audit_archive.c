/* SPDX-License-Identifier: ISC */
/* Archives of the audit log: they follow on each other, and no change of one goes unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_audit.h"
#include "fixture_statements.h"
#include "issuer/desk/audit_archive.h"
#include "issuer/desk/audit_verify.h"
#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"

/* Archives all but the newest row into a file of the fixture's folder. */
static void
archive(struct desk_fixture *fixture, const char *name, char ret_path[128])
{
	struct desk *desk = &fixture->desk;
	struct audit_archived archived;

	snprintf(ret_path, 128, "%s/%s", fixture->folder, name);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(
		audit_archive_make(desk, ret_path, DESK_NOW + 86400, &archived), SKERRY_OK);
	assert_int_equal(archived.rows, archived.last - archived.first + 1);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static void
archives_and_log_follow_on_each_other(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	char one[128], two[128];
	const char *paths[2] = { one, two };
	struct audit_verdict verdict;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(desk->store);
	archive(fixture, "one", one);
	assert_int_equal(audit_verify_desk(desk, NULL, 0, &verdict), SKERRY_OK);
	assert_int_equal(audit_verify_desk(desk, paths, 1, &verdict), SKERRY_OK);
	assert_int_equal(verdict.archived, last - 1);
	assert_int_equal(verdict.first, last);
	audit_fixture_work(fixture);
	archive(fixture, "two", two);
	assert_int_equal(audit_verify_desk(desk, paths, 2, &verdict), SKERRY_OK);
	assert_int_equal(verdict.archived + verdict.rows, audit_fixture_rows(desk->store));
	/* The newer one alone will do, the older one alone and the wrong order will not. */
	assert_int_equal(audit_verify_desk(desk, paths + 1, 1, &verdict), SKERRY_OK);
	assert_int_equal(audit_verify_desk(desk, paths, 1, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	paths[0] = two;
	paths[1] = one;
	assert_int_equal(audit_verify_desk(desk, paths, 2, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(verdict.fault, AUDIT_MISSING);
}

/* What a second clerk does, with a connection of their own. */
static void
archive_elsewhere(void *context)
{
	const struct desk_fixture *fixture = context;
	struct desk_fixture other = { .path = "" };
	char path[128];

	memcpy(other.folder, fixture->folder, sizeof other.folder);
	memcpy(other.path, fixture->path, sizeof other.path);
	desk_fixture_reopen(&other);
	archive(&other, "meanwhile", path);
	audit_fixture_work(&other);
	desk_close(&other.desk);
}

static void
archive_made_meanwhile_is_no_fault(void **state)
{
	static const char *const POINTS[] = {
		"SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq",
		"SELECT " AUDIT_COLUMNS " FROM audit WHERE instr(detail, 'note=')",
		"SELECT kind, edition,",
	};

	for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) {
		struct desk_fixture *fixture;
		struct audit_verdict verdict;

		(void)state;
		assert_int_equal(desk_fixture_make((void **)&fixture), 0);
		audit_fixture_work(fixture);
		desk_fixture_reopen(fixture);
		fixture_statements_meanwhile(POINTS[i], archive_elsewhere, fixture);
		assert_int_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
		assert_true(fixture_statements_met());
		assert_int_equal(verdict.fault, AUDIT_SOUND);
		/* What it did is there now, and is sound as well. */
		assert_int_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
		assert_true(verdict.first > 1);
		desk_fixture_remove((void **)&fixture);
	}
}

static void
anchor_that_is_moved_is_named(void **state)
{
	static const char *const MOVES[] = {
		"UPDATE audit_anchor SET seq = seq - 1",
		"UPDATE audit_anchor SET seq = seq + 1",
		"UPDATE audit_anchor SET hash = zeroblob(32)",
		"DELETE FROM audit_anchor",
		/* Rows behind it taken out, and the anchor set to the last of them. */
		("REPLACE INTO audit_anchor SELECT 1, seq, at, hash, at FROM audit"
		 " ORDER BY seq LIMIT 1"),
	};
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct audit_verdict verdict;
	char path[128];

	audit_fixture_work(fixture);
	archive(fixture, "one", path);
	for (size_t i = 0; i < sizeof MOVES / sizeof *MOVES; i++) {
		assert_int_equal(store_begin(desk->store), SKERRY_OK);
		audit_fixture_execute(desk->store, MOVES[i], 0);
		if (i == sizeof MOVES / sizeof *MOVES - 1)
			audit_fixture_execute(desk->store,
				"DELETE FROM audit WHERE seq <= (SELECT seq FROM audit_anchor)", 0);
		assert_int_equal(
			audit_verify_desk(desk, NULL, 0, &verdict), SKERRY_ERR_AUDIT_CHAIN);
		store_rollback(desk->store);
	}
	/* The last case fits row by row: only the log's own word for the anchor tells. */
	assert_int_equal(verdict.fault, AUDIT_ANCHOR);
}

static void
every_changed_byte_of_an_archive_is_noticed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct audit_verdict verdict;
	const char *paths[1];
	uint8_t *bytes;
	char path[128];
	size_t len;

	audit_fixture_work(fixture);
	archive(fixture, "one", path);
	paths[0] = path;
	assert_int_equal(untrusted_file_read(path, 1 << 20, &bytes, &len), SKERRY_OK);
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(atomic_file_write(path, bytes, len, 0600, true), SKERRY_OK);
		assert_true(audit_verify_desk(desk, paths, 1, &verdict) != SKERRY_OK);
		bytes[i] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t cut = 1; cut < len; cut += 7) {
		assert_int_equal(atomic_file_write(path, bytes, cut, 0600, true), SKERRY_OK);
		assert_true(audit_verify_desk(desk, paths, 1, &verdict) != SKERRY_OK);
	}
	free(bytes);
}

static void
archive_takes_no_file_and_no_newest_row(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct audit_archived archived;
	char path[128];
	int64_t last;

	audit_fixture_work(fixture);
	archive(fixture, "one", path);
	last = audit_fixture_rows(desk->store);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_archive_make(desk, path, DESK_NOW + 86400, &archived),
		SKERRY_ERR_FILE_EXISTS);
	/* Nothing is that old. */
	strcat(path, "-two");
	assert_int_equal(
		audit_archive_make(desk, path, DESK_NOW - 86400, &archived), SKERRY_ERR_NOT_FOUND);
	desk_rollback(desk);
	assert_int_equal(audit_fixture_rows(desk->store), last);
	/* A log that does not fit is not put away. */
	audit_fixture_execute(
		desk->store, "UPDATE audit SET detail = 'x' WHERE seq = ?1", last - 1);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_archive_make(desk, path, DESK_NOW + 86400, &archived),
		SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(access(path, F_OK), -1);
	desk_rollback(desk);
}

/* Archives a life that never was: behind the newest row, or with another one in its place. */
static void
archive_lost_life(struct desk_fixture *fixture, bool replaces, char ret_path[128])
{
	struct desk *desk = &fixture->desk;
	struct audit_archived archived;
	int64_t last = audit_fixture_rows(desk->store);

	snprintf(ret_path, 128, "%s/%s", fixture->folder, replaces ? "forged" : "lost");
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	if (replaces)
		audit_fixture_execute(desk->store, "DELETE FROM audit WHERE seq = ?1", last);
	for (int i = 0; i < 4; i++)
		assert_int_equal(audit_append(desk, "lost", "row", "%d", i), SKERRY_OK);
	assert_int_equal(
		audit_archive_make(desk, ret_path, DESK_NOW + 86400, &archived), SKERRY_OK);
	desk_rollback(desk);
	assert_int_equal(audit_fixture_rows(desk->store), last);
}

static void
archive_of_a_life_that_was_given_up_is_told_from_a_forged_one(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	char lost[128], forged[128];
	const char *const paths[2] = { lost, forged };
	struct audit_verdict verdict;
	int64_t last;

	audit_fixture_work(fixture);
	last = audit_fixture_rows(desk->store);
	archive_lost_life(fixture, false, lost);
	archive_lost_life(fixture, true, forged);
	/* Nothing gave it up yet. */
	assert_int_equal(audit_verify_desk(desk, paths, 1, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(audit_append(desk, "desk.recover", "desk", "source=mark from=%lld to=%lld",
				 (long long)last, (long long)last + 4),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(audit_verify_desk(desk, paths, 1, &verdict), SKERRY_OK);
	assert_int_equal(verdict.archives_parted, 1);
	assert_int_equal(verdict.parted_after, last);
	assert_int_equal(verdict.archived, 0);
	/* It contradicts a row from before they parted. */
	assert_int_equal(audit_verify_desk(desk, paths + 1, 1, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(audit_verify_desk(desk, paths, 2, &verdict), SKERRY_ERR_AUDIT_CHAIN);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(archives_and_log_follow_on_each_other),
		cmocka_unit_test(archive_made_meanwhile_is_no_fault),
		AT_DESK(anchor_that_is_moved_is_named),
		AT_DESK(every_changed_byte_of_an_archive_is_noticed),
		AT_DESK(archive_takes_no_file_and_no_newest_row),
		AT_DESK(archive_of_a_life_that_was_given_up_is_told_from_a_forged_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
