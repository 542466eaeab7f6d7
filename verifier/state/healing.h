/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_HEALING_H
#define VERIFIER_STATE_HEALING_H

/* Documents whose files are gone or damaged come back from the database. */

#include "memory.h"

/*
 * All but licenses that are over, whose rows stay; both are told in the journal. What was taken in and
 * not yet a file when its writer was stopped becomes one, and is no news. A change of its own
 * where there is anything to do. Errors of store.h and atomic_file.h.
 */
enum skerry_err healing_put_back(struct memory *memory);

/*
 * One file that cannot be used as it lies there, from its row, where there is one of other bytes. Who
 * asks for it verifies what comes back.
 */
enum skerry_err healing_put_back_damaged(struct memory *memory, const char *file);

#endif
