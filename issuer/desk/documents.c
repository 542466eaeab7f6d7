/* SPDX-License-Identifier: ISC */
#include "documents.h"

#include <string.h>

static void
bind_id(struct store_query *q, int64_t id)
{
	if (id == 0)
		store_bind_null(q);
	else
		store_bind_int(q, id);
}

enum skerry_err
documents_insert(
	struct desk *desk, const struct document_record *record, uint8_t ret_digest[HASH_LEN])
{
	uint8_t digest[HASH_LEN];
	struct store_query q;
	enum skerry_err err;

	hash_blake2b(NULL, 0, record->bytes, record->bytes_len, digest);
	store_query(desk->store, &q,
		"INSERT INTO document (kind, brand_id, activation_id, cti, edition, kid, issued_at,"
		" expires_at, digest, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_text(&q, record->kind);
	bind_id(&q, record->brand_id);
	bind_id(&q, record->activation_id);
	store_bind_bytes(&q, record->cti, record->cti == NULL ? 0 : LICENSE_CTI_LEN);
	store_bind_int(&q, record->edition);
	store_bind_bytes(&q, record->kid, record->kid == NULL ? 0 : COSE_KID_LEN);
	store_bind_int(&q, record->issued_at);
	store_bind_date(&q, record->expires_at);
	store_bind_bytes(&q, digest, sizeof digest);
	store_bind_bytes(&q, record->bytes, record->bytes_len);
	err = store_run(&q);
	if (err == SKERRY_OK && ret_digest != NULL)
		memcpy(ret_digest, digest, sizeof digest);
	return err;
}

enum skerry_err
documents_replace_manifest(struct desk *desk, const struct document_record *record)
{
	uint8_t digest[HASH_LEN];
	struct store_query q;
	enum skerry_err err;

	hash_blake2b(NULL, 0, record->bytes, record->bytes_len, digest);
	store_query(desk->store, &q,
		"UPDATE document SET issued_at = ?, expires_at = ?, digest = ?, bytes = ?"
		" WHERE kind = 'manifest' AND edition = ?");
	store_bind_int(&q, record->issued_at);
	store_bind_date(&q, record->expires_at);
	store_bind_bytes(&q, digest, sizeof digest);
	store_bind_bytes(&q, record->bytes, record->bytes_len);
	store_bind_int(&q, record->edition);
	err = store_run(&q);
	return err == SKERRY_OK && store_changes(desk->store) != 1 ? SKERRY_ERR_NOT_FOUND : err;
}

enum skerry_err
documents_have_left(struct desk *desk, bool *ret_left)
{
	struct store_query q;
	bool left;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT 1 FROM document WHERE kind <> 'manifest' LIMIT 1");
	left = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_left = left;
	return err;
}

enum skerry_err
documents_find_standing(struct desk *desk, int64_t license_id, const char *kind,
	const char *domains, bool *ret_stands, uint8_t ret_bytes[LICENSE_MAX], size_t *ret_len)
{
	struct store_query q;
	size_t len = 0;
	bool stands;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT d.bytes FROM activation a"
		" LEFT JOIN document d ON d.activation_id = a.id AND d.kind = 'license'"
		" WHERE a.license_id = ? AND a.kind = ? AND ifnull(a.domains, '') = ?"
		" AND a.unpaired_at IS NULL ORDER BY d.edition DESC LIMIT 1");
	store_bind_int(&q, license_id);
	store_bind_text(&q, kind);
	store_bind_text(&q, domains);
	stands = store_step(&q);
	if (stands) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		if (bytes.len > 0 && bytes.len <= LICENSE_MAX) {
			memcpy(ret_bytes, bytes.data, bytes.len);
			len = bytes.len;
		}
	}
	err = store_done(&q);
	if (err == SKERRY_OK) {
		*ret_stands = stands;
		*ret_len = len;
	}
	return err;
}

static void
copy(struct store_query *q, int column, uint8_t *ret_bytes, size_t len)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	if (bytes.len == len)
		memcpy(ret_bytes, bytes.data, len);
}

enum skerry_err
documents_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct document_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT a.number, d.edition, d.issued_at, d.expires_at, d.cti, d.kid, d.digest,"
		" length(d.bytes) FROM activation a JOIN document d ON d.activation_id = a.id"
		" WHERE a.license_id = ? AND d.kind = 'license' ORDER BY d.edition DESC");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		struct document_line line = { store_int(&q, 0), store_int(&q, 1), store_int(&q, 2),
			store_date(&q, 3), { 0 }, { 0 }, { 0 }, (size_t)store_int(&q, 7) };

		copy(&q, 4, line.cti, sizeof line.cti);
		copy(&q, 5, line.kid, sizeof line.kid);
		copy(&q, 6, line.digest, sizeof line.digest);
		each(context, &line);
	}
	return store_done(&q);
}
