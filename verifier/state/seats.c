/* SPDX-License-Identifier: ISC */
/* The life of seats.db: opened, lease time carried on, committed, mended after an error, closed. */
#include "seats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seats_inside.h"

enum { SEATS_PATH_MAX = 64 };

/* --- the file ------------------------------------------------------------------------------------ */

static void
path_of(const struct seats *seats, char ret_path[SEATS_PATH_MAX])
{
	snprintf(ret_path, SEATS_PATH_MAX, "/proc/self/fd/%d/%s", seats->directory, SEATS_FILE);
}

static enum skerry_err
error_of_errno(void)
{
	return errno == EACCES || errno == EPERM || errno == EROFS ? SKERRY_ERR_FILE_PERMISSION
								   : SKERRY_ERR_IO;
}

/*
 * A file of its own is locked: locks of SQLite's own file are for moments, and readers of what was used
 * are welcome any time.
 */
static enum skerry_err
lock_folder(struct seats *seats)
{
	seats->lock = openat(seats->directory, SEATS_LOCK,
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (seats->lock < 0)
		return error_of_errno();
	if (flock(seats->lock, LOCK_EX | LOCK_NB) == 0)
		return SKERRY_OK;
	return errno == EWOULDBLOCK ? SKERRY_ERR_STORE_BUSY : SKERRY_ERR_IO;
}

/* One that was laid aside before gives way; what waits beside the database goes with it. */
static enum skerry_err
lay_aside(struct seats *seats)
{
	static const char *const ENDS[] = { "-wal", "-shm", "" };
	char from[64], to[64];

	for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
		snprintf(from, sizeof from, "%s%s", SEATS_FILE, ENDS[i]);
		snprintf(to, sizeof to, "%s%s", SEATS_DAMAGED_FILE, ENDS[i]);
		if (renameat(seats->directory, from, seats->directory, to) == 0)
			continue;
		if (errno != ENOENT)
			return error_of_errno();
		if (unlinkat(seats->directory, to, 0) != 0 && errno != ENOENT)
			return error_of_errno();
	}
	seats->anew = true;
	return SKERRY_OK;
}

static enum skerry_err
create(struct seats *seats)
{
	char path[SEATS_PATH_MAX];
	enum skerry_err err;
	int saved;

	path_of(seats, path);
	err = store_create(path, &SEATS_SCHEMA, &seats->store);
	if (err == SKERRY_OK || err == SKERRY_ERR_EXISTS)
		return err;
	/* Half a database would be laid aside the next time, as if it had been one. */
	saved = errno;
	unlinkat(seats->directory, SEATS_FILE, 0);
	errno = saved;
	return err;
}

/* --- lease time ---------------------------------------------------------------------------------- */

static enum skerry_err
write_clock(struct seats *seats, bool clean)
{
	struct store_query q;

	store_query(seats->store, &q,
		"UPDATE clock SET boot = ?, boottime_s = ?, lease_s = ?, clean = ? WHERE id = 1");
	store_bind_bytes(&q, seats->moment.boot, sizeof seats->moment.boot);
	store_bind_int(&q, seats->moment.boottime_s);
	store_bind_int(&q, seats->now);
	store_bind_int(&q, clean ? 1 : 0);
	return store_run(&q);
}

/*
 * Up to when all is here: *ret_recorded; where it goes on: *ret_now; until when renewals may have been told
 * that are not here, -1: none: *ret_lost.
 */
