/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_ATTEMPT_H
#define ISSUER_DESK_ATTEMPT_H

/*
 * A part of a change that may be undone alone: of many pieces of work in one change, one that fails leaves
 * nothing. Numbers that it took stay taken as far as marks are concerned (high_water.h). Attempts nest not.
 */

#include "issuer/desk/desk.h"

/* What the handle knew of the records before. */
struct attempt {
	struct audit_head head;
	bool head_known;
	int64_t status_brand, status_next;
};

/* Within the change under way. Errors of store.h. */
enum skerry_err attempt_begin(struct desk *desk, struct attempt *ret_attempt);
/* It stands, or with an error it is undone. Returns `err`, or the store's. */
enum skerry_err attempt_end(struct desk *desk, const struct attempt *attempt, enum skerry_err err);

#endif
