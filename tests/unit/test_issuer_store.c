/* SPDX-License-Identifier: ISC */
/* The desk's database: its versions, files that are none, writers one after the other. */
#include "tests/unit/fixture_tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "formats/license.h"
#include "issuer/desk/schema.h"

struct place {
	char folder[64], path[96];
};

static int
make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	if (place == NULL)
		return -1;
	tree_place("store", place->folder);
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/issuer.db", place->folder);
	*state = place;
	return 0;
}

static int
remove_place(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	rmdir(place->folder);
	free(place);
	return 0;
}

static void
execute(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
new_database_opens_again(void **state)
{
	struct place *place = *state;
	struct store *store = NULL, *second = NULL;
	struct stat info;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &second), SKERRY_ERR_EXISTS);
	assert_null(second);
	store_close(store);
	assert_int_equal(stat(place->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	store_close(store);
	store_close(NULL);
}

static void
database_of_a_newer_program_is_left_alone(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	execute(store, "PRAGMA user_version = 999");
	store_close(store);
	store = NULL;
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_ERR_STORE_VERSION);
	assert_null(store);
}

static void
file_that_is_no_desk_is_told(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	FILE *file;

	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_ERR_STORE_MISSING);
	assert_int_equal(
		store_open("/dev/null/issuer.db", &DESK_SCHEMA, &store), SKERRY_ERR_STORE_MISSING);
	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	execute(store, "PRAGMA application_id = 1");
	store_close(store);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_ERR_STORE_DAMAGED);
	file = fopen(place->path, "w");
	assert_non_null(file);
	for (int i = 0; i < 4096; i++)
		fputs("no database", file);
	fclose(file);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_ERR_STORE_DAMAGED);
	assert_int_equal(truncate(place->path, 0), 0);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_ERR_STORE_DAMAGED);
	unlink(place->path);
	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_int_not_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	rmdir(place->path);
}

