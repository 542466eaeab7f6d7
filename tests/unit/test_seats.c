/* SPDX-License-Identifier: ISC */
/* seats: whose they are and how many there may be, through restarts, reboots and clocks that go back. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_seats.h"
#include "fixture_tree.h"
#include "keys/random.h"
#include "verifier/show/deeds.h"

/* --- whose ----------------------------------------------------------------------------------------- */

static void
seat_is_renewed_and_released_by_its_secret_or_its_user_alone(void **state)
{
	struct seats_granted granted = seats_here_put("front desk", "uid:33");
	uint8_t wrong[SEATS_SECRET_LEN];
	const struct {
		struct seats_asker asker;
		enum skerry_err put, release;
	} CASES[] = { { { .owner = "uid:34" }, SKERRY_ERR_SEAT_HELD, SKERRY_ERR_SEAT_SECRET },
		{ { .owner = "uid:3" }, SKERRY_ERR_SEAT_HELD, SKERRY_ERR_SEAT_SECRET },
		{ { .owner = "tcp" }, SKERRY_ERR_SEAT_HELD, SKERRY_ERR_SEAT_SECRET },
		{ { .owner = "uid:33", .secret = wrong }, SKERRY_ERR_SEAT_HELD,
			SKERRY_ERR_SEAT_SECRET },
		{ { .owner = "uid:33", .node = true }, SKERRY_OK, SKERRY_OK },
		{
			{ .owner = "uid:0", .operator= true }, SKERRY_ERR_SEAT_HELD, SKERRY_OK },
			{ { .owner = "uid:33" }, SKERRY_OK, SKERRY_OK },
			{ { .owner = "tcp", .secret = granted.secret }, SKERRY_OK, SKERRY_OK },
	};
	const struct seats_asker owner = seats_asker_of("uid:33");

	(void)state;
	assert_int_equal(granted.answer.fate, SEAT_CLAIMED);
	memcpy(wrong, granted.secret, sizeof wrong);
	wrong[sizeof wrong - 1] ^= 1;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct seats_granted answer = seats_place_put(&seats_here, &SEATS_HERE_TERMS,
			SEATS_HERE_POOL, "front desk", &CASES[i].asker);

		assert_int_equal(answer.answer.err, CASES[i].put);
		answer = seats_place_release(
			&seats_here, SEATS_HERE_POOL, "front desk", &CASES[i].asker);
		assert_int_equal(answer.answer.err, CASES[i].release);
		if (answer.answer.fate == SEAT_RELEASED && !CASES[i].asker.node)
			granted = seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL,
				"front desk", &owner);
	}
}

/* Of a seat that was claimed over TCP nothing but the secret tells whose it is. */
static void
anybody_on_the_machine_is_nobody_in_particular(void **state)
{
	struct seats_granted granted = seats_here_put("till", "tcp");
	struct seats_asker shown = { .owner = "tcp", .secret = granted.secret },
			   node = { .owner = "tcp", .node = true };

	(void)state;
	seats_here_assert("till", "tcp", SEAT_REFUSED, SKERRY_ERR_SEAT_HELD);
	assert_int_equal(
		seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL, "till", &shown)
			.answer.fate,
		SEAT_RENEWED);
	assert_int_equal(
		seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL, "till", &node)
			.answer.fate,
		SEAT_CLAIMED);
	assert_int_equal(
		seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL, "till", &node)
			.answer.fate,
		SEAT_RENEWED);
	assert_int_equal(seats_here_used(), 2);
}

static void
secret_is_nowhere_on_disk(void **state)
{
	static uint8_t bytes[1 << 20];
	static const char *const FILES[] = { "seats.db", "seats.db-wal" };
	struct seats_granted granted = seats_here_put("front desk", "uid:33");
	char text[SHOW_SEAT_SECRET_MAX];
	bool claim_is_there = false;

	(void)state;
	show_seat_secret(granted.secret, text);
	for (size_t i = 0; i < 2; i++) {
		int fd = openat(seats_here.directory, FILES[i], O_RDONLY);
		ssize_t len = read(fd, bytes, sizeof bytes);

		assert_true(len > 0 && (size_t)len < sizeof bytes);
		assert_null(memmem(bytes, (size_t)len, granted.secret, sizeof granted.secret));
		assert_null(memmem(bytes, (size_t)len, text, strlen(text)));
		claim_is_there |= memmem(bytes, (size_t)len, "front desk", 10) != NULL;
		close(fd);
	}
	assert_true(claim_is_there);
}

