/* SPDX-License-Identifier: ISC */
#include "entry.h"

#include <string.h>
#include <strings.h>

bool
entry_is_slug(const char *text)
{
	return license_is_slug((struct cbor_text){ text, strlen(text) });
}

/*
 * C1 controls (U+0080-9F), line and paragraph separators, bidirectional marks and spaces without
 * width, by their UTF-8: names are printed on letters and in other people's terminals.
 */
static bool
is_hidden(const unsigned char *at)
{
	if (at[0] == 0xc2)
		return at[1] < 0xa0;
	if (at[0] == 0xd8)
		return at[1] == 0x9c; /* U+061C */
	if (at[0] == 0xef)
		return at[1] == 0xbb && at[2] == 0xbf; /* U+FEFF */
	if (at[0] != 0xe2)
		return false;
	/* Joiners (U+200C, U+200D) are part of how words of some languages are written. */
	if (at[1] == 0x80)
		return at[2] == 0x8b || at[2] == 0x8e || at[2] == 0x8f ||
		       (at[2] >= 0xa8 && at[2] <= 0xae);
	return at[1] == 0x81 && (at[2] == 0xa0 || (at[2] >= 0xa6 && at[2] <= 0xa9));
}

/* White space and what has no width, by its UTF-8, at a lead byte. */
static bool
is_blank(const unsigned char *at)
{
	switch (at[0]) {
	case 0x20:
		return true;
	case 0xc2: /* no-break space, soft hyphen */
		return at[1] == 0xa0 || at[1] == 0xad;
	case 0xe1: /* U+1680 */
		return at[1] == 0x9a && at[2] == 0x80;
	case 0xe2: /* U+2000-200D, U+202F, U+205F-2060 */
		return (at[1] == 0x80 && (at[2] <= 0x8d || at[2] == 0xaf)) ||
		       (at[1] == 0x81 && (at[2] == 0x9f || at[2] == 0xa0));
	case 0xe3: /* U+3000 */
		return at[1] == 0x80 && at[2] == 0x80;
	case 0xef: /* U+FEFF */
		return at[1] == 0xbb && at[2] == 0xbf;
	default:
		return false;
	}
}

bool
entry_is_name(const char *text, size_t max)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t len = strlen(text);
	bool visible = false;

	if (len == 0 || len > max || !cbor_is_utf8(bytes, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] < 0x20 || bytes[i] == 0x7f || is_hidden(bytes + i))
			return false;
		if ((bytes[i] & 0xc0) != 0x80) /* where a character begins */
			visible |= !is_blank(bytes + i);
	}
	return visible;
}

bool
entry_is_url(const char *text, size_t max)
{
	size_t scheme_len = strncasecmp(text, "https://", 8) == 0  ? 8
			    : strncasecmp(text, "http://", 7) == 0 ? 7
								   : 0;

	return scheme_len != 0 && entry_is_name(text, max) && strchr(text, ' ') == NULL &&
	       strchr("/?#:", text[scheme_len]) == NULL;
}

bool
entry_is_email(const char *text)
{
	const char *at = strchr(text, '@');

	return entry_is_name(text, ENTRY_EMAIL_MAX) && strchr(text, ' ') == NULL && at != NULL &&
	       at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL;
}

static size_t
digits(const char *text)
{
	return strspn(text, "0123456789");
}

bool
entry_is_price(const char *text)
{
	size_t whole = digits(text), fraction;

	if (whole == 0 || strlen(text) > ENTRY_PRICE_MAX)
		return false;
	if (text[whole] == '\0')
		return true;
	fraction = digits(text + whole + 1);
	return text[whole] == '.' && fraction >= 1 && fraction <= 4 &&
	       text[whole + 1 + fraction] == '\0';
}

bool
entry_is_currency(const char *text)
{
	return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

bool
entry_is_language(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz"), rest;

	if (len < 2 || len > 3)
		return false;
	if (text[len] == '\0')
		return true;
	rest = strspn(
		text + len + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
	return text[len] == '-' && rest >= 2 && rest <= 8 && text[len + 1 + rest] == '\0';
}
