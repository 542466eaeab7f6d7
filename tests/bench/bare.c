/* SPDX-License-Identifier: ISC */
#include "bare.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum { CHUNK = 2000, COLUMNS_MAX = 40, MESSAGE_MAX = 64 * 1024 };

struct table {
	sqlite3_stmt *from, *into;
	int columns, each;
	sqlite3_value **values; /* of a chunk */
	int rows;
};

double
bare_cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double
bare_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
execute(sqlite3 *db, const char *sql)
{
	bench_require(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	bench_require(
		sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(db));
	return statement;
}

/* --- signing ----------------------------------------------------------------------------------- */

double
bare_signing(int count, size_t message_len)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
	static uint8_t message[MESSAGE_MAX];
	uint8_t signature[crypto_sign_BYTES];
	double before;

	crypto_sign_keypair(public_key, secret_key);
	bench_require(message_len <= MESSAGE_MAX, "a long message");
	randombytes_buf(message, message_len);
	before = bare_cpu();
	for (int i = 0; i < count; i++) {
		memcpy(message, &i, sizeof i);
		crypto_sign_detached(signature, NULL, message, message_len, secret_key);
		bench_require(crypto_sign_verify_detached(
				      signature, message, message_len, public_key) == 0,
			"a signature does not pass");
	}
	return bare_cpu() - before;
}

/* --- inserting --------------------------------------------------------------------------------- */

static void
open_table(sqlite3 *done, sqlite3 *empty, const struct bare_table *of, struct table *table)
{
	const char *columns = of->columns, *name = of->name;
	char sql[512], marks[2 * COLUMNS_MAX + 1] = "?";

	/* Only what the batch added: the desk had rows before. */
	snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE rowid > ? ORDER BY rowid",
		columns == NULL ? "*" : columns, name);
	table->from = prepare(done, sql);
	table->columns = sqlite3_column_count(table->from);
	for (int i = 1; i < table->columns; i++)
		strcat(marks, ",?");
	snprintf(sql, sizeof sql, "INSERT INTO %s%s%s%s VALUES (%s)", name,
		columns == NULL ? "" : " (", columns == NULL ? "" : columns,
		columns == NULL ? "" : ")", marks);
	table->into = prepare(empty, sql);
	snprintf(sql, sizeof sql, "SELECT ifnull(max(rowid), 0) FROM %s", name);
	{
		sqlite3_stmt *last = prepare(empty, sql);

		bench_require(sqlite3_step(last) == SQLITE_ROW, "no last row");
		sqlite3_bind_int64(table->from, 1, sqlite3_column_int64(last, 0));
		sqlite3_finalize(last);
	}
	table->each = of->each;
	table->values =
		calloc((size_t)(CHUNK * table->each * table->columns), sizeof(sqlite3_value *));
	bench_require(table->values != NULL, "no memory");
}

static void
load_chunk(struct table *table)
{
	for (table->rows = 0; table->rows < CHUNK * table->each; table->rows++) {
		if (sqlite3_step(table->from) != SQLITE_ROW)
			return;
		for (int i = 0; i < table->columns; i++)
			table->values[table->rows * table->columns + i] =
				sqlite3_value_dup(sqlite3_column_value(table->from, i));
	}
}

static void
insert_row(struct table *table, int row)
{
	for (int i = 0; i < table->columns; i++)
		sqlite3_bind_value(table->into, i + 1, table->values[row * table->columns + i]);
	bench_require(sqlite3_step(table->into) == SQLITE_DONE, "a row is refused");
	sqlite3_reset(table->into);
}

static void
free_chunk(struct table *table)
{
	for (int i = 0; i < table->rows * table->columns; i++)
		sqlite3_value_free(table->values[i]);
}

/* The rows of piece after piece, as the program writes them. */
static void
insert_chunk(struct table *tables, size_t tables_len)
{
	for (int piece = 0; piece * tables[0].each < tables[0].rows; piece++)
		for (size_t which = 0; which < tables_len; which++)
			for (int i = 0; i < tables[which].each; i++) {
				int row = piece * tables[which].each + i;

				if (row < tables[which].rows)
					insert_row(&tables[which], row);
			}
}

double
bare_inserting(const struct bare_table *of, size_t tables_len, const char *done_path,
	const char *empty_path)
{
	struct table tables[BARE_TABLES_MAX] = { { .rows = 0 } };
	sqlite3 *done, *empty;
	double spent = 0, before;

	bench_require(
		sqlite3_open(done_path, &done) == SQLITE_OK &&
			sqlite3_open_v2(empty_path, &empty,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK,
		"a desk does not open");
	/* As the program has it, its memory too; but that its rows may come in another order. */
	execute(empty,
		"PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
		"PRAGMA cache_size = -32768; BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON");
	for (size_t which = 0; which < tables_len; which++)
		open_table(done, empty, &of[which], &tables[which]);
	do {
		for (size_t which = 0; which < tables_len; which++)
			load_chunk(&tables[which]);
		before = bare_cpu();
		insert_chunk(tables, tables_len);
		spent += bare_cpu() - before;
		for (size_t which = 0; which < tables_len; which++)
			free_chunk(&tables[which]);
	} while (tables[0].rows == CHUNK * tables[0].each);
	for (size_t which = 0; which < tables_len; which++) {
		sqlite3_finalize(tables[which].from);
		sqlite3_finalize(tables[which].into);
		free(tables[which].values);
	}
	before = bare_cpu();
	execute(empty, "COMMIT");
	sqlite3_close(empty);
	spent += bare_cpu() - before;
	sqlite3_close(done);
	return spent;
}

/* --- programs ----------------------------------------------------------------------------------- */

void
bare_run_program(char *const *arguments, struct bare_run *ret_run)
{
	double before;
	struct rusage usage;
	int status;
	pid_t child;

	fflush(stdout);
	before = bare_wall();
	child = fork();
	if (child == 0) {
		bench_require(freopen("/dev/null", "w", stdout) != NULL &&
				      freopen("/dev/null", "w", stderr) != NULL,
			"no /dev/null");
		execv(arguments[0], arguments);
		_exit(127);
	}
	bench_require(child > 0 && wait4(child, &status, 0, &usage) == child && status == 0,
		"the program failed");
	ret_run->wall = bare_wall() - before;
	ret_run->cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	ret_run->resident_kb = usage.ru_maxrss;
}

void
bare_run_apart(void (*work)(void *context, double *results), void *context, double *results,
	size_t results_len)
{
	ssize_t len = (ssize_t)(results_len * sizeof *results);
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	bench_require(pipe(ends) == 0, "no pipe");
	child = fork();
	if (child == 0) {
		work(context, results);
		_exit(write(ends[1], results, (size_t)len) == len ? 0 : 1);
	}
	bench_require(child > 0 && waitpid(child, &status, 0) == child && status == 0 &&
			      read(ends[0], results, (size_t)len) == len,
		"the bare work failed");
	close(ends[0]);
	close(ends[1]);
}

void
bare_run_shell(const char *format, const char *a, const char *b)
{
	char command[3 * BARE_PATH_LEN];

	snprintf(command, sizeof command, format, a, b);
	bench_require(system(command) == 0, command);
}
