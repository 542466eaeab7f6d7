/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_INK_H
#define ISSUER_LETTER_INK_H

/* What the parts of the page write with. Only ink_raw puts markup on paper. */

#include "formats/html.h"
#include "letter.h"

struct ink {
	const struct letter *letter;
	const struct letter_texts *texts;
	html_sink *sink;
	void *context;
};

/* Markup of the page itself. */
void ink_raw(const struct ink *ink, const char *html);
/* A text of the catalogue; what somebody entered, which keeps its own direction. */
void ink_text(const struct ink *ink, const char *chars);
void ink_entered(const struct ink *ink, const char *chars);
/* A phrase of the catalogue with a value, a day or a number in place of what stands in braces. */
void ink_phrase(const struct ink *ink, const char *chars, const char *value);
void ink_dated(const struct ink *ink, const char *chars, int64_t at);
void ink_counted(const struct ink *ink, const char *chars, int64_t count);

#endif
