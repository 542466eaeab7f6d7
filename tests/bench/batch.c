/* SPDX-License-Identifier: ISC */
#include "batch.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum { CHUNK = 2000, COLUMNS_MAX = 32, TABLES = 8, PATH_LEN = 4096 };

/* What one sale with one document writes, in the order in which it does. */
static const struct {
	const char *name, *columns; /* NULL: all */
	int each;                   /* rows of a sale */
} TABLE_OF[TABLES] = { { "customer", NULL, 1 }, { "finder", "rowid, words", 1 },
	{ "license_key", NULL, 1 }, { "sale", NULL, 1 }, { "license", NULL, 1 },
	{ "activation", NULL, 1 }, { "document", NULL, 1 }, { "audit", NULL, 4 } };

struct table {
	sqlite3_stmt *from, *into;
	int columns;
	sqlite3_value **values; /* of a chunk */
	int rows;
};

/* CPU of this process, in seconds. */
static double
cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
wall(void)
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

static double
bare_signing(int rows)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
	uint8_t message[400], signature[crypto_sign_BYTES];
	double before;

	crypto_sign_keypair(public_key, secret_key);
	randombytes_buf(message, sizeof message);
	before = cpu();
	for (int i = 0; i < rows; i++) {
		memcpy(message, &i, sizeof i);
		crypto_sign_detached(signature, NULL, message, sizeof message, secret_key);
		bench_require(crypto_sign_verify_detached(
				      signature, message, sizeof message, public_key) == 0,
			"a signature does not pass");
	}
	return cpu() - before;
}

/* --- inserting --------------------------------------------------------------------------------- */

static void
open_table(sqlite3 *done, sqlite3 *empty, int which, struct table *table)
{
	const char *columns = TABLE_OF[which].columns, *name = TABLE_OF[which].name;
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
	table->values = calloc(
		(size_t)(CHUNK * TABLE_OF[which].each * table->columns), sizeof(sqlite3_value *));
	bench_require(table->values != NULL, "no memory");
}

