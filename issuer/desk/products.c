/* SPDX-License-Identifier: ISC */
#include "products.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/audit.h"

#define SELECT                                                                                     \
	"SELECT p.id, p.brand_id, b.slug, p.slug, p.name"                                          \
	" FROM product p JOIN brand b ON b.id = p.brand_id"

static void
read_row(struct store_query *q, struct product *ret_product)
{
	ret_product->id = store_int(q, 0);
	ret_product->brand_id = store_int(q, 1);
	store_text(q, 2, ret_product->brand, sizeof ret_product->brand);
	store_text(q, 3, ret_product->slug, sizeof ret_product->slug);
	store_text(q, 4, ret_product->name, sizeof ret_product->name);
}

enum skerry_err
products_split_path(
	struct desk *desk, const char *path, size_t parts, char ret_slugs[3][LICENSE_SLUG_MAX + 1])
{
	static const char *const FORMS[] = { "BRAND", "BRAND/PRODUCT", "BRAND/PRODUCT/PLAN" };
	char copy[PRODUCTS_PATH_MAX], *rest = copy, *slug;
	size_t count = 0;

	if (snprintf(copy, sizeof copy, "%s", path) < (int)sizeof copy)
		while ((slug = strsep(&rest, "/")) != NULL) {
			if (count == parts || !entry_is_slug(slug)) {
				count = 0;
				break;
			}
			snprintf(ret_slugs[count++], LICENSE_SLUG_MAX + 1, "%s", slug);
		}
	if (count == parts)
		return SKERRY_OK;
	return desk_refuse(desk, SKERRY_ERR_ARGUMENT, path,
		"This is written %s, each part with 1 to %d characters of a-z, 0-9, - and _.",
		FORMS[parts - 1], LICENSE_SLUG_MAX);
}

void
products_join_path(
	const char *brand, const char *product, const char *plan, char ret_path[PRODUCTS_PATH_MAX])
{
	snprintf(ret_path, PRODUCTS_PATH_MAX, "%s/%s%s%s", brand, product, plan == NULL ? "" : "/",
		plan == NULL ? "" : plan);
}

static enum skerry_err
check(struct desk *desk, const struct product *product)
{
	if (entry_is_slug(product->slug) && entry_is_name(product->name, ENTRY_NAME_MAX))
		return SKERRY_OK;
	return desk_refuse(desk, SKERRY_ERR_ARGUMENT, product->slug,
		"A name has 1 to %d bytes of UTF-8 and no line breaks, control characters or marks "
		"of text direction.",
		ENTRY_NAME_MAX);
}

static enum skerry_err
record(struct desk *desk, const char *action, const struct product *product)
{
	char subject[PRODUCTS_PATH_MAX + 16];

	snprintf(subject, sizeof subject, "product %s/%s", product->brand, product->slug);
	return audit_append(desk, action, subject, "%s", "");
}

enum skerry_err
products_insert(struct desk *desk, struct product *product)
{
	struct store_query q;
	enum skerry_err err = check(desk, product);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO product (brand_id, slug, name, created_at) VALUES (?, ?, ?, ?)");
	store_bind_int(&q, product->brand_id);
	store_bind_text(&q, product->slug);
	store_bind_text(&q, product->name);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, product->slug,
			"Change it with: skerry-issuer product set %s/%s", product->brand,
			product->slug);
	product->id = store_last_id(desk->store);
	return err == SKERRY_OK ? record(desk, "product.add", product) : err;
}

enum skerry_err
products_update(struct desk *desk, const struct product *product)
{
	struct store_query q;
	enum skerry_err err = check(desk, product);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "UPDATE product SET name = ? WHERE id = ?");
	store_bind_text(&q, product->name);
	store_bind_int(&q, product->id);
	err = store_run(&q);
	return err == SKERRY_OK ? record(desk, "product.set", product) : err;
}

enum skerry_err
products_find(struct desk *desk, const char *path, struct product *ret_product)
{
	char slugs[3][LICENSE_SLUG_MAX + 1];
	struct store_query q;
	bool found;
	enum skerry_err err = products_split_path(desk, path, 2, slugs);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, SELECT " WHERE b.slug = ? AND p.slug = ?");
	store_bind_text(&q, slugs[0]);
	store_bind_text(&q, slugs[1]);
	found = store_step(&q);
	if (found)
		read_row(&q, ret_product);
	err = store_done(&q);
	if (err == SKERRY_OK && !found)
		err = desk_unknown(desk, path,
			"SELECT b.slug || '/' || p.slug FROM product p"
			" JOIN brand b ON b.id = p.brand_id",
			"product list");
	return err;
}

enum skerry_err
products_each(struct desk *desk, const char *brand_slug,
	void (*each)(void *, const struct product *), void *context)
{
	struct store_query q;

	store_query(
		desk->store, &q, SELECT " WHERE ?1 IS NULL OR b.slug = ?1 ORDER BY b.slug, p.slug");
	store_bind_text(&q, brand_slug);
	while (store_step(&q)) {
		struct product product;

		read_row(&q, &product);
		each(context, &product);
	}
	return store_done(&q);
}
