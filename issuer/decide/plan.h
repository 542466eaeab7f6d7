/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_PLAN_H
#define ISSUER_DECIDE_PLAN_H

/*
 * A plan: what a license grants, how long, and how gently it ends. Every value has a default,
 * HotelHub's standard plan, so that a plan may be its name alone. Pure.
 */

#include "formats/ladder.h"
#include "issuer/decide/entry.h"
#include "issuer/decide/terms.h"

enum { PLAN_ACTIVATIONS_MAX = 1000000, PLAN_MIGRATIONS_MAX = 1000, PLAN_TELEPHONE_DAYS_MAX = 366 };

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
void plan_default(struct plan *ret_plan);

/* Adds or replaces a grant; NO_SPACE over LICENSE_GRANTS_MAX. Removes one; false if absent. */
enum skerry_err plan_put_grant(struct plan *plan, const struct plan_grant *grant);
bool plan_withdraw(struct plan *plan, const char *name);

/* Grants in the order that a license has them: shorter names first. */
void plan_sort_grants(struct plan *plan);

#endif
