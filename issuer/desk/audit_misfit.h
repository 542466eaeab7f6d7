/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_MISFIT_H
#define ISSUER_DESK_AUDIT_MISFIT_H

/*
 * What happened to a row of the audit log whose hash does not follow on the row before it: was it
 * added, were rows before it taken out and the rest numbered anew, does it come from elsewhere? If
 * none of it, it was edited. Looks at AUDIT_MISFIT_NEIGHBORS rows on both sides.
 */

#include "issuer/desk/audit.h"

enum { AUDIT_MISFIT_NEIGHBORS = 32 };

struct audit_misfit {
	bool added;    /* the row after it fits in its place */
	int64_t gap;   /* so many rows before it are gone; 0: not seen */
	int64_t place; /* the number under which it fits; 0: none */
};

enum skerry_err audit_misfit_judge(struct store *store, const uint8_t before[HASH_LEN],
	const struct audit_log_row *row, struct audit_misfit *ret_misfit);

#endif
