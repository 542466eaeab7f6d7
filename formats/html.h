/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_HTML_H
#define FORMATS_HTML_H

/* Text from outside as HTML shows it. Pure and thread-safe. */

#include <stddef.h>

typedef void html_sink(void *context, const char *text, size_t text_len);

/*
 * Writes UTF-8 so that it can only be text, in an element or between quotes in an attribute: the
 * five characters that mean something become references; controls (C0, C1, those that turn the
 * direction of other text) and what is not UTF-8 become U+FFFD.
 */
void html_text(const char *text, size_t text_len, html_sink *sink, void *context);

#endif
