/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_HEALING_H
#define VERIFIER_STATE_HEALING_H

/* Documents whose files are gone come back from the database. */

#include "memory.h"

/*
 * All but licenses that are over, whose rows stay; both are told in the journal. A change of its own
 * where there is anything to do. Errors of store.h and atomic_file.h.
 */
enum skerry_err healing_put_back(struct memory *memory);

#endif
