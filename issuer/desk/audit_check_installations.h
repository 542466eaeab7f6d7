/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_CHECK_INSTALLATIONS_H
#define ISSUER_DESK_AUDIT_CHECK_INSTALLATIONS_H

/*
 * Installations and replies against the log: each reply that a row made is there with its digest, and no
 * other; an installation's id is its key's, and its opening key the one that a row says last, so that
 * nobody reads another site's replies; what was found of its history is what rows found since it was last
 * settled; an activation is linked to the installation that a row says. What is older than the anchor and
 * what was erased with its customer is passed over.
 */

#include "issuer/desk/audit_verdict.h"
#include "issuer/desk/desk.h"

enum skerry_err audit_check_installations(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict);

#endif
