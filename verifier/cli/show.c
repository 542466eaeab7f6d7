/* SPDX-License-Identifier: ISC */
/* skerry show: what a document says of itself. Nothing here is verified, and it says so. */
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats/diag.h"
#include "keys/checked.h"
#include "keys/key_file.h"
#include "keys/untrusted_file.h"
#include "verifier/show/sheet.h"
#include "show_bundle.h"

/* --- keys and fingerprints ------------------------------------------------------------------- */

static const char *
algorithm_name(const struct cose_key *key)
{
	if (key->curve == COSE_CURVE_X25519)
		return "X25519";
	return key->alg == COSE_ALG_ED25519 ? "Ed25519 (alg -19)" : "Ed25519 (alg -8)";
}

static void
show_public_key(const struct cose_key *key)
{
	sheet_kid(cli_show(), "key", key);
	sheet_chars(cli_show(), "algorithm", algorithm_name(key));
}

static void
public_key_json(struct json *j, const struct cose_key *key)
{
	struct cbor_writer w;
	uint8_t bytes[COSE_KEY_MAX];
	size_t len = 0;

	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_key_write(&w, key);
	(void)cbor_writer_finish(&w, &len);
	json_name(j, "algorithm");
	json_chars(j, algorithm_name(key));
	json_name(j, "public_key");
	json_hex(j, bytes, len);
}

static enum skerry_err
tell_public_key(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_key key;
	enum skerry_err err = cose_key_parse(document.data, document.len, &key, ret_offset);

	if (err != SKERRY_OK)
		return err;
	if (j == NULL)
		show_public_key(&key);
	else
		public_key_json(j, &key);
	return SKERRY_OK;
}

/* The public part alone: no passphrase is asked for, and no secret byte is printed. */
static enum skerry_err
tell_secret_key(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	static const char *const WRAPS[] = { [KEY_WRAP_NONE] = "nothing but the file's mode",
		[KEY_WRAP_PASSPHRASE] = "a passphrase",
		[KEY_WRAP_KEY] = "another key" };
	struct key_file_info info;
	enum skerry_err err = key_file_inspect(document.data, document.len, &info, ret_offset);

	if (err != SKERRY_OK)
		return err;
	if (j == NULL) {
		sheet_chars(cli_show(), "purpose", key_purpose_name(info.purpose));
		show_public_key(&info.public_key);
		sheet_chars(cli_show(), "protected by", WRAPS[info.wrap]);
		return SKERRY_OK;
	}
	json_name(j, "purpose");
	json_chars(j, key_purpose_name(info.purpose));
	public_key_json(j, &info.public_key);
	json_name(j, "protected_by");
	json_chars(j, WRAPS[info.wrap]);
	return SKERRY_OK;
}

static void
fingerprint_json(struct json *j, const struct fingerprint *f)
{
	json_name(j, "salt");
	json_hex(j, f->salt.data, f->salt.len);
	json_name(j, "components");
	json_array_open(j);
	for (size_t i = 0; i < f->components_len; i++) {
		json_object_open(j);
		json_name(j, "type");
		json_chars(j, fingerprint_type_name(f->components[i].type));
		json_name(j, "hash");
		json_hex(j, f->components[i].hash.data, f->components[i].hash.len);
		json_object_close(j);
	}
	json_array_close(j);
	json_name(j, "hostname");
	json_text(j, f->hostname);
	json_name(j, "os");
	json_text(j, f->os);
	json_name(j, "install_id");
	json_text(j, f->install_id);
	json_name(j, "site_key");
	json_bool(j, f->has_site_key);
}

static void
show_captured(const struct fingerprint *f)
{
	for (size_t i = 0; i < f->components_len; i++)
		sheet_chars(cli_show(), "component",
			fingerprint_type_name(f->components[i].type) == NULL
				? "of an unknown type"
				: fingerprint_type_name(f->components[i].type));
	sheet_text(cli_show(), "host", f->hostname);
	sheet_text(cli_show(), "system", f->os);
	sheet_text(cli_show(), "application", f->app_version);
	sheet_text(cli_show(), "install id", f->install_id);
	if (f->has_site_key)
		sheet_kid(cli_show(), "site key", &f->site_key);
	for (size_t i = 0; i < f->domains_len; i++)
		sheet_text(cli_show(), "domain", f->domains[i]);
}

