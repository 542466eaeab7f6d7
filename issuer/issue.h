/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_ISSUE_H
#define ISSUER_ISSUE_H

/*
 * One license document: an activation taken, the claims put together from license and plan, signed,
 * verified against the desk's own manifest chain, recorded. Everything that `license issue`, a
 * starter and later a reply to a site have in common.
 *
 * issue_license does all of it. Who issues many within one change does it in three steps, of which
 * the middle one may run on any thread (press.h runs it on all processors):
 *
 *	issue_draft    reads and changes records; the claims, written out
 *	issue_sign     computes alone
 *	issue_record   the document and its audit row
 */

#include "issuer/desk/activations.h"
#include "issuer/desk/plan_shelf.h"
#include "issuer/signing.h"

struct issue {
	const char *license_id;              /* public id */
	const struct license_record *record; /* as it stands now; NULL: read by license_id */
	const struct binding *binding;
	const struct activation
		*activation;    /* that stands; NULL: the binding's own, or a new one */
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
 * SUSPENDED, REVOKED, EXPIRED   nothing is issued for it (lifecycle.h)
 * ACTIVATIONS_EXHAUSTED   activations_take
 * TRUST_...               the key in use may not sign this: too long, never ending, another brand
 * DESK_CLOCK              edition_next
 * DOCUMENT_TOO_LARGE      the plan says more than a document holds
 * ARGUMENT                a threshold that cannot be reached
 */
enum skerry_err issue_license(
	struct desk *desk, const struct issue *issue, struct issued *ret_issued);

/* A document on its way: the claims as bytes, and all of `issued` but its bytes. About 45 KB. */
struct issue_draft {
	struct issued issued;
	uint8_t payload[LICENSE_PAYLOAD_MAX];
	size_t payload_len;
	struct activation taken;
	int64_t brand_id;
	struct license back; /* what signing reads back */
};

/*
 * Takes activation, index and edition, so that drafts of one license never share one, and writes
 * the claims. Errors of issue_license. *ret_draft borrows nothing; on failure it is undefined.
 */
enum skerry_err issue_draft(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, const struct issue *issue, struct issue_draft *ret_draft);

/* Fills in draft->issued's bytes. Thread-safe; errors of signing_sign. */
enum skerry_err issue_sign(const struct signing *signing, struct issue_draft *draft);

/* Within the same change as the draft, in the order of the drafts of one license. */
enum skerry_err issue_record(
	struct desk *desk, const struct signing *signing, const struct issue_draft *draft);

#endif