static void
one_user_holds_no_more_than_the_cap_in_all_pools(void **state)
{
	const struct seat_terms terms = { true, 10, 0, 600, 3 };
	const struct seats_asker hoarder = seats_asker_of("uid:33"),
				 other = seats_asker_of("uid:4");
	static const char *const POOLS[] = { "a/x", "a/y", "a/z", "a/x" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		char holder[8];

		snprintf(holder, sizeof holder, "h%d", i);
		assert_int_equal(
			seats_place_put(&seats_here, &terms, POOLS[i], holder, &hoarder).answer.err,
			i < 3 ? SKERRY_OK : SKERRY_ERR_SEAT_CAP);
	}
	assert_int_equal(seats_place_put(&seats_here, &terms, "a/x", "mine", &other).answer.fate,
		SEAT_CLAIMED);
	seats_place_release(&seats_here, "a/y", "h1", &hoarder);
	assert_int_equal(seats_place_put(&seats_here, &terms, "a/x", "h9", &hoarder).answer.fate,
		SEAT_CLAIMED);
}

/* --- names ----------------------------------------------------------------------------------------- */

static void
hostile_names_are_refused_and_odd_ones_are_names(void **state)
{
	static char huge[10241], most[SEATS_HOLDER_MAX + 1], above[SEATS_HOLDER_MAX + 2];
	const char *const REFUSED[] = { "", huge, above, "a\nb", "a\x1b[2J", "\xff", "a\xc0\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "caf\xc3", "\x7f",
		"a\xe2\x80\xae"
		"b" };
	const char *const TAKEN[] = { most, "../../etc/passwd", "/", "a/b/c",
		"'; DROP TABLE lease; --", "%00", " ", "caf\xc3\xa9", "\xf0\x9f\x8f\xa8", "." };
	const struct seat_terms many = { true, 100, 0, 600, 0 };
	const struct seats_asker asker = seats_asker_of("uid:33");
	struct seats_granted granted;

	(void)state;
	memset(huge, 'a', sizeof huge - 1);
	memset(most, 'b', sizeof most - 1);
	memset(above, 'b', sizeof above - 1);
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		assert_false(seats_is_holder(REFUSED[i], strlen(REFUSED[i])));
		assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, REFUSED[i], &many,
					 &asker, &seats_here.moment, &granted),
			SKERRY_ERR_ARGUMENT);
		assert_int_equal(seats_release(seats_here.seats, SEATS_HERE_POOL, REFUSED[i],
					 &asker, &seats_here.moment, &granted),
			SKERRY_ERR_ARGUMENT);
	}
	assert_false(seats_is_holder("a\0b", 3));
	for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++)
		assert_int_equal(
			seats_place_put(&seats_here, &many, SEATS_HERE_POOL, TAKEN[i], &asker)
				.answer.fate,
			SEAT_CLAIMED);
	assert_int_equal(seats_here_used(), sizeof TAKEN / sizeof *TAKEN);
	assert_int_equal(
		seats_put(seats_here.seats, "", "h", &many, &asker, &seats_here.moment, &granted),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(
		seats_put(seats_here.seats, huge, "h", &many, &asker, &seats_here.moment, &granted),
		SKERRY_ERR_ARGUMENT);
}

/* --- listing --------------------------------------------------------------------------------------- */

struct listed {
	char text[1024], pool[64], holder[64];
};

static bool
note(void *context, const struct seats_row *row)
{
	struct listed *listed = context;
	size_t len = strlen(listed->text);

	snprintf(listed->text + len, sizeof listed->text - len, "%s %s%s %s %d%s;", row->pool,
		row->holder, row->node ? "(node)" : "", row->owner, (int)row->ends_s,
		row->marked ? " marked" : "");
	snprintf(listed->pool, sizeof listed->pool, "%s", row->pool);
	snprintf(listed->holder, sizeof listed->holder, "%s", row->holder);
	return true;
}

