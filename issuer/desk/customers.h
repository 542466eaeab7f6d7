/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_CUSTOMERS_H
#define ISSUER_DESK_CUSTOMERS_H

/* Customers of a brand. The same person at two brands is two customers. */

#include "issuer/desk/brands.h"

struct customer {
	int64_t id, brand_id;
	char brand[LICENSE_SLUG_MAX + 1];
	char email[ENTRY_EMAIL_MAX + 1];
	char name[ENTRY_NAME_MAX + 1], company[ENTRY_NAME_MAX + 1], language[16]; /* "": none */
	int64_t erased_at; /* 0: they were not (erasure.h) */
};

/* Whether its texts can be entered: ARGUMENT, with the advice noted. */
enum skerry_err customers_check(struct desk *desk, const struct customer *customer);

/*
 * Within the change under way, with its audit row. EXISTS, ARGUMENT; STATUS_FORBIDS for a customer
 * who was erased.
 */
enum skerry_err customers_insert(struct desk *desk, struct customer *customer);
enum skerry_err customers_update(struct desk *desk, const struct customer *customer);

/*
 * By number or e-mail (case does not count) within the brand; `brand_slug` NULL searches all, which
 * is NOT_UNIQUE where several brands have that e-mail. NOT_FOUND.
 */
enum skerry_err customers_find(
	struct desk *desk, const char *brand_slug, const char *who, struct customer *ret_customer);

/* In order of their number, at most `limit` after `after` (0: from the first). NULL: all brands. */
enum skerry_err customers_each(struct desk *desk, const char *brand_slug, int64_t after,
	int64_t limit, void (*each)(void *, const struct customer *), void *context);

#endif
