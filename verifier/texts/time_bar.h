/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_TIME_BAR_H
#define VERIFIER_TEXTS_TIME_BAR_H

/*
 * A forecast as a bar, to be seen at a glance: the time that is left, without colors. Pure.
 *
 *	###########====------------------------------......x
 *
 *	# full access  = with a notice  - in grace  . read only  x none
 */

#include "verifier/decide/timeline.h"

enum {
	TIME_BAR_CELLS = 56,
	TIME_BAR_MAX = 256 /* bytes, terminator included */
};

/* The sign of one step, in UTF-8 or ASCII. Static. */
const char *time_bar_sign(const struct timeline_step *step, bool utf8);

/*
 * TIME_BAR_CELLS signs: each step as long as it lasts, but at least one; the last one, which does not
 * end, is one. "" for a single step: there is nothing to come.
 */
void time_bar_draw(const struct timeline *forecast, bool utf8, char ret_text[TIME_BAR_MAX]);

#endif
