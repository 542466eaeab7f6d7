/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXPLANATION_H
#define VERIFIER_EXPLANATION_H

/*
 * A site's answer with its reasons, and what time will make of it: for `why`, `what-if` and the bar
 * of `status`.
 */

#include "question.h"
#include "verifier/decide/timeline.h"
#include "verifier/decide/why.h"

/* Borrows site and query. About 6 KB. */
struct explanation {
	struct site_answer answer;
	struct why why;
	struct timeline forecast; /* from the answer's instant on, with the documents held now */
	bool forecast_whole;      /* else there are later steps that did not fit */
};

/*
 * At the instant `at`, with what the site holds and the machine shows now; LICENSE_NEVER: now.
 * Errors of site_ask.
 */
enum skerry_err explanation_make(const struct site *site, const struct site_query *query,
	int64_t at, struct explanation *ret_explanation);

/* The reasons alone, of an answer to that question; they borrow both. */
void explanation_why(const struct site_question *question, const struct site_answer *answer,
	struct why *ret_why);

#endif