static enum skerry_err
tell_fingerprint(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct fingerprint fingerprint;
	struct cbor_bytes content;
	enum skerry_err err = checked_strip(document.data, document.len, &content);

	*ret_offset = 0;
	if (err == SKERRY_OK)
		err = fingerprint_parse(content, &fingerprint, ret_offset);
	if (err != SKERRY_OK)
		return err;
	if (j == NULL)
		show_captured(&fingerprint);
	else
		fingerprint_json(j, &fingerprint);
	return SKERRY_OK;
}

/* --- one document ---------------------------------------------------------------------------- */

/* What an operand names: its documents, or of a bundle, which may be larger than memory, the front. */
struct shown {
	const char *file;
	struct carried carried;
	uint64_t bundle_size; /* of the file; 0: no bundle */
};

static uint64_t
size_of(const struct shown *shown, const struct document *document)
{
	return shown->bundle_size > 0 ? shown->bundle_size : document->bytes.len;
}

static enum skerry_err
tell_content(struct json *j, const struct document *document, uint64_t size, size_t *ret_offset)
{
	*ret_offset = 0;
	switch (document->kind) {
	case DOCUMENT_LICENSE:
		return j == NULL ? show_license(document->bytes, ret_offset)
				 : show_license_json(j, document->bytes, ret_offset);
	case DOCUMENT_MANIFEST:
		return j == NULL ? show_manifest(document->bytes, ret_offset)
				 : show_manifest_json(j, document->bytes, ret_offset);
	case DOCUMENT_STATUS_LIST:
		return show_status_list(j, document->bytes, ret_offset);
	case DOCUMENT_REQUEST:
	case DOCUMENT_REPLY:
		return show_sealed(j, document->bytes, ret_offset);
	case DOCUMENT_BUNDLE:
		return show_bundle(j, document->bytes, size, ret_offset);
	case DOCUMENT_PUBLIC_KEY:
		return tell_public_key(j, document->bytes, ret_offset);
	case DOCUMENT_SECRET_KEY:
		return tell_secret_key(j, document->bytes, ret_offset);
	case DOCUMENT_PROOF:
		return show_proof(j, document->bytes, ret_offset);
	case DOCUMENT_FINGERPRINT:
		return tell_fingerprint(j, document->bytes, ret_offset);
	default:
		/* A kind without claims that a person reads: its size is told, --diag has the rest. */
		return SKERRY_OK;
	}
}

static const char *
carrier_name(enum document_carrier carrier)
{
	switch (carrier) {
	case DOCUMENT_BINARY:
		return "binary";
	case DOCUMENT_ARMOR:
		return "armor";
	case DOCUMENT_QR:
		return "QR text";
	case DOCUMENT_MAIL:
		return "mail";
	case DOCUMENT_BOX:
		return "box";
	}
	return "unknown";
}

static enum command_exit
tell_json(const struct shown *shown, const struct document *document)
{
	uint64_t size = size_of(shown, document);
	struct command_failure failure;
	struct json j;
	size_t offset;
	enum skerry_err err;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "kind");
	json_chars(&j, document_kind_name(document->kind));
	json_name(&j, "carrier");
	json_chars(&j, carrier_name(document->carrier));
	json_name(&j, "bytes");
	json_uint(&j, size);
	json_name(&j, "verified");
	json_bool(&j, false);
	err = tell_content(&j, document, size, &offset);
	json_name(&j, "error");
	failure = cli_failure(err, shown->file, offset);
	if (err == SKERRY_OK)
		json_null(&j);
	else
		command_error_json(&j, &failure);
	json_object_close(&j);
	putchar('\n');
	return command_exit_of(err);
}

