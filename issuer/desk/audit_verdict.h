/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_VERDICT_H
#define ISSUER_DESK_AUDIT_VERDICT_H

/* What a verification of the desk's past found: the first fault, and how much was compared. */

#include <stddef.h>

#include "issuer/desk/audit.h"

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
	int64_t archives_parted;   /* of a life that a recovery gave up (audit_parted.h) */
	int64_t parted_after;      /* the last row shared with all of those; 0: none */
	int64_t notes, documents;  /* compared */
	int64_t notes_unread;      /* archives that were not given vouch for them alone */
	int64_t licenses;          /* compared */
	size_t marks;              /* compared, and held */
	size_t marks_settled;      /* a recovery gave up what they saw (mark.h) */
	size_t marks_archived;     /* they saw rows that lie in an archive */
	enum audit_fault fault;    /* of the first fault; the rest tells which row and how */
	int64_t seq, at;           /* 0: no row */
	char action[AUDIT_ACTION_MAX + 1], subject[AUDIT_SUBJECT_MAX + 1];
	char says[AUDIT_SAYS_MAX]; /* a sentence or two */
};

/* Notes the fault. */
void audit_blame(struct audit_verdict *verdict, enum audit_fault fault, const char *says, ...)
	__attribute__((format(printf, 3, 4)));

/* Notes which row it is. */
void audit_blame_row(struct audit_verdict *verdict, const struct audit_log_row *row);

/* Terminated, at most text_max - 1 bytes of it. */
void audit_copy_text(struct cbor_text text, char *ret_text, size_t text_max);

#endif
