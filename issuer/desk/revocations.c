/* SPDX-License-Identifier: ISC */
#include "revocations.h"

enum skerry_err
revocations_insert(struct desk *desk, const struct revocation *revocation)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO revocation (brand_id, license_id, activation_id, reason, at,"
		" lapses_at, effective_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, revocation->brand_id);
	store_bind_int(&q, revocation->license_id);
	store_bind_int(&q, revocation->activation_id);
	store_bind_text(&q, revocation->reason);
	store_bind_int(&q, desk->now);
	store_bind_date(&q, revocation->lapses_at);
	store_bind_int(&q, revocation->effective_at);
	return store_run(&q);
}

/* `sql` takes the reason, the time and the license. */
static enum skerry_err
insert_from(struct desk *desk, const char *sql, const char *reason, int64_t license_id)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_text(&q, reason);
	store_bind_int(&q, desk->now);
	store_bind_int(&q, license_id);
	return store_run(&q);
}

enum skerry_err
revocations_insert_all(struct desk *desk, int64_t license_id, const char *reason)
{
	enum skerry_err err = insert_from(desk,
		"INSERT INTO revocation (brand_id, license_id, activation_id, reason, at,"
		" lapses_at) SELECT brand_id, license_id, id, ?1, ?2, expires_at FROM activation"
		" WHERE license_id = ?3 AND unpaired_at IS NULL ORDER BY number",
		reason, license_id);

	if (err != SKERRY_OK || store_changes(desk->store) > 0)
		return err;
	return insert_from(desk,
		"INSERT INTO revocation (brand_id, license_id, reason, at)"
		" SELECT brand_id, id, ?1, ?2 FROM license WHERE id = ?3",
		reason, license_id);
}

enum skerry_err
revocations_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct revocation_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT a.number, a.status_index, r.at, r.propagated_at, r.lapses_at,"
		" " NOTES_WORD_OF("r.reason") ", " NOTES_TEXT_OF(
			"r.reason") " FROM revocation r LEFT JOIN activation a"
				    " ON a.id = r.activation_id WHERE r.license_id = ?"
				    " ORDER BY r.id");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		struct revocation_line line = { store_int(&q, 0), store_int(&q, 1),
			store_int(&q, 2), store_date(&q, 3), store_date(&q, 4), store_chars(&q, 5),
			store_chars(&q, 6) };

		each(context, &line);
	}
	return store_done(&q);
}
