/* SPDX-License-Identifier: ISC */
/* A table of sales: all of it or nothing, also when the program is killed; the same table again. */
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_every.h"
#include "fixture_desk.h"
#include "issuer/batch.h"
#include "issuer/desk/audit.h"

enum { KILLS = 1000, KILL_ROWS = 6, DESK_KILLS = 100 /* before a fresh desk */ };

/* A kill loses nothing that was written, so the tests do not wait for the disk. */
int
fsync(int file)
{
	(void)file;
	return 0;
}

int
fdatasync(int file)
{
	(void)file;
	return 0;
}

int
syncfs(int file)
{
	(void)file;
	return 0;
}

static struct csv csv;

static int64_t
count(struct desk *desk, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(desk->store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

static enum skerry_err
take_all(struct batch *batch, const char *text)
{
	size_t len = strlen(text), used;
	enum skerry_err err = SKERRY_OK;
	enum csv_event event;

	csv_init(&csv);
	for (size_t at = 0; at < len && err == SKERRY_OK; at += used) {
		event = csv_read(&csv, text + at, len - at, &used);
		if (event != CSV_MORE)
			err = batch_take(batch, &csv, event);
	}
	while (err == SKERRY_OK && (event = csv_end(&csv)) != CSV_MORE)
		err = batch_take(batch, &csv, event);
	return err == SKERRY_OK ? batch_end(batch) : err;
}

/* Runs a table to its end; what it counted and its faults, "line:column!code " each. */
static struct batch_tally tally;
static char faults[8192];

static enum skerry_err
run(struct desk_fixture *fixture, const char *text, const char *out)
{
	struct batch_options options = { .defaults = { .unbound = true }, .out = out };
	struct batch *batch;
	const struct batch_fault *found;
	size_t len = 0, found_len;
	enum skerry_err err;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	err = batch_open(&fixture->desk, &options, &batch);
	if (err != SKERRY_OK) {
		desk_rollback(&fixture->desk);
		return err;
	}
	err = take_all(batch, text);
	tally = *batch_tallied(batch);
	faults[0] = '\0';
	found = batch_faults(batch, &found_len);
	for (size_t i = 0; i < found_len && len < sizeof faults - 128; i++)
		len += (size_t)snprintf(faults + len, sizeof faults - len, "%zu:%s!%s ",
			found[i].line, found[i].column == NULL ? "-" : found[i].column,
			skerry_err_name(found[i].err));
	if (err == SKERRY_OK && out != NULL) {
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
		err = batch_keep(batch);
	} else {
		desk_rollback(&fixture->desk);
	}
	batch_close(batch);
	return err;
}

static char *
folder(struct desk_fixture *fixture, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
	return path;
}

static char *
read_file(const char *path, const char *name)
{
	static char text[2][65536];
	static int turn;
	char whole[512];
	FILE *file;
	size_t len;

	turn = !turn;
	snprintf(whole, sizeof whole, "%s/%s", path, name);
	file = fopen(whole, "rb");
	assert_non_null(file);
	len = fread(text[turn], 1, sizeof text[turn] - 1, file);
	text[turn][len] = '\0';
	fclose(file);
	return text[turn];
}

static size_t
count_files(const char *path)
{
	DIR *entries = opendir(path);
	size_t files = 0;

	if (entries == NULL)
		return 0;
	for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
		files += entry->d_name[0] != '.';
	closedir(entries);
	return files;
}

/* License files in the folder and in what stands beside it under another name. */
static size_t
count_licenses(const char *path)
{
	char pattern[512];
	glob_t found;
	size_t files;

	snprintf(pattern, sizeof pattern, "%s*/*.license", path);
	assert_true(glob(pattern, 0, NULL, &found) != GLOB_ABORTED);
	files = found.gl_pathc;
	globfree(&found);
	return files;
}

/* --- what a table does ------------------------------------------------------------------------- */

static const char TABLE[] = "plan,customer,name,payment,starter,domain\n"
			    "hotelhub/hms/island,owner@grand.example,,P-1,,\n"
			    "hotelhub/hms/island,new@laut.example,\"Hotel \"\"Laut\"\"\",P-2,30d,\n"
			    "hotelhub/hms/island,NEW@laut.example,,P-3,8h,b.example A.example\n"
			    ",,,,,\n";

static void
table_is_sold_and_written(void **state)
{
	struct desk_fixture *fixture = *state;
	char *out = folder(fixture, "out");
	int64_t bad;

	assert_int_equal(run(fixture, TABLE, out), SKERRY_OK);
	assert_int_equal(tally.rows, 3);
	assert_int_equal(tally.licenses, 3);
	assert_int_equal(tally.customers, 1);
	assert_int_equal(tally.documents, 5);
	assert_int_equal(tally.unpaid, 0);
	assert_int_equal(count_files(out), 6);
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM license"), 3);
	assert_int_equal(
		count(&fixture->desk, "SELECT count(*) FROM document WHERE kind = 'license'"), 5);
	assert_int_equal(
		count(&fixture->desk, "SELECT count(*) FROM audit WHERE action = 'license.issue'"),
		5);
	assert_int_equal(
		count(&fixture->desk, "SELECT count(*) FROM audit WHERE action = 'license.batch'"),
		1);
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM activation"
					       " WHERE domains = 'a.example b.example'"),
		1);
	assert_int_equal(audit_chain_holds(fixture->desk.store, &bad), SKERRY_OK);
}

