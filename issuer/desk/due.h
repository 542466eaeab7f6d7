/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_DUE_H
#define ISSUER_DESK_DUE_H

/*
 * Which licenses end soon: valid_until, or maintenance_until of those that never end, from `from`
 * to `until` inclusive. The indexes on both dates are walked, so that it costs what is due and not
 * what exists.
 */

#include "issuer/desk/customers.h"

/* A license that ended longer ago is not looked at, unless a plan's expiry grace is longer still. */
#define DUE_BACK_S (INT64_C(90) * 86400)

struct due {
	int64_t from, until;
	/* 0 or NULL: any. */
	int64_t brand_id, product_id, plan_id, customer_id;
	const char *email; /* the same person at every brand */
};

/* From when on at `now`: DUE_BACK_S ago, or the longest expiry grace of any plan. */
enum skerry_err due_begin(struct desk *desk, int64_t now, int64_t *ret_from);

/* License rows in the order of their dates. `each` returns false to stop. */
enum skerry_err due_each(struct desk *desk, const struct due *due,
	bool (*each)(void *, int64_t license_id), void *context);

#endif
