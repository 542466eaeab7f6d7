/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CHECKED_H
#define KEYS_CHECKED_H

/*
 * Files that nothing signs (secret keys, fingerprints) end in a checksum, so that a damaged one is
 * told from a wrong passphrase or a wrong machine. It guards against accidents, not against people.
 */

#include "formats/cbor.h"

enum { CHECKED_LEN = 16 }; /* BLAKE2b-128 over everything before it */

/* Appends the checksum: `bytes` has room for *len + CHECKED_LEN. */
void checked_append(uint8_t *bytes, size_t *len);

/* The content without its checksum; FILE_DAMAGED (too short included). */
enum skerry_err checked_strip(
	const uint8_t *bytes, size_t bytes_len, struct cbor_bytes *ret_content);

#endif
