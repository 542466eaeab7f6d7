/* SPDX-License-Identifier: ISC */
#include "license_key.h"

#include <stdbool.h>
#include <string.h>

#include "crockford.h"

enum { SHOWN_MAX = 5 /* characters of the first group that a masked key shows */ };

_Static_assert((int)LICENSE_KEY_SYMBOLS_MAX <= (int)CROCKFORD_CHECKED_MAX,
	"the check finds what it promises");

static bool
is_prefix_character(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Checks the template and counts its '#'. */
static enum skerry_err
read_template(const char *template, size_t *ret_symbols_len)
{
	bool in_prefix = true;
	char before = '-'; /* so that the template does not begin with one */
	size_t count = 0, len = 0;

	for (; template[len] != '\0'; before = template[len++]) {
		if (len == LICENSE_KEY_MAX)
			return SKERRY_ERR_KEY_FORMAT_TEMPLATE;
		if (template[len] == '#') {
			in_prefix = false;
			count++;
		} else if (template[len] == '-') {
			if (before == '-')
				return SKERRY_ERR_KEY_FORMAT_TEMPLATE;
		} else if (!in_prefix || !is_prefix_character(template[len])) {
			return SKERRY_ERR_KEY_FORMAT_TEMPLATE;
		}
	}
	if (before != '#' || count < LICENSE_KEY_SYMBOLS_MIN || count > LICENSE_KEY_SYMBOLS_MAX)
		return SKERRY_ERR_KEY_FORMAT_TEMPLATE;
	*ret_symbols_len = count;
	return SKERRY_OK;
}

enum skerry_err
license_key_check_template(const char *template)
{
	size_t symbols_len;

	return read_template(template, &symbols_len);
}

char
license_key_symbol(unsigned value)
{
	return crockford_character(value);
}

/* Puts the symbols' characters where the template has its '#'. */
static void
fill_in(const char *template, const char *symbols, char ret_key[LICENSE_KEY_MAX + 1])
{
	do
		*ret_key++ = *template == '#' ? crockford_character((unsigned char)*symbols++)
					      : *template;
	while (*template ++ != '\0');
}

enum skerry_err
license_key_make(const char *template, const uint8_t *random, size_t random_len,
	char ret_key[LICENSE_KEY_MAX + 1])
{
	char symbols[LICENSE_KEY_SYMBOLS_MAX] = { 0 };
	size_t symbols_len;
	enum skerry_err err = read_template(template, &symbols_len);

	if (err != SKERRY_OK)
		return err;
	if (random_len < symbols_len - 1)
		return SKERRY_ERR_ARGUMENT;
	for (size_t i = 0; i + 1 < symbols_len; i++)
		symbols[i] = (char)(random[i] & 31);
	symbols[symbols_len - 1] = (char)crockford_check(symbols, symbols_len);
	fill_in(template, symbols, ret_key);
	return SKERRY_OK;
}

/* Reads the template's prefix, its hyphens left out. */
static enum skerry_err
read_prefix(const char *template, struct crockford_typed *typed, size_t *ret_at)
{
	for (; *template != '#'; template ++) {
		uint32_t point;

		if (*template == '-')
			continue;
		if (!crockford_next(typed, &point, ret_at))
			return SKERRY_ERR_LICENSE_KEY_LENGTH;
		if (point >= 'a' && point <= 'z')
			point -= 'a' - 'A';
		if (point != (unsigned char)*template)
			return SKERRY_ERR_LICENSE_KEY_PREFIX;
	}
	return SKERRY_OK;
}

static enum skerry_err
error_of(enum crockford_reading reading)
{
	if (reading == CROCKFORD_LENGTH)
		return SKERRY_ERR_LICENSE_KEY_LENGTH;
	return reading == CROCKFORD_CHARACTER ? SKERRY_ERR_LICENSE_KEY_CHARACTER : SKERRY_OK;
}

enum skerry_err
license_key_read(const char *template, const char *typed, size_t typed_len,
	char ret_key[LICENSE_KEY_MAX + 1], size_t *ret_offset)
{
	char symbols[LICENSE_KEY_SYMBOLS_MAX] = { 0 };
	size_t symbols_len = LICENSE_KEY_SYMBOLS_MAX, at = 0;
	struct crockford_typed input = { typed, typed_len, 0 };
	enum skerry_err err = read_template(template, &symbols_len);

	if (err == SKERRY_OK && typed_len > LICENSE_KEY_TYPED_MAX) {
		err = SKERRY_ERR_LICENSE_KEY_LENGTH;
		at = LICENSE_KEY_TYPED_MAX;
	}
	if (err == SKERRY_OK)
		err = read_prefix(template, &input, &at);
	if (err == SKERRY_OK)
		err = error_of(crockford_read(&input, symbols, symbols_len, &at));
	if (err == SKERRY_OK &&
		crockford_check(symbols, symbols_len) != (unsigned char)symbols[symbols_len - 1]) {
		err = SKERRY_ERR_LICENSE_KEY_TYPO;
		at = 0;
	}
	if (err != SKERRY_OK) {
		*ret_offset = at;
		return err;
	}
	fill_in(template, symbols, ret_key);
	return SKERRY_OK;
}

void
license_key_mask(const char *template, const char *key, char ret_masked[LICENSE_KEY_MAX + 1])
{
	size_t len = strnlen(template, LICENSE_KEY_MAX), prefix_len = strcspn(template, "#");
	bool fits = strnlen(key, LICENSE_KEY_MAX + 1) == len, first_group = true;

	for (size_t i = 0; i < len; i++) {
		bool shown;

		first_group = first_group && (i < prefix_len || template[i] != '-') &&
			      i < prefix_len + SHOWN_MAX;
		shown = fits && (first_group || i + 1 == len);
		ret_masked[i] = template[i] != '#' ? template[i] : shown ? key[i] : '*';
	}
	ret_masked[len] = '\0';
}
