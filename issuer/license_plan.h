/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LICENSE_PLAN_H
#define ISSUER_LICENSE_PLAN_H

/* The plan as one license has it: its own plan, and over it what was set for this license alone. */

#include "issuer/decide/overrides.h"
#include "issuer/desk/licenses.h"
#include "issuer/desk/plan_shelf.h"

/*
 * *ret_plan is the plan on the shelf where the license has no overrides, else `scratch` filled in;
 * it stands until the next call with the same shelf or scratch. STORE_DAMAGED, and ARGUMENT where
 * the plan has changed so that the overrides no longer fit it.
 */
enum skerry_err license_plan(struct desk *desk, struct plan_shelf *shelf,
	const struct license_record *license, struct plan *scratch, const struct plan **ret_plan);

/* Its expiry grace in seconds: for RT HUB's GRACE_PERIOD. Reads nothing without overrides. */
enum skerry_err license_plan_expiry_grace(
	struct desk *desk, const struct license_record *license, int64_t *ret_seconds);

/* The overrides of a license as they are kept. */
enum skerry_err license_plan_overrides(
	struct desk *desk, const struct license_record *license, struct overrides *ret_overrides);

/*
 * Puts the overrides over the plan and asks whether that can be. Tells the flag that cannot.
 * ARGUMENT, DURATION.
 */
enum skerry_err license_plan_override(
	struct desk *desk, const struct overrides *overrides, struct plan *plan);

#endif
