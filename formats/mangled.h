/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_MANGLED_H
#define FORMATS_MANGLED_H

/*
 * One character of a text that mail programs, word processors and web pages have been at.
 *
 * Undone here: quoted-printable (RFC 2045, section 6.7), entities and harmless tags of HTML, UTF-8,
 * and of Windows-1252 the dashes and the non-breaking space. What the characters mean is the
 * reader's business (armor.c). Pure and thread-safe.
 */

#include <stddef.h>

enum mangled_kind {
	MANGLED_END,       /* of the text */
	MANGLED_BLANK,     /* spaces and line breaks of every kind, "&nbsp;", "<br>" */
	MANGLED_NOTHING,   /* shows nothing: zero-width spaces, BOM, soft hyphen */
	MANGLED_SOFT,      /* "=" at the end of a line: a soft break, or a "=" that ends a line */
	MANGLED_EQUALS,    /* "=", "&#61;" */
	MANGLED_ESCAPED,   /* "=3D", which is "=" too */
	MANGLED_QUOTE,     /* ">" and "&gt;" */
	MANGLED_DASH,      /* hyphens and dashes of every kind */
	MANGLED_LONG_DASH, /* one that stands for at least two hyphens */
	MANGLED_CHARACTER, /* another printable ASCII character */
	MANGLED_OTHER      /* anything else */
};

struct mangled {
	enum mangled_kind kind;
	char character; /* for MANGLED_CHARACTER */
	size_t at;      /* offset of its first byte in the text */
	size_t next;    /* offset of what follows it */
};

/* Reads the character at `at`, at most text_len. It looks no further than 300 bytes ahead. */
struct mangled mangled_next(const char *text, size_t text_len, size_t at);

#endif
