/* SPDX-License-Identifier: ISC */
#ifndef KEYS_HASH_H
#define KEYS_HASH_H

/* Every hash that Skerry uses, by what it is for. Pure and thread-safe after random_start. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/bundle.h"
#include "formats/cose_key.h"
#include "formats/license.h"
#include "formats/request.h"

enum { HASH_LEN = 32, HASH_COMPONENT_LEN = 12 };

/* COSE key thumbprint (RFC 9679), SHA-256, and the kid: its first 8 bytes. */
void hash_thumbprint(const struct cose_key *key, uint8_t ret_thumbprint[COSE_THUMBPRINT_LEN]);
void hash_kid(const struct cose_key *key, uint8_t ret_kid[COSE_KID_LEN]);

/* BLAKE2b-256, keyed when key_len is not 0 (at most 64). */
void hash_blake2b(const uint8_t *key, size_t key_len, const uint8_t *bytes, size_t bytes_len,
	uint8_t ret_hash[HASH_LEN]);

/* Compares in a time that tells nothing of where two differ. */
bool hash_same(const uint8_t *a, const uint8_t *b, size_t len);

void hash_sha256(const uint8_t *bytes, size_t bytes_len, uint8_t ret_hash[HASH_LEN]);

/* A request as later ones name it: of its payload. */
void hash_request(struct cbor_bytes payload, uint8_t ret_digest[REQUEST_DIGEST_LEN]);

/* Where a site's boxes stand in the bundle of that id. */
void hash_sort_key(const uint8_t bundle_id[BUNDLE_ID_LEN],
	const uint8_t site_id[COSE_THUMBPRINT_LEN], uint8_t ret_key[BUNDLE_SORT_KEY_LEN]);

/*
 * A machine component as it leaves the collector: BLAKE2b keyed with the salt over the type byte
 * and the value, `hash_len` bytes (LICENSE_COMPONENT_HASH_MIN to _MAX).
 */
void hash_component(const uint8_t salt[LICENSE_SALT_LEN], unsigned type, const char *value,
	size_t value_len, uint8_t *ret_hash, size_t hash_len);

/* The salt that pairing derives from a canonical license key: the same machine is known again. */
void hash_salt(const char *license_key, uint8_t ret_salt[LICENSE_SALT_LEN]);

#endif
