/* SPDX-License-Identifier: ISC */
#include "qr_svg.h"

#include <stdio.h>
#include <string.h>

enum { PIECE_MAX = 256 };

static void
put(html_sink *sink, void *context, const char *text)
{
	sink(context, text, strlen(text));
}

/* Each run of dark modules in a row as one rectangle. */
static void
write_row(const struct qr *qr, int y, html_sink *sink, void *context)
{
	char piece[PIECE_MAX];

	for (int x = 0, end; x < qr->size; x = end + 1) {
		end = x;
		while (qr_dark(qr, end, y))
			end++;
		if (end == x)
			continue;
		snprintf(piece, sizeof piece, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET,
			end - x, end - x);
		put(sink, context, piece);
	}
}

void
qr_write_svg(const struct qr *qr, int width_mm, const char *label, html_sink *sink, void *context)
{
	int side = qr->size + 2 * QR_QUIET;
	char piece[PIECE_MAX];

	snprintf(piece, sizeof piece,
		"<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
		" width=\"%dmm\" height=\"%dmm\" shape-rendering=\"crispEdges\" role=\"img\">\n"
		"<title>",
		side, side, width_mm, width_mm);
	put(sink, context, piece);
	html_text(label, strlen(label), sink, context);
	snprintf(piece, sizeof piece,
		"</title>\n<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/>\n<path fill=\"#000\" d=\"",
		side, side, side);
	put(sink, context, piece);
	for (int y = 0; y < qr->size; y++)
		write_row(qr, y, sink, context);
	put(sink, context, "\"/>\n</svg>\n");
}
