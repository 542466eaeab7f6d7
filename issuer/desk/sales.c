/* SPDX-License-Identifier: ISC */
#include "sales.h"

enum skerry_err
sales_insert(struct desk *desk, const struct sale *sale, int64_t *ret_id)
{
	bool renewal = sale->license_id != 0;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO sale (brand_id, license_key_id, price, currency, payment, at, action,"
		" license_id, renewed_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, sale->brand_id);
	store_bind_int(&q, sale->license_key_id);
	store_bind_optional(&q, sale->price);
	store_bind_optional(&q, sale->currency);
	store_bind_optional(&q, sale->payment);
	store_bind_int(&q, desk->now);
	store_bind_text(&q, renewal ? "renew" : "new");
	if (renewal)
		store_bind_int(&q, sale->license_id);
	else
		store_bind_null(&q);
	store_bind_date(&q, sale->renewed_until);
	err = store_run(&q);
	if (err == SKERRY_OK)
		*ret_id = store_last_id(desk->store);
	return err;
}

enum skerry_err
sales_find_payment(struct desk *desk, int64_t brand_id, const char *payment, struct paid *ret_paid)
{
	struct paid paid = { .id = 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT s.id, s.license_key_id, s.license_id, s.renewed_until, (SELECT public_id"
		" FROM license l WHERE l.id = s.license_id OR (s.license_id IS NULL AND l.sale_id ="
		" s.id) LIMIT 1) FROM sale s WHERE s.brand_id = ? AND s.payment = ?");
	store_bind_int(&q, brand_id);
	store_bind_text(&q, payment);
	if (store_step(&q)) {
		paid.id = store_int(&q, 0);
		paid.license_key_id = store_int(&q, 1);
		paid.license_id = store_int(&q, 2);
		paid.renewed_until = store_date(&q, 3);
		store_text(&q, 4, paid.license, sizeof paid.license);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_paid = paid;
	return err;
}

enum skerry_err
sales_each(struct desk *desk, const struct license_record *license,
	void (*each)(void *, const struct sale_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT action, at, renewed_until, price, currency, payment FROM sale"
		" WHERE license_key_id = ?1 AND (id = ?2 OR license_id = ?3) ORDER BY id");
	store_bind_int(&q, license->license_key_id);
	store_bind_int(&q, license->sale_id);
	store_bind_int(&q, license->id);
	while (store_step(&q)) {
		struct sale_line line = { store_chars(&q, 0), store_int(&q, 1), store_date(&q, 2),
			store_chars(&q, 3), store_chars(&q, 4), store_chars(&q, 5) };

		each(context, &line);
	}
	return store_done(&q);
}
