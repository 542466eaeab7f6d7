/* SPDX-License-Identifier: ISC */
/* Pools in memory: few, sorted by name. Their leases are counted at the opening and whenever one changes. */
#include <stdlib.h>
#include <string.h>

#include "seats_inside.h"

enum { POOLS_MAX = 100000 }; /* of a folder; each comes from a license */

size_t
seats_pools_place(const struct seats *seats, const char *name)
{
	size_t low = 0, high = seats->pools_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(seats->pools[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct seats_pool *
seats_pools_find(const struct seats *seats, const char *name)
{
	size_t at = seats_pools_place(seats, name);

	return at < seats->pools_len && strcmp(seats->pools[at]->name, name) == 0 ? seats->pools[at]
										  : NULL;
}

/* A new one at its place; its fields but the name are zero. */
static struct seats_pool *
insert(struct seats *seats, const char *name)
{
	size_t at = seats_pools_place(seats, name);
	struct seats_pool **pools, *pool = calloc(1, sizeof *pool);

	if (pool == NULL)
		return NULL;
	pools = realloc(seats->pools, (seats->pools_len + 1) * sizeof(struct seats_pool *));
	if (pools == NULL) {
		free(pool);
		return NULL;
	}
	seats->pools = pools;
	memmove(pools + at + 1, pools + at, (seats->pools_len - at) * sizeof(struct seats_pool *));
	pools[at] = pool;
	seats->pools_len++;
	memcpy(pool->name, name, strlen(name) + 1);
	return pool;
}

void
seats_pools_free(struct seats *seats)
{
	for (size_t i = 0; i < seats->pools_len; i++)
		free(seats->pools[i]);
	free(seats->pools);
	seats->pools = NULL;
	seats->pools_len = 0;
	seats_owners_free(&seats->owners);
}

/* --- loading ------------------------------------------------------------------------------------- */

static bool
makes_sense(const struct seats_pool *pool)
{
	return pool->id > 0 && pool->ttl_s >= 0 && pool->ttl_s <= SEATS_INSTANT_MAX &&
	       pool->floor_s >= 0 && pool->floor_s <= SEATS_INSTANT_MAX &&
	       pool->burst_left_s >= 0 && pool->burst_left_s <= SEAT_BURST_S && pool->as_of_s >= 0;
}

static enum skerry_err
load_pool(struct seats *seats, struct store_query *q)
{
	const char *name = store_chars(q, 1);
	struct seats_pool *pool;

	if (name == NULL || !seats_is_text(name, SEATS_POOL_MAX) ||
		seats_pools_find(seats, name) != NULL || seats->pools_len == POOLS_MAX)
		return SKERRY_ERR_STORE_DAMAGED;
	pool = insert(seats, name);
	if (pool == NULL)
		return SKERRY_ERR_NO_MEMORY;
	pool->id = store_int(q, 0);
	pool->max = (uint64_t)store_int(q, 2);
	pool->ttl_s = store_int(q, 3);
	pool->floor_s = store_int(q, 4);
	pool->burst_left_s = store_int(q, 5);
	pool->as_of_s = store_int(q, 6);
	if (pool->as_of_s > seats->now)
		pool->as_of_s = seats->now;
	return makes_sense(pool) ? SKERRY_OK : SKERRY_ERR_STORE_DAMAGED;
}

static enum skerry_err
load_pools(struct seats *seats)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(seats->store, &q,
		"SELECT id, name, max, ttl_s, floor_s, burst_left_s, as_of_s FROM pool");
	while (err == SKERRY_OK && store_step(&q))
		err = load_pool(seats, &q);
	query_err = store_done(&q);
	return query_err == SKERRY_OK ? err : query_err;
}

static struct seats_pool *
pool_of_id(const struct seats *seats, int64_t id)
{
	for (size_t i = 0; i < seats->pools_len; i++)
		if (seats->pools[i]->id == id)
			return seats->pools[i];
	return NULL;
}

/* In the order of the table, so that the rows of a pool follow each other. */
static enum skerry_err
count_leases(struct seats *seats)
{
	struct seats_pool *pool = NULL;
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(seats->store, &q, "SELECT pool, owner, marked FROM lease");
	while (err == SKERRY_OK && store_step(&q)) {
		int64_t id = store_int(&q, 0);
		const char *owner = store_chars(&q, 1);

		if (pool == NULL || pool->id != id)
			pool = pool_of_id(seats, id);
		if (pool == NULL || owner == NULL) {
			err = pool == NULL ? SKERRY_ERR_STORE_DAMAGED : SKERRY_ERR_NO_MEMORY;
			break;
		}
		pool->used++;
		pool->marked += store_int(&q, 2) != 0;
		err = seats_owners_add(&seats->owners, owner);
	}
	query_err = store_done(&q);
	return query_err == SKERRY_OK ? err : query_err;
}

/* What the day of as_of_s has seen so far. */
static enum skerry_err
load_day(struct seats *seats, struct seats_pool *pool)
{
	struct store_query q;

	store_query(seats->store, &q, "SELECT peak, burst_s FROM peak WHERE pool = ? AND day = ?");
	store_bind_int(&q, pool->id);
	store_bind_int(&q, pool->as_of_s / SEATS_DAY_S);
	if (store_step(&q)) {
		pool->peak = (uint64_t)store_int(&q, 0);
		pool->burst_s = store_int(&q, 1);
	}
	if (pool->peak < pool->used)
		pool->peak = pool->used;
	return store_done(&q);
}

enum skerry_err
seats_pools_load(struct seats *seats)
{
	enum skerry_err err;

	seats_pools_free(seats);
	err = load_pools(seats);
	if (err == SKERRY_OK)
		err = count_leases(seats);
	for (size_t i = 0; err == SKERRY_OK && i < seats->pools_len; i++)
		err = load_day(seats, seats->pools[i]);
	return err;
}

void
seats_pools_put_off(struct seats *seats, int64_t at)
{
	for (size_t i = 0; i < seats->pools_len; i++) {
		struct seats_pool *pool = seats->pools[i];

		if (pool->used > 0 && pool->floor_s < at + pool->ttl_s) {
			pool->floor_s = at + pool->ttl_s;
			pool->changed = true;
		}
	}
}

/* --- storing ------------------------------------------------------------------------------------- */

enum skerry_err
seats_pools_add(struct seats *seats, const char *name, struct seats_pool **ret_pool)
{
	struct seats_pool *pool;
	struct store_query q;
	enum skerry_err err;

	if (seats->pools_len == POOLS_MAX)
		return SKERRY_ERR_ARGUMENT;
	store_query(seats->store, &q,
		"INSERT INTO pool (name, max, ttl_s, floor_s, burst_left_s, as_of_s) "
		"VALUES (?, 0, 0, 0, ?, ?)");
	store_bind_text(&q, name);
	store_bind_int(&q, SEAT_BURST_S);
	store_bind_int(&q, seats->now);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	pool = insert(seats, name);
	if (pool == NULL)
		return SKERRY_ERR_NO_MEMORY;
	pool->id = store_last_id(seats->store);
	pool->burst_left_s = SEAT_BURST_S;
	pool->as_of_s = seats->now;
	pool->next_s = INT64_MAX;
	pool->next_known = true;
	*ret_pool = pool;
	return SKERRY_OK;
}

enum skerry_err
seats_pools_store_day(struct seats *seats, const struct seats_pool *pool, int64_t day)
{
	struct store_query q;

	/* A day without anybody leaves no row. */
	if (pool->peak == 0 && pool->burst_s == 0)
		return SKERRY_OK;
	store_query(seats->store, &q,
		"INSERT OR REPLACE INTO peak (pool, day, peak, burst_s) VALUES (?, ?, ?, ?)");
	store_bind_int(&q, pool->id);
	store_bind_int(&q, day);
	store_bind_int(&q, (int64_t)pool->peak);
	store_bind_int(&q, pool->burst_s);
	return store_run(&q);
}

static enum skerry_err
store_pool(struct seats *seats, struct seats_pool *pool)
{
	struct store_query q;
	enum skerry_err err = seats_pools_store_day(seats, pool, pool->as_of_s / SEATS_DAY_S);

	if (err != SKERRY_OK)
		return err;
	store_query(seats->store, &q,
		"UPDATE pool SET max = ?, ttl_s = ?, floor_s = ?, burst_left_s = ?, as_of_s = ? "
		"WHERE id = ?");
	store_bind_int(&q, (int64_t)pool->max);
	store_bind_int(&q, pool->ttl_s);
	store_bind_int(&q, pool->floor_s);
	store_bind_int(&q, pool->burst_left_s);
	store_bind_int(&q, pool->as_of_s);
	store_bind_int(&q, pool->id);
	err = store_run(&q);
	if (err == SKERRY_OK)
		pool->changed = false;
	return err;
}

enum skerry_err
seats_pools_store(struct seats *seats)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; err == SKERRY_OK && i < seats->pools_len; i++)
		if (seats->pools[i]->changed)
			err = store_pool(seats, seats->pools[i]);
	return err;
}
