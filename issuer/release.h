/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_RELEASE_H
#define ISSUER_RELEASE_H

/*
 * A site taken off its license by the vendor, because its machine is dead, sold or lost: its
 * activation ends, its index is revoked, and another machine may take its place. The old machine
 * goes on until it hears of it, or until its document's last date.
 */

#include "issuer/desk/sites.h"

struct release {
	const char *reason; /* NULL: none given */
	bool force;         /* beyond the plan's migrations a year; needs a reason */
};

struct released {
	enum standing before, after;  /* of the license */
	bool counts;                  /* as a migration: what is bound to nothing does not */
	struct migrations migrations; /* with this one */
	int64_t allowed;              /* a year */
	int64_t activations_used, max_activations;
};

/*
 * Within the change under way.
 *
 * STATUS_FORBIDS    it was released before
 * REVOKED           the license was; nothing is to be had from it any more
 * MIGRATION_LIMIT   the year's migrations are used up
 * ARGUMENT          a reason that is none, or `force` without one
 */
enum skerry_err release_site(struct desk *desk, const struct site *site,
	const struct release *release, struct released *ret_released);

#endif
