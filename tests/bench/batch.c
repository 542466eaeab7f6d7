/* SPDX-License-Identifier: ISC */
#include "batch.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"

enum { CHUNK = 2000, PATH_LEN = BARE_PATH_LEN, TABLES = 8, MESSAGE = 400 };

/* What one sale with one document writes, in the order in which it does. */
static const struct bare_table TABLE_OF[TABLES] = { { "customer", NULL, 1 },
	{ "finder", "rowid, words", 1 }, { "license_key", NULL, 1 }, { "sale", NULL, 1 },
	{ "license", NULL, 1 }, { "activation", NULL, 1 }, { "document", NULL, 1 },
	{ "audit", NULL, 4 } };

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
		before = bare_cpu();
		for (size_t i = 0; i < len; i++)
			create_file(into, &files[i]);
		spent += bare_cpu() - before;
		for (size_t i = 0; i < len; i++)
			free(files[i].bytes);
	} while (len == CHUNK);
	before = bare_cpu();
	bench_require(syncfs(into) == 0, "the files are not on the disk");
	spent += bare_cpu() - before;
	closedir(entries);
	close(into);
	free(files);
	return spent;
}

/* --- the program ------------------------------------------------------------------------------- */

struct run {
	struct bare_run program;
	double signing, inserting, files;
};

/* What the bare work is made of. */
struct places {
	const char *done_path, *empty_path, *out;
	int rows;
};

static void
work_barely(void *context, double *results)
{
	const struct places *places = context;
	char out_again[PATH_LEN + 8];

	snprintf(out_again, sizeof out_again, "%s.again", places->out);
	results[0] = bare_signing(places->rows, MESSAGE);
	results[1] = bare_inserting(TABLE_OF, TABLES, places->done_path, places->empty_path);
	results[2] = bare_files(places->out, out_again);
}

static void
measure(char *program, const char *desk, char *table, int rows, struct run *ret_run)
{
	char work[PATH_LEN], bare[PATH_LEN], done_path[PATH_LEN + 16], empty_path[PATH_LEN + 16],
		out[PATH_LEN], state[PATH_LEN];
	char *arguments[] = { program, "--desk", work, "license", "new", "--batch", table, "--out",
		out, "--unbound", NULL };
	struct places places = { done_path, empty_path, out, rows };
	double spent[3];

	snprintf(work, sizeof work, "%s.work", desk);
	snprintf(bare, sizeof bare, "%s.bare", desk);
	snprintf(out, sizeof out, "%s.out", desk);
	snprintf(done_path, sizeof done_path, "%s/issuer.db", work);
	snprintf(empty_path, sizeof empty_path, "%s/issuer.db", bare);
	/* The mark outside the desk's folder is of this copy alone. */
	snprintf(state, sizeof state, "%s.state", desk);
	bare_run_shell("rm -rf '%s'%s", state, "");
	bench_require(setenv("XDG_STATE_HOME", state, 1) == 0, "no memory");
	bare_run_shell("cp -r '%s' '%s'", desk, work);
	bare_run_shell("cp -r '%s' '%s'", desk, bare);
	sync();
	bare_run_program(arguments, &ret_run->program);
	sync();
	bare_run_apart(work_barely, &places, spent, 3);
	ret_run->signing = spent[0];
	ret_run->inserting = spent[1];
	ret_run->files = spent[2];
	bare_run_shell("rm -rf '%s' '%s'", work, bare);
}

static void
print_run(const struct run *run, int rows, const char *where)
{
	double each = 1e6 / rows, bare = run->signing + run->inserting;
	char title[64];

	snprintf(title, sizeof title, "CPU of a license, table %s", where);
	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f   (at most 1.5)\n", title,
		run->program.cpu * each, "bare sign, verify, insert", bare * each,
		run->program.cpu / bare);
	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f\n", "... with its file on both sides",
		run->program.cpu * each, "... and bare creation of the file",
		(bare + run->files) * each, run->program.cpu / (bare + run->files));
	printf("%-34s sign and verify %.1f us, insert %.1f us, file %.1f us\n", "... of which bare",
		run->signing * each, run->inserting * each, run->files * each);
	printf("%-34s %10.1f s    (CPU %.1f s: %.2f processors busy)\n", "... all of them, wall",
		run->program.wall, run->program.cpu, run->program.cpu / run->program.wall);
	printf("%-34s %10ld kB   (at most 65536)\n", "... resident", run->program.resident_kb);
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
