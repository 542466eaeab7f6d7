/* SPDX-License-Identifier: ISC */
#include "lifecycle.h"

#include "formats/license.h"

/* What a license is when nobody decided otherwise. */
static struct lifecycle
at_rest(const struct lifecycle_facts *facts)
{
	if (facts->sites > 0)
		return (struct lifecycle){ STANDING_PAIRED, LICENSE_NEVER };
	if (facts->lapses_at > facts->now)
		return (struct lifecycle){ STANDING_PAIRED_PENDING_REVOKE, facts->lapses_at };
	return (struct lifecycle){ STANDING_UNPAIRED, LICENSE_NEVER };
}

static enum skerry_err
permits(enum lifecycle_move move, enum standing standing, bool erased)
{
	bool gives = move == LIFECYCLE_ISSUE || move == LIFECYCLE_PAIR;

	if (standing == STANDING_REVOKED)
		return SKERRY_ERR_REVOKED;
	if (erased && (gives || move == LIFECYCLE_RENEW || move == LIFECYCLE_SET))
		return SKERRY_ERR_STATUS_FORBIDS;
	if (move == LIFECYCLE_RESUME)
		return standing == STANDING_SUSPENDED ? SKERRY_OK : SKERRY_ERR_STATUS_FORBIDS;
	if (standing == STANDING_SUSPENDED && move == LIFECYCLE_SUSPEND)
		return SKERRY_ERR_STATUS_FORBIDS;
	if (standing == STANDING_SUSPENDED && (gives || move == LIFECYCLE_RENEW))
		return SKERRY_ERR_SUSPENDED;
	if (standing == STANDING_EXPIRED && gives)
		return SKERRY_ERR_EXPIRED;
	return SKERRY_OK;
}

enum skerry_err
lifecycle_judge(enum lifecycle_move move, const struct lifecycle_facts *facts,
	struct lifecycle *ret_lifecycle)
{
	enum standing standing =
		standing_at(facts->stored, facts->valid_until, facts->pending_until, facts->now);
	enum skerry_err err = permits(move, standing, facts->erased);

	if (err != SKERRY_OK)
		return err;
	*ret_lifecycle = (struct lifecycle){ facts->stored, facts->pending_until };
	if (move == LIFECYCLE_PAIR)
		*ret_lifecycle = (struct lifecycle){ STANDING_PAIRED, LICENSE_NEVER };
	else if (move == LIFECYCLE_SUSPEND)
		*ret_lifecycle = (struct lifecycle){ STANDING_SUSPENDED, LICENSE_NEVER };
	else if (move == LIFECYCLE_REVOKE)
		*ret_lifecycle = (struct lifecycle){ STANDING_REVOKED, LICENSE_NEVER };
	else if (move == LIFECYCLE_RESUME ||
		 (move == LIFECYCLE_RELEASE && standing != STANDING_SUSPENDED))
		*ret_lifecycle = at_rest(facts);
	return SKERRY_OK;
}

const char *
lifecycle_advice(enum lifecycle_move move, enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_REVOKED:
		return "Revoking is final. Sell a new license with: skerry-issuer license new";
	case SKERRY_ERR_SUSPENDED:
		return move == LIFECYCLE_RENEW
			       ? "It is not renewed while suspended; first: skerry-issuer license "
				 "resume ID"
			       : "Nothing is issued for it until: skerry-issuer license resume ID";
	case SKERRY_ERR_EXPIRED:
		return "Nothing is issued for it until: skerry-issuer license renew ID";
	default:
		if (move == LIFECYCLE_SUSPEND)
			return "It is suspended already.";
		return move == LIFECYCLE_RESUME ? "Only a suspended license can be resumed."
						: "Its customer was erased, and with them what it "
						  "is bound to. Enter "
						  "them as a new customer, and sell a new license.";
	}
}
