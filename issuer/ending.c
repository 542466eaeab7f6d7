/* SPDX-License-Identifier: ISC */
#include "ending.h"

#include "issuer/desk/revocations.h"
#include "issuer/desk/sites.h"

enum skerry_err
ending_judge(struct desk *desk, const struct license_record *license, const struct ending *ending,
	struct lifecycle *ret_next, int64_t *ret_sites)
{
	struct activations_tally tally = { 0 };
	struct lifecycle_facts facts = { .stored = license->stored,
		.valid_until = license->valid_until,
		.pending_until = license->pending_until,
		.now = desk->now };
	enum skerry_err err = activations_tally(desk, license->id, &tally);

	if (err != SKERRY_OK)
		return err;
	facts.sites = tally.sites - ending->counts;
	facts.lapses_at = tally.lapses_at;
	if (ending->counts && ending->expires_at > facts.lapses_at)
		facts.lapses_at = ending->expires_at;
	err = lifecycle_judge(LIFECYCLE_RELEASE, &facts, ret_next);
	if (err == SKERRY_OK)
		*ret_sites = facts.sites;
	return err;
}

enum skerry_err
ending_apply(struct desk *desk, const struct license_record *license, const struct ending *ending,
	const struct lifecycle *next)
{
	struct revocation revocation = { license->brand_id, license->id, ending->activation_id,
		ending->why, ending->expires_at, ending->effective_at };
	enum skerry_err err = sites_end(desk, ending->activation_id, ending->why);

	if (err == SKERRY_OK)
		err = revocations_insert(desk, &revocation);
	return err == SKERRY_OK
		       ? licenses_set_standing(desk, license->id, next->stored, next->pending_until)
		       : err;
}
