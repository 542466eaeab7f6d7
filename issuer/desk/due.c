/* SPDX-License-Identifier: ISC */
#include "due.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/narrow.h"

enum { SQL_MAX = 1024 };

/* The planner must walk the date's index: other conditions are hidden from it by '+'. */
#define ENDING "SELECT l.id FROM license l WHERE l.valid_until BETWEEN ?1 AND ?2"
#define MAINTAINED                                                                                 \
	"SELECT l.id FROM license l WHERE l.maintenance_until BETWEEN ?1 AND ?2"                   \
	" AND +l.valid_until IS NULL"

enum skerry_err
due_begin(struct desk *desk, int64_t now, int64_t *ret_from)
{
	struct store_query q;
	int64_t back = DUE_BACK_S;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT max(expiry_grace_s) FROM plan");
	if (store_step(&q) && store_int(&q, 0) > back)
		back = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_from = now - back;
	return err;
}

static enum skerry_err
walk(struct desk *desk, const struct due *due, const char *select, const char *date,
	bool (*each)(void *, int64_t), void *context, bool *go_on)
{
	char sql[SQL_MAX];
	struct store_query q;

	snprintf(sql, sizeof sql, "%s", select);
	narrow(sql, SQL_MAX, due->brand_id != 0, "+l.brand_id = ?3");
	narrow(sql, SQL_MAX, due->product_id != 0, "+l.product_id = ?4");
	narrow(sql, SQL_MAX, due->plan_id != 0, "+l.plan_id = ?5");
	narrow(sql, SQL_MAX, due->customer_id != 0,
		"(SELECT customer_id FROM license_key k WHERE k.id = l.license_key_id) = ?6");
	narrow(sql, SQL_MAX, due->email != NULL,
		"(SELECT c.email FROM license_key k JOIN customer c ON c.id = k.customer_id"
		" WHERE k.id = l.license_key_id) = ?7");
	snprintf(sql + strlen(sql), sizeof sql - strlen(sql), " ORDER BY l.%s, l.id", date);
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, due->from);
	store_bind_int_at(&q, 2, due->until);
	store_bind_int_at(&q, 3, due->brand_id);
	store_bind_int_at(&q, 4, due->product_id);
	store_bind_int_at(&q, 5, due->plan_id);
	store_bind_int_at(&q, 6, due->customer_id);
	store_bind_text_at(&q, 7, due->email);
	while (*go_on && store_step(&q))
		*go_on = each(context, store_int(&q, 0));
	return store_done(&q);
}

enum skerry_err
due_each(struct desk *desk, const struct due *due, bool (*each)(void *, int64_t), void *context)
{
	bool go_on = true;
	enum skerry_err err = walk(desk, due, ENDING, "valid_until", each, context, &go_on);

	if (err == SKERRY_OK)
		err = walk(desk, due, MAINTAINED, "maintenance_until", each, context, &go_on);
	return err;
}
