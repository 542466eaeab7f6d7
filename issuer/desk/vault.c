/* SPDX-License-Identifier: ISC */
#include "vault.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "formats/cbor.h"
#include "keys/atomic_file.h"
#include "keys/checked.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/untrusted_file.h"

#define MARK "skerry-desk-key"

enum { FORMAT_VERSION = 1, SEALED_KEY_LEN = SECRETBOX_KEY_LEN + SECRETBOX_OVERHEAD, MARK_MAX = 32 };

/* A wrapped desk key in its parts. */
struct wrapped {
	enum key_wrap_kind kind;
	const uint8_t *salt;
	uint32_t opslimit, memlimit_kib;
	const uint8_t *sealed;
	size_t head_len; /* bytes before `sealed`'s item: the additional data */
};

enum skerry_err
vault_open(struct vault *ret_vault, const struct secretbox_key *desk_key)
{
	struct vault vault = { .texts = { NULL } };
	enum skerry_err err = secretbox_key_take(desk_key->bytes, &vault.desk_key);

	if (err == SKERRY_OK)
		err = secretbox_key_derive(desk_key, "license texts", &vault.texts);
	if (err == SKERRY_OK)
		err = secretbox_key_derive(desk_key, "look-up", &vault.lookup);
	if (err == SKERRY_OK)
		err = secretbox_key_derive(desk_key, "key files", &vault.key_files);
	if (err == SKERRY_OK)
		err = secretbox_key_derive(desk_key, "telephone", &vault.telephone);
	if (err == SKERRY_OK)
		err = secretbox_key_derive(desk_key, "marks", &vault.marks);
	if (err == SKERRY_OK)
		*ret_vault = vault;
	else
		vault_close(&vault);
	return err;
}

bool
vault_is_open(const struct vault *vault)
{
	return vault->texts.bytes != NULL;
}

void
vault_close(struct vault *vault)
{
	secretbox_key_free(&vault->desk_key);
	secretbox_key_free(&vault->texts);
	secretbox_key_free(&vault->lookup);
	secretbox_key_free(&vault->key_files);
	secretbox_key_free(&vault->telephone);
	secretbox_key_free(&vault->marks);
}

static enum skerry_err
wrapping_key(const char *passphrase, size_t passphrase_len, const struct wrapped *wrapped,
	struct secretbox_key *ret_key)
{
	static const uint8_t nothing[SECRETBOX_KEY_LEN];

	if (wrapped->kind == KEY_WRAP_NONE)
		return secretbox_key_take(nothing, ret_key);
	return secretbox_key_from_passphrase(passphrase, passphrase_len, wrapped->salt,
		wrapped->opslimit, wrapped->memlimit_kib, ret_key);
}

static void
write_head(struct cbor_writer *w, const struct wrapped *wrapped)
{
	cbor_write_array(w, 4);
	cbor_write_chars(w, MARK);
	cbor_write_uint(w, FORMAT_VERSION);
	if (wrapped->kind == KEY_WRAP_NONE) {
		cbor_write_array(w, 1);
		cbor_write_uint(w, KEY_WRAP_NONE);
		return;
	}
	cbor_write_array(w, 4);
	cbor_write_uint(w, KEY_WRAP_PASSPHRASE);
	cbor_write_bytes(w, wrapped->salt, SECRETBOX_SALT_LEN);
	cbor_write_uint(w, wrapped->opslimit);
	cbor_write_uint(w, wrapped->memlimit_kib);
}

enum skerry_err
vault_wrap(const struct secretbox_key *desk_key, const struct key_wrap *wrap,
	uint8_t ret_wrapped[VAULT_WRAPPED_MAX], size_t *ret_len)
{
	uint8_t salt[SECRETBOX_SALT_LEN], sealed[SEALED_KEY_LEN];
	struct wrapped wrapped = { .kind = wrap->kind,
		.salt = salt,
		.opslimit = wrap->opslimit == 0 ? SECRETBOX_OPSLIMIT : wrap->opslimit,
		.memlimit_kib =
			wrap->memlimit_kib == 0 ? SECRETBOX_MEMLIMIT_KIB : wrap->memlimit_kib };
	struct secretbox_key key = { NULL };
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	if (wrap->kind != KEY_WRAP_NONE && wrap->kind != KEY_WRAP_PASSPHRASE)
		return SKERRY_ERR_ARGUMENT;
	random_bytes(salt, sizeof salt);
	err = wrapping_key(wrap->passphrase, wrap->passphrase_len, &wrapped, &key);
	if (err != SKERRY_OK)
		return err;
	cbor_writer_init(&w, ret_wrapped, VAULT_WRAPPED_MAX - CHECKED_LEN);
	write_head(&w, &wrapped);
	secretbox_seal(&key, ret_wrapped, w.len, desk_key->bytes, SECRETBOX_KEY_LEN, sealed);
	secretbox_key_free(&key);
	cbor_write_bytes(&w, sealed, sizeof sealed);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK) {
		checked_append(ret_wrapped, &len);
		*ret_len = len;
	}
	return err;
}

