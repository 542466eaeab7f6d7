/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_DIAG_H
#define FORMATS_DIAG_H

/*
 * CBOR diagnostic notation (RFC 8949, section 8) of a document, for `show --diag` and for the
 * reader of a bug report. Byte strings that hold CBOR (protected headers, payloads) are written as
 * << ... >>. Control characters in text come out as \uXXXX, so it is safe on a terminal.
 */

#include "cbor.h"

/* Takes `text_len` characters of output; `context` is the caller's. */
typedef void diag_sink(void *context, const char *text, size_t text_len);

/*
 * Writes the notation of one item, ending in a newline: small arrays and maps on one line, larger
 * ones over several indented lines. Input outside the profile gives the reader's error and offset,
 * after what could be written before it; the tags 18 and 98 are allowed at the top, also of a
 * document inside a byte string.
 */
enum skerry_err diag_write(
	const uint8_t *bytes, size_t bytes_len, diag_sink *sink, void *context, size_t *ret_offset);

#endif
