/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "hash.h"
#include "key_file.h"

enum {
	KEY_FILE_VERSION = 1,
	KEY_SALT_LEN = crypto_pwhash_argon2id_SALTBYTES,
	KEY_NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	KEY_SEALED_LEN = KEY_SECRET_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	KEY_OPSLIMIT_MIN = crypto_pwhash_argon2id_OPSLIMIT_MIN,
	KEY_MEMLIMIT_KIB_MIN = crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024
};

static const char *const PURPOSE_NAMES[] = {
	[KEY_ROOT] = "root",
	[KEY_ISSUING] = "issuing",
	[KEY_EXCHANGE] = "exchange",
	[KEY_SITE] = "site",
	[KEY_OPENING] = "opening",
};

enum { PURPOSES_LEN = sizeof PURPOSE_NAMES / sizeof *PURPOSE_NAMES };

const char *
key_purpose_name(enum key_purpose purpose)
{
	return (unsigned)purpose < PURPOSES_LEN ? PURPOSE_NAMES[purpose] : NULL;
}

enum key_purpose
key_purpose_from_name(const char *name)
{
	for (unsigned purpose = KEY_ROOT; purpose < PURPOSES_LEN; purpose++)
		if (strcmp(PURPOSE_NAMES[purpose], name) == 0)
			return (enum key_purpose)purpose;
	return (enum key_purpose)0;
}

static bool
purpose_seals(enum key_purpose purpose)
{
	return purpose == KEY_EXCHANGE || purpose == KEY_OPENING;
}

static enum cose_curve
curve_of(enum key_purpose purpose)
{
	return purpose_seals(purpose) ? COSE_CURVE_X25519 : COSE_CURVE_ED25519;
}

/* A signing secret is kept as libsodium wants it, seed and public key: no copy when signing. */
static size_t
secret_room(enum key_purpose purpose)
{
	return purpose_seals(purpose) ? KEY_SECRET_LEN : crypto_sign_SECRETKEYBYTES;
}

/* Computes the public half of the secret that stands in `pair`. */
static enum skerry_err
derive_public(struct key_pair *pair)
{
	if (!purpose_seals(pair->purpose)) {
		uint8_t seed[KEY_SECRET_LEN];

		memcpy(seed, pair->secret, sizeof seed);
		crypto_sign_seed_keypair(pair->public_key.x, pair->secret, seed);
		sodium_memzero(seed, sizeof seed);
	} else if (crypto_scalarmult_base(pair->public_key.x, pair->secret) != 0) {
		return SKERRY_ERR_KEY_PAIR;
	}
	hash_kid(&pair->public_key, pair->kid);
	return SKERRY_OK;
}

static bool
alg_fits(enum key_purpose purpose, enum cose_alg alg)
{
	return purpose_seals(purpose) || alg == COSE_ALG_EDDSA || alg == COSE_ALG_ED25519;
}

