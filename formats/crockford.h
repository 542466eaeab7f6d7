/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CROCKFORD_H
#define FORMATS_CROCKFORD_H

/*
 * Crockford's base32 as people type it, and a check character over GF(32): what license keys and
 * telephone codes have in common. A symbol is five bits, 0 to 31.
 *
 * The check finds every single wrong symbol and every swap of two neighbors in CROCKFORD_CHECKED_MAX
 * symbols or fewer, the check among them. Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CROCKFORD_NONE = 32,       /* no symbol */
	CROCKFORD_CHECKED_MAX = 31 /* the order of alpha: with more, two weights would be equal */
};

/* The character of a symbol: the low five bits of `symbol` count. */
char crockford_character(unsigned symbol);

/*
 * The symbol of a character as somebody types it, in any case, O for 0, I and L for 1;
 * CROCKFORD_NONE for U and whatever is none.
 */
unsigned crockford_symbol(uint32_t point);

/* The last of `symbols_len` symbols (1 to CROCKFORD_CHECKED_MAX), which follows from those before it. */
unsigned crockford_check(const char *symbols, size_t symbols_len);

/* Something that is read off what somebody typed, UTF-8; starts with `at` 0. */
struct crockford_typed {
	const char *text;
	size_t len, at;
};

/*
 * The next character that is none of those put between groups: blanks, hyphens, and dashes that
 * hyphens were turned into. False at the end. *ret_at is the byte where it stands, or the end.
 */
bool crockford_next(struct crockford_typed *typed, uint32_t *ret_point, size_t *ret_at);

enum crockford_reading {
	CROCKFORD_READ = 0,
	CROCKFORD_LENGTH,   /* symbols missing (the end) or too many (the first of them) */
	CROCKFORD_CHARACTER /* one that is no symbol */
};

/* Reads all that is left as `symbols_len` symbols. *ret_at is the byte of what is wrong. */
enum crockford_reading crockford_read(
	struct crockford_typed *typed, char *ret_symbols, size_t symbols_len, size_t *ret_at);

#endif
