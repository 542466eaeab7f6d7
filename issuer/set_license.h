/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_SET_LICENSE_H
#define ISSUER_SET_LICENSE_H

/* A license changed after its sale: its plan, dates, activations, and values of its own. */

#include "issuer/license_plan.h"

/* What was said; everything else stays. */
struct license_change {
	const char *plan; /* BRAND/PRODUCT/PLAN of the same product; NULL */
	bool has_until, has_maintenance_until;
	int64_t until, maintenance_until; /* LICENSE_NEVER: for good */
	int64_t activations;              /* 0: not said */
	bool as_plan;                     /* drops all overrides first */
	bool shorten;                     /* a date may come before what it was */
	struct override *said;            /* overrides, in any order */
	size_t said_len;
	const char *reason; /* NULL: none given */
};

struct license_state {
	char plan[PRODUCTS_PATH_MAX];
	int64_t valid_until, maintenance_until, max_activations;
	struct overrides overrides;
};

/* 64 KB. */
struct license_set {
	struct license_state before, after;
	bool changed;
};

/*
 * Within the change under way; the vault is open. What issuing would refuse is refused here. A new
 * plan brings its number of activations along where the license had its old plan's.
 *
 * REVOKED     (lifecycle.h)
 * BRAND       a plan of another brand
 * PRODUCT     a plan of another product
 * NOT_FOUND   no such plan
 * IN_USE      fewer activations than are used
 * SHORTENS    a date before what it was, without `shorten`
 * ARGUMENT    impossible values; nothing said; an end before its beginning
 * TRUST_..., DOCUMENT_TOO_LARGE   no document could be signed with it
 */
enum skerry_err set_license(struct desk *desk, const struct license_record *license,
	const struct license_change *change, struct license_set *ret_set);

#endif
