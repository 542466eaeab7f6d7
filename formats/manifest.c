/* SPDX-License-Identifier: ISC */
#include "manifest.h"

#include <string.h>

#include "claims.h"
#include "claims_key.h"
#include "license_key.h"

/* Labels of an issuing key and an exchange key. */
enum {
	KEY_COSE_KEY = 1,
	KEY_NOT_BEFORE = 2,
	KEY_NOT_AFTER = 3,
	KEY_LATEST = 4,
	KEY_ROLES = 5,
	KEY_BRANDS = 6,
	KEY_PERPETUAL = 7,
	KEY_REVOKED_AT = 8
};

static void
read_roots(struct cbor_reader *r, struct manifest *manifest)
{
	size_t len = claims_list_begin(r, MANIFEST_ROOTS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		claims_read_key(r, COSE_CURVE_ED25519, &manifest->roots[i]);
		for (size_t other = 0; other < i; other++)
			if (cose_key_same_point(&manifest->roots[other], &manifest->roots[i]))
				cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, at);
	}
	cbor_array_end(r);
	manifest->roots_len = len;
}

static void
read_key_entry(struct cbor_reader *r, struct manifest_key *key)
{
	struct claims claims;
	int64_t label;

	key->not_after = key->latest = key->revoked_at = LICENSE_NEVER;
	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case KEY_COSE_KEY:
			claims_read_key(r, COSE_CURVE_ED25519, &key->key);
			break;
		case KEY_NOT_BEFORE:
			key->not_before = claims_read_date(r);
			break;
		case KEY_NOT_AFTER:
			key->not_after = claims_read_date(r);
			break;
		case KEY_LATEST:
			key->latest = claims_read_date(r);
			break;
		case KEY_ROLES:
			key->roles = (unsigned)claims_read_positive(r, MANIFEST_ROLES_ALL);
			break;
		case KEY_BRANDS:
			key->brands_len = claims_read_set(r, MANIFEST_BRANDS_MAX, LICENSE_SLUG_MAX,
				license_is_slug, key->brands);
			break;
		case KEY_PERPETUAL:
			key->perpetual = claims_read_true(r);
			break;
		case KEY_REVOKED_AT:
			key->revoked_at = claims_read_date(r);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(KEY_COSE_KEY) | CLAIMS_BIT(KEY_NOT_BEFORE) | CLAIMS_BIT(KEY_ROLES));
	if (key->not_after < key->not_before)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, claims.at);
}

static void
read_keys(struct cbor_reader *r, struct manifest *manifest)
{
	size_t len = claims_list_begin(r, MANIFEST_KEYS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		read_key_entry(r, &manifest->keys[i]);
		for (size_t other = 0; other < i; other++)
			if (cose_key_same_point(&manifest->keys[other].key, &manifest->keys[i].key))
				cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, at);
	}
	cbor_array_end(r);
	manifest->keys_len = len;
}

static void
read_exchange_entry(struct cbor_reader *r, struct manifest_exchange *exchange)
{
	struct claims claims;
	int64_t label;

	exchange->revoked_at = LICENSE_NEVER;
	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case KEY_COSE_KEY:
			claims_read_key(r, COSE_CURVE_X25519, &exchange->key);
			break;
		case KEY_REVOKED_AT:
			exchange->revoked_at = claims_read_date(r);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(KEY_COSE_KEY));
}

static void
read_exchange(struct cbor_reader *r, struct manifest *manifest)
{
	size_t len = claims_list_begin(r, MANIFEST_EXCHANGE_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		read_exchange_entry(r, &manifest->exchange[i]);
		for (size_t other = 0; other < i; other++)
			if (cose_key_same_point(
				    &manifest->exchange[other].key, &manifest->exchange[i].key))
				cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, at);
	}
	cbor_array_end(r);
	manifest->exchange_len = len;
}

static void
read_contact(struct cbor_reader *r, struct manifest_contact *contact)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case 1:
			contact->name = claims_read_text(r, MANIFEST_CONTACT_MAX);
			break;
		case 2:
			contact->telephone = claims_read_text(r, MANIFEST_CONTACT_MAX);
			break;
		case 3:
			contact->email = claims_read_text(r, MANIFEST_CONTACT_MAX);
			break;
		case 4:
			contact->url = claims_read_text(r, MANIFEST_CONTACT_MAX);
			break;
		case 5:
			contact->languages_len = claims_list_begin(r, MANIFEST_LANGUAGES_MAX);
			for (size_t i = 0; i < contact->languages_len; i++)
				contact->languages[i] = claims_read_text(r, MANIFEST_LANGUAGE_MAX);
			cbor_array_end(r);
			break;
		case 6:
			contact->key_format = claims_read_text(r, LICENSE_KEY_MAX);
			break;
		default:
			claims_unknown(r, &claims);
		}
}