static void
listing_goes_on_page_by_page_and_misses_nobody(void **state)
{
	static const char ALL[] = "a/x b uid:1 600;a/x c uid:1 600;a/x c(node) uid:1 600;"
				  "a/x d uid:1 600 marked;b/y a uid:1 600;";
	const struct seat_terms terms = { true, 3, 1, 600, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1"),
				 node = { .owner = "uid:1", .node = true };
	struct listed whole = { .text = "" };

	(void)state;
	seats_place_put(&seats_here, &terms, "a/x", "c", &asker);
	seats_place_put(&seats_here, &terms, "a/x", "c", &node);
	seats_place_put(&seats_here, &terms, "b/y", "a", &asker);
	seats_place_put(&seats_here, &terms, "a/x", "b", &asker);
	seats_place_put(&seats_here, &terms, "a/x", "d", &asker);
	assert_int_equal(
		seats_each(seats_here.seats, "", "", 100, &seats_here.moment, note, &whole),
		SKERRY_OK);
	assert_string_equal(whole.text, ALL);
	for (size_t limit = 1; limit <= 5; limit++) {
		struct listed paged = { .text = "" };
		size_t before = 1;

		while (before != strlen(paged.text)) {
			before = strlen(paged.text);
			assert_int_equal(seats_each(seats_here.seats, paged.pool, paged.holder,
						 limit, &seats_here.moment, note, &paged),
				SKERRY_OK);
		}
		assert_string_equal(paged.text, ALL);
	}
}

/* --- time ------------------------------------------------------------------------------------------ */

static void
refused_claim_tells_when_the_next_lease_ends(void **state)
{
	struct seats_granted refused;

	(void)state;
	seats_here_put("a", "uid:1");
	seats_here.moment.boottime_s += 100;
	seats_here_put("b", "uid:1");
	seats_here_put("c", "uid:1");
	refused = seats_here_put("d", "uid:1");
	assert_int_equal(refused.answer.err, SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(refused.in_s, 500);
	seats_here_put("a", "uid:1");
	assert_int_equal(seats_here_put("d", "uid:1").in_s, 600);
	seats_here.moment.boottime_s += 599;
	assert_int_equal(seats_here_put("d", "uid:1").in_s, 1);
	seats_here.moment.boottime_s += 1;
	seats_here_assert("d", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	assert_int_equal(seats_here_used(), 1);
}

static void
lease_outlives_restart_and_reboot_and_time_that_the_machine_was_off(void **state)
{
	struct seats_granted granted = seats_here_put("a", "uid:1");
	struct seats_asker shown = { .owner = "uid:9", .secret = granted.secret };

	(void)state;
	seats_here.moment.boottime_s += 500;
	seats_place_close(&seats_here);
	seats_here.moment.boottime_s += 50;
	seats_place_open(&seats_here);
	assert_int_equal(seats_here_used(), 1);
	seats_place_close(&seats_here);
	memset(seats_here.moment.boot, 2, sizeof seats_here.moment.boot);
	seats_here.moment.boottime_s = 5;
	seats_place_open(&seats_here);
	seats_here.moment.boottime_s += 49;
	assert_int_equal(seats_here_used(), 1);
	assert_int_equal(
		seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL, "a", &shown)
			.answer.fate,
		SEAT_RENEWED);
	seats_here.moment.boottime_s += 600;
	assert_int_equal(seats_here_used(), 0);
}

static void
clock_that_goes_back_within_a_boot_takes_no_time_and_gives_none(void **state)
{
	(void)state;
	seats_here_put("a", "uid:1");
	seats_here.moment.boottime_s += 300;
	assert_int_equal(seats_here_used(), 1);
	seats_here.moment.boottime_s -= 300;
	assert_int_equal(seats_here_used(), 1);
	seats_here.moment.boottime_s += 300 + 299;
	assert_int_equal(seats_here_used(), 1);
	seats_here.moment.boottime_s += 1;
	assert_int_equal(seats_here_used(), 0);
}

/* --- burst and peaks --------------------------------------------------------------------------------- */

static void
burst_budget_goes_on_through_restarts(void **state)
{
	const struct seat_terms terms = { true, 1, 1, 1000000, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted burst;

	(void)state;
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "a", &asker);
	burst = seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker);
	assert_true(burst.answer.marked);
	for (int i = 0; i < 23; i++) {
		seats_here.moment.boottime_s += 3600;
		seats_place_close(&seats_here);
		seats_place_open(&seats_here);
	}
	assert_int_equal(seats_place_use(&seats_here, SEATS_HERE_POOL).burst_left_s, 3600);
	assert_int_equal(
		seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker).answer.fate,
		SEAT_RENEWED);
	seats_here.moment.boottime_s += 3600;
	assert_int_equal(
		seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker).answer.err,
		SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(
		seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "a", &asker).answer.fate,
		SEAT_RENEWED);
	seats_place_release(&seats_here, SEATS_HERE_POOL, "b", &asker);
	seats_here.moment.boottime_s += 10;
	assert_int_equal(seats_place_use(&seats_here, SEATS_HERE_POOL).burst_left_s, 10);
}

