/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SPELLING_H
#define KEYS_SPELLING_H

/* How far two names are apart, so that a message can ask "did you mean ...?". Pure. */

#include <stdbool.h>

enum { SPELLING_MAX = 112 /* characters compared */ };

/*
 * Letters changed, left out, added, or two neighbors swapped (optimal string alignment). Anything
 * longer than SPELLING_MAX is SPELLING_MAX away.
 */
unsigned spelling_distance(const char *a, const char *b);

/* Near enough to be offered: at most a third of the letters differ. */
bool spelling_is_near(const char *typed, unsigned distance);

#endif
