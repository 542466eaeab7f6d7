/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "key_argument.h"
#include "keys/carried.h"
#include "keys/hash.h"
#include "keys/secret_file.h"
#include "keys/terminal.h"
#include "keys/untrusted_file.h"

enum { PROMPT_MAX = 512 };

void
key_argument_kid_text(const uint8_t kid[COSE_KID_LEN], char ret_text[KEY_ARGUMENT_KID_TEXT])
{
	sodium_bin2hex(ret_text, KEY_ARGUMENT_KID_TEXT, kid, COSE_KID_LEN);
}

void
key_argument_kid_of(const struct cose_key *key, char ret_text[KEY_ARGUMENT_KID_TEXT])
{
	uint8_t kid[COSE_KID_LEN];

	hash_kid(key, kid);
	key_argument_kid_text(kid, ret_text);
}

static enum skerry_err
read_public(const char *path, enum cose_curve curve, struct cose_key *ret_key, size_t *ret_offset)
{
	const struct document *found;
	struct carried carried;
	struct cose_key key = { .alg = COSE_ALG_NONE };
	enum skerry_err err = carried_read(path, &carried, ret_offset);

	if (err != SKERRY_OK)
		return err;
	found = carried_find(&carried, DOCUMENT_PUBLIC_KEY);
	if (found == NULL)
		err = SKERRY_ERR_DOCUMENT_KIND;
	else
		err = cose_key_parse(found->bytes.data, found->bytes.len, &key, ret_offset);
	carried_free(&carried);
	if (err == SKERRY_OK && key.curve != curve)
		err = SKERRY_ERR_TRUST_PURPOSE;
	if (err == SKERRY_OK)
		*ret_key = key;
	return err;
}

bool
key_argument_public(const char *path, enum cose_curve curve, struct cose_key *ret_key, bool json,
	enum command_exit *ret_exit)
{
	size_t offset = 0;
	enum skerry_err err;

	errno = 0;
	err = read_public(path, curve, ret_key, &offset);
	if (err == SKERRY_OK)
		return true;
	*ret_exit = command_fail_json(
		&(struct command_failure){
			.err = err,
			.subject = path,
			.has_offset = offset != 0,
			.offset = offset,
			.system_errno = err == SKERRY_ERR_IO ? errno : 0,
			.message = err == SKERRY_ERR_DOCUMENT_KIND ? "This is no public key file."
								   : NULL,
			.advice = err == SKERRY_ERR_DOCUMENT_KIND
					  ? "Name the .pub file that 'skerry-keys new' wrote."
				  : err == SKERRY_ERR_TRUST_PURPOSE
					  ? "Roots and issuing keys sign (Ed25519); exchange keys "
					    "seal (X25519). 'skerry-keys show' tells which it is."
					  : NULL,
		},
		json);
	return false;
}

static bool
tell(const char *path, enum skerry_err err, enum document_kind kind, size_t offset, bool json,
	enum command_exit *ret_exit)
{
	if (err == SKERRY_OK)
		return true;
	*ret_exit = command_fail_json(&(struct command_failure){ .err = err,
					      .subject = path,
					      .has_offset = offset != 0,
					      .offset = offset,
					      .advice = secret_file_advice(err, kind),
					      .system_errno = err == SKERRY_ERR_IO ? errno : 0 },
		json);
	return false;
}

bool
key_argument_inspect(
	const char *path, struct key_file_info *ret_info, bool json, enum command_exit *ret_exit)
{
	enum document_kind kind;
	uint8_t *bytes;
	size_t len, offset = 0;
	enum skerry_err err;

	errno = 0;
	err = secret_file_read(path, &bytes, &len, &kind);
	if (err == SKERRY_OK) {
		err = key_file_inspect(bytes, len, ret_info, &offset);
		untrusted_file_free_secret(bytes, len);
	}
	return tell(path, err, kind, offset, json, ret_exit);
}

