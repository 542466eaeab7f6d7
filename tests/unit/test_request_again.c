/* SPDX-License-Identifier: ISC */
/* When a site's request is the one before, byte for byte, and when a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_request.h"
#include "verifier/decide/dialog.h"

/* --- again, or anew -------------------------------------------------------------------------- */

static void
with_nothing_new_it_is_the_same_byte_for_byte(void **state)
{
	uint8_t *first;
	size_t first_len;

	(void)state;
	asked_keep_license(1, true);
	asked_heartbeat();
	first_len = asked.sealed_len;
	first = malloc(first_len);
	assert_non_null(first);
	memcpy(first, asked.sealed, first_len);
	/* Days go by, and the program ends in between. */
	site_live_until(TODAY + 9 * DAY);
	site_reopen();
	asked_heartbeat();
	assert_true(asked.again);
	assert_int_equal(asked.sealed_len, first_len);
	assert_memory_equal(asked.sealed, first, first_len);
	assert_int_equal(asked.number, 1);
	assert_int_equal(memory_rows("request.written"), 1);
	free(first);
}

static void
whatever_is_new_makes_it_a_new_one(void **state)
{
	static const char *const DOMAINS[] = { "a.example" };
	struct request_wish wish = { .kind = REQUEST_HEARTBEAT, .machine.root = folder };
	uint64_t number = asked_heartbeat()->number;

	(void)state;
#define NEW(change)                                                                                \
	do {                                                                                       \
		change;                                                                            \
		asked_write(&wish);                                                                \
		assert_false(asked.again);                                                         \
		assert_int_equal(asked.number, ++number);                                          \
		assert_int_equal(asked_opened.request.pending_len, number - 1);                    \
		asked_write(&wish);                                                                \
		assert_true(asked.again);                                                          \
	} while (0)
	NEW(wish.reason = "asked to");
	NEW(wish.app_version = "4.3");
	NEW((wish.domains = DOMAINS, wish.domains_len = 1));
	NEW(wish.machine.tenant = "resort");
	NEW(asked_keep_license(1, true));
	NEW(asked_keep_license(2, true));
	NEW(asked_allow("rooms"); asked_telemetry("rooms", "1"));
	NEW(asked_telemetry("rooms", "2"));
	NEW(asked_allow("door"); asked_event("door", "opened"));
	NEW(site.memory->clock.condition = EVALUATE_CLOCK_AHEAD_UNPROVEN);
#undef NEW
	site.memory->clock.condition = EVALUATE_CLOCK_OK;
	asked_write(&wish);
	site.memory->clock.condition = EVALUATE_CLOCK_UNATTENDED;
	asked_write(&wish);
	assert_true(asked.again);
}

static void
an_answered_one_is_not_given_out_again(void **state)
{
	(void)state;
	asked_heartbeat();
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->number, 2);
	assert_false(asked.again);
	assert_int_equal(asked_opened.request.pending_len, 1);
	assert_int_equal(asked_opened.request.pending[0].number, 1);
}

static void
a_heartbeat_never_takes_the_place_of_what_waits(void **state)
{
	(void)state;
	asked_pair(ASKED_KEY);
	asked_allow("rooms");
	asked_telemetry("rooms", "118");
	asked_heartbeat();
	assert_true(asked.again);
	assert_int_equal(asked.kind, REQUEST_PAIR);
	/* Asked for again it is a new one, with all that is new. */
	assert_int_equal(asked_pair(ASKED_KEY)->number, 2);
	assert_int_equal(asked_opened.request.telemetry_len, 1);
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->kind, REQUEST_HEARTBEAT);
}

#define OTHER_KEY "HMS-0Q2BK-XK8N2-7VWHM-4GQ6C"

static void
a_second_pair_asks_for_the_keys_of_the_first_as_well(void **state)
{
	(void)state;
	asked_pair(ASKED_KEY);
	site_reopen();
	assert_int_equal(asked_pair(OTHER_KEY)->number, 2);
	assert_int_equal(asked.keys, 2);
	assert_int_equal(asked_opened.request.keys_len, 2);
	asked_is_text(asked_opened.request.keys[0], ASKED_KEY);
	asked_is_text(asked_opened.request.keys[1], OTHER_KEY);
	/* Either of them alone is nothing new. */
	asked_pair(ASKED_KEY);
	assert_true(asked.again);
	asked_pair(OTHER_KEY);
	assert_true(asked.again);
	assert_int_equal(memory_number("SELECT count(*) FROM request WHERE keys NOT NULL"), 1);
	asked_acknowledge();
	assert_int_equal(memory_number("SELECT count(*) FROM request WHERE keys NOT NULL"), 0);
	assert_int_equal(asked_pair(OTHER_KEY)->keys_len, 1);
}

