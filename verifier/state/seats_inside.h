/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SEATS_INSIDE_H
#define VERIFIER_STATE_SEATS_INSIDE_H

/* What the files of seats.h share; for nobody else. */

#include <sys/types.h>

#include "seats.h"
#include "seats_owners.h"

enum { SEATS_DAY_S = 86400, SEATS_HASH_LEN = 16, SEATS_ORDER_BITS = 20 };

/* Lease time and times to live end there: no clock comes that far, and a column holds it with its order. */
#define SEATS_INSTANT_MAX (INT64_C(1) << 42)

/* A pool as it is now: what its row says, and what is counted. */
struct seats_pool {
	int64_t id;
	char name[SEATS_POOL_MAX + 1];
	uint64_t used, marked, max;
	int64_t ttl_s, floor_s, burst_left_s;
	int64_t as_of_s;          /* to when burst and day are counted */
	int64_t next_s;           /* the first end in its rows, INT64_MAX: none; where next_known */
	int64_t burst_s;          /* of the day of as_of_s */
	uint64_t peak;            /* likewise */
	bool next_known, changed; /* its row is behind */
};

struct seats {
	int directory, lock; /* directory: a copy of its own */
	struct store *store;
	dev_t device; /* of the file that is open: */
	ino_t inode;
	struct seats_pool **pools; /* by name */
	size_t pools_len;
	struct seats_owners owners;

	struct seats_moment moment; /* the newest that was told */
	int64_t now;                /* lease time then */
	int64_t recorded_s;         /* lease time in the clock's row */
	int64_t renewed_s;     /* when the first renewal was told that is not on disk; -1: none */
	int64_t lost_floor_s;  /* what was told and lost: no lease of any pool ends before */
	enum skerry_err round; /* an error that seats_commit still has to tell */
	bool owed;             /* somebody waits for seats_commit */
	uint32_t order;        /* of the next row's end among those of one second */
	bool begun;            /* a change is open */
	bool stale;            /* memory and rows disagree: load it again */
	bool broken;           /* the database is damaged */
	bool troubled;         /* the last commit failed */
	bool anew;
};

extern const struct store_schema SEATS_SCHEMA;

/* --- seats.c: every call begins and ends with these --------------------------------------------- */

/* Mends what an error left, and lets time go on to `moment`. */
enum skerry_err seats_ready(struct seats *seats, const struct seats_moment *moment);
/* A change is open from here to seats_commit. */
enum skerry_err seats_begin(struct seats *seats);
/* Before a renewal is told: what is open is on disk. */
enum skerry_err seats_commit_renewals(struct seats *seats);
/* Passes `err` on; after an error nothing uncommitted stands. */
enum skerry_err seats_end(struct seats *seats, enum skerry_err err);

/* --- seats_pools.c ------------------------------------------------------------------------------ */

/* Rows and counts into memory. STORE_DAMAGED where they make no sense. */
enum skerry_err seats_pools_load(struct seats *seats);
void seats_pools_free(struct seats *seats);
/* NULL: there is none. */
struct seats_pool *seats_pools_find(const struct seats *seats, const char *name);
/* The index of the first pool whose name is not before `name`. */
size_t seats_pools_place(const struct seats *seats, const char *name);
enum skerry_err seats_pools_add(
	struct seats *seats, const char *name, struct seats_pool **ret_pool);
/* Rows of pools that changed. */
enum skerry_err seats_pools_store(struct seats *seats);
/* What a day has seen. */
enum skerry_err seats_pools_store_day(
	struct seats *seats, const struct seats_pool *pool, int64_t day);
/* Each pool's leases end no earlier than its time to live behind that instant. */
void seats_pools_put_off(struct seats *seats, int64_t at);

/* --- seats_ending.c ----------------------------------------------------------------------------- */

/* When the first lease of a pool ends; INT64_MAX: it has none. */
enum skerry_err seats_next_end(struct seats *seats, struct seats_pool *pool, int64_t *ret_at);
/* To now: leases that have ended are taken away in their order, burst and days are counted on. */
enum skerry_err seats_advance(struct seats *seats, struct seats_pool *pool);

enum skerry_err seats_advance_all(struct seats *seats);
/*
 * A pool that has gone above its maximum, or below: to when its burst is counted goes to the disk with the
 * leases that made it so. Else an opening would count seconds for leases that were not there in them.
 */
enum skerry_err seats_keep_crossing(struct seats *seats, struct seats_pool *pool, bool was_over);

/* A second as rows have it: the first of them, and the next one. */
static inline int64_t
seats_first_of(int64_t at)
{
	return at * (INT64_C(1) << SEATS_ORDER_BITS);
}

static inline int64_t
seats_next_of(struct seats *seats, int64_t at)
{
	return seats_first_of(at) + (seats->order++ & ((1u << SEATS_ORDER_BITS) - 1));
}

static inline int64_t
seats_second_of(int64_t ending)
{
	return ending >> SEATS_ORDER_BITS;
}

/* A terminated text of 1 to max bytes. */
static inline bool
seats_is_text(const char *text, size_t max)
{
	size_t len = 0;

	while (len <= max && text[len] != '\0')
		len++;
	return len > 0 && len <= max;
}

#endif
