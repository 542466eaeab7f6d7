/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_PLANS_H
#define ISSUER_DESK_PLANS_H

/* The plans that a desk sells: their records. decide/plan.h has what a plan is. */

#include "issuer/decide/plan.h"
#include "issuer/desk/products.h"

/* Within the change under way, with its audit row. EXISTS; ARGUMENT for an impossible value. */
enum skerry_err plans_insert(struct desk *desk, struct plan *plan);
enum skerry_err plans_update(struct desk *desk, const struct plan *plan);

/* Whether all its values are possible together. ARGUMENT, DURATION, told about plan->slug. */
enum skerry_err plans_check(struct desk *desk, const struct plan *plan);

/* By BRAND/PRODUCT/PLAN, or by row. NOT_FOUND with the nearest name. */
enum skerry_err plans_find(struct desk *desk, const char *path, struct plan *ret_plan);
enum skerry_err plans_find_id(struct desk *desk, int64_t id, struct plan *ret_plan);

/* All of a brand or of BRAND/PRODUCT (NULL: all), in order, without their grants. */
enum skerry_err plans_each(struct desk *desk, const char *under,
	void (*each)(void *, const struct plan *), void *context);

#endif