enum skerry_err
key_pair_from_secret(enum key_purpose purpose, enum cose_alg alg,
	const uint8_t secret[KEY_SECRET_LEN], struct key_pair *ret_pair)
{
	struct key_pair pair = { .purpose = purpose };
	enum skerry_err err;

	if (key_purpose_name(purpose) == NULL || !alg_fits(purpose, alg))
		return SKERRY_ERR_ARGUMENT;
	pair.public_key.curve = curve_of(purpose);
	pair.public_key.alg = purpose_seals(purpose) ? COSE_ALG_NONE : alg;
	pair.secret = sodium_malloc(secret_room(purpose));
	if (pair.secret == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(pair.secret, secret, KEY_SECRET_LEN);
	err = derive_public(&pair);
	if (err != SKERRY_OK) {
		key_pair_free(&pair);
		return err;
	}
	sodium_mprotect_readonly(pair.secret);
	*ret_pair = pair;
	return SKERRY_OK;
}

enum skerry_err
key_pair_generate(enum key_purpose purpose, enum cose_alg alg, struct key_pair *ret_pair)
{
	uint8_t *secret = sodium_malloc(KEY_SECRET_LEN);
	enum skerry_err err;

	if (secret == NULL)
		return SKERRY_ERR_NO_MEMORY;
	randombytes_buf(secret, KEY_SECRET_LEN);
	err = key_pair_from_secret(purpose, alg, secret, ret_pair);
	sodium_free(secret);
	return err;
}

void
key_pair_free(struct key_pair *pair)
{
	sodium_free(pair->secret);
	*pair = (struct key_pair){ 0 };
}

/* How the file wraps, as it stands there. */
struct wrap_params {
	enum key_wrap_kind kind;
	uint8_t salt[KEY_SALT_LEN];
	uint32_t opslimit, memlimit_kib;
};

static void
write_wrap(struct cbor_writer *w, const struct wrap_params *params)
{
	cbor_write_array(w, params->kind == KEY_WRAP_PASSPHRASE ? 4 : 1);
	cbor_write_uint(w, params->kind);
	if (params->kind != KEY_WRAP_PASSPHRASE)
		return;
	cbor_write_bytes(w, params->salt, sizeof params->salt);
	cbor_write_uint(w, params->opslimit);
	cbor_write_uint(w, params->memlimit_kib);
}

static uint32_t
read_limit(struct cbor_reader *r, uint32_t min, uint32_t max)
{
	size_t at = r->at;
	uint64_t value = cbor_read_uint(r, UINT32_MAX);

	/* Checked here, before Argon2 is asked for gigabytes or hours. */
	if (value < min || value > max)
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
	return (uint32_t)value;
}

static void
read_wrap(struct cbor_reader *r, struct wrap_params *ret_params)
{
	size_t at = r->at, count = cbor_array_begin(r, 4);
	const uint8_t *salt;

	*ret_params = (struct wrap_params){ .kind = (enum key_wrap_kind)cbor_read_uint(r, 255) };
	if (ret_params->kind > KEY_WRAP_KEY ||
		count != (ret_params->kind == KEY_WRAP_PASSPHRASE ? 4 : 1))
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
	if (ret_params->kind == KEY_WRAP_PASSPHRASE) {
		salt = cbor_read_fixed(r, sizeof ret_params->salt);
		if (salt != NULL)
			memcpy(ret_params->salt, salt, sizeof ret_params->salt);
		ret_params->opslimit = read_limit(r, KEY_OPSLIMIT_MIN, KEY_OPSLIMIT_MAX);
		ret_params->memlimit_kib =
			read_limit(r, KEY_MEMLIMIT_KIB_MIN, KEY_MEMLIMIT_KIB_MAX);
	}
	cbor_array_end(r);
}

/* The key that seals the secret; sodium_free'd by the caller. */
static enum skerry_err
wrapping_key(
	const struct wrap_params *params, const struct key_wrap *wrap, uint8_t **ret_wrapping_key)
{
	uint8_t *key = sodium_malloc(KEY_WRAPPING_LEN);

	if (key == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (params->kind == KEY_WRAP_NONE) {
		memset(key, 0, KEY_WRAPPING_LEN);
	} else if (params->kind == KEY_WRAP_KEY) {
		memcpy(key, wrap->key, KEY_WRAPPING_LEN);
	} else if (crypto_pwhash(key, KEY_WRAPPING_LEN, wrap->passphrase, wrap->passphrase_len,
			   params->salt, params->opslimit, (size_t)params->memlimit_kib * 1024,
			   crypto_pwhash_ALG_ARGON2ID13) != 0) {
		sodium_free(key);
		return SKERRY_ERR_NO_MEMORY;
	}
	*ret_wrapping_key = key;
	return SKERRY_OK;
}

/* False for what key_wrap's contract does not allow. */
static bool
wrap_is_usable(const struct key_wrap *wrap)
{
	switch (wrap->kind) {
	case KEY_WRAP_NONE:
		return true;
	case KEY_WRAP_PASSPHRASE:
		return wrap->passphrase != NULL && wrap->passphrase_len > 0 &&
		       wrap->passphrase_len <= KEY_PASSPHRASE_MAX &&
		       wrap->opslimit <= KEY_OPSLIMIT_MAX &&
		       wrap->memlimit_kib <= KEY_MEMLIMIT_KIB_MAX &&
		       (wrap->memlimit_kib == 0 || wrap->memlimit_kib >= KEY_MEMLIMIT_KIB_MIN);
	case KEY_WRAP_KEY:
		return wrap->key != NULL;
	}
	return false;
}

enum skerry_err
key_file_write(const struct key_pair *pair, const struct key_wrap *wrap,
	uint8_t ret_bytes[KEY_FILE_MAX], size_t *ret_len)
{
	struct wrap_params params = { .kind = wrap->kind };
	uint8_t nonce[KEY_NONCE_LEN], sealed[KEY_SEALED_LEN], *key = NULL;
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	if (!wrap_is_usable(wrap))
		return SKERRY_ERR_ARGUMENT;
	randombytes_buf(nonce, sizeof nonce);
	randombytes_buf(params.salt, sizeof params.salt);
	params.opslimit = wrap->opslimit != 0 ? wrap->opslimit : crypto_pwhash_OPSLIMIT_MODERATE;
	params.memlimit_kib = wrap->memlimit_kib != 0 ? wrap->memlimit_kib
						      : crypto_pwhash_MEMLIMIT_MODERATE / 1024;
	err = wrapping_key(&params, wrap, &key);
	if (err != SKERRY_OK)
		return err;

	cbor_writer_init(&w, ret_bytes, KEY_FILE_MAX - CHECKED_LEN);
	cbor_write_array(&w, 7);
	cbor_write_chars(&w, KEY_FILE_MARK);
	cbor_write_uint(&w, KEY_FILE_VERSION);
	cbor_write_uint(&w, pair->purpose);
	cose_key_write(&w, &pair->public_key);
	write_wrap(&w, &params);
	cbor_write_bytes(&w, nonce, sizeof nonce);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		sealed, NULL, pair->secret, KEY_SECRET_LEN, ret_bytes, w.len, NULL, nonce, key);
	sodium_free(key);
	cbor_write_bytes(&w, sealed, sizeof sealed);
	err = cbor_writer_finish(&w, &len);
	if (err != SKERRY_OK)
		return err;
	checked_append(ret_bytes, &len);
	*ret_len = len;
	return SKERRY_OK;
}

/* The whole file, taken apart. Borrows the bytes. */
struct key_file {
	enum key_purpose purpose;
	struct cose_key public_key;
	struct wrap_params params;
	const uint8_t *nonce, *sealed;
	struct cbor_bytes bound; /* everything before `sealed` */
};

/* A file of a newer program is told as one. */
static void
read_version(struct cbor_reader *r)
{
	size_t at = r->at;
	uint64_t version = cbor_read_uint(r, UINT64_MAX);

	if (version == 0)
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
	if (version > KEY_FILE_VERSION)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VERSION, at);
}

