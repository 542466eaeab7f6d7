/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_STEP_CODE_H
#define FORMATS_STEP_CODE_H

/*
 * A step of telephone renewal as it is read out: "7QK2M-94XPA-C0DTE-1ZRJB".
 *
 * 19 Crockford characters are the 95 bits of the step's value (keys/step_chain.h), the first bits
 * first; the last is a check character that finds every single wrong character and every swap of
 * two neighbors. Typing is forgiven: case, spaces, hyphens of any kind, O for 0, I and L for 1.
 * Pure and thread-safe.
 */

#include "license.h"
#include "skerry_error.h"

enum {
	STEP_CODE_SYMBOLS = 20,
	STEP_CODE_LEN = 23,        /* with the hyphens between groups of five */
	STEP_CODE_TYPED_MAX = 128, /* bytes that somebody may type */
	STEP_CODE_VALUE_LEN = LICENSE_ANCHOR_LEN
};

/* `value`'s first bit is zero; `ret_code` is terminated. */
void step_code_write(const uint8_t value[STEP_CODE_VALUE_LEN], char ret_code[STEP_CODE_LEN + 1]);

/*
 * Reads what somebody typed, `typed_len` bytes of UTF-8. On an error *ret_offset is the byte in
 * `typed`.
 *
 * STEP_CODE_CHARACTER  no Crockford character (U among them)
 * STEP_CODE_LENGTH     characters missing (the end) or too many (the first of them)
 * STEP_CODE_TYPO       the check character does not fit (0: it cannot tell where)
 */
enum skerry_err step_code_read(const char *typed, size_t typed_len,
	uint8_t ret_value[STEP_CODE_VALUE_LEN], size_t *ret_offset);

#endif
