/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_VAULT_H
#define ISSUER_DESK_VAULT_H

/*
 * The desk's key, 32 random bytes made by `init`, and what hangs on it. It seals nothing itself:
 * each use has its own subkey. It is kept to be wrapped for a further operator.
 *
 *	license texts   seals the typed text of a license key (it is shown again, audited)
 *	look-up         the keyed hash by which a typed license key is found
 *	key files       wraps DESK/keys/KID.key (key_file.h, KEY_WRAP_KEY)
 *	telephone       seeds of the chains of telephone renewal
 *	marks           seals marks and what a recovery settles (mark.h); the key's own check
 *
 * The desk's key rests wrapped, once for each operator:
 *
 *	[ "skerry-desk-key", 1, wrap, sealed ]   and a checksum (keys/checked.h)
 *	wrap: [0] nothing | [1, salt, opslimit, memlimit_kib] Argon2id of the operator's passphrase
 *
 * `sealed` is XChaCha20-Poly1305 with everything before it as additional data; under wrap 0 the
 * wrapping key is all zeros, which protects nothing and still finds every alteration.
 */

#include <stdbool.h>

#include "keys/key_file.h"
#include "keys/secretbox.h"
#include "keys/terminal.h"

enum {
	VAULT_WRAPPED_MAX = 256,
	VAULT_LOOKUP_LEN = 32,
	VAULT_TEXT_MAX = 64, /* characters of a license key's text */
	VAULT_SEALED_MAX = VAULT_TEXT_MAX + SECRETBOX_OVERHEAD,
	VAULT_CHECK_LEN = 16,
	VAULT_SEAL_LEN = 16,
	VAULT_PATH_MAX = 4096
};

/* All NULL while locked. */
struct vault {
	struct secretbox_key desk_key, texts, lookup, key_files, telephone, marks;
};

/* Copies the key and derives the subkeys. NO_MEMORY. */
enum skerry_err vault_open(struct vault *ret_vault, const struct secretbox_key *desk_key);
bool vault_is_open(const struct vault *vault);
/* Wipes; harmless on { 0 }. */
void vault_close(struct vault *vault);

/*
 * Wraps the desk's key: KEY_WRAP_PASSPHRASE, or KEY_WRAP_NONE to let it lie open. Limits of 0 are
 * libsodium's MODERATE. ARGUMENT, NO_MEMORY.
 */
enum skerry_err vault_wrap(const struct secretbox_key *desk_key, const struct key_wrap *wrap,
	uint8_t ret_wrapped[VAULT_WRAPPED_MAX], size_t *ret_len);

/*
 * Opens it again. FILE_DAMAGED, CBOR errors, KEY_FILE_VALUE; PASSPHRASE for a wrong one, one
 * missing, or one offered where none belongs; NO_MEMORY.
 */
enum skerry_err vault_unwrap(const uint8_t *wrapped, size_t wrapped_len,
	const struct passphrase *passphrase, struct secretbox_key *ret_desk_key);

/* What tells this desk's key from another's, and nothing else of it. */
void vault_check(const struct vault *vault, uint8_t ret_check[VAULT_CHECK_LEN]);

/* Who does not know the desk's key cannot make this for these bytes. */
void vault_seal(const struct vault *vault, const uint8_t *bytes, size_t bytes_len,
	uint8_t ret_seal[VAULT_SEAL_LEN]);

/* The hash under which the canonical license key is filed. */
void vault_lookup(
	const struct vault *vault, const char *license_key, uint8_t ret_lookup[VAULT_LOOKUP_LEN]);

/* Seals the text, bound to its look-up hash. NO_SPACE for a text over VAULT_TEXT_MAX. */
enum skerry_err vault_seal_text(const struct vault *vault, const uint8_t lookup[VAULT_LOOKUP_LEN],
	const char *text, uint8_t ret_sealed[VAULT_SEALED_MAX], size_t *ret_len);
/* STORE_DAMAGED when it was altered or belongs to another row. */
enum skerry_err vault_open_text(const struct vault *vault, const uint8_t lookup[VAULT_LOOKUP_LEN],
	const uint8_t *sealed, size_t sealed_len, char ret_text[VAULT_TEXT_MAX + 1]);

/* Key pairs in `folder`: KID.key, mode 0600. Errors of atomic_file.h and key_file.h. */
enum skerry_err vault_write_key(
	const struct vault *vault, const char *folder, const struct key_pair *pair);
/* FILE_EXPOSED, FILE_MISSING, TRUST_PURPOSE, and KEY_PAIR for another key than `kid`. */
enum skerry_err vault_read_key(const struct vault *vault, const char *folder,
	const uint8_t kid[COSE_KID_LEN], enum key_purpose purpose, struct key_pair *ret_pair);

/* "0123456789abcdef", terminated. */
void vault_kid_text(const uint8_t kid[COSE_KID_LEN], char ret_text[2 * COSE_KID_LEN + 1]);

#endif
