/* SPDX-License-Identifier: ISC */
/*
 * Why IMMEDIATE: a transaction that reads first and writes later fails with BUSY in WAL mode when
 * somebody else has written in between, and no waiting mends that. Taking the lock at the start
 * makes each change see the latest state, so that counters (editions, indexes) never repeat.
 *
 * WAL writes even to read: two files beside the database. Where a folder cannot be written the
 * database is read as a file that does not change (IMMUTABLE), if no change waits in its -wal; and
 * where the disk is full, without the file that several programs would share (ALONE).
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/license.h"
#include "store_file.h"
#include "store_place.h"

/* A kept statement stands in one of KEPT_WAYS places that its text leads to. */
enum { KEPT_WAYS = 4 };

struct store_kept {
	sqlite3_stmt *statement;
	bool in_use;
	uint64_t used; /* store->uses when it was */
};

struct store {
	sqlite3 *db;
	const struct store_schema *schema;
	int unwritable; /* the errno of its folder when it is only read, else 0 */
	char detail[256];
	struct store_kept kept[STORE_KEPT_MAX];
	uint64_t uses;
};

static enum skerry_err
error_of(struct store *store, int code)
{
	int system_errno = sqlite3_system_errno(store->db);

	snprintf(store->detail, sizeof store->detail, "%s", sqlite3_errmsg(store->db));
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SKERRY_ERR_STORE_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_TOOBIG:
		return SKERRY_ERR_STORE_DAMAGED;
	case SQLITE_NOMEM:
		return SKERRY_ERR_NO_MEMORY;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		errno = system_errno != 0 ? system_errno : store->unwritable;
		return SKERRY_ERR_FILE_PERMISSION;
	case SQLITE_FULL:
		errno = ENOSPC;
		return SKERRY_ERR_IO;
	case SQLITE_IOERR:
		errno = system_errno;
		return SKERRY_ERR_IO;
	case SQLITE_CONSTRAINT:
		return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? SKERRY_ERR_EXISTS
			       : SKERRY_ERR_STORE;
	default:
		return SKERRY_ERR_STORE;
	}
}

static enum skerry_err
execute(struct store *store, const char *sql)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? SKERRY_OK : error_of(store, code);
}

