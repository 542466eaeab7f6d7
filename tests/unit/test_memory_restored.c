/* SPDX-License-Identifier: ISC */
/*
 * A site's database, or its folder but for one second record, is put back as it was at any earlier
 * moment of a life: noticed each time, and never where nothing was put back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_tree.h"
#include "verifier/confirm.h"
#include "verifier/state/site_backup.h"

static struct signed_document document;
static uint64_t edition;
static char kept[64]; /* of what is carried away: a backup */

/* --- a life ----------------------------------------------------------------------------------- */

static void
take_new(void)
{
	ceremony_license(&license_made);
	license_made.edition = ++edition;
	license_made.ladder.rebind_grace_s = 14 * DAY;
	license_made.domains[0] = cbor_text_from_chars("a.example");
	license_made.domains_len = 1;
	site_sign_license(&document);
	assert_int_equal(site_take(&document.document, 1, site_now(&site)), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
}

static void
take_again(void)
{
	assert_int_equal(site_take(&document.document, 1, site_now(&site)), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_HELD);
}

static void
live_for_hours(void)
{
	site_live_until(site_now(&site) + 7200);
}

static void
live_for_days(void)
{
	site_live_until(site_now(&site) + 3 * DAY);
}

static void
ask_for_another_domain(void)
{
	memory_ask("a.example");
	memory_ask("b.example");
}

static void
take_for_that_domain(void)
{
	ceremony_license(&license_made);
	license_made.edition = ++edition;
	license_made.domains[0] = cbor_text_from_chars("b.example");
	license_made.domains_len = 1;
	site_sign_license(&document);
	assert_int_equal(site_take(&document.document, 1, site_now(&site)), SKERRY_OK);
	memory_ask("b.example");
}

static void
see_a_clock_far_ahead(void)
{
	struct clock_reading reading = site_reading();

	reading.wall += 100 * DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	memory_ask("b.example");
	live_for_hours();
}

static void
confirm_a_date(void)
{
	const struct site_query machine = { .custom_len = 0 };
	struct clock_reading reading = site_reading();
	struct confirm_result result;

	reading.wall += 70 * DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_int_equal(confirm_clock(&site, &reading, reading.wall - DAY, reading.wall + DAY,
				 &machine, &result),
		SKERRY_OK);
	assert_int_equal(result.answer, CONFIRM_DONE);
}

static void
make_a_backup(void)
{
	struct site_backup_written written;
	char path[80];

	snprintf(path, sizeof path, "%s/site.backup", kept);
	assert_int_equal(site_backup_write(site.memory, path, true, &written), SKERRY_OK);
}

static void
let_old_rows_go(void)
{
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	for (int i = 0; i < JOURNAL_SPARE_MAX + 50; i++)
		assert_int_equal(
			memory_tell(site.memory, "test", "row", "number=%d", i), SKERRY_OK);
	assert_int_equal(journal_trim(site.memory->store, 20), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, true), SKERRY_OK);
}

static void (*const STEPS[])(void) = { take_new, take_again, live_for_hours, take_again,
	live_for_days, take_new, ask_for_another_domain, live_for_hours, take_for_that_domain,
	see_a_clock_far_ahead, make_a_backup, take_again, let_old_rows_go, confirm_a_date, take_new,
	live_for_hours };

enum { STEPS_LEN = sizeof STEPS / sizeof *STEPS };

/* --- putting back ----------------------------------------------------------------------------- */

static const struct way {
	const char *what, *stays[3]; /* files that are as they were last */
	bool noticed;
} WAYS[] = {
	{ "the folder without the mark", { "state.mark" }, true },
	{ "the folder without the clock", { "site.clock" }, true },
	{ "the folder without both", { "state.mark", "site.clock" }, true },
	{ "the database alone", { "state.mark", "site.clock", "licenses" }, true },
	/* Nothing is left that could tell: the vendor sees it at the next exchange. */
	{ "all of the folder", { NULL }, false },
};

static void
move_back(const char *last, const char *name)
{
	char from[128], to[128];

	snprintf(from, sizeof from, "%s/%s", last, name);
	snprintf(to, sizeof to, "%s/%s", folder, name);
	if (strcmp(name, "licenses") == 0)
		tree_copy(from, to);
	else
		assert_int_equal(rename(from, to), 0);
}

static void
put_back(const struct way *way, const char *then, const char *last)
{
	char scratch[64];

	tree_make(scratch);
	tree_copy(last, scratch);
	tree_copy(then, folder);
	for (size_t i = 0; i < 3 && way->stays[i] != NULL; i++)
		move_back(scratch, way->stays[i]);
	tree_remove(scratch);
}

static void
check_put_back(const struct way *way, const char *what)
{
	memory_open_again();
	if (site.memory->news.rolled_back != way->noticed || site.memory->news.rebuilt)
		fail_msg("%s: rolled back %d, rebuilt %d", what, site.memory->news.rolled_back,
			site.memory->news.rebuilt);
	assert_int_equal(memory_ask("b.example").facts.state_rollback, way->noticed);
	memory_assert_whole();
	site_reopen();
	/* It is told once, and goes on. */
	assert_false(site.memory->news.rolled_back);
	assert_int_equal(memory_ask("b.example").facts.state_rollback, way->noticed);
	site_close(&site);
}

static void
older_state_is_noticed_whichever_record_survives(void **state)
{
	char copies[STEPS_LEN][64], open_copies[STEPS_LEN][64];

	(void)state;
	tree_make(kept);
	edition = 0;
	for (size_t i = 0; i < STEPS_LEN; i++) {
		STEPS[i]();
		/* As a copy taken while it runs, its log beside it; and as one of a closed folder. */
		tree_make(open_copies[i]);
		tree_copy(folder, open_copies[i]);
		site_close(&site);
		tree_make(copies[i]);
		tree_copy(folder, copies[i]);
		memory_open_again();
		assert_false(site.memory->news.rolled_back || site.memory->news.mark_lost);
		assert_true(site.memory->rollback_since == LICENSE_NEVER);
		memory_assert_whole();
	}
	site_close(&site);
	for (size_t i = 0; i + 1 < STEPS_LEN; i++)
		for (size_t j = 0; j < sizeof WAYS / sizeof *WAYS; j++)
			for (int open = 0; open < 2; open++) {
				char what[128];

				snprintf(what, sizeof what, "%s, of step %zu, %s", WAYS[j].what, i,
					open ? "open" : "closed");
				put_back(&WAYS[j], open ? open_copies[i] : copies[i],
					copies[STEPS_LEN - 1]);
				check_put_back(&WAYS[j], what);
			}
	/* What is put back is what is there. */
	tree_copy(copies[STEPS_LEN - 1], folder);
	memory_open_again();
	assert_true(site.memory->rollback_since == LICENSE_NEVER);
	for (size_t i = 0; i < STEPS_LEN; i++) {
		tree_remove(copies[i]);
		tree_remove(open_copies[i]);
	}
	tree_remove(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(older_state_is_noticed_whichever_record_survives,
			site_set_up, site_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