static enum skerry_err
read_clock(struct seats *seats, const struct seats_moment *moment, int64_t *ret_recorded,
	int64_t *ret_now, int64_t *ret_lost)
{
	struct store_query q;
	enum skerry_err err;
	int64_t boottime = 0, lease = -1, now, latest;
	bool same = false, clean = false;

	store_query(seats->store, &q,
		"SELECT boot, boottime_s, lease_s, clean FROM clock WHERE id = 1");
	if (store_step(&q)) {
		struct cbor_bytes boot = store_bytes(&q, 0);

		same = boot.len == sizeof moment->boot &&
		       memcmp(boot.data, moment->boot, sizeof moment->boot) == 0;
		boottime = store_int(&q, 1);
		lease = store_int(&q, 2);
		clean = store_int(&q, 3) == 1;
	}
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	if (lease < 0 || lease > SEATS_INSTANT_MAX / 4 || boottime < 0)
		return SKERRY_ERR_STORE_DAMAGED;
	if (same && moment->boottime_s - boottime > SEATS_INSTANT_MAX / 4)
		return SKERRY_ERR_STORE_DAMAGED;
	now = lease + (same && moment->boottime_s > boottime ? moment->boottime_s - boottime : 0);
	latest = lease + SEATS_RECORD_S + 2 * SEATS_LAZY_S;
	*ret_lost = clean ? -1 : same && now < latest ? now : latest;
	*ret_recorded = lease;
	*ret_now = now;
	return SKERRY_OK;
}

static void
let_time_go_on(struct seats *seats, const struct seats_moment *moment)
{
	bool same = memcmp(moment->boot, seats->moment.boot, sizeof moment->boot) == 0;
	int64_t span = moment->boottime_s - seats->moment.boottime_s;

	if (same && span <= 0)
		return;
	if (same && span < SEATS_INSTANT_MAX / 4 - seats->now)
		seats->now += span;
	seats->moment = *moment;
}

/* --- opening ------------------------------------------------------------------------------------- */

/*
 * Everything that must hold before somebody is answered, on disk. What had ended by the time that was
 * recorded last is taken away before ends are put off.
 */
static enum skerry_err
enter(struct seats *seats, const struct seats_moment *moment)
{
	int64_t now, lost;
	enum skerry_err err = read_clock(seats, moment, &seats->now, &now, &lost);

	if (err != SKERRY_OK)
		return err;
	seats->moment = *moment;
	err = seats_pools_load(seats);
	if (err == SKERRY_OK)
		err = seats_begin(seats);
	if (err == SKERRY_OK)
		err = seats_advance_all(seats);
	if (err != SKERRY_OK)
		return err;
	seats->now = now;
	if (lost >= 0)
		seats_pools_put_off(seats, lost);
	err = seats_pools_store(seats);
	if (err == SKERRY_OK)
		err = write_clock(seats, false);
	if (err == SKERRY_OK)
		err = store_commit(seats->store);
	seats->begun = false;
	seats->recorded_s = now;
	return err;
}

/* Forgets the store and what was counted of it. */
static void
leave(struct seats *seats)
{
	int saved = errno;

	store_close(seats->store);
	seats->store = NULL;
	seats->begun = false;
	seats_pools_free(seats);
	errno = saved;
}

/* A disk that is full or can only be read, or is busy, says nothing against the file. */
static bool
is_unreadable(enum skerry_err err, int number)
{
	switch (err) {
	case SKERRY_ERR_STORE_DAMAGED:
	case SKERRY_ERR_STORE_VERSION:
	case SKERRY_ERR_STORE:
		return true;
	case SKERRY_ERR_FILE_PERMISSION:
		return number == EACCES || number == EPERM;
	case SKERRY_ERR_IO:
		return number == EIO;
	default:
		return false;
	}
}

static enum skerry_err
note_file(struct seats *seats)
{
	struct stat is;

	if (fstatat(seats->directory, SEATS_FILE, &is, AT_SYMLINK_NOFOLLOW) != 0)
		return error_of_errno();
	seats->device = is.st_dev;
	seats->inode = is.st_ino;
	return SKERRY_OK;
}

/* Somebody may have taken it away, or put another one there: what goes into it is gone with the process. */
static bool
is_where_it_was(const struct seats *seats)
{
	struct stat is;

	if (fstatat(seats->directory, SEATS_FILE, &is, AT_SYMLINK_NOFOLLOW) != 0)
		return errno != ENOENT;
	return is.st_dev == seats->device && is.st_ino == seats->inode;
}

