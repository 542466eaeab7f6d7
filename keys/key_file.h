/* SPDX-License-Identifier: ISC */
#ifndef KEYS_KEY_FILE_H
#define KEYS_KEY_FILE_H

/*
 * Key pairs and the files they rest in.
 *
 * A secret key file is a checked CBOR array
 *
 *	[ "skerry-key", 1, purpose, COSE_Key, wrap, nonce, sealed ]
 *	wrap: [0] nothing | [1, salt, opslimit, memlimit_kib] Argon2id | [2] a wrapping key
 *
 * `sealed` is XChaCha20-Poly1305 of the 32-byte secret with everything before it as additional
 * data; under wrap 0 the key is all zeros, which protects nothing and still finds every alteration.
 * The checksum tells a damaged file from a wrong passphrase. A public key file (.pub) is a bare
 * COSE_Key.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cose_key.h"

#define KEY_FILE_MARK "skerry-key"

enum {
	KEY_FILE_MAX = 512,
	KEY_SECRET_LEN = 32, /* Ed25519 seed, or X25519 scalar */
	KEY_WRAPPING_LEN = 32,
	KEY_PASSPHRASE_MAX = 1024, /* bytes */
	KEY_OPSLIMIT_MAX = 16,     /* Argon2id bounds accepted from a file */
	KEY_MEMLIMIT_KIB_MAX = 1 << 20
};

/* Stable numbers. A file of one purpose is refused for another: TRUST_PURPOSE. */
enum key_purpose {
	KEY_ROOT = 1,
	KEY_ISSUING = 2,
	KEY_EXCHANGE = 3, /* X25519: requests are sealed to it */
	KEY_SITE = 4,
	KEY_OPENING = 5 /* X25519: replies are sealed to it */
};

/* Opaque but for the public part. `secret` is sodium_malloc'd and read-only; key_pair_free wipes. */
struct key_pair {
	enum key_purpose purpose;
	struct cose_key public_key;
	uint8_t kid[COSE_KID_LEN];
	uint8_t *secret;
};

/* How a secret is protected at rest. */
enum key_wrap_kind { KEY_WRAP_NONE = 0, KEY_WRAP_PASSPHRASE = 1, KEY_WRAP_KEY = 2 };

struct key_wrap {
	enum key_wrap_kind kind;
	const char *passphrase; /* KEY_WRAP_PASSPHRASE: 1 to KEY_PASSPHRASE_MAX bytes */
	size_t passphrase_len;
	uint32_t opslimit, memlimit_kib; /* 0: libsodium's MODERATE. Writing only */
	const uint8_t *key;              /* KEY_WRAP_KEY: KEY_WRAPPING_LEN bytes */
};

/* alg: -8 or -19 for a signing purpose, ignored for X25519. NO_MEMORY, ARGUMENT. */
enum skerry_err key_pair_generate(
	enum key_purpose purpose, enum cose_alg alg, struct key_pair *ret_pair);
/* From a given secret: for tests and for derived keys. */
enum skerry_err key_pair_from_secret(enum key_purpose purpose, enum cose_alg alg,
	const uint8_t secret[KEY_SECRET_LEN], struct key_pair *ret_pair);
/* Wipes and frees; harmless on { 0 }. */
void key_pair_free(struct key_pair *pair);

/* `ret_bytes` has room for KEY_FILE_MAX. */
enum skerry_err key_file_write(const struct key_pair *pair, const struct key_wrap *wrap,
	uint8_t ret_bytes[KEY_FILE_MAX], size_t *ret_len);

/* What can be told without opening it. */
struct key_file_info {
	enum key_purpose purpose;
	struct cose_key public_key;
	uint8_t kid[COSE_KID_LEN];
	enum key_wrap_kind wrap;
};

/* FILE_DAMAGED; with *ret_offset the CBOR errors, KEY_FILE_VALUE, CLAIM_VERSION (a newer file). */
enum skerry_err key_file_inspect(
	const uint8_t *bytes, size_t bytes_len, struct key_file_info *ret_info, size_t *ret_offset);

/*
 * Opens it. Besides key_file_inspect's errors: TRUST_PURPOSE (another purpose than asked for),
 * PASSPHRASE (wrong passphrase or wrapping key, or another kind of wrap than offered), KEY_PAIR,
 * NO_MEMORY. Argon2id takes about a second with the MODERATE limits.
 */
enum skerry_err key_file_open(const uint8_t *bytes, size_t bytes_len, enum key_purpose purpose,
	const struct key_wrap *wrap, struct key_pair *ret_pair, size_t *ret_offset);

/* "root", "issuing", "exchange", "site", "opening"; NULL for other numbers. 0 for other names. */
const char *key_purpose_name(enum key_purpose purpose);
enum key_purpose key_purpose_from_name(const char *name);

#endif
