/* SPDX-License-Identifier: ISC */
/* seats on their disk: kills, a disk that is full, older copies, damage, other files in their place. */
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

/* --- kills ----------------------------------------------------------------------------------------- */

static void
claim_and_commit(struct seats_place *at)
{
	struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	if (seats_put(at->seats, SEATS_HERE_POOL, "told", &SEATS_HERE_TERMS, &asker, &at->moment,
		    &granted) != SKERRY_OK ||
		seats_commit(at->seats) != SKERRY_OK ||
		seats_put(at->seats, SEATS_HERE_POOL, "untold", &SEATS_HERE_TERMS, &asker,
			&at->moment, &granted) != SKERRY_OK)
		_exit(2);
}

static void
kill_between_commit_and_answer_loses_no_lease_and_doubles_none(void **state)
{
	(void)state;
	seats_place_close(&seats_here);
	seats_place_killed(&seats_here, claim_and_commit);
	seats_place_open(&seats_here);
	assert_int_equal(seats_here_used(), 1);
	/* Nobody heard the secret: the same user gets on without. */
	seats_here_assert("told", "uid:1", SEAT_RENEWED, SKERRY_OK);
	seats_here_assert("told", "uid:2", SEAT_REFUSED, SKERRY_ERR_SEAT_HELD);
	seats_here_assert("untold", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	assert_int_equal(seats_here_used(), 2);
}

/* At the last moment that its lease had. */
static void
renew_untold_to_the_disk(struct seats_place *at)
{
	struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	at->moment.boottime_s += 599;
	if (seats_put(at->seats, SEATS_HERE_POOL, "a", &SEATS_HERE_TERMS, &asker, &at->moment,
		    &granted) != SKERRY_OK ||
		granted.answer.fate != SEAT_RENEWED || seats_commit(at->seats) != SKERRY_OK)
		_exit(2);
	at->moment.boottime_s += 599;
	if (seats_tick(at->seats, &at->moment) != SKERRY_OK ||
		seats_put(at->seats, SEATS_HERE_POOL, "a", &SEATS_HERE_TERMS, &asker, &at->moment,
			&granted) != SKERRY_OK ||
		granted.answer.fate != SEAT_RENEWED)
		_exit(3);
}

static void
renewal_that_was_told_and_not_yet_on_disk_holds_through_a_kill(void **state)
{
	(void)state;
	seats_here_put("a", "uid:1");
	seats_here_put("b", "uid:2");
	seats_here_put("c", "uid:2");
	seats_place_close(&seats_here);
	seats_place_killed(&seats_here, renew_untold_to_the_disk);
	seats_here.moment.boottime_s += 2 * 599 + 600;
	seats_place_open(&seats_here);
	seats_here_assert("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	seats_here.moment.boottime_s += 600;
	assert_int_equal(seats_here_used(), 0);
}

static void
renewals_reach_the_disk_within_their_seconds(void **state)
{
	(void)state;
	seats_here_put("a", "uid:1");
	seats_here.moment.boottime_s += 30;
	assert_int_equal(seats_tick(seats_here.seats, &seats_here.moment), SKERRY_OK);
	seats_here_assert("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	assert_int_equal(seats_due(seats_here.seats, &seats_here.moment), 0);
	assert_int_equal(seats_tick(seats_here.seats, &seats_here.moment), SKERRY_OK);
	assert_int_equal(seats_due(seats_here.seats, &seats_here.moment), SEATS_LAZY_S);
	seats_here.moment.boottime_s += SEATS_LAZY_S;
	assert_int_equal(seats_due(seats_here.seats, &seats_here.moment), 0);
	assert_int_equal(seats_tick(seats_here.seats, &seats_here.moment), SKERRY_OK);
	assert_true(seats_due(seats_here.seats, &seats_here.moment) > SEATS_LAZY_S);
}

/* --- a disk that takes no more -------------------------------------------------------------------------- */

static void
disk_takes(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A renewal was told before; two claims and a release wait for the commit that fails. */
static void
what_the_disk_refuses_is_told_nobody_and_what_was_told_holds(void **state)
{
	const struct seat_terms terms = { true, 5, 0, 600, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	(void)state;
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "a", &asker);
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker);
	seats_here.moment.boottime_s += 599;
	assert_int_equal(seats_tick(seats_here.seats, &seats_here.moment), SKERRY_OK);
	/* This one is recorded, since a minute has gone by; the next is told at once. */
	seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "b", &asker);
	assert_int_equal(
		seats_place_put(&seats_here, &terms, SEATS_HERE_POOL, "a", &asker).answer.fate,
		SEAT_RENEWED);
	disk_takes(1);
	assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, "c", &terms, &asker,
				 &seats_here.moment, &granted),
		SKERRY_OK);
	assert_int_equal(seats_release(seats_here.seats, SEATS_HERE_POOL, "b", &asker,
				 &seats_here.moment, &granted),
		SKERRY_OK);
	assert_int_equal(seats_commit(seats_here.seats), SKERRY_ERR_IO);
	/* Until the disk is well again nothing is told that it does not hold: renewals, too. */
	assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, "a", &terms, &asker,
				 &seats_here.moment, &granted),
		SKERRY_ERR_IO);
	disk_takes(RLIM_INFINITY);
	assert_int_equal(seats_here_used(), 2);
	seats_here.moment.boottime_s += 599;
	seats_here_assert("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	seats_here_assert("b", "uid:1", SEAT_RENEWED, SKERRY_OK);
	seats_place_close(&seats_here);
	seats_place_open(&seats_here);
	assert_int_equal(seats_here_used(), 2);
}

