/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CBOR_ITEM_H
#define FORMATS_CBOR_ITEM_H

/*
 * What the reader (cbor.h) and the writer (cbor_writer.h) of CBOR share: the types, strings that
 * somebody else owns, and the order of map keys. Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CBOR_HEAD_MAX = 9 /* bytes of the longest head */ };

enum cbor_type {
	CBOR_UINT = 0,
	CBOR_NINT = 1,
	CBOR_BYTES = 2,
	CBOR_TEXT = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5,
	CBOR_TAG = 6,
	CBOR_SIMPLE = 7, /* false, true, null */
	CBOR_NONE = 8    /* at the end of the input, or after an error */
};

/* Initial bytes of the simple values that the profile has. */
enum { CBOR_BYTE_FALSE = 0xf4, CBOR_BYTE_TRUE = 0xf5, CBOR_BYTE_NULL = 0xf6 };

/* Lowest five bits of an initial byte: below 24 the argument itself, else what follows. */
enum {
	CBOR_INFO_ONE_BYTE = 24, /* it stands in the next byte, or in as many as are named */
	CBOR_INFO_TWO_BYTES = 25,
	CBOR_INFO_FOUR_BYTES = 26,
	CBOR_INFO_EIGHT_BYTES = 27,
	CBOR_INFO_INDEFINITE = 31,
	CBOR_INFO_MASK = 0x1f
};

/* Borrowed bytes; not terminated. An absent one is { NULL, 0 }. */
struct cbor_bytes {
	const uint8_t *data;
	size_t len;
};

/* Borrowed UTF-8; not terminated; may hold U+0000. An absent one is { NULL, 0 }. */
struct cbor_text {
	const char *chars;
	size_t len;
};

/* "" stands for an absent one. The text keeps belonging to whoever has it. */
struct cbor_text cbor_text_from_chars(const char *terminated);

bool cbor_text_equals(struct cbor_text text, const char *other);
bool cbor_text_same(struct cbor_text a, struct cbor_text b);
bool cbor_bytes_same(struct cbor_bytes a, struct cbor_bytes b);

/* The order of deterministic map keys for two texts: shorter first, then by bytes. <0, 0, >0. */
int cbor_text_order(struct cbor_text a, struct cbor_text b);

/* RFC 3629: no surrogates, no overlong forms, nothing over U+10FFFF. */
bool cbor_is_utf8(const uint8_t *text, size_t len);

/*
 * Order of two encoded map keys, bytewise (RFC 8949, section 4.2.1). Both have at least one byte.
 * No encoded item is the beginning of another, so lengths decide nothing: 0 means the same key.
 */
int cbor_key_order(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

#endif
