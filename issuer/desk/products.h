/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_PRODUCTS_H
#define ISSUER_DESK_PRODUCTS_H

/* Products of a brand, and the paths that name things: BRAND, BRAND/PRODUCT, BRAND/PRODUCT/PLAN. */

#include "issuer/desk/brands.h"

enum { PRODUCTS_PATH_MAX = 3 * (LICENSE_SLUG_MAX + 1) }; /* with its terminator */

struct product {
	int64_t id, brand_id;
	char brand[LICENSE_SLUG_MAX + 1], slug[LICENSE_SLUG_MAX + 1];
	char name[ENTRY_NAME_MAX + 1];
};

/*
 * Splits a path of exactly `parts` slugs (1 to 3). ARGUMENT, with the form in the advice.
 */
enum skerry_err products_split_path(
	struct desk *desk, const char *path, size_t parts, char ret_slugs[3][LICENSE_SLUG_MAX + 1]);

/* "brand/product/plan", or "brand/product" when plan is NULL. */
void products_join_path(
	const char *brand, const char *product, const char *plan, char ret_path[PRODUCTS_PATH_MAX]);

/* Within the change under way, with its audit row. EXISTS, ARGUMENT. */
enum skerry_err products_insert(struct desk *desk, struct product *product);
enum skerry_err products_update(struct desk *desk, const struct product *product);

/* By BRAND/PRODUCT. NOT_FOUND with the nearest name. */
enum skerry_err products_find(struct desk *desk, const char *path, struct product *ret_product);

/* All of `brand_slug` (NULL: of every brand), in order. */
enum skerry_err products_each(struct desk *desk, const char *brand_slug,
	void (*each)(void *, const struct product *), void *context);

#endif
