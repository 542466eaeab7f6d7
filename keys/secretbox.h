/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SECRETBOX_H
#define KEYS_SECRETBOX_H

/*
 * Secrets at rest under a symmetric key: XChaCha20-Poly1305 with a random nonce, keys in locked
 * memory, Argon2id from a passphrase, subkeys by keyed BLAKE2b. What the issuer's desk key does.
 *
 * A key for one purpose is derived, so that no key is used in two ways. Thread-safe after
 * random_start.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum {
	SECRETBOX_KEY_LEN = 32,
	SECRETBOX_SALT_LEN = 16,
	SECRETBOX_OVERHEAD = 24 + 16, /* nonce and authenticator */
	SECRETBOX_OPSLIMIT = 3,       /* libsodium's MODERATE: about a second, 256 MiB */
	SECRETBOX_MEMLIMIT_KIB = 1 << 18
};

/* `bytes` is sodium_malloc'd and read-only; secretbox_key_free wipes it. Starts as { NULL }. */
struct secretbox_key {
	uint8_t *bytes;
};

/* NO_MEMORY. */
enum skerry_err secretbox_key_random(struct secretbox_key *ret_key);
enum skerry_err secretbox_key_take(
	const uint8_t bytes[SECRETBOX_KEY_LEN], struct secretbox_key *ret_key);

/* Argon2id. ARGUMENT for limits outside KEY_OPSLIMIT_MAX and KEY_MEMLIMIT_KIB_MAX; NO_MEMORY. */
enum skerry_err secretbox_key_from_passphrase(const char *passphrase, size_t passphrase_len,
	const uint8_t salt[SECRETBOX_SALT_LEN], uint32_t opslimit, uint32_t memlimit_kib,
	struct secretbox_key *ret_key);

/* The subkey of `parent` for `purpose`, a short constant text. NO_MEMORY. */
enum skerry_err secretbox_key_derive(
	const struct secretbox_key *parent, const char *purpose, struct secretbox_key *ret_key);

/* Wipes and frees; harmless on { NULL }. */
void secretbox_key_free(struct secretbox_key *key);

/* Overwrites memory that held a secret; the compiler may not leave it out. */
void secretbox_wipe(void *memory, size_t memory_len);

/* `ret_sealed` has room for plain_len + SECRETBOX_OVERHEAD. `ad` is bound to it, not hidden. */
void secretbox_seal(const struct secretbox_key *key, const void *ad, size_t ad_len,
	const void *plain, size_t plain_len, uint8_t *ret_sealed);

/*
 * `ret_plain` has room for sealed_len - SECRETBOX_OVERHEAD. FILE_DAMAGED when it is shorter than
 * that; PASSPHRASE when key, additional data and content do not belong together.
 */
enum skerry_err secretbox_open(const struct secretbox_key *key, const void *ad, size_t ad_len,
	const uint8_t *sealed, size_t sealed_len, void *ret_plain);

#endif
