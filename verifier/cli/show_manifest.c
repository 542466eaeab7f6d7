/* SPDX-License-Identifier: ISC */
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/manifest.h"
#include "keys/hash.h"
#include "sheet.h"

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
	struct sheet_list roles = { "  roles", 0 }, brands = { "  brands", 0 };

	sheet_kid("issuing key", &key->key);
	for (size_t i = 0; i < ROLES_LEN; i++)
		if ((key->roles & ROLES[i]) != 0) {
			const char *name = manifest_role_name(ROLES[i]);

			sheet_list_add(&roles, (struct cbor_text){ name, strlen(name) });
		}
	sheet_list_end(&roles);
	for (size_t i = 0; i < key->brands_len; i++)
		sheet_list_add(&brands, key->brands[i]);
	sheet_list_end(&brands);
	sheet_date("  signs from", key->not_before);
	sheet_date("  signs until", key->not_after);
	sheet_date("  nothing beyond", key->latest);
	if (key->perpetual)
		sheet_chars("  may sign", "licenses that never end");
	sheet_date("  REVOKED at", key->revoked_at);
}

static void
show_contacts(const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->contacts_len; i++) {
		const struct manifest_contact *contact = &manifest->contacts[i];

		sheet_text("brand", contact->brand);
		sheet_text("  name", contact->name);
		sheet_text("  telephone", contact->telephone);
		sheet_text("  e-mail", contact->email);
		sheet_text("  url", contact->url);
		sheet_text("  license keys", contact->key_format);
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
	sheet_number("version", manifest->version);
	if (manifest->trial)
		sheet_chars("roots", "TRIAL: made without a key ceremony");
	sheet_date("issued at", manifest->issued_at);
	sheet_date("expires at", manifest->expires_at);
	sheet_format("signatures", "%zu; %u of %zu root keys are needed", message.signers_len,
		manifest->threshold, manifest->roots_len);
	for (size_t i = 0; i < manifest->roots_len; i++)
		sheet_kid("root key", &manifest->roots[i]);
	for (size_t i = 0; i < manifest->keys_len; i++)
		show_key(&manifest->keys[i]);
	for (size_t i = 0; i < manifest->exchange_len; i++)
		sheet_kid(manifest->exchange[i].revoked_at == LICENSE_NEVER ? "exchange key"
									    : "revoked exchange",
			&manifest->exchange[i].key);
	show_contacts(manifest);
	free(manifest);
	return SKERRY_OK;
}

static void
kid_json(struct json *j, const struct cose_key *key)
{
	uint8_t kid[COSE_KID_LEN];

	hash_kid(key, kid);
	json_hex(j, kid, sizeof kid);
}

static void
key_json(struct json *j, const struct manifest_key *key)
{
	json_object_open(j);
	json_name(j, "kid");
	kid_json(j, &key->key);
	json_name(j, "roles");
	json_array_open(j);
	for (size_t i = 0; i < ROLES_LEN; i++)
		if ((key->roles & ROLES[i]) != 0)
			json_chars(j, manifest_role_name(ROLES[i]));
	json_array_close(j);
	json_name(j, "brands");
	json_array_open(j);
	for (size_t i = 0; i < key->brands_len; i++)
		json_text(j, key->brands[i]);
	json_array_close(j);
	json_name(j, "not_before");
	json_date(j, key->not_before);
	json_name(j, "not_after");
	json_date(j, key->not_after);
	json_name(j, "latest");
	json_date(j, key->latest);
	json_name(j, "perpetual");
	json_bool(j, key->perpetual);
	json_name(j, "revoked_at");
	json_date(j, key->revoked_at);
	json_object_close(j);
}

static void
contact_json(struct json *j, const struct manifest_contact *contact)
{
	json_object_open(j);
	json_name(j, "brand");
	json_text(j, contact->brand);
	json_name(j, "name");
	json_text(j, contact->name);
	json_name(j, "telephone");
	json_text(j, contact->telephone);
	json_name(j, "email");
	json_text(j, contact->email);
	json_name(j, "url");
	json_text(j, contact->url);
	json_name(j, "key_format");
	json_text(j, contact->key_format);
	json_object_close(j);
}

enum skerry_err
show_manifest_json(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_sign message;
	struct manifest *manifest;
	enum skerry_err err = parse(document, &message, &manifest, ret_offset);

	if (err != SKERRY_OK)
		return err;
	json_name(j, "version");
	json_uint(j, manifest->version);
	json_name(j, "trial");
	json_bool(j, manifest->trial);
	json_name(j, "issued_at");
	json_date(j, manifest->issued_at);
	json_name(j, "expires_at");
	json_date(j, manifest->expires_at);
	json_name(j, "threshold");
	json_uint(j, manifest->threshold);
	json_name(j, "signatures");
	json_uint(j, message.signers_len);
	json_name(j, "roots");
	json_array_open(j);
	for (size_t i = 0; i < manifest->roots_len; i++)
		kid_json(j, &manifest->roots[i]);
	json_array_close(j);
	json_name(j, "issuing_keys");
	json_array_open(j);
	for (size_t i = 0; i < manifest->keys_len; i++)
		key_json(j, &manifest->keys[i]);
	json_array_close(j);
	json_name(j, "contacts");
	json_array_open(j);
	for (size_t i = 0; i < manifest->contacts_len; i++)
		contact_json(j, &manifest->contacts[i]);
	json_array_close(j);
	free(manifest);
	return SKERRY_OK;
}
