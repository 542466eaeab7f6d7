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

#include "store_file.h"
#include "store_inside.h"
#include "store_place.h"

/*
 * SQLite calls a page damaged that the disk could not read: nothing is known of what stands there, and it
 * may be read the next time. Of the log it keeps no errno.
 */
static bool
could_not_read(struct store *store)
{
	int last = 0;

	if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &last) != SQLITE_OK)
		last = 0;
	if (last != EIO && errno != EIO)
		return false;
	errno = EIO;
	return true;
}

enum skerry_err
store_error_of(struct store *store, int code)
{
	int system_errno = sqlite3_system_errno(store->db);

	snprintf(store->detail, sizeof store->detail, "%s", sqlite3_errmsg(store->db));
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SKERRY_ERR_STORE_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return could_not_read(store) ? SKERRY_ERR_IO : SKERRY_ERR_STORE_DAMAGED;
	case SQLITE_TOOBIG:
		return SKERRY_ERR_STORE_DAMAGED;
	case SQLITE_NOMEM:
		return SKERRY_ERR_NO_MEMORY;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		errno = system_errno != 0 ? system_errno : store->unwritable;
		/* That this process has too many files open says nothing about this one. */
		return errno == EMFILE || errno == ENFILE ? SKERRY_ERR_IO
							  : SKERRY_ERR_FILE_PERMISSION;
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

	return code == SQLITE_OK ? SKERRY_OK : store_error_of(store, code);
}

/* What is run again and again stays prepared. */
static enum skerry_err
execute_kept(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	return store_run(&q);
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

/* What makes it faster, no more: without it the same is done. */
static void
set_number(struct store *store, const char *pragma, int number)
{
	char statement[64];

	snprintf(statement, sizeof statement, "PRAGMA %s = %d", pragma, number);
	sqlite3_exec(store->db, statement, NULL, NULL, NULL);
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
		return store->db == NULL ? SKERRY_ERR_NO_MEMORY : store_error_of(store, code);
	sqlite3_busy_timeout(store->db, schema->busy_ms == 0 ? STORE_BUSY_MS : schema->busy_ms);
	if (schema->value_max != 0)
		sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, schema->value_max);
	/* A schema from outside calls nothing that this program did not mean to call. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (schema->cache_kib != 0)
		set_number(store, "cache_size", -schema->cache_kib);
	if (schema->page_size != 0)
		set_number(store, "page_size", schema->page_size);
	if (schema->log_pages != 0)
		set_number(store, "wal_autocheckpoint", schema->log_pages);
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

void
store_claim_threads(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
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

/* Its own tables stay as they are; those on the side vanish with the connection. */
static enum skerry_err
read_older(struct store *store, int64_t version)
{
	const struct store_schema *schema = store->schema;

	if (version > schema->version || schema->readings == NULL ||
		schema->readings[version] == NULL)
		return SKERRY_ERR_STORE_VERSION;
	return execute(store, schema->readings[version]);
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
		err = read_older(store, version);
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
	return execute_kept(store, "BEGIN IMMEDIATE");
}

enum skerry_err
store_begin_reading(struct store *store, bool *ret_begun)
{
	bool begun = sqlite3_get_autocommit(store->db) != 0;
	enum skerry_err err = begun ? execute_kept(store, "BEGIN") : SKERRY_OK;

	if (err == SKERRY_OK)
		*ret_begun = begun;
	return err;
}

enum skerry_err
store_commit(struct store *store)
{
	enum skerry_err err = execute_kept(store, "COMMIT");

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

void
store_expect_bulk(struct store *store)
{
	set_number(store, "cache_size", -STORE_BULK_KIB);
}

enum skerry_err
store_erase_for_good(struct store *store)
{
	return execute_kept(store, "PRAGMA secure_delete = ON");
}
