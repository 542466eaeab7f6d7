/* SPDX-License-Identifier: ISC */
/*
 * Time zones: rules beside libc's own answer over two centuries, files built by hand, every
 * truncation and every changed byte of one, and the file of the system chosen by the root folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_zone.h"

static bool
rule_offset(const char *text, size_t text_len, int64_t at, int32_t *ret_offset_s)
{
	struct time_zone_rule rule;

	if (!time_zone_rule_read(text, text_len, &rule))
		return false;
	*ret_offset_s = time_zone_rule_offset(&rule, at);
	return true;
}

static bool
file_offset(const uint8_t *file, size_t file_len, int64_t at, int32_t *ret_offset_s)
{
	struct time_zone zone;

	if (!time_zone_read(file, file_len, &zone))
		return false;
	*ret_offset_s = time_zone_offset(&zone, at);
	return true;
}

static const char *const RULES[] = {
	"UTC0",
	"WITA-8",
	"<+0545>-5:45",
	"<-03>3",
	"CET-1CEST,M3.5.0,M10.5.0/3",
	"EST5EDT,M3.2.0,M11.1.0",
	"AEST-10AEDT,M10.1.0,M4.1.0/3",
	"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
	"EET-2EEST,M3.4.4/50,M10.4.4/50",
	"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	"XXX3YYY2:30:15,J60,J300/4",
	"XXX-3YYY,59,300/1:30",
};

static void
rules_give_what_libc_gives(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
		setenv("TZ", RULES[i], 1);
		tzset();
		/* From 1970 to 2170, in steps that meet every hour of the day and day of the year. */
		for (int64_t at = 0; at < INT64_C(6311433600); at += 54 * 3601) {
			time_t instant = (time_t)at;
			struct tm local;
			int32_t offset_s = 0;

			assert_non_null(localtime_r(&instant, &local));
			assert_true(rule_offset(RULES[i], strlen(RULES[i]), at, &offset_s));
			if (offset_s != local.tm_gmtoff)
				print_error("%s at %lld\n", RULES[i], (long long)at);
			assert_int_equal(offset_s, local.tm_gmtoff);
		}
	}
	unsetenv("TZ");
	tzset();
}

