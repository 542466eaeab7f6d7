/* SPDX-License-Identifier: ISC */
/* Claims, renewals, releases: what a lease's row says, what is decided of it (decide/seat.h), what changes. */
#include <string.h>

#include "formats/utf8.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "seats_inside.h"

/* Whom a call is about, and the row that stands for the name. */
struct subject {
	const char *holder;
	const struct seats_asker *asker;
	struct seats_pool *pool;
	struct seat_lease lease;
	enum seat_right right;
	int64_t ends_s; /* in its row, whatever the pool's floor */
	char owner[SEATS_OWNER_MAX + 1];
};

bool
seats_is_holder(const char *name, size_t len)
{
	uint32_t point;

	if (len == 0 || len > SEATS_HOLDER_MAX)
		return false;
	for (size_t at = 0; at < len;) {
		at += utf8_next(name + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

static bool
is_proper(const char *pool, const char *holder, const struct seats_asker *asker)
{
	return seats_is_text(pool, SEATS_POOL_MAX) && seats_is_text(holder, SEATS_HOLDER_MAX) &&
	       seats_is_holder(holder, strlen(holder)) &&
	       seats_is_text(asker->owner, SEATS_OWNER_MAX);
}

/* --- who asks ------------------------------------------------------------------------------------ */

static void
hash_secret(const uint8_t secret[SEATS_SECRET_LEN], uint8_t ret_hash[SEATS_HASH_LEN])
{
	static const uint8_t KEY[] = "seat";
	uint8_t hash[HASH_LEN];

	hash_blake2b(KEY, sizeof KEY - 1, secret, SEATS_SECRET_LEN, hash);
	memcpy(ret_hash, hash, SEATS_HASH_LEN);
}

static bool
is_secret(struct cbor_bytes kept, const uint8_t *secret)
{
	uint8_t hash[SEATS_HASH_LEN];

	if (kept.len != SEATS_HASH_LEN)
		return false;
	hash_secret(secret, hash);
	return hash_same(kept.data, hash, sizeof hash);
}

/* Whether being who he is stands for the secret. A "tcp" is anybody, and may be somebody else the next time. */
static bool
is_owner(const char *owner, const struct seats_asker *asker)
{
	return strcmp(owner, asker->owner) == 0 &&
	       (asker->node || strcmp(asker->owner, "tcp") != 0);
}

static enum seat_right
right_of(struct cbor_bytes kept, const char *owner, const struct seats_asker *asker)
{
	bool shown = asker->secret != NULL && !asker->node;

	if (shown && is_secret(kept, asker->secret))
		return SEAT_RIGHT_SECRET;
	if (!shown && is_owner(owner, asker))
		return SEAT_RIGHT_OWNER;
	if (asker->operator)
		return SEAT_RIGHT_OPERATOR;
	return shown ? SEAT_RIGHT_WRONG : SEAT_RIGHT_NONE;
}

/* Ended ones are gone by now: a row is a lease that is held. */
static enum skerry_err
find(struct seats *seats, struct subject *subject)
{
	struct store_query q;
	const char *owner;

	store_query(seats->store, &q,
		"SELECT owner, secret, ending, marked FROM lease "
		"WHERE pool = ? AND holder = ? AND node = ?");
	store_bind_int(&q, subject->pool->id);
	store_bind_text(&q, subject->holder);
	store_bind_int(&q, subject->asker->node ? 1 : 0);
	if (store_step(&q)) {
		store_text(&q, 0, subject->owner, sizeof subject->owner);
		owner = subject->owner;
		subject->right = right_of(store_bytes(&q, 1), owner, subject->asker);
		subject->ends_s = seats_second_of(store_int(&q, 2));
		subject->lease = (struct seat_lease){
			.held = true, .marked = store_int(&q, 3) != 0, .ends_at = subject->ends_s
		};
	}
	return store_done(&q);
}

/* --- rows ---------------------------------------------------------------------------------------- */

static enum skerry_err
insert(struct seats *seats, const struct subject *subject, const struct seats_granted *granted)
{
	const struct seat_answer *answer = &granted->answer;
	struct seats_pool *pool = subject->pool;
	uint8_t hash[SEATS_HASH_LEN];
	struct store_query q;
	enum skerry_err err;

	hash_secret(granted->secret, hash);
	store_query(seats->store, &q,
		"INSERT INTO lease (pool, holder, node, owner, secret, claimed_s, ending, marked) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, pool->id);
	store_bind_text(&q, subject->holder);
	store_bind_int(&q, subject->asker->node ? 1 : 0);
	store_bind_text(&q, subject->asker->owner);
	store_bind_bytes(&q, hash, subject->asker->node ? 0 : sizeof hash);
	store_bind_int(&q, seats->now);
	store_bind_int(&q, seats_next_of(seats, answer->ends_at));
	store_bind_int(&q, answer->marked ? 1 : 0);
	err = store_run(&q);
	/* It was looked for and not there. */
	if (err == SKERRY_ERR_EXISTS)
		return SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		err = seats_owners_add(&seats->owners, subject->asker->owner);
	if (err != SKERRY_OK)
		return err;
	pool->used++;
	pool->marked += answer->marked;
	if (pool->used > pool->peak) {
		pool->peak = pool->used;
		pool->changed = true;
	}
	if (pool->next_known && answer->ends_at < pool->next_s)
		pool->next_s = answer->ends_at;
	return SKERRY_OK;
}

/* Where this was the lease that ends first, another one is. */
static void
forget_end(struct seats_pool *pool, int64_t ends_s)
{
	pool->next_known = pool->next_known && ends_s > pool->next_s;
}

static enum skerry_err
update(struct seats *seats, const struct subject *subject, int64_t ends_s, bool marked)
{
	struct seats_pool *pool = subject->pool;
	struct store_query q;

	if (ends_s == subject->ends_s && marked == subject->lease.marked)
		return SKERRY_OK;
	pool->marked -= subject->lease.marked;
	pool->marked += marked;
	forget_end(pool, subject->ends_s);
	if (pool->next_known && ends_s < pool->next_s)
		pool->next_s = ends_s;
	store_query(seats->store, &q,
		"UPDATE lease SET ending = ?, marked = ? "
		"WHERE pool = ? AND holder = ? AND node = ?");
	store_bind_int(&q, seats_next_of(seats, ends_s));
	store_bind_int(&q, marked ? 1 : 0);
	store_bind_int(&q, pool->id);
	store_bind_text(&q, subject->holder);
	store_bind_int(&q, subject->asker->node ? 1 : 0);
	return store_run(&q);
}

static enum skerry_err
remove_row(struct seats *seats, const struct subject *subject)
{
	struct seats_pool *pool = subject->pool;
	struct store_query q;
	enum skerry_err err;

	store_query(
		seats->store, &q, "DELETE FROM lease WHERE pool = ? AND holder = ? AND node = ?");
	store_bind_int(&q, pool->id);
	store_bind_text(&q, subject->holder);
	store_bind_int(&q, subject->asker->node ? 1 : 0);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	pool->used--;
	pool->marked -= subject->lease.marked;
	seats_owners_drop(&seats->owners, subject->owner);
	forget_end(pool, subject->ends_s);
	return SKERRY_OK;
}

/* --- claim and renew ----------------------------------------------------------------------------- */

static void
take_terms(struct seats_pool *pool, const struct seat_terms *terms)
{
	uint64_t max = terms->max > INT64_MAX ? INT64_MAX : terms->max;

	pool->changed = pool->changed || pool->max != max;
	pool->max = max;
}

/*
 * A lease of a longer time to live than any before: after a crash its pool's would be put off by too
 * little, so this is on disk before it is told.
 */
static bool
lengthens(struct seats_pool *pool, const struct seat_terms *terms)
{
	if (terms->ttl_s <= pool->ttl_s)
		return false;
	pool->ttl_s = terms->ttl_s;
	pool->changed = true;
	return true;
}

static enum skerry_err
keep_claimed(struct seats *seats, const struct subject *subject, const struct seat_terms *terms,
	struct seats_granted *granted)
{
	enum skerry_err err = SKERRY_OK;

	if (!subject->asker->node)
		random_bytes(granted->secret, sizeof granted->secret);
	seats->owed = true;
	err = insert(seats, subject, granted);
	if (err == SKERRY_OK && lengthens(subject->pool, terms))
		err = seats_pools_store(seats);
	return err;
}

static enum skerry_err
keep_renewed(struct seats *seats, const struct subject *subject, const struct seat_terms *terms,
	const struct seat_answer *answer)
{
	bool at_once = lengthens(subject->pool, terms) || seats->troubled ||
		       (seats->renewed_s >= 0 && seats->now - seats->renewed_s >= SEATS_LAZY_S) ||
		       seats->now - seats->recorded_s >= SEATS_RECORD_S;
	enum skerry_err err = update(seats, subject, answer->ends_at, answer->marked);

	if (err == SKERRY_OK && at_once)
		err = seats_pools_store(seats);
	if (err == SKERRY_OK && at_once)
		return seats_commit_renewals(seats);
	if (seats->renewed_s < 0)
		seats->renewed_s = seats->now;
	return err;
}

static enum skerry_err
keep_answer(struct seats *seats, const struct subject *subject, const struct seat_terms *terms,
	struct seats_granted *granted)
{
	const struct seat_answer *answer = &granted->answer;

	/* What grants nothing changes nothing. */
	if (subject->pool == NULL)
		return SKERRY_OK;
	switch (answer->fate) {
	case SEAT_CLAIMED:
		return keep_claimed(seats, subject, terms, granted);
	case SEAT_RENEWED:
		return keep_renewed(seats, subject, terms, answer);
	case SEAT_RELEASED:
	case SEAT_REFUSED:
	default:
		if (answer->err == SKERRY_ERR_SEAT_NONE_FREE && subject->lease.held)
			return update(seats, subject, subject->ends_s, answer->marked);
		return SKERRY_OK;
	}
}

static enum skerry_err
prepare(struct seats *seats, const char *pool, const struct seat_terms *terms,
	struct subject *subject)
{
	enum skerry_err err = seats_begin(seats);

	subject->pool = seats_pools_find(seats, pool);
	if (err == SKERRY_OK && subject->pool == NULL && terms != NULL)
		err = seats_pools_add(seats, pool, &subject->pool);
	if (err == SKERRY_OK && subject->pool != NULL)
		err = seats_advance(seats, subject->pool);
	if (err == SKERRY_OK && subject->pool != NULL)
		err = find(seats, subject);
	return err;
}

static int64_t
from_now(const struct seats *seats, const struct seat_answer *answer)
{
	int64_t at = answer->fate == SEAT_REFUSED ? answer->retry_at : answer->ends_at;

	if (answer->fate == SEAT_RELEASED || at == INT64_MAX)
		return -1;
	return at > seats->now ? at - seats->now : 0;
}

static enum skerry_err
decide(struct seats *seats, const struct subject *subject, const struct seat_terms *terms,
	struct seat_answer *ret_answer)
{
	const struct seats_pool *pool = subject->pool;
	struct seat_pool present = { .next_end = INT64_MAX };
	enum skerry_err err = SKERRY_OK;

	if (pool != NULL) {
		present.used = pool->used;
		present.marked = pool->marked;
		present.burst_left_s = pool->burst_left_s;
		err = seats_next_end(seats, subject->pool, &present.next_end);
	}
	/* Leases of other pools may have ended, too. */
	if (err == SKERRY_OK && terms->cap != 0 && !subject->lease.held &&
		seats_owners_count(&seats->owners, subject->asker->owner) >= terms->cap)
		err = seats_advance_all(seats);
	present.of_asker = seats_owners_count(&seats->owners, subject->asker->owner);
	*ret_answer = seat_put(terms, &present, &subject->lease, subject->right, seats->now);
	return err;
}

enum skerry_err
seats_put(struct seats *seats, const char *pool, const char *holder, const struct seat_terms *terms,
	const struct seats_asker *asker, const struct seats_moment *moment,
	struct seats_granted *ret_granted)
{
	struct subject subject = { .holder = holder, .asker = asker };
	struct seats_granted granted = { .in_s = -1 };
	struct seat_terms bounded = *terms;
	bool grants = terms->access && terms->max > 0, was_over = false;
	enum skerry_err err;

	if (!is_proper(pool, holder, asker))
		return SKERRY_ERR_ARGUMENT;
	if (bounded.ttl_s > SEATS_INSTANT_MAX / 2)
		bounded.ttl_s = SEATS_INSTANT_MAX / 2;
	err = seats_ready(seats, moment);
	if (err != SKERRY_OK)
		return err;
	/* What grants nothing leaves no pool behind. */
	err = prepare(seats, pool, grants ? &bounded : NULL, &subject);
	if (err == SKERRY_OK && grants) {
		was_over = subject.pool->used > subject.pool->max;
		take_terms(subject.pool, &bounded);
	}
	if (err == SKERRY_OK)
		err = decide(seats, &subject, &bounded, &granted.answer);
	if (err == SKERRY_OK)
		err = keep_answer(seats, &subject, &bounded, &granted);
	if (err == SKERRY_OK && grants)
		err = seats_keep_crossing(seats, subject.pool, was_over);
	if (err != SKERRY_OK)
		return seats_end(seats, err);
	granted.in_s = from_now(seats, &granted.answer);
	*ret_granted = granted;
	return SKERRY_OK;
}

/* --- release ------------------------------------------------------------------------------------- */

enum skerry_err
seats_release(struct seats *seats, const char *pool, const char *holder,
	const struct seats_asker *asker, const struct seats_moment *moment,
	struct seats_granted *ret_granted)
{
	struct subject subject = { .holder = holder, .asker = asker };
	struct seats_granted granted = { .in_s = -1 };
	bool was_over;
	enum skerry_err err;

	if (!is_proper(pool, holder, asker))
		return SKERRY_ERR_ARGUMENT;
	err = seats_ready(seats, moment);
	if (err != SKERRY_OK)
		return err;
	err = prepare(seats, pool, NULL, &subject);
	granted.answer = seat_release(&subject.lease, subject.right);
	if (err == SKERRY_OK && subject.pool != NULL && granted.answer.fate == SEAT_RELEASED) {
		was_over = subject.pool->used > subject.pool->max;
		seats->owed = true;
		err = remove_row(seats, &subject);
		if (err == SKERRY_OK)
			err = seats_keep_crossing(seats, subject.pool, was_over);
	}
	if (err != SKERRY_OK)
		return seats_end(seats, err);
	*ret_granted = granted;
	return SKERRY_OK;
}
