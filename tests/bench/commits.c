/* SPDX-License-Identifier: ISC */
#include "commits.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "bench.h"

static sqlite3 *db;
static sqlite3_stmt *insert;

void
commits_open(const char *folder)
{
	char path[256];

	snprintf(path, sizeof path, "%s/bare.db", folder);
	bench_require(sqlite3_open(path, &db) == SQLITE_OK &&
			      sqlite3_exec(db,
				      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				      "CREATE TABLE IF NOT EXISTS row (holder TEXT, secret BLOB, "
				      "ends_s INTEGER)",
				      NULL, NULL, NULL) == SQLITE_OK &&
			      sqlite3_prepare_v2(db, "INSERT INTO row VALUES (?, ?, ?)", -1,
				      &insert, NULL) == SQLITE_OK,
		"the bare database does not open");
}

void
commits_close(void)
{
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

void
commits_one(void *context)
{
	static int n;
	static const unsigned char secret[16];
	char holder[32];

	(void)context;
	snprintf(holder, sizeof holder, "workstation-%d", n++);
	sqlite3_bind_text(insert, 1, holder, -1, SQLITE_TRANSIENT);
	sqlite3_bind_blob(insert, 2, secret, sizeof secret, SQLITE_STATIC);
	sqlite3_bind_int(insert, 3, n);
	bench_require(sqlite3_step(insert) == SQLITE_DONE, "a bare row is refused");
	sqlite3_reset(insert);
}

int
commits_bench(int argc, char **argv)
{
	char line[32];

	if (argc != 3) {
		fputs("bench commits FOLDER\n", stderr);
		return 2;
	}
	commits_open(argv[2]);
	while (fgets(line, sizeof line, stdin) != NULL) {
		long count = strtol(line, NULL, 10);
		double wall = bare_wall(), cpu = bare_cpu();

		for (long i = 0; i < count; i++)
			commits_one(NULL);
		printf("%.0f %.0f\n", (double)count / (bare_wall() - wall),
			(double)count / (bare_cpu() - cpu));
		fflush(stdout);
	}
	commits_close();
	return 0;
}
