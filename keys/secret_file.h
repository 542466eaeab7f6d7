/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SECRET_FILE_H
#define KEYS_SECRET_FILE_H

/*
 * Reading the secret key file that somebody names. What it is comes before who may read it: nobody
 * is told to hide a public key, or to change the mode of a file that is none of Skerry's.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/document.h"

/*
 * The bytes are malloc'd, at most KEY_FILE_MAX; untrusted_file_free_secret frees them. *ret_kind is what the
 * file is, also where that is refused, and DOCUMENT_UNKNOWN until it is known.
 *
 * DOCUMENT_KIND for another document of Skerry's (a public key), DOCUMENT_UNKNOWN for any other
 * file, FILE_EXPOSED for a secret key that others may read or write; the errors of untrusted_file.h
 */
enum skerry_err secret_file_read(
	const char *path, uint8_t **ret_bytes, size_t *ret_len, enum document_kind *ret_kind);

/* What to do about its errors, as far as it knows better than skerry_err_advice; else NULL. */
const char *secret_file_advice(enum skerry_err err, enum document_kind kind);

#endif
