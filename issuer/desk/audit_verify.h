/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_VERIFY_H
#define ISSUER_DESK_AUDIT_VERIFY_H

/*
 * Whether the desk's past is as it was written.
 *
 * 1. Each archive's rows follow on each other, and the log's first row on the last archive. One of
 *    a life that a recovery gave up follows in itself and agrees up to where it parted.
 * 2. The log's rows follow on each other from the anchor (audit.h), and the anchor is the one that
 *    the last `audit.archive` row names.
 * 3. The log holds the row that each mark outside the database saw last (mark.h): a log whose end
 *    was cut off, or that was hashed anew as a whole, does not.
 * 4. Each reason (notes.h) is the text that its row names, in the log or an archive that was given,
 *    or was erased with its customer; and a reason that no row names is older than the anchor.
 * 5. What rows say was sold, issued, released and revoked is so in the records, and what stands in
 *    the records is what rows say (audit_check_licenses.h), or older than the anchor.
 *    So it is with sites and their replies (audit_check_installations.h).
 * 6. Each document's digest fits its bytes, unless its customer was erased.
 *
 * Nothing is changed. All of it is read of one state of the database: a change made meanwhile, an
 * archive too, does no harm.
 */

#include "issuer/desk/audit_verdict.h"
#include "issuer/desk/desk.h"

/*
 * SKERRY_OK with verdict.fault AUDIT_SOUND, or AUDIT_CHAIN with the first fault, also noted in the
 * desk. Anything else: it could not be told. `archives`: paths, oldest first.
 */
enum skerry_err audit_verify_desk(struct desk *desk, const char *const *archives,
	size_t archives_len, struct audit_verdict *ret_verdict);

#endif
