/* SPDX-License-Identifier: ISC */
#include "kept_documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/hex_prefix.h"

enum { SQL_MAX = 1024 };

#define SELECT                                                                                     \
	"SELECT d.id, d.kind, l.public_id, a.number, d.edition, d.issued_at, d.expires_at, d.cti," \
	" d.kid, d.digest, length(d.bytes)"
#define FROM                                                                                       \
	" LEFT JOIN activation a ON a.id = d.activation_id"                                        \
	" LEFT JOIN license l ON l.id = a.license_id"

/* Copies a column of exactly `len` bytes; false for any other. */
static bool
copy(struct store_query *q, int column, uint8_t *ret_bytes, size_t len)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	if (bytes.len == len)
		memcpy(ret_bytes, bytes.data, len);
	return bytes.len == len;
}

static void
read_row(struct store_query *q, struct kept_document *ret_document)
{
	struct kept_document *d = ret_document;

	*d = (struct kept_document){ .id = store_int(q, 0), .activation = store_int(q, 3) };
	store_text(q, 1, d->kind, sizeof d->kind);
	store_text(q, 2, d->license, sizeof d->license);
	d->edition = store_int(q, 4);
	d->issued_at = store_int(q, 5);
	d->expires_at = store_date(q, 6);
	d->has_cti = copy(q, 7, d->cti, sizeof d->cti);
	d->has_kid = copy(q, 8, d->kid, sizeof d->kid);
	(void)copy(q, 9, d->digest, sizeof d->digest);
	d->bytes_len = (size_t)store_int(q, 10);
}

/* Manifests are few among many: their own index leads to them. */
static const char *
from_of(const struct kept_documents_filter *filter)
{
	if (filter->license_id != 0)
		return " FROM license l JOIN activation a ON a.license_id = l.id"
		       " JOIN document d ON d.activation_id = a.id WHERE l.id = ?3 AND d.id > ?1";
	if (filter->kind != NULL && strcmp(filter->kind, "manifest") == 0)
		return " FROM document d INDEXED BY document_manifest" FROM
		       " WHERE d.kind = 'manifest' AND d.id > ?1";
	return " FROM document d" FROM " WHERE d.id > ?1";
}

enum skerry_err
kept_documents_each(struct desk *desk, const struct kept_documents_filter *filter,
	void (*each)(void *, const struct kept_document *), void *context)
{
	char sql[SQL_MAX];
	struct store_query q;

	snprintf(sql, sizeof sql, SELECT "%s%s ORDER BY d.id LIMIT ?2", from_of(filter),
		filter->kind == NULL ? "" : " AND d.kind = ?4");
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, filter->after);
	store_bind_int_at(&q, 2, filter->limit);
	store_bind_int_at(&q, 3, filter->license_id);
	store_bind_text_at(&q, 4, filter->kind);
	while (store_step(&q)) {
		struct kept_document document;

		read_row(&q, &document);
		each(context, &document);
	}
	return store_done(&q);
}

/* Rows in the range of one index; a second one is enough to know that it is not the only one. */
static enum skerry_err
find_in(struct desk *desk, const char *sql, const uint8_t *first, const uint8_t *last, size_t len,
	struct kept_document *document, size_t *found)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_bytes(&q, first, len);
	store_bind_bytes(&q, last, len);
	while (store_step(&q)) {
		int64_t before = document->id;

		read_row(&q, document);
		*found += document->id != before;
	}
	return store_done(&q);
}

enum skerry_err
kept_documents_has(struct desk *desk, int64_t license_id, bool *ret_has)
{
	struct store_query q;
	bool has;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT 1 FROM activation a CROSS JOIN document d ON d.activation_id = a.id"
		" WHERE a.license_id = ? LIMIT 1");
	store_bind_int(&q, license_id);
	has = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_has = has;
	return err;
}

static enum skerry_err
read_bytes(struct desk *desk, const struct kept_document *document, uint8_t **ret_bytes)
{
	uint8_t digest[HASH_LEN], *bytes = NULL;
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q, "SELECT bytes FROM document WHERE id = ?");
	store_bind_int(&q, document->id);
	if (store_step(&q)) {
		struct cbor_bytes stored = store_bytes(&q, 0);

		hash_blake2b(NULL, 0, stored.data, stored.len, digest);
		if (stored.len != document->bytes_len ||
			(stored.len != 0 && memcmp(digest, document->digest, HASH_LEN) != 0))
			err = SKERRY_ERR_STORE_DAMAGED;
		else
			bytes = malloc(stored.len + 1);
		if (err == SKERRY_OK && bytes == NULL)
			err = SKERRY_ERR_NO_MEMORY;
		if (bytes != NULL && stored.len != 0)
			memcpy(bytes, stored.data, stored.len);
	}
	done = store_done(&q);
	if (done == SKERRY_OK && err == SKERRY_OK) {
		*ret_bytes = bytes;
		return SKERRY_OK;
	}
	free(bytes);
	return done != SKERRY_OK ? done : err;
}

enum skerry_err
kept_documents_find(struct desk *desk, const char *digits, struct kept_document *ret_document,
	uint8_t **ret_bytes)
{
	uint8_t first[HASH_LEN], last[HASH_LEN];
	struct kept_document document = { .id = 0 };
	size_t found = 0;
	enum skerry_err err = SKERRY_OK;

	if (!hex_prefix_range(digits, HASH_LEN, first, last))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, digits,
			"A document is named by its cti or digest, or at least %d hexadecimal "
			"digits of it: see skerry-issuer document list",
			HEX_PREFIX_MIN);
	err = find_in(desk,
		SELECT " FROM document d" FROM " WHERE d.digest BETWEEN ? AND ? LIMIT 2", first,
		last, HASH_LEN, &document, &found);
	if (err == SKERRY_OK && hex_prefix_range(digits, LICENSE_CTI_LEN, first, last))
		err = find_in(desk,
			SELECT " FROM document d" FROM
			       " WHERE d.cti IS NOT NULL AND d.cti BETWEEN ? AND ? LIMIT 2",
			first, last, LICENSE_CTI_LEN, &document, &found);
	if (err != SKERRY_OK)
		return err;
	if (found == 0)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, digits,
			"See what is kept with: skerry-issuer document list");
	if (found > 1)
		return desk_refuse(desk, SKERRY_ERR_NOT_UNIQUE, digits,
			"Several documents begin like that: add digits.");
	err = read_bytes(desk, &document, ret_bytes);
	if (err == SKERRY_OK)
		*ret_document = document;
	return err;
}