/* Every cell but the status, which then says "repeated". */
static void
table_again_gives_the_same(void **state)
{
	struct desk_fixture *fixture = *state;
	char first[128], *second, *a, *b;
	DIR *entries;

	snprintf(first, sizeof first, "%s", folder(fixture, "first"));
	assert_int_equal(run(fixture, TABLE, first), SKERRY_OK);
	desk_fixture_reopen(fixture);
	second = folder(fixture, "second");
	assert_int_equal(run(fixture, TABLE, second), SKERRY_OK);
	assert_int_equal(tally.repeated, 3);
	assert_int_equal(tally.licenses, 0);
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM license"), 3);
	assert_int_equal(
		count(&fixture->desk, "SELECT count(*) FROM document WHERE kind = 'license'"), 5);
	assert_int_equal(count_files(second), 6);
	entries = opendir(first);
	assert_non_null(entries);
	for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		if (strstr(entry->d_name, ".license") == NULL)
			continue;
		assert_string_equal(
			read_file(first, entry->d_name), read_file(second, entry->d_name));
	}
	closedir(entries);
	a = read_file(first, "keys.csv");
	b = read_file(second, "keys.csv");
	for (char *word; (word = strstr(b, ",repeated,")) != NULL;) {
		memmove(word + 4, word + 9, strlen(word + 9) + 1);
		memcpy(word, ",new", 4);
	}
	assert_string_equal(a, b);
}

