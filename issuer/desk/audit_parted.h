/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_PARTED_H
#define ISSUER_DESK_AUDIT_PARTED_H

/*
 * An archive made after the backup that the records were put back from: its last rows are of a life
 * that a recovery gave up for lost. The log cannot follow on it, and nobody is to be blamed.
 */

#include "issuer/desk/audit.h"
#include "issuer/desk/desk.h"

/*
 * The last row that both lives share, in *ret_shared, for an archive of this desk whose rows follow
 * on each other, agree with the log up to there, and differ from it where a desk.recover row of the
 * log says that it began anew. 0: it is no such archive, or lies before the anchor as a whole.
 */
enum skerry_err audit_parted_judge(
	struct desk *desk, const char *path, const struct audit_head *anchor, int64_t *ret_shared);

#endif
