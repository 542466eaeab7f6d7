/* SPDX-License-Identifier: ISC */
#include "revocations.h"

enum skerry_err
revocations_insert(struct desk *desk, const struct revocation *revocation)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO revocation (brand_id, activation_id, reason, at, lapses_at)"
		" VALUES (?, ?, ?, ?, ?)");
	store_bind_int(&q, revocation->brand_id);
	store_bind_int(&q, revocation->activation_id);
	store_bind_text(&q, revocation->reason);
	store_bind_int(&q, desk->now);
	store_bind_date(&q, revocation->lapses_at);
	return store_run(&q);
}

enum skerry_err
revocations_insert_all(
	struct desk *desk, int64_t license_id, const char *reason, int64_t *ret_count)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO revocation (brand_id, activation_id, reason, at, lapses_at)"
		" SELECT brand_id, id, ?, ?, expires_at FROM activation"
		" WHERE license_id = ? AND unpaired_at IS NULL ORDER BY number");
	store_bind_text(&q, reason);
	store_bind_int(&q, desk->now);
	store_bind_int(&q, license_id);
	err = store_run(&q);
	if (err == SKERRY_OK)
		*ret_count = store_changes(desk->store);
	return err;
}

enum skerry_err
revocations_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct revocation_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT a.number, a.status_index, r.at, r.propagated_at, r.lapses_at,"
		" " NOTES_WORD_OF("r.reason") ", " NOTES_TEXT_OF(
			"r.reason") " FROM activation a JOIN revocation r ON r.activation_id = a.id"
				    " WHERE a.license_id = ? ORDER BY r.id");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		struct revocation_line line = { store_int(&q, 0), store_int(&q, 1),
			store_int(&q, 2), store_date(&q, 3), store_date(&q, 4), store_chars(&q, 5),
			store_chars(&q, 6) };

		each(context, &line);
	}
	return store_done(&q);
}
