/* SPDX-License-Identifier: ISC */
#include "ink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"

enum { NUMBER_MAX = 24, DAY_TEXT_MAX = 64 };

void
ink_raw(const struct ink *ink, const char *html)
{
	ink->sink(ink->context, html, strlen(html));
}

void
ink_text(const struct ink *ink, const char *chars)
{
	html_text(chars, strlen(chars), ink->sink, ink->context);
}

/* What somebody entered: isolated, so that its direction stays its own. */
void
ink_entered(const struct ink *ink, const char *chars)
{
	ink_raw(ink, "<bdi>");
	ink_text(ink, chars);
	ink_raw(ink, "</bdi>");
}

/* A phrase of the catalogue with `value` in place of what stands in braces. */
void
ink_phrase(const struct ink *ink, const char *chars, const char *value)
{
	const char *open = strchr(chars, '{'), *close = open == NULL ? NULL : strchr(open, '}');

	if (close == NULL) {
		ink_text(ink, chars);
		return;
	}
	html_text(chars, (size_t)(open - chars), ink->sink, ink->context);
	ink_entered(ink, value);
	ink_text(ink, close + 1);
}

/* "28 April 2027" in the catalogue's words. */
static void
day_text(const struct letter_texts *texts, int64_t at, char ret_text[DAY_TEXT_MAX])
{
	char day[DATE_TEXT_MAX];
	const char *from = texts->date;
	size_t len = 0;
	long month;

	date_format_day(at, day);
	month = strtol(day + 5, NULL, 10);
	ret_text[0] = '\0';
	while (*from != '\0' && len + 1 < DAY_TEXT_MAX) {
		if (strncmp(from, "{day}", 5) == 0)
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%ld",
				strtol(day + 8, NULL, 10));
		else if (strncmp(from, "{month}", 7) == 0)
			snprintf(
				ret_text + len, DAY_TEXT_MAX - len, "%s", texts->months[month - 1]);
		else if (strncmp(from, "{year}", 6) == 0)
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%.4s", day);
		else
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%c", *from);
		from = *from == '{' ? strchr(from, '}') + 1 : from + 1;
		len = strlen(ret_text);
	}
}

void
ink_dated(const struct ink *ink, const char *chars, int64_t at)
{
	char day[DAY_TEXT_MAX];

	day_text(ink->texts, at, day);
	ink_phrase(ink, chars, day);
}

void
ink_counted(const struct ink *ink, const char *chars, int64_t count)
{
	char number[NUMBER_MAX];

	snprintf(number, sizeof number, "%lld", (long long)count);
	ink_phrase(ink, chars, number);
}
