/* SPDX-License-Identifier: ISC */
#include "seat.h"

static int64_t
later(int64_t at, int64_t span)
{
	int64_t sum;

	return __builtin_add_overflow(at, span, &sum) ? INT64_MAX : sum;
}

static struct seat_answer
refused(enum skerry_err err)
{
	return (struct seat_answer){ .fate = SEAT_REFUSED, .err = err, .retry_at = INT64_MAX };
}

static struct seat_answer
granted(enum seat_fate fate, const struct seat_terms *terms, bool marked, int64_t now)
{
	return (struct seat_answer){ .fate = fate,
		.err = SKERRY_OK,
		.marked = marked,
		.ends_at = later(now, terms->ttl_s),
		.retry_at = INT64_MAX };
}

static struct seat_answer
none_free(const struct seat_pool *pool, bool marked)
{
	struct seat_answer answer = refused(SKERRY_ERR_SEAT_NONE_FREE);

	answer.marked = marked;
	answer.retry_at = pool->next_end;
	return answer;
}

/* Whether so many leases at once are what the burst allows, and there is a budget for them. */
static bool
burst_holds(const struct seat_terms *terms, const struct seat_pool *pool, uint64_t used)
{
	return pool->burst_left_s > 0 && used > terms->max && used - terms->max <= terms->burst;
}

static struct seat_answer
claim(const struct seat_terms *terms, const struct seat_pool *pool, int64_t now)
{
	if (terms->cap != 0 && pool->of_asker >= terms->cap)
		return refused(SKERRY_ERR_SEAT_CAP);
	if (pool->used < terms->max)
		return granted(SEAT_CLAIMED, terms, false, now);
	if (burst_holds(terms, pool, pool->used + 1))
		return granted(SEAT_CLAIMED, terms, true, now);
	return none_free(pool, false);
}

/*
 * Plain is who is among the first `max` that are; the others are marked, also where the license was cut
 * down while they were in: a renewal that is refused leaves a mark, so that as many as are too many are
 * refused, and no more.
 */
static struct seat_answer
renew(const struct seat_terms *terms, const struct seat_pool *pool, const struct seat_lease *lease,
	int64_t now)
{
	uint64_t others = pool->used - pool->marked - (lease->marked ? 0 : 1);

	if (others < terms->max)
		return granted(SEAT_RENEWED, terms, false, now);
	if (burst_holds(terms, pool, pool->used))
		return granted(SEAT_RENEWED, terms, true, now);
	return none_free(pool, true);
}

struct seat_answer
seat_put(const struct seat_terms *terms, const struct seat_pool *pool,
	const struct seat_lease *lease, enum seat_right right, int64_t now)
{
	if (!terms->access)
		return refused(SKERRY_ERR_NO_ACCESS);
	if (terms->max == 0)
		return refused(SKERRY_ERR_NO_SEATS);
	if (!lease->held)
		return claim(terms, pool, now);
	if (right != SEAT_RIGHT_OWNER && right != SEAT_RIGHT_SECRET)
		return refused(SKERRY_ERR_SEAT_HELD);
	return renew(terms, pool, lease, now);
}

struct seat_answer
seat_release(const struct seat_lease *lease, enum seat_right right)
{
	if (!lease->held)
		return refused(SKERRY_ERR_SEAT_UNKNOWN);
	if (right == SEAT_RIGHT_NONE || right == SEAT_RIGHT_WRONG)
		return refused(SKERRY_ERR_SEAT_SECRET);
	return (struct seat_answer){ .fate = SEAT_RELEASED,
		.err = SKERRY_OK,
		.marked = lease->marked,
		.retry_at = INT64_MAX };
}

int64_t
seat_burst_left(int64_t left_s, bool over, int64_t span_s)
{
	int64_t left = left_s < 0 ? 0 : left_s > SEAT_BURST_S ? SEAT_BURST_S : left_s;

	if (span_s <= 0)
		return left;
	if (over)
		return span_s >= left ? 0 : left - span_s;
	return span_s >= SEAT_BURST_S - left ? SEAT_BURST_S : left + span_s;
}
