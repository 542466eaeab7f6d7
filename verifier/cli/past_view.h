/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_PAST_VIEW_H
#define VERIFIER_CLI_PAST_VIEW_H

/*
 * What held at an instant that has passed, as `why --at` shows it: from the journal, with the entry
 * that says so.
 */

#include "cli.h"

/* Bytes of the paragraph about where it comes from, terminator included: all of the catalogue's past_. */
enum { PAST_VIEW_SOURCE_MAX = 3072 };

/*
 * To a person or as JSON; where the journal does not tell, why not. CANNOT_TELL also where it is not
 * as it was written, and where another license had come that nobody had asked about by then.
 */
enum command_exit past_view_show(
	const struct site *site, const struct cli_question *question, const struct past *past);

#endif
