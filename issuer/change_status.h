/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CHANGE_STATUS_H
#define ISSUER_CHANGE_STATUS_H

/* A license suspended, resumed or revoked by an operator, and what its sites hear of it. */

#include "issuer/decide/lifecycle.h"
#include "issuer/desk/activations.h"

struct status_changed {
	enum standing before, after;    /* as they read at desk->now */
	struct activations_tally tally; /* of the activations that it concerns */
};

/*
 * Within the change under way. `move` is LIFECYCLE_SUSPEND, _RESUME or _REVOKE; `reason` NULL where
 * none was given, and with `tell` what sites are told (exchange/replies_told.h). What they were told of the
 * license before, they are told no more. Revoking enters every activation that stands into the revocations.
 *
 * lifecycle_judge's errors with an advice; ARGUMENT for a reason that is none (notes.h).
 */
enum skerry_err change_status(struct desk *desk, const struct license_record *license,
	enum lifecycle_move move, const char *reason, bool tell,
	struct status_changed *ret_changed);

/* lifecycle_judge for this license as it stands, its refusal told. *ret_tally may be NULL. */
enum skerry_err change_status_judge(struct desk *desk, const struct license_record *license,
	enum lifecycle_move move, struct lifecycle *ret_lifecycle,
	struct activations_tally *ret_tally);

#endif
