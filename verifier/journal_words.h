/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_JOURNAL_WORDS_H
#define VERIFIER_JOURNAL_WORDS_H

/*
 * Subjects and details of the journal as "name=value" words in an order that writer and reader know,
 * with a space between. In a value from outside, a space, a percent sign and what is no printing
 * ASCII stand as %XX. Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cbor_item.h"

/* --- writing --------------------------------------------------------------------------------- */

/* Nothing is appended that does not fit; what is known to fit is for the caller to know. */
struct journal_words {
	char *text; /* terminated at all times */
	size_t max, len;
};

void journal_words_begin(struct journal_words *words, char *text, size_t max);

/* The value has no space in it, and is cut to a subject's length. */
void journal_words_put(struct journal_words *words, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* 0 is left out. */
void journal_words_put_number(struct journal_words *words, const char *name, uint64_t number);
/* As much of the value as fits `max` characters; left out where it is not given. */
void journal_words_put_outside(
	struct journal_words *words, const char *name, bool given, const char *value, size_t max);

/* --- reading; outputs are untouched where the next word is another one ------------------------ */

/* The next word's value where it is of that name and fits; else the word stays. */
bool journal_words_take(const char **at, const char *name, char *ret_value, size_t max);
/* What is too long is cut, and so is what follows a % that is none. */
bool journal_words_take_outside(const char **at, const char *name, char *ret_value, size_t max);
void journal_words_take_number(const char **at, const char *name, uint64_t *ret_number);

/* A row's text, terminated. False where it does not fit, or has an end in it. */
bool journal_words_copy(struct cbor_text text, char *ret_text, size_t max);

#endif