static void
bad_rows_are_named_and_nothing_is_written(void **state)
{
	static char long_name[10240 + 64];
	static const struct {
		const char *rows, *faults;
	} BAD[] = {
		{ "hotelhub/hms/islnd,a@b.example,,X-1,,\n", "2:plan!not_found " },
		{ "hotelhub/hms,a@b.example,,X-1,,\n", "2:plan!argument " },
		{ ",a@b.example,,X-1,,\n", "2:plan!csv_value " },
		{ "hotelhub/hms/island,,,X-1,,\n", "2:customer!csv_value " },
		{ "hotelhub/hms/island,a@@b,,X-1,,\n", "2:customer!argument " },
		{ "hotelhub/hms/island,owner@grand.example,Petit Hotel,X-1,,\n",
			"2:customer!exists " },
		{ "hotelhub/hms/island,a@b.example,=1+1,X-1,,\n", "2:name!csv_formula " },
		{ "hotelhub/hms/island,a@b.example,@x,X-1,,\n", "2:name!csv_formula " },
		{ "hotelhub/hms/island,a@b.example,\"a\nb\",X-1,,\n", "2:name!argument " },
		{ "hotelhub/hms/island,a@b.example,\xe2\x80\xaexyz,X-1,,\n", "2:name!argument " },
		{ "hotelhub/hms/island,a@b.example,\xff,X-1,,\n", "2:name!csv_value " },
		{ "hotelhub/hms/island,a@b.example,,X-1,soon,\n", "2:starter!duration " },
		{ "hotelhub/hms/island,a@b.example,,X-1,-1d,\n", "2:starter!csv_formula " },
		{ "hotelhub/hms/island,a@b.example,,X-1,,http://x/\n", "2:domain!csv_value " },
		{ "hotelhub/hms/island,a@b.example\n", "2:name!csv_cells " },
		{ "hotelhub/hms/island,a@b.example,\"x,X-1,,\n", "2:name!csv_quote " },
		{ long_name, "2:name!csv_length " },
		{ "hotelhub/hms/island hotelhub/hms/island,a@b.example,,X-1,,\n",
			"2:plan!exists " },
		{ "hotelhub/hms/island,a@b.example,,X-1,,\nhotelhub/hms/"
		  "island,c@b.example,,X-1,,\n",
			"3:payment!exists " },
		{ "hotelhub/hms/island,a@b.example,,X-1,,\n"
		  "hotelhub/hms/island,a@b.example,,X-1,,x.example\n",
			"3:payment!exists " },
		{ "hotelhub/hms/island,a@b.example,One,X-1,,\n"
		  "hotelhub/hms/island,a@b.example,Two,X-2,,\n",
			"3:customer!exists " },
		/* Half of them good: each bad one is named. */
		{ "hotelhub/hms/island,a@b.example,,X-1,,\nx,a@b.example,,X-2,,\n"
		  "hotelhub/hms/island,c@b.example,,X-3,,\ny,,,,,\n",
			"3:plan!argument 5:customer!csv_value " },
	};
	struct desk_fixture *fixture = *state;
	char text[16384];

	strcpy(long_name, "hotelhub/hms/island,a@b.example,");
	memset(long_name + strlen(long_name), 'x', 10240);
	strcat(long_name, ",X-1,,\n");
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		snprintf(text, sizeof text, "plan,customer,name,payment,starter,domain\n%s",
			BAD[i].rows);
		for (int check = 0; check < 2; check++) {
			assert_int_equal(run(fixture, text, check ? NULL : folder(fixture, "bad")),
				SKERRY_ERR_CSV_ROWS);
			assert_string_equal(faults, BAD[i].faults);
			/* One file: the database beside which something would stand. */
			assert_int_equal(count_files(fixture->folder), 1);
		}
	}
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM license"), 0);
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM customer"), 1);
}

static void
titles_are_held_to_their_names(void **state)
{
	static const struct {
		const char *text;
		enum skerry_err err;
	} TITLES[] = {
		{ "", SKERRY_ERR_CSV_EMPTY },
		{ "plan,customer\n", SKERRY_ERR_CSV_EMPTY },
		{ "plan,customer\n,\n", SKERRY_ERR_CSV_EMPTY },
		{ "plan,custmer\n", SKERRY_ERR_CSV_HEADER },
		{ "plan,customer,plan\n", SKERRY_ERR_CSV_HEADER },
		{ "customer,payment\n", SKERRY_ERR_CSV_HEADER },
		{ "plan,payment\n", SKERRY_ERR_CSV_HEADER },
		{ "plan,customer,\n", SKERRY_ERR_CSV_HEADER },
		{ "plan,\"customer\nx\n", SKERRY_ERR_CSV_QUOTE },
		{ "\xff\xfep\n", SKERRY_ERR_DOCUMENT_UTF16 },
		{ "\xef\xbb\xbf PLAN ; Customer \r\nhotelhub/hms/island;a@b.example\r\n",
			SKERRY_OK },
	};
	struct desk_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++)
		assert_int_equal(run(fixture, TITLES[i].text, NULL), TITLES[i].err);
	assert_int_equal(tally.unpaid, 1);
	assert_int_equal(count(&fixture->desk, "SELECT count(*) FROM license"), 0);
}

static void
more_bad_rows_than_are_kept_are_counted(void **state)
{
	static char text[65536];
	struct desk_fixture *fixture = *state;
	size_t len = (size_t)snprintf(text, sizeof text, "plan,customer\n");

	for (int i = 0; i < 1000; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s\n",
			i % 3 == 0   ? "x,y"
			: i % 3 == 1 ? "hotelhub/hms/island,@"
				     : "one cell");
	assert_int_equal(run(fixture, text, folder(fixture, "out")), SKERRY_ERR_CSV_ROWS);
	assert_int_equal(tally.bad, 1000);
	assert_int_equal(tally.rows, 1000);
	assert_non_null(strstr(faults, "101:"));
	assert_null(strstr(faults, "102:"));
}

/* --- killed ------------------------------------------------------------------------------------ */

