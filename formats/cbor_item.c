/* SPDX-License-Identifier: ISC */
#include "cbor_item.h"

#include <string.h>

#include "utf8.h"

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

bool
cbor_is_utf8(const uint8_t *text, size_t len)
{
	uint32_t point;

	for (size_t at = ascii_len(text, len); at < len; at += ascii_len(text + at, len - at)) {
		at += utf8_next((const char *)text + at, len - at, &point);
		if (point == UTF8_BROKEN)
			return false;
	}
	return true;
}

static bool
same(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

struct cbor_text
cbor_text_from_chars(const char *terminated)
{
	return terminated[0] == '\0' ? (struct cbor_text){ NULL, 0 }
				     : (struct cbor_text){ terminated, strlen(terminated) };
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
