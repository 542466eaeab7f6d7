/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SEATS_H
#define VERIFIER_STATE_SEATS_H

/*
 * The leases of a site, in seats.db beside site.db: a database of their own, since they are many, change
 * often, and nothing else depends on them. One that cannot be read is laid aside (SEATS_DAMAGED_FILE) and
 * made anew, empty, and so is one that is taken away or replaced while it is open; it costs nobody more
 * than one refused renewal. An older copy that is put back before an opening is right again after one time
 * to live: what it does not know has to be claimed again, within the maximum.
 *
 *	seats_put, seats_release ...  seats_commit  ... then tell the answers
 *
 * Claims and releases are told only after seats_commit, which makes all since the last one durable at
 * once: so many clients at a time share one commit. Renewals may be told at once; they go along with the
 * next commit, SEATS_LAZY_S later at most. Since the last of them may be lost in a crash, an opening after
 * one lets no lease end before the longest time to live of its pool has gone by since: nobody who was
 * told that he holds a seat loses it.
 *
 * Lease time goes on where it was last recorded, which is with each commit SEATS_LAZY_S after the one
 * before, and each SEATS_RECORD_S while somebody holds a seat.
 *
 * A claim takes O(log n) however many leases there are: how many a pool and an owner have is counted in
 * memory, once, at the opening; what has ended is found by an index.
 *
 * One thread. Errors of store.h; what was not committed is gone after one. If somebody still waits for
 * seats_commit, each call returns that error until seats_commit has, so that nobody is told that he holds
 * what is gone. Of renewals that were told already the next end is put
 * off as after a crash, and until a commit has succeeded again each renewal is committed before it returns. A
 * database that turns out to be damaged says so once (STORE_DAMAGED) and is made anew by the next call.
 */

#include "keys/store.h"
#include "verifier/decide/seat.h"

#define SEATS_FILE "seats.db"
#define SEATS_DAMAGED_FILE SEATS_FILE ".damaged"
#define SEATS_LOCK SEATS_FILE ".lock"

enum {
	SEATS_HOLDER_MAX = 255, /* bytes of a holder's name: UTF-8 without control characters */
	SEATS_POOL_MAX = 192,   /* "hotelhub/hms", or with its tenant behind a blank */
	SEATS_OWNER_MAX = 80,   /* "uid:33", "token:reception-2", "tcp" */
	SEATS_SECRET_LEN = 16,
	SEATS_LAZY_S = 2,
	SEATS_RECORD_S = 60,
	SEATS_DAYS_KEPT = 400 /* peaks and burst seconds: days of lease time */
};

struct seats;

/* The clock of leases: where this boot is. */
struct seats_moment {
	uint8_t boot[16];
	int64_t boottime_s;
};

struct seats_asker {
	const char *owner; /* terminated */
	bool node; /* by keygen-relay's calls, whose clients have no secret: names of their own */
	bool operator;         /* may release what is not his */
	const uint8_t *secret; /* SEATS_SECRET_LEN bytes that were shown; NULL */
};

struct seats_granted {
	struct seat_answer answer;
	int64_t in_s;                     /* of ends_at or retry_at, from now; -1: none */
	uint8_t secret[SEATS_SECRET_LEN]; /* CLAIMED: told once, kept as a hash */
};

/* The state folder, open. STORE_BUSY: another process hands out this folder's seats. */
enum skerry_err seats_open(
	int directory, const struct seats_moment *moment, struct seats **ret_seats);
/* What is not on disk yet goes there. Harmless on NULL. */
void seats_close(struct seats *seats);
/* Whether what lay here could not be read and was laid aside since the last time this was asked. */
bool seats_made_anew(struct seats *seats);

/* False for a name that no holder can have: empty, too long, not UTF-8, with control characters. */
bool seats_is_holder(const char *name, size_t len);

/*
 * ARGUMENT: a pool or an owner that is empty or too long, a name that no holder can have. What is refused is an
 * answer, not an error. An owner "tcp" is anybody on this machine and always has to show the secret, but for
 * nodes.
 */
enum skerry_err seats_put(struct seats *seats, const char *pool, const char *holder,
	const struct seat_terms *terms, const struct seats_asker *asker,
	const struct seats_moment *moment, struct seats_granted *ret_granted);
enum skerry_err seats_release(struct seats *seats, const char *pool, const char *holder,
	const struct seats_asker *asker, const struct seats_moment *moment,
	struct seats_granted *ret_granted);
/* Everything answered since is on disk. */
enum skerry_err seats_commit(struct seats *seats);
/*
 * Seconds until seats_tick has something to do; it commits renewals, takes ended leases away, counts peaks.
 * After an error it writes in any case: SKERRY_OK then says that the disk works again.
 */
int64_t seats_due(const struct seats *seats, const struct seats_moment *moment);
enum skerry_err seats_tick(struct seats *seats, const struct seats_moment *moment);

struct seats_use {
	uint64_t used, marked, peak; /* peak: of today, by lease time */
	int64_t burst_left_s;
};
/* Of a pool; where there is none, nothing is used, of the burst neither. O(log n). */
enum skerry_err seats_use(struct seats *seats, const char *pool, const struct seats_moment *moment,
	struct seats_use *ret_use);

struct seats_row {
	const char *pool, *holder, *owner; /* borrowed for the visit */
	bool node, marked;
	int64_t claimed_s, ends_s; /* seconds ago; seconds from now */
};
/*
 * In order of pool and holder, behind `after_pool`, `after_holder` ("" both: from the beginning), at most
 * `limit`, and one more where a holder and a node of one name would be torn apart. The visit returns whether to
 * go on, and calls nothing of this header.
 */
enum skerry_err seats_each(struct seats *seats, const char *after_pool, const char *after_holder,
	size_t limit, const struct seats_moment *moment,
	bool (*visit)(void *, const struct seats_row *), void *context);

#endif
