/* SPDX-License-Identifier: ISC */
/* What a site keeps of the requests it wrote, and what a reply does to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "verifier/state/events.h"
#include "verifier/state/requests.h"
#include "verifier/state/restored.h"

enum { SEALED_LEN = 64, TEXT_MAX = 256 };

/* --- words for the tests --------------------------------------------------------------------- */

#define CHANGE(call)                                                                               \
	do {                                                                                       \
		assert_int_equal(memory_begin(site.memory), SKERRY_OK);                            \
		assert_int_equal(call, SKERRY_OK);                                                 \
		assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);                    \
		memory_rollback(site.memory);                                                      \
	} while (0)

/* The bytes of the request that was written n-th, from 1. */
static struct cbor_bytes
sealed_of(unsigned n)
{
	static uint8_t bytes[SEALED_LEN];

	memset(bytes, 'x', sizeof bytes);
	bytes[0] = (uint8_t)n;
	bytes[1] = (uint8_t)(n >> 8);
	return (struct cbor_bytes){ bytes, sizeof bytes };
}

static struct dialog
dialog_now(void)
{
	struct dialog dialog;

	assert_int_equal(requests_load_dialog(site.memory->store, &dialog), SKERRY_OK);
	return dialog;
}

/* Writes the n-th request, as the dialog has it. */
static void
write_with(unsigned n, const int64_t *events, size_t events_len)
{
	struct dialog dialog = dialog_now();
	struct dialog_next next;
	struct requests_row row = { .kind = REQUEST_HEARTBEAT,
		.written_at = TODAY + n,
		.sealed = sealed_of(n),
		.events = events,
		.events_len = events_len };

	dialog_next(&dialog, &next);
	row.sent.number = next.number;
	row.stopgap = next.stopgap;
	row.sent.ran = n;
	row.sent.digest[0] = row.sent.nonce[0] = row.news[0] = (uint8_t)n;
	row.sent.digest[1] = row.sent.nonce[1] = (uint8_t)(n >> 8);
	assert_int_equal(
		requests_untold_restore(site.memory->store, &row.told_restored), SKERRY_OK);
	CHANGE(requests_record(site.memory, &row));
}

static void
write_one(unsigned n)
{
	write_with(n, NULL, 0);
}

struct answered {
	bool known, newest;
	struct requests_row row;
};

static struct answered
reply_to(unsigned n)
{
	const uint8_t nonce[REQUEST_NONCE_LEN] = { (uint8_t)n, (uint8_t)(n >> 8) };
	struct answered answered = { .known = false };

	CHANGE(requests_acknowledge(
		site.memory, nonce, &answered.row, &answered.newest, &answered.known));
	return answered;
}

static enum requests_mine
find(unsigned n)
{
	enum requests_mine mine;

	assert_int_equal(requests_find(site.memory->store, sealed_of(n), &mine), SKERRY_OK);
	return mine;
}

/* Which one is given out again; 0: none. */
static unsigned
newest_open(void)
{
	struct requests_row row;
	uint8_t *sealed;
	bool known;
	unsigned n;

	assert_int_equal(
		requests_newest_open(site.memory->store, &row, &sealed, &known), SKERRY_OK);
	if (!known)
		return 0;
	n = sealed[0] + 256u * sealed[1];
	assert_memory_equal(sealed, sealed_of(n).data, SEALED_LEN);
	assert_int_equal(row.sent.ran, n);
	assert_int_equal(row.written_at, TODAY + n);
	assert_int_equal(row.news[0], (uint8_t)n);
	assert_false(row.answered);
	free(sealed);
	return n;
}

static int64_t
add_event(const char *name, const char *text)
{
	enum telemetry_consent consent;

	CHANGE(events_add(site.memory, name, text, &consent));
	return memory_number("SELECT max(seq) FROM event");
}

/* --- tests ----------------------------------------------------------------------------------- */

static void
nothing_was_written_yet(void **state)
{
	int64_t at = 0;

	(void)state;
	assert_int_equal(dialog_now().sent_len, 0);
	assert_int_equal(newest_open(), 0);
	assert_int_equal(find(1), REQUESTS_NOT_MINE);
	assert_int_equal(requests_last_written(site.memory->store, &at), SKERRY_OK);
	assert_int_equal(at, LICENSE_NEVER);
	assert_false(reply_to(1).known);
	assert_int_equal(memory_rows("request.answered"), 0);
}

