/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_PERMANENT_ADDRESS_H
#define VERIFIER_GATHER_PERMANENT_ADDRESS_H

/*
 * The address that the maker burned into a network card of this machine, as its driver tells it
 * (ethtool's permanent address). It needs no privilege and sends nothing.
 */

#include <stdbool.h>

enum { PERMANENT_ADDRESS_TEXT = 18 /* "aa:bb:cc:dd:ee:ff" and its end */ };

/* False where the driver tells none. */
bool permanent_address_read(const char *card, char ret_text[PERMANENT_ADDRESS_TEXT]);

#endif
