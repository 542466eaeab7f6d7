/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_ERASURE_H
#define ISSUER_DESK_ERASURE_H

/*
 * Erasing a customer: what names the person or describes their machines goes, the business that was
 * done stays, under the customer's number.
 *
 *	goes    e-mail, name, company, language; license key texts; reasons; tenants' names; host names,
 *	        domains, install ids, fingerprints and keys of sites; heartbeats; documents' bytes;
 *	        what installations are called, their ids, and the bytes of replies to them;
 *	        a license's own values in words; everything to find them by
 *	stays   the audit log, which names numbers alone, and verifies as before; licenses, dates,
 *	        editions, status indexes, revocations; prices and payment references, which the books
 *	        need; documents' digests, so that a paper the customer shows is known again
 *
 * What their sites were bound to is gone then, so that nothing is issued for them any more
 * (lifecycle.h). Backups and archives made before are not touched.
 */

#include "issuer/desk/customers.h"

struct erasure {
	int64_t licenses, sites, documents, reasons, heartbeats;
	int64_t standing; /* of the licenses: neither revoked nor expired */
	char standing_ids[8 * (LICENSE_ID_LEN + 2)]; /* of the first few, ", " between */
};

/* What erasing them would reach. */
enum skerry_err erasure_survey(
	struct desk *desk, const struct customer *customer, struct erasure *ret_erasure);

/*
 * Erases within the change under way, with its audit row. IN_USE while licenses stand, unless
 * `force`. Before desk_begin, erasure_prepare.
 */
enum skerry_err erasure_make(struct desk *desk, const struct customer *customer, bool force,
	struct erasure *ret_erasure);

/* From now on, what is deleted is overwritten. */
enum skerry_err erasure_prepare(struct desk *desk);

/*
 * After the commit: writes the database anew, so that nothing of what was ever deleted or changed is
 * left in its unused parts, nor in its log. It takes as much room as the database has, and may be
 * repeated.
 */
enum skerry_err erasure_scrub(struct desk *desk);

#endif
