/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_PAST_VIEW_H
#define VERIFIER_SHOW_PAST_VIEW_H

/*
 * What held at an instant that has passed, as `why --at` shows it: from the journal, with the entry
 * that says so.
 */

#include "show.h"
#include "verifier/past.h"

/* Bytes of the paragraph about where it comes from, terminator included: all of the catalogue's past_. */
enum { PAST_VIEW_SOURCE_MAX = 3072 };

/*
 * As show.h has it. NOT_FOUND where the journal does not tell: why not. *ret_exit is CANNOT_TELL also where
 * it is not as it was written, and where another license had come that nobody had asked about by then.
 */
bool past_view_show(const struct show *show, const struct site *site,
	const struct show_question *question, const struct past *past, enum command_exit *ret_exit,
	struct show_failure *ret_failure);

#endif
