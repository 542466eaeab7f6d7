/* SPDX-License-Identifier: ISC */
/*
 * Time that goes by in a pool. What ended is taken away in the order in which it did, and burst and days
 * are counted from one end to the next: so it makes no difference how often anybody looks.
 */
#include "seats_inside.h"

static int64_t
later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

enum skerry_err
seats_next_end(struct seats *seats, struct seats_pool *pool, int64_t *ret_at)
{
	struct store_query q;
	enum skerry_err err;

	if (!pool->next_known) {
		pool->next_s = INT64_MAX;
		store_query(seats->store, &q,
			"SELECT ending FROM lease WHERE pool = ? ORDER BY ending LIMIT 1");
		store_bind_int(&q, pool->id);
		if (store_step(&q))
			pool->next_s = seats_second_of(store_int(&q, 0));
		err = store_done(&q);
		if (err != SKERRY_OK)
			return err;
		pool->next_known = true;
	}
	*ret_at = pool->next_s == INT64_MAX ? INT64_MAX : later_of(pool->next_s, pool->floor_s);
	return SKERRY_OK;
}

static enum skerry_err
close_day(struct seats *seats, struct seats_pool *pool, int64_t day)
{
	struct store_query q;
	enum skerry_err err = seats_begin(seats);

	if (err == SKERRY_OK)
		err = seats_pools_store_day(seats, pool, day);
	pool->peak = pool->used;
	pool->burst_s = 0;
	if (err != SKERRY_OK)
		return err;
	store_query(seats->store, &q, "DELETE FROM peak WHERE pool = ? AND day < ?");
	store_bind_int(&q, pool->id);
	store_bind_int(&q, day - SEATS_DAYS_KEPT + 1);
	return store_run(&q);
}

/* To `until`, with the leases that there are. */
static enum skerry_err
count_on(struct seats *seats, struct seats_pool *pool, int64_t until)
{
	bool over = pool->used > pool->max;
	enum skerry_err err = SKERRY_OK;

	/* Of a pause longer than all that is kept, the days before are not counted one by one. */
	if (until - pool->as_of_s > (SEATS_DAYS_KEPT + 1) * (int64_t)SEATS_DAY_S) {
		int64_t from = until - SEATS_DAYS_KEPT * (int64_t)SEATS_DAY_S;

		pool->burst_left_s =
			seat_burst_left(pool->burst_left_s, over, from - pool->as_of_s);
		err = close_day(seats, pool, pool->as_of_s / SEATS_DAY_S);
		pool->as_of_s = from;
	}
	while (err == SKERRY_OK && pool->as_of_s < until) {
		int64_t day = pool->as_of_s / SEATS_DAY_S, midnight = (day + 1) * SEATS_DAY_S;
		int64_t to = until < midnight ? until : midnight, span = to - pool->as_of_s;
		int64_t left = seat_burst_left(pool->burst_left_s, over, span);

		pool->changed =
			pool->changed || over || left != pool->burst_left_s || to == midnight;
		pool->burst_left_s = left;
		pool->burst_s += over ? span : 0;
		pool->as_of_s = to;
		if (to < midnight)
			break;
		err = close_day(seats, pool, day);
	}
	return err;
}

enum skerry_err
seats_keep_crossing(struct seats *seats, struct seats_pool *pool, bool was_over)
{
	enum skerry_err err;

	if (was_over == (pool->used > pool->max))
		return SKERRY_OK;
	pool->changed = true;
	err = seats_begin(seats);
	return err == SKERRY_OK ? seats_pools_store(seats) : err;
}

static enum skerry_err
take_away(struct seats *seats, struct seats_pool *pool)
{
	struct store_query q;
	bool was_over = pool->used > pool->max;
	enum skerry_err err = seats_begin(seats), query_err;

	if (err != SKERRY_OK)
		return err;
	store_query(seats->store, &q,
		"SELECT ending, owner, marked FROM lease WHERE pool = ? AND ending < ? "
		"ORDER BY ending");
	store_bind_int(&q, pool->id);
	store_bind_int(&q, seats_first_of(seats->now + 1));
	while (err == SKERRY_OK && store_step(&q)) {
		err = count_on(
			seats, pool, later_of(seats_second_of(store_int(&q, 0)), pool->floor_s));
		seats_owners_drop(&seats->owners, store_chars(&q, 1));
		pool->used -= pool->used > 0;
		pool->marked -= pool->marked > 0 && store_int(&q, 2) != 0;
	}
	query_err = store_done(&q);
	err = err == SKERRY_OK ? query_err : err;
	if (err != SKERRY_OK)
		return err;
	store_query(seats->store, &q, "DELETE FROM lease WHERE pool = ? AND ending < ?");
	store_bind_int(&q, pool->id);
	store_bind_int(&q, seats_first_of(seats->now + 1));
	pool->next_known = false;
	err = store_run(&q);
	return err == SKERRY_OK ? seats_keep_crossing(seats, pool, was_over) : err;
}

enum skerry_err
seats_advance(struct seats *seats, struct seats_pool *pool)
{
	int64_t end;
	enum skerry_err err = seats_next_end(seats, pool, &end);

	if (err == SKERRY_OK && end <= seats->now)
		err = take_away(seats, pool);
	return err == SKERRY_OK ? count_on(seats, pool, seats->now) : err;
}

enum skerry_err
seats_advance_all(struct seats *seats)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; err == SKERRY_OK && i < seats->pools_len; i++)
		err = seats_advance(seats, seats->pools[i]);
	return err;
}
