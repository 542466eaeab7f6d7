/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_LICENSE_KEY_H
#define FORMATS_LICENSE_KEY_H

/*
 * License keys as people type them: "HMS-7QK2M-94XPA-C0DTE-1ZRJB".
 *
 * A brand's template is a prefix of A-Z 0-9 and '-' (it may be empty), then '#' for each random
 * Crockford base32 character, '-' between groups. The last '#' is a check character over GF(32)
 * that finds every single wrong character and every swap of two neighbors. Typing is forgiven:
 * case, spaces, hyphens of any kind, O for 0, I and L for 1; in the prefix case, spaces and
 * hyphens. The canonical form is the template filled in, in upper case.
 */

#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

enum {
	LICENSE_KEY_MAX = 48,         /* characters of a canonical key */
	LICENSE_KEY_TYPED_MAX = 128,  /* bytes that somebody may type */
	LICENSE_KEY_SYMBOLS_MIN = 15, /* '#' in a template: 70 random bits and the check */
	LICENSE_KEY_SYMBOLS_MAX = 30  /* as far as the check character is proven */
};

/* KEY_FORMAT_TEMPLATE for anything but the form above. */
enum skerry_err license_key_check_template(const char *template);

/*
 * Fills in the template. `random` holds one byte for each '#' but the last, of which the low 5 bits
 * count; `random_len` must be at least that number (ARGUMENT). `ret_key` is terminated.
 */
enum skerry_err license_key_make(const char *template, const uint8_t *random, size_t random_len,
	char ret_key[LICENSE_KEY_MAX + 1]);

/*
 * Reads what somebody typed, `typed_len` bytes of UTF-8, into canonical form. On an error
 * *ret_offset is the byte in `typed`.
 *
 * LICENSE_KEY_PREFIX     it does not begin as this brand's keys do
 * LICENSE_KEY_CHARACTER  no Crockford character (U among them)
 * LICENSE_KEY_LENGTH     characters missing (the end) or too many (the first of them)
 * LICENSE_KEY_TYPO       the check character does not fit (0: it cannot tell where)
 * KEY_FORMAT_TEMPLATE
 */
enum skerry_err license_key_read(const char *template, const char *typed, size_t typed_len,
	char ret_key[LICENSE_KEY_MAX + 1], size_t *ret_offset);

/*
 * "HMS-7QK2M-*****-*****-****B": prefix, first group (at most 5 characters) and last character, to
 * show on a screen. A `key` that is not as long as the template is masked whole.
 */
void license_key_mask(const char *template, const char *key, char ret_masked[LICENSE_KEY_MAX + 1]);

/* Five bits as a Crockford character, for ids; value below 32. */
char license_key_symbol(unsigned value);

#endif
