/* SPDX-License-Identifier: ISC */
#include "high_water.h"

/* A counter that was set near its end would run over. */
#define HIGH_MAX (INT64_C(1) << 53)

static void
raise(int64_t *number, int64_t other)
{
	if (other > *number)
		*number = other;
}

void
high_water_raise(struct mark_high *high, const struct mark_high *other)
{
	raise(&high->status_next, other->status_next);
	raise(&high->activation_next, other->activation_next);
	raise(&high->edition, other->edition);
}

bool
high_water_covers(const struct mark_high *high, const struct mark_high *other)
{
	return high->status_next >= other->status_next &&
	       high->activation_next >= other->activation_next && high->edition >= other->edition;
}

static bool
is_sane(int64_t number)
{
	return number >= 0 && number <= HIGH_MAX;
}

enum skerry_err
high_water_read(struct desk *desk, struct mark_high *ret_high)
{
	struct mark_high high = { .edition = 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(
		desk->store, &q, "SELECT status_next, activation_next, edition FROM high_water");
	if (store_step(&q))
		high = (struct mark_high){ .status_next = store_int(&q, 0),
			.activation_next = store_int(&q, 1),
			.edition = store_int(&q, 2) };
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	if (!is_sane(high.status_next) || !is_sane(high.activation_next) || !is_sane(high.edition))
		return SKERRY_ERR_STORE_DAMAGED;
	*ret_high = high;
	return SKERRY_OK;
}

static enum skerry_err
write(struct desk *desk, const struct mark_high *high)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO high_water (id, status_next, activation_next, edition)"
		" VALUES (1, ?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET"
		" status_next = max(status_next, ?1),"
		" activation_next = max(activation_next, ?2), edition = max(edition, ?3)");
	store_bind_int_at(&q, 1, high->status_next);
	store_bind_int_at(&q, 2, high->activation_next);
	store_bind_int_at(&q, 3, high->edition);
	return store_run(&q);
}

enum skerry_err
high_water_keep(struct desk *desk)
{
	const struct mark_high *taken = &desk->taken;

	if (taken->status_next == 0 && taken->activation_next == 0 && taken->edition == 0)
		return SKERRY_OK;
	return write(desk, taken);
}

enum skerry_err
high_water_measure(struct desk *desk)
{
	struct mark_high high = { .edition = 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT (SELECT max(status_next) FROM brand), max(activation_next), max(edition)"
		" FROM license");
	if (store_step(&q))
		high = (struct mark_high){ .status_next = store_int(&q, 0),
			.activation_next = store_int(&q, 1),
			.edition = store_int(&q, 2) };
	err = store_done(&q);
	return err == SKERRY_OK ? write(desk, &high) : err;
}
