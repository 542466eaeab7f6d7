/* SPDX-License-Identifier: ISC */
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats/cose.h"
#include "formats/manifest.h"
#include "keys/hash.h"
#include "keys/manifest_json.h"
#include "verifier/show/sheet.h"

static const enum manifest_role ROLES[] = { MANIFEST_ROLE_LICENSE, MANIFEST_ROLE_STATUS,
	MANIFEST_ROLE_REPLY, MANIFEST_ROLE_BUNDLE };

enum { ROLES_LEN = sizeof ROLES / sizeof *ROLES };

/* The caller frees *ret_manifest: it is too large for small stacks. */
static enum skerry_err
parse(struct cbor_bytes document, struct cose_sign *ret_message, struct manifest **ret_manifest,
	size_t *ret_offset)
{
	struct manifest *manifest;
	enum skerry_err err = cose_sign_parse(document.data, document.len, ret_message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	manifest = malloc(sizeof *manifest);
	if (manifest == NULL) {
		*ret_offset = 0;
		return SKERRY_ERR_NO_MEMORY;
	}
	err = manifest_parse(ret_message->payload, manifest, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += ret_message->payload_offset;
		free(manifest);
		return err;
	}
	*ret_manifest = manifest;
	return SKERRY_OK;
}

static void
show_key(const struct manifest_key *key)
{
	struct sheet_list roles = { cli_show(), "  roles", 0 },
			  brands = { cli_show(), "  brands", 0 };

	sheet_kid(cli_show(), "issuing key", &key->key);
	for (size_t i = 0; i < ROLES_LEN; i++)
		if ((key->roles & ROLES[i]) != 0) {
			const char *name = manifest_role_name(ROLES[i]);

			sheet_list_add(&roles, (struct cbor_text){ name, strlen(name) });
		}
	sheet_list_end(&roles);
	for (size_t i = 0; i < key->brands_len; i++)
		sheet_list_add(&brands, key->brands[i]);
	sheet_list_end(&brands);
	sheet_date(cli_show(), "  signs from", key->not_before);
	sheet_date(cli_show(), "  signs until", key->not_after);
	sheet_date(cli_show(), "  nothing beyond", key->latest);
	if (key->perpetual)
		sheet_chars(cli_show(), "  may sign", "licenses that never end");
	sheet_date(cli_show(), "  REVOKED at", key->revoked_at);
}

static void
show_contacts(const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->contacts_len; i++) {
		const struct manifest_contact *contact = &manifest->contacts[i];

		sheet_text(cli_show(), "brand", contact->brand);
		sheet_text(cli_show(), "  name", contact->name);
		sheet_text(cli_show(), "  telephone", contact->telephone);
		sheet_text(cli_show(), "  e-mail", contact->email);
		sheet_text(cli_show(), "  url", contact->url);
		sheet_text(cli_show(), "  license keys", contact->key_format);
	}
}

enum skerry_err
show_manifest(struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_sign message;
	struct manifest *manifest;
	enum skerry_err err = parse(document, &message, &manifest, ret_offset);

	if (err != SKERRY_OK)
		return err;
	sheet_number(cli_show(), "version", manifest->version);
	if (manifest->trial)
		sheet_chars(cli_show(), "roots", "TRIAL: made without a key ceremony");
	sheet_date(cli_show(), "issued at", manifest->issued_at);
	sheet_date(cli_show(), "expires at", manifest->expires_at);
	sheet_format(cli_show(), "signatures", "%zu; %u of %zu root keys are needed",
		message.signers_len, manifest->threshold, manifest->roots_len);
	for (size_t i = 0; i < manifest->roots_len; i++)
		sheet_kid(cli_show(), "root key", &manifest->roots[i]);
	for (size_t i = 0; i < manifest->keys_len; i++)
		show_key(&manifest->keys[i]);
	for (size_t i = 0; i < manifest->exchange_len; i++)
		sheet_kid(cli_show(),
			manifest->exchange[i].revoked_at == LICENSE_NEVER ? "exchange key"
									  : "revoked exchange",
			&manifest->exchange[i].key);
	show_contacts(manifest);
	free(manifest);
	return SKERRY_OK;
}

/* Whether a signature says that it is this root's; nothing here is verified. */
static bool
claims_signature(const struct cose_sign *message, const struct cose_key *root)
{
	uint8_t kid[COSE_KID_LEN];

	hash_kid(root, kid);
	for (size_t i = 0; i < message->signers_len; i++)
		if (memcmp(message->signers[i].kid, kid, sizeof kid) == 0)
			return true;
	return false;
}

enum skerry_err
show_manifest_json(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	bool root_signed[MANIFEST_ROOTS_MAX];
	struct cose_sign message;
	struct manifest *manifest;
	enum skerry_err err = parse(document, &message, &manifest, ret_offset);

	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < manifest->roots_len; i++)
		root_signed[i] = claims_signature(&message, &manifest->roots[i]);
	manifest_json(j, manifest, root_signed);
	free(manifest);
	return SKERRY_OK;
}