/* The change itself, to the second. */
static void
summer_time_begins_and_ends_to_the_second(void **state)
{
	static const char RULE[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	const int64_t begins = INT64_C(1806195600), ends = INT64_C(1824944400);
	const struct {
		int64_t at;
		int32_t offset_s;
	} rows[] = {
		{ begins - 1, 3600 },
		{ begins, 7200 },
		{ ends - 1, 7200 },
		{ ends, 3600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t offset_s = 0;

		assert_true(rule_offset(RULE, strlen(RULE), rows[i].at, &offset_s));
		assert_int_equal(offset_s, rows[i].offset_s);
	}
}

static void
broken_rules_are_refused(void **state)
{
	static const char *const broken[] = { "", "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60",
		"CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5.0,M10.5.0x", "<CET-1", "CET-1,M3.5.0", "CET-1CEST,J0,J5",
		"CET-1CEST,J366,J5", "CET-1CEST,366,J5", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-9999",
		"CET-1CEST,M0.5.0,M10.5.0" };

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		int32_t offset_s = 77;

		if (rule_offset(broken[i], strlen(broken[i]), 0, &offset_s))
			print_error("accepted: %s\n", broken[i]);
		assert_int_equal(offset_s, 77);
	}
}

/* --- files ----------------------------------------------------------------------------------- */

struct file {
	uint8_t bytes[TIME_ZONE_MAX];
	size_t len;
};

static void
put(struct file *file, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		file->bytes[file->len++] = (uint8_t)(value >> 8 * (len - 1 - i));
}

/* A block with two types, +1 h and +2 h, and transitions between them. */
static void
put_block(struct file *file, char version, const int64_t *times, size_t times_len, size_t time_len)
{
	memcpy(file->bytes + file->len, "TZif", 4);
	file->len += 4;
	put(file, (uint8_t)version, 1);
	memset(file->bytes + file->len, 0, 15);
	file->len += 15;
	put(file, 0, 4);
	put(file, 0, 4);
	put(file, 0, 4);
	put(file, times_len, 4);
	put(file, 2, 4);
	put(file, 4, 4);
	for (size_t i = 0; i < times_len; i++)
		put(file, (uint64_t)times[i], time_len);
	for (size_t i = 0; i < times_len; i++)
		put(file, (i + 1) % 2, 1);
	put(file, 3600, 4);
	put(file, 0, 2);
	put(file, 7200, 4);
	put(file, 0x0100, 2);
	memcpy(file->bytes + file->len, "CET", 4);
	file->len += 4;
}

static void
put_text(struct file *file, const char *text)
{
	memcpy(file->bytes + file->len, text, strlen(text));
	file->len += strlen(text);
}

static struct file
make_file(const char *footer)
{
	static const int64_t first[] = { 1000, 2000 };
	static const int64_t second[] = { -5000000000, 1000, 2000, 5000000000 };
	struct file file = { .len = 0 };

	put_block(&file, '2', first, 2, 4);
	put_block(&file, '2', second, 4, 8);
	put_text(&file, footer);
	return file;
}

static void
file_gives_the_last_transition_then_the_footer(void **state)
{
	const struct file file = make_file("\nWITA-8\n");
	const struct {
		int64_t at;
		int32_t offset_s;
	} rows[] = {
		{ INT64_C(-5000000001), 3600 },
		{ INT64_C(-5000000000), 7200 },
		{ 999, 7200 },
		{ 1000, 3600 },
		{ 1999, 3600 },
		{ 2000, 7200 },
		{ INT64_C(4999999999), 7200 },
		{ INT64_C(5000000000), 28800 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t offset_s = 0;

		assert_true(file_offset(file.bytes, file.len, rows[i].at, &offset_s));
		assert_int_equal(offset_s, rows[i].offset_s);
	}
}

static void
file_of_the_first_version_has_one_block(void **state)
{
	static const int64_t times[] = { 1000 };
	struct file file = { .len = 0 };
	int32_t offset_s = 0;

	(void)state;
	put_block(&file, '\0', times, 1, 4);
	assert_true(file_offset(file.bytes, file.len, 999, &offset_s));
	assert_int_equal(offset_s, 3600);
	assert_true(file_offset(file.bytes, file.len, INT64_C(9000000000), &offset_s));
	assert_int_equal(offset_s, 7200);
}

/* Whatever is in the file: an answer within bounds or none, and never a byte read beyond it. */
static void
damaged_files_never_give_nonsense(void **state)
{
	const struct file whole = make_file("\nCET-1CEST,M3.5.0,M10.5.0/3\n");

	(void)state;
	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *cut = malloc(len == 0 ? 1 : len);
		int32_t offset_s = 0;

		assert_non_null(cut);
		memcpy(cut, whole.bytes, len);
		file_offset(cut, len, INT64_C(6000000000), &offset_s);
		assert_in_range(offset_s + 26 * 3600, 0, 52 * 3600);
		free(cut);
	}
	for (size_t at = 0; at < whole.len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			uint8_t *flipped = malloc(whole.len);
			int32_t offset_s = 0;

			assert_non_null(flipped);
			memcpy(flipped, whole.bytes, whole.len);
			flipped[at] ^= (uint8_t)(1u << bit);
			file_offset(flipped, whole.len, 1500, &offset_s);
			file_offset(flipped, whole.len, INT64_C(6000000000), &offset_s);
			assert_in_range(offset_s + 26 * 3600, 0, 52 * 3600);
			free(flipped);
		}
}

/* Worked out beforehand or not, within the spans of a file and beyond: the rule holds each second. */
static void
file_gives_its_rule_every_year(void **state)
{
	static struct local_time place;

	(void)state;
	for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
		struct time_zone_rule rule;

		assert_true(time_zone_rule_read(RULES[i], strlen(RULES[i]), &rule));
		zone_make(0, NULL, 0, RULES[i], &place);
		for (int64_t at = 0; at < INT64_C(7258118400); at += 17 * 3601)
			assert_int_equal(time_zone_offset(&place.zone, at),
				time_zone_rule_offset(&rule, at));
		for (size_t span = 1; span < place.zone.spans_len; span++)
			for (int64_t at = place.zone.from[span] - 1;
				at <= place.zone.from[span] + 1; at++)
				assert_int_equal(time_zone_offset(&place.zone, at),
					time_zone_rule_offset(&rule, at));
	}
}

