/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_ENDING_H
#define ISSUER_ENDING_H

/*
 * An activation ended, whoever asked: its row, the revocation of its index, and what its license's status
 * is then. Whether it may be is the caller's to ask (release.h, decide/answer.h).
 */

#include "issuer/decide/lifecycle.h"
#include "issuer/desk/activations.h"

struct ending {
	int64_t activation_id, number, status_index;
	int64_t expires_at;   /* of its documents; LICENSE_NEVER */
	bool counts;          /* as a migration: what is bound to nothing does not */
	const char *why;      /* notes_word: "released note=12", "unpaired", "migrated" */
	int64_t effective_at; /* from when on the status list says so */
};

/* The license's status without this activation. *ret_sites: that it is then at. Errors of lifecycle_judge. */
enum skerry_err ending_judge(struct desk *desk, const struct license_record *license,
	const struct ending *ending, struct lifecycle *ret_next, int64_t *ret_sites);

/* Within the change under way, without an audit row. */
enum skerry_err ending_apply(struct desk *desk, const struct license_record *license,
	const struct ending *ending, const struct lifecycle *next);

#endif
