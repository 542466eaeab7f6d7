/* SPDX-License-Identifier: ISC */
#include "license_plan.h"

#include <stdlib.h>

enum skerry_err
license_plan_overrides(
	struct desk *desk, const struct license_record *license, struct overrides *ret_overrides)
{
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_NOT_FOUND, done;

	store_query(desk->store, &q, "SELECT overrides FROM license WHERE id = ?");
	store_bind_int(&q, license->id);
	if (store_step(&q))
		err = overrides_read(store_chars(&q, 0), ret_overrides);
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

enum skerry_err
license_plan_override(struct desk *desk, const struct overrides *overrides, struct plan *plan)
{
	const struct override *line = NULL;
	const char *wants = "";
	enum skerry_err err = overrides_apply(overrides, plan, &line, &wants);

	if (err == SKERRY_ERR_CLAIM_VALUE)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, plan->slug,
			"--%s takes %s, not '%s'.", plan_word_name(line->word), wants, line->value);
	return err == SKERRY_OK ? plans_check(desk, plan) : err;
}

enum skerry_err
license_plan(struct desk *desk, struct plan_shelf *shelf, const struct license_record *license,
	struct plan *scratch, const struct plan **ret_plan)
{
	struct overrides *overrides = NULL;
	const struct plan *plan;
	enum skerry_err err = plan_shelf_find_id(shelf, desk, license->plan_id, &plan);

	if (err != SKERRY_OK || !license->overridden) {
		if (err == SKERRY_OK)
			*ret_plan = plan;
		return err;
	}
	*scratch = *plan;
	overrides = malloc(sizeof *overrides);
	err = overrides == NULL ? SKERRY_ERR_NO_MEMORY
				: license_plan_overrides(desk, license, overrides);
	if (err == SKERRY_OK)
		err = license_plan_override(desk, overrides, scratch);
	free(overrides);
	if (err == SKERRY_OK)
		*ret_plan = scratch;
	/* It fitted when it was set: the plan must have changed since. */
	else if (desk->refused == err)
		err = desk_refuse(desk, err, license->public_id,
			"The plan has changed, and this license's own values no longer fit it. See "
			"them with: skerry-issuer license show %s; drop them with: skerry-issuer "
			"license set %s --as-plan",
			license->public_id, license->public_id);
	return err;
}

enum skerry_err
license_plan_expiry_grace(
	struct desk *desk, const struct license_record *license, int64_t *ret_seconds)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	struct plan *scratch;
	const struct plan *plan = NULL;
	enum skerry_err err;

	if (!license->overridden) {
		*ret_seconds = license->expiry_grace_s;
		return SKERRY_OK;
	}
	scratch = malloc(sizeof *scratch);
	err = scratch == NULL ? SKERRY_ERR_NO_MEMORY
			      : license_plan(desk, &shelf, license, scratch, &plan);
	if (err == SKERRY_OK && plan != NULL)
		*ret_seconds = plan->ladder.expiry_grace_s;
	plan_shelf_clear(&shelf);
	free(scratch);
	return err;
}
