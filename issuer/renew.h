/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_RENEW_H
#define ISSUER_RENEW_H

/* A license renewed: its dates moved on by a term or to a date, and what was paid for it. */

#include "issuer/desk/licenses.h"
#include "issuer/desk/plan_shelf.h"

struct renewal {
	bool has_term; /* instead of the plan's */
	struct date_duration term;
	int64_t until;   /* instead of any term; LICENSE_NEVER */
	bool shorten;    /* may end earlier than before */
	bool only_fresh; /* refuses what ended longer ago than its expiry grace */
	const char *price, *currency, *payment; /* "" where nothing was said */
	const char *reason;                     /* NULL: none given */
};

/* What was, or what a dry run would have been, done. */
struct renewed {
	int64_t before,
		after;    /* valid_until; of what never ends, maintenance_until. LICENSE_NEVER */
	bool maintenance; /* which of the two */
	bool repeated;    /* this payment renewed it before; nothing was changed */
};

/* Are price, currency, payment and reason usable? ARGUMENT. Asked once, before the first one. */
enum skerry_err renew_check(struct desk *desk, const struct renewal *renewal);

/*
 * Within the change under way. The license is renewed by its own plan (license_plan.h), as
 * terms_of_renewal says.
 *
 * SUSPENDED, REVOKED   it must be resumed first; it is gone (lifecycle.h)
 * EXPIRED              `only_fresh`, and it ended longer ago than its expiry grace
 * SHORTENS             it would end earlier, and `shorten` is not said
 * EXISTS               the payment bought something else
 * ARGUMENT             nothing says for how long, or it neither ends nor its maintenance does
 */
enum skerry_err renew_license(struct desk *desk, struct plan_shelf *shelf,
	const struct license_record *license, const struct renewal *renewal,
	struct renewed *ret_renewed);

#endif