static void
read_wrap(struct cbor_reader *r, struct wrapped *ret_wrapped)
{
	size_t at = r->at, count = cbor_array_begin(r, 4);

	ret_wrapped->kind = (enum key_wrap_kind)cbor_read_uint(r, KEY_WRAP_PASSPHRASE);
	if (ret_wrapped->kind == KEY_WRAP_PASSPHRASE) {
		ret_wrapped->salt = cbor_read_fixed(r, SECRETBOX_SALT_LEN);
		ret_wrapped->opslimit = (uint32_t)cbor_read_uint(r, KEY_OPSLIMIT_MAX);
		ret_wrapped->memlimit_kib = (uint32_t)cbor_read_uint(r, KEY_MEMLIMIT_KIB_MAX);
	}
	if (count != (ret_wrapped->kind == KEY_WRAP_NONE ? 1 : 4))
		cbor_reader_fail(r, SKERRY_ERR_KEY_FILE_VALUE, at);
	cbor_array_end(r);
}

static enum skerry_err
parse_wrapped(struct cbor_bytes content, struct wrapped *ret_wrapped)
{
	struct cbor_reader r;
	struct cbor_text mark;
	size_t offset;

	cbor_reader_init(&r, content.data, content.len);
	if (cbor_array_begin(&r, 4) != 4)
		cbor_reader_fail(&r, SKERRY_ERR_KEY_FILE_VALUE, 0);
	mark = cbor_read_text(&r, MARK_MAX);
	if (!cbor_text_equals(mark, MARK))
		cbor_reader_fail(&r, SKERRY_ERR_KEY_FILE_VALUE, 0);
	if (cbor_read_uint(&r, FORMAT_VERSION) != FORMAT_VERSION)
		cbor_reader_fail(&r, SKERRY_ERR_KEY_FILE_VALUE, 0);
	read_wrap(&r, ret_wrapped);
	ret_wrapped->head_len = r.at;
	ret_wrapped->sealed = cbor_read_fixed(&r, SEALED_KEY_LEN);
	cbor_array_end(&r);
	return cbor_reader_finish(&r, &offset);
}

enum skerry_err
vault_unwrap(const uint8_t *bytes, size_t bytes_len, const struct passphrase *passphrase,
	struct secretbox_key *ret_desk_key)
{
	uint8_t plain[SECRETBOX_KEY_LEN];
	struct wrapped wrapped = { 0 };
	struct secretbox_key key = { NULL };
	struct cbor_bytes content;
	enum skerry_err err = checked_strip(bytes, bytes_len, &content);

	if (err == SKERRY_OK)
		err = parse_wrapped(content, &wrapped);
	if (err != SKERRY_OK)
		return err;
	if ((passphrase == NULL) != (wrapped.kind == KEY_WRAP_NONE))
		return SKERRY_ERR_PASSPHRASE;
	err = wrapping_key(passphrase == NULL ? NULL : passphrase->text,
		passphrase == NULL ? 0 : passphrase->len, &wrapped, &key);
	if (err == SKERRY_OK)
		err = secretbox_open(&key, content.data, wrapped.head_len, wrapped.sealed,
			SEALED_KEY_LEN, plain);
	if (err == SKERRY_OK)
		err = secretbox_key_take(plain, ret_desk_key);
	secretbox_wipe(plain, sizeof plain);
	secretbox_key_free(&key);
	return err;
}

void
vault_seal(const struct vault *vault, const uint8_t *bytes, size_t bytes_len,
	uint8_t ret_seal[VAULT_SEAL_LEN])
{
	uint8_t hash[HASH_LEN];

	hash_blake2b(vault->marks.bytes, SECRETBOX_KEY_LEN, bytes, bytes_len, hash);
	memcpy(ret_seal, hash, VAULT_SEAL_LEN);
}

