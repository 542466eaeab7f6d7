/* SPDX-License-Identifier: ISC */
/* Statements of a store: prepared once and kept, bound, stepped, read. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "formats/license.h"
#include "store_inside.h"

/* A kept statement stands in one of KEPT_WAYS places that its text leads to. */
enum { KEPT_WAYS = 4 };

static void
latch(struct store_query *q, int code)
{
	if (q->err == SKERRY_OK && code != SQLITE_OK)
		q->err = store_error_of(q->store, code);
}

/* The first of the places for a text. Texts differ in length or somewhere in the middle. */
static struct store_kept *
places_of(struct store *store, const char *sql)
{
	size_t len = strlen(sql), sum = len;

	for (size_t i = 0; i < len; i += 1 + len / 16)
		sum = sum * 31 + (unsigned char)sql[i];
	return &store->kept[sum * KEPT_WAYS % STORE_KEPT_MAX];
}

/*
 * The place that has this very text free, else the one that can be given up best; NULL when all are
 * in use.
 */
static struct store_kept *
choose_place(struct store_kept *places, const char *sql)
{
	struct store_kept *oldest = NULL;

	for (size_t i = 0; i < KEPT_WAYS; i++) {
		struct store_kept *place = &places[i];

		if (place->in_use)
			continue;
		if (place->statement != NULL && strcmp(sqlite3_sql(place->statement), sql) == 0)
			return place;
		if (oldest == NULL || place->used < oldest->used)
			oldest = place;
	}
	return oldest;
}

void
store_query(struct store *store, struct store_query *ret_query, const char *sql)
{
	struct store_kept *place = choose_place(places_of(store, sql), sql);
	struct store_query q = { .store = store, .kept = place, .err = SKERRY_OK };

	if (place != NULL && place->statement != NULL &&
		strcmp(sqlite3_sql(place->statement), sql) == 0) {
		q.statement = place->statement;
	} else {
		latch(&q, sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				  &q.statement, NULL));
		if (place != NULL && q.err == SKERRY_OK) {
			sqlite3_finalize(place->statement);
			place->statement = q.statement;
		} else {
			q.kept = NULL;
		}
	}
	if (q.kept != NULL) {
		place->in_use = true;
		place->used = ++store->uses;
	}
	*ret_query = q;
}

void
store_bind_int(struct store_query *q, int64_t value)
{
	if (q->err == SKERRY_OK)
		latch(q, sqlite3_bind_int64(q->statement, ++q->bound, value));
}

void
store_bind_text(struct store_query *q, const char *terminated)
{
	if (q->err == SKERRY_OK)
		latch(q,
			sqlite3_bind_text(q->statement, ++q->bound, terminated, -1, SQLITE_STATIC));
}

void
store_bind_optional(struct store_query *q, const char *terminated)
{
	store_bind_text(q, terminated[0] == '\0' ? NULL : terminated);
}

void
store_bind_bytes(struct store_query *q, const uint8_t *bytes, size_t bytes_len)
{
	if (q->err == SKERRY_OK)
		latch(q, sqlite3_bind_blob64(
				 q->statement, ++q->bound, bytes, bytes_len, SQLITE_STATIC));
}

void
store_bind_date(struct store_query *q, int64_t at)
{
	if (at == LICENSE_NEVER)
		store_bind_null(q);
	else
		store_bind_int(q, at);
}

void
store_bind_null(struct store_query *q)
{
	if (q->err == SKERRY_OK)
		latch(q, sqlite3_bind_null(q->statement, ++q->bound));
}

/* ?N is only known to SQLite by its name when a statement leaves numbers out. */
static bool
has_number(const struct store_query *q, int number)
{
	char name[16];

	snprintf(name, sizeof name, "?%d", number);
	return q->err == SKERRY_OK && sqlite3_bind_parameter_index(q->statement, name) == number;
}

void
store_bind_int_at(struct store_query *q, int number, int64_t value)
{
	if (has_number(q, number))
		latch(q, sqlite3_bind_int64(q->statement, number, value));
}

void
store_bind_text_at(struct store_query *q, int number, const char *terminated)
{
	if (has_number(q, number))
		latch(q, sqlite3_bind_text(q->statement, number, terminated, -1, SQLITE_STATIC));
}

bool
store_step(struct store_query *q)
{
	int code;

	if (q->err != SKERRY_OK)
		return false;
	code = sqlite3_step(q->statement);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		latch(q, code);
	return false;
}

int64_t
store_int(struct store_query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

int64_t
store_date(struct store_query *q, int column)
{
	return store_is_null(q, column) ? LICENSE_NEVER : store_int(q, column);
}

const char *
store_chars(struct store_query *q, int column)
{
	return (const char *)sqlite3_column_text(q->statement, column);
}

struct cbor_bytes
store_bytes(struct store_query *q, int column)
{
	const uint8_t *data = sqlite3_column_blob(q->statement, column);

	return (struct cbor_bytes){ data, (size_t)sqlite3_column_bytes(q->statement, column) };
}

bool
store_is_null(struct store_query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

void
store_text(struct store_query *q, int column, char *ret_text, size_t text_max)
{
	const char *text = store_chars(q, column);

	snprintf(ret_text, text_max, "%s", text == NULL ? "" : text);
}

enum skerry_err
store_done(struct store_query *q)
{
	int saved = errno;

	if (q->kept != NULL) {
		sqlite3_reset(q->statement);
		sqlite3_clear_bindings(q->statement);
		q->kept->in_use = false;
		q->kept = NULL;
	} else {
		sqlite3_finalize(q->statement);
	}
	q->statement = NULL;
	errno = saved;
	return q->err;
}

enum skerry_err
store_run(struct store_query *q)
{
	while (store_step(q))
		;
	return store_done(q);
}

int64_t
store_last_id(const struct store *store)
{
	return sqlite3_last_insert_rowid(store->db);
}

int64_t
store_changes(const struct store *store)
{
	return sqlite3_changes64(store->db);
}

int64_t
store_total_changes(const struct store *store)
{
	return sqlite3_total_changes64(store->db);
}
