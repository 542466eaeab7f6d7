/* SPDX-License-Identifier: ISC */
#include "audit_misfit.h"

#include <string.h>

#include "keys/store.h"

enum { WINDOW = 2 * AUDIT_MISFIT_NEIGHBORS + 1 };

/* Hashes that are stored around a row, with their rows' numbers. */
struct window {
	size_t len;
	int64_t seq[WINDOW];
	uint8_t hash[WINDOW][HASH_LEN];
};

static enum skerry_err
read_window(struct store *store, int64_t seq, struct window *ret_window)
{
	struct store_query q;

	ret_window->len = 0;
	store_query(store, &q,
		"SELECT seq, hash FROM audit WHERE seq BETWEEN ?1 - ?2 AND ?1 + ?2 ORDER BY seq");
	store_bind_int(&q, seq);
	store_bind_int(&q, AUDIT_MISFIT_NEIGHBORS);
	while (ret_window->len < WINDOW && store_step(&q)) {
		struct cbor_bytes hash = store_bytes(&q, 1);

		if (hash.len != HASH_LEN)
			continue;
		ret_window->seq[ret_window->len] = store_int(&q, 0);
		memcpy(ret_window->hash[ret_window->len++], hash.data, HASH_LEN);
	}
	return store_done(&q);
}

/* The number under which the row's own hash fits it, behind some hash around it; 0: none. */
static int64_t
place_of(const uint8_t last[HASH_LEN], const struct window *window, const struct audit_log_row *row)
{
	struct audit_log_row elsewhere = *row;

	/* A copy, whose original still stands. */
	for (size_t i = 0; i < window->len; i++)
		if (window->seq[i] != row->seq &&
			cbor_bytes_same(
				row->hash, (struct cbor_bytes){ window->hash[i], HASH_LEN }))
			return window->seq[i];
	for (size_t i = 0; i <= window->len; i++) {
		const uint8_t *before = i < window->len ? window->hash[i] : last;

		for (size_t j = 0; j < window->len; j++) {
			elsewhere.seq = window->seq[j];
			if (elsewhere.seq != row->seq && audit_follows(before, &elsewhere))
				return elsewhere.seq;
		}
	}
	return 0;
}

/* Whether the row behind a bad one would fit in its place, or `gap` rows further on. */
static enum skerry_err
judge_next(struct store *store, const uint8_t before[HASH_LEN], const struct audit_log_row *bad,
	struct audit_misfit *misfit)
{
	struct store_query q;

	store_query(store, &q, "SELECT " AUDIT_COLUMNS " FROM audit WHERE seq = ?");
	store_bind_int(&q, bad->seq + 1);
	if (store_step(&q)) {
		struct audit_log_row next;

		audit_read_row(&q, &next);
		next.seq = bad->seq;
		misfit->added = audit_follows(before, &next);
		for (int64_t gap = 1; gap <= AUDIT_MISFIT_NEIGHBORS && misfit->gap == 0; gap++) {
			next.seq = bad->seq + 1 + gap;
			if (bad->hash.len == HASH_LEN && audit_follows(bad->hash.data, &next))
				misfit->gap = gap;
		}
	}
	return store_done(&q);
}

enum skerry_err
audit_misfit_judge(struct store *store, const uint8_t before[HASH_LEN],
	const struct audit_log_row *row, struct audit_misfit *ret_misfit)
{
	struct audit_misfit misfit = { .added = false };
	struct window window;
	enum skerry_err err = read_window(store, row->seq, &window);

	if (err == SKERRY_OK)
		err = judge_next(store, before, row, &misfit);
	if (err != SKERRY_OK)
		return err;
	misfit.place = place_of(before, &window, row);
	*ret_misfit = misfit;
	return SKERRY_OK;
}
