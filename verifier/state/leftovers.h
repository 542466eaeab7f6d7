/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_LEFTOVERS_H
#define VERIFIER_STATE_LEFTOVERS_H

/*
 * What writers who were killed have left in a state folder: files are written under a name that begins
 * with ".skerry-" and then take their own (keys/atomic_file.h). They are never read; only space they take.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEFTOVERS_OLD_S = 86400 };

bool leftovers_is_name(const char *name);

/*
 * Removes those of the folder and of its folders of documents that have not been touched for
 * LEFTOVERS_OLD_S by the wall clock, or seem to come from as far ahead of it. `directory` is the open
 * state folder, under its lock. How many went; what cannot be removed stays.
 */
size_t leftovers_sweep(int directory, int64_t wall);

#endif