/* The rule of the footer, from the last transition on to the second, in the midst of a year too. */
static void
file_goes_over_to_its_rule_at_the_last_transition(void **state)
{
	static const int64_t LAST[] = { -86400, 1000, INT64_C(1806195600), INT64_C(1815000000),
		INT64_C(5680281600), INT64_C(6000000000) };
	static const char RULE[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	static struct local_time place;
	struct time_zone_rule rule;

	(void)state;
	assert_true(time_zone_rule_read(RULE, strlen(RULE), &rule));
	for (size_t i = 0; i < sizeof LAST / sizeof *LAST; i++) {
		const struct zone_step last = { LAST[i], 7200 };

		zone_make(-3600, &last, 1, RULE, &place);
		assert_int_equal(time_zone_offset(&place.zone, LAST[i] - 1), -3600);
		assert_int_equal(time_zone_offset(&place.zone, INT64_MIN), -3600);
		for (int64_t at = LAST[i]; at < LAST[i] + INT64_C(400) * 86400; at += 1800)
			assert_int_equal(time_zone_offset(&place.zone, at),
				time_zone_rule_offset(&rule, at));
	}
}

static void
files_that_make_no_sense_are_refused_whole(void **state)
{
	static const int64_t twice[] = { 1000, 1000 }, back[] = { 2000, 1000 };
	static int64_t many[TIME_ZONE_TRANSITIONS_MAX + 1];
	static struct time_zone zone;
	struct file file = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		many[i] = (int64_t)i;
	put_block(&file, '\0', many, TIME_ZONE_TRANSITIONS_MAX, 4);
	assert_true(time_zone_read(file.bytes, file.len, &zone));
	/* The index of the first transition, behind all times. */
	file.bytes[44 + TIME_ZONE_TRANSITIONS_MAX * 4] = 2;
	assert_false(time_zone_read(file.bytes, file.len, &zone));
	file.len = 0;
	put_block(&file, '\0', many, TIME_ZONE_TRANSITIONS_MAX + 1, 4);
	assert_false(time_zone_read(file.bytes, file.len, &zone));
	file.len = 0;
	put_block(&file, '\0', twice, 2, 4);
	assert_false(time_zone_read(file.bytes, file.len, &zone));
	file.len = 0;
	put_block(&file, '\0', back, 2, 4);
	assert_false(time_zone_read(file.bytes, file.len, &zone));
	file = make_file("\nCET-1CEST,M3.5.0\n");
	assert_false(time_zone_read(file.bytes, file.len, &zone));
}

/* Room for every span: the most transitions, and then a rule. */
static void
fullest_file_is_told_to_the_end(void **state)
{
	static const char RULE[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	static int64_t many[TIME_ZONE_TRANSITIONS_MAX];
	static struct file file;
	static struct time_zone zone;
	struct time_zone_rule rule;

	(void)state;
	assert_true(time_zone_rule_read(RULE, strlen(RULE), &rule));
	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		many[i] = (int64_t)i;
	put_block(&file, '2', many, 0, 4);
	put_block(&file, '2', many, TIME_ZONE_TRANSITIONS_MAX, 8);
	put_text(&file, "\n");
	put_text(&file, RULE);
	put_text(&file, "\n");
	assert_true(time_zone_read(file.bytes, file.len, &zone));
	assert_in_range(zone.spans_len, TIME_ZONE_TRANSITIONS_MAX, TIME_ZONE_SPANS_MAX);
	for (int64_t at = TIME_ZONE_TRANSITIONS_MAX; at < INT64_C(7258118400); at += 86399)
		assert_int_equal(time_zone_offset(&zone, at), time_zone_rule_offset(&rule, at));
}

/* --- the system's file ----------------------------------------------------------------------- */

static char root[] = "/tmp/skerry-test-zone-XXXXXX";

static void
write_at(const char *path, const void *bytes, size_t len)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof full, "%s/%s", root, path);
	file = fopen(full, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void
in_root(const char *path, char ret_full[256])
{
	snprintf(ret_full, 256, "%s/%s", root, path);
}

/* The link is absolute, as on every Debian: it must lead to the tree's own file. */
static void
localtime_is_the_trees_own_and_the_environment_has_no_say(void **state)
{
	const struct file file = make_file("\nWITA-8\n");
	char path[256];

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(local_time_offset(root, 6000000000), 0);
	in_root("etc", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(local_time_offset(root, 6000000000), 0);
	in_root("zone", path);
	assert_int_equal(mkdir(path, 0700), 0);
	write_at("zone/WITA", file.bytes, file.len);
	in_root("etc/localtime", path);
	assert_int_equal(symlink("/zone/WITA", path), 0);
	setenv("TZ", "America/New_York", 1);
	assert_int_equal(local_time_offset(root, 6000000000), 28800);
	unsetenv("TZ");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(local_time_offset(root, 6000000000), 0);
	assert_int_equal(unlink(path), 0);
	write_at("etc/localtime", "not a zone", 10);
	assert_int_equal(local_time_offset(root, 6000000000), 0);
	assert_int_equal(unlink(path), 0);
	in_root("zone/WITA", path);
	assert_int_equal(unlink(path), 0);
	in_root("zone", path);
	assert_int_equal(rmdir(path), 0);
	in_root("etc", path);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(root), 0);
	assert_int_equal(local_time_offset(root, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_give_what_libc_gives),
		cmocka_unit_test(summer_time_begins_and_ends_to_the_second),
		cmocka_unit_test(broken_rules_are_refused),
		cmocka_unit_test(file_gives_the_last_transition_then_the_footer),
		cmocka_unit_test(file_of_the_first_version_has_one_block),
		cmocka_unit_test(damaged_files_never_give_nonsense),
		cmocka_unit_test(file_gives_its_rule_every_year),
		cmocka_unit_test(file_goes_over_to_its_rule_at_the_last_transition),
		cmocka_unit_test(files_that_make_no_sense_are_refused_whole),
		cmocka_unit_test(fullest_file_is_told_to_the_end),
		cmocka_unit_test(localtime_is_the_trees_own_and_the_environment_has_no_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
