/* SPDX-License-Identifier: ISC */
#include "hex_prefix.h"

#include <string.h>

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
hex_prefix_range(const char *text, size_t len, uint8_t *ret_first, uint8_t *ret_last)
{
	size_t digits = strlen(text);

	if (digits < HEX_PREFIX_MIN || digits > 2 * len)
		return false;
	memset(ret_first, 0x00, len);
	memset(ret_last, 0xff, len);
	for (size_t i = 0; i < digits; i++) {
		int digit = digit_of(text[i]);
		bool high = i % 2 == 0;

		if (digit < 0)
			return false;
		ret_first[i / 2] |= (uint8_t)(high ? digit << 4 : digit);
		ret_last[i / 2] &= (uint8_t)(high ? digit << 4 | 0x0f : 0xf0 | digit);
	}
	return true;
}
