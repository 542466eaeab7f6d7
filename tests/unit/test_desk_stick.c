/* SPDX-License-Identifier: ISC */
/* A desk meets sticks: honest, hostile, full, read-only; and each of them twice. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/change_status.h"
#include "issuer/desk/heartbeats.h"
#include "issuer/desk/mark.h"
#include "issuer/exchange/stick.h"
#include "keys/mailbag_name.h"
#include "keys/store.h"
#include "tests/unit/desk_stick_visits.h"

static size_t
count(enum desk_stick_deed deed, enum document_kind kind)
{
	size_t number = 0;

	for (size_t i = 0; i < seen.len; i++)
		number += seen.lines[i].deed == deed && seen.lines[i].kind == kind;
	return number;
}

static int64_t
number_of(const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

/* --- tests ----------------------------------------------------------------------------------- */

/* With its reason; what was half written is swept, and the mailbag's own texts are nobody's. */
static bool
is_told(const struct stick_trick *trick)
{
	char shown[MAILBAG_SHOWN_ROOM];

	if (trick->found == MAILBAG_LEFTOVER || trick->found == MAILBAG_OWN_TEXT)
		return true;
	mailbag_name_show(trick->name, shown);
	for (size_t i = 0; i < seen.len; i++)
		if (strncmp(seen.lines[i].shown, shown, sizeof seen.lines->shown - 1) == 0 &&
			seen.lines[i].deed == DESK_STICK_SKIPPED &&
			seen.lines[i].found == trick->found)
			return trick->found != MAILBAG_DOCUMENT || seen.lines[i].err != SKERRY_OK;
	return false;
}

static void
requests_among_every_trick_are_answered(void **state)
{
	const struct stick_trick *tricks;
	struct bundles_there there;
	size_t tricks_len;

	(void)state;
	pair_both();
	stick_make_hostile(in_bag(""), &tricks, &tricks_len);
	exchange_well();
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	there = look();
	assert_int_equal(there.whole, 1);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 1);
	for (size_t i = 0; i < tricks_len; i++)
		if (!is_told(&tricks[i]))
			fail_msg("'%s' is not told", tricks[i].name);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 0);
	assert_true(is_there("0aaaaaaa.skr") && is_there("zaaaaaaa.skr"));
}

static void
visit_again_finds_nothing_to_do(void **state)
{
	struct bundles_there before, after;
	int64_t rows;

	(void)state;
	pair_both();
	exchange_well();
	before = look();
	rows = number_of("SELECT count(*) FROM audit");
	exchange_well();
	after = look();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 0);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	assert_int_equal(seen.lines[0].arrival, FORK_AGAIN);
	assert_string_equal(before.name, after.name);
	assert_int_equal(number_of("SELECT count(*) FROM audit"), rows);
	/* Any change at the desk, and age. */
	fixture->desk.clock += STATUS_LISTS_AGE_S;
	exchange_well();
	after = look();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_true(after.newest > before.newest && after.len == 1);
	desk_fixture_sell(fixture, &sold[0]);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
}

/* A folder that was put back asks once more, and the bundle that lies there has its answers no more. */
static void
request_of_long_ago_has_its_answers_left_again(void **state)
{
	char kept[96];

	(void)state;
	snprintf(kept, sizeof kept, "%s/kept", stick);
	leave_request(&sites[0], "0aaaaaaa.skr", REQUEST_PAIR, sold[0].key);
	exchange_well();
	take_answers(&sites[0]);
	assert_int_equal(rename(in_bag("0aaaaaaa.skr"), kept), 0);
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	exchange_well();
	exchange_well();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
	assert_int_equal(look().for_site[0], 1);
	assert_int_equal(rename(kept, in_bag("0aaaaaaa.skr")), 0);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	assert_int_equal(look().for_site[0], 2);
	/* they lie there now */
	exchange_well();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
}

static void
damaged_bundle_of_ours_is_written_anew(void **state)
{
	struct bundles_there there;
	uint8_t byte;
	int file;

	(void)state;
	pair_both();
	exchange_well();
	there = look();
	file = open(in_bag(there.name), O_RDWR);
	assert_true(file >= 0);
	/* The last byte is a box's. */
	assert_true(lseek(file, -1, SEEK_END) > 0);
	assert_int_equal(read(file, &byte, 1), 1);
	byte ^= 1;
	assert_true(lseek(file, -1, SEEK_END) > 0);
	assert_int_equal(syscall(SYS_write, file, &byte, 1), 1);
	close(file);
	assert_int_equal(look().whole, 0);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	there = look();
	assert_true(there.len == 1 && there.whole == 1);
}

