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
make_key(const struct documents *documents, const char *name, enum key_purpose purpose,
	uint8_t ret_seal_key[SEAL_KEY_LEN])
{
	const struct key_wrap wrap = { .kind = KEY_WRAP_NONE };
	struct key_pair pair = { 0 };
	uint8_t bytes[KEY_FILE_MAX];
	size_t bytes_len;
	enum skerry_err err = key_pair_generate(purpose, COSE_ALG_EDDSA, &pair);

	if (err == SKERRY_OK)
		err = key_file_write(&pair, &wrap, bytes, &bytes_len);
	if (err == SKERRY_OK)
		err = atomic_file_write_at(
			documents->directory, name, bytes, bytes_len, 0600, true);
	if (err == SKERRY_OK && ret_seal_key != NULL)
		seal_key(bytes, bytes_len, ret_seal_key);
	key_pair_free(&pair);
	explicit_bzero(bytes, sizeof bytes);
	return err;
}

static enum skerry_err
make_install_id(const struct documents *documents)
{
	char text[IDENTITY_INSTALL_ID_MAX];

	random_uuid(text);
	text[IDENTITY_INSTALL_ID_MAX - 1] = '\n';
	return atomic_file_write_at(
		documents->directory, INSTALL_ID, (const uint8_t *)text, sizeof text, 0600, true);
}

enum skerry_err
identity_create(const struct documents *documents)
{
	enum skerry_err err = SKERRY_OK;

	if (!is_there(documents, SITE_KEY))
		err = make_key(documents, SITE_KEY, KEY_SITE, NULL);
	if (err == SKERRY_OK && !is_there(documents, OPENING_KEY))
		err = make_key(documents, OPENING_KEY, KEY_OPENING, NULL);
	if (err == SKERRY_OK && !is_there(documents, INSTALL_ID))
		err = make_install_id(documents);
	return err;
}

enum skerry_err
identity_renew_site_key(const struct documents *documents, uint8_t ret_seal_key[SEAL_KEY_LEN])
{
	return make_key(documents, SITE_KEY, KEY_SITE, ret_seal_key);
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

enum skerry_err
identity_open_pair(
	const struct documents *documents, enum key_purpose purpose, struct key_pair *ret_pair)
{
	static const struct key_wrap PLAIN = { .kind = KEY_WRAP_NONE };
	const char *name = purpose == KEY_SITE ? SITE_KEY : OPENING_KEY;
	uint8_t *bytes;
	size_t bytes_len, offset;
	enum skerry_err err;

	err = untrusted_file_read_at(documents->directory, name, KEY_FILE_MAX, &bytes, &bytes_len);
	if (err != SKERRY_OK)
		return err;
	err = key_file_open(bytes, bytes_len, purpose, &PLAIN, ret_pair, &offset);
	untrusted_file_free_secret(bytes, bytes_len);
	return err;
}

enum skerry_err
identity_check(const char *file, const uint8_t *bytes, size_t len)
{
	bool is_site_key = strcmp(file, SITE_KEY) == 0;
	struct key_file_info info;
	size_t offset;
	enum skerry_err err;

	if (strcmp(file, INSTALL_ID) == 0)
		return is_install_id(bytes, len) ? SKERRY_OK : SKERRY_ERR_FILE_DAMAGED;
	err = key_file_inspect(bytes, len, &info, &offset);
	if (err == SKERRY_OK && info.purpose != (is_site_key ? KEY_SITE : KEY_OPENING))
		err = SKERRY_ERR_TRUST_PURPOSE;
	return err;
}

/* --- repair ---------------------------------------------------------------------------------- */

static enum skerry_err
repair_one(const struct documents *documents, const char *file)
{
	if (file == SITE_KEY)
		return make_key(documents, file, KEY_SITE, NULL);
	if (file == OPENING_KEY)
		return make_key(documents, file, KEY_OPENING, NULL);
	return make_install_id(documents);
}

/* What a file holds, and not that it could not be read just now. */
static bool
is_damage(enum skerry_err err)
{
	return err != SKERRY_ERR_FILE_PERMISSION && err != SKERRY_ERR_IO &&
	       err != SKERRY_ERR_NO_MEMORY && err != SKERRY_ERR_FILE_NOT_REGULAR;
}

enum skerry_err
identity_repair(const struct documents *documents, size_t *ret_renewed)
{
	enum { FILES = 3 };
	struct identity identity;
	const char *file = NULL;
	size_t renewed = 0;
	enum skerry_err err = identity_load(documents, &identity, &file);

	while (err != SKERRY_OK && is_damage(err) && renewed < FILES) {
		err = repair_one(documents, file);
		renewed += err == SKERRY_OK;
		if (err == SKERRY_OK)
			err = identity_load(documents, &identity, &file);
		else
			break;
	}
	explicit_bzero(&identity, sizeof identity);
	if (err == SKERRY_OK)
		*ret_renewed = renewed;
	return err;
}
