/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_RECOVERY_H
#define ISSUER_DESK_RECOVERY_H

/*
 * Going on with records that were put back. What the desk did after them is lost, but not what it
 * handed out: documents are at sites that the records know nothing of. So nothing may be given a
 * second time.
 *
 *	status indexes, activation numbers   above the highest ever handed out, which every mark tells
 *	                                     (high_water.h), however often records were put back
 *	editions                             above the highest one too, up to RECOVERY_EDITIONS beyond
 *	                                     the mark's time: sites and the desk itself take no
 *	                                     edition that is 60 days ahead
 *	manifest versions                    DESK/manifests holds the signed ones; they are taken
 *
 * A mark of an older program tells no highest numbers: each was taken with an audit row of its own,
 * so all of them grow by at least the number of rows that are lost.
 *
 * Where no mark tells how much is lost, RECOVERY_UNKNOWN rows and a random number of up to as many
 * more are assumed: more than a desk of a million licenses has sold. Every mark that is given up is kept as settled, sealed
 * (mark.h); where none is known, one is made for the last row that there can have been.
 */

#include "issuer/desk/mark.h"

enum {
	RECOVERY_UNKNOWN_BITS = 20,
	RECOVERY_UNKNOWN = 1 << RECOVERY_UNKNOWN_BITS,
	RECOVERY_EDITION_BITS = 18,
	RECOVERY_EDITIONS =
		1
		<< RECOVERY_EDITION_BITS, /* documents of one license, faster than one a second; 3 days */
	RECOVERY_MARKS_MAX = MARKS_MAX + 1
};

struct recovery {
	bool needed;
	bool known;                /* a mark tells how far the desk had come */
	int64_t from_seq, from_at; /* the last entry that is there */
	int64_t to_seq, to_at;     /* the last one that is known of; 0: none is */
	int64_t lost;              /* entries at most */
	bool counted;              /* a mark does not tell the highest: numbers grow by `lost` */
	struct mark_high high;     /* the highest that any mark tells */
	int64_t manifests;         /* versions taken from DESK/manifests */
	bool manifests_left;       /* one there could not be taken */
	bool stale;                /* a settled mark still stands in its file */
	struct mark settles[RECOVERY_MARKS_MAX];
	size_t settles_len;
};

/*
 * What is lost, within a change that desk_begin_unasked opened. `further` may be one more mark, the
 * head of a database that is being replaced; NULL: none. Settles desk->now: DESK_CLOCK when the
 * clock contradicts the last entry or the marks, unless somebody has just confirmed it.
 */
enum skerry_err recovery_look(
	struct desk *desk, const struct mark *further, struct recovery *ret_recovery);

/*
 * Raises the numbers and records it, within the same change; the vault is open. `source` is for the
 * audit row: "database" or "backup". The caller commits with recovery_commit.
 */
enum skerry_err recovery_apply(struct desk *desk, const char *source, struct recovery *recovery);

/* Commits without a mark. Once the records are where they belong, mark_replace sets *ret_mark. */
enum skerry_err recovery_commit(struct desk *desk, struct mark *ret_mark);

#endif