static void
another_kind_than_the_one_that_waits_is_refused(void **state)
{
	const char *key = ASKED_KEY;
	struct request_wish wish = {
		.kind = REQUEST_MIGRATE, .keys = &key, .keys_len = 1, .machine.root = folder
	};

	(void)state;
	asked_keep_license(1, true);
	asked_heartbeat();
	asked_pair(ASKED_KEY);
	request_made_free(&asked);
	assert_int_equal(request_make(&site, &wish, &asked), SKERRY_ERR_REQUEST_WAITS);
	assert_int_equal(asked.kind, REQUEST_PAIR);
	assert_int_equal(asked.number, 2);
	assert_null(asked.sealed);
	wish = (struct request_wish){ .kind = REQUEST_UNPAIR, .machine.root = folder };
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_REQUEST_WAITS);
	asked_pair(ASKED_KEY);
	assert_true(asked.again);
	asked_acknowledge();
	assert_int_equal(asked_write(&wish)->kind, REQUEST_UNPAIR);
	/* Somebody has thought better of it. */
	assert_int_equal(asked_pair(ASKED_KEY)->kind, REQUEST_PAIR);
	assert_false(asked.again);
}

static void
a_full_list_gives_a_stopgap(void **state)
{
	char text[16];

	(void)state;
	asked_allow("door");
	for (int i = 1; i <= DIALOG_LIST_MAX + 2; i++) {
		snprintf(text, sizeof text, "%d", i);
		asked_telemetry("door", text);
		asked_heartbeat();
		assert_int_equal(asked.stopgap, i > DIALOG_LIST_MAX);
		assert_int_equal(asked.number, i > DIALOG_LIST_MAX ? DIALOG_LIST_MAX + 1 : i);
	}
	assert_int_equal(asked_opened.request.pending_len, DIALOG_LIST_MAX);
	asked_heartbeat();
	assert_true(asked.again && asked.stopgap);
	asked_acknowledge();
	asked_telemetry("door", "again");
	assert_int_equal(asked_heartbeat()->number, DIALOG_LIST_MAX + 1);
	assert_false(asked.stopgap);
	assert_int_equal(asked_opened.request.pending_len, 1);
}

static void
the_list_names_what_the_desk_computes(void **state)
{
	uint8_t digest[REQUEST_DIGEST_LEN];

	(void)state;
	asked_heartbeat();
	memcpy(digest, asked_opened.digest, sizeof digest);
	asked_allow("rooms");
	asked_telemetry("rooms", "1");
	asked_heartbeat();
	assert_memory_equal(asked_opened.request.pending[0].digest, digest, sizeof digest);
}

static void
the_file_comes_after_the_commit_and_the_mark_after_the_file(void **state)
{
	struct mark before, after;

	(void)state;
	asked_keep_license(1, true);
	assert_int_equal(memory_read_mark(site.memory, &before), SKERRY_OK);
	asked_heartbeat();
	assert_int_equal(memory_read_mark(site.memory, &after), SKERRY_OK);
	assert_int_equal(after.seq, before.seq);
	/* The power goes before the file is there: the next one is the same, and no alarm is raised. */
	WHILE_CLOSED((void)0);
	assert_false(site.memory->news.rolled_back);
	/* Seconds go by that nothing has recorded yet. */
	site_live_until(TODAY + DAY + 3);
	asked_heartbeat();
	assert_true(asked.again);
	assert_int_equal(request_written(&site), SKERRY_OK);
	assert_int_equal(memory_read_mark(site.memory, &after), SKERRY_OK);
	assert_true(after.seq > before.seq);
	WHILE_CLOSED((void)0);
	assert_false(site.memory->news.rolled_back);
	memory_assert_whole();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, asked_set_up, asked_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(with_nothing_new_it_is_the_same_byte_for_byte),
		TEST(whatever_is_new_makes_it_a_new_one),
		TEST(an_answered_one_is_not_given_out_again),
		TEST(a_heartbeat_never_takes_the_place_of_what_waits),
		TEST(a_second_pair_asks_for_the_keys_of_the_first_as_well),
		TEST(another_kind_than_the_one_that_waits_is_refused),
		TEST(a_full_list_gives_a_stopgap),
		TEST(the_list_names_what_the_desk_computes),
		TEST(the_file_comes_after_the_commit_and_the_mark_after_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
