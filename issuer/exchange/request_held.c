/* SPDX-License-Identifier: ISC */
#include "request_held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/edition.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/high_water.h"

/* The very document: *ret_found. */
static enum skerry_err
find_document(
	struct desk *desk, struct cbor_bytes bytes, struct request_proof *proof, bool *ret_found)
{
	uint8_t digest[HASH_LEN];
	struct store_query q;

	hash_blake2b(NULL, 0, bytes.data, bytes.len, digest);
	store_query(desk->store, &q,
		"SELECT a.license_id, a.id, a.number, a.status_index, d.edition FROM document d"
		" CROSS JOIN activation a ON a.id = d.activation_id WHERE d.digest = ?"
		" AND d.kind = 'license'");
	store_bind_bytes(&q, digest, sizeof digest);
	*ret_found = store_step(&q);
	if (*ret_found)
		*proof = (struct request_proof){ .license_id = store_int(&q, 0),
			.activation_id = store_int(&q, 1),
			.number = store_int(&q, 2),
			.status_index = store_int(&q, 3),
			.edition = store_int(&q, 4) };
	return store_done(&q);
}

/* What the records hold of what a signed document names. */
static enum skerry_err
find_named(struct desk *desk, struct request_proof *proof)
{
	char id[LICENSE_ID_LEN + 1], brand[LICENSE_SLUG_MAX + 1];
	const struct license *claims = proof->claims;
	struct store_query q;

	snprintf(id, sizeof id, "%.*s", (int)claims->id.len, claims->id.chars);
	snprintf(brand, sizeof brand, "%.*s", (int)claims->brand.len, claims->brand.chars);
	store_query(desk->store, &q,
		"SELECT l.id, a.id FROM license l JOIN brand b ON b.id = l.brand_id LEFT JOIN"
		" activation a ON a.license_id = l.id AND a.number = ? AND a.status_index = ?"
		" WHERE l.public_id = ? AND b.slug = ?");
	store_bind_int(&q, proof->number);
	store_bind_int(&q, proof->status_index);
	store_bind_text(&q, id);
	store_bind_text(&q, brand);
	if (store_step(&q)) {
		proof->license_id = store_int(&q, 0);
		proof->activation_id = store_int(&q, 1);
	}
	return store_done(&q);
}

/* One that the records lack: *ret_found where this desk's keys signed it all the same. */
static enum skerry_err
verify(struct desk *desk, const struct signing *signing, struct cbor_bytes bytes,
	struct request_proof *proof, bool *ret_found)
{
	struct license *claims = malloc(sizeof *claims);
	const struct manifest_key *key;
	size_t offset;

	if (claims == NULL)
		return SKERRY_ERR_NO_MEMORY;
	*ret_found = trust_open_license(signing->trust, bytes.data, bytes.len, claims, &key,
			     &offset) == SKERRY_OK &&
		     claims->has_status;
	if (!*ret_found) {
		free(claims);
		return SKERRY_OK;
	}
	*proof = (struct request_proof){ .number = (int64_t)claims->activation,
		.status_index = (int64_t)claims->status_index,
		.edition = (int64_t)claims->edition,
		.claims = claims };
	return find_named(desk, proof);
}

enum skerry_err
request_held_read(struct desk *desk, const struct signing *signing, const struct request *request,
	struct request_held *ret_held)
{
	enum skerry_err err = SKERRY_OK;

	ret_held->len = 0;
	for (size_t i = 0; i < request->held_len && err == SKERRY_OK; i++) {
		struct request_proof *proof = &ret_held->proofs[ret_held->len];
		bool found = false;

		*proof = (struct request_proof){ .claims = NULL };
		err = find_document(desk, request->held[i], proof, &found);
		if (err == SKERRY_OK && !found)
			err = verify(desk, signing, request->held[i], proof, &found);
		ret_held->len += found;
	}
	return err;
}

void
request_held_free(struct request_held *held)
{
	for (size_t i = 0; i < held->len; i++)
		free(held->proofs[i].claims);
	held->len = 0;
}

