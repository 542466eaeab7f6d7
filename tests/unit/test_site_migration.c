/* SPDX-License-Identifier: ISC */
/* A folder that today's program finds as an older version left it. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_words.h"
#include "verifier/state/backup_file.h"
#include "verifier/state/requests.h"
#include "verifier/state/schema.h"
#include "verifier/state/site_backup.h"

enum { TEXT_MAX = 16384, PATH_LEN = 128, OLDEST = 1 };

static struct signed_document license;

static void
path_of(const char *name, char ret_path[PATH_LEN])
{
	snprintf(ret_path, PATH_LEN, "%s/%s", folder, name);
}

static void
run(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

/* Of the folder's last bringing back, or of a test's loop. */
static int version;

static sqlite3 *
make_version(const char *path)
{
	char name[64], schema[TEXT_MAX];
	FILE *file;
	sqlite3 *db = NULL;
	size_t len;

	snprintf(name, sizeof name, "tests/corpus/site/version-%d.sql", version);
	file = fopen(name, "r");
	assert_non_null(file);
	len = fread(schema, 1, sizeof schema - 1, file);
	fclose(file);
	schema[len] = '\0';
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run(db, schema);
	return db;
}

/* The rows of a database, in the tables that the version had, under its name. */
static void
bring_back(const char *path)
{
	static const char *const TABLES[] = { "memory", "journal", "journal_turn", "journal_anchor",
		"condition", "verdict", "telemetry", "event", "kept_file",
		/* From version 2 on. */
		"request", "vendor_mark", "unpairing", "reached", "desk_head", "event_sent",
		"refusal" };
	enum { OF_VERSION_1 = 9 };
	size_t tables_len = version == 1 ? OF_VERSION_1 : sizeof TABLES / sizeof *TABLES;
	char old[PATH_LEN], sql[256];
	sqlite3 *db;

	path_of("old-version", old);
	db = make_version(old);
	snprintf(sql, sizeof sql, "ATTACH '%s' AS new", path);
	run(db, sql);
	run(db, version == 1 ? "INSERT INTO document SELECT file, digest, bytes, arrived_at,"
			       " last_at, found FROM new.document"
			     : "INSERT INTO document SELECT * FROM new.document");
	for (size_t i = 0; i < tables_len; i++) {
		/* A backup has one table more. */
		if (strcmp(TABLES[i], "kept_file") == 0 &&
			sqlite3_table_column_metadata(db, "new", TABLES[i], NULL, NULL, NULL, NULL,
				NULL, NULL) != SQLITE_OK)
			continue;
		if (strcmp(TABLES[i], "kept_file") == 0)
			run(db, "CREATE TABLE kept_file (name TEXT PRIMARY KEY,"
				" bytes BLOB NOT NULL) STRICT");
		snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM new.%s", TABLES[i],
			TABLES[i]);
		run(db, sql);
	}
	sqlite3_close(db);
	assert_int_equal(rename(old, path), 0);
}

static void
bring_site_back(void)
{
	char path[PATH_LEN];

	path_of("site.db", path);
	bring_back(path);
}

/* --- the tables ------------------------------------------------------------------------------ */

static void
describe(struct store *store, const char *schema, char ret_text[TEXT_MAX])
{
	char sql[512];
	struct store_query q;
	size_t len = 0;

	snprintf(sql, sizeof sql,
		"SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' ||"
		" coalesce(c.dflt_value, '') || ' ' || c.pk FROM %s m,"
		" pragma_table_info(m.name) c WHERE m.type = 'table' UNION ALL"
		" SELECT tbl_name || ' ' || name || ' ' || replace(coalesce(sql, ''), '  ', ' ')"
		" FROM %s WHERE type = 'index' ORDER BY 1",
		schema, schema);
	store_query(store, &q, sql);
	while (store_step(&q))
		len += (size_t)snprintf(ret_text + len, TEXT_MAX - len, "%s\n", store_chars(&q, 0));
	assert_int_equal(store_done(&q), SKERRY_OK);
	assert_true(len > 50 && len < TEXT_MAX - 100);
}

static void
old_version_becomes_what_a_new_memory_is(void **state)
{
	static char fresh[TEXT_MAX], migrated[TEXT_MAX];
	struct store *store = NULL;
	char path[PATH_LEN];

	(void)state;
	path_of("fresh", path);
	assert_int_equal(store_create(path, &SITE_SCHEMA, &store), SKERRY_OK);
	describe(store, "sqlite_schema", fresh);
	store_close(store);
	path_of("old", path);
	for (version = OLDEST; version < SITE_SCHEMA_VERSION; version++) {
		sqlite3_close(make_version(path));
		assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_OK);
		describe(store, "sqlite_schema", migrated);
		store_close(store);
		assert_string_equal(fresh, migrated);
		assert_int_equal(unlink(path), 0);
	}
}

