/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_GLYPH_WIDTH_H
#define FORMATS_GLYPH_WIDTH_H

/*
 * How many columns of a terminal a character takes: 0 for combining and other invisible ones, 2 for
 * East Asian wide ones and emoji, else 1. Controls have no width; they count 1, as the '?' that is
 * shown for them. Pure: the C library's wcwidth depends on the locale.
 */

#include <stdint.h>

unsigned glyph_width(uint32_t point);

#endif
