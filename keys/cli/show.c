/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "formats/diag.h"
#include "formats/document.h"
#include "key_argument.h"
#include "keys/carried.h"
#include "keys/checked.h"
#include "manifest_view.h"
#include "verbs.h"

const char show_details[] =
	"Tells what a manifest, a public or a secret key file says; secrets stay in it, and no\n"
	"passphrase is asked for. Other documents are told by their kind, and with --diag in "
	"full.\n"
	"\n"
	"  --diag   CBOR diagnostic notation\n"
	"  --json   as JSON\n"
	"\n"
	"Example:\n"
	"  skerry-keys show vendor.manifest\n";

struct show {
	const char *path;
	bool json, diag;
};

static enum command_exit
fail(const struct show *show, enum skerry_err err, size_t offset)
{
	return command_fail_json(
		&(struct command_failure){
			.err = err,
			.subject = show->path,
			.has_offset = offset != 0,
			.offset = offset,
			.system_errno = err == SKERRY_ERR_IO ? errno : 0,
		},
		show->json);
}

static void
open_json(struct json *j, enum document_kind kind)
{
	json_init(j, command_sink, stdout);
	json_object_open(j);
	json_name(j, "kind");
	json_chars(j, document_kind_name(kind));
}

static void
close_json(struct json *j)
{
	json_object_close(j);
	putchar('\n');
}

static const char *
curve_name(enum cose_curve curve)
{
	return curve == COSE_CURVE_X25519 ? "X25519" : "Ed25519";
}

static void
key_json(struct json *j, const struct cose_key *key)
{
	char kid[KEY_ARGUMENT_KID_TEXT];

	key_argument_kid_of(key, kid);
	json_name(j, "kid");
	json_chars(j, kid);
	json_name(j, "curve");
	json_chars(j, curve_name(key->curve));
	json_name(j, "alg");
	if (key->alg == COSE_ALG_NONE)
		json_null(j);
	else
		json_int(j, key->alg);
}

static enum command_exit
show_public(const struct show *show, const struct document *document)
{
	char kid[KEY_ARGUMENT_KID_TEXT];
	struct cose_key key;
	struct json j;
	size_t offset = 0;
	enum skerry_err err =
		cose_key_parse(document->bytes.data, document->bytes.len, &key, &offset);

	if (err != SKERRY_OK)
		return fail(show, err, offset);
	if (show->json) {
		open_json(&j, document->kind);
		key_json(&j, &key);
		close_json(&j);
		return COMMAND_YES;
	}
	key_argument_kid_of(&key, kid);
	printf("public key %s, %s", kid, curve_name(key.curve));
	if (key.alg != COSE_ALG_NONE)
		printf(", COSE algorithm %d", key.alg);
	putchar('\n');
	return COMMAND_YES;
}

static enum command_exit
show_secret(const struct show *show, const struct document *document)
{
	static const char *const WRAPS[] = { "nothing", "a passphrase", "a wrapping key" };
	static const char *const WRAP_NAMES[] = { "none", "passphrase", "key" };
	char kid[KEY_ARGUMENT_KID_TEXT];
	struct key_file_info info;
	struct json j;
	size_t offset = 0;
	enum skerry_err err =
		key_file_inspect(document->bytes.data, document->bytes.len, &info, &offset);

	if (err != SKERRY_OK)
		return fail(show, err, offset);
	if (show->json) {
		open_json(&j, document->kind);
		json_name(&j, "purpose");
		json_chars(&j, key_purpose_name(info.purpose));
		json_name(&j, "wrap");
		json_chars(&j, WRAP_NAMES[info.wrap]);
		key_json(&j, &info.public_key);
		close_json(&j);
		return COMMAND_YES;
	}
	key_argument_kid_text(info.kid, kid);
	printf("secret %s key %s, protected by %s\n", key_purpose_name(info.purpose), kid,
		WRAPS[info.wrap]);
	return COMMAND_YES;
}

static enum command_exit
show_manifest(const struct show *show, const struct document *document)
{
	struct manifest_file *file = calloc(1, sizeof *file);
	struct json j;
	size_t offset = 0;
	enum command_exit exit = COMMAND_YES;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (file != NULL)
		err = manifest_file_set(file, document->bytes.data, document->bytes.len, &offset);
	if (err != SKERRY_OK) {
		exit = fail(show, err, offset);
	} else if (show->json) {
		open_json(&j, document->kind);
		manifest_view_json(&j, file, NULL);
		close_json(&j);
	} else {
		manifest_view_print(file, NULL);
	}
	free(file);
	return exit;
}

static enum command_exit
show_other(const struct show *show, const struct document *document)
{
	struct json j;

	if (show->json) {
		open_json(&j, document->kind);
		json_name(&j, "length");
		json_uint(&j, document->bytes.len);
		close_json(&j);
		return COMMAND_YES;
	}
	printf("%s, %zu bytes; 'skerry show' and --diag tell more\n",
		document_kind_name(document->kind), document->bytes.len);
	return COMMAND_YES;
}

static enum command_exit
show_diag(const struct show *show, const struct document *document)
{
	struct cbor_bytes bytes = document->bytes;
	size_t offset = 0;
	enum skerry_err err;

	/* Behind the content of these stands a checksum, which is no CBOR. */
	if (document->kind == DOCUMENT_SECRET_KEY || document->kind == DOCUMENT_FINGERPRINT) {
		err = checked_strip(bytes.data, bytes.len, &bytes);
		if (err != SKERRY_OK)
			return fail(show, err, 0);
	}
	err = diag_write(bytes.data, bytes.len, command_sink, stdout, &offset);
	return err == SKERRY_OK ? COMMAND_YES : fail(show, err, offset);
}

static enum command_exit
show_document(const struct show *show, const struct document *document)
{
	if (show->diag)
		return show_diag(show, document);
	switch (document->kind) {
	case DOCUMENT_PUBLIC_KEY:
		return show_public(show, document);
	case DOCUMENT_SECRET_KEY:
		return show_secret(show, document);
	case DOCUMENT_MANIFEST:
		return show_manifest(show, document);
	default:
		return show_other(show, document);
	}
}

enum command_exit
show(int argc, char **argv)
{
	struct show request = { .json = false };
	struct command_list operands;
	struct carried carried;
	const struct command_option options[] = {
		{ "--json", COMMAND_FLAG, &request.json },
		{ "--diag", COMMAND_FLAG, &request.diag },
	};
	size_t offset = 0;
	enum command_exit exit = COMMAND_YES;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (request.json && request.diag)
		return command_misuse("--json and --diag exclude each other");
	request.path = operands.values[0];
	errno = 0;
	err = carried_read(request.path, &carried, &offset);
	if (err != SKERRY_OK)
		return fail(&request, err, offset);
	for (size_t i = 0; exit == COMMAND_YES && i < carried.count; i++)
		exit = show_document(&request, &carried.documents[i]);
	carried_free(&carried);
	return exit;
}