/* Asks for what the file's wrap needs; the passphrase is the caller's to free. */
static enum skerry_err
find_wrap(const char *path, const struct key_file_info *info, const char *passphrase_file,
	struct passphrase *ret_passphrase, struct key_wrap *ret_wrap)
{
	char what[PROMPT_MAX];
	enum skerry_err err;

	*ret_wrap = (struct key_wrap){ .kind = info->wrap };
	if (info->wrap == KEY_WRAP_NONE)
		return SKERRY_OK;
	if (info->wrap == KEY_WRAP_KEY)
		return SKERRY_ERR_PASSPHRASE;
	snprintf(what, sizeof what, "%s key %s", key_purpose_name(info->purpose), path);
	err = terminal_passphrase(passphrase_file, what, false, ret_passphrase);
	ret_wrap->passphrase = ret_passphrase->text;
	ret_wrap->passphrase_len = ret_passphrase->len;
	return err;
}

/* On an error *ret_subject is the file that it is about. */
static enum skerry_err
open_secret(const char *path, enum key_purpose purpose, const char *passphrase_file,
	struct key_pair *ret_pair, const char **ret_subject, enum document_kind *ret_kind,
	size_t *ret_offset)
{
	struct passphrase passphrase = { NULL, 0 };
	struct key_file_info info;
	struct key_wrap wrap;
	uint8_t *bytes;
	size_t len;
	enum skerry_err err = secret_file_read(path, &bytes, &len, ret_kind);

	if (err != SKERRY_OK)
		return err;
	err = key_file_inspect(bytes, len, &info, ret_offset);
	if (err == SKERRY_OK && info.purpose != purpose)
		err = SKERRY_ERR_TRUST_PURPOSE;
	if (err == SKERRY_OK) {
		err = find_wrap(path, &info, passphrase_file, &passphrase, &wrap);
		if (err != SKERRY_OK && passphrase_file != NULL)
			*ret_subject = passphrase_file;
	}
	if (err == SKERRY_OK)
		err = key_file_open(bytes, len, purpose, &wrap, ret_pair, ret_offset);
	terminal_passphrase_free(&passphrase);
	untrusted_file_free_secret(bytes, len); /* it may be as good as the key */
	return err;
}

bool
key_argument_secret(const char *path, enum key_purpose purpose, const char *passphrase_file,
	struct key_pair *ret_pair, bool json, enum command_exit *ret_exit)
{
	enum document_kind kind = DOCUMENT_UNKNOWN;
	const char *subject = path;
	size_t offset = 0;
	enum skerry_err err;

	errno = 0;
	err = open_secret(path, purpose, passphrase_file, ret_pair, &subject, &kind, &offset);
	/* What is wrong with a passphrase file is another matter. */
	return tell(
		subject, err, subject == path ? kind : DOCUMENT_SECRET_KEY, offset, json, ret_exit);
}

int
key_argument_by_kid(const struct cose_key *keys, size_t keys_len, const char *prefix,
	const char *what, bool json, enum command_exit *ret_exit)
{
	char kid[KEY_ARGUMENT_KID_TEXT];
	size_t prefix_len = strlen(prefix);
	unsigned matches = 0;
	int found = -1;
	struct command_failure failure = { .subject = prefix };

	for (size_t i = 0; i < keys_len && prefix_len > 0; i++) {
		key_argument_kid_of(&keys[i], kid);
		if (prefix_len < sizeof kid && strncasecmp(kid, prefix, prefix_len) == 0) {
			matches++;
			found = (int)i;
		}
	}
	if (matches == 1)
		return found;
	failure.err = matches == 0 ? SKERRY_ERR_NOT_FOUND : SKERRY_ERR_NOT_UNIQUE;
	failure.message = matches == 0 ? "The manifest lists no such key."
				       : "Several keys of the manifest begin like that.";
	failure.advice = what;
	*ret_exit = command_fail_json(&failure, json);
	return -1;
}