static bool
is_brand_or_star(struct cbor_text text)
{
	return cbor_text_equals(text, "*") || license_is_slug(text);
}

static void
read_contacts(struct cbor_reader *r, struct manifest *manifest)
{
	struct cbor_map map;
	struct cbor_text brand;
	size_t map_at = r->at, brand_at;

	cbor_map_begin(r, MANIFEST_BRANDS_MAX, &map);
	for (;;) {
		brand_at = r->at;
		if (!cbor_map_name(r, &map, LICENSE_SLUG_MAX, &brand))
			break;
		if (!is_brand_or_star(brand))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, brand_at);
		manifest->contacts[manifest->contacts_len].brand = brand;
		read_contact(r, &manifest->contacts[manifest->contacts_len++]);
	}
	if (manifest->contacts_len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, map_at);
}

static void
read_private(struct cbor_reader *r, struct manifest *manifest)
{
	struct claims claims;
	int64_t label;
	size_t threshold_at = 0;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case 1:
			claims_read_version(r, MANIFEST_FORMAT_VERSION);
			break;
		case 2:
			manifest->version = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case 3:
			threshold_at = r->at;
			manifest->threshold = (unsigned)claims_read_positive(r, MANIFEST_ROOTS_MAX);
			break;
		case 4:
			read_roots(r, manifest);
			break;
		case 5:
			read_keys(r, manifest);
			break;
		case 6:
			read_exchange(r, manifest);
			break;
		case 7:
			read_contacts(r, manifest);
			break;
		case 8:
			manifest->trial = claims_read_true(r);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(1) | CLAIMS_BIT(2) | CLAIMS_BIT(3) | CLAIMS_BIT(4));
	if (manifest->threshold > manifest->roots_len)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, threshold_at);
}

static void
read_claims(struct cbor_reader *r, struct manifest *manifest)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_EXP:
			manifest->expires_at = claims_read_date(r);
			break;
		case CLAIM_IAT:
			manifest->issued_at = claims_read_date(r);
			break;
		case CLAIM_SKERRY:
			read_private(r, manifest);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(CLAIM_IAT) | CLAIMS_BIT_SKERRY);
}

enum skerry_err
manifest_parse(struct cbor_bytes payload, struct manifest *ret_manifest, size_t *ret_offset)
{
	struct cbor_reader r;
	enum skerry_err err;

	memset(ret_manifest, 0, sizeof *ret_manifest);
	ret_manifest->expires_at = LICENSE_NEVER;
	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > MANIFEST_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, MANIFEST_PAYLOAD_MAX);
	read_claims(&r, ret_manifest);
	err = cbor_reader_finish(&r, ret_offset);
	if (err != SKERRY_OK)
		memset(ret_manifest, 0, sizeof *ret_manifest);
	return err;
}

const struct manifest_contact *
manifest_find_contact(const struct manifest *manifest, struct cbor_text brand)
{
	const struct manifest_contact *own = NULL, *of_all = NULL;

	for (size_t i = 0; i < manifest->contacts_len; i++) {
		const struct manifest_contact *contact = &manifest->contacts[i];

		if (cbor_text_same(contact->brand, brand))
			own = contact;
		if (cbor_text_equals(contact->brand, "*"))
			of_all = contact;
	}
	/* A brand that only names itself does not hide whom to call. */
	if (own != NULL &&
		(of_all == NULL || own->telephone.len + own->email.len + own->url.len > 0))
		return own;
	return of_all;
}

const char *
manifest_role_name(enum manifest_role role)
{
	switch (role) {
	case MANIFEST_ROLE_LICENSE:
		return "license";
	case MANIFEST_ROLE_STATUS:
		return "status";
	case MANIFEST_ROLE_REPLY:
		return "reply";
	case MANIFEST_ROLE_BUNDLE:
		return "bundle";
	case MANIFEST_ROLES_ALL:
		break;
	}
	return NULL;
}

unsigned
manifest_role_from_name(struct cbor_text name)
{
	for (unsigned role = MANIFEST_ROLE_LICENSE; role <= MANIFEST_ROLE_BUNDLE; role <<= 1)
		if (cbor_text_equals(name, manifest_role_name((enum manifest_role)role)))
			return role;
	return 0;
}
