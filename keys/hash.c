/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <string.h>

#include "hash.h"

/* Keeps the salt apart from every other hash of a license key. */
static const char SALT_CONTEXT[] = "skerry fingerprint salt";

void
hash_thumbprint(const struct cose_key *key, uint8_t ret_thumbprint[COSE_THUMBPRINT_LEN])
{
	uint8_t input[COSE_KEY_MAX];
	size_t input_len = cose_key_thumbprint_input(key, input);

	crypto_hash_sha256(ret_thumbprint, input, input_len);
}

void
hash_kid(const struct cose_key *key, uint8_t ret_kid[COSE_KID_LEN])
{
	uint8_t thumbprint[COSE_THUMBPRINT_LEN];

	hash_thumbprint(key, thumbprint);
	memcpy(ret_kid, thumbprint, COSE_KID_LEN);
}

void
hash_blake2b(const uint8_t *key, size_t key_len, const uint8_t *bytes, size_t bytes_len,
	uint8_t ret_hash[HASH_LEN])
{
	crypto_generichash(ret_hash, HASH_LEN, bytes, bytes_len, key, key_len);
}

bool
hash_same(const uint8_t *a, const uint8_t *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
hash_sha256(const uint8_t *bytes, size_t bytes_len, uint8_t ret_hash[HASH_LEN])
{
	crypto_hash_sha256(ret_hash, bytes, bytes_len);
}

void
hash_request(struct cbor_bytes payload, uint8_t ret_digest[REQUEST_DIGEST_LEN])
{
	uint8_t hash[HASH_LEN];

	hash_blake2b(NULL, 0, payload.data, payload.len, hash);
	memcpy(ret_digest, hash, REQUEST_DIGEST_LEN);
}

void
hash_sort_key(const uint8_t bundle_id[BUNDLE_ID_LEN], const uint8_t site_id[COSE_THUMBPRINT_LEN],
	uint8_t ret_key[BUNDLE_SORT_KEY_LEN])
{
	hash_blake2b(site_id, COSE_THUMBPRINT_LEN, bundle_id, BUNDLE_ID_LEN, ret_key);
}

void
hash_component(const uint8_t salt[LICENSE_SALT_LEN], unsigned type, const char *value,
	size_t value_len, uint8_t *ret_hash, size_t hash_len)
{
	crypto_generichash_state state;
	uint8_t type_byte = (uint8_t)type, hash[HASH_LEN];

	/* Always the full hash, then cut: a longer one extends a shorter one. */
	crypto_generichash_init(&state, salt, LICENSE_SALT_LEN, sizeof hash);
	crypto_generichash_update(&state, &type_byte, 1);
	crypto_generichash_update(&state, (const unsigned char *)value, value_len);
	crypto_generichash_final(&state, hash, sizeof hash);
	memcpy(ret_hash, hash, hash_len);
}

void
hash_salt(const char *license_key, uint8_t ret_salt[LICENSE_SALT_LEN])
{
	uint8_t hash[HASH_LEN];

	hash_blake2b((const uint8_t *)SALT_CONTEXT, sizeof SALT_CONTEXT - 1,
		(const uint8_t *)license_key, strlen(license_key), hash);
	memcpy(ret_salt, hash, LICENSE_SALT_LEN);
}
