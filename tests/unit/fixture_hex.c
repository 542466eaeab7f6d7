/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static unsigned
digit_value(char c)
{
	static const char DIGITS[] = "0123456789abcdef0123456789ABCDEF";
	const char *digit = c == '\0' ? NULL : strchr(DIGITS, c);

	assert_non_null(digit);
	return (unsigned)(digit - DIGITS) % 16;
}

size_t
fixture_hex(const char *hex, uint8_t *bytes, size_t len, size_t bytes_max)
{
	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		assert_true(len < bytes_max);
		bytes[len++] = (uint8_t)(digit_value(hex[0]) << 4 | digit_value(hex[1]));
		hex += 2;
	}
	return len;
}

uint8_t *
fixture_exact_copy(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, bytes, len);
	/* Of no bytes there is nothing to read: not even the one that malloc gave. */
	return copy;
}
