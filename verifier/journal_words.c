/* SPDX-License-Identifier: ISC */
#include "journal_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/state/journal.h"

/* --- writing --------------------------------------------------------------------------------- */

void
journal_words_begin(struct journal_words *words, char *text, size_t max)
{
	*words = (struct journal_words){ .text = text, .max = max };
	text[0] = '\0';
}

void
journal_words_put(struct journal_words *words, const char *name, const char *format, ...)
{
	char value[JOURNAL_SUBJECT_MAX];
	va_list arguments;
	int written;

	va_start(arguments, format);
	vsnprintf(value, sizeof value, format, arguments);
	va_end(arguments);
	written = snprintf(words->text + words->len, words->max - words->len, "%s%s=%s",
		words->len == 0 ? "" : " ", name, value);
	if (written > 0 && (size_t)written < words->max - words->len)
		words->len += (size_t)written;
	else
		words->text[words->len] = '\0';
}

void
journal_words_put_number(struct journal_words *words, const char *name, uint64_t number)
{
	if (number != 0)
		journal_words_put(words, name, "%" PRIu64, number);
}

static bool
is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '%';
}

void
journal_words_put_outside(
	struct journal_words *words, const char *name, bool given, const char *value, size_t max)
{
	char text[JOURNAL_SUBJECT_MAX];
	size_t len = 0;

	if (!given)
		return;
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;
		size_t step = is_plain(c) ? 1 : 3;

		if (len + step > max)
			break;
		snprintf(text + len, sizeof text - len, is_plain(c) ? "%c" : "%%%02X", c);
		len += step;
	}
	text[len] = '\0';
	journal_words_put(words, name, "%s", text);
}

/* --- reading --------------------------------------------------------------------------------- */

bool
journal_words_take(const char **at, const char *name, char *ret_value, size_t max)
{
	size_t name_len = strlen(name), len;
	const char *value = *at + name_len + 1;

	if (strncmp(*at, name, name_len) != 0 || (*at)[name_len] != '=')
		return false;
	len = strcspn(value, " ");
	if (len >= max)
		return false;
	memcpy(ret_value, value, len);
	ret_value[len] = '\0';
	*at = value + len + (value[len] == ' ');
	return true;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

bool
journal_words_take_outside(const char **at, const char *name, char *ret_value, size_t max)
{
	char text[JOURNAL_SUBJECT_MAX];
	size_t len = 0;

	if (!journal_words_take(at, name, text, sizeof text))
		return false;
	for (const char *from = text; *from != '\0' && len + 1 < max; from++) {
		if (*from != '%') {
			ret_value[len++] = *from;
			continue;
		}
		if (hex_digit(from[1]) < 0 || hex_digit(from[2]) < 0)
			break;
		ret_value[len++] = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
		from += 2;
	}
	ret_value[len] = '\0';
	return true;
}

void
journal_words_take_number(const char **at, const char *name, uint64_t *ret_number)
{
	char text[24];

	if (journal_words_take(at, name, text, sizeof text))
		*ret_number = strtoull(text, NULL, 10);
}

bool
journal_words_copy(struct cbor_text text, char *ret_text, size_t max)
{
	if (text.len >= max || memchr(text.chars, '\0', text.len) != NULL)
		return false;
	memcpy(ret_text, text.chars, text.len);
	ret_text[text.len] = '\0';
	return true;
}
