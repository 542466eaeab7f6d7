/* SPDX-License-Identifier: ISC */
#include "fixture_seats.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"

void
seats_place_make(struct seats_place *place)
{
	memset(place, 0, sizeof *place);
	tree_make(place->path);
	place->directory = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->directory >= 0);
	place->moment.boottime_s = 100;
	memset(place->moment.boot, 1, sizeof place->moment.boot);
	seats_place_open(place);
}

void
seats_place_remove(struct seats_place *place)
{
	seats_place_close(place);
	close(place->directory);
	tree_remove(place->path);
}

void
seats_place_open(struct seats_place *place)
{
	assert_int_equal(seats_open(place->directory, &place->moment, &place->seats), SKERRY_OK);
}

void
seats_place_close(struct seats_place *place)
{
	seats_close(place->seats);
	place->seats = NULL;
}

void
seats_place_killed(struct seats_place *place, void (*work)(struct seats_place *))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (seats_open(place->directory, &place->moment, &place->seats) != SKERRY_OK)
			_exit(1);
		work(place);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

struct seats_asker
seats_asker_of(const char *owner)
{
	return (struct seats_asker){ .owner = owner };
}

struct seats_granted
seats_place_put(struct seats_place *place, const struct seat_terms *terms, const char *pool,
	const char *holder, const struct seats_asker *asker)
{
	struct seats_granted granted;

	assert_int_equal(
		seats_put(place->seats, pool, holder, terms, asker, &place->moment, &granted),
		SKERRY_OK);
	if (granted.answer.fate == SEAT_CLAIMED)
		assert_int_equal(seats_commit(place->seats), SKERRY_OK);
	return granted;
}

struct seats_granted
seats_place_release(struct seats_place *place, const char *pool, const char *holder,
	const struct seats_asker *asker)
{
	struct seats_granted granted;

	assert_int_equal(seats_release(place->seats, pool, holder, asker, &place->moment, &granted),
		SKERRY_OK);
	assert_int_equal(seats_commit(place->seats), SKERRY_OK);
	return granted;
}

struct seats_use
seats_place_use(struct seats_place *place, const char *pool)
{
	struct seats_use use;

	assert_int_equal(seats_use(place->seats, pool, &place->moment, &use), SKERRY_OK);
	return use;
}

/* --- a test's own place ------------------------------------------------------------------------- */

const struct seat_terms SEATS_HERE_TERMS = { true, 2, 1, 600, 0 };

struct seats_place seats_here;

int
seats_here_make(void **state)
{
	(void)state;
	seats_place_make(&seats_here);
	return 0;
}

int
seats_here_remove(void **state)
{
	(void)state;
	seats_place_remove(&seats_here);
	return 0;
}

struct seats_granted
seats_here_put(const char *holder, const char *owner)
{
	struct seats_asker asker = seats_asker_of(owner);

	return seats_place_put(&seats_here, &SEATS_HERE_TERMS, SEATS_HERE_POOL, holder, &asker);
}

void
seats_here_assert(const char *holder, const char *owner, enum seat_fate fate, enum skerry_err err)
{
	struct seats_granted granted = seats_here_put(holder, owner);

	assert_int_equal(granted.answer.fate, fate);
	assert_int_equal(granted.answer.err, err);
}

uint64_t
seats_here_used(void)
{
	return seats_place_use(&seats_here, SEATS_HERE_POOL).used;
}
