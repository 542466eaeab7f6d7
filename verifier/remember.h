/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_H
#define VERIFIER_REMEMBER_H

/*
 * What a site's memory learns from what happens to the site: documents that lie in the folder, that
 * came, that a manifest no longer accepts. What it learns from answers is remember_answer.h's; the
 * memory itself is verifier/state/memory.h.
 *
 * Where it is only read, the same is worked out and nothing is recorded. Errors of store.h.
 */

#include "verifier/exchange/take_in.h"

/*
 * After loading and a first tick: the time that documents prove which the memory has not seen, and
 * rows for files that it does not know.
 */
enum skerry_err remember_folder(struct site *site);

/*
 * Documents were taken in, or were not: a row for each, their time, and the mark, also where nothing
 * was new. What came after an older state was put back ends that.
 */
enum skerry_err remember_import(struct site *site, const struct document *documents,
	size_t documents_len, const struct take_result *results);

/* When a manifest came, as the memory knows; else `otherwise`. */
int64_t remember_manifest_arrival(const struct memory *memory, uint64_t version, int64_t otherwise);

#endif
