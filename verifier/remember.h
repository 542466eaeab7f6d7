/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_H
#define VERIFIER_REMEMBER_H

/*
 * What a site's memory learns from what happens to the site: documents that lie in the folder, that
 * came, that a manifest no longer accepts; conditions and verdicts as they are found. The memory
 * itself is verifier/state/memory.h.
 *
 * Where it is only read, the same is worked out and nothing is recorded. Errors of store.h.
 */

#include "verifier/exchange/take_in.h"
#include "verifier/state/conditions.h"

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

/*
 * Whether what licenses were paired with is gone, the memory and the clock beside it, and nobody has
 * given the site another key yet (memory.h).
 */
bool remember_pairing_lost(const struct memory *memory);

/* One change for what one answer brings; it begins when there is something to write. */
struct remember_change {
	struct memory *memory;
	bool begun;
	bool counts; /* the mark is raised: a mismatch began or ended */
	enum skerry_err err;
};

/* Ends it. An error is the memory's trouble: an answer does not depend on it. */
void remember_finish(struct remember_change *change);

/*
 * Since when this license's machine or domain does not match, as it is found at `now`; LICENSE_NEVER
 * where it matches or nobody knows. Remembers it unless `change` is NULL.
 */
int64_t remember_condition(const struct memory *memory, struct remember_change *change,
	const struct site_license *held, enum condition_kind kind, const char *value, bool holds,
	int64_t now);

/* A verdict, told in words for a question in words: a row of the journal where it is another one. */
void remember_verdict(
	struct remember_change *change, const char *question, const char *words, const char *facts);

#endif
