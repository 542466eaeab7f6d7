/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_MARK_H
#define ISSUER_DESK_MARK_H

/*
 * The mark outside the database: the head of the audit log as it was after the last change. Records
 * that do not hold that row were put back from a backup; what they would hand out next has been
 * handed out already, so the desk stops until `skerry-issuer recover`.
 *
 *	DESK/desk.mark                     durable before any file leaves
 *	desk->marks_folder/HASH.mark       best effort, outside of DESK: notices a whole folder put
 *	                                   back (HASH: of the desk's public id and its path)
 *
 * A change is committed first and marked then, so records ahead of the mark are whole. A mark that a
 * recovery gave up for lost stands in mark_settled, by its number and hash: nothing else excuses
 * one. The next change replaces it, so that it never holds the place of one that guards.
 *
 * Marks and settled ones are sealed by the desk's key, checked whenever the desk is unlocked: who has
 * no passphrase can make none. Who holds the key can; against them stand the other copies of a head.
 */

#include "issuer/desk/desk.h"
#include "keys/mark_file.h"

enum { MARKS_MAX = 2 };

/* The marks that can be read, and whose records they are. */
struct marks {
	struct mark marks[MARKS_MAX];
	bool outer[MARKS_MAX]; /* that one lies outside of DESK */
	size_t len;
	bool lost;    /* the records know of DESK/desk.mark, and it is missing or damaged; or: */
	bool altered; /* one of them is another desk's, or was not made by this one */
};

/* How a mark and the records fit. */
enum mark_state {
	MARK_HELD,     /* the log, or its anchor, holds the row */
	MARK_ARCHIVED, /* the row lies in an archive; never so for DESK/desk.mark */
	MARK_SETTLED,  /* a recovery gave the row up for lost */
	MARK_CONTRADICTS
};

/* Within a change, before it commits. Errors of mark_file.h other than a mark that is not there. */
enum skerry_err marks_gather(struct desk *desk, struct marks *ret_marks);

enum skerry_err mark_judge(
	struct desk *desk, const struct mark *mark, bool outer, enum mark_state *ret_state);

/*
 * Sets desk->mark_stands, within the change that begins, and replaces marks that hold and guard
 * nothing. STORE_BEHIND, noted with the way out; an error of mark_file.h for a mark that could not
 * be raised later.
 */
enum skerry_err mark_check(struct desk *desk);

/* Within a recovery, after its row was written: this mark's row is lost. */
enum skerry_err mark_settle(struct desk *desk, const struct mark *mark);

/* A mark that a recovery, row `recovery` of the log, settled. */
struct mark_settled {
	int64_t seq, at, recovery, settled_at;
	bool sealed; /* by the desk's key; true where the desk is locked, too */
};

/* The oldest recovery first. */
enum skerry_err mark_settled_each(
	struct desk *desk, void (*each)(void *, const struct mark_settled *), void *context);

/*
 * Whether a row with this number, that the log does not have, may be one that a recovery gave up for lost;
 * and whether what was signed at a time may be of before a recovery. Sealed ones alone count.
 */
enum skerry_err mark_settled_covers(struct desk *desk, int64_t seq, bool *ret_covers);
enum skerry_err mark_settled_since(struct desk *desk, int64_t at, bool *ret_since);

/* Before the commit: what will be marked. PASSPHRASE while the desk is locked. */
enum skerry_err mark_prepare(struct desk *desk, struct mark *ret_mark);
/* After it. On an error the change stands; noted so. */
enum skerry_err mark_raise(struct desk *desk, const struct mark *mark);
/*
 * The same after a recovery, in place of whatever is marked. Takes the writer's lock, so that no
 * neighbor's mark is lowered.
 */
enum skerry_err mark_replace(struct desk *desk, const struct mark *mark);

#endif
