/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_HIGH_WATER_H
#define ISSUER_DESK_HIGH_WATER_H

/*
 * The highest numbers that any brand or license of the desk was ever handed: in the records, and in
 * each mark outside of them, sealed. Whoever takes a number says so; desk_commit keeps it in the
 * same change, so that the mark of a later change is never below that of an earlier one, whichever
 * is written first. A recovery begins above those of all marks, so they hold for every line of
 * records that was ever put back.
 */

#include "issuer/desk/desk.h"
#include "keys/mark_file.h"

/* Each the greater of both. */
void high_water_raise(struct mark_high *high, const struct mark_high *other);
/* Whether none of the other one's is higher. */
bool high_water_covers(const struct mark_high *high, const struct mark_high *other);

/* Of the records; zeros for a desk that is being founded. STORE_DAMAGED for what no desk writes. */
enum skerry_err high_water_read(struct desk *desk, struct mark_high *ret_high);
/* Keeps what the change under way has taken (desk->taken). */
enum skerry_err high_water_keep(struct desk *desk);
/* After a recovery raised them: as high as any counter stands. Reads every license. */
enum skerry_err high_water_measure(struct desk *desk);

#endif