/* Its records lost it: before a recovery it may be a second desk's, afterwards its signature tells. */
static void
bundle_of_the_lost_records_is_replaced(void **state)
{
	struct mark mark = { .seq = 1000, .at = DESK_NOW };

	(void)state;
	pair_both();
	exchange_well();
	requester_execute(fixture, "DELETE FROM bundle");
	exchange_well();
	assert_int_equal(count(DESK_STICK_SKIPPED, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 0);
	fixture->desk.clock += 60;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(mark_settle(&fixture->desk, &mark), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	desk_fixture_sell(fixture, &sold[0]);
	exchange_well();
	assert_int_equal(count(DESK_STICK_SKIPPED, DOCUMENT_BUNDLE), 0);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 2);
}

static void
bundle_for_some_leaves_the_one_for_all(void **state)
{
	struct installation site;
	struct bundles_wish wish = { .installations = &site.id, .installations_len = 1 };
	struct bundles_there there;

	(void)state;
	pair_both();
	exchange_well();
	assert_int_equal(
		installations_find_key(&fixture->desk, sites[0].site_id, &site), SKERRY_OK);
	assert_int_equal(exchange(&wish), SKERRY_OK);
	there = look();
	assert_int_equal(there.len, 2);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 0);
	/* The same wish again is met; another one is not. */
	assert_int_equal(exchange(&wish), SKERRY_OK);
	assert_true(result.stays);
	exchange_well();
	there = look();
	assert_true(result.left && there.len == 1);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 1);
}

static void
full_stick_loses_old_bundles_then_answered_requests(void **state)
{
	(void)state;
	pair_both();
	exchange_well();
	desk_fixture_sell(fixture, &sold[0]);
	full_times = 1;
	exchange_well();
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 0);
	assert_true(result.left && look().len == 1);
	desk_fixture_sell(fixture, &sold[0]);
	full_times = 2;
	exchange_well();
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 2);
	assert_true(result.left && look().len == 1);
	/* Never enough: it is told, the answers are in the records. */
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	full_times = 100;
	assert_int_equal(exchange(&EVERYBODY), SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_ERR_DISK_FULL);
	assert_false(result.left);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 1);
	full_times = 0;
	exchange_well();
	assert_int_equal(look().for_site[1], 1);
}

static void
stick_that_can_only_be_read_is_read(void **state)
{
	(void)state;
	pair_both();
	looks_read_only = true;
	assert_int_equal(exchange(&EVERYBODY), SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_ERR_READ_ONLY);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	assert_int_equal(stick_entries(in_bag("")), 2);
	assert_int_equal(number_of("SELECT count(*) FROM bundle"), 0);
	looks_read_only = false;
	exchange_well();
	assert_int_equal(seen.lines[0].arrival, FORK_AGAIN);
	assert_int_equal(look().for_site[0], 1);
}

static void
old_heartbeats_go_and_digests_stay(void **state)
{
	(void)state;
	pair_both();
	exchange_well();
	take_answers(&sites[0]);
	assert_true(number_of("SELECT count(*) FROM heartbeat") >= 2);
	fixture->desk.clock += 59 * INT64_C(86400);
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	exchange_well();
	assert_true(number_of("SELECT count(*) FROM heartbeat") >= 3);
	fixture->desk.clock += 59 * INT64_C(86400);
	exchange_well();
	assert_int_equal(number_of("SELECT count(*) FROM heartbeat"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM request WHERE arrived"), 3);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(requests_among_every_trick_are_answered),
		AT_DESK(visit_again_finds_nothing_to_do),
		AT_DESK(request_of_long_ago_has_its_answers_left_again),
		AT_DESK(damaged_bundle_of_ours_is_written_anew),
		AT_DESK(bundle_of_the_lost_records_is_replaced),
		AT_DESK(bundle_for_some_leaves_the_one_for_all),
		AT_DESK(full_stick_loses_old_bundles_then_answered_requests),
		AT_DESK(stick_that_can_only_be_read_is_read),
		AT_DESK(old_heartbeats_go_and_digests_stay),
	};
	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
