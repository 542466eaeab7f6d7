/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_CHECK_TELEPHONE_H
#define ISSUER_DESK_AUDIT_CHECK_TELEPHONE_H

/*
 * The steps of telephone renewals against the rows about them: what a row says was read out has to
 * count in the records, and what counts there has to come from a row, or be older than the anchor.
 */

#include "issuer/desk/audit_verdict.h"
#include "issuer/desk/desk.h"

enum skerry_err audit_check_telephone(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict);

#endif
