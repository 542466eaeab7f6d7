/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STORE_H
#define KEYS_STORE_H

/*
 * A database: the desk's, a site's. The only place that knows it is SQLite.
 *
 * WAL, synchronous FULL, foreign keys on; a writer takes its lock at the beginning and others wait
 * for it as long as the schema says. The schema's version stands in the file: an older one is brought up
 * to date in one transaction when it is opened, a newer one is refused. In a folder that cannot be
 * written, or on a full disk, it can still be read; a change is then refused (FILE_PERMISSION, errno
 * EROFS or EACCES; IO, errno ENOSPC).
 *
 * A query latches its first error, so that a caller binds, steps, reads columns and asks once:
 *
 *	store_query(store, &q, "SELECT id, name FROM brand WHERE slug = ?");
 *	store_bind_text(&q, slug);
 *	if (store_step(&q))
 *		id = store_int(&q, 0);
 *	err = store_done(&q);
 *
 * A path may lead through a folder that is open, /proc/self/fd/N/NAME: it is then used as it is.
 *
 * The file is a regular one, and by such a path no symbolic link; else it is STORE_DAMAGED. No value in
 * it is longer than the schema says.
 *
 * Everything from outside is bound, never part of a statement's text. One thread at a time.
 *
 * Errors: STORE_MISSING, STORE_VERSION, STORE_DAMAGED (no database, or a damaged one), STORE_BUSY,
 * EXISTS (a UNIQUE rule), FILE_PERMISSION, IO (full disk; errno is set), NO_MEMORY, STORE.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cbor.h"
#include "formats/skerry_error.h"

enum {
	STORE_BUSY_MS = 60000, /* how long one waits for another, where a schema says nothing */
	STORE_KEPT_MAX = 256,  /* statements kept prepared */
	STORE_BULK_KIB = 32768 /* of the database in memory, during a large change */
};

struct store_schema {
	int32_t application_id;        /* file(1) and store_open know such a database by it */
	int version;                   /* the present one, from 1 */
	const char *sql;               /* makes it, and sets application_id and user_version */
	const char *const *migrations; /* [v] brings version v to v + 1; none leads to 1 */
	/* [v] makes what version v lacks in tables of this connection; where NULL, none older is read. */
	const char *const *readings;
	int busy_ms;   /* how long one waits for another; 0: STORE_BUSY_MS */
	int value_max; /* bytes of a text or blob; 0: what SQLite allows */
	int cache_kib; /* of the database in memory; 0: as SQLite has it, 2000 */
	int page_size; /* of a new one; 0: as SQLite has it, 4096 */
	int log_pages; /* that the log may have before they go into the file; 0: as SQLite has it, 1000 */
};

struct store;
struct store_kept;
struct sqlite3_stmt;

struct store_query {
	struct store *store;
	struct sqlite3_stmt *statement;
	struct store_kept *kept; /* where it goes back to; NULL: nowhere */
	int bound;
	enum skerry_err err;
};

/*
 * For a program whose main thread alone uses databases, before it opens the first one: SQLite then
 * takes no locks within the process. Never from a library, which shares SQLite with its host.
 */
void store_claim_process(void);
/* The same for a program whose threads have databases of their own, each its. */
void store_claim_threads(void);

/* Makes a new database with the present schema. EXISTS when the file is there. */
enum skerry_err store_create(
	const char *path, const struct store_schema *schema, struct store **ret_store);
enum skerry_err store_open(
	const char *path, const struct store_schema *schema, struct store **ret_store);
/* For reading alone. An older one as the schema's `readings` say; without them it is STORE_VERSION. */
enum skerry_err store_open_to_read(
	const char *path, const struct store_schema *schema, struct store **ret_store);
/* Harmless on NULL. An open transaction is rolled back. */
void store_close(struct store *store);

/*
 * Everything read from here on is one state of the database, whatever others write, until
 * store_rollback. *ret_begun is false within a change, which reads one state already and goes on.
 */
enum skerry_err store_begin_reading(struct store *store, bool *ret_begun);

/* A change: store_begin takes the writer's lock. Rolling back without one is harmless. */
enum skerry_err store_begin(struct store *store);
enum skerry_err store_commit(struct store *store);
void store_rollback(struct store *store);

/* What the database said about the last error, for people who mend databases. Never NULL. */
const char *store_detail(const struct store *store);

/*
 * From now on a large change: more of the database stays in memory, since what a change of many rows
 * touches all over its indexes would be read and written again and again.
 */
void store_expect_bulk(struct store *store);

/* From now on what is deleted is overwritten: by default that depends on how SQLite was built. */
enum skerry_err store_erase_for_good(struct store *store);

/*
 * Prepares `sql`, which outlives the query. The same text again is not prepared anew: statements are
 * kept, and one that is in use is never handed out a second time.
 */
void store_query(struct store *store, struct store_query *ret_query, const char *sql);

/* Each binds the next '?'. Memory is borrowed until store_done. */
void store_bind_int(struct store_query *q, int64_t value);
void store_bind_text(struct store_query *q, const char *terminated);     /* NULL: null */
void store_bind_optional(struct store_query *q, const char *terminated); /* empty: null */
void store_bind_bytes(
	struct store_query *q, const uint8_t *bytes, size_t bytes_len); /* NULL: null */
void store_bind_date(struct store_query *q, int64_t at);                /* LICENSE_NEVER: null */
void store_bind_null(struct store_query *q);
/*
 * Binds '?1', '?2', ... by number, for statements put together of parts: one that this statement
 * does not have is passed over.
 */
void store_bind_int_at(struct store_query *q, int number, int64_t value);
void store_bind_text_at(struct store_query *q, int number, const char *terminated);

/* The next row: true while there is one. */
bool store_step(struct store_query *q);

/* Columns of the present row, from 0. Text and bytes are borrowed until the next step. */
int64_t store_int(struct store_query *q, int column);
int64_t store_date(struct store_query *q, int column);            /* null: LICENSE_NEVER */
const char *store_chars(struct store_query *q, int column);       /* null: NULL */
struct cbor_bytes store_bytes(struct store_query *q, int column); /* null: absent */
bool store_is_null(struct store_query *q, int column);
/* Copies text, at most text_max - 1 bytes of it, and terminates; null becomes "". */
void store_text(struct store_query *q, int column, char *ret_text, size_t text_max);

/* Ends the query: the latched error. */
enum skerry_err store_done(struct store_query *q);
/* Steps through a statement that returns nothing, and ends it. */
enum skerry_err store_run(struct store_query *q);

/* The rowid of the last insert; how many rows the last statement changed, and all since the opening. */
int64_t store_last_id(const struct store *store);
int64_t store_changes(const struct store *store);
int64_t store_total_changes(const struct store *store);

#endif
