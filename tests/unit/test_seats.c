/* SPDX-License-Identifier: ISC */
/* seats: leases on disk through kills, reboots, damage, older copies; whose they are; how many there may be. */
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

static const struct seat_terms TWO = { true, 2, 1, 600, 0 };

#define POOL "hotelhub/hms"

static struct seats_place place;

static int
make(void **state)
{
	(void)state;
	seats_place_make(&place);
	return 0;
}

static int
remove_it(void **state)
{
	(void)state;
	seats_place_remove(&place);
	return 0;
}

static struct seats_granted
put(const char *holder, const char *owner)
{
	struct seats_asker asker = seats_asker_of(owner);

	return seats_place_put(&place, &TWO, POOL, holder, &asker);
}

static void
assert_put(const char *holder, const char *owner, enum seat_fate fate, enum skerry_err err)
{
	struct seats_granted granted = put(holder, owner);

	assert_int_equal(granted.answer.fate, fate);
	assert_int_equal(granted.answer.err, err);
}

static uint64_t
used(void)
{
	return seats_place_use(&place, POOL).used;
}

/* --- whose ----------------------------------------------------------------------------------------- */

static void
seat_is_renewed_and_released_by_its_secret_or_its_user_alone(void **state)
{
	struct seats_granted granted = put("front desk", "uid:33");
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
		struct seats_granted answer =
			seats_place_put(&place, &TWO, POOL, "front desk", &CASES[i].asker);

		assert_int_equal(answer.answer.err, CASES[i].put);
		answer = seats_place_release(&place, POOL, "front desk", &CASES[i].asker);
		assert_int_equal(answer.answer.err, CASES[i].release);
		if (answer.answer.fate == SEAT_RELEASED && !CASES[i].asker.node)
			granted = seats_place_put(&place, &TWO, POOL, "front desk", &owner);
	}
}

/* Of a seat that was claimed over TCP nothing but the secret tells whose it is. */
static void
anybody_on_the_machine_is_nobody_in_particular(void **state)
{
	struct seats_granted granted = put("till", "tcp");
	struct seats_asker shown = { .owner = "tcp", .secret = granted.secret },
			   node = { .owner = "tcp", .node = true };

	(void)state;
	assert_put("till", "tcp", SEAT_REFUSED, SKERRY_ERR_SEAT_HELD);
	assert_int_equal(
		seats_place_put(&place, &TWO, POOL, "till", &shown).answer.fate, SEAT_RENEWED);
	assert_int_equal(
		seats_place_put(&place, &TWO, POOL, "till", &node).answer.fate, SEAT_CLAIMED);
	assert_int_equal(
		seats_place_put(&place, &TWO, POOL, "till", &node).answer.fate, SEAT_RENEWED);
	assert_int_equal(used(), 2);
}

