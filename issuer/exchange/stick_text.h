/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_STICK_TEXT_H
#define ISSUER_EXCHANGE_STICK_TEXT_H

/* What a desk writes on a stick for people: whom a finder calls, and its line for the courier. */

#include "issuer/desk/desk.h"
#include "keys/mailbag_text.h"

/* The desk's four characters, by its public id. */
enum skerry_err stick_text_tag(struct desk *desk, char ret_tag[MAILBAG_TAG_LEN + 1]);

/* "2027-01-15  desk: read 3, left answers". */
void stick_text_receipt(int64_t now, size_t read, bool left, char ret_line[MAILBAG_LINE_MAX + 1]);

/* README.txt with the contacts of the first STICK_TEXT_BRANDS_MAX brands that have one. */
enum { STICK_TEXT_BRANDS_MAX = 16 };
enum skerry_err stick_text_readme(struct desk *desk, const struct mailbag *bag);

#endif
