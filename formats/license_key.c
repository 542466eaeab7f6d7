/* SPDX-License-Identifier: ISC */
#include "license_key.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

/* Crockford's base32: no I, L, O (they look like digits), no U. */
static const char SYMBOLS[32] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum {
	NO_SYMBOL = 32,
	SHOWN_MAX = 5 /* characters of the first group that a masked key shows */
};

/*
 * The check: with symbol i weighted by alpha^i, alpha a root of x^5 + x^2 + 1, all symbols sum up
 * to zero in GF(32). alpha has order 31 and there are at most 30 symbols, so all weights differ and
 * none is zero: a wrong symbol changes the sum by error * alpha^i, and swapped neighbors a, b by
 * (a + b) * alpha^i * (1 + alpha). Neither product has a factor of zero.
 */
static unsigned
times_alpha(unsigned element)
{
	return element < 16 ? element << 1 : (element << 1 ^ 0x25);
}

static unsigned
times_alpha_power(unsigned element, size_t power)
{
	for (; power > 0; power--)
		element = times_alpha(element);
	return element;
}

/* Weighted sum of the symbols in `key`, where the template has its '#', the last one left out. */
static unsigned
sum_before_check(const char *symbols, size_t symbols_len)
{
	unsigned sum = 0;

	for (size_t i = 0; i + 1 < symbols_len; i++)
		sum ^= times_alpha_power((unsigned char)symbols[i], i);
	return sum;
}

/* The last symbol: the sum divided by alpha^(n-1), which is multiplied by alpha^(31-(n-1)). */
static unsigned
check_symbol(const char *symbols, size_t symbols_len)
{
	return times_alpha_power(sum_before_check(symbols, symbols_len), 32 - symbols_len);
}

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
	return SYMBOLS[value % 32];
}

/* Value of a character as somebody types it, NO_SYMBOL for U and whatever is no symbol. */
static unsigned
symbol_value(uint32_t point)
{
	if (point >= 'a' && point <= 'z')
		point -= 'a' - 'A';
	if (point == 'O')
		return 0;
	if (point == 'I' || point == 'L')
		return 1;
	for (unsigned value = 0; value < sizeof SYMBOLS; value++)
		if ((unsigned char)SYMBOLS[value] == point)
			return value;
	return NO_SYMBOL;
}

/* Puts the symbols' characters where the template has its '#'. */
static void
fill_in(const char *template, const char *symbols, char ret_key[LICENSE_KEY_MAX + 1])
{
	do
		*ret_key++ = *template == '#' ? SYMBOLS[(unsigned char)*symbols++] : *template;
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
	symbols[symbols_len - 1] = (char)check_symbol(symbols, symbols_len);
	fill_in(template, symbols, ret_key);
	return SKERRY_OK;
}

/* What people and programs put between the groups: blanks, and hyphens turned into dashes. */
static bool
is_separator(uint32_t point)
{
	return point == '-' || utf8_is_dash(point) || utf8_is_blank(point);
}

/* A key being read off what somebody typed. */
struct typed {
	const char *text;
	size_t len, at;
};

/* Takes the next character that is no separator; false at the end. *ret_at is where it stands. */
static bool
next_character(struct typed *typed, uint32_t *ret_point, size_t *ret_at)
{
	while (typed->at < typed->len) {
		size_t at = typed->at;

		typed->at += utf8_next(typed->text + at, typed->len - at, ret_point);
		*ret_at = at;
		if (!is_separator(*ret_point))
			return true;
	}
	*ret_at = typed->len;
	return false;
}

/* Reads the template's prefix, its hyphens left out. */
static enum skerry_err
read_prefix(const char *template, struct typed *typed, size_t *ret_at)
{
	for (; *template != '#'; template ++) {
		uint32_t point;

		if (*template == '-')
			continue;
		if (!next_character(typed, &point, ret_at))
			return SKERRY_ERR_LICENSE_KEY_LENGTH;
		if (point >= 'a' && point <= 'z')
			point -= 'a' - 'A';
		if (point != (unsigned char)*template)
			return SKERRY_ERR_LICENSE_KEY_PREFIX;
	}
	return SKERRY_OK;
}

static enum skerry_err
read_symbols(struct typed *typed, char *ret_symbols, size_t symbols_len, size_t *ret_at)
{
	uint32_t point;

	for (size_t i = 0; i < symbols_len; i++) {
		unsigned value;

		if (!next_character(typed, &point, ret_at))
			return SKERRY_ERR_LICENSE_KEY_LENGTH;
		value = symbol_value(point);
		if (value == NO_SYMBOL)
			return SKERRY_ERR_LICENSE_KEY_CHARACTER;
		ret_symbols[i] = (char)value;
	}
	if (next_character(typed, &point, ret_at))
		return SKERRY_ERR_LICENSE_KEY_LENGTH;
	return SKERRY_OK;
}

enum skerry_err
license_key_read(const char *template, const char *typed, size_t typed_len,
	char ret_key[LICENSE_KEY_MAX + 1], size_t *ret_offset)
{
	char symbols[LICENSE_KEY_SYMBOLS_MAX] = { 0 };
	size_t symbols_len = LICENSE_KEY_SYMBOLS_MAX, at = 0;
	struct typed input = { typed, typed_len, 0 };
	enum skerry_err err = read_template(template, &symbols_len);

	if (err == SKERRY_OK && typed_len > LICENSE_KEY_TYPED_MAX) {
		err = SKERRY_ERR_LICENSE_KEY_LENGTH;
		at = LICENSE_KEY_TYPED_MAX;
	}
	if (err == SKERRY_OK)
		err = read_prefix(template, &input, &at);
	if (err == SKERRY_OK)
		err = read_symbols(&input, symbols, symbols_len, &at);
	if (err == SKERRY_OK &&
		check_symbol(symbols, symbols_len) != (unsigned char)symbols[symbols_len - 1]) {
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
