/* SPDX-License-Identifier: ISC */
#include "text_line.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Behind the name and the sign; NULL for another line. */
static const char *
after_name(const char *line, const char *end, const char *name, char sign)
{
	size_t name_len = strlen(name);

	if ((size_t)(end - line) <= name_len || memcmp(line, name, name_len) != 0)
		return NULL;
	line += name_len;
	while (line < end && is_blank(*line))
		line++;
	return line < end && *line == sign ? line + 1 : NULL;
}

bool
text_line_find(const char *text, size_t text_len, const char *name, char sign,
	const char **ret_value, size_t *ret_value_len)
{
	const char *text_end = text + text_len, *end;

	for (const char *line = text; line < text_end; line = end + 1) {
		const char *value, *value_end;

		end = memchr(line, '\n', (size_t)(text_end - line));
		if (end == NULL)
			end = text_end;
		value = after_name(line, end, name, sign);
		if (value == NULL)
			continue;
		value_end = end;
		while (value < value_end && is_blank(*value))
			value++;
		while (value < value_end && is_blank(value_end[-1]))
			value_end--;
		*ret_value = value;
		*ret_value_len = (size_t)(value_end - value);
		return true;
	}
	return false;
}

void
text_line_unquote(const char **value, size_t *value_len)
{
	const char *text = *value;
	size_t len = *value_len;

	if (len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0]) {
		*value = text + 1;
		*value_len = len - 2;
	}
}