static void
a_newer_one_takes_the_place_of_the_one_before(void **state)
{
	int64_t at = 0;

	(void)state;
	write_one(1);
	assert_int_equal(find(1), REQUESTS_OPEN);
	write_one(2);
	assert_int_equal(newest_open(), 2);
	assert_int_equal(find(1), REQUESTS_SUPERSEDED);
	assert_int_equal(find(2), REQUESTS_OPEN);
	assert_int_equal(requests_last_written(site.memory->store, &at), SKERRY_OK);
	assert_int_equal(at, TODAY + 2);
	/* Only one of them is ever given out again. */
	assert_int_equal(memory_number("SELECT count(*) FROM request WHERE sealed IS NOT NULL"), 1);
	assert_int_equal(memory_rows("request.written"), 2);
}

static void
a_reply_ends_what_it_answers_and_what_that_lists(void **state)
{
	struct answered answered;

	(void)state;
	write_one(1);
	write_one(2);
	write_one(3);
	answered = reply_to(2);
	assert_true(answered.known);
	assert_false(answered.newest);
	assert_int_equal(answered.row.sent.number, 2);
	assert_int_equal(find(1), REQUESTS_ANSWERED);
	assert_int_equal(find(2), REQUESTS_ANSWERED);
	assert_int_equal(newest_open(), 3);
	assert_int_equal(dialog_now().sent_len, 2);
	assert_true(dialog_now().acknowledged);
	/* The other brand's reply to the same request says nothing new. */
	assert_false(reply_to(2).known);
	assert_false(reply_to(1).known);
	answered = reply_to(3);
	assert_true(answered.known && answered.newest);
	assert_int_equal(newest_open(), 0);
	assert_int_equal(memory_rows("request.answered"), 2);
	assert_int_equal(memory_number("SELECT count(*) FROM request WHERE sealed IS NOT NULL"), 0);
}

static void
the_dialog_outlives_the_program(void **state)
{
	struct dialog before, after;

	(void)state;
	for (unsigned n = 1; n <= DIALOG_LIST_MAX + 3; n++)
		write_one(n);
	before = dialog_now();
	WHILE_CLOSED((void)0);
	assert_false(site.memory->news.rebuilt);
	after = dialog_now();
	assert_memory_equal(&before, &after, sizeof before);
	assert_int_equal(after.stopgaps_len, 3);
	assert_int_equal(newest_open(), DIALOG_LIST_MAX + 3);
	memory_assert_whole();
}

static void
stopgaps_are_known_until_their_list_is_old(void **state)
{
	const unsigned first = DIALOG_LIST_MAX + 1;

	(void)state;
	for (unsigned n = 1; n < first + 3; n++)
		write_one(n);
	assert_int_equal(find(first), REQUESTS_SUPERSEDED);
	assert_int_equal(find(first + 2), REQUESTS_OPEN);
	assert_int_equal(dialog_now().sent_len, DIALOG_LIST_MAX);
	/* The second of three is back first. */
	assert_true(reply_to(first + 1).known);
	assert_int_equal(find(first), REQUESTS_ANSWERED);
	assert_int_equal(dialog_now().sent_len, 1);
	assert_int_equal(dialog_now().sent[0].number, DIALOG_LIST_MAX);
	assert_int_equal(dialog_now().stopgaps_len, 1);
	assert_int_equal(newest_open(), first + 2);
	assert_true(reply_to(first + 2).newest);
	assert_int_equal(newest_open(), 0);
	/* The number that stopgaps had is a request's now. */
	write_one(first + 3);
	assert_int_equal(dialog_now().sent[1].number, first);
	assert_int_equal(dialog_now().sent_len, 2);
}

static void
a_year_of_exchanges_keeps_the_newest(void **state)
{
	const unsigned last = REQUESTS_KEPT_MAX + 60;

	(void)state;
	for (unsigned n = 1; n <= last; n++) {
		write_one(n);
		assert_true(reply_to(n).known);
	}
	assert_true(memory_number("SELECT count(*) FROM request") <= REQUESTS_KEPT_MAX + 2);
	assert_int_equal(find(last), REQUESTS_ANSWERED);
	assert_int_equal(find(last - REQUESTS_KEPT_MAX + 2), REQUESTS_ANSWERED);
	assert_int_equal(find(1), REQUESTS_NOT_MINE);
	assert_int_equal(dialog_now().sent[0].number, last);
	memory_assert_whole();
}