/* The table of one attempt: payments and customers that no other has. */
static void
write_table(int attempt, char *ret_text, size_t text_max)
{
	size_t len = (size_t)snprintf(ret_text, text_max, "plan,customer,payment\n");

	for (int i = 0; i < KILL_ROWS; i++)
		len += (size_t)snprintf(ret_text + len, text_max - len,
			"hotelhub/hms/island,c%d@k%d.example,K-%d-%d\n", i, attempt, attempt, i);
}

/* What a child does until it is killed, or done. */
static void
work_until_killed(struct desk_fixture *fixture, int attempt, const char *out)
{
	char text[2048];

	write_table(attempt, text, sizeof text);
	desk_fixture_reopen(fixture);
	_exit(run(fixture, text, out) == SKERRY_OK ? 0 : 1);
}

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Lets a child run for `us`, or to its end where that is negative, kills it, and tells whether it was done before. */
static bool
run_and_kill(struct desk_fixture *fixture, int attempt, const char *out, int64_t us)
{
	int64_t until = now_us() + us;
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0)
		work_until_killed(fixture, attempt, out);
	/* Waiting by the clock spreads the kills over the work; it decides nothing. */
	while (us < 0 || now_us() < until) {
		if (waitpid(child, &status, WNOHANG) == child)
			return true;
		usleep(50);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return WIFEXITED(status);
}

struct kept {
	int64_t licenses, documents, rows;
};

static struct kept
look(struct desk *desk)
{
	return (struct kept){ count(desk, "SELECT count(*) FROM license"),
		count(desk, "SELECT count(*) FROM document WHERE kind = 'license'"),
		count(desk, "SELECT count(*) FROM audit WHERE action = 'license.batch'") };
}

/*
 * After each kill: everything is recorded or nothing, the log's chain holds, and a folder that has
 * its name is whole. What stands beside it has no license that anybody could use unless it is
 * recorded. The kills are spread over the time that a whole run takes.
 */
static void
killed_at_any_moment_all_or_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t whole_us = 0;
	int done = 0, kept = 0, nothing = 0;

	for (int attempt = 0; attempt < KILLS; attempt += (int)every_nth()) {
		struct kept before, after;
		char out[128];
		int64_t started, bad = 0;

		if (attempt % DESK_KILLS < every_nth() && attempt > 0) {
			desk_fixture_remove(state);
			desk_fixture_make(state);
			fixture = *state;
		}
		snprintf(out, sizeof out, "%s", folder(fixture, "out"));
		desk_fixture_reopen(fixture);
		before = look(&fixture->desk);
		desk_close(&fixture->desk);
		started = now_us();
		if (run_and_kill(fixture, attempt, out,
			    attempt % 25 == 0 ? -1 : whole_us * (attempt % 97) / 90)) {
			done++;
			whole_us = now_us() - started;
		}
		desk_fixture_reopen(fixture);
		after = look(&fixture->desk);
		if (after.licenses == before.licenses) {
			nothing++;
			assert_int_equal(after.documents, before.documents);
			assert_int_equal(after.rows, before.rows);
			assert_int_equal(count_files(out), 0);
			assert_int_equal(count_licenses(out), 0);
		} else {
			kept++;
			assert_int_equal(after.licenses, before.licenses + KILL_ROWS);
			assert_int_equal(after.documents, before.documents + KILL_ROWS);
			assert_int_equal(after.rows, before.rows + 1);
			assert_true(count_files(out) == 0 || count_files(out) == KILL_ROWS + 1);
		}
		if (attempt % 10 == 0)
			assert_int_equal(audit_chain_holds(fixture->desk.store, &bad), SKERRY_OK);
		{
			char command[192];

			snprintf(command, sizeof command, "rm -rf '%s'*", out);
			assert_int_equal(system(command), 0);
		}
	}
	print_message("%d ended, %d recorded, %d not\n", done, kept, nothing);
	assert_true(done > 0 && kept >= done && nothing > 0);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(table_is_sold_and_written),
		AT_DESK(table_again_gives_the_same),
		AT_DESK(bad_rows_are_named_and_nothing_is_written),
		AT_DESK(titles_are_held_to_their_names),
		AT_DESK(more_bad_rows_than_are_kept_are_counted),
		AT_DESK(killed_at_any_moment_all_or_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
