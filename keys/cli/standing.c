/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/verify.h"
#include "standing.h"

const char *
signer_state_name(enum signer_state state)
{
	static const char *const NAMES[] = { "own", "before", "both", "unknown", "bad" };

	return NAMES[state];
}

/* The root that a signature names, used with its own algorithm. */
static const struct cose_key *
find_root(const struct manifest_file *file, const struct cose_signer *signer)
{
	uint8_t kid[COSE_KID_LEN];

	for (size_t i = 0; file != NULL && i < file->manifest.roots_len; i++) {
		hash_kid(&file->manifest.roots[i], kid);
		if (memcmp(kid, signer->kid, COSE_KID_LEN) == 0)
			return &file->manifest.roots[i];
	}
	return NULL;
}

static enum signer_state
state_of(const struct manifest_file *file, const struct manifest_file *before,
	const struct cose_signer *signer)
{
	const struct cose_key *own = find_root(file, signer), *old = find_root(before, signer);

	if (own == NULL && old == NULL)
		return SIGNER_UNKNOWN;
	if (verify_signer(&file->message, signer, own != NULL ? own : old) != SKERRY_OK)
		return SIGNER_BAD;
	if (own != NULL && old != NULL)
		return SIGNER_BOTH;
	return own != NULL ? SIGNER_OWN : SIGNER_BEFORE;
}

void
standing_find(const struct manifest_file *file, const struct manifest_file *before,
	struct standing *ret_standing)
{
	struct standing standing = { .has = 0 };

	for (size_t i = 0; i < file->message.signers_len; i++) {
		enum signer_state state = state_of(file, before, &file->message.signers[i]);

		standing.signers[i] = state;
		standing.has += state == SIGNER_OWN || state == SIGNER_BOTH;
		standing.has_before += state == SIGNER_BEFORE || state == SIGNER_BOTH;
		standing.bad = standing.bad || state == SIGNER_BAD;
	}
	standing.complete = !standing.bad && standing.has >= file->manifest.threshold &&
			    (before == NULL || standing.has_before >= before->manifest.threshold);
	*ret_standing = standing;
}

bool
standing_is_root(const struct manifest_file *file, const struct manifest_file *before,
	const struct cose_key *key)
{
	for (size_t i = 0; i < file->manifest.roots_len; i++)
		if (cose_key_same(&file->manifest.roots[i], key))
			return true;
	for (size_t i = 0; before != NULL && i < before->manifest.roots_len; i++)
		if (cose_key_same(&before->manifest.roots[i], key))
			return true;
	return false;
}

enum skerry_err
standing_anchor_copy(const struct manifest_file *file, uint8_t *ret_bytes, size_t *ret_len)
{
	struct cose_sign message = file->message;
	struct cbor_writer w;

	message.signers_len = 0;
	for (size_t i = 0; i < file->message.signers_len; i++)
		if (find_root(file, &file->message.signers[i]) != NULL)
			message.signers[message.signers_len++] = file->message.signers[i];
	cbor_writer_init(&w, ret_bytes, MANIFEST_MAX);
	cose_sign_write(&w, &message);
	return cbor_writer_finish(&w, ret_len);
}

static void
report_json(const struct manifest_file *file, const struct manifest_file *before,
	const struct standing *standing, const char *kid)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "file");
	json_chars(&j, file->path);
	json_name(&j, "version");
	json_uint(&j, file->manifest.version);
	json_name(&j, "kid");
	json_chars(&j, kid);
	json_name(&j, "signatures");
	json_object_open(&j);
	json_name(&j, "has");
	json_uint(&j, standing->has);
	json_name(&j, "needs");
	json_uint(&j, file->manifest.threshold);
	json_name(&j, "before");
	if (before == NULL) {
		json_null(&j);
	} else {
		json_object_open(&j);
		json_name(&j, "version");
		json_uint(&j, before->manifest.version);
		json_name(&j, "has");
		json_uint(&j, standing->has_before);
		json_name(&j, "needs");
		json_uint(&j, before->manifest.threshold);
		json_object_close(&j);
	}
	json_object_close(&j);
	json_name(&j, "complete");
	json_bool(&j, standing->complete);
	json_object_close(&j);
	putchar('\n');
}

static void
print_path(const char *path)
{
	command_print_safe(stdout, path, strlen(path));
}

static void
report_next_step(const struct manifest_file *file, const struct manifest_file *before)
{
	printf("next: skerry-keys manifest sign ");
	print_path(file->path);
	printf(" --key ROOT.key");
	if (before != NULL) {
		printf(" --trust ");
		print_path(before->path);
	}
	putchar('\n');
}

void
standing_report(const struct manifest_file *file, const struct manifest_file *before,
	const char *kid, bool json)
{
	struct standing standing;

	if (strcmp(file->path, "-") == 0)
		return;
	standing_find(file, before, &standing);
	if (json) {
		report_json(file, before, &standing, kid);
		return;
	}
	print_path(file->path);
	printf(": version %" PRIu64 " needs %u root signature%s, has %u", file->manifest.version,
		file->manifest.threshold, file->manifest.threshold == 1 ? "" : "s", standing.has);
	if (before != NULL)
		printf("; of version %" PRIu64 "'s roots it needs %u, has %u",
			before->manifest.version, before->manifest.threshold, standing.has_before);
	putchar('\n');
	if (!standing.complete) {
		report_next_step(file, before);
	} else if (before == NULL && file->manifest.version > 1) {
		printf("next: skerry-keys manifest verify ");
		print_path(file->path);
		printf(" --trust OLD (the version before must have signed enough, too)\n");
	} else {
		printf("It is complete.\n");
	}
}
