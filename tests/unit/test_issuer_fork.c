/* SPDX-License-Identifier: ISC */
/* Histories of a site, one by one; test_issuer_fork_random.c has them at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/request.h"
#include "issuer/decide/fork.h"

_Static_assert((int)FORK_DIGEST_LEN == (int)REQUEST_DIGEST_LEN, "one digest");
_Static_assert((int)FORK_LIST_MAX == (int)REQUEST_PENDING_MAX, "one list");

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { ROWS_MAX = 4096, NOW = 1000000 };

/* A desk that applies what is said, as its tables would. */
struct desk {
	struct fork_site site;
	struct fork_row rows[ROWS_MAX];
	size_t rows_len;
	uint64_t made;
	int64_t now;
	struct fork_verdict verdict; /* the last one */
};

static struct fork_id
id(uint64_t number, char branch)
{
	struct fork_id id = { .number = number };

	id.digest[0] = (uint8_t)branch;
	id.digest[1] = (uint8_t)number;
	return id;
}

/* Request `number` of a branch, which lists from `from` on; below `parted` they are those of 'a'. */
static struct fork_request
request(uint64_t number, uint64_t from, char branch, uint64_t parted, uint64_t reply)
{
	struct fork_request made = { .self = id(number, branch), .reply = reply, .seq = number };

	for (uint64_t i = from; i < number; i++)
		made.list[made.list_len++] = id(i, i < parted ? 'a' : branch);
	return made;
}

static void
keep_row(struct desk *desk, const struct fork_id *which, bool arrived, bool stopgap)
{
	for (size_t i = 0; i < desk->rows_len; i++)
		if (memcmp(&desk->rows[i].id, which, sizeof *which) == 0) {
			desk->rows[i].arrived = true;
			return;
		}
	assert_true(desk->rows_len < ROWS_MAX);
	desk->rows[desk->rows_len++] =
		(struct fork_row){ *which, desk->verdict.line, arrived, stopgap };
}

static void
prune(struct desk *desk)
{
	size_t left = 0;

	for (size_t i = 0; i < desk->rows_len; i++)
		if (desk->rows[i].line != desk->verdict.line ||
			desk->rows[i].id.number >= desk->verdict.prune_below)
			desk->rows[left++] = desk->rows[i];
	desk->rows_len = left;
}

/* One arrival and its reply; "new", "again", "late" or "forgotten", and what was found. */
static const char *
arrive(struct desk *desk, const struct fork_request *request)
{
	static const char *const ARRIVALS[] = { "new", "again", "late", "forgotten" };
	static char text[64];
	const struct fork_verdict *verdict = &desk->verdict;

	desk->now = desk->now == 0 ? NOW : desk->now + 10;
	fork_judge(&desk->site, desk->rows, desk->rows_len, request, desk->made, desk->now,
		&desk->site, &desk->verdict);
	if (verdict->start_over)
		desk->rows_len = 0;
	for (size_t i = verdict->fresh; verdict->record && i < request->list_len; i++)
		keep_row(desk, &request->list[i], false, false);
	if (verdict->record)
		keep_row(desk, &request->self, true, verdict->stopgap);
	if (verdict->prune_below > 0)
		prune(desk);
	desk->made = fork_next_reply(desk->made, desk->now);
	snprintf(text, sizeof text, "%s%s%s%s", ARRIVALS[verdict->arrival],
		verdict->found == FORK_NONE ? "" : " ", fork_found_name(verdict->found),
		verdict->adopted ? " adopted" : "");
	return text;
}

/* The reply to the n-th arrival, counted from 1. */
static uint64_t
reply_to(uint64_t arrival)
{
	return NOW + (arrival - 1) * 10;
}

/* `reply`: taken in from the n-th arrival; 0 none. */
struct event {
	uint64_t number, from;
	char branch;
	uint64_t parted, reply;
	const char *says;
};

static void
play(struct desk *desk, const struct event *events, size_t events_len)
{
	for (size_t i = 0; i < events_len; i++) {
		const struct event *event = &events[i];
		struct fork_request one = request(event->number, event->from, event->branch,
			event->parted, event->reply == 0 ? 0 : reply_to(event->reply));
		const char *says = arrive(desk, &one);

		if (strcmp(says, event->says) != 0)
			fail_msg("event %zu: %s, not %s", i + 1, says, event->says);
	}
}

