/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_AMOUNT_H
#define ISSUER_DECIDE_AMOUNT_H

/* Sums of money to the last digit: prices as entry.h lets them in, added as people do. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"

enum {
	AMOUNT_PLACES = 4,                                    /* after the point */
	AMOUNT_DIGITS = ENTRY_PRICE_MAX + AMOUNT_PLACES + 20, /* 10^20 of the highest price */
	AMOUNT_TEXT_MAX = AMOUNT_DIGITS + 2                   /* point and terminator */
};

/* { 0 } is nothing. */
struct amount {
	uint8_t digits[AMOUNT_DIGITS]; /* the last first, AMOUNT_PLACES of them behind the point */
	uint8_t places;                /* that some price had: "120.50" has 2 */
};

/* Adds a price; false, and nothing is added, where it is none. */
bool amount_add(struct amount *amount, const char *price);

/* "1240.50": with as many places as the price that had most. */
void amount_format(const struct amount *amount, char ret_text[AMOUNT_TEXT_MAX]);

#endif
