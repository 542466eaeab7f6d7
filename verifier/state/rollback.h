/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_ROLLBACK_H
#define VERIFIER_STATE_ROLLBACK_H

/* Whether an older state was put back than the records beside the database tell of. For an opening. */

#include "memory.h"

/*
 * Compares what was taken up with the mark and with site.clock: `news` says what was found, and
 * `rollback_since` begins. `mark_err` is what reading the mark came to, before the database was read;
 * a mark that is lost becomes zeros.
 */
enum skerry_err rollback_find(struct memory *memory, enum skerry_err mark_err, struct mark *mark);

/* For who writes: what was found, into the journal. Nothing where nothing was. */
enum skerry_err rollback_record(struct memory *memory, const struct mark *mark);

#endif
