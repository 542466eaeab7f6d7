/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

void
plan_default(struct plan *ret_plan)
{
	*ret_plan = (struct plan){
		.terms = { .term = { .months = 12 },
			.renews = true,
			.renew = { .seconds = 30 * LADDER_DAY_S } },
		.max_activations = 1,
		.migrations = 3,
		.ladder = { .grace_s = 30 * LADDER_DAY_S,
			.degraded_s = 30 * LADDER_DAY_S,
			.expiry_grace_s = 7 * LADDER_DAY_S,
			.rebind_grace_s = 14 * LADDER_DAY_S,
			.tolerance_s = LADDER_DAY_S,
			.overlap_s = 14 * LADDER_DAY_S,
			.max_status_age_s = 400 * LADDER_DAY_S,
			.day_end_minutes = 4 * 60 },
		.seats_ttl_s = 600,
	};
	terms_notices(&ret_plan->terms, &ret_plan->ladder);
}

static struct plan_grant *
find_grant(struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->grants_len; i++)
		if (strcmp(plan->grants[i].name, name) == 0)
			return &plan->grants[i];
	return NULL;
}

enum skerry_err
plan_put_grant(struct plan *plan, const struct plan_grant *grant)
{
	struct plan_grant *place = find_grant(plan, grant->name);

	if (place == NULL) {
		if (plan->grants_len == LICENSE_GRANTS_MAX)
			return SKERRY_ERR_NO_SPACE;
		place = &plan->grants[plan->grants_len++];
	}
	*place = *grant;
	return SKERRY_OK;
}

bool
plan_withdraw(struct plan *plan, const char *name)
{
	struct plan_grant *place = find_grant(plan, name);

	if (place == NULL)
		return false;
	*place = plan->grants[--plan->grants_len];
	return true;
}

static int
order(const void *left, const void *right)
{
	const struct plan_grant *a = left, *b = right;

	return cbor_text_order(cbor_text_from_chars(a->name), cbor_text_from_chars(b->name));
}

void
plan_sort_grants(struct plan *plan)
{
	qsort(plan->grants, plan->grants_len, sizeof *plan->grants, order);
}