static void
a_site_that_goes_on_is_in_line(void **state)
{
	static const struct event EVENTS[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 1, 1, 'a', 99, 0, "again" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 5, 2, 'a', 99, 3, "new" }, /* 3 and 4 are still on their way */
		{ 4, 2, 'a', 99, 3, "late" },
		{ 3, 2, 'a', 99, 3, "late" },
		{ 3, 2, 'a', 99, 3, "again" },
		{ 6, 5, 'a', 99, 7, "new" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
	assert_int_equal(desk.site.lines_len, 1);
	assert_int_equal(desk.rows_len, 6);
	assert_int_equal(desk.site.found, FORK_NONE);
}

static void
an_honest_restore_is_told_and_no_clone(void **state)
{
	static const struct event EVENTS[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 3, 2, 'a', 99, 2, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
		{ 3, 2, 'b', 2, 4, "new" },
		{ 4, 3, 'b', 2, 5, "new" },
		{ 4, 3, 'a', 99, 3, "new" }, /* a late stick from before */
		{ 5, 3, 'a', 99, 3, "new" },
		{ 5, 4, 'b', 2, 8, "new" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
	assert_int_equal(desk.site.found, FORK_RESTORED);
}

static void
a_known_request_missing_from_a_newer_list_is_restored(void **state)
{
	static const struct event EVENTS[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 0, "new" },
		{ 4, 1, 'b', 2, 0, "new restored" }, /* its own 2 and 3 never came */
		{ 2, 1, 'b', 2, 0, "late" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
}

static void
two_that_go_on_after_the_fork_was_seen_are_a_clone(void **state)
{
	static const struct event EVENTS[] = {
		{ 1, 1, 'a', 99, 0, "new" }, { 2, 1, 'a', 99, 1, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
		{ 3, 2, 'a', 99, 2, "new" }, /* acknowledges nothing newer than the fork */
		{ 4, 3, 'a', 99, 3, "new" }, /* the reply that told of it */
		{ 3, 2, 'b', 2, 3, "new clone" }, { 4, 3, 'b', 2, 6, "new" }, /* told once */
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
	assert_int_equal(desk.site.found, FORK_CLONE);
}

static void
a_clone_settled_is_found_again_when_both_go_on_again(void **state)
{
	static const struct event FIRST[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
		{ 3, 2, 'a', 99, 3, "new" },
		{ 3, 2, 'b', 2, 3, "new clone" },
	};
	static const struct event THEN[] = {
		{ 4, 3, 'a', 99, 5, "new" }, /* written before it was settled */
		{ 4, 3, 'b', 2, 5, "new" },
		{ 5, 4, 'a', 99, 7, "new" },
		{ 5, 4, 'b', 2, 7, "new clone" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, FIRST, COUNT(FIRST));
	fork_settle(&desk.site, desk.made, desk.now);
	assert_int_equal(desk.site.found, FORK_NONE);
	play(&desk, THEN, COUNT(THEN));
}

/* An old backup, an exchange, then the newer backup after all. */
static const char *
goes_there_and_back(bool told)
{
	static const struct event THERE[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
		{ 3, 2, 'b', 2, 3, "new" },
	};
	static struct desk desk;
	struct fork_request back = request(3, 2, 'a', 99, reply_to(4));

	memset(&desk, 0, sizeof desk);
	play(&desk, THERE, COUNT(THERE));
	back.told = told;
	return arrive(&desk, &back);
}

static void
going_back_to_a_line_that_was_left_is_excused_when_told(void **state)
{
	(void)state;
	assert_string_equal(goes_there_and_back(true), "new");
	assert_string_equal(goes_there_and_back(false), "new clone");
}

/* Each time told, and nothing acknowledged in between: no line says that it is a new telling. */
static void
back_and_forth_is_excused_each_time_that_it_is_told(void **state)
{
	static const struct event START[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, START, COUNT(START));
	for (uint64_t turn = 0; turn < 6; turn++) {
		bool other = turn % 2 == 0;
		struct fork_request one =
			request((other ? 2 : 3) + turn / 2, 1, other ? 'b' : 'a', 2, desk.made);

		one.told = true;
		assert_string_equal(arrive(&desk, &one), turn == 0 ? "new restored" : "new");
	}
}

static void
telling_at_each_exchange_excuses_no_clone_for_long(void **state)
{
	static struct desk desk;
	uint64_t rounds = 3;
	const struct event START[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
	};

	(void)state;
	play(&desk, START, COUNT(START));
	for (; desk.site.found != FORK_CLONE && rounds < 20; rounds++) {
		struct fork_request one = request(rounds, rounds - 1, 'a', 99, desk.made);
		struct fork_request other = request(rounds, rounds - 1, 'b', 2, desk.made);

		one.told = other.told = true;
		arrive(&desk, &one);
		arrive(&desk, &other);
	}
	assert_int_equal(desk.site.found, FORK_CLONE);
	assert_int_equal(desk.site.tellings, FORK_TOLD_MAX);
	assert_true(rounds > 4);
}

static void
stopgaps_of_one_number_are_no_contradiction(void **state)
{
	static const struct event FULL[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 33, 1, 'a', 99, 0, "new" },
	};
	static const struct event LATER[] = {
		{ 33, 32, 'c', 33, 3, "new" }, /* after a reply to one of them */
		{ 34, 32, 'c', 33, 3, "new" },
	};
	static struct desk desk;
	struct fork_request other = request(33, 1, 'b', 33, 0);

	(void)state;
	play(&desk, FULL, COUNT(FULL));
	assert_true(desk.verdict.stopgap);
	other.seq = 40;
	assert_string_equal(arrive(&desk, &other), "new");
	other = request(33, 1, 'd', 33, 0);
	other.seq = 35;
	assert_string_equal(arrive(&desk, &other), "late");
	assert_string_equal(arrive(&desk, &other), "again");
	play(&desk, LATER, COUNT(LATER));
	other = request(33, 1, 'e', 33, 0);
	other.seq = 50;
	assert_string_equal(arrive(&desk, &other), "late");
	assert_int_equal(desk.site.found, FORK_NONE);
}

static void
a_desk_that_lost_its_records_adopts_what_it_does_not_know(void **state)
{
	static const struct event BEFORE[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
	};
	static const struct event LOST[] = {
		{ 3, 2, 'a', 99, 2, "new" },
		{ 4, 3, 'a', 99, 3, "new" },
		{ 5, 4, 'a', 99, 4, "new" },
	};
	static const struct event AFTER[] = {
		{ 7, 5, 'a', 99, 5, "new adopted" },
		{ 6, 5, 'a', 99, 5, "late" },
		{ 4, 3, 'a', 99, 3, "forgotten" }, /* what was lost, carried once more */
		{ 3, 2, 'a', 99, 2, "forgotten" },
		{ 8, 7, 'a', 99, 6, "new" },
		{ 3, 2, 'b', 3, 2, "forgotten" }, /* nobody can tell it from the lost one yet */
		{ 4, 3, 'b', 3, 11, "new restored" },
		{ 2, 1, 'a', 99, 1, "again" },
	};
	static struct desk desk, backup;

	(void)state;
	play(&desk, BEFORE, COUNT(BEFORE));
	backup = desk;
	play(&desk, LOST, COUNT(LOST));
	backup.now = desk.now;
	play(&backup, AFTER, COUNT(AFTER));
	assert_int_equal(backup.site.found, FORK_RESTORED);
	assert_string_equal(
		arrive(&(struct desk){ 0 }, &(struct fork_request){ .self = id(9, 'a') }),
		"new adopted");
}

/* Where a line left is lost; what went before it may be of both. */
static void
going_back_before_what_was_lost_is_no_clone(void **state)
{
	static const struct event BEFORE[] = { { 3, 1, 'a', 99, 0, "new" } };
	static const struct event LOST[] = { { 2, 1, 'b', 2, 0, "new restored" } };
	static const struct event AFTER[] = {
		{ 4, 2, 'b', 2, 2, "new restored" },
		{ 5, 4, 'b', 2, 3, "new" },
		{ 1, 1, 'a', 99, 0, "late" }, /* put back to here once more, and answered */
		{ 2, 1, 'c', 2, 5, "new restored" },
		{ 3, 2, 'c', 2, 6, "new" },
		{ 6, 5, 'b', 2, 7, "new clone" },
	};
	static struct desk desk, backup;

	(void)state;
	play(&desk, BEFORE, COUNT(BEFORE));
	backup = desk;
	play(&desk, LOST, COUNT(LOST));
	backup.now = desk.now;
	play(&backup, AFTER, COUNT(AFTER));
}

/* The desk lost all; of the line that it adopts, and of one from before, 1 is the beginning. */
static void
going_back_to_what_two_lines_had_in_common_is_no_clone(void **state)
{
	static const struct event EVENTS[] = {
		{ 3, 2, 'a', 99, 0, "new adopted" },
		{ 2, 1, 'b', 2, 0, "new restored" }, /* a late stick */
		{ 4, 3, 'a', 99, 2, "new" },
		{ 1, 1, 'a', 99, 0, "late" }, /* put back to here, and answered */
		{ 2, 1, 'c', 2, 4, "new restored" },
		{ 3, 2, 'c', 2, 5, "new" },
		{ 5, 4, 'a', 99, 5, "new clone" },
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
}

/* What two lines acknowledged of what is lost may have been told, and excused, in what is lost. */
static void
a_loss_puts_earlier_evidence_aside(void **state)
{
	static const struct event BEFORE[] = {
		{ 1, 1, 'a', 99, 0, "new" },
		{ 2, 1, 'a', 99, 1, "new" },
		{ 2, 1, 'b', 2, 1, "new restored" },
		{ 3, 2, 'a', 99, 2, "new" }, /* put back to the newer one */
		{ 4, 3, 'a', 99, 4, "new" },
	};
	static const struct event AFTER[] = {
		{ 6, 5, 'b', 2, 8, "new adopted" },
		{ 3, 2, 'b', 2, 3, "new" }, /* a late stick of what is lost */
	};
	static struct desk desk;

	(void)state;
	play(&desk, BEFORE, COUNT(BEFORE));
	desk.now += 50;
	play(&desk, AFTER, COUNT(AFTER));
	assert_int_equal(desk.site.found, FORK_RESTORED);
}

/* The line of the newest request: telling once more in it is no second telling, and it is the one that goes on. */
static void
the_line_that_goes_on_is_the_current_one(void **state)
{
	static struct desk desk;
	struct fork_request first = request(1, 1, 'a', 99, 0), second = request(2, 1, 'a', 99, 1),
			    back = request(2, 1, 'b', 2, 1), again = request(3, 1, 'b', 2, 1),
			    later = request(9, 8, 'b', 2, 3);

	(void)state;
	back.told = again.told = true;
	assert_string_equal(arrive(&desk, &first), "new");
	assert_string_equal(arrive(&desk, &second), "new");
	assert_int_equal(desk.site.current, 0);
	assert_string_equal(arrive(&desk, &back), "new restored");
	assert_int_equal(desk.site.current, 1);
	assert_int_equal(desk.site.tellings, 1);
	assert_string_equal(arrive(&desk, &again), "new");
	assert_int_equal(desk.site.tellings, 1);
	assert_string_equal(arrive(&desk, &later), "new adopted");
	assert_int_equal(desk.site.lines[desk.verdict.line].parent, 1);
}

static void
a_reply_that_was_never_made_proves_nothing(void **state)
{
	static const struct event EVENTS[] = {
		{ 1, 1, 'a', 99, 0, "new" }, { 2, 1, 'a', 99, 900000, "new" },
		{ 2, 1, 'b', 2, 900000, "new restored" }, { 3, 2, 'b', 2, 3, "new" },
		{ 3, 2, 'a', 99, 1, "new" }, /* late */
	};
	static struct desk desk;

	(void)state;
	play(&desk, EVENTS, COUNT(EVENTS));
}

static void
digests_are_bounded_and_old_sticks_still_no_fork(void **state)
{
	static struct desk desk;
	struct fork_request old = request(40, 39, 'a', 9999, reply_to(39));
	uint64_t number = 1;

	(void)state;
	for (; number < 2000; number++) {
		struct fork_request one = request(number, number > 1 ? number - 1 : 1, 'a', 9999,
			number > 1 ? reply_to(number - 1) : 0);

		assert_string_equal(arrive(&desk, &one), "new");
		assert_true(desk.rows_len <= 2 * FORK_KEPT + FORK_LIST_MAX);
	}
	assert_string_equal(arrive(&desk, &old), "forgotten");
	assert_false(desk.verdict.record);
	/* A backup from then, which takes in a reply of today. */
	old = request(40, 39, 'b', 40, reply_to(39));
	assert_string_equal(arrive(&desk, &old), "forgotten");
	old = request(41, 40, 'b', 40, desk.made);
	assert_string_equal(arrive(&desk, &old), "new restored");
	old = request(42, 41, 'b', 40, desk.made);
	assert_string_equal(arrive(&desk, &old), "new");
	old = request(number, number - 1, 'a', 9999, desk.made);
	assert_string_equal(arrive(&desk, &old), "new clone");
}

static void
more_forks_than_kept_start_over_and_clones_are_found_again(void **state)
{
	static struct desk desk;
	struct fork_request one = request(1, 1, 'a', 99, 0);
	const char *says = NULL;

	(void)state;
	arrive(&desk, &one);
	one = request(2, 1, 'a', 99, 0);
	arrive(&desk, &one);
	for (int i = 1; i < FORK_LINES_MAX; i++) {
		one = request(2, 1, (char)('a' + i), 2, 0);
		assert_string_equal(arrive(&desk, &one), "new restored");
		assert_false(desk.verdict.start_over);
	}
	assert_int_equal(desk.site.lines_len, FORK_LINES_MAX);
	one = request(2, 1, 'z', 2, 0);
	assert_string_equal(arrive(&desk, &one), "new restored");
	assert_true(desk.verdict.start_over);
	assert_int_equal(desk.site.lines_len, 1);
	assert_int_equal(desk.rows_len, 2);
	for (uint64_t number = 3; number < 8 && desk.site.found != FORK_CLONE; number++) {
		one = request(number, number - 1, 'z', 2, desk.made);
		arrive(&desk, &one);
		one = request(number, number - 1, 'a', 99, desk.made);
		says = arrive(&desk, &one);
	}
	assert_non_null(says);
	assert_int_equal(desk.site.found, FORK_CLONE);
}

static void
reply_numbers_grow_with_time_and_among_themselves(void **state)
{
	(void)state;
	assert_int_equal(fork_next_reply(0, 0), 1);
	assert_int_equal(fork_next_reply(0, -5), 1);
	assert_int_equal(fork_next_reply(0, 1000), 1000);
	assert_int_equal(fork_next_reply(1000, 1000), 1001);
	assert_int_equal(fork_next_reply(5000, 1000), 5001);
	assert_int_equal(fork_next_reply(999, 1000), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_that_goes_on_is_in_line),
		cmocka_unit_test(an_honest_restore_is_told_and_no_clone),
		cmocka_unit_test(a_known_request_missing_from_a_newer_list_is_restored),
		cmocka_unit_test(two_that_go_on_after_the_fork_was_seen_are_a_clone),
		cmocka_unit_test(a_clone_settled_is_found_again_when_both_go_on_again),
		cmocka_unit_test(going_back_to_a_line_that_was_left_is_excused_when_told),
		cmocka_unit_test(back_and_forth_is_excused_each_time_that_it_is_told),
		cmocka_unit_test(telling_at_each_exchange_excuses_no_clone_for_long),
		cmocka_unit_test(stopgaps_of_one_number_are_no_contradiction),
		cmocka_unit_test(a_desk_that_lost_its_records_adopts_what_it_does_not_know),
		cmocka_unit_test(going_back_before_what_was_lost_is_no_clone),
		cmocka_unit_test(going_back_to_what_two_lines_had_in_common_is_no_clone),
		cmocka_unit_test(a_loss_puts_earlier_evidence_aside),
		cmocka_unit_test(the_line_that_goes_on_is_the_current_one),
		cmocka_unit_test(a_reply_that_was_never_made_proves_nothing),
		cmocka_unit_test(digests_are_bounded_and_old_sticks_still_no_fork),
		cmocka_unit_test(more_forks_than_kept_start_over_and_clones_are_found_again),
		cmocka_unit_test(reply_numbers_grow_with_time_and_among_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
