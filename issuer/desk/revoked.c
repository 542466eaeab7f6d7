/* SPDX-License-Identifier: ISC */
#include "revoked.h"

#include <stdio.h>
#include <string.h>

enum { SQL_MAX = 2048 };

#define SELECT                                                                                     \
	"SELECT r.id, r.at, r.propagated_at, r.lapses_at, l.public_id, a.number, b.slug, p.slug,"  \
	" n.slug, c.email, c.name, a.kind, a.hostname, a.status_index,"                            \
	" " NOTES_WORD_OF("r.reason") ", " NOTES_TEXT_OF("r.reason")

#define FROM                                                                                       \
	" FROM revocation r CROSS JOIN license l ON l.id = r.license_id"                           \
	" CROSS JOIN license_key k ON k.id = l.license_key_id"                                     \
	" CROSS JOIN customer c ON c.id = k.customer_id CROSS JOIN brand b ON b.id = r.brand_id"   \
	" CROSS JOIN product p ON p.id = l.product_id CROSS JOIN plan n ON n.id = l.plan_id"       \
	" LEFT JOIN activation a ON a.id = r.activation_id WHERE TRUE"

static void
read_row(struct store_query *q, struct revoked_line *ret_line)
{
	struct revoked_line *line = ret_line;

	*line = (struct revoked_line){ store_int(q, 0), store_int(q, 1), store_date(q, 2),
		store_date(q, 3), .status_index = store_int(q, 13) };
	store_text(q, 4, line->license, sizeof line->license);
	line->issued = !store_is_null(q, 5);
	if (line->issued)
		snprintf(line->id, sizeof line->id, "%s-%lld", line->license,
			(long long)store_int(q, 5));
	else
		memcpy(line->id, line->license, sizeof line->license);
	store_text(q, 6, line->brand, sizeof line->brand);
	store_text(q, 7, line->product, sizeof line->product);
	store_text(q, 8, line->plan, sizeof line->plan);
	store_text(q, 9, line->email, sizeof line->email);
	store_text(q, 10, line->licensee, sizeof line->licensee);
	store_text(q, 11, line->kind, sizeof line->kind);
	store_text(q, 12, line->hostname, sizeof line->hostname);
	store_text(q, 14, line->reason, sizeof line->reason);
	store_text(q, 15, line->note, sizeof line->note);
}

enum skerry_err
revoked_each(struct desk *desk, const struct revoked_filter *filter,
	bool (*each)(void *, const struct revoked_line *), void *context)
{
	struct revoked_line line;
	struct store_query q;
	char sql[SQL_MAX];

	snprintf(sql, sizeof sql, "%s%s%s%s ORDER BY r.at DESC, r.id DESC LIMIT ?4", SELECT, FROM,
		filter->after ? " AND (r.at, r.id) < (?1, ?2)" : "",
		filter->brand_id != 0 ? " AND r.brand_id = ?3" : "");
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, filter->at);
	store_bind_int_at(&q, 2, filter->row);
	store_bind_int_at(&q, 3, filter->brand_id);
	store_bind_int_at(&q, 4, filter->limit);
	while (store_step(&q)) {
		read_row(&q, &line);
		if (!each(context, &line))
			break;
	}
	return store_done(&q);
}

enum skerry_err
revoked_find(struct desk *desk, int64_t row, int64_t *ret_at)
{
	struct store_query q;
	bool found;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT at FROM revocation WHERE id = ?");
	store_bind_int(&q, row);
	found = store_step(&q);
	if (found)
		*ret_at = store_int(&q, 0);
	err = store_done(&q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_NOT_FOUND : err;
}
