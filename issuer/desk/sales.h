/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_SALES_H
#define ISSUER_DESK_SALES_H

/* What was paid for a license: its sale, and each renewal. A payment reference buys once in a brand. */

#include "issuer/desk/licenses.h"

struct sale {
	int64_t brand_id, license_key_id;
	int64_t license_id; /* renewed; 0: a sale of new licenses */
	int64_t renewed_until; /* valid_until, or maintenance_until of what never ends; LICENSE_NEVER */
	const char *price, *currency, *payment; /* "" where nothing was said */
};

/* Within the change under way. EXISTS for a payment reference that bought before. */
enum skerry_err sales_insert(struct desk *desk, const struct sale *sale, int64_t *ret_id);

/* What a payment reference bought in a brand; id 0: nothing yet. */
struct paid {
	int64_t id, license_key_id;
	int64_t license_id, renewed_until; /* of a renewal; else 0 */
	char license[LICENSE_ID_LEN + 1];  /* a license that it bought or renewed; "" without one */
};

enum skerry_err sales_find_payment(
	struct desk *desk, int64_t brand_id, const char *payment, struct paid *ret_paid);

struct sale_line {
	const char *action;        /* "new", "renew"; borrowed for the call, as all text is */
	int64_t at, renewed_until; /* LICENSE_NEVER */
	const char *price, *currency, *payment; /* NULL where nothing was said */
};

/* The sale and the renewals of a license, oldest first. */
enum skerry_err sales_each(struct desk *desk, const struct license_record *license,
	void (*each)(void *, const struct sale_line *), void *context);

#endif
