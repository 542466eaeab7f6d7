/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_CHECK_LICENSES_H
#define ISSUER_DESK_AUDIT_CHECK_LICENSES_H

/*
 * Each license against the rows about it, oldest first: what they say last has to stand in the
 * records, and what stands there has to come from a row, or be older than the anchor.
 *
 * Compared, as far as a row says it: that it was sold; its plan, end, end of maintenance and number
 * of sites, its key and sale; the sales that renewed it; its status; its activations, each with its
 * index, and which were released; its revocations, one for each activation that was released or
 * revoked; that it has no values of its own where no row gave it any.
 *
 * One look-up by index a license, and memory for the activations of one.
 */

#include "issuer/desk/audit_verdict.h"
#include "issuer/desk/desk.h"

enum skerry_err audit_check_licenses(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict);

#endif
