/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_ISSUE_H
#define ISSUER_ISSUE_H

/*
 * One license document: an activation taken, the claims put together from license and plan, signed,
 * verified against the desk's own manifest chain, recorded. Everything that `license issue`, a
 * starter and later a reply to a site have in common.
 */

#include "issuer/desk/activations.h"

struct issue {
	const char *license_id; /* public id */
	const struct binding *binding;
	unsigned threshold;     /* weight that must match; 0: more than half */
	int64_t until;          /* a starter's end, no later than the license's; LICENSE_NEVER */
	int64_t proved_edition; /* the highest that a signed license showed; 0 */
};

struct issued {
	uint8_t bytes[LICENSE_MAX];
	size_t len;
	uint8_t cti[LICENSE_CTI_LEN];
	char license_id[LICENSE_ID_LEN + 1];
	int64_t edition, activation, status_index;
	int64_t renew_by, valid_until, expires_at; /* LICENSE_NEVER */
	unsigned threshold, weight;                /* of a machine's components; 0, 0 without */
	size_t components_len;
};

/*
 * Within the change under way; the vault is open. Nothing leaves the desk unless *ret_issued is
 * written and the caller commits.
 *
 * STATUS_FORBIDS          suspended, revoked or expired
 * ACTIVATIONS_EXHAUSTED   activations_take
 * TRUST_...               the key in use may not sign this: too long, never ending, another brand
 * DESK_CLOCK              edition_next
 * ARGUMENT                a threshold that cannot be reached
 */
enum skerry_err issue_license(
	struct desk *desk, const struct issue *issue, struct issued *ret_issued);

#endif