/* As a program of version 1 would have left it. */
static void
make_version_1(const char *path)
{
	static const char ROWS[] =
		"INSERT INTO desk_key VALUES (x'0102030405060708', 'issuing', x'00', 0);"
		"INSERT INTO desk VALUES (1, 'v', 0, x'0102030405060708');"
		"INSERT INTO brand (slug, name, key_format, created_at) VALUES ('b', 'B', '#', 0);"
		"INSERT INTO customer (brand_id, email, name, created_at)"
		" VALUES (1, 'a@b.example', 'Grand', 0);";
	char schema[32768];
	FILE *file = fopen("tests/corpus/desk/version-1.sql", "r");
	sqlite3 *db = NULL;
	size_t len;

	assert_non_null(file);
	len = fread(schema, 1, sizeof schema - 1, file);
	fclose(file);
	schema[len] = '\0';
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, ROWS, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Name, columns and indexes of every table, a line each. */
static void
describe(struct store *store, char *ret_text, size_t text_max)
{
	struct store_query q;
	size_t len = 0;

	store_query(store, &q,
		"SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' ||"
		" coalesce(c.dflt_value, '') || ' ' || c.pk FROM sqlite_schema m,"
		" pragma_table_info(m.name) c WHERE m.type = 'table' UNION ALL"
		" SELECT tbl_name || ' ' || name || ' ' || replace(coalesce(sql, ''), '  ', ' ')"
		" FROM sqlite_schema WHERE type = 'index' ORDER BY 1");
	while (store_step(&q))
		len += (size_t)snprintf(ret_text + len, len < text_max ? text_max - len : 0, "%s\n",
			store_chars(&q, 0));
	assert_int_equal(store_done(&q), SKERRY_OK);
	assert_true(len > 2000 && len < text_max);
}

static void
version_1_becomes_what_a_new_desk_is(void **state)
{
	enum { TEXT_MAX = 32768 };
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;
	char *fresh = malloc(TEXT_MAX), *migrated = malloc(TEXT_MAX);

	assert_true(fresh != NULL && migrated != NULL);
	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	describe(store, fresh, TEXT_MAX);
	store_close(store);
	unlink(place->path);
	make_version_1(place->path);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	describe(store, migrated, TEXT_MAX);
	assert_string_equal(fresh, migrated);
	store_query(store, &q,
		"SELECT (SELECT count(*) FROM finder('grand')), (SELECT length(public_id) FROM "
		"desk),"
		" (SELECT user_version FROM pragma_user_version)");
	assert_true(store_step(&q));
	assert_int_equal(store_int(&q, 0), 1);
	assert_int_equal(store_int(&q, 1), 32);
	assert_int_equal(store_int(&q, 2), DESK_SCHEMA_VERSION);
	assert_int_equal(store_done(&q), SKERRY_OK);
	store_close(store);
	free(fresh);
	free(migrated);
}

static void
values_come_back_as_they_went_in(void **state)
{
	static const uint8_t BYTES[] = { 0, 1, 255 };
	static const char NASTY[] = "'); DROP TABLE brand; --\xe2\x80\xae";
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;
	struct cbor_bytes bytes;
	char text[64];

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	store_query(store, &q, "SELECT ?, ?, ?, ?, ?, ?");
	store_bind_int(&q, INT64_MIN);
	store_bind_text(&q, NASTY);
	store_bind_bytes(&q, BYTES, sizeof BYTES);
	store_bind_date(&q, LICENSE_NEVER);
	store_bind_text(&q, NULL);
	store_bind_date(&q, 7);
	assert_true(store_step(&q));
	assert_int_equal(store_int(&q, 0), INT64_MIN);
	store_text(&q, 1, text, sizeof text);
	assert_string_equal(text, NASTY);
	store_text(&q, 1, text, 4);
	assert_string_equal(text, "');");
	bytes = store_bytes(&q, 2);
	assert_int_equal(bytes.len, sizeof BYTES);
	assert_memory_equal(bytes.data, BYTES, sizeof BYTES);
	assert_true(store_is_null(&q, 3));
	assert_int_equal(store_date(&q, 3), LICENSE_NEVER);
	assert_null(store_chars(&q, 4));
	store_text(&q, 4, text, sizeof text);
	assert_string_equal(text, "");
	assert_int_equal(store_date(&q, 5), 7);
	assert_false(store_step(&q));
	assert_int_equal(store_done(&q), SKERRY_OK);
	store_close(store);
}

static void
parameter_that_a_statement_lacks_is_passed_over(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	store_query(store, &q, "SELECT ?2, ?10");
	store_bind_int_at(&q, 1, 11);
	store_bind_int_at(&q, 2, 22);
	store_bind_text_at(&q, 3, "x");
	store_bind_int_at(&q, 10, 100);
	store_bind_int_at(&q, 11, 110);
	assert_true(store_step(&q));
	assert_int_equal(store_int(&q, 0), 22);
	assert_int_equal(store_int(&q, 1), 100);
	assert_int_equal(store_done(&q), SKERRY_OK);
	store_close(store);
}

static void
first_error_of_a_query_stays(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	store_query(store, &q, "SELECT nonsense FROM nowhere");
	store_bind_int(&q, 1);
	store_bind_int_at(&q, 1, 1);
	assert_false(store_step(&q));
	assert_int_equal(store_done(&q), SKERRY_ERR_STORE);
	assert_non_null(strstr(store_detail(store), "nowhere"));
	store_close(store);
}

static void
rows_of_one_brand_cannot_point_into_another(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	execute(store, "INSERT INTO brand (id, slug, name, key_format, created_at)"
		       " VALUES (1, 'a', 'A', '', 0), (2, 'b', 'B', '', 0)");
	execute(store, "INSERT INTO customer (id, brand_id, email, name, created_at)"
		       " VALUES (1, 1, 'x@y', 'X', 0), (2, 2, 'X@Y', 'X', 0)");
	store_query(store, &q,
		"INSERT INTO license_key (brand_id, customer_id, lookup, sealed, masked, "
		"created_at)"
		" VALUES (2, 1, zeroblob(32), x'00', '', 0)");
	assert_int_equal(store_run(&q), SKERRY_ERR_STORE);
	store_query(store, &q,
		"INSERT INTO customer (brand_id, email, name, created_at) VALUES (1, 'X@Y', 'X', "
		"0)");
	assert_int_equal(store_run(&q), SKERRY_ERR_EXISTS);
	store_close(store);
}

static void
closing_takes_back_what_was_not_committed(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	assert_int_equal(store_begin(store), SKERRY_OK);
	execute(store,
		"INSERT INTO brand (slug, name, key_format, created_at) VALUES ('a', 'A', '', 0)");
	store_close(store);
	assert_int_equal(store_open(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	store_query(store, &q, "SELECT count(*) FROM brand");
	assert_true(store_step(&q));
	assert_int_equal(store_int(&q, 0), 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	store_rollback(store);
	store_close(store);
}

/* The same text at once, again, and with other values: each query is its own. */
static void
statement_in_use_is_not_handed_out_twice(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query outer[6], last;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 6; i++) {
			store_query(store, &outer[i],
				"SELECT value, ?2 FROM json_each('[1,2,3]') WHERE value >= ?1");
			store_bind_int(&outer[i], i < 3 ? i : 1);
			store_bind_int(&outer[i], i);
			assert_true(store_step(&outer[i]));
		}
		for (int i = 0; i < 6; i++) {
			assert_int_equal(store_int(&outer[i], 0), i > 1 && i < 3 ? i : 1);
			assert_int_equal(store_int(&outer[i], 1), i);
			assert_true(store_step(&outer[i]));
			assert_int_equal(store_done(&outer[i]), SKERRY_OK);
		}
	}
	/* What was bound before is not bound any more. */
	store_query(store, &last, "SELECT value, ?2 FROM json_each('[1,2,3]') WHERE value >= ?1");
	assert_false(store_step(&last));
	assert_int_equal(store_done(&last), SKERRY_OK);
	store_close(store);
}

static void
more_texts_than_are_kept_all_answer(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	struct store_query q;
	char sql[32];

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	for (int i = 0; i < 1000; i++) {
		/* One buffer, many texts: the text counts and not where it stands. */
		snprintf(sql, sizeof sql, "SELECT %d + ?", i % 250);
		store_query(store, &q, sql);
		store_bind_int(&q, 1);
		assert_true(store_step(&q));
		assert_int_equal(store_int(&q, 0), i % 250 + 1);
		assert_int_equal(store_done(&q), SKERRY_OK);
	}
	store_close(store);
}

static void
refused_statement_can_be_run_again(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	static const char INSERT[] =
		"INSERT INTO brand (slug, name, key_format, created_at) VALUES (?, 'A', '', 0)";
	static const enum skerry_err WANTED[] = { SKERRY_OK, SKERRY_ERR_EXISTS, SKERRY_OK };
	static const char *const SLUGS[] = { "a", "a", "b" };
	struct store_query q;

	assert_int_equal(store_create(place->path, &DESK_SCHEMA, &store), SKERRY_OK);
	for (int i = 0; i < 3; i++) {
		store_query(store, &q, INSERT);
		store_bind_text(&q, SLUGS[i]);
		assert_int_equal(store_run(&q), WANTED[i]);
	}
	store_close(store);
}

int
main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(version_1_becomes_what_a_new_desk_is),
		IN_PLACE(new_database_opens_again),
		IN_PLACE(database_of_a_newer_program_is_left_alone),
		IN_PLACE(file_that_is_no_desk_is_told),
		IN_PLACE(values_come_back_as_they_went_in),
		IN_PLACE(parameter_that_a_statement_lacks_is_passed_over),
		IN_PLACE(first_error_of_a_query_stays),
		IN_PLACE(rows_of_one_brand_cannot_point_into_another),
		IN_PLACE(closing_takes_back_what_was_not_committed),
		IN_PLACE(statement_in_use_is_not_handed_out_twice),
		IN_PLACE(more_texts_than_are_kept_all_answer),
		IN_PLACE(refused_statement_can_be_run_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