/* Whoever may only read sees the columns that the new ones have. */
static void
tables_on_the_side_are_those_of_today(void **state)
{
	static char today[TEXT_MAX], aside[TEXT_MAX];
	struct store *store = NULL;
	char path[PATH_LEN], *line, *rest = NULL;

	(void)state;
	path_of("fresh", path);
	assert_int_equal(store_create(path, &SITE_SCHEMA, &store), SKERRY_OK);
	describe(store, "sqlite_schema", today);
	store_close(store);
	path_of("old", path);
	for (version = OLDEST; version < SITE_SCHEMA_VERSION; version++) {
		sqlite3_close(make_version(path));
		assert_int_equal(store_open_to_read(path, &SITE_SCHEMA, &store), SKERRY_OK);
		describe(store, "sqlite_temp_schema", aside);
		store_close(store);
		/* Each line of theirs is one of today's, and each table that it lacks is there. */
		assert_int_equal(strstr(aside, "request.nonce") != NULL, version < 2);
		assert_int_equal(strstr(aside, "desk_head.hash") != NULL, version < 2);
		assert_non_null(strstr(aside, "key_mask.masked"));
		for (line = strtok_r(aside, "\n", &rest); line != NULL;
			line = strtok_r(NULL, "\n", &rest))
			if (strstr(line, "sqlite_autoindex") == NULL && strstr(today, line) == NULL)
				fail_msg("not today's: %s", line);
		assert_int_equal(unlink(path), 0);
	}
}

static void
version_of_tomorrow_is_not_read(void **state)
{
	struct store *store = NULL;
	char path[PATH_LEN], sql[64];
	sqlite3 *db;

	(void)state;
	path_of("old", path);
	version = OLDEST;
	db = make_version(path);
	snprintf(sql, sizeof sql, "PRAGMA user_version = %d", SITE_SCHEMA_VERSION + 1);
	run(db, sql);
	sqlite3_close(db);
	assert_int_equal(store_open_to_read(path, &SITE_SCHEMA, &store), SKERRY_ERR_STORE_VERSION);
	assert_int_equal(store_open(path, &SITE_SCHEMA, &store), SKERRY_ERR_STORE_VERSION);
}

/* --- a folder -------------------------------------------------------------------------------- */

static void
hold_license(void)
{
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	memory_ask("other.example");
}

static void
go_on(void)
{
	int64_t rows;

	hold_license();
	rows = memory_number("SELECT count(*) FROM journal");
	WHILE_CLOSED(bring_site_back());
	assert_false(site.memory->news.rebuilt);
	assert_false(site.memory->news.rolled_back);
	assert_true(site.memory->rollback_since == LICENSE_NEVER);
	assert_int_equal(
		memory_number("SELECT user_version FROM pragma_user_version"), SITE_SCHEMA_VERSION);
	assert_true(memory_number("SELECT count(*) FROM journal") >= rows);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
	memory_assert_whole();
	site_reopen();
	assert_false(site.memory->news.rebuilt);
}

static void
folder_of_version_1_goes_on(void **state)
{
	(void)state;
	version = 1;
	go_on();
}

/* Its rows beside those of version 1 are sealed as they were. */
static void
folder_of_version_2_goes_on(void **state)
{
	(void)state;
	version = 2;
	words_write_request(1, 0x11);
	go_on();
	assert_int_equal(memory_number("SELECT count(*) FROM request"), 1);
	assert_int_equal(memory_number("SELECT count(*) FROM key_mask"), 0);
}

static void
reader_of_version_1_has_an_answer_and_changes_nothing(void **state)
{
	const struct site_query query = { .product = "hms", .at = TODAY };
	struct site_failure where;
	struct site_answer answer;
	struct dialog dialog;
	struct site reader;
	sqlite3 *db = NULL;
	char path[PATH_LEN];

	(void)state;
	version = 1;
	hold_license();
	site_close(&site);
	bring_site_back();
	assert_int_equal(site_open(folder, &reader, &where), SKERRY_OK);
	assert_int_equal(reader.memory->unread, SKERRY_OK);
	assert_non_null(reader.memory->store);
	assert_true(clock_started(&reader.memory->clock));
	assert_int_equal(site_ask(&reader, &query, &answer), SKERRY_OK);
	assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(requests_load_dialog(reader.memory->store, &dialog), SKERRY_OK);
	assert_false(dialog_waits(&dialog));
	site_close(&reader);
	path_of("site.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run(db, "SELECT count(*) FROM document");
	assert_int_not_equal(
		sqlite3_exec(db, "SELECT * FROM request", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	memory_open_again();
}

static void
backup_of_version_1_is_restored(void **state)
{
	struct site_backup_written written;
	struct site_backup_restored restored;
	struct documents documents;
	char path[PATH_LEN];
	pid_t holder;

	(void)state;
	version = 1;
	hold_license();
	path_of("backup", path);
	assert_int_equal(site_backup_write(site.memory, path, false, &written), SKERRY_OK);
	bring_back(path);
	assert_int_equal(site_backup_check(path), SKERRY_ERR_FILE_DAMAGED);
	assert_int_equal(backup_file_end(path), SKERRY_OK);
	assert_int_equal(site_backup_check(path), SKERRY_OK);
	site_close(&site);
	assert_int_equal(documents_open_to_write(folder, &documents, &holder), SKERRY_OK);
	assert_int_equal(site_backup_restore(&documents, path, &restored), SKERRY_OK);
	documents_close(&documents);
	memory_open_again();
	assert_true(restored.here);
	assert_false(site.memory->news.rebuilt);
	assert_int_equal(
		memory_number("SELECT user_version FROM pragma_user_version"), SITE_SCHEMA_VERSION);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(old_version_becomes_what_a_new_memory_is),
		AT_A_SITE(tables_on_the_side_are_those_of_today),
		AT_A_SITE(version_of_tomorrow_is_not_read),
		AT_A_SITE(folder_of_version_1_goes_on),
		AT_A_SITE(folder_of_version_2_goes_on),
		AT_A_SITE(reader_of_version_1_has_an_answer_and_changes_nothing),
		AT_A_SITE(backup_of_version_1_is_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