static void
peak_of_today_begins_with_who_is_in(void **state)
{
	const struct seat_terms terms = { true, 9, 0, 1000000, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1");

	(void)state;
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "a", &asker);
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker);
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "c", &asker);
	seats_place_release(&seats_here, SEATS_HERE_POOL, "b", &asker);
	assert_int_equal(seats_place_use(&seats_here, SEATS_HERE_POOL).peak, 3);
	seats_place_close(&seats_here);
	seats_place_open(&seats_here);
	assert_int_equal(seats_place_use(&seats_here, SEATS_HERE_POOL).peak, 3);
	seats_here.moment.boottime_s += 86400;
	assert_int_equal(seats_place_use(&seats_here, SEATS_HERE_POOL).peak, 2);
}

/* --- how many --------------------------------------------------------------------------------------- */

static void
hundred_thousand_leases_are_counted_found_and_ended(void **state)
{
	const struct seat_terms terms = { true, 100000, 0, 600, 0 };
	struct seats_granted granted;
	char holder[32];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct seats_asker asker = seats_asker_of(i % 2 == 0 ? "uid:1" : "uid:2");

		snprintf(holder, sizeof holder, "workstation-%d", i * 7919 % 100000);
		assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, holder, &terms,
					 &asker, &seats_here.moment, &granted),
			SKERRY_OK);
		assert_int_equal(granted.answer.fate, SEAT_CLAIMED);
		if (i % 1000 == 0)
			seats_here.moment.boottime_s++;
	}
	assert_int_equal(seats_commit(seats_here.seats), SKERRY_OK);
	seats_here_assert("one more", "uid:1", SEAT_REFUSED, SKERRY_ERR_SEAT_NONE_FREE);
	seats_place_close(&seats_here);
	seats_place_open(&seats_here);
	assert_int_equal(seats_here_used(), 100000);
	seats_here.moment.boottime_s += 600 - 50;
	assert_true(seats_here_used() > 40000 && seats_here_used() < 60000);
	seats_here.moment.boottime_s += 600;
	assert_int_equal(seats_here_used(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			seat_is_renewed_and_released_by_its_secret_or_its_user_alone,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(anybody_on_the_machine_is_nobody_in_particular,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			secret_is_nowhere_on_disk, seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(one_user_holds_no_more_than_the_cap_in_all_pools,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(hostile_names_are_refused_and_odd_ones_are_names,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(listing_goes_on_page_by_page_and_misses_nobody,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(refused_claim_tells_when_the_next_lease_ends,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			lease_outlives_restart_and_reboot_and_time_that_the_machine_was_off,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			clock_that_goes_back_within_a_boot_takes_no_time_and_gives_none,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			burst_budget_goes_on_through_restarts, seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			peak_of_today_begins_with_who_is_in, seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(hundred_thousand_leases_are_counted_found_and_ended,
			seats_here_make, seats_here_remove),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