static enum skerry_err
read_number(struct store *store, const char *sql, int64_t *ret_number)
{
	struct store_query q;
	int64_t number = 0;
	enum skerry_err err;

	store_query(store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_number = number;
	return err;
}

/*
 * Opens the file, which must exist, and sets what holds for the connection alone. On failure too the
 * caller closes *ret_store.
 */
static enum skerry_err
connect_to(const char *path, const struct store_schema *schema, enum access_way way,
	struct store **ret_store)
{
	struct store *store = calloc(1, sizeof *store);
	int code;

	*ret_store = store;
	if (store == NULL)
		return SKERRY_ERR_NO_MEMORY;
	store->schema = schema;
	code = store_file_open(path, way, &store->db);
	if (code != SQLITE_OK)
		return store->db == NULL ? SKERRY_ERR_NO_MEMORY : error_of(store, code);
	sqlite3_busy_timeout(store->db, schema->busy_ms == 0 ? STORE_BUSY_MS : schema->busy_ms);
	if (schema->value_max != 0)
		sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, schema->value_max);
	/* A schema from outside calls nothing that this program did not mean to call. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (way == ALONE)
		execute(store, "PRAGMA locking_mode = EXCLUSIVE");
	return execute(store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
			      "PRAGMA cell_size_check = ON;");
}

void
store_claim_process(void)
{
	/* Without locks and without counting memory; a refusal only means that it stays slower. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum skerry_err
store_create(const char *path, const struct store_schema *schema, struct store **ret_store)
{
	struct store *store = NULL;
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	enum skerry_err err;

	if (fd < 0)
		return errno == EEXIST ? SKERRY_ERR_EXISTS : SKERRY_ERR_IO;
	close(fd);
	err = connect_to(path, schema, SHARED, &store);
	if (err == SKERRY_OK)
		err = execute(store, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;");
	if (err == SKERRY_OK)
		err = execute(store, schema->sql);
	if (err == SKERRY_OK)
		err = store_commit(store);
	if (err == SKERRY_OK) {
		*ret_store = store;
		store = NULL;
	}
	store_close(store);
	return err;
}

/* Brings an older database up to date; two programs that open it at once do it once. */
static enum skerry_err
migrate(struct store *store)
{
	int64_t version;
	char statement[48];
	enum skerry_err err = store_begin(store);

	if (err == SKERRY_OK)
		err = read_number(store, "PRAGMA user_version", &version);
	for (; err == SKERRY_OK && version < store->schema->version; version++)
		err = execute(store, store->schema->migrations[version]);
	if (err == SKERRY_OK) {
		snprintf(statement, sizeof statement, "PRAGMA user_version = %d",
			store->schema->version);
		err = execute(store, statement);
	}
	if (err == SKERRY_OK)
		err = store_commit(store);
	store_rollback(store);
	return err;
}

static enum skerry_err
exists(const char *path)
{
	if (store_place_is_odd(path))
		return SKERRY_ERR_STORE_DAMAGED;
	if (access(path, F_OK) == 0)
		return SKERRY_OK;
	return errno == ENOENT || errno == ENOTDIR ? SKERRY_ERR_STORE_MISSING
						   : SKERRY_ERR_FILE_PERMISSION;
}

/* The first look into it, which is what needs the files beside it. */
static enum skerry_err
enter(const char *path, const struct store_schema *schema, enum access_way way,
	struct store **ret_store, int64_t *ret_version)
{
	int64_t application = 0;
	enum skerry_err err = connect_to(path, schema, way, ret_store);

	if (err == SKERRY_OK)
		err = read_number(*ret_store, "PRAGMA application_id", &application);
	if (err == SKERRY_OK)
		err = read_number(*ret_store, "PRAGMA user_version", ret_version);
	if (err == SKERRY_OK && (application != schema->application_id || *ret_version < 1))
		err = SKERRY_ERR_STORE_DAMAGED;
	return err;
}

/* Where the folder is read-only or the disk is full, as it can be read there. */
static enum skerry_err
enter_somehow(const char *path, const struct store_schema *schema, struct store **ret_store,
	int64_t *ret_version)
{
	enum skerry_err err = enter(path, schema, SHARED, ret_store, ret_version);
	int saved = errno, unwritable;

	if (err == SKERRY_ERR_IO && saved == ENOSPC) {
		store_close(*ret_store);
		return enter(path, schema, ALONE, ret_store, ret_version);
	}
	if (err != SKERRY_ERR_FILE_PERMISSION)
		return err;
	unwritable = store_place_unwritable(path);
	if (unwritable != 0 && !store_place_has_waiting(path)) {
		store_close(*ret_store);
		err = enter(path, schema, IMMUTABLE, ret_store, ret_version);
		if (*ret_store != NULL)
			(*ret_store)->unwritable = unwritable;
		return err;
	}
	errno = unwritable != 0 ? unwritable : saved;
	return err;
}

/*
 * Readers share a log with the writer, and a folder in which they may not write keeps them from that.
 * Where there is no log at all, nobody writes now, and the file alone is read as it is.
 */
static enum skerry_err
enter_to_read(const char *path, const struct store_schema *schema, struct store **ret_store,
	int64_t *ret_version)
{
	enum skerry_err err = enter(path, schema, READING, ret_store, ret_version);
	/* Where there is no room for the files beside it, nothing is written either. */
	bool no_room = err == SKERRY_ERR_IO && errno == ENOSPC && !store_place_has_waiting(path);

	if (!no_room && (err != SKERRY_ERR_FILE_PERMISSION || store_place_has_log(path)))
		return err;
	store_close(*ret_store);
	return enter(path, schema, IMMUTABLE, ret_store, ret_version);
}

/* Hands over what was entered when all went well, else closes it. */
static enum skerry_err
keep_or_close(enum skerry_err err, struct store *store, struct store **ret_store)
{
	int saved = errno;

	if (err == SKERRY_OK)
		*ret_store = store;
	else
		store_close(store);
	errno = saved;
	return err;
}

enum skerry_err
store_open(const char *path, const struct store_schema *schema, struct store **ret_store)
{
	struct store *store = NULL;
	int64_t version = 0;
	enum skerry_err err = exists(path);

	if (err == SKERRY_OK)
		err = enter_somehow(path, schema, &store, &version);
	if (err == SKERRY_OK && version > schema->version)
		err = SKERRY_ERR_STORE_VERSION;
	else if (err == SKERRY_OK && version < schema->version)
		err = migrate(store);
	return keep_or_close(err, store, ret_store);
}

enum skerry_err
store_open_to_read(const char *path, const struct store_schema *schema, struct store **ret_store)
{
	struct store *store = NULL;
	int64_t version = 0;
	enum skerry_err err = exists(path);

	if (err == SKERRY_OK)
		err = enter_to_read(path, schema, &store, &version);
	if (err == SKERRY_OK && version != schema->version)
		err = SKERRY_ERR_STORE_VERSION;
	return keep_or_close(err, store, ret_store);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < STORE_KEPT_MAX; i++)
		sqlite3_finalize(store->kept[i].statement);
	sqlite3_close(store->db);
	free(store);
}

enum skerry_err
store_begin(struct store *store)
{
	return execute(store, "BEGIN IMMEDIATE");
}

enum skerry_err
store_begin_reading(struct store *store, bool *ret_begun)
{
	bool begun = sqlite3_get_autocommit(store->db) != 0;
	enum skerry_err err = begun ? execute(store, "BEGIN") : SKERRY_OK;

	if (err == SKERRY_OK)
		*ret_begun = begun;
	return err;
}

enum skerry_err
store_commit(struct store *store)
{
	enum skerry_err err = execute(store, "COMMIT");

	if (err != SKERRY_OK)
		store_rollback(store);
	return err;
}

void
store_rollback(struct store *store)
{
	int saved = errno;

	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	errno = saved;
}

const char *
store_detail(const struct store *store)
{
	return store->detail;
}

static void
latch(struct store_query *q, int code)
{
	if (q->err == SKERRY_OK && code != SQLITE_OK)
		q->err = error_of(q->store, code);
}

void
store_expect_bulk(struct store *store)
{
	char statement[48];

	snprintf(statement, sizeof statement, "PRAGMA cache_size = -%d", STORE_BULK_KIB);
	/* Without it the same is done, slower. */
	sqlite3_exec(store->db, statement, NULL, NULL, NULL);
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
	if (q->kept != NULL) {
		sqlite3_reset(q->statement);
		sqlite3_clear_bindings(q->statement);
		q->kept->in_use = false;
		q->kept = NULL;
	} else {
		sqlite3_finalize(q->statement);
	}
	q->statement = NULL;
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
