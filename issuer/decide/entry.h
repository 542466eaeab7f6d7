/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_ENTRY_H
#define ISSUER_DECIDE_ENTRY_H

/* What a clerk or a script types into the desk's records: is it usable? Pure. */

#include <stdbool.h>
#include <stddef.h>

#include "formats/license.h"

enum {
	ENTRY_NAME_MAX = LICENSE_LICENSEE_MAX, /* bytes of any name */
	ENTRY_EMAIL_MAX = 254,
	ENTRY_REFERENCE_MAX = 128, /* payment reference */
	ENTRY_PRICE_MAX = 24
};

/* A slug as licenses carry it. */
bool entry_is_slug(const char *text);

/*
 * A name to show: 1 to `max` bytes of UTF-8 without control characters (a line break among them)
 * and without marks that turn the direction of other text on the screen; not blank.
 */
bool entry_is_name(const char *text, size_t max);

/* "https://..." or "http://...", with a host and without a space. */
bool entry_is_url(const char *text, size_t max);

/* One '@' with something on both sides, at most ENTRY_EMAIL_MAX bytes, no space or control. */
bool entry_is_email(const char *text);

/* "120" or "120.50": digits, perhaps a point and one to four digits. */
bool entry_is_price(const char *text);
/* Three capitals, as ISO 4217 has them. */
bool entry_is_currency(const char *text);
/* "id", "en", "pt-BR". */
bool entry_is_language(const char *text);

#endif