static void
load_chunk(int which, struct table *table)
{
	for (table->rows = 0; table->rows < CHUNK * TABLE_OF[which].each; table->rows++) {
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

/* The rows of sale after sale, as the program writes them. */
static void
insert_chunk(struct table tables[TABLES])
{
	for (int sale = 0; sale < tables[0].rows; sale++)
		for (int which = 0; which < TABLES; which++)
			for (int i = 0; i < TABLE_OF[which].each; i++) {
				int row = sale * TABLE_OF[which].each + i;

				if (row < tables[which].rows)
					insert_row(&tables[which], row);
			}
}

static double
bare_inserting(const char *done_path, const char *empty_path)
{
	struct table tables[TABLES];
	sqlite3 *done, *empty;
	double spent = 0, before;

	bench_require(
		sqlite3_open(done_path, &done) == SQLITE_OK &&
			sqlite3_open_v2(empty_path, &empty,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK,
		"a desk does not open");
	/* As the program has it, its memory too. */
	execute(empty, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
		       "PRAGMA cache_size = -32768; BEGIN IMMEDIATE");
	for (int which = 0; which < TABLES; which++)
		open_table(done, empty, which, &tables[which]);
	do {
		for (int which = 0; which < TABLES; which++)
			load_chunk(which, &tables[which]);
		before = cpu();
		insert_chunk(tables);
		spent += cpu() - before;
		for (int which = 0; which < TABLES; which++)
			free_chunk(&tables[which]);
	} while (tables[0].rows == CHUNK);
	for (int which = 0; which < TABLES; which++) {
		sqlite3_finalize(tables[which].from);
		sqlite3_finalize(tables[which].into);
		free(tables[which].values);
	}
	before = cpu();
	execute(empty, "COMMIT");
	sqlite3_close(empty);
	spent += cpu() - before;
	sqlite3_close(done);
	return spent;
}

/* --- files ------------------------------------------------------------------------------------- */

struct file {
	char name[NAME_MAX + 1];
	uint8_t *bytes;
	size_t len;
};

static bool
load_file(int folder, DIR *entries, struct file *file)
{
	const struct dirent *entry;
	struct stat info;
	int from;

	do
		entry = readdir(entries);
	while (entry != NULL && entry->d_name[0] == '.');
	if (entry == NULL)
		return false;
	from = openat(folder, entry->d_name, O_RDONLY);
	bench_require(from >= 0 && fstat(from, &info) == 0, "a file is not there");
	snprintf(file->name, sizeof file->name, "%s", entry->d_name);
	file->len = (size_t)info.st_size;
	file->bytes = malloc(file->len);
	bench_require(
		file->bytes != NULL && read(from, file->bytes, file->len) == (ssize_t)file->len,
		"a file is not read");
	close(from);
	return true;
}

static void
create_file(int folder, const struct file *file)
{
	int into = openat(folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	bench_require(into >= 0 && write(into, file->bytes, file->len) == (ssize_t)file->len &&
			      close(into) == 0,
		"a file is not made");
}

/* The program's very files, each created and written, and synced once. */
static double
bare_files(const char *made, const char *empty)
{
	struct file *files = calloc(CHUNK, sizeof *files);
	DIR *entries = opendir(made);
	double spent = 0, before;
	size_t len;
	int into;

	bench_require(files != NULL && entries != NULL && mkdir(empty, 0700) == 0, "no folder");
	into = open(empty, O_RDONLY | O_DIRECTORY);
	do {
		for (len = 0; len < CHUNK && load_file(dirfd(entries), entries, &files[len]); len++)
			;
		before = cpu();
		for (size_t i = 0; i < len; i++)
			create_file(into, &files[i]);
		spent += cpu() - before;
		for (size_t i = 0; i < len; i++)
			free(files[i].bytes);
	} while (len == CHUNK);
	before = cpu();
	bench_require(syncfs(into) == 0, "the files are not on the disk");
	spent += cpu() - before;
	closedir(entries);
	close(into);
	free(files);
	return spent;
}

/* --- the program ------------------------------------------------------------------------------- */

struct run {
	double cpu, wall, signing, inserting, files;
	long resident_kb;
};

static void
run_program(char *const *arguments, struct run *ret_run)
{
	double before = wall();
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		bench_require(freopen("/dev/null", "w", stdout) != NULL &&
				      freopen("/dev/null", "w", stderr) != NULL,
			"no /dev/null");
		execv(arguments[0], arguments);
		_exit(127);
	}
	bench_require(child > 0 && wait4(child, &status, 0, &usage) == child && status == 0,
		"the program failed");
	ret_run->wall = wall() - before;
	ret_run->cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	ret_run->resident_kb = usage.ru_maxrss;
}

/* In a process of its own: what it needs of memory would count as the program's at the next fork. */
static void
run_bare(const char *done_path, const char *empty_path, const char *out, int rows,
	struct run *ret_run)
{
	char out_again[PATH_LEN + 8];
	double spent[3];
	int ends[2], status;
	pid_t child;

	snprintf(out_again, sizeof out_again, "%s.again", out);
	bench_require(pipe(ends) == 0, "no pipe");
	child = fork();
	if (child == 0) {
		spent[0] = bare_signing(rows);
		spent[1] = bare_inserting(done_path, empty_path);
		spent[2] = bare_files(out, out_again);
		_exit(write(ends[1], spent, sizeof spent) == sizeof spent ? 0 : 1);
	}
	bench_require(child > 0 && waitpid(child, &status, 0) == child && status == 0 &&
			      read(ends[0], spent, sizeof spent) == sizeof spent,
		"the bare work failed");
	close(ends[0]);
	close(ends[1]);
	ret_run->signing = spent[0];
	ret_run->inserting = spent[1];
	ret_run->files = spent[2];
}

static void
run_shell(const char *format, const char *a, const char *b)
{
	char command[3 * PATH_LEN];

	snprintf(command, sizeof command, format, a, b);
	bench_require(system(command) == 0, command);
}

static void
measure(char *program, const char *desk, char *table, int rows, struct run *ret_run)
{
	char work[PATH_LEN], bare[PATH_LEN], done_path[PATH_LEN + 16], empty_path[PATH_LEN + 16],
		out[PATH_LEN], state[PATH_LEN];
	char *arguments[] = { program, "--desk", work, "license", "new", "--batch", table, "--out",
		out, "--unbound", NULL };

	snprintf(work, sizeof work, "%s.work", desk);
	snprintf(bare, sizeof bare, "%s.bare", desk);
	snprintf(out, sizeof out, "%s.out", desk);
	snprintf(done_path, sizeof done_path, "%s/issuer.db", work);
	snprintf(empty_path, sizeof empty_path, "%s/issuer.db", bare);
	/* The mark outside the desk's folder is of this copy alone. */
	snprintf(state, sizeof state, "%s.state", desk);
	run_shell("rm -rf '%s'%s", state, "");
	bench_require(setenv("XDG_STATE_HOME", state, 1) == 0, "no memory");
	run_shell("cp -r '%s' '%s'", desk, work);
	run_shell("cp -r '%s' '%s'", desk, bare);
	sync();
	run_program(arguments, ret_run);
	sync();
	run_bare(done_path, empty_path, out, rows, ret_run);
	run_shell("rm -rf '%s' '%s'", work, bare);
}

static void
print_run(const struct run *run, int rows, const char *where)
{
	double each = 1e6 / rows, bare = run->signing + run->inserting;
	char title[64];

	snprintf(title, sizeof title, "CPU of a license, table %s", where);
	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f   (at most 1.5)\n", title,
		run->cpu * each, "bare sign, verify, insert", bare * each, run->cpu / bare);
	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f\n", "... with its file on both sides",
		run->cpu * each, "... and bare creation of the file", (bare + run->files) * each,
		run->cpu / (bare + run->files));
	printf("%-34s sign and verify %.1f us, insert %.1f us, file %.1f us\n", "... of which bare",
		run->signing * each, run->inserting * each, run->files * each);
	printf("%-34s %10.1f s    (CPU %.1f s: %.2f processors busy)\n", "... all of them, wall",
		run->wall, run->cpu, run->cpu / run->wall);
	printf("%-34s %10ld kB   (at most 65536)\n", "... resident", run->resident_kb);
}

int
batch_bench(int argc, char **argv)
{
	struct run run;
	int rows;

	bench_require(argc == 7 && sodium_init() >= 0, "bench batch PROGRAM DESK TABLE ROWS WHERE");
	rows = atoi(argv[5]);
	measure(argv[2], argv[3], argv[4], rows, &run);
	print_run(&run, rows, argv[6]);
	return 0;
}