const struct request_proof *
request_held_find(const struct request_held *held, int64_t license_id)
{
	const struct request_proof *newest = NULL;

	for (size_t i = 0; i < held->len; i++)
		if (held->proofs[i].license_id == license_id &&
			(newest == NULL || newest->edition < held->proofs[i].edition))
			newest = &held->proofs[i];
	return newest;
}

static enum skerry_err
raise_license(struct desk *desk, int64_t license_id, const struct request_proof *proof)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE license SET edition = max(edition, ?), activation_next ="
		" max(activation_next, ?) WHERE id = ?");
	store_bind_int(&q, proof->edition);
	store_bind_int(&q, proof->number + 1);
	store_bind_int(&q, license_id);
	return store_run(&q);
}

static enum skerry_err
raise_brand(struct desk *desk, int64_t brand_id, const struct request_proof *proof)
{
	struct store_query q;
	/* What the change under way has taken is not in the row yet. */
	enum skerry_err err = brands_keep_status_indexes(desk);

	if (err != SKERRY_OK)
		return err;
	store_query(
		desk->store, &q, "UPDATE brand SET status_next = max(status_next, ?) WHERE id = ?");
	store_bind_int(&q, proof->status_index + 1);
	store_bind_int(&q, brand_id);
	return store_run(&q);
}

static struct mark_high
high_above(const struct request_proof *proof)
{
	return (struct mark_high){ .status_next = proof->status_index + 1,
		.activation_next = proof->number + 1,
		.edition = proof->edition };
}

enum skerry_err
request_held_raise(
	struct desk *desk, const struct license_record *license, const struct request_proof *proof)
{
	struct mark_high high = high_above(proof);
	char subject[AUDIT_SUBJECT_MAX];
	int64_t edition;
	enum skerry_err judged =
		edition_next(license->edition, proof->edition, desk->now, &edition);
	enum skerry_err err = SKERRY_OK;

	if (judged == SKERRY_OK) {
		err = raise_license(desk, license->id, proof);
		if (err == SKERRY_OK)
			err = raise_brand(desk, license->brand_id, proof);
		high_water_raise(&desk->taken, &high);
	}
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	if (err == SKERRY_OK)
		err = audit_append(desk, "site.proof", subject,
			"activation=%lld edition=%lld index=%lld before=%lld%s",
			(long long)proof->number, (long long)proof->edition,
			(long long)proof->status_index, (long long)license->edition,
			judged == SKERRY_OK ? "" : " refused");
	return err == SKERRY_OK ? judged : err;
}

enum skerry_err
request_held_raise_lost(struct desk *desk, const struct request_proof *proof)
{
	struct mark_high high = high_above(proof);
	char brand[LICENSE_SLUG_MAX + 1];
	struct store_query q;
	int64_t edition, brand_id = 0;
	enum skerry_err err = edition_next(0, proof->edition, desk->now, &edition);

	if (err != SKERRY_OK)
		return err;
	high_water_raise(&desk->taken, &high);
	snprintf(brand, sizeof brand, "%.*s", (int)proof->claims->brand.len,
		proof->claims->brand.chars);
	store_query(desk->store, &q, "SELECT id FROM brand WHERE slug = ?");
	store_bind_text(&q, brand);
	if (store_step(&q))
		brand_id = store_int(&q, 0);
	err = store_done(&q);
	return err == SKERRY_OK && brand_id != 0 ? raise_brand(desk, brand_id, proof) : err;
}

static enum skerry_err
lengthen(struct desk *desk, const char *sql, const struct request_proof *proof)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_date(&q, proof->claims->expires_at);
	store_bind_int(&q, proof->activation_id);
	return store_run(&q);
}

enum skerry_err
request_held_lengthen(struct desk *desk, const struct request_held *held)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < held->len && err == SKERRY_OK; i++) {
		const struct request_proof *proof = &held->proofs[i];

		if (proof->claims == NULL || proof->activation_id == 0)
			continue;
		/* NULL is "never", and never comes to an end again. */
		err = lengthen(desk,
			"UPDATE activation SET expires_at = max(expires_at, ?) WHERE id = ?",
			proof);
		if (err == SKERRY_OK)
			err = lengthen(desk,
				"UPDATE revocation SET lapses_at = max(lapses_at, ?) WHERE"
				" activation_id = ?",
				proof);
	}
	return err;
}
