/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_CLOCK_MARKS_H
#define VERIFIER_DECIDE_CLOCK_MARKS_H

/*
 * The clock's marks: for each signing key the best lead that a document of that key gave, ascending by
 * key. What clock.h says of them; nothing here decides what they are worth. Pure.
 */

#include "clock.h"

/* The largest lead; CLOCK_NONE. */
int64_t clock_marks_best(const struct clock *clock);

bool clock_marks_has(const struct clock *clock, const uint8_t kid[COSE_KID_LEN]);

/* Keeps the larger of two leads of one key; of too many keys, the one that says least goes first. */
void clock_marks_put(struct clock *clock, const uint8_t kid[COSE_KID_LEN], int64_t lead);

/* `kid` has a mark. */
void clock_marks_drop(struct clock *clock, const uint8_t kid[COSE_KID_LEN]);

/* Every mark that says more than `lead`. */
void clock_marks_drop_above(struct clock *clock, int64_t lead);

#endif
