/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_PAGE_H
#define ISSUER_LETTER_PAGE_H

/*
 * The letter as one HTML page, for A4 and Letter: no script, nothing from outside, the same when it
 * is opened from a disk. Every text of the desk's records is escaped, and may run from right to left
 * without turning what stands beside it.
 */

#include "formats/html.h"
#include "letter.h"

/* Writes the page in UTF-8. */
void page_write(const struct letter *letter, const struct letter_texts *texts, html_sink *sink,
	void *context);

/* What stands in the page's style element. */
extern const char PAGE_STYLE[];

#endif
