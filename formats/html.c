/* SPDX-License-Identifier: ISC */
#include "html.h"

#include <string.h>

#include "utf8.h"

static const char *
reference(uint32_t point)
{
	switch (point) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return point == UTF8_BROKEN || utf8_is_control(point) ? "\xef\xbf\xbd" : NULL;
	}
}

void
html_text(const char *text, size_t text_len, html_sink *sink, void *context)
{
	size_t plain = 0, at = 0;

	while (at < text_len) {
		uint32_t point;
		size_t len = utf8_next(text + at, text_len - at, &point);
		const char *written = reference(point);

		if (written != NULL) {
			sink(context, text + plain, at - plain);
			sink(context, written, strlen(written));
			plain = at + len;
		}
		at += len;
	}
	sink(context, text + plain, at - plain);
}