void
vault_check(const struct vault *vault, uint8_t ret_check[VAULT_CHECK_LEN])
{
	static const char WORDS[] = "skerry desk key";

	vault_seal(vault, (const uint8_t *)WORDS, sizeof WORDS, ret_check);
}

void
vault_lookup(
	const struct vault *vault, const char *license_key, uint8_t ret_lookup[VAULT_LOOKUP_LEN])
{
	hash_blake2b(vault->lookup.bytes, SECRETBOX_KEY_LEN, (const uint8_t *)license_key,
		strlen(license_key), ret_lookup);
}

enum skerry_err
vault_seal_text(const struct vault *vault, const uint8_t lookup[VAULT_LOOKUP_LEN], const char *text,
	uint8_t ret_sealed[VAULT_SEALED_MAX], size_t *ret_len)
{
	size_t text_len = strlen(text);

	if (text_len > VAULT_TEXT_MAX)
		return SKERRY_ERR_NO_SPACE;
	secretbox_seal(&vault->texts, lookup, VAULT_LOOKUP_LEN, text, text_len, ret_sealed);
	*ret_len = text_len + SECRETBOX_OVERHEAD;
	return SKERRY_OK;
}

enum skerry_err
vault_open_text(const struct vault *vault, const uint8_t lookup[VAULT_LOOKUP_LEN],
	const uint8_t *sealed, size_t sealed_len, char ret_text[VAULT_TEXT_MAX + 1])
{
	if (sealed_len < SECRETBOX_OVERHEAD || sealed_len > VAULT_SEALED_MAX)
		return SKERRY_ERR_STORE_DAMAGED;
	if (secretbox_open(&vault->texts, lookup, VAULT_LOOKUP_LEN, sealed, sealed_len, ret_text) !=
		SKERRY_OK)
		return SKERRY_ERR_STORE_DAMAGED;
	ret_text[sealed_len - SECRETBOX_OVERHEAD] = '\0';
	return SKERRY_OK;
}

void
vault_kid_text(const uint8_t kid[COSE_KID_LEN], char ret_text[2 * COSE_KID_LEN + 1])
{
	for (size_t i = 0; i < COSE_KID_LEN; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", kid[i]);
}

static enum skerry_err
key_path(const char *folder, const uint8_t kid[COSE_KID_LEN], char ret_path[VAULT_PATH_MAX])
{
	char text[2 * COSE_KID_LEN + 1];
	int len;

	vault_kid_text(kid, text);
	len = snprintf(ret_path, VAULT_PATH_MAX, "%s/%s.key", folder, text);
	return len < 0 || len >= VAULT_PATH_MAX ? SKERRY_ERR_FILE_MISSING : SKERRY_OK;
}

static struct key_wrap
file_wrap(const struct vault *vault)
{
	return (struct key_wrap){ .kind = KEY_WRAP_KEY, .key = vault->key_files.bytes };
}

enum skerry_err
vault_write_key(const struct vault *vault, const char *folder, const struct key_pair *pair)
{
	struct key_wrap wrap = file_wrap(vault);
	uint8_t bytes[KEY_FILE_MAX];
	char path[VAULT_PATH_MAX];
	size_t len;
	enum skerry_err err = key_path(folder, pair->kid, path);

	if (err == SKERRY_OK)
		err = key_file_write(pair, &wrap, bytes, &len);
	if (err == SKERRY_OK)
		err = atomic_file_write(path, bytes, len, 0600, true);
	return err;
}

enum skerry_err
vault_read_key(const struct vault *vault, const char *folder, const uint8_t kid[COSE_KID_LEN],
	enum key_purpose purpose, struct key_pair *ret_pair)
{
	struct key_wrap wrap = file_wrap(vault);
	struct key_pair pair = { 0 };
	char path[VAULT_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0, offset;
	enum skerry_err err = key_path(folder, kid, path);

	if (err == SKERRY_OK)
		err = untrusted_file_read_secret(path, KEY_FILE_MAX, &bytes, &len);
	if (err == SKERRY_OK)
		err = key_file_open(bytes, len, purpose, &wrap, &pair, &offset);
	untrusted_file_free_secret(bytes, len);
	if (err == SKERRY_OK && memcmp(pair.kid, kid, COSE_KID_LEN) != 0) {
		key_pair_free(&pair);
		err = SKERRY_ERR_KEY_PAIR;
	}
	if (err == SKERRY_OK)
		*ret_pair = pair;
	return err;
}
