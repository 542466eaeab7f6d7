/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_UTF8_H
#define FORMATS_UTF8_H

/*
 * UTF-8 (RFC 3629), one character at a time, for text that may be anything. Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stands for a sequence that is not UTF-8; above every code point. */
#define UTF8_BROKEN UINT32_C(0xffffffff)

enum { UTF8_MAX = 4 /* bytes of one character */ };

/*
 * Reads the character at the start of `text`, text_len at least 1, and returns how many bytes it
 * takes, at least 1. A broken sequence (overlong, surrogate, above U+10FFFF, cut short) gives
 * UTF8_BROKEN and the bytes up to the first one that cannot belong to it.
 */
size_t utf8_next(const char *text, size_t text_len, uint32_t *ret_point);

/*
 * True for what may change how a terminal or a page shows the text around it: C0, DEL, C1, the
 * line and paragraph separators, bidirectional controls, interlinear annotations.
 */
bool utf8_is_control(uint32_t point);

/* True for blanks of any width, zero included, line breaks, tabs, BOM, soft hyphen, bidi marks. */
bool utf8_is_blank(uint32_t point);

/* True for hyphens, dashes and minus signs of any length, the ASCII one too. */
bool utf8_is_dash(uint32_t point);

#endif