static enum skerry_err
open_file(struct seats *seats, const struct seats_moment *moment)
{
	char path[SEATS_PATH_MAX];
	enum skerry_err err;

	path_of(seats, path);
	errno = 0;
	err = store_open(path, &SEATS_SCHEMA, &seats->store);
	if (err == SKERRY_ERR_STORE_MISSING)
		err = create(seats);
	if (err == SKERRY_OK)
		err = note_file(seats);
	if (err == SKERRY_OK)
		err = enter(seats, moment);
	if (err != SKERRY_OK)
		leave(seats);
	return err;
}

static enum skerry_err
open_somehow(struct seats *seats, const struct seats_moment *moment)
{
	enum skerry_err err = open_file(seats, moment);

	if (err == SKERRY_OK || !is_unreadable(err, errno))
		return err;
	err = lay_aside(seats);
	return err == SKERRY_OK ? open_file(seats, moment) : err;
}

enum skerry_err
seats_open(int directory, const struct seats_moment *moment, struct seats **ret_seats)
{
	struct seats *seats = calloc(1, sizeof *seats);
	enum skerry_err err;
	int saved;

	if (seats == NULL)
		return SKERRY_ERR_NO_MEMORY;
	seats->lock = -1;
	seats->renewed_s = -1;
	seats->directory = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	err = seats->directory < 0 ? SKERRY_ERR_IO : lock_folder(seats);
	if (err == SKERRY_OK)
		err = open_somehow(seats, moment);
	if (err == SKERRY_OK) {
		*ret_seats = seats;
		return SKERRY_OK;
	}
	saved = errno;
	seats_close(seats);
	errno = saved;
	return err;
}

bool
seats_made_anew(struct seats *seats)
{
	bool anew = seats->anew;

	seats->anew = false;
	return anew;
}

/* --- each call ----------------------------------------------------------------------------------- */

enum skerry_err
seats_ready(struct seats *seats, const struct seats_moment *moment)
{
	enum skerry_err err = seats->round;

	if (err != SKERRY_OK)
		return err;
	if (seats->broken) {
		leave(seats);
		err = lay_aside(seats);
		seats->broken = err != SKERRY_OK;
		if (err != SKERRY_OK)
			return err;
	}
	if (seats->store == NULL) {
		err = open_somehow(seats, moment);
		if (err != SKERRY_OK)
			return err;
		seats->stale = false;
		seats->lost_floor_s = 0;
	}
	let_time_go_on(seats, moment);
	if (seats->stale) {
		err = seats_pools_load(seats);
		if (err != SKERRY_OK)
			return seats_end(seats, err);
		if (seats->lost_floor_s > 0)
			seats_pools_put_off(seats, seats->lost_floor_s);
		seats->stale = false;
	}
	return SKERRY_OK;
}

enum skerry_err
seats_begin(struct seats *seats)
{
	enum skerry_err err;

	if (seats->begun)
		return SKERRY_OK;
	err = store_begin(seats->store);
	seats->begun = err == SKERRY_OK;
	return err;
}

enum skerry_err
seats_end(struct seats *seats, enum skerry_err err)
{
	if (err == SKERRY_OK)
		return SKERRY_OK;
	store_rollback(seats->store);
	seats->begun = false;
	seats->stale = true;
	seats->troubled = true;
	if (seats->renewed_s >= 0)
		seats->lost_floor_s = seats->now + SEATS_LAZY_S;
	seats->renewed_s = -1;
	seats->broken = seats->broken || err == SKERRY_ERR_STORE_DAMAGED || err == SKERRY_ERR_STORE;
	/* Whoever waits for the commit hears of it there, whatever comes in between. */
	if (seats->owed)
		seats->round = err;
	seats->owed = false;
	return err;
}

static enum skerry_err
record(struct seats *seats, bool clean)
{
	enum skerry_err err = seats_begin(seats);

