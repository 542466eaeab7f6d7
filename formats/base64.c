/* SPDX-License-Identifier: ISC */
#include "base64.h"

static const char DIGITS[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : BASE64_NO_DIGIT;
}

void
base64_encode_group(const uint8_t *bytes, size_t bytes_len, char ret_text[4])
{
	uint32_t bits = (uint32_t)bytes[0] << 16;

	if (bytes_len > 1)
		bits |= (uint32_t)bytes[1] << 8;
	if (bytes_len > 2)
		bits |= bytes[2];
	ret_text[0] = DIGITS[bits >> 18];
	ret_text[1] = DIGITS[bits >> 12 & 63];
	ret_text[2] = bytes_len > 1 ? DIGITS[bits >> 6 & 63] : '=';
	ret_text[3] = bytes_len > 2 ? DIGITS[bits & 63] : '=';
}

static void
put_byte(struct base64 *decoder, unsigned shift)
{
	decoder->bytes[decoder->bytes_len++] = (uint8_t)(decoder->bits >> shift);
}

void
base64_add(struct base64 *decoder, unsigned value)
{
	decoder->bits = decoder->bits << 6 | value;
	if (++decoder->count % 4 != 0)
		return;
	put_byte(decoder, 16);
	put_byte(decoder, 8);
	put_byte(decoder, 0);
	decoder->bits = 0;
}

unsigned
base64_padding(const struct base64 *decoder)
{
	return (unsigned)((4 - decoder->count % 4) % 4);
}

bool
base64_end(struct base64 *decoder)
{
	switch (base64_padding(decoder)) {
	case 0:
		return true;
	case 1:
		if ((decoder->bits & 3) != 0)
			return false;
		put_byte(decoder, 10);
		put_byte(decoder, 2);
		return true;
	case 2:
		if ((decoder->bits & 15) != 0)
			return false;
		put_byte(decoder, 4);
		return true;
	default:
		return false;
	}
}
