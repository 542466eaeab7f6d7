/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_STEPS_H
#define ISSUER_LETTER_STEPS_H

/*
 * What to do at the machine, with commands that skerry has, and the licenses themselves as QR codes:
 * the only one beside the steps where it is small enough, so that a usual sale takes one page, else
 * below.
 */

#include "ink.h"

void steps_write(const struct ink *ink);
/* The codes that found no room beside the steps. */
void steps_write_papers(const struct ink *ink);

/* The one product, or of several the brand, as a sentence names them. */
const char *steps_product(const struct letter *letter);

#endif
