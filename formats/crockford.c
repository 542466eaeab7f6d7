/* SPDX-License-Identifier: ISC */
/*
 * The check: with symbol i weighted by alpha^i, alpha a root of x^5 + x^2 + 1, all symbols sum up
 * to zero in GF(32). alpha has order 31 and there are at most 31 symbols, so all weights differ and
 * none is zero: a wrong symbol changes the sum by error * alpha^i, and swapped neighbors a, b by
 * (a + b) * alpha^i * (1 + alpha). Neither product has a factor of zero.
 */
#include "crockford.h"

#include "utf8.h"

/* No I, L, O (they look like digits), no U. */
static const char SYMBOLS[32] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

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

/* The weighted sum of all symbols but the last. */
static unsigned
sum_before_check(const char *symbols, size_t symbols_len)
{
	unsigned sum = 0;

	for (size_t i = 0; i + 1 < symbols_len; i++)
		sum ^= times_alpha_power((unsigned char)symbols[i], i);
	return sum;
}

/* The sum divided by alpha^(n-1), which is multiplied by alpha^(31-(n-1)). */
unsigned
crockford_check(const char *symbols, size_t symbols_len)
{
	return times_alpha_power(sum_before_check(symbols, symbols_len), 32 - symbols_len);
}

char
crockford_character(unsigned symbol)
{
	return SYMBOLS[symbol % 32];
}

unsigned
crockford_symbol(uint32_t point)
{
	if (point >= 'a' && point <= 'z')
		point -= 'a' - 'A';
	if (point == 'O')
		return 0;
	if (point == 'I' || point == 'L')
		return 1;
	for (unsigned symbol = 0; symbol < sizeof SYMBOLS; symbol++)
		if ((unsigned char)SYMBOLS[symbol] == point)
			return symbol;
	return CROCKFORD_NONE;
}

static bool
is_separator(uint32_t point)
{
	return point == '-' || utf8_is_dash(point) || utf8_is_blank(point);
}

bool
crockford_next(struct crockford_typed *typed, uint32_t *ret_point, size_t *ret_at)
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

enum crockford_reading
crockford_read(struct crockford_typed *typed, char *ret_symbols, size_t symbols_len, size_t *ret_at)
{
	uint32_t point;

	for (size_t i = 0; i < symbols_len; i++) {
		unsigned symbol;

		if (!crockford_next(typed, &point, ret_at))
			return CROCKFORD_LENGTH;
		symbol = crockford_symbol(point);
		if (symbol == CROCKFORD_NONE)
			return CROCKFORD_CHARACTER;
		ret_symbols[i] = (char)symbol;
	}
	return crockford_next(typed, &point, ret_at) ? CROCKFORD_LENGTH : CROCKFORD_READ;
}
