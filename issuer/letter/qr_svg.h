/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_QR_SVG_H
#define ISSUER_LETTER_QR_SVG_H

/* A QR code as an SVG element, to stand in a page. */

#include "formats/html.h"
#include "keys/qr.h"

/* Writes the element, `width_mm` wide with its quiet zone; `label` is what it shows, as text. */
void qr_write_svg(
	const struct qr *qr, int width_mm, const char *label, html_sink *sink, void *context);

#endif