static void
hundreds_of_stopgaps_leave_the_list_as_it_is(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= REQUESTS_KEPT_MAX + 2 * DIALOG_LIST_MAX; n++)
		write_one(n);
	assert_int_equal(dialog_now().sent_len, DIALOG_LIST_MAX);
	assert_int_equal(dialog_now().sent[0].number, 1);
	assert_true(reply_to(1).known);
	assert_true(memory_number("SELECT count(*) FROM request") <=
		    REQUESTS_KEPT_MAX + DIALOG_LIST_MAX);
}

static void
a_restored_backup_is_told_until_that_is_acknowledged(void **state)
{
	const struct mark none = { .seq = 0 };
	struct journal_moment moment = { .settled = TODAY };
	int64_t seq = 0;

	(void)state;
	write_one(1);
	CHANGE(restored_tell(site.memory->store, &moment, &none));
	/* It did not tell of it yet. */
	assert_int_equal(reply_to(1).row.told_restored, 0);
	assert_int_equal(requests_untold_restore(site.memory->store, &seq), SKERRY_OK);
	assert_true(seq > 0);
	write_one(2);
	write_one(3);
	assert_int_equal(reply_to(3).row.told_restored, seq);
	assert_int_equal(requests_untold_restore(site.memory->store, &seq), SKERRY_OK);
	assert_int_equal(seq, 0);
	for (unsigned n = 4; n < 4 + 2 * REQUESTS_KEPT_MAX; n++) {
		write_one(n);
		reply_to(n);
	}
	assert_int_equal(requests_untold_restore(site.memory->store, &seq), SKERRY_OK);
	assert_int_equal(seq, 0);
	CHANGE(restored_tell(site.memory->store, &moment, &none));
	assert_int_equal(requests_untold_restore(site.memory->store, &seq), SKERRY_OK);
	assert_true(seq > 0);
}

static enum skerry_err
append_text(void *context, const struct event *event)
{
	char *text = context;

	snprintf(text + strlen(text), TEXT_MAX - strlen(text), "%s", event->text);
	return SKERRY_OK;
}

static const char *
allowed(void)
{
	static char text[TEXT_MAX];

	text[0] = '\0';
	assert_int_equal(events_each_allowed(site.memory->store, append_text, text), SKERRY_OK);
	return text;
}

static void
events_are_forgotten_when_a_request_that_had_them_is_acknowledged(void **state)
{
	int64_t sent[2], later, kept;

	(void)state;
	CHANGE(telemetry_decide(site.memory, "door", TELEMETRY_ALLOWED, 0));
	kept = add_event("window", "w");
	sent[0] = add_event("door", "a");
	sent[1] = add_event("door", "b");
	write_with(1, sent, 2);
	later = add_event("door", "c");
	write_with(2, (const int64_t[]){ sent[0], sent[1], later }, 3);
	add_event("door", "d");
	/* What was never sent is not forgotten, though it is older than what was. */
	CHANGE(telemetry_decide(site.memory, "window", TELEMETRY_ALLOWED, 0));
	assert_string_equal(allowed(), "abcwd");
	assert_true(reply_to(1).known);
	assert_string_equal(allowed(), "cwd");
	assert_true(reply_to(2).known);
	assert_string_equal(allowed(), "wd");
	assert_true(kept > 0);
}

static void
a_change_that_fails_leaves_nothing(void **state)
{
	const uint8_t nonce[REQUEST_NONCE_LEN] = { 1 };
	struct requests_row row;
	bool newest, known;

	(void)state;
	write_one(1);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	assert_int_equal(
		requests_acknowledge(site.memory, nonce, &row, &newest, &known), SKERRY_OK);
	assert_true(known);
	memory_rollback(site.memory);
	assert_int_equal(newest_open(), 1);
	assert_int_equal(memory_rows("request.answered"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_was_written_yet),
		TEST(a_newer_one_takes_the_place_of_the_one_before),
		TEST(a_reply_ends_what_it_answers_and_what_that_lists),
		TEST(the_dialog_outlives_the_program),
		TEST(stopgaps_are_known_until_their_list_is_old),
		TEST(a_year_of_exchanges_keeps_the_newest),
		TEST(hundreds_of_stopgaps_leave_the_list_as_it_is),
		TEST(a_restored_backup_is_told_until_that_is_acknowledged),
		TEST(events_are_forgotten_when_a_request_that_had_them_is_acknowledged),
		TEST(a_change_that_fails_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