static enum command_exit
tell_person(const struct shown *shown, const struct document *document)
{
	uint64_t size = size_of(shown, document);
	size_t offset;
	enum skerry_err err;

	printf("%s, %" PRIu64 " bytes, %s. Not verified%s\n", document_kind_name(document->kind),
		size, carrier_name(document->carrier),
		document->kind == DOCUMENT_LICENSE ? ": `skerry verify` does that." : ".");
	err = tell_content(NULL, document, size, &offset);
	return err == SKERRY_OK ? COMMAND_YES : cli_fail_at(err, shown->file, offset, false);
}

/* An unwrapped secret would stand in its notation, so there is none. */
static enum command_exit
tell_diag(const struct shown *shown, const struct document *document)
{
	const char *file = shown->file;
	struct cbor_bytes content = document->bytes;
	size_t offset = 0;
	enum skerry_err err = SKERRY_OK;

	if (document->kind == DOCUMENT_SECRET_KEY)
		return command_misuse("--diag would print the secret of %s", file);
	if (document->kind == DOCUMENT_BUNDLE)
		err = show_bundle_diag(document->bytes, size_of(shown, document), &offset);
	if (document->kind == DOCUMENT_FINGERPRINT)
		err = checked_strip(document->bytes.data, document->bytes.len, &content);
	if (err == SKERRY_OK && document->kind != DOCUMENT_BUNDLE)
		err = diag_write(content.data, content.len, command_sink, stdout, &offset);
	return err == SKERRY_OK ? COMMAND_YES : cli_fail_at(err, file, offset, false);
}

/* A bundle is told by its head; of all that may be large only chain and index are read. */
static bool
read_bundle(const char *file, struct shown *ret_shown)
{
	struct bundle_head head;
	uint8_t *bytes;
	size_t len, offset;
	uint64_t size;
	bool is_bundle;

	if (strcmp(file, "-") == 0 ||
		untrusted_file_read_front(file, BUNDLE_HEAD_MAX, &bytes, &len, &size) != SKERRY_OK)
		return false;
	is_bundle = bundle_head_parse(bytes, len, &head, &offset) == SKERRY_OK;
	free(bytes);
	if (!is_bundle ||
		untrusted_file_read_front(file, SHOW_BUNDLE_MAX, &bytes, &len, &size) != SKERRY_OK)
		return false;
	*ret_shown = (struct shown){ .file = file, .bundle_size = size };
	ret_shown->carried.memory = bytes;
	ret_shown->carried.count = 1;
	ret_shown->carried.documents[0] = (struct document){
		.kind = DOCUMENT_BUNDLE,
		.carrier = DOCUMENT_BINARY,
		.bytes = { bytes, len },
	};
	return true;
}

enum command_exit
show_run(int argc, char **argv)
{
	bool diag = false, json = false;
	const struct command_option options[] = {
		{ "--diag", COMMAND_FLAG, &diag },
		{ "--json", COMMAND_FLAG, &json },
	};
	enum command_exit exit = COMMAND_YES;
	struct command_list operands;
	struct shown shown = { .bundle_size = 0 };
	size_t offset;
	enum skerry_err err = SKERRY_OK;

	if (!command_parse(argc, argv, options, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (diag && json)
		return command_misuse("--diag and --json exclude each other");
	shown.file = operands.values[0];
	if (!read_bundle(shown.file, &shown))
		err = carried_read(shown.file, &shown.carried, &offset);
	if (err != SKERRY_OK)
		return cli_fail_at(err, shown.file, offset, json);
	for (size_t i = 0; i < shown.carried.count; i++) {
		const struct document *document = &shown.carried.documents[i];
		enum command_exit this_exit = json   ? tell_json(&shown, document)
					      : diag ? tell_diag(&shown, document)
						     : tell_person(&shown, document);

		if (this_exit > exit)
			exit = this_exit;
	}
	carried_free(&shown.carried);
	return command_finish(exit);
}