	if (err == SKERRY_OK)
		err = seats_pools_store(seats);
	if (err == SKERRY_OK)
		err = write_clock(seats, clean);
	if (err == SKERRY_OK)
		seats->recorded_s = seats->now;
	return err;
}

static enum skerry_err
commit_all(struct seats *seats)
{
	enum skerry_err err = SKERRY_OK;

	if (seats->now - seats->recorded_s >= SEATS_LAZY_S || seats->lost_floor_s > 0)
		err = record(seats, false);
	if (err == SKERRY_OK && !is_where_it_was(seats))
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		err = store_commit(seats->store);
	if (err != SKERRY_OK)
		return seats_end(seats, err);
	seats->begun = seats->owed = false;
	seats->renewed_s = -1;
	seats->lost_floor_s = 0;
	seats->troubled = false;
	return SKERRY_OK;
}

enum skerry_err
seats_commit(struct seats *seats)
{
	enum skerry_err err = seats->round;

	if (err == SKERRY_OK && seats->begun)
		err = commit_all(seats);
	seats->round = SKERRY_OK;
	return err;
}

enum skerry_err
seats_commit_renewals(struct seats *seats)
{
	return seats->begun ? commit_all(seats) : SKERRY_OK;
}

/* --- by itself ----------------------------------------------------------------------------------- */

/* Whether lease time matters to anybody. */
static bool
is_in_use(const struct seats *seats)
{
	for (size_t i = 0; i < seats->pools_len; i++)
		if (seats->pools[i]->used > 0 || seats->pools[i]->changed)
			return true;
	return false;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
seats_due(const struct seats *seats, const struct seats_moment *moment)
{
	int64_t due = INT64_MAX, now = seats->now;

	if (seats->stale || seats->broken || seats->store == NULL)
		return SEATS_LAZY_S;
	if (moment->boottime_s > seats->moment.boottime_s)
		now += moment->boottime_s - seats->moment.boottime_s;
	for (size_t i = 0; i < seats->pools_len; i++) {
		const struct seats_pool *pool = seats->pools[i];

		if (pool->used == 0)
			continue;
		if (!pool->next_known)
			return 0;
		due = sooner(due, pool->next_s > pool->floor_s ? pool->next_s : pool->floor_s);
	}
	if (seats->renewed_s >= 0)
		due = sooner(due, seats->renewed_s + SEATS_LAZY_S);
	if (is_in_use(seats))
		due = sooner(due, seats->recorded_s + SEATS_RECORD_S);
	if (due == INT64_MAX)
		return SEATS_DAY_S;
	return due > now ? due - now : 0;
}

enum skerry_err
seats_tick(struct seats *seats, const struct seats_moment *moment)
{
	enum skerry_err err = seats_ready(seats, moment);
	int64_t end;

	if (err != SKERRY_OK)
		return err;
	err = seats_advance_all(seats);
	for (size_t i = 0; err == SKERRY_OK && i < seats->pools_len; i++)
		err = seats_next_end(seats, seats->pools[i], &end);
	/* After an error it is tried whether the disk works again. */
	if (err == SKERRY_OK &&
		(seats->troubled ||
			(is_in_use(seats) && seats->now - seats->recorded_s >= SEATS_RECORD_S)))
		err = record(seats, false);
	if (err != SKERRY_OK)
		return seats_end(seats, err);
	if (seats->begun && (seats->troubled || seats->renewed_s < 0 ||
				    seats->now - seats->renewed_s >= SEATS_LAZY_S))
		return commit_all(seats);
	return SKERRY_OK;
}

/* --- closing ------------------------------------------------------------------------------------- */

void
seats_close(struct seats *seats)
{
	if (seats == NULL)
		return;
	if (seats->store != NULL && !seats->stale && !seats->broken &&
		record(seats, true) == SKERRY_OK)
		store_commit(seats->store);
	leave(seats);
	if (seats->lock >= 0)
		close(seats->lock);
	if (seats->directory >= 0)
		close(seats->directory);
	free(seats);
}
