/* SPDX-License-Identifier: ISC */
#include "cbor_item.h"

#include <string.h>

/* Length of the start of `text` that is ASCII, eight bytes at a time. */
static size_t
ascii_len(const uint8_t *text, size_t len)
{
	size_t at = 0;
	uint64_t eight;

	for (; len - at >= sizeof eight; at += sizeof eight) {
		memcpy(&eight, text + at, sizeof eight);
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (at < len && text[at] < 0x80)
		at++;
	return at;
}

/* Length of the one multibyte character at the start of `text`, or 0 (RFC 3629, section 4). */
static size_t
multibyte_len(const uint8_t *text, size_t len)
{
	uint8_t first = text[0], low = 0x80, high = 0xbf;
	size_t need;

	if (first >= 0xc2 && first <= 0xdf)
		need = 2;
	else if (first >= 0xe0 && first <= 0xef)
		need = 3;
	else if (first >= 0xf0 && first <= 0xf4)
		need = 4;
	else
		return 0;
	if (len < need)
		return 0;
	/* The second byte tells overlong forms, surrogates and values over U+10FFFF. */
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

bool
cbor_is_utf8(const uint8_t *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		at += ascii_len(text + at, len - at);
		if (at < len) {
			size_t step = multibyte_len(text + at, len - at);

			if (step == 0)
				return false;
			at += step;
		}
	}
	return true;
}

static bool
same(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

bool
cbor_text_equals(struct cbor_text text, const char *other)
{
	return same(text.chars, text.len, other, strlen(other));
}

bool
cbor_text_same(struct cbor_text a, struct cbor_text b)
{
	return same(a.chars, a.len, b.chars, b.len);
}

bool
cbor_bytes_same(struct cbor_bytes a, struct cbor_bytes b)
{
	return same(a.data, a.len, b.data, b.len);
}

int
cbor_text_order(struct cbor_text a, struct cbor_text b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len == 0 ? 0 : memcmp(a.chars, b.chars, a.len);
}

int
cbor_key_order(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	if (a[0] != b[0])
		return a[0] < b[0] ? -1 : 1;
	return memcmp(a, b, a_len < b_len ? a_len : b_len);
}
