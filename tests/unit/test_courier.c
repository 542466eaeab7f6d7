/* SPDX-License-Identifier: ISC */
/*
 * A drop folder and a stick: when they are met, what is told of what they bring, and how often. Time is the
 * test's; the folder's own times are the kernel's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_site.h"
#include "fixture_stick.h"
#include "fixture_tree.h"
#include "verifier/daemon/courier.h"

static char place[TREE_PATH_MAX];
static struct courier *courier;
static struct keeper_met met;
static FILE *told;
static struct log log_;
static int64_t now; /* milliseconds */

static int
set_up(void **state)
{
	assert_int_equal(site_set_up(state), 0);
	tree_make(place);
	memset(&met, 0, sizeof met);
	told = tmpfile();
	assert_non_null(told);
	log_ = (struct log){ .fd = fileno(told), .level = LOG_CALLS };
	now = 1000000;
	courier = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	courier_free(courier);
	fclose(told);
	tree_remove(place);
	return site_tear_down(state);
}

/* How many lines of the log have that in them. */
static size_t
lines_with(const char *words)
{
	char line[LOG_LINE_MAX];
	size_t count = 0;

	rewind(told);
	while (fgets(line, sizeof line, told) != NULL)
		count += strstr(line, words) != NULL;
	return count;
}

static void
put_license(const char *name, uint64_t edition)
{
	static struct signed_document license;

	site_make_license(&license, edition);
	stick_put(place, name, license.document.bytes.data, license.document.bytes.len);
}

/* Time goes by until it is ready, a minute at most. */
static bool
becomes_ready(int64_t limit_ms)
{
	for (int64_t until = now + limit_ms; now <= until; now += 50)
		if (courier_is_ready(courier, now))
			return true;
	return false;
}

static bool
meet(void)
{
	return courier_meet(courier, &site, &log_, &met, now);
}

static void
drop_folder_is_met_when_it_has_changed(void **state)
{
	(void)state;
	courier = courier_new(place, false, now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS));
	assert_false(meet());
	assert_int_equal(courier->err, SKERRY_OK);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
	put_license("a.license", 1);
	courier_notice(courier, COURIER_BEGUN, "a.license", now);
	courier_notice(courier, COURIER_FINISHED, "a.license", now);
	assert_true(becomes_ready(2 * COURIER_SETTLE_MS));
	assert_true(meet());
	assert_int_equal(met.taken, 1);
	assert_int_equal(lines_with("event=taken"), 1);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
}

static void
change_without_a_sign_is_found_in_a_minute(void **state)
{
	(void)state;
	courier = courier_new(place, false, now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS));
	meet();
	put_license("a.license", 1);
	assert_true(becomes_ready(COURIER_PATIENCE_MS + 2 * COURIER_QUIET_MS));
	assert_true(meet());
}

static void
file_that_is_being_written_is_waited_for(void **state)
{
	(void)state;
	courier = courier_new(place, false, now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS));
	meet();
	put_license("slow.license", 1);
	put_license("other.license", 1);
	courier_notice(courier, COURIER_BEGUN, "slow.license", now);
	courier_notice(courier, COURIER_FINISHED, "other.license", now);
	assert_false(becomes_ready(COURIER_PATIENCE_MS / 2));
	courier_notice(courier, COURIER_FINISHED, "slow.license", now);
	assert_true(becomes_ready(2 * COURIER_SETTLE_MS));
}

static void
file_that_is_written_for_ever_holds_others_up_for_a_minute(void **state)
{
	(void)state;
	courier = courier_new(place, false, now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS));
	meet();
	put_license("slow.license", 1);
	courier_notice(courier, COURIER_BEGUN, "slow.license", now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS + COURIER_QUIET_MS));
}

static void
what_is_refused_is_told_once(void **state)
{
	(void)state;
	courier = courier_new(place, false, now);
	stick_put(place, "notes.txt", (const uint8_t *)"milk, bread", 11);
	stick_put(place, ".notes.txt.swp", (const uint8_t *)"milk, brea", 10);
	for (uint64_t i = 1; i <= 3; i++) {
		char name[32];

		snprintf(name, sizeof name, "%d.license", (int)i);
		put_license(name, i);
		courier_notice(courier, COURIER_FINISHED, name, now);
		assert_true(becomes_ready(2 * COURIER_QUIET_MS));
		meet();
	}
	assert_int_equal(lines_with("file=notes.txt"), 1);
	assert_int_equal(lines_with(".swp"), 0);
}

static void
flip_byte(const char *name)
{
	char path[TREE_PATH_MAX + 16];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", place, name);
	file = fopen(path, "r+e");
	assert_non_null(file);
	fseek(file, -9, SEEK_END);
	fputc(0, file);
	fclose(file);
}

