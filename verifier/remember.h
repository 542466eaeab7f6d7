/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_H
#define VERIFIER_REMEMBER_H

/*
 * What a site's memory learns from what lies in its folder. What it learns from documents that come is
 * remember_import.h's, from answers remember_answer.h's; the memory itself is verifier/state/memory.h.
 *
 * Where it is only read, the same is worked out and nothing is recorded. Errors of store.h.
 */

#include "site.h"

/*
 * After loading and a first tick: the time that documents prove which the memory has not seen, and
 * rows for files that it does not know.
 */
enum skerry_err remember_folder(struct site *site);

/* When a manifest came, as the memory knows; else `otherwise`. */
int64_t remember_manifest_arrival(const struct memory *memory, uint64_t version, int64_t otherwise);

#endif