static void
secret_is_nowhere_on_disk(void **state)
{
	static uint8_t bytes[1 << 20];
	static const char *const FILES[] = { "seats.db", "seats.db-wal" };
	struct seats_granted granted = put("front desk", "uid:33");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int fd = openat(place.directory, FILES[i], O_RDONLY);
		ssize_t len = read(fd, bytes, sizeof bytes);

		assert_true(len > 0 && (size_t)len < sizeof bytes);
		assert_null(memmem(bytes, (size_t)len, granted.secret, sizeof granted.secret));
		close(fd);
	}
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
			seats_place_put(&place, &terms, POOLS[i], holder, &hoarder).answer.err,
			i < 3 ? SKERRY_OK : SKERRY_ERR_SEAT_CAP);
	}
	assert_int_equal(
		seats_place_put(&place, &terms, "a/x", "mine", &other).answer.fate, SEAT_CLAIMED);
	seats_place_release(&place, "a/y", "h1", &hoarder);
	assert_int_equal(
		seats_place_put(&place, &terms, "a/x", "h9", &hoarder).answer.fate, SEAT_CLAIMED);
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
		assert_int_equal(seats_put(place.seats, POOL, REFUSED[i], &many, &asker,
					 &place.moment, &granted),
			SKERRY_ERR_ARGUMENT);
		assert_int_equal(seats_release(place.seats, POOL, REFUSED[i], &asker, &place.moment,
					 &granted),
			SKERRY_ERR_ARGUMENT);
	}
	assert_false(seats_is_holder("a\0b", 3));
	for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++)
		assert_int_equal(seats_place_put(&place, &many, POOL, TAKEN[i], &asker).answer.fate,
			SEAT_CLAIMED);
	assert_int_equal(used(), sizeof TAKEN / sizeof *TAKEN);
	assert_int_equal(seats_put(place.seats, "", "h", &many, &asker, &place.moment, &granted),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(seats_put(place.seats, huge, "h", &many, &asker, &place.moment, &granted),
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
	seats_place_put(&place, &terms, "a/x", "c", &asker);
	seats_place_put(&place, &terms, "a/x", "c", &node);
	seats_place_put(&place, &terms, "b/y", "a", &asker);
	seats_place_put(&place, &terms, "a/x", "b", &asker);
	seats_place_put(&place, &terms, "a/x", "d", &asker);
	assert_int_equal(
		seats_each(place.seats, "", "", 100, &place.moment, note, &whole), SKERRY_OK);
	assert_string_equal(whole.text, ALL);
	for (size_t limit = 1; limit <= 5; limit++) {
		struct listed paged = { .text = "" };
		size_t before = 1;

		while (before != strlen(paged.text)) {
			before = strlen(paged.text);
			assert_int_equal(seats_each(place.seats, paged.pool, paged.holder, limit,
						 &place.moment, note, &paged),
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
	put("a", "uid:1");
	place.moment.boottime_s += 100;
	put("b", "uid:1");
	put("c", "uid:1");
	refused = put("d", "uid:1");
	assert_int_equal(refused.answer.err, SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(refused.in_s, 500);
	put("a", "uid:1");
	assert_int_equal(put("d", "uid:1").in_s, 600);
	place.moment.boottime_s += 599;
	assert_int_equal(put("d", "uid:1").in_s, 1);
	place.moment.boottime_s += 1;
	assert_put("d", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	assert_int_equal(used(), 1);
}

static void
lease_outlives_restart_and_reboot_and_time_that_the_machine_was_off(void **state)
{
	struct seats_granted granted = put("a", "uid:1");
	struct seats_asker shown = { .owner = "uid:9", .secret = granted.secret };

	(void)state;
	place.moment.boottime_s += 500;
	seats_place_close(&place);
	place.moment.boottime_s += 50;
	seats_place_open(&place);
	assert_int_equal(used(), 1);
	seats_place_close(&place);
	memset(place.moment.boot, 2, sizeof place.moment.boot);
	place.moment.boottime_s = 5;
	seats_place_open(&place);
	place.moment.boottime_s += 49;
	assert_int_equal(used(), 1);
	assert_int_equal(
		seats_place_put(&place, &TWO, POOL, "a", &shown).answer.fate, SEAT_RENEWED);
	place.moment.boottime_s += 600;
	assert_int_equal(used(), 0);
}

static void
clock_that_goes_back_within_a_boot_takes_no_time_and_gives_none(void **state)
{
	(void)state;
	put("a", "uid:1");
	place.moment.boottime_s += 300;
	assert_int_equal(used(), 1);
	place.moment.boottime_s -= 300;
	assert_int_equal(used(), 1);
	place.moment.boottime_s += 300 + 299;
	assert_int_equal(used(), 1);
	place.moment.boottime_s += 1;
	assert_int_equal(used(), 0);
}

/* --- kills ----------------------------------------------------------------------------------------- */

static void
claim_and_commit(struct seats_place *at)
{
	struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	if (seats_put(at->seats, POOL, "told", &TWO, &asker, &at->moment, &granted) != SKERRY_OK ||
		seats_commit(at->seats) != SKERRY_OK ||
		seats_put(at->seats, POOL, "untold", &TWO, &asker, &at->moment, &granted) !=
			SKERRY_OK)
		_exit(2);
}

static void
kill_between_commit_and_answer_loses_no_lease_and_doubles_none(void **state)
{
	(void)state;
	seats_place_close(&place);
	seats_place_killed(&place, claim_and_commit);
	seats_place_open(&place);
	assert_int_equal(used(), 1);
	/* Nobody heard the secret: the same user gets on without. */
	assert_put("told", "uid:1", SEAT_RENEWED, SKERRY_OK);
	assert_put("told", "uid:2", SEAT_REFUSED, SKERRY_ERR_SEAT_HELD);
	assert_put("untold", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	assert_int_equal(used(), 2);
}

/* At the last moment that its lease had. */
static void
renew_untold_to_the_disk(struct seats_place *at)
{
	struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	at->moment.boottime_s += 599;
	if (seats_put(at->seats, POOL, "a", &TWO, &asker, &at->moment, &granted) != SKERRY_OK ||
		granted.answer.fate != SEAT_RENEWED || seats_commit(at->seats) != SKERRY_OK)
		_exit(2);
	at->moment.boottime_s += 599;
	if (seats_tick(at->seats, &at->moment) != SKERRY_OK ||
		seats_put(at->seats, POOL, "a", &TWO, &asker, &at->moment, &granted) != SKERRY_OK ||
		granted.answer.fate != SEAT_RENEWED)
		_exit(3);
}

static void
renewal_that_was_told_and_not_yet_on_disk_holds_through_a_kill(void **state)
{
	(void)state;
	put("a", "uid:1");
	put("b", "uid:2");
	put("c", "uid:2");
	seats_place_close(&place);
	seats_place_killed(&place, renew_untold_to_the_disk);
	place.moment.boottime_s += 2 * 599 + 600;
	seats_place_open(&place);
	assert_put("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	place.moment.boottime_s += 600;
	assert_int_equal(used(), 0);
}

static void
renewals_reach_the_disk_within_their_seconds(void **state)
{
	(void)state;
	put("a", "uid:1");
	place.moment.boottime_s += 30;
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_OK);
	assert_put("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	assert_int_equal(seats_due(place.seats, &place.moment), 0);
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_OK);
	assert_int_equal(seats_due(place.seats, &place.moment), SEATS_LAZY_S);
	place.moment.boottime_s += SEATS_LAZY_S;
	assert_int_equal(seats_due(place.seats, &place.moment), 0);
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_OK);
	assert_true(seats_due(place.seats, &place.moment) > SEATS_LAZY_S);
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
	seats_place_put(&place, &terms, POOL, "a", &asker);
	seats_place_put(&place, &terms, POOL, "b", &asker);
	place.moment.boottime_s += 599;
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_OK);
	/* This one is recorded, since a minute has gone by; the next is told at once. */
	seats_place_put(&place, &terms, POOL, "b", &asker);
	assert_int_equal(
		seats_place_put(&place, &terms, POOL, "a", &asker).answer.fate, SEAT_RENEWED);
	disk_takes(1);
	assert_int_equal(seats_put(place.seats, POOL, "c", &terms, &asker, &place.moment, &granted),
		SKERRY_OK);
	assert_int_equal(
		seats_release(place.seats, POOL, "b", &asker, &place.moment, &granted), SKERRY_OK);
	assert_int_equal(seats_commit(place.seats), SKERRY_ERR_IO);
	/* Until the disk is well again nothing is told that it does not hold: renewals, too. */
	assert_int_equal(seats_put(place.seats, POOL, "a", &terms, &asker, &place.moment, &granted),
		SKERRY_ERR_IO);
	disk_takes(RLIM_INFINITY);
	assert_int_equal(used(), 2);
	place.moment.boottime_s += 599;
	assert_put("a", "uid:1", SEAT_RENEWED, SKERRY_OK);
	assert_put("b", "uid:1", SEAT_RENEWED, SKERRY_OK);
	seats_place_close(&place);
	seats_place_open(&place);
	assert_int_equal(used(), 2);
}

/* The tick between two claims of a round fails: neither is told, nor is the one behind it. */
static void
error_within_a_round_is_told_to_all_of_it(void **state)
{
	const struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted granted;

	(void)state;
	put("a", "uid:1");
	assert_int_equal(seats_put(place.seats, POOL, "b", &TWO, &asker, &place.moment, &granted),
		SKERRY_OK);
	disk_takes(1);
	place.moment.boottime_s += 60;
	assert_int_equal(seats_tick(place.seats, &place.moment), SKERRY_ERR_IO);
	disk_takes(RLIM_INFINITY);
	assert_int_equal(seats_put(place.seats, POOL, "c", &TWO, &asker, &place.moment, &granted),
		SKERRY_ERR_IO);
	assert_int_equal(seats_commit(place.seats), SKERRY_ERR_IO);
	assert_int_equal(used(), 1);
	assert_put("c", "uid:1", SEAT_CLAIMED, SKERRY_OK);
}

/* --- other files in its place ----------------------------------------------------------------------- */

static void
older_copy_gives_no_more_than_the_maximum_and_is_right_after_one_time_to_live(void **state)
{
	char copy[64];

	(void)state;
	put("a", "uid:1");
	seats_place_close(&place);
	tree_make(copy);
	tree_copy(place.path, copy);
	seats_place_open(&place);
	put("b", "uid:1");
	seats_place_close(&place);
	tree_copy(copy, place.path);
	close(place.directory);
	place.directory = open(place.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	place.moment.boottime_s += 100;
	seats_place_open(&place);
	/* b is not known, so its seat is given away once; as b renews it claims, within the maximum. */
	assert_put("x", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	assert_put("b", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	assert_put("y", "uid:2", SEAT_REFUSED, SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(used(), 3);
	place.moment.boottime_s += 500;
	assert_int_equal(used(), 2);
	tree_remove(copy);
}

static void
write_over(off_t from, size_t len)
{
	int fd = openat(place.directory, "seats.db", O_WRONLY);
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
	} DAMAGE[] = { { 0, 100 }, { 100, 3000 }, { 60, 8 }, { 4096, 8192 }, { 8192, 4096 },
		{ 12288, 4096 }, { 16384, 4096 }, { 20480, 8192 }, { 68, 4 } };
	const struct seats_asker asker = seats_asker_of("uid:2");
	struct seats_granted granted;
	struct stat aside;

	(void)state;
	for (size_t i = 0; i < sizeof DAMAGE / sizeof *DAMAGE; i++) {
		put("a", "uid:1");
		seats_place_close(&place);
		write_over(DAMAGE[i].from, DAMAGE[i].len);
		seats_place_open(&place);
		/* An index that nobody has looked at yet tells it to the first who does. */
		if (!seats_made_anew(place.seats)) {
			place.moment.boottime_s += 600;
			assert_int_equal(seats_put(place.seats, "new/pool", "a", &TWO, &asker,
						 &place.moment, &granted),
				SKERRY_ERR_STORE_DAMAGED);
			assert_int_equal(seats_commit(place.seats), SKERRY_OK);
			assert_int_equal(used(), 0);
			assert_true(seats_made_anew(place.seats));
		}
		assert_false(seats_made_anew(place.seats));
		assert_int_equal(used(), 0);
		assert_int_equal(fstatat(place.directory, SEATS_DAMAGED_FILE, &aside, 0), 0);
		assert_put("a", "uid:2", SEAT_CLAIMED, SKERRY_OK);
	}
}

static void
what_is_no_file_of_ours_is_laid_aside(void **state)
{
	(void)state;
	seats_place_close(&place);
	unlinkat(place.directory, SEATS_FILE, 0);
	assert_int_equal(symlinkat("/dev/zero", place.directory, SEATS_FILE), 0);
	seats_place_open(&place);
	assert_true(seats_made_anew(place.seats));
	seats_place_close(&place);
	unlinkat(place.directory, SEATS_FILE, 0);
	assert_int_equal(mkfifoat(place.directory, SEATS_FILE, 0600), 0);
	seats_place_open(&place);
	assert_true(seats_made_anew(place.seats));
	assert_put("a", "uid:2", SEAT_CLAIMED, SKERRY_OK);
}

static void
second_process_is_told_that_somebody_hands_them_out(void **state)
{
	struct seats *second = NULL;

	(void)state;
	assert_int_equal(
		seats_open(place.directory, &place.moment, &second), SKERRY_ERR_STORE_BUSY);
	assert_null(second);
	assert_put("a", "uid:1", SEAT_CLAIMED, SKERRY_OK);
	seats_place_close(&place);
	seats_place_open(&place);
}

/* --- burst and peaks --------------------------------------------------------------------------------- */

static void
burst_budget_goes_on_through_restarts(void **state)
{
	const struct seat_terms terms = { true, 1, 1, 1000000, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1");
	struct seats_granted burst;

	(void)state;
	seats_place_put(&place, &terms, POOL, "a", &asker);
	burst = seats_place_put(&place, &terms, POOL, "b", &asker);
	assert_true(burst.answer.marked);
	for (int i = 0; i < 23; i++) {
		place.moment.boottime_s += 3600;
		seats_place_close(&place);
		seats_place_open(&place);
	}
	assert_int_equal(seats_place_use(&place, POOL).burst_left_s, 3600);
	assert_int_equal(
		seats_place_put(&place, &terms, POOL, "b", &asker).answer.fate, SEAT_RENEWED);
	place.moment.boottime_s += 3600;
	assert_int_equal(seats_place_put(&place, &terms, POOL, "b", &asker).answer.err,
		SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(
		seats_place_put(&place, &terms, POOL, "a", &asker).answer.fate, SEAT_RENEWED);
	seats_place_release(&place, POOL, "b", &asker);
	place.moment.boottime_s += 10;
	assert_int_equal(seats_place_use(&place, POOL).burst_left_s, 10);
}

static void
peak_of_today_begins_with_who_is_in(void **state)
{
	const struct seat_terms terms = { true, 9, 0, 1000000, 0 };
	const struct seats_asker asker = seats_asker_of("uid:1");

	(void)state;
	seats_place_put(&place, &terms, POOL, "a", &asker);
	seats_place_put(&place, &terms, POOL, "b", &asker);
	seats_place_put(&place, &terms, POOL, "c", &asker);
	seats_place_release(&place, POOL, "b", &asker);
	assert_int_equal(seats_place_use(&place, POOL).peak, 3);
	seats_place_close(&place);
	seats_place_open(&place);
	assert_int_equal(seats_place_use(&place, POOL).peak, 3);
	place.moment.boottime_s += 86400;
	assert_int_equal(seats_place_use(&place, POOL).peak, 2);
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
		assert_int_equal(seats_put(place.seats, POOL, holder, &terms, &asker, &place.moment,
					 &granted),
			SKERRY_OK);
		assert_int_equal(granted.answer.fate, SEAT_CLAIMED);
		if (i % 1000 == 0)
			place.moment.boottime_s++;
	}
	assert_int_equal(seats_commit(place.seats), SKERRY_OK);
	assert_put("one more", "uid:1", SEAT_REFUSED, SKERRY_ERR_SEAT_NONE_FREE);
	seats_place_close(&place);
	seats_place_open(&place);
	assert_int_equal(used(), 100000);
	place.moment.boottime_s += 600 - 50;
	assert_true(used() > 40000 && used() < 60000);
	place.moment.boottime_s += 600;
	assert_int_equal(used(), 0);
}

int
main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, make, remove_it)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(seat_is_renewed_and_released_by_its_secret_or_its_user_alone),
		AT_A_PLACE(anybody_on_the_machine_is_nobody_in_particular),
		AT_A_PLACE(secret_is_nowhere_on_disk),
		AT_A_PLACE(one_user_holds_no_more_than_the_cap_in_all_pools),
		AT_A_PLACE(hostile_names_are_refused_and_odd_ones_are_names),
		AT_A_PLACE(listing_goes_on_page_by_page_and_misses_nobody),
		AT_A_PLACE(refused_claim_tells_when_the_next_lease_ends),
		AT_A_PLACE(lease_outlives_restart_and_reboot_and_time_that_the_machine_was_off),
		AT_A_PLACE(clock_that_goes_back_within_a_boot_takes_no_time_and_gives_none),
		AT_A_PLACE(kill_between_commit_and_answer_loses_no_lease_and_doubles_none),
		AT_A_PLACE(renewal_that_was_told_and_not_yet_on_disk_holds_through_a_kill),
		AT_A_PLACE(renewals_reach_the_disk_within_their_seconds),
		AT_A_PLACE(
			older_copy_gives_no_more_than_the_maximum_and_is_right_after_one_time_to_live),
		AT_A_PLACE(what_the_disk_refuses_is_told_nobody_and_what_was_told_holds),
		AT_A_PLACE(error_within_a_round_is_told_to_all_of_it),
		AT_A_PLACE(damaged_database_is_laid_aside_and_made_anew),
		AT_A_PLACE(what_is_no_file_of_ours_is_laid_aside),
		AT_A_PLACE(second_process_is_told_that_somebody_hands_them_out),
		AT_A_PLACE(burst_budget_goes_on_through_restarts),
		AT_A_PLACE(peak_of_today_begins_with_who_is_in),
		AT_A_PLACE(hundred_thousand_leases_are_counted_found_and_ended),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
