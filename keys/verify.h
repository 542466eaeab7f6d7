/* SPDX-License-Identifier: ISC */
#ifndef KEYS_VERIFY_H
#define KEYS_VERIFY_H

/*
 * Signatures checked: Ed25519 (RFC 8032) through libsodium, which refuses small-order keys and a
 * non-canonical S. Who may sign is trust.h's question. Thread-safe after random_start.
 */

#include "formats/cose.h"

enum { VERIFY_STACK_MAX = 16384 + COSE_TBS_OVERHEAD_MAX }; /* larger payloads use the heap */

/* SIGNATURE, or COSE_KEY for an X25519 key. */
enum skerry_err verify_bytes(const struct cose_key *key, const uint8_t *bytes, size_t bytes_len,
	const uint8_t signature[COSE_SIGNATURE_LEN]);

/*
 * The message's one signature under `key`; hands out the payload only when it passes.
 * TRUST_ALGORITHM (the message names another algorithm than the key), SIGNATURE, NO_MEMORY.
 */
enum skerry_err verify_sign1(const struct cose_sign1 *message, const struct cose_key *key,
	struct cbor_bytes *ret_payload);

/* One signer of a COSE_Sign. */
enum skerry_err verify_signer(const struct cose_sign *message, const struct cose_signer *signer,
	const struct cose_key *key);

#endif
