/* SPDX-License-Identifier: ISC */
#include "manifest_json.h"

#include "hash.h"

static void
json_kid(struct json *j, const struct cose_key *key)
{
	uint8_t kid[COSE_KID_LEN];

	hash_kid(key, kid);
	json_name(j, "kid");
	json_hex(j, kid, sizeof kid);
}

static void
roots_json(struct json *j, const struct manifest *m, const bool *root_signed)
{
	json_name(j, "roots");
	json_array_open(j);
	for (size_t i = 0; i < m->roots_len; i++) {
		json_object_open(j);
		json_kid(j, &m->roots[i]);
		json_name(j, "alg");
		json_int(j, m->roots[i].alg);
		json_name(j, "signed");
		json_bool(j, root_signed[i]);
		json_object_close(j);
	}
	json_array_close(j);
}

static void
dated_json(struct json *j, const char *name, int64_t at)
{
	json_name(j, name);
	json_date(j, at);
}

static void
key_json(struct json *j, const struct manifest_key *key)
{
	json_object_open(j);
	json_kid(j, &key->key);
	json_name(j, "alg");
	json_int(j, key->key.alg);
	json_name(j, "roles");
	json_array_open(j);
	for (unsigned role = 1; role <= MANIFEST_ROLE_BUNDLE; role <<= 1)
		if (key->roles & role)
			json_chars(j, manifest_role_name((enum manifest_role)role));
	json_array_close(j);
	json_name(j, "brands");
	json_array_open(j);
	for (size_t i = 0; i < key->brands_len; i++)
		json_text(j, key->brands[i]);
	json_array_close(j);
	dated_json(j, "not_before", key->not_before);
	dated_json(j, "not_after", key->not_after);
	dated_json(j, "latest", key->latest);
	json_name(j, "perpetual");
	json_bool(j, key->perpetual);
	dated_json(j, "revoked_at", key->revoked_at);
	json_object_close(j);
}

static void
keys_json(struct json *j, const struct manifest *m)
{
	json_name(j, "issuing");
	json_array_open(j);
	for (size_t i = 0; i < m->keys_len; i++)
		key_json(j, &m->keys[i]);
	json_array_close(j);
	json_name(j, "exchange");
	json_array_open(j);
	for (size_t i = 0; i < m->exchange_len; i++) {
		json_object_open(j);
		json_kid(j, &m->exchange[i].key);
		dated_json(j, "revoked_at", m->exchange[i].revoked_at);
		json_object_close(j);
	}
	json_array_close(j);
}

static void
contact_json(struct json *j, const struct manifest_contact *contact)
{
	json_name_text(j, contact->brand);
	json_object_open(j);
	json_name(j, "name");
	json_text(j, contact->name);
	json_name(j, "telephone");
	json_text(j, contact->telephone);
	json_name(j, "email");
	json_text(j, contact->email);
	json_name(j, "url");
	json_text(j, contact->url);
	json_name(j, "languages");
	json_array_open(j);
	for (size_t i = 0; i < contact->languages_len; i++)
		json_text(j, contact->languages[i]);
	json_array_close(j);
	json_name(j, "key_format");
	json_text(j, contact->key_format);
	json_object_close(j);
}

void
manifest_json(struct json *j, const struct manifest *m, const bool *root_signed)
{
	json_name(j, "version");
	json_uint(j, m->version);
	dated_json(j, "issued_at", m->issued_at);
	dated_json(j, "expires_at", m->expires_at);
	json_name(j, "trial");
	json_bool(j, m->trial);
	json_name(j, "threshold");
	json_uint(j, m->threshold);
	roots_json(j, m, root_signed);
	keys_json(j, m);
	json_name(j, "contacts");
	json_object_open(j);
	for (size_t i = 0; i < m->contacts_len; i++)
		contact_json(j, &m->contacts[i]);
	json_object_close(j);
}