static void
unlink_at(const char *name)
{
	char path[TREE_PATH_MAX + 16];

	snprintf(path, sizeof path, "%s/%s", place, name);
	assert_int_equal(unlink(path), 0);
}

/* All of them anew; of another length than before, since two writes may fall into one tick of the file system's clock. */
static void
put_rubbish(int from, int to, const char *text)
{
	char path[TREE_PATH_MAX + 16];

	for (int i = from; i < to; i++) {
		FILE *file;

		snprintf(path, sizeof path, "%s/%03d.txt", place, i);
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	courier_notice(courier, COURIER_FINISHED, NULL, now);
	assert_true(becomes_ready(2 * COURIER_QUIET_MS));
	meet();
}

static void
rubbish_fills_neither_memory_nor_log(void **state)
{
	enum { FILES = COURIER_RUBBISH_MAX + 44 };
	char text[32] = "", name[16];

	(void)state;
	courier = courier_new(place, false, now);
	put_rubbish(0, FILES, "milk");
	assert_int_equal(lines_with("event=refused "), COURIER_RUBBISH_MAX);
	assert_int_equal(lines_with("event=refused_more "), 1);
	assert_int_equal(lines_with(" files=44 "), 1);
	put_rubbish(FILES, FILES + 1, "bread");
	assert_int_equal(lines_with("event=refused"), COURIER_RUBBISH_MAX + 1);
	/* A document is told all the same. */
	put_license("z.license", 1);
	flip_byte("z.license");
	put_rubbish(FILES, FILES + 1, "bread");
	assert_int_equal(lines_with("file=z.license kind=license"), 1);
	unlink_at("z.license");
	/* Somebody writes to all of them all the time. */
	for (int i = 0; i < 20; i++) {
		strcat(text, "x");
		put_rubbish(0, FILES, text);
	}
	assert_int_equal(lines_with("event=refused"), COURIER_RUBBISH_MAX + 2);
	/* An hour later there is room again: 200 are gone, and each of the others is told. */
	now += COURIER_HOUR_MS;
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "%03d.txt", i);
		unlink_at(name);
	}
	put_rubbish(FILES, FILES + 1, "butter");
	put_rubbish(FILES, FILES + 1, "cheddar");
	assert_int_equal(lines_with("event=refused "), COURIER_RUBBISH_MAX + FILES - 200 + 2);
	put_rubbish(FILES, FILES + 1, "wine");
	assert_int_equal(lines_with("event=refused "), COURIER_RUBBISH_MAX + FILES - 200 + 3);
	assert_int_equal(lines_with("event=refused_more "), 2);
}

static void
missing_folder_is_told_once_and_met_when_it_comes(void **state)
{
	char missing[TREE_PATH_MAX + 8];

	(void)state;
	snprintf(missing, sizeof missing, "%s/later", place);
	courier = courier_new(missing, false, now);
	assert_true(becomes_ready(COURIER_PATIENCE_MS));
	meet();
	assert_int_equal(courier->err, SKERRY_ERR_FILE_MISSING);
	assert_int_equal(met.failed, 1);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
	assert_int_equal(lines_with("event=drop_failed"), 1);
	assert_int_equal(mkdir(missing, 0700), 0);
	assert_true(becomes_ready(COURIER_PATIENCE_MS + 2 * COURIER_QUIET_MS));
	meet();
	assert_int_equal(courier->err, SKERRY_OK);
}

static void
stick_is_met_both_ways_while_one_is_there(void **state)
{
	char bag[TREE_PATH_MAX + 8];

	(void)state;
	snprintf(bag, sizeof bag, "%s/skerry", place);
	courier = courier_new(place, true, now);
	courier_notice(courier, COURIER_FINISHED, "a", now);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
	courier_mounted(courier, 7, now);
	assert_true(becomes_ready(2 * COURIER_SETTLE_MS));
	meet();
	assert_int_equal(lines_with("event=met"), 1);
	assert_int_equal(access(bag, F_OK), 0);
	/* What the daemon itself has written there is no news. */
	courier_notice(courier, COURIER_FINISHED, "README.txt", now);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
	/* The same stick again, or another one. */
	courier_mounted(courier, 0, now);
	assert_false(becomes_ready(3 * COURIER_PATIENCE_MS));
	courier_mounted(courier, 8, now);
	assert_true(becomes_ready(2 * COURIER_SETTLE_MS));
	meet();
	assert_int_equal(lines_with("event=met"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			drop_folder_is_met_when_it_has_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			change_without_a_sign_is_found_in_a_minute, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			file_that_is_being_written_is_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			file_that_is_written_for_ever_holds_others_up_for_a_minute, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_is_refused_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			rubbish_fills_neither_memory_nor_log, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			missing_folder_is_told_once_and_met_when_it_comes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			stick_is_met_both_ways_while_one_is_there, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
