/* SPDX-License-Identifier: ISC */
#include "secretbox.h"

#include <sodium.h>
#include <string.h>

#include "keys/key_file.h"

enum { NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };

_Static_assert(SECRETBOX_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key length");
_Static_assert(
	SECRETBOX_OVERHEAD == NONCE_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES, "overhead");
_Static_assert(SECRETBOX_SALT_LEN == crypto_pwhash_argon2id_SALTBYTES, "salt length");

/* Locked memory for a key, still writable. */
static uint8_t *
new_key(void)
{
	return sodium_malloc(SECRETBOX_KEY_LEN);
}

static void
hand_out(uint8_t *bytes, struct secretbox_key *ret_key)
{
	sodium_mprotect_readonly(bytes);
	ret_key->bytes = bytes;
}

enum skerry_err
secretbox_key_random(struct secretbox_key *ret_key)
{
	uint8_t *bytes = new_key();

	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	randombytes_buf(bytes, SECRETBOX_KEY_LEN);
	hand_out(bytes, ret_key);
	return SKERRY_OK;
}

enum skerry_err
secretbox_key_take(const uint8_t from[SECRETBOX_KEY_LEN], struct secretbox_key *ret_key)
{
	uint8_t *bytes = new_key();

	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(bytes, from, SECRETBOX_KEY_LEN);
	hand_out(bytes, ret_key);
	return SKERRY_OK;
}

enum skerry_err
secretbox_key_from_passphrase(const char *passphrase, size_t passphrase_len,
	const uint8_t salt[SECRETBOX_SALT_LEN], uint32_t opslimit, uint32_t memlimit_kib,
	struct secretbox_key *ret_key)
{
	uint8_t *bytes;

	if (opslimit < crypto_pwhash_argon2id_OPSLIMIT_MIN || opslimit > KEY_OPSLIMIT_MAX ||
		memlimit_kib < crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024 ||
		memlimit_kib > KEY_MEMLIMIT_KIB_MAX)
		return SKERRY_ERR_ARGUMENT;
	bytes = new_key();
	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (crypto_pwhash(bytes, SECRETBOX_KEY_LEN, passphrase, passphrase_len, salt, opslimit,
		    (size_t)memlimit_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		sodium_free(bytes);
		return SKERRY_ERR_NO_MEMORY;
	}
	hand_out(bytes, ret_key);
	return SKERRY_OK;
}

enum skerry_err
secretbox_key_derive(
	const struct secretbox_key *parent, const char *purpose, struct secretbox_key *ret_key)
{
	uint8_t *bytes = new_key();

	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	crypto_generichash(bytes, SECRETBOX_KEY_LEN, (const uint8_t *)purpose, strlen(purpose),
		parent->bytes, SECRETBOX_KEY_LEN);
	hand_out(bytes, ret_key);
	return SKERRY_OK;
}

void
secretbox_key_free(struct secretbox_key *key)
{
	/* sodium_free wipes. */
	sodium_free(key->bytes);
	key->bytes = NULL;
}

void
secretbox_wipe(void *memory, size_t memory_len)
{
	sodium_memzero(memory, memory_len);
}

void
secretbox_seal(const struct secretbox_key *key, const void *ad, size_t ad_len, const void *plain,
	size_t plain_len, uint8_t *ret_sealed)
{
	randombytes_buf(ret_sealed, NONCE_LEN);
	crypto_aead_xchacha20poly1305_ietf_encrypt(ret_sealed + NONCE_LEN, NULL, plain, plain_len,
		ad, ad_len, NULL, ret_sealed, key->bytes);
}

enum skerry_err
secretbox_open(const struct secretbox_key *key, const void *ad, size_t ad_len,
	const uint8_t *sealed, size_t sealed_len, void *ret_plain)
{
	if (sealed_len < SECRETBOX_OVERHEAD)
		return SKERRY_ERR_FILE_DAMAGED;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, sealed + NONCE_LEN,
		    sealed_len - NONCE_LEN, ad, ad_len, sealed, key->bytes) != 0)
		return SKERRY_ERR_PASSPHRASE;
	return SKERRY_OK;
}