/* The tick between two claims of a round fails: neither is told, nor is the one behind it. */
static void
error_within_a_round_is_told_to_all_of_it(void **state)
{
	const struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	(void)state;
	seats_here_put("a", "uid:1");
	assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, "b", &SEATS_HERE_TERMS,
				 &asker, &seats_here.moment, &granted),
		SKERRY_OK);
	disk_takes(1);
	seats_here.moment.boottime_s += 60;
	assert_int_equal(seats_tick(seats_here.seats, &seats_here.moment), SKERRY_ERR_IO);
	disk_takes(RLIM_INFINITY);
	assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, "c", &SEATS_HERE_TERMS,
				 &asker, &seats_here.moment, &granted),
		SKERRY_ERR_IO);
	assert_int_equal(seats_commit(seats_here.seats), SKERRY_ERR_IO);
	assert_int_equal(seats_here_used(), 1);
	seats_here_assert("c", "uid:1", SEAT_CLAIMED, SKERRY_OK);
}

/* --- other files in its seats_here ----------------------------------------------------------------------- */

static void
older_copy_gives_no_more_than_the_maximum_and_is_right_after_one_time_to_live(void **state)
{
	char copy[64];

	(void)state;
	seats_here_put("a", "uid:1");
	seats_place_close(&seats_here);
	tree_make(copy);
	tree_copy(seats_here.path, copy);
	seats_place_open(&seats_here);
	seats_here_put("b", "uid:1");
	seats_place_close(&seats_here);
	tree_copy(copy, seats_here.path);
	close(seats_here.directory);
	seats_here.directory = open(seats_here.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	seats_here.moment.boottime_s += 100;
	seats_place_open(&seats_here);
	/* b is not known, so its seat is given away once; as b renews it claims, within the maximum. */
	seats_here_assert("x", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	seats_here_assert("b", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	seats_here_assert("y", "uid:2", SEAT_REFUSED, SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(seats_here_used(), 3);
	seats_here.moment.boottime_s += 500;
	assert_int_equal(seats_here_used(), 2);
	tree_remove(copy);
}

static void
write_over(off_t from, size_t len)
{
	int fd = openat(seats_here.directory, "seats.db", O_WRONLY);
	static const uint8_t junk[8192] = { 0xa5, 0x5a, 0xff };

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, len, from), (ssize_t)len);
	close(fd);
}

static void
damaged_database_is_laid_aside_and_made_anew(void **state)
{
	static const struct {
		off_t from;
		size_t len;
	} DAMAGE[] = { { 0, 100 }, { 100, 900 }, { 60, 8 }, { 1024, 2048 }, { 2048, 1024 },
		{ 3072, 1024 }, { 4096, 1024 }, { 5120, 2048 }, { 68, 4 } };
	const struct seats_asker asker = seats_asker_of("uid:2");
	struct seats_granted granted;
	struct stat aside;

	(void)state;
	for (size_t i = 0; i < sizeof DAMAGE / sizeof *DAMAGE; i++) {
		seats_here_put("a", "uid:1");
		seats_place_close(&seats_here);
		write_over(DAMAGE[i].from, DAMAGE[i].len);
		seats_place_open(&seats_here);
		/* An index that nobody has looked at yet tells it to the first who does. */
		if (!seats_made_anew(seats_here.seats)) {
			seats_here.moment.boottime_s += 600;
			assert_int_equal(
				seats_put(seats_here.seats, "new/pool", "a", &SEATS_HERE_TERMS,
					&asker, &seats_here.moment, &granted),
				SKERRY_ERR_STORE_DAMAGED);
			assert_int_equal(seats_commit(seats_here.seats), SKERRY_OK);
			assert_int_equal(seats_here_used(), 0);
			assert_true(seats_made_anew(seats_here.seats));
		}
		assert_false(seats_made_anew(seats_here.seats));
		assert_int_equal(seats_here_used(), 0);
		assert_int_equal(fstatat(seats_here.directory, SEATS_DAMAGED_FILE, &aside, 0), 0);
		seats_here_assert("a", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	}
}

static void
what_is_no_file_of_ours_is_laid_aside(void **state)
{
	(void)state;
	seats_place_close(&seats_here);
	unlinkat(seats_here.directory, SEATS_FILE, 0);
	assert_int_equal(symlinkat("/dev/zero", seats_here.directory, SEATS_FILE), 0);
	seats_place_open(&seats_here);
	assert_true(seats_made_anew(seats_here.seats));
	seats_place_close(&seats_here);
	unlinkat(seats_here.directory, SEATS_FILE, 0);
	assert_int_equal(mkfifoat(seats_here.directory, SEATS_FILE, 0600), 0);
	seats_place_open(&seats_here);
	assert_true(seats_made_anew(seats_here.seats));
	seats_here_assert("a", "uid:2", SEAT_CLAIMED, SKERRY_OK);
}

/* A claim in a file that has no name any more would be gone after the next start, and its seat given twice. */
static void
file_that_is_taken_away_or_replaced_is_made_anew(void **state)
{
	static const char ANOTHER[] = "another";
	const struct seats_asker asker = seats_asker_of("uid:2");
	struct seats_granted granted;
	int other;

	(void)state;
	for (int replaced = 0; replaced < 2; replaced++) {
		seats_here_put("a", "uid:1");
		if (replaced) {
			other = openat(seats_here.directory, ANOTHER, O_CREAT | O_WRONLY, 0600);
			assert_true(other >= 0);
			close(other);
			assert_int_equal(renameat(seats_here.directory, ANOTHER,
						 seats_here.directory, SEATS_FILE),
				0);
		} else {
			assert_int_equal(unlinkat(seats_here.directory, SEATS_FILE, 0), 0);
		}
		assert_int_equal(seats_put(seats_here.seats, SEATS_HERE_POOL, "b",
					 &SEATS_HERE_TERMS, &asker, &seats_here.moment, &granted),
			SKERRY_OK);
		assert_int_equal(seats_commit(seats_here.seats), SKERRY_ERR_STORE_DAMAGED);
		seats_here_assert("b", "uid:2", SEAT_CLAIMED, SKERRY_OK);
		assert_true(seats_made_anew(seats_here.seats));
		seats_place_close(&seats_here);
		seats_place_open(&seats_here);
		assert_int_equal(seats_here_used(), 1);
		seats_here_assert("b", "uid:2", SEAT_RENEWED, SKERRY_OK);
		seats_place_release(&seats_here, SEATS_HERE_POOL, "b", &asker);
		assert_int_equal(seats_commit(seats_here.seats), SKERRY_OK);
	}
}

static void
second_process_is_told_that_somebody_hands_them_out(void **state)
{
	struct seats *second = NULL;

	(void)state;
	assert_int_equal(seats_open(seats_here.directory, &seats_here.moment, &second),
		SKERRY_ERR_STORE_BUSY);
	assert_null(second);
	seats_here_assert("a", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	seats_place_close(&seats_here);
	seats_place_open(&seats_here);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			kill_between_commit_and_answer_loses_no_lease_and_doubles_none,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			renewal_that_was_told_and_not_yet_on_disk_holds_through_a_kill,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(renewals_reach_the_disk_within_their_seconds,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			what_the_disk_refuses_is_told_nobody_and_what_was_told_holds,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(error_within_a_round_is_told_to_all_of_it,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			older_copy_gives_no_more_than_the_maximum_and_is_right_after_one_time_to_live,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(damaged_database_is_laid_aside_and_made_anew,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(
			what_is_no_file_of_ours_is_laid_aside, seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(file_that_is_taken_away_or_replaced_is_made_anew,
			seats_here_make, seats_here_remove),
		cmocka_unit_test_setup_teardown(second_process_is_told_that_somebody_hands_them_out,
			seats_here_make, seats_here_remove),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
