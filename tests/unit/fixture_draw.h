/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_DRAW_H
#define TESTS_FIXTURE_DRAW_H

/*
 * Random licenses and facts, the same on every machine for one seed, for what must hold of all of
 * them: many conditions at once, durations of none and of a century, dates near the end of time.
 */

#include "fixture_verdict.h"

/* Not 0. */
void draw_seed(uint64_t seed);
uint64_t draw_below(uint64_t below);

/* Ladder, dates, telephone; nothing that is borrowed. */
void draw_license(struct license *ret_license);
void draw_facts(struct evaluate_facts *ret_facts);

#endif
