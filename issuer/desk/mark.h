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
 * A change is committed first and marked then, so records ahead of the mark are whole.
 */

#include "issuer/desk/desk.h"
#include "keys/mark_file.h"

enum { MARKS_MAX = 2 };

/* The marks that can be read, and whose records they are. */
struct marks {
	struct mark marks[MARKS_MAX];
	size_t len;
	bool lost; /* the records know of DESK/desk.mark, and it is missing or damaged */
};

/* Within a change, before it commits. Errors of mark_file.h other than a mark that is not there. */
enum skerry_err marks_gather(struct desk *desk, struct marks *ret_marks);

/* Whether the records hold the marked row: in the log, in its archive, or lost and recovered. */
enum skerry_err mark_holds(struct desk *desk, const struct mark *mark, bool *ret_holds);

/*
 * Sets desk->mark_stands, within the change that begins. STORE_BEHIND, noted with the way out; an
 * error of mark_file.h for a mark that could not be raised later.
 */
enum skerry_err mark_check(struct desk *desk);

/* Before the commit: what will be marked. */
enum skerry_err mark_prepare(struct desk *desk, struct mark *ret_mark);
/* After it. On an error the change stands; noted so. */
enum skerry_err mark_raise(struct desk *desk, const struct mark *mark);
/* The same after a recovery, in place of whatever is marked. */
enum skerry_err mark_replace(struct desk *desk, const struct mark *mark);

#endif
