/* SPDX-License-Identifier: ISC */
#include "key_file.h"
#include "secret_file.h"
#include "untrusted_file.h"

static enum skerry_err
identify(const char *path, enum document_kind *ret_kind)
{
	uint8_t *bytes;
	size_t len;
	enum skerry_err err = untrusted_file_read(path, DOCUMENT_MAX, &bytes, &len);

	if (err != SKERRY_OK)
		return err;
	err = document_identify(bytes, len, ret_kind);
	untrusted_file_free_secret(bytes, len);
	return err;
}

enum skerry_err
secret_file_read(
	const char *path, uint8_t **ret_bytes, size_t *ret_len, enum document_kind *ret_kind)
{
	enum skerry_err err;

	*ret_kind = DOCUMENT_UNKNOWN;
	err = identify(path, ret_kind);
	if (err != SKERRY_OK)
		return err;
	if (*ret_kind != DOCUMENT_SECRET_KEY)
		return SKERRY_ERR_DOCUMENT_KIND;
	return untrusted_file_read_secret(path, KEY_FILE_MAX, ret_bytes, ret_len);
}

const char *
secret_file_advice(enum skerry_err err, enum document_kind kind)
{
	if (err == SKERRY_ERR_DOCUMENT_KIND && kind == DOCUMENT_PUBLIC_KEY)
		return "This is a public key. Name the secret one: NAME.key.";
	if (err == SKERRY_ERR_DOCUMENT_KIND || err == SKERRY_ERR_DOCUMENT_UNKNOWN ||
		err == SKERRY_ERR_DOCUMENT_EMPTY || err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return "Name the NAME.key file that `skerry-keys new` wrote.";
	return NULL;
}
