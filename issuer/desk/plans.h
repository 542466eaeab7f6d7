/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_PLANS_H
#define ISSUER_DESK_PLANS_H

/*
 * Plans: templates that say what a license grants, how long, and how gently it ends. Every value
 * has a default (plans_default), HotelHub's standard plan, so that a plan may be its name alone.
 */

#include "formats/ladder.h"
#include "issuer/decide/terms.h"
#include "issuer/desk/products.h"

enum {
	PLANS_ACTIVATIONS_MAX = 1000000,
	PLANS_MIGRATIONS_MAX = 1000,
	PLANS_TELEPHONE_DAYS_MAX = 366
};

struct plan_grant {
	char name[LICENSE_NAME_MAX + 1];
	enum license_value value;
	int64_t number;                   /* LICENSE_NUMBER */
	char text[LICENSE_VALUE_MAX + 1]; /* LICENSE_STRING */
};

/* About 26 KB. */
struct plan {
	int64_t id, product_id, brand_id;
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], slug[LICENSE_SLUG_MAX + 1];
	char name[ENTRY_NAME_MAX + 1];
	struct terms terms;
	int64_t max_activations, migrations;
	struct license_ladder ladder;
	int64_t seats_max, seats_burst, seats_ttl_s;
	int64_t telephone_steps, telephone_days;
	struct plan_grant grants[LICENSE_GRANTS_MAX]; /* in no order while edited, else by name */
	size_t grants_len;
};

/* Term 1 y, renew 30 d, grace 30 d, and so on as docs/man/skerry-issuer.1 lists them. */
void plans_default(struct plan *ret_plan);

/* Adds or replaces a grant; NO_SPACE over LICENSE_GRANTS_MAX. Removes one; false if absent. */
enum skerry_err plans_grant(struct plan *plan, const struct plan_grant *grant);
bool plans_withdraw(struct plan *plan, const char *name);

/* Within the change under way, with its audit row. EXISTS; ARGUMENT for an impossible value. */
enum skerry_err plans_insert(struct desk *desk, struct plan *plan);
enum skerry_err plans_update(struct desk *desk, const struct plan *plan);

/* By BRAND/PRODUCT/PLAN, or by row. NOT_FOUND with the nearest name. */
enum skerry_err plans_find(struct desk *desk, const char *path, struct plan *ret_plan);
enum skerry_err plans_find_id(struct desk *desk, int64_t id, struct plan *ret_plan);

/* All of a brand or of BRAND/PRODUCT (NULL: all), in order, without their grants. */
enum skerry_err plans_each(struct desk *desk, const char *under,
	void (*each)(void *, const struct plan *), void *context);

#endif
