/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_VERIFY_H
#define ISSUER_DESK_AUDIT_VERIFY_H

/*
 * Whether the desk's past is as it was written.
 *
 * 1. Each archive's rows follow on each other, and the log's first row on the last archive.
 * 2. The log's rows follow on each other from the anchor (audit.h), and the anchor is the one that
 *    the last `audit.archive` row names.
 * 3. The log holds the row that each mark outside the database saw last (mark.h): a log whose end
 *    was cut off, or that was hashed anew as a whole, does not.
 * 4. Each reason (notes.h) that still stands is the text that its row names.
 * 5. Each document's digest fits its bytes, unless its customer was erased; and what the rows say
 *    was issued, sold and revoked is so in the records.
 *
 * Nothing is changed. All of it is read of one state of the database: a change made meanwhile, an
 * archive too, does no harm.
 */

#include "issuer/desk/desk.h"

enum audit_fault {
	AUDIT_SOUND,
	AUDIT_EDITED,   /* content and hash do not fit */
	AUDIT_MISSING,  /* rows before it are gone */
	AUDIT_MOVED,    /* it belongs elsewhere */
	AUDIT_ADDED,    /* the row after it fits in its place */
	AUDIT_CUT_OFF,  /* the log ends before the row that a mark saw */
	AUDIT_REPLACED, /* it is not the row that a mark saw: everything was hashed anew */
	AUDIT_NO_MARK,  /* the mark itself is missing or damaged */
	AUDIT_ANCHOR,   /* the anchor is not the one that the log names */
	AUDIT_NOTE,     /* a reason was changed or removed */
	AUDIT_DOCUMENT, /* a document was changed */
	AUDIT_RECORD    /* the records contradict the row */
};

/* "edited", "missing", ... */
const char *audit_fault_name(enum audit_fault fault);

enum { AUDIT_SAYS_MAX = 384 };

struct audit_verdict {
	int64_t first, last, rows; /* of the log */
	int64_t archived;          /* rows read from archives */
	int64_t notes, documents;  /* compared */
	size_t marks;              /* compared, and held */
	size_t marks_settled;      /* a recovery gave up what they saw (mark.h) */
	size_t marks_archived;     /* they saw rows that lie in an archive */
	enum audit_fault fault;    /* of the first fault; the rest tells which row and how */
	int64_t seq, at;           /* 0: no row */
	char action[AUDIT_ACTION_MAX + 1], subject[AUDIT_SUBJECT_MAX + 1];
	char says[AUDIT_SAYS_MAX]; /* a sentence or two */
};

/*
 * SKERRY_OK with verdict.fault AUDIT_SOUND, or AUDIT_CHAIN with the first fault, also noted in the
 * desk. Anything else: it could not be told. `archives`: paths, oldest first.
 */
enum skerry_err audit_verify_desk(struct desk *desk, const char *const *archives,
	size_t archives_len, struct audit_verdict *ret_verdict);

#endif
