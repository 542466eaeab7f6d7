/* SPDX-License-Identifier: ISC */
/*
 * Each call to the disk fails once, and from there on for good, as a bad or a full disk does it: who
 * changes something is told, what was there before stays, and a question is answered all the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/fault/site_life.h"
#include "tests/unit/fixture_every.h"
#include "tests/unit/fixture_tree.h"

enum { CALLS_MAX = 400 };

static char copy[64];

static int
set_up(void **state)
{
	life_set_up(state);
	tree_make(copy);
	life_make_license();
	life_must("init --trust %s/vendor.manifest", 0);
	life_must("import %s/new.license", 0);
	life_must("import %s/second.manifest", 0);
	life_must("status --domain hotel.example", 0);
	life_must("backup %s/site.backup", 0);
	life_wait(3 * 3600);
	life_make_bundle();
	life_make_license();
	tree_copy(life.folder, copy);
	return 0;
}

static int
tear_down(void **state)
{
	tree_remove(copy);
	return life_tear_down(state);
}

static void
put_back_as_it_was(void)
{
	struct life_look look;

	tree_copy(copy, life.folder);
	life.is_site = true;
	life.acknowledged = 1;
	life_look("as it was", false, &look);
	life_acknowledge(&look);
}

static bool
is_question(const char *line)
{
	return strncmp(line, "status", 6) == 0;
}

static void
check_told(const char *line, const char *after, const struct life_run *run, bool readable)
{
	if (run->killed || run->status < 0 || run->status > 2)
		fail_msg("%s: exit %d: %s", after, run->status, run->output);
	/* Who is refused is told why and what to do. */
	if (run->status != 0 && strlen(run->output) < 20)
		fail_msg("%s: exit %d, and nobody is told: %s", after, run->status, run->output);
	if (is_question(line) && readable &&
		(run->status != 0 || strstr(run->output, "hotelhub") == NULL))
		fail_msg("%s: no answer, exit %d: %s", after, run->status, run->output);
}

static void
fail_at_every_call(const char *line, enum disk_way way, int kinds, int error)
{
	struct disk_plan plan = { .way = way, .kinds = kinds, .at = 1, .error = error };
	long calls = CALLS_MAX;

	for (; plan.at <= calls; plan.at += every_nth()) {
		struct life_look look;
		struct life_run run;
		char after[160];

		put_back_as_it_was();
		if (plan.at == 1) {
			const struct disk_plan works = { .way = DISK_WORKS, .kinds = kinds };

			life_run(line, &works, &run);
			calls = run.calls;
			assert_int_equal(run.status, 0);
			assert_true(calls > 0 && calls < CALLS_MAX);
			put_back_as_it_was();
		}
		life_run(line, &plan, &run);
		snprintf(after, sizeof after, "%s, call %ld fails with %s%s", line, plan.at,
			strerror(error), way == DISK_FAILS_ALL ? " and all behind it" : "");
		check_told(line, after, &run, (kinds & DISK_OPEN) == 0);
		life_look(after, false, &look);
		/* What was said to be done is done. */
		if (strncmp(line, "import", 6) == 0 && run.status == 0 && look.edition < 2)
			fail_msg("%s: exit 0, but not imported", after);
	}
	print_message("%s: %ld calls\n", line, calls);
}

static const char *const LINES[] = { "import %s/new.license", "import %s/bundle.txt",
	"status --domain other.example", "backup %s/site.backup --force",
	"restore %s/site.backup" };

static void
bad_disk_is_told_and_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		fail_at_every_call(LINES[i], DISK_FAILS_ONE, DISK_ALL, EIO);
		fail_at_every_call(LINES[i], DISK_FAILS_ONE, DISK_CHANGES, EIO);
		fail_at_every_call(LINES[i], DISK_FAILS_ALL, DISK_WRITE | DISK_SYNC, EIO);
	}
}

static void
full_disk_is_told_and_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
		fail_at_every_call(
			LINES[i], DISK_FAILS_ALL, DISK_WRITE | DISK_SIZE | DISK_CREATE, ENOSPC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			bad_disk_is_told_and_loses_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			full_disk_is_told_and_loses_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
