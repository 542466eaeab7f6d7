/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "key_argument.h"
#include "keys/sign.h"
#include "manifest_view.h"
#include "standing.h"
#include "verbs.h"

const char manifest_sign_details[] =
	"Shows what it signs, asks for the passphrase, adds the signature to FILE and tells how "
	"many\n"
	"are still missing. Only a root of FILE may sign it, or one of the version before.\n"
	"\n"
	"  --key FILE              the root's secret key file\n"
	"  --trust OLD             the version before, whose roots must sign version 2 and later\n"
	"  --passphrase-file FILE  take the passphrase from its first line\n"
	"  --json                  tell the result as JSON\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest sign vendor.manifest --key alice.key\n";

struct sign {
	const char *key, *trust, *passphrase_file;
	bool json;
	struct command_list operands;
	struct manifest_file *file, *before;
};

static bool
parse(int argc, char **argv, struct sign *sign)
{
	const struct command_option options[] = {
		{ "--key", COMMAND_VALUE, &sign->key },
		{ "--trust", COMMAND_VALUE, &sign->trust },
		{ "--passphrase-file", COMMAND_VALUE, &sign->passphrase_file },
		{ "--json", COMMAND_FLAG, &sign->json },
	};

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 1, 1, &sign->operands))
		return false;
	if (sign->key == NULL) {
		command_misuse("--key names the root's secret key file");
		return false;
	}
	return true;
}

static enum command_exit
fail(const struct sign *sign, const char *subject, enum skerry_err err, const char *message,
	const char *advice)
{
	return command_fail_json(
		&(struct command_failure){
			.err = err, .subject = subject, .message = message, .advice = advice },
		sign->json);
}

/* OLD must be the version before, and be signed by its own roots. */
static bool
check_before(const struct sign *sign, enum command_exit *ret_exit)
{
	struct standing standing;

	if (sign->before == NULL)
		return true;
	if (sign->before->manifest.version + 1 != sign->file->manifest.version) {
		*ret_exit = fail(sign, sign->trust, SKERRY_ERR_TRUST_SEQUENCE,
			"This is not the version before the one to be signed.",
			"'skerry-keys show' tells each file's version.");
		return false;
	}
	standing_find(sign->before, NULL, &standing);
	if (!standing.complete) {
		*ret_exit = fail(sign, sign->trust, SKERRY_ERR_TRUST_THRESHOLD, NULL, NULL);
		return false;
	}
	return true;
}

/* All that can be told without the passphrase. */
static bool
check_key(const struct sign *sign, enum command_exit *ret_exit)
{
	struct key_file_info info;

	if (!key_argument_inspect(sign->key, &info, sign->json, ret_exit))
		return false;
	if (info.purpose != KEY_ROOT) {
		*ret_exit = fail(sign, sign->key, SKERRY_ERR_TRUST_PURPOSE, NULL,
			"Only a root key signs a manifest.");
		return false;
	}
	if (!standing_is_root(sign->file, sign->before, &info.public_key)) {
		*ret_exit = fail(sign, sign->key, SKERRY_ERR_TRUST_ROOT_UNKNOWN,
			"This key is no root of the manifest.",
			sign->before == NULL && sign->file->manifest.version > 1
				? "If it is a root of the version before, name that with --trust."
				: "'skerry-keys show' lists its roots.");
		return false;
	}
	return true;
}

/* A damaged signature of somebody else would spoil the whole: one's own is made anew. */
static bool
check_signatures(const struct sign *sign, const struct key_pair *pair, enum command_exit *ret_exit)
{
	struct standing standing;
	char kid[KEY_ARGUMENT_KID_TEXT], message[96];

	standing_find(sign->file, sign->before, &standing);
	for (size_t i = 0; i < sign->file->message.signers_len; i++) {
		const uint8_t *signer = sign->file->message.signers[i].kid;

		if (standing.signers[i] != SIGNER_BAD ||
			memcmp(signer, pair->kid, COSE_KID_LEN) == 0)
			continue;
		key_argument_kid_text(signer, kid);
		snprintf(message, sizeof message, "The signature of root %s does not fit.", kid);
		*ret_exit = fail(sign, sign->file->path, SKERRY_ERR_SIGNATURE, message,
			"Take the file as it was before that signature, and sign again.");
		return false;
	}
	return true;
}

static enum command_exit
add_signature(struct sign *sign, const struct key_pair *pair)
{
	uint8_t *bytes = malloc(MANIFEST_MAX);
	char kid[KEY_ARGUMENT_KID_TEXT];
	size_t len, offset;
	enum command_exit exit;
	enum skerry_err err;

	if (bytes == NULL)
		return fail(sign, sign->file->path, SKERRY_ERR_NO_MEMORY, NULL, NULL);
	err = sign_add(pair, sign->file->bytes, sign->file->len, bytes, MANIFEST_MAX, &len);
	if (err == SKERRY_OK)
		err = manifest_file_set(sign->file, bytes, len, &offset);
	free(bytes);
	if (err != SKERRY_OK)
		return fail(sign, sign->file->path, err, NULL, NULL);
	exit = manifest_file_write(sign->file, true, sign->json);
	if (exit != COMMAND_YES)
		return exit;
	key_argument_kid_text(pair->kid, kid);
	if (!sign->json)
		printf("signed by root %s\n", kid);
	standing_report(sign->file, sign->before, kid, sign->json);
	return COMMAND_YES;
}

static enum command_exit
sign_it(struct sign *sign)
{
	struct key_pair pair;
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (!check_before(sign, &exit) || !check_key(sign, &exit))
		return exit;
	if (!sign->json && strcmp(sign->file->path, "-") != 0)
		manifest_view_print(sign->file, sign->before);
	if (!key_argument_secret(
		    sign->key, KEY_ROOT, sign->passphrase_file, &pair, sign->json, &exit))
		return exit;
	if (check_signatures(sign, &pair, &exit))
		exit = add_signature(sign, &pair);
	key_pair_free(&pair);
	return exit;
}

enum command_exit
manifest_sign(int argc, char **argv)
{
	struct sign sign = { .file = NULL };
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (!parse(argc, argv, &sign))
		return exit;
	sign.file = manifest_file_read(sign.operands.values[0], sign.json, &exit);
	if (sign.file != NULL && sign.trust != NULL)
		sign.before = manifest_file_read(sign.trust, sign.json, &exit);
	if (sign.file != NULL && (sign.trust == NULL || sign.before != NULL))
		exit = sign_it(&sign);
	free(sign.before);
	free(sign.file);
	return exit;
}
