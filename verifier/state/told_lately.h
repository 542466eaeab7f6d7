/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_TOLD_LATELY_H
#define VERIFIER_STATE_TOLD_LATELY_H

/*
 * Imports that brought nothing: whoever reaches the site may repeat them without end, so of the same one a
 * day's first is told, and of different ones not many more than TOLD_LATELY_MAX a day.
 */

#include "memory.h"

enum {
	TOLD_LATELY_MAX = 32,
	TOLD_LATELY_SEEN = 256, /* rows of the journal that are looked at */
	TOLD_LATELY_S = 86400
};

/* Whether such a row stands in the journal, or waits for it, or is one too many. Errors of store.h. */
enum skerry_err told_lately(const struct memory *memory, const char *kind, const char *subject,
	const char *detail, bool *ret_told);

#endif
