/* SPDX-License-Identifier: ISC */
/* What is in use: of a pool, and lease by lease. */
#include <string.h>

#include "seats_inside.h"

enum skerry_err
seats_use(struct seats *seats, const char *name, const struct seats_moment *moment,
	struct seats_use *ret_use)
{
	struct seats_pool *pool;
	enum skerry_err err = seats_ready(seats, moment);

	if (err != SKERRY_OK)
		return err;
	pool = seats_pools_find(seats, name);
	err = pool == NULL ? SKERRY_OK : seats_advance(seats, pool);
	if (err != SKERRY_OK)
		return seats_end(seats, err);
	*ret_use = (struct seats_use){ .burst_left_s = SEAT_BURST_S };
	if (pool != NULL)
		*ret_use = (struct seats_use){ .used = pool->used,
			.marked = pool->marked,
			.peak = pool->peak,
			.burst_left_s = pool->burst_left_s };
	return SKERRY_OK;
}

/* How far a listing is. */
struct listing {
	struct seats *seats;
	const struct seats_pool *pool;
	size_t left;
	char last[SEATS_HOLDER_MAX + 1];
	bool (*visit)(void *, const struct seats_row *);
	void *context;
	bool more;
};

static void
visit_row(struct listing *listing, struct store_query *q)
{
	struct seats_row row = { .pool = listing->pool->name,
		.holder = store_chars(q, 0),
		.node = store_int(q, 1) != 0,
		.owner = store_chars(q, 2),
		.marked = store_int(q, 5) != 0,
		.claimed_s = listing->seats->now - store_int(q, 3),
		.ends_s = seats_second_of(store_int(q, 4)) };

	if (row.holder == NULL || row.owner == NULL)
		return;
	if (listing->left == 0 && strcmp(row.holder, listing->last) != 0) {
		listing->more = false;
		return;
	}
	if (row.ends_s < listing->pool->floor_s)
		row.ends_s = listing->pool->floor_s;
	row.ends_s -= listing->seats->now;
	listing->left -= listing->left > 0;
	store_text(q, 0, listing->last, sizeof listing->last);
	listing->more = listing->visit(listing->context, &row);
}

static enum skerry_err
list_pool(struct listing *listing, const char *after)
{
	struct store_query q;

	store_query(listing->seats->store, &q,
		"SELECT holder, node, owner, claimed_s, ending, marked FROM lease "
		"WHERE pool = ? AND holder > ? ORDER BY holder, node");
	store_bind_int(&q, listing->pool->id);
	store_bind_text(&q, after);
	while (listing->more && store_step(&q))
		visit_row(listing, &q);
	return store_done(&q);
}

enum skerry_err
seats_each(struct seats *seats, const char *after_pool, const char *after_holder, size_t limit,
	const struct seats_moment *moment, bool (*visit)(void *, const struct seats_row *),
	void *context)
{
	struct listing listing = {
		.seats = seats, .left = limit, .visit = visit, .context = context, .more = limit > 0
	};
	enum skerry_err err = seats_ready(seats, moment);
	size_t i;

	if (err != SKERRY_OK)
		return err;
	for (i = seats_pools_place(seats, after_pool);
		err == SKERRY_OK && listing.more && i < seats->pools_len; i++) {
		struct seats_pool *pool = seats->pools[i];
		const char *after = strcmp(pool->name, after_pool) == 0 ? after_holder : "";

		listing.pool = pool;
		listing.last[0] = '\0';
		err = seats_advance(seats, pool);
		if (err == SKERRY_OK)
			err = list_pool(&listing, after);
		listing.more = listing.more && listing.left > 0;
	}
	return seats_end(seats, err);
}
