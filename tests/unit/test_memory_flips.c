/* SPDX-License-Identifier: ISC */
/*
 * Each page of a site's database, in the file and in its log, and each byte of its two records outside
 * is flipped: noticed, made good, said; and the answer is what it was.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_tree.h"

enum { PAGE = 4096, LOG_HEADER = 32, FRAME_HEADER = 24 };

static struct signed_document document;
static char as_it_was[64], open_as_it_was[64];
static int64_t time_then;

static int
set_up(void **state)
{
	site_set_up(state);
	site_make_license(&document, 1);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	memory_ask(NULL);
	site_live_until(TODAY + 10 * DAY);
	for (int i = 0; i < 20; i++)
		assert_int_equal(site_take(&document.document, 1, site_now(&site)), SKERRY_OK);
	time_then = site_now(&site);
	tree_make(open_as_it_was);
	tree_copy(folder, open_as_it_was);
	site_close(&site);
	tree_make(as_it_was);
	tree_copy(folder, as_it_was);
	memory_open_again();
	return 0;
}

static int
tear_down(void **state)
{
	tree_remove(as_it_was);
	tree_remove(open_as_it_was);
	return site_tear_down(state);
}

static off_t
size_of(const char *name)
{
	char path[128];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return stat(path, &status) == 0 ? status.st_size : 0;
}

static void
flip(const char *name, off_t at, uint8_t bits)
{
	char path[128];
	uint8_t byte;
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= bits;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Where a page has something: its first bytes say how much, at its end lie the cells. */
static const off_t PLACES[] = { 0, 3, 5, 9, PAGE / 2, PAGE - 40, PAGE - 1 };

/* Time and access are what they were, whatever became of the rest. */
static void
check_answer(const char *what)
{
	struct site_answer answer = memory_ask(NULL);

	if (answer.verdict.state != SKERRY_STATE_ACTIVE || site_now(&site) < time_then - DAY)
		fail_msg("%s: state %d", what, (int)answer.verdict.state);
	memory_assert_whole();
}

static bool
is_noticed(void)
{
	const struct memory_news *news = &site.memory->news;

	return news->rebuilt || news->rolled_back || news->mark_lost || news->broken_seq != 0;
}

/* At once, or at the look that is taken every day; a byte that nothing stands for changes nothing. */
static bool
look(void)
{
	bool noticed;

	memory_open_again();
	noticed = is_noticed();
	if (!noticed) {
		site_live_until(time_then + 2 * DAY);
		site_reopen();
		noticed = is_noticed();
	}
	return noticed;
}

static void
page_of_the_database_is_noticed_and_rebuilt(void **state)
{
	(void)state;
	site_close(&site);
	tree_copy(as_it_was, folder);
	for (off_t page = 0; page < size_of("site.db"); page += PAGE) {
		bool any = false;

		for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
			char what[64];
			bool noticed;

			tree_copy(as_it_was, folder);
			flip("site.db", page + PLACES[i], 0x55);
			snprintf(
				what, sizeof what, "byte %ld of site.db", (long)(page + PLACES[i]));
			noticed = look();
			/* Rebuilt, it says so; and it says it once. */
			if (site.memory->news.rebuilt)
				assert_int_equal(memory_rows("state.rebuilt"), 1);
			if (memory_number("SELECT count(*) FROM journal WHERE kind = "
					  "'journal.broken'") == 0)
				check_answer(what);
			any = any || noticed;
			site_reopen();
			if (noticed && site.memory->news.rebuilt)
				fail_msg("%s: rebuilt again", what);
			site_close(&site);
		}
		if (!any)
			fail_msg("page at %ld is not noticed", (long)page);
	}
	tree_copy(as_it_was, folder);
	memory_open_again();
	assert_false(is_noticed());
}

/* A frame that does not fit ends the log: what came behind it is an older state, and said to be. */
static void
frame_of_the_log_is_noticed(void **state)
{
	off_t frame = LOG_HEADER;

	(void)state;
	site_close(&site);
	tree_copy(open_as_it_was, folder);
	assert_true(size_of("site.db-wal") > LOG_HEADER + FRAME_HEADER + PAGE);
	for (; frame < size_of("site.db-wal"); frame += FRAME_HEADER + PAGE) {
		char what[64];

		tree_copy(open_as_it_was, folder);
		flip("site.db-wal", frame + FRAME_HEADER + PAGE / 2, 0x55);
		snprintf(what, sizeof what, "frame at %ld of the log", (long)frame);
		if (!look())
			fail_msg("%s is not noticed", what);
		check_answer(what);
		site_close(&site);
		tree_copy(open_as_it_was, folder);
	}
	memory_open_again();
	assert_false(is_noticed());
}

/* Of two slots one may be torn and nobody is alarmed; a mark that no slot tells is gone. */
static void
flipped_byte_of_either_record_costs_nothing(void **state)
{
	static const char *const NAMES[] = { "state.mark", "site.clock" };

	(void)state;
	site_close(&site);
	tree_copy(as_it_was, folder);
	for (size_t i = 0; i < 2; i++)
		for (off_t at = 0; at < size_of(NAMES[i]); at += at < 200 || at > 4000 ? 3 : 500) {
			char what[64];

			tree_copy(as_it_was, folder);
			flip(NAMES[i], at, (uint8_t)(1 << at % 8));
			snprintf(what, sizeof what, "byte %ld of %s", (long)at, NAMES[i]);
			memory_open_again();
			if (site.memory->news.rebuilt || site.memory->news.rolled_back)
				fail_msg("%s: rebuilt or rolled back", what);
			check_answer(what);
			site_close(&site);
		}
	tree_copy(as_it_was, folder);
	memory_open_again();
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(page_of_the_database_is_noticed_and_rebuilt),
		AT_A_SITE(frame_of_the_log_is_noticed),
		AT_A_SITE(flipped_byte_of_either_record_costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
