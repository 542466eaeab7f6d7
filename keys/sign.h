/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SIGN_H
#define KEYS_SIGN_H

/* Signatures made. Not linked into libskerry. */

#include "formats/cose.h"
#include "keys/key_file.h"

/*
 * A whole COSE_Sign1 of `payload` under `type`, by an Ed25519 pair. `ret_bytes` has room for
 * bytes_max; payload.len + COSE_SIGN1_OVERHEAD_MAX is enough. NO_SPACE, NO_MEMORY, ARGUMENT (X25519).
 */
enum skerry_err sign_sign1(const struct key_pair *pair, const char *type, struct cbor_bytes payload,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/* A COSE_Sign without signers: what a key ceremony passes around. */
enum skerry_err sign_unsigned(const char *type, struct cbor_bytes payload, uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len);

/*
 * Adds the pair's signature to a COSE_Sign (in place of one it already has) and writes the whole
 * message anew. COSE_SIGNERS when it is full.
 */
enum skerry_err sign_add(const struct key_pair *pair, const uint8_t *message, size_t message_len,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/* Unites the signers of two COSE_Sign with the same payload and typ; CLAIM_CONFLICT otherwise. */
enum skerry_err sign_merge(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len, size_t *ret_offset);

#endif
