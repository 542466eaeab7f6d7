/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TYPED_KEY_H
#define VERIFIER_TYPED_KEY_H

/* A license key as somebody types it from paper, by the forms of the vendor's brands. Pure. */

#include "formats/license_key.h"
#include "formats/manifest.h"

/*
 * The key in the one way of writing it. Of several brands' forms the one that it fits; else the error,
 * one of license_key.h, of the form that it begins like. A manifest that names no form, and NULL, leave
 * the key as it was typed, in upper case without blanks at its ends; then the only error is
 * LICENSE_KEY_LENGTH. *ret_offset is the byte in `typed`.
 */
enum skerry_err typed_key_read(const struct manifest *manifest, const char *typed,
	char ret_key[LICENSE_KEY_MAX + 1], size_t *ret_offset);

/*
 * What typed_key_read gave, masked as the brand's desk shows it. False where the brand names no form, or the
 * key is not of it.
 */
bool typed_key_mask(const struct manifest *manifest, struct cbor_text brand, const char *key,
	char ret_masked[LICENSE_KEY_MAX + 1]);

#endif
