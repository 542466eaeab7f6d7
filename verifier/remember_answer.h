/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_ANSWER_H
#define VERIFIER_REMEMBER_ANSWER_H

/*
 * What a site's memory knows for an answer, and learns from it: since when something does not match,
 * and the verdict where it is another one. Errors of store.h.
 */

#include "site.h"
#include "verifier/state/conditions.h"

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
 * where it matches or nobody knows. Remembers it unless `change` is NULL. *ret_starved is written only
 * where it could not be read for want of memory: then there is no answer.
 */
int64_t remember_condition(const struct memory *memory, struct remember_change *change,
	const struct site_license *held, enum condition_kind kind, const char *value, bool holds,
	int64_t now, enum skerry_err *ret_starved);

/*
 * When a license's unpairing began, as replies have told it; LICENSE_NEVER: it is paired. NO_MEMORY, IO; what
 * cannot be read of the memory is known from the replies that are held.
 */
enum skerry_err remember_unpaired(
	const struct site *site, const struct site_license *held, int64_t *ret_since);

/* Whether a verdict was told for a question, and is remembered. An error is the change's. */
bool remember_was_told(struct remember_change *change, const char *question);

/* A verdict, told in words for a question in words: a row of the journal where it is another one. */
void remember_verdict(
	struct remember_change *change, const char *question, const char *words, const char *facts);

#endif
