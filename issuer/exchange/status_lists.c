/* SPDX-License-Identifier: ISC */
#include "status_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"
#include "issuer/decide/desk_clock.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/documents.h"
#include "keys/sign.h"

enum { DIGEST_TOLD = 8 /* bytes of its digest in the audit row */ };

/* A list being made. */
struct making {
	struct desk *desk;
	const struct signing *signing;
	int64_t brand_id, next; /* indexes below `next` were given out */
	char slug[LICENSE_SLUG_MAX + 1];
	char uri[STATUS_LIST_URI_MAX + 1];
	uint8_t *bytes;
	size_t bytes_len;
	int64_t revoked, suspended;
	int64_t last_iat; /* of the newest one; INT64_MIN: none */
	bool stands;      /* the newest one says the same, and a site takes it */
};

/* --- what the records say -------------------------------------------------------------------- */

/* The statement's column 0 is an index; its parameters are brand and time. */
static enum skerry_err
mark(struct making *making, const char *sql, enum status_list_value value, int64_t *count)
{
	uint64_t room = (uint64_t)making->bytes_len * (8 / STATUS_LIST_BITS);
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(making->desk->store, &q, sql);
	store_bind_int_at(&q, 1, making->brand_id);
	store_bind_int_at(&q, 2, making->desk->now);
	while (err == SKERRY_OK && store_step(&q)) {
		int64_t index = store_int(&q, 0);

		if (index < 0 || (uint64_t)index >= room) {
			err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
			continue;
		}
		status_list_set(making->bytes, (uint64_t)index, value);
		(*count)++;
	}
	done = store_done(&q);
	if (done == SKERRY_OK && err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return desk_refuse(making->desk, err, making->slug,
			"The brand gave out more documents than its status list has places for; "
			"sell from now on under another brand.");
	return done != SKERRY_OK ? done : err;
}

/* Revoked last: it is for good, whatever else is true of the license. */
static enum skerry_err
gather(struct making *making)
{
	enum skerry_err err = mark(making,
		"SELECT a.status_index FROM license l JOIN activation a ON a.license_id = l.id"
		" WHERE l.status = 'suspended' AND +l.brand_id = ?1 AND a.unpaired_at IS NULL",
		STATUS_LIST_SUSPENDED, &making->suspended);

	return err == SKERRY_OK
		       ? mark(making,
				 "SELECT a.status_index FROM revocation r JOIN activation a"
				 " ON a.id = r.activation_id WHERE r.brand_id = ?1"
				 " AND r.effective_at <= ?2"
				 " AND (r.lapses_at IS NULL OR r.lapses_at >= ?2)",
				 STATUS_LIST_INVALID, &making->revoked)
		       : err;
}

/* --- the newest one -------------------------------------------------------------------------- */

static enum skerry_err
says_the_same(const struct making *making, const struct status_list *list, bool *ret_same)
{
	uint8_t *before = malloc(making->bytes_len);
	size_t len = 0;
	enum skerry_err err;

	if (before == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = deflate_unpack(list->packed.data, list->packed.len, before, making->bytes_len, &len);
	*ret_same = err == SKERRY_OK && len == making->bytes_len &&
		    memcmp(before, making->bytes, len) == 0;
	free(before);
	return err == SKERRY_ERR_NO_MEMORY ? err : SKERRY_OK;
}

/* Resumed, renewed and suspended again: a list says nothing of a document that is later than it. */
static enum skerry_err
covers_suspended(const struct making *making, int64_t iat, bool *ret_covers)
{
	struct store_query q;
	bool later;
	enum skerry_err err;

	store_query(making->desk->store, &q,
		"SELECT 1 FROM license l JOIN activation a ON a.license_id = l.id"
		" JOIN document d ON d.activation_id = a.id"
		" WHERE l.status = 'suspended' AND +l.brand_id = ? AND a.unpaired_at IS NULL"
		" AND d.issued_at > ? LIMIT 1");
	store_bind_int(&q, making->brand_id);
	store_bind_int(&q, iat);
	later = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_covers = !later;
	return err;
}

static enum skerry_err
compare(struct making *making, struct cbor_bytes newest)
{
	const struct trust *trust = making->signing->trust;
	const struct manifest_key *key;
	struct status_list list;
	size_t offset;
	bool same = false;
	enum skerry_err err;

	if (trust_open_status_list(trust, newest.data, newest.len, &list, &key, &offset) !=
			SKERRY_OK ||
		making->desk->now - list.issued_at >= STATUS_LISTS_AGE_S)
		return SKERRY_OK;
	err = says_the_same(making, &list, &same);
	if (err == SKERRY_OK && same)
		err = covers_suspended(making, list.issued_at, &same);
	making->stands = err == SKERRY_OK && same;
	return err;
}

/* The date is the record's: it counts whatever has become of the key that signed. */
static enum skerry_err
read_newest(struct making *making)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	making->last_iat = INT64_MIN;
	store_query(making->desk->store, &q,
		"SELECT d.edition, d.bytes FROM status_list s JOIN document d"
		" ON d.id = s.document_id WHERE s.brand_id = ?");
	store_bind_int(&q, making->brand_id);
	if (store_step(&q)) {
		making->last_iat = store_int(&q, 0);
		err = compare(making, store_bytes(&q, 1));
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* --- signing --------------------------------------------------------------------------------- */

static enum skerry_err
sign(const struct making *making, const struct status_list *list, uint8_t *signed_list,
	size_t *ret_len)
{
	uint8_t *payload = malloc(STATUS_LIST_PAYLOAD_MAX);
	const struct manifest_key *key;
	struct status_list back;
	struct cbor_writer w;
	size_t payload_len, len = 0, offset;
	enum skerry_err err;

	if (payload == NULL)
		return SKERRY_ERR_NO_MEMORY;
	cbor_writer_init(&w, payload, STATUS_LIST_PAYLOAD_MAX);
	status_list_write(&w, list);
	err = cbor_writer_finish(&w, &payload_len);
	if (err == SKERRY_OK)
		err = sign_sign1(&making->signing->pair, STATUS_LIST_TYPE,
			(struct cbor_bytes){ payload, payload_len }, signed_list, STATUS_LIST_MAX,
			&len);
	free(payload);
	if (err == SKERRY_OK)
		err = trust_open_status_list(
			making->signing->trust, signed_list, len, &back, &key, &offset);
	if (err == SKERRY_OK &&
		(back.issued_at != list->issued_at || !cbor_bytes_same(back.packed, list->packed)))
		err = SKERRY_ERR_INTERNAL;
	if (err == SKERRY_OK)
		*ret_len = len;
	return err;
}

static void
tell_digest(const uint8_t digest[HASH_LEN], char ret_text[2 * DIGEST_TOLD + 1])
{
	for (size_t i = 0; i < DIGEST_TOLD; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", digest[i]);
}

static enum skerry_err
record(const struct making *making, int64_t iat, const uint8_t *bytes, size_t bytes_len)
{
	const struct document_record document = { .kind = "status",
		.brand_id = making->brand_id,
		.kid = making->signing->pair.kid,
		.edition = iat,
		.issued_at = iat,
		.expires_at = LICENSE_NEVER,
		.bytes = bytes,
		.bytes_len = bytes_len };
	char subject[AUDIT_SUBJECT_MAX], kid[2 * COSE_KID_LEN + 1],
		digest_text[2 * DIGEST_TOLD + 1];
	uint8_t digest[HASH_LEN];
	struct store_query q;
	enum skerry_err err = documents_insert(making->desk, &document, digest);

	if (err != SKERRY_OK)
		return err;
	store_query(making->desk->store, &q,
		"INSERT INTO status_list (brand_id, document_id) VALUES (?, ?)"
		" ON CONFLICT (brand_id) DO UPDATE SET document_id = excluded.document_id");
	store_bind_int(&q, making->brand_id);
	store_bind_int(&q, store_last_id(making->desk->store));
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	vault_kid_text(making->signing->pair.kid, kid);
	tell_digest(digest, digest_text);
	snprintf(subject, sizeof subject, "brand %s", making->slug);
	return audit_append(making->desk, "status.sign", subject,
		"iat=%lld revoked=%lld suspended=%lld key=%s digest=%s", (long long)iat,
		(long long)making->revoked, (long long)making->suspended, kid, digest_text);
}

static enum skerry_err
pack(const struct making *making, uint8_t **ret_packed, size_t *ret_len)
{
	size_t max = deflate_bound(making->bytes_len);
	uint8_t *packed = malloc(max);
	enum skerry_err err = packed == NULL ? SKERRY_ERR_NO_MEMORY
					     : deflate_pack(making->bytes, making->bytes_len,
						       packed, max, ret_len);

	if (err == SKERRY_OK)
		*ret_packed = packed;
	else
		free(packed);
	return err;
}

static enum skerry_err
sign_anew(const struct making *making)
{
	struct status_list list = { .uri = cbor_text_from_chars(making->uri),
		.issued_at = making->desk->now,
		.bits = STATUS_LIST_BITS };
	uint8_t *packed = NULL, *signed_list = NULL;
	size_t packed_len = 0, len = 0;
	enum skerry_err err;

	if (list.issued_at <= making->last_iat)
		list.issued_at = making->last_iat + 1;
	err = signing_permits_role(
		making->desk, making->signing, MANIFEST_ROLE_STATUS, making->slug, list.issued_at);
	if (err == SKERRY_OK)
		err = pack(making, &packed, &packed_len);
	if (err != SKERRY_OK)
		return err;
	list.packed = (struct cbor_bytes){ packed, packed_len };
	signed_list = malloc(STATUS_LIST_MAX);
	err = signed_list == NULL ? SKERRY_ERR_NO_MEMORY : sign(making, &list, signed_list, &len);
	if (err == SKERRY_OK)
		err = record(making, list.issued_at, signed_list, len);
	free(signed_list);
	free(packed);
	return err;
}

/* --- brand by brand -------------------------------------------------------------------------- */

static size_t
length_for(int64_t next)
{
	uint64_t count = (uint64_t)next;
	size_t len;

	if (count > (uint64_t)STATUS_LIST_BYTES_MAX * (8 / STATUS_LIST_BITS))
		return STATUS_LIST_BYTES_MAX;
	len = status_list_size(count) + STATUS_LISTS_STEP - 1;
	return len - len % STATUS_LISTS_STEP;
}

static enum skerry_err
refresh(struct making *making, size_t *ret_signed)
{
	enum skerry_err err;

	snprintf(making->uri, sizeof making->uri, STATUS_LIST_URI_PREFIX "%s", making->slug);
	making->bytes_len = length_for(making->next);
	making->bytes = calloc(1, making->bytes_len);
	if (making->bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = gather(making);
	if (err == SKERRY_OK)
		err = read_newest(making);
	if (err == SKERRY_OK && !making->stands) {
		err = sign_anew(making);
		*ret_signed += err == SKERRY_OK;
	}
	free(making->bytes);
	return err;
}

enum skerry_err
status_lists_refresh(
	struct desk *desk, const struct signing *signing, int64_t brand_id, size_t *ret_signed)
{
	size_t count = 0;
	enum skerry_err err = brands_keep_status_indexes(desk), done;
	struct store_query q;

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"SELECT id, slug, status_next FROM brand WHERE status_next > 0 AND ?1 IN (0, id)"
		" ORDER BY id");
	store_bind_int_at(&q, 1, brand_id);
	while (err == SKERRY_OK && store_step(&q)) {
		struct making making = { .desk = desk,
			.signing = signing,
			.brand_id = store_int(&q, 0),
			.next = store_int(&q, 2) };

		store_text(&q, 1, making.slug, sizeof making.slug);
		err = refresh(&making, &count);
	}
	done = store_done(&q);
	if (err == SKERRY_OK && done == SKERRY_OK)
		*ret_signed = count;
	return err != SKERRY_OK ? err : done;
}

enum skerry_err
status_lists_date_after(struct desk *desk, int64_t brand_id)
{
	int64_t iat = INT64_MIN;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT d.edition FROM status_list s JOIN document d ON d.id = s.document_id"
		" WHERE s.brand_id = ?");
	store_bind_int(&q, brand_id);
	if (store_step(&q))
		iat = store_int(&q, 0);
	err = store_done(&q);
	/* One far ahead is of a clock that was wrong, and no reason to follow it. */
	if (err == SKERRY_OK && iat >= desk->now && iat - desk->now <= DESK_CLOCK_STEP_S)
		desk->now = iat + 1;
	return err;
}

enum skerry_err
status_lists_each(struct desk *desk, int64_t brand_id,
	enum skerry_err (*each)(void *, struct cbor_bytes list), void *context)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT d.bytes FROM status_list s JOIN document d ON d.id = s.document_id"
		" WHERE ?1 IN (0, s.brand_id) ORDER BY s.brand_id");
	store_bind_int_at(&q, 1, brand_id);
	while (err == SKERRY_OK && store_step(&q))
		err = each(context, store_bytes(&q, 0));
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}
