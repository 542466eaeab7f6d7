/* SPDX-License-Identifier: ISC */
/* manifest_write: the mirror of manifest_parse, label by label. */
#include "manifest.h"

#include "claims.h"

static void
write_key_entry(struct cbor_writer *w, const struct manifest_key *key)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, 1);
	cose_key_write(w, &key->key);
	cbor_map_put_label(w, &map, 2);
	cbor_write_int(w, key->not_before);
	claims_put_date(w, &map, 3, key->not_after);
	claims_put_date(w, &map, 4, key->latest);
	claims_put_uint(w, &map, 5, key->roles);
	claims_put_texts(w, &map, 6, key->brands, key->brands_len);
	claims_put_true(w, &map, 7, key->perpetual);
	claims_put_date(w, &map, 8, key->revoked_at);
	cbor_map_close(w, &map);
}

static void
write_exchange_entry(struct cbor_writer *w, const struct manifest_exchange *exchange)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, 1);
	cose_key_write(w, &exchange->key);
	claims_put_date(w, &map, 8, exchange->revoked_at);
	cbor_map_close(w, &map);
}

static void
write_contact(struct cbor_writer *w, const struct manifest_contact *contact)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_text(w, &map, 1, contact->name);
	claims_put_text(w, &map, 2, contact->telephone);
	claims_put_text(w, &map, 3, contact->email);
	claims_put_text(w, &map, 4, contact->url);
	claims_put_texts(w, &map, 5, contact->languages, contact->languages_len);
	claims_put_text(w, &map, 6, contact->key_format);
	cbor_map_close(w, &map);
}

static void
write_contacts(struct cbor_writer *w, const struct manifest *manifest)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	for (size_t i = 0; i < manifest->contacts_len; i++) {
		cbor_map_put_name(w, &map, manifest->contacts[i].brand);
		write_contact(w, &manifest->contacts[i]);
	}
	cbor_map_close(w, &map);
}

static void
put_keys(struct cbor_writer *w, struct cbor_map_out *map, const struct manifest *manifest)
{
	if (manifest->keys_len > 0) {
		cbor_map_put_label(w, map, 5);
		cbor_write_array(w, manifest->keys_len);
		for (size_t i = 0; i < manifest->keys_len; i++)
			write_key_entry(w, &manifest->keys[i]);
	}
	if (manifest->exchange_len > 0) {
		cbor_map_put_label(w, map, 6);
		cbor_write_array(w, manifest->exchange_len);
		for (size_t i = 0; i < manifest->exchange_len; i++)
			write_exchange_entry(w, &manifest->exchange[i]);
	}
}

static void
write_private(struct cbor_writer *w, const struct manifest *manifest)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_uint(w, &map, 1, MANIFEST_FORMAT_VERSION);
	claims_put_uint(w, &map, 2, manifest->version);
	claims_put_uint(w, &map, 3, manifest->threshold);
	cbor_map_put_label(w, &map, 4);
	cbor_write_array(w, manifest->roots_len);
	for (size_t i = 0; i < manifest->roots_len; i++)
		cose_key_write(w, &manifest->roots[i]);
	put_keys(w, &map, manifest);
	if (manifest->contacts_len > 0) {
		cbor_map_put_label(w, &map, 7);
		write_contacts(w, manifest);
	}
	claims_put_true(w, &map, 8, manifest->trial);
	cbor_map_close(w, &map);
}

static bool
counts_fit(const struct manifest *manifest)
{
	bool fit = manifest->roots_len <= MANIFEST_ROOTS_MAX &&
		   manifest->keys_len <= MANIFEST_KEYS_MAX &&
		   manifest->exchange_len <= MANIFEST_EXCHANGE_MAX &&
		   manifest->contacts_len <= MANIFEST_BRANDS_MAX;

	for (size_t i = 0; fit && i < manifest->keys_len; i++)
		fit = manifest->keys[i].brands_len <= MANIFEST_BRANDS_MAX;
	for (size_t i = 0; fit && i < manifest->contacts_len; i++)
		fit = manifest->contacts[i].languages_len <= MANIFEST_LANGUAGES_MAX;
	return fit;
}

void
manifest_write(struct cbor_writer *w, const struct manifest *manifest)
{
	size_t start = w->len, offset;
	struct manifest read_back;
	struct cbor_map_out map;

	if (!counts_fit(manifest)) {
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
		return;
	}
	cbor_map_open(w, &map);
	claims_put_date(w, &map, CLAIM_EXP, manifest->expires_at);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, manifest->issued_at);
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, manifest);
	cbor_map_close(w, &map);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(
		w, manifest_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
			   &read_back, &offset));
}