static void
read_purpose_and_key(struct cbor_reader *r, struct key_file *ret_file)
{
	size_t at = r->at;

	ret_file->purpose = (enum key_purpose)cbor_read_uint(r, 255);
	if (key_purpose_name(ret_file->purpose) == NULL)
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
	at = r->at;
	cose_key_read(r, &ret_file->public_key);
	if (ret_file->public_key.curve != curve_of(ret_file->purpose))
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
}

static enum skerry_err
parse(const uint8_t *bytes, size_t bytes_len, struct key_file *ret_file, size_t *ret_offset)
{
	struct key_file file = { 0 };
	struct cbor_bytes content;
	struct cbor_reader r;
	enum skerry_err err = checked_strip(bytes, bytes_len, &content);

	if (err != SKERRY_OK) {
		*ret_offset = 0;
		return err;
	}
	cbor_reader_init(&r, content.data, content.len);
	if (cbor_array_begin(&r, 7) != 7)
		cbor_reader_fail(&r, SKERRY_ERR_KEY_FILE_VALUE, 0);
	if (!cbor_text_equals(cbor_read_text(&r, sizeof KEY_FILE_MARK), KEY_FILE_MARK))
		cbor_reader_fail(&r, SKERRY_ERR_KEY_FILE_VALUE, 1);
	read_version(&r);
	read_purpose_and_key(&r, &file);
	read_wrap(&r, &file.params);
	file.nonce = cbor_read_fixed(&r, KEY_NONCE_LEN);
	file.bound = (struct cbor_bytes){ content.data, r.at };
	file.sealed = cbor_read_fixed(&r, KEY_SEALED_LEN);
	cbor_array_end(&r);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_file = file;
	return err;
}

enum skerry_err
key_file_inspect(
	const uint8_t *bytes, size_t bytes_len, struct key_file_info *ret_info, size_t *ret_offset)
{
	struct key_file file;
	enum skerry_err err = parse(bytes, bytes_len, &file, ret_offset);

	if (err != SKERRY_OK)
		return err;
	*ret_info = (struct key_file_info){
		.purpose = file.purpose,
		.public_key = file.public_key,
		.wrap = file.params.kind,
	};
	hash_kid(&file.public_key, ret_info->kid);
	return SKERRY_OK;
}

/* Unseals the 32 secret bytes into memory that the caller sodium_free's. */
static enum skerry_err
unseal(const struct key_file *file, const struct key_wrap *wrap, uint8_t **ret_secret)
{
	uint8_t *key = NULL, *secret = NULL;
	enum skerry_err err = wrapping_key(&file->params, wrap, &key);

	if (err != SKERRY_OK)
		return err;
	secret = sodium_malloc(KEY_SECRET_LEN);
	if (secret == NULL)
		err = SKERRY_ERR_NO_MEMORY;
	else if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, file->sealed,
			 KEY_SEALED_LEN, file->bound.data, file->bound.len, file->nonce, key) != 0)
		err = SKERRY_ERR_PASSPHRASE;
	sodium_free(key);
	if (err != SKERRY_OK)
		sodium_free(secret);
	else
		*ret_secret = secret;
	return err;
}

enum skerry_err
key_file_open(const uint8_t *bytes, size_t bytes_len, enum key_purpose purpose,
	const struct key_wrap *wrap, struct key_pair *ret_pair, size_t *ret_offset)
{
	struct key_file file;
	struct key_pair pair;
	uint8_t *secret = NULL;
	enum skerry_err err = parse(bytes, bytes_len, &file, ret_offset);

	if (err != SKERRY_OK)
		return err;
	*ret_offset = 0;
	if (file.purpose != purpose)
		return SKERRY_ERR_TRUST_PURPOSE;
	if (file.params.kind != wrap->kind || !wrap_is_usable(wrap))
		return SKERRY_ERR_PASSPHRASE;
	err = unseal(&file, wrap, &secret);
	if (err != SKERRY_OK)
		return err;
	err = key_pair_from_secret(purpose, file.public_key.alg, secret, &pair);
	sodium_free(secret);
	if (err != SKERRY_OK)
		return err;
	if (!cose_key_same(&pair.public_key, &file.public_key)) {
		key_pair_free(&pair);
		return SKERRY_ERR_KEY_PAIR;
	}
	*ret_pair = pair;
	return SKERRY_OK;
}
