/* SPDX-License-Identifier: ISC */
#include "identity.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/atomic_file.h"
#include "keys/random.h"
#include "keys/untrusted_file.h"

static const char SITE_KEY[] = "site.key", OPENING_KEY[] = "opening.key",
		  INSTALL_ID[] = "install-id";

static bool
is_there(const struct documents *documents, const char *name)
{
	return faccessat(documents->directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Nobody is at a site to type a passphrase: the file's mode is its protection. */
static enum skerry_err
create_key(const struct documents *documents, const char *name, enum key_purpose purpose)
{
	const struct key_wrap wrap = { .kind = KEY_WRAP_NONE };
	struct key_pair pair = { 0 };
	uint8_t bytes[KEY_FILE_MAX];
	size_t bytes_len;
	enum skerry_err err;

	if (is_there(documents, name))
		return SKERRY_OK;
	err = key_pair_generate(purpose, COSE_ALG_EDDSA, &pair);
	if (err == SKERRY_OK)
		err = key_file_write(&pair, &wrap, bytes, &bytes_len);
	if (err == SKERRY_OK)
		err = atomic_file_write_at(
			documents->directory, name, bytes, bytes_len, 0600, false);
	key_pair_free(&pair);
	explicit_bzero(bytes, sizeof bytes);
	return err;
}

static enum skerry_err
create_install_id(const struct documents *documents)
{
	char text[IDENTITY_INSTALL_ID_MAX];

	if (is_there(documents, INSTALL_ID))
		return SKERRY_OK;
	random_uuid(text);
	text[IDENTITY_INSTALL_ID_MAX - 1] = '\n';
	return atomic_file_write_at(
		documents->directory, INSTALL_ID, (const uint8_t *)text, sizeof text, 0600, false);
}

enum skerry_err
identity_create(const struct documents *documents)
{
	enum skerry_err err = create_key(documents, SITE_KEY, KEY_SITE);

	if (err == SKERRY_OK)
		err = create_key(documents, OPENING_KEY, KEY_OPENING);
	if (err == SKERRY_OK)
		err = create_install_id(documents);
	return err;
}

static enum skerry_err
load_public(const struct documents *documents, const char *name, enum key_purpose purpose,
	struct cose_key *ret_key, uint8_t ret_seal_key[SEAL_KEY_LEN])
{
	struct key_file_info info;
	uint8_t *bytes;
	size_t bytes_len, offset;
	enum skerry_err err;

	err = untrusted_file_read_at(documents->directory, name, KEY_FILE_MAX, &bytes, &bytes_len);
	if (err != SKERRY_OK)
		return err;
	err = key_file_inspect(bytes, bytes_len, &info, &offset);
	if (err == SKERRY_OK && ret_seal_key != NULL)
		seal_key(bytes, bytes_len, ret_seal_key);
	untrusted_file_free_secret(bytes, bytes_len);
	if (err != SKERRY_OK)
		return err;
	if (info.purpose != purpose)
		return SKERRY_ERR_TRUST_PURPOSE;
	*ret_key = info.public_key;
	return SKERRY_OK;
}

static bool
is_install_id(const uint8_t *text, size_t len)
{
	if (len != IDENTITY_INSTALL_ID_MAX || text[len - 1] != '\n')
		return false;
	for (size_t i = 0; i + 1 < len; i++)
		if (strchr("0123456789abcdef-", text[i]) == NULL || text[i] == '\0')
			return false;
	return true;
}

static enum skerry_err
load_install_id(const struct documents *documents, char ret_id[IDENTITY_INSTALL_ID_MAX])
{
	uint8_t *text;
	size_t len;
	enum skerry_err err =
		untrusted_file_read_at(documents->directory, INSTALL_ID, 64, &text, &len);

	if (err != SKERRY_OK)
		return err;
	if (is_install_id(text, len)) {
		memcpy(ret_id, text, len - 1);
		ret_id[len - 1] = '\0';
	} else {
		err = SKERRY_ERR_FILE_DAMAGED;
	}
	free(text);
	return err;
}

enum skerry_err
identity_load(
	const struct documents *documents, struct identity *ret_identity, const char **ret_file)
{
	struct identity identity;
	const char *file = SITE_KEY;
	enum skerry_err err =
		load_public(documents, file, KEY_SITE, &identity.site_key, identity.seal_key);

	if (err == SKERRY_OK)
		err = load_public(
			documents, file = OPENING_KEY, KEY_OPENING, &identity.opening_key, NULL);
	if (err == SKERRY_OK) {
		file = INSTALL_ID;
		err = load_install_id(documents, identity.install_id);
	}
	if (err != SKERRY_OK)
		*ret_file = file;
	if (err == SKERRY_OK)
		*ret_identity = identity;
	return err;
}
