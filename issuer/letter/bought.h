/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_BOUGHT_H
#define ISSUER_LETTER_BOUGHT_H

/* The page's table of what was bought: a row for each license of the key. */

#include "ink.h"

void bought_write(const struct ink *ink);

#endif
