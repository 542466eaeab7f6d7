/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_REISSUE_H
#define ISSUER_REISSUE_H

/*
 * The next document for an activation that stands, bound to what the last one was bound to: after a
 * renewal, or when a file was lost. Nobody needs to ask the site.
 */

#include "issuer/issue.h"

/* What issue_license needs for it; the binding borrows `fingerprint`. 16 KB. */
struct reissue {
	struct binding binding;
	struct activation activation;
	unsigned threshold; /* of its last document; 0: more than half */
	uint8_t fingerprint[FINGERPRINT_MAX];
};

/*
 * Activation `number` of a license. NOT_FOUND; STATUS_FORBIDS for one that was released, and for a
 * starter, which is short on purpose, and for a customer who was erased; STORE_DAMAGED, also where what it was bound to is gone. The binding points into *ret_reissue, which is
 * undefined on failure.
 */
enum skerry_err reissue_load(struct desk *desk, const struct license_record *license,
	int64_t number, struct reissue *ret_reissue);

/* The issue that follows; all of it is borrowed. */
struct issue reissue_issue(const struct reissue *reissue, const struct license_record *license);

/* The numbers of a license's activations that can be issued again, ascending. */
enum skerry_err reissue_each(
	struct desk *desk, int64_t license_id, bool (*each)(void *, int64_t number), void *context);

#endif
