/* SPDX-License-Identifier: ISC */
#include "overrides_change.h"

#include <string.h>

static bool
has_line(const struct overrides *overrides, const struct override *line)
{
	for (size_t i = 0; i < overrides->len; i++)
		if (overrides->lines[i].word == line->word &&
			strcmp(overrides->lines[i].value, line->value) == 0)
			return true;
	return false;
}

static size_t
put_escaped(char *text, size_t len, const char *value, size_t value_len)
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < value_len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c > ' ' && c < 0x7f && c != ',' && c != '%') {
			text[len++] = (char)c;
			continue;
		}
		text[len++] = '%';
		text[len++] = DIGITS[c >> 4];
		text[len++] = DIGITS[c & 15];
	}
	return len;
}

static size_t
put_line(char *text, size_t len, char sign, const struct override *line)
{
	const char *name = plan_word_name(line->word);
	size_t shown = strlen(line->value);

	if (plan_word_is_own_text(line->word, line->value))
		shown = plan_word_grant_len(line->word, line->value);
	if (len > 0)
		text[len++] = ',';
	text[len++] = sign;
	for (; *name != '\0'; name++)
		text[len++] = *name;
	if (shown == 0)
		return len;
	text[len++] = ':';
	return put_escaped(text, len, line->value, shown);
}

size_t
overrides_change_spell(const struct overrides *before, const struct overrides *after,
	char ret_text[OVERRIDES_CHANGE_MAX])
{
	size_t len = 0, lines = 0;

	for (size_t i = 0; i < before->len; i++)
		if (!has_line(after, &before->lines[i])) {
			len = put_line(ret_text, len, '-', &before->lines[i]);
			lines++;
		}
	for (size_t i = 0; i < after->len; i++)
		if (!has_line(before, &after->lines[i])) {
			len = put_line(ret_text, len, '+', &after->lines[i]);
			lines++;
		}
	ret_text[len] = '\0';
	return lines;
}

size_t
overrides_change_fit(const char *text, size_t text_max, size_t *ret_lines)
{
	size_t fits = 0, lines = 0;

	for (size_t at = 0; text[at] != '\0'; lines++) {
		at += strcspn(text + at, ",");
		if (at > text_max)
			break;
		fits = at;
		at += text[at] == ',';
	}
	*ret_lines = lines;
	return fits;
}
