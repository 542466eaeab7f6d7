/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "formats/ladder.h"
#include "hash.h"
#include "trust.h"
#include "verify.h"

/* A manifest on its way to being trusted: everything borrows the caller's bytes. */
struct candidate {
	struct cose_sign message;
	struct manifest manifest;
};

/* The root with that kid among `roots`, or NULL. */
static const struct cose_key *
find_root(const struct cose_key *roots, size_t roots_len, const uint8_t kid[COSE_KID_LEN])
{
	uint8_t root_kid[COSE_KID_LEN];

	for (size_t i = 0; i < roots_len; i++) {
		hash_kid(&roots[i], root_kid);
		if (memcmp(root_kid, kid, COSE_KID_LEN) == 0)
			return &roots[i];
	}
	return NULL;
}

static enum skerry_err
parse_candidate(
	const uint8_t *bytes, size_t bytes_len, struct candidate *ret_candidate, size_t *ret_offset)
{
	enum skerry_err err;

	*ret_offset = 0;
	if (bytes_len > MANIFEST_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = cose_sign_parse(bytes, bytes_len, &ret_candidate->message, ret_offset);
	if (err != SKERRY_OK)
		return err;
	*ret_offset = 0;
	if (!cbor_text_equals(ret_candidate->message.type, MANIFEST_TYPE))
		return SKERRY_ERR_COSE_TYPE;
	err = manifest_parse(ret_candidate->message.payload, &ret_candidate->manifest, ret_offset);
	if (err != SKERRY_OK)
		*ret_offset += ret_candidate->message.payload_offset;
	return err;
}

/*
 * Checks each signature once and counts it for the manifest before (NULL for an anchor) and for the
 * new one. Signers are distinct by kid and roots by their point, so no key counts twice.
 */
static enum skerry_err
check_signatures(const struct candidate *candidate, const struct manifest *before)
{
	const struct manifest *after = &candidate->manifest;
	unsigned of_before = 0, of_after = 0;

	for (size_t i = 0; i < candidate->message.signers_len; i++) {
		const struct cose_signer *signer = &candidate->message.signers[i];
		const struct cose_key *old = NULL, *new;
		enum skerry_err err;

		if (before != NULL)
			old = find_root(before->roots, before->roots_len, signer->kid);
		new = find_root(after->roots, after->roots_len, signer->kid);
		if (old == NULL && new == NULL)
			return SKERRY_ERR_TRUST_ROOT_UNKNOWN;
		/* One point under two algorithms is two keys: each takes its own alone. */
		if (old != NULL && new != NULL && !cose_key_same(old, new))
			return SKERRY_ERR_TRUST_ALGORITHM;
		err = verify_signer(&candidate->message, signer, old != NULL ? old : new);
		if (err != SKERRY_OK)
			return err;
		of_before += old != NULL;
		of_after += new != NULL;
	}
	if (of_after < after->threshold || (before != NULL && of_before < before->threshold))
		return SKERRY_ERR_TRUST_THRESHOLD;
	return SKERRY_OK;
}

static const struct manifest_key *
find_same_key(const struct manifest *manifest, const struct cose_key *key)
{
	for (size_t i = 0; i < manifest->keys_len; i++)
		if (cose_key_same(&manifest->keys[i].key, key))
			return &manifest->keys[i];
	return NULL;
}

static const struct manifest_exchange *
find_same_exchange(const struct manifest *manifest, const struct cose_key *key)
{
	for (size_t i = 0; i < manifest->exchange_len; i++)
		if (cose_key_same(&manifest->exchange[i].key, key))
			return &manifest->exchange[i];
	return NULL;
}

/* A key once listed stays known, and a revocation stays: LICENSE_NEVER is later than any date. */
static enum skerry_err
check_keys_kept(const struct manifest *before, const struct manifest *after)
{
	for (size_t i = 0; i < before->keys_len; i++) {
		const struct manifest_key *key = &before->keys[i],
					  *kept = find_same_key(after, &key->key);

		if (kept == NULL || kept->revoked_at > key->revoked_at)
			return SKERRY_ERR_TRUST_KEY_DROPPED;
	}
	for (size_t i = 0; i < before->exchange_len; i++) {
		const struct manifest_exchange *key = &before->exchange[i],
					       *kept = find_same_exchange(after, &key->key);

		if (kept == NULL || kept->revoked_at > key->revoked_at)
			return SKERRY_ERR_TRUST_KEY_DROPPED;
	}
	return SKERRY_OK;
}

/* Makes verified bytes the trusted ones. `bytes` may be trust->bytes. */
static enum skerry_err
adopt(struct trust *trust, const uint8_t *bytes, size_t bytes_len)
{
	struct cose_sign message;
	size_t offset;

	memmove(trust->bytes, bytes, bytes_len);
	trust->bytes_len = bytes_len;
	/* The same parsers have just said yes; now the result borrows bytes that stay. */
	if (cose_sign_parse(trust->bytes, bytes_len, &message, &offset) != SKERRY_OK ||
		manifest_parse(message.payload, &trust->manifest, &offset) != SKERRY_OK)
		return SKERRY_ERR_INTERNAL;
	for (size_t i = 0; i < trust->manifest.keys_len; i++)
		hash_kid(&trust->manifest.keys[i].key, trust->kids[i]);
	return SKERRY_OK;
}

enum skerry_err
trust_anchor(struct trust *trust, const uint8_t *bytes, size_t bytes_len, size_t *ret_offset)
{
	struct candidate *candidate = malloc(sizeof *candidate);
	enum skerry_err err;

	if (candidate == NULL) {
		*ret_offset = 0;
		return SKERRY_ERR_NO_MEMORY;
	}
	err = parse_candidate(bytes, bytes_len, candidate, ret_offset);
	if (err == SKERRY_OK)
		err = check_signatures(candidate, NULL);
	free(candidate);
	if (err == SKERRY_OK)
		err = adopt(trust, bytes, bytes_len);
	return err;
}

/*
 * Holds a manifest that takes trust nowhere to the roots that are known: their signatures must pass,
 * so that a damaged copy is not called held or old. TRUST_ROOT_UNKNOWN when none of them signed.
 */
static enum skerry_err
check_known_signers(const struct trust *trust, const struct candidate *candidate)
{
	enum skerry_err err = SKERRY_ERR_TRUST_ROOT_UNKNOWN;

	for (size_t i = 0; i < candidate->message.signers_len; i++) {
		const struct cose_signer *signer = &candidate->message.signers[i];
		const struct cose_key *root =
			find_root(trust->manifest.roots, trust->manifest.roots_len, signer->kid);

		if (root == NULL)
			continue;
		err = verify_signer(&candidate->message, signer, root);
		if (err != SKERRY_OK)
			return err;
	}
	return err;
}

/* Whether it says what is trusted already. Its signatures may differ: the roots before may be gone. */
static bool
is_same_version(const struct trust *trust, const struct candidate *candidate)
{
	struct cose_sign message;
	size_t offset;

	return cose_sign_parse(trust->bytes, trust->bytes_len, &message, &offset) == SKERRY_OK &&
	       cbor_bytes_same(message.payload, candidate->message.payload);
}

static enum skerry_err
check_step(const struct trust *trust, const struct candidate *candidate)
{
	const struct manifest *before = &trust->manifest, *after = &candidate->manifest;
	enum skerry_err err;

	if (after->version <= before->version) {
		err = check_known_signers(trust, candidate);
		return err == SKERRY_OK ? SKERRY_ERR_TRUST_SEQUENCE : err;
	}
	if (after->version != before->version + 1)
		return SKERRY_ERR_TRUST_SEQUENCE;
	err = check_signatures(candidate, before);
	if (err != SKERRY_OK)
		return err;
	return check_keys_kept(before, after);
}

enum skerry_err
trust_advance(struct trust *trust, const uint8_t *bytes, size_t bytes_len, size_t *ret_offset)
{
	struct candidate *candidate = malloc(sizeof *candidate);
	bool same = false;
	enum skerry_err err;

	if (candidate == NULL) {
		*ret_offset = 0;
		return SKERRY_ERR_NO_MEMORY;
	}
	err = parse_candidate(bytes, bytes_len, candidate, ret_offset);
	if (err == SKERRY_OK)
		same = is_same_version(trust, candidate);
	if (err == SKERRY_OK)
		err = same ? check_known_signers(trust, candidate) : check_step(trust, candidate);
	free(candidate);
	if (err == SKERRY_OK && !same)
		err = adopt(trust, bytes, bytes_len);
	return err;
}

enum skerry_err
trust_copy(const struct trust *trust, struct trust *ret_copy)
{
	return adopt(ret_copy, trust->bytes, trust->bytes_len);
}

const struct manifest_key *
trust_find_key(const struct trust *trust, const uint8_t kid[COSE_KID_LEN])
{
	for (size_t i = 0; i < trust->manifest.keys_len; i++)
		if (memcmp(trust->kids[i], kid, COSE_KID_LEN) == 0)
			return &trust->manifest.keys[i];
	return NULL;
}

static bool
serves_brand(const struct manifest_key *key, struct cbor_text brand)
{
	if (key->brands_len == 0)
		return true;
	for (size_t i = 0; i < key->brands_len; i++)
		if (brand.chars != NULL && cbor_text_same(key->brands[i], brand))
			return true;
	return false;
}

static enum skerry_err
permits_end(const struct manifest_key *key, const struct trust_claims *claims)
{
	bool never_ends = claims->expires_at == LICENSE_NEVER;

	if (never_ends && !key->perpetual)
		return SKERRY_ERR_TRUST_PERPETUAL;
	if (claims->grace_s > LADDER_GRACE_MAX_S && !key->perpetual)
		return SKERRY_ERR_TRUST_GRACE;
	/* `latest` bounds what ends; what never ends has its own permission. */
	if (!never_ends && claims->expires_at > key->latest)
		return SKERRY_ERR_TRUST_LATEST;
	return SKERRY_OK;
}

enum skerry_err
trust_permits(const struct manifest_key *key, const struct trust_claims *claims)
{
	enum skerry_err err;

	if ((key->roles & claims->role) == 0)
		return SKERRY_ERR_TRUST_ROLE;
	if (!serves_brand(key, claims->brand))
		return SKERRY_ERR_TRUST_BRAND;
	if (claims->issued_at < key->not_before)
		return SKERRY_ERR_TRUST_NOT_YET;
	if (claims->issued_at > key->not_after)
		return SKERRY_ERR_TRUST_RETIRED;
	err = permits_end(key, claims);
	if (err != SKERRY_OK)
		return err;
	if (key->revoked_at != LICENSE_NEVER)
		return SKERRY_ERR_TRUST_KEY_REVOKED;
	return SKERRY_OK;
}

enum skerry_err
trust_permits_license(const struct manifest_key *key, const struct license *license)
{
	return trust_permits(key, &(struct trust_claims){
					  .role = MANIFEST_ROLE_LICENSE,
					  .brand = license->brand,
					  .issued_at = license->issued_at,
					  .expires_at = license->expires_at,
					  .grace_s = license->ladder.grace_s,
				  });
}

enum skerry_err
trust_open_signed(const struct trust *trust, const char *type, struct cbor_bytes document,
	struct cose_sign1 *ret_message, const struct manifest_key **ret_key, size_t *ret_offset)
{
	const struct manifest_key *key;
	struct cose_sign1 message;
	struct cbor_bytes payload;
	enum skerry_err err = cose_sign1_parse(document.data, document.len, &message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	if (!cbor_text_equals(message.type, type))
		return SKERRY_ERR_COSE_TYPE;
	key = trust_find_key(trust, message.kid);
	if (key == NULL)
		return SKERRY_ERR_TRUST_KEY_UNKNOWN;
	err = verify_sign1(&message, &key->key, &payload);
	if (err != SKERRY_OK)
		return err;
	*ret_message = message;
	*ret_key = key;
	return SKERRY_OK;
}

enum skerry_err
trust_open_license(const struct trust *trust, const uint8_t *bytes, size_t bytes_len,
	struct license *ret_license, const struct manifest_key **ret_key, size_t *ret_offset)
{
	const struct manifest_key *key;
	struct cose_sign1 message;
	enum skerry_err err;

	*ret_offset = 0;
	if (bytes_len > LICENSE_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = trust_open_signed(trust, LICENSE_TYPE, (struct cbor_bytes){ bytes, bytes_len },
		&message, &key, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = license_parse(message.payload, ret_license, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	*ret_key = key;
	return trust_permits_license(key, ret_license);
}

/* The brand that a list speaks for; false where its sub names none. */
static bool
brand_of_list(const struct status_list *list, struct cbor_text *ret_brand)
{
	static const size_t PREFIX_LEN = sizeof STATUS_LIST_URI_PREFIX - 1;

	if (list->uri.len <= PREFIX_LEN ||
		memcmp(list->uri.chars, STATUS_LIST_URI_PREFIX, PREFIX_LEN) != 0)
		return false;
	*ret_brand = (struct cbor_text){ list->uri.chars + PREFIX_LEN, list->uri.len - PREFIX_LEN };
	return license_is_slug(*ret_brand);
}

enum skerry_err
trust_open_status_list(const struct trust *trust, const uint8_t *bytes, size_t bytes_len,
	struct status_list *ret_list, const struct manifest_key **ret_key, size_t *ret_offset)
{
	/* It promises nothing that ends: no `latest` limits it. */
	struct trust_claims claims = { .role = MANIFEST_ROLE_STATUS, .expires_at = 0 };
	const struct manifest_key *key;
	struct cose_sign1 message;
	struct status_list list;
	enum skerry_err err;

	*ret_offset = 0;
	if (bytes_len > STATUS_LIST_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = trust_open_signed(trust, STATUS_LIST_TYPE, (struct cbor_bytes){ bytes, bytes_len },
		&message, &key, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = status_list_parse(message.payload, &list, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	if (list.bits != STATUS_LIST_BITS || !brand_of_list(&list, &claims.brand))
		return SKERRY_ERR_CLAIM_VALUE;
	claims.issued_at = list.issued_at;
	*ret_list = list;
	*ret_key = key;
	return trust_permits(key, &claims);
}
