/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_BASE45_H
#define FORMATS_BASE45_H

/*
 * Base45 (RFC 9285): bytes as text from the 45 characters that a QR code packs best.
 *
 * Two bytes become three characters, a last odd byte becomes two. Nothing is allocated; both calls
 * are pure and thread-safe. No terminator is read or written.
 */

#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

/* Characters that `bytes_len` bytes become. */
#define BASE45_TEXT_LEN(bytes_len) ((bytes_len) / 2 * 3 + (bytes_len) % 2 * 2)

/* Bytes that `text_len` characters can hold at most. */
#define BASE45_BYTES_MAX(text_len) ((text_len) / 3 * 2 + (text_len) % 3 / 2)

/*
 * Writes the text of `bytes` to `ret_text`, which has room for BASE45_TEXT_LEN(bytes_len)
 * characters. Cannot fail.
 */
void base45_encode(const uint8_t *bytes, size_t bytes_len, char *ret_text);

/*
 * Reads `text` into `ret_bytes`, which has room for BASE45_BYTES_MAX(text_len) bytes, and stores
 * their number. The two may begin at the same place: a group is read before its bytes are written.
 *
 * SKERRY_ERR_BASE45_LENGTH     text_len leaves one character over
 * SKERRY_ERR_BASE45_CHARACTER  a character outside the alphabet (lower case too)
 * SKERRY_ERR_BASE45_RANGE      a group over 65535, or over 255 for a last pair (section 6)
 *
 * On an error `*ret_offset` is the offset of the offending group in `text`; `ret_bytes` holds
 * nothing to use.
 */
enum skerry_err base45_decode(const char *text, size_t text_len, uint8_t *ret_bytes,
	size_t *ret_bytes_len, size_t *ret_offset);

#endif
