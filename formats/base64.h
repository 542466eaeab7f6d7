/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_BASE64_H
#define FORMATS_BASE64_H

/*
 * Base64 (RFC 4648, section 4), digit by digit: what else stands in the text, and what padding
 * there must be, is decided by who carries it (armor.h, mail.h). Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE64_NO_DIGIT = 64 };

/* Value of a digit, or BASE64_NO_DIGIT ('=' too). */
unsigned base64_value(char c);

/* One to three bytes as four characters, padded. */
void base64_encode_group(const uint8_t *bytes, size_t bytes_len, char ret_text[4]);

/* A decoder; starts as { .bytes = output }. It never writes further than 3 bytes per 4 digits. */
struct base64 {
	uint8_t *bytes;
	size_t bytes_len;
	size_t count;  /* digits so far */
	uint32_t bits; /* of the group that is not complete */
};

/* Takes one digit's value. */
void base64_add(struct base64 *decoder, unsigned value);

/* Padding that the digits so far ask for: 0, 1 or 2; 3 where a digit is missing. */
unsigned base64_padding(const struct base64 *decoder);

/* Writes what an incomplete last group holds. False: a lone digit, or bits that no byte takes. */
bool base64_end(struct base64 *decoder);

#endif
