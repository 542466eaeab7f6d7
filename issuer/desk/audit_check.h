/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_CHECK_H
#define ISSUER_DESK_AUDIT_CHECK_H

/*
 * The records around the log, against its rows. A fault is noted in the verdict, the first one alone;
 * errors are the database's. What is older than the anchor, the last row that was archived, is not
 * held against the log.
 */

#include "issuer/desk/audit_verdict.h"
#include "issuer/desk/desk.h"

/* Reasons that rows of one kind named. */
struct audit_noted {
	int64_t count, first; /* first: the lowest number; 0: none */
};

/* The reason that a row of the log or of an archive names, if it names one. */
enum skerry_err audit_check_note(struct desk *desk, const struct audit_log_row *row,
	struct audit_noted *noted, struct audit_verdict *verdict);

/* All that the log names, and that nothing else stands there; `archived`: what archives named. */
enum skerry_err audit_check_notes(struct desk *desk, const struct audit_head *anchor,
	const struct audit_noted *archived, struct audit_verdict *verdict);

/* That each customer who is said to be erased was erased by a row. */
enum skerry_err audit_check_erased(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict);

/* That each license and document that a row names is there. */
enum skerry_err audit_check_records(struct desk *desk, struct audit_verdict *verdict);

/* Documents, each by its digest. One without bytes belongs to a customer who was erased. */
enum skerry_err audit_check_documents(struct desk *desk, struct audit_verdict *verdict);

#endif
