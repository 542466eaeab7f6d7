/* SPDX-License-Identifier: ISC */
#include "exchange_open.h"

#include <string.h>

#include "hash.h"
#include "seal.h"
#include "verify.h"

/* --- requests -------------------------------------------------------------------------------- */

static const struct key_pair *
find_pair(const struct key_pair *pairs, size_t pairs_len, const uint8_t kid[COSE_KID_LEN])
{
	for (size_t i = 0; i < pairs_len; i++)
		if (memcmp(pairs[i].kid, kid, COSE_KID_LEN) == 0)
			return &pairs[i];
	return NULL;
}

static bool
is_listed(const struct manifest *manifest, const struct cose_key *key)
{
	for (size_t i = 0; i < manifest->exchange_len; i++)
		if (cose_key_same(&manifest->exchange[i].key, key))
			return true;
	return false;
}

/* A request brings the key that verifies it: what was read counts once that key has signed it. */
static enum skerry_err
verify_request(const struct cose_sign1 *message, const struct request *request,
	const struct cose_key *exchange)
{
	uint8_t kid[COSE_KID_LEN], audience[COSE_THUMBPRINT_LEN];
	struct cbor_bytes payload;
	enum skerry_err err;

	hash_kid(&request->site_key, kid);
	if (memcmp(kid, message->kid, sizeof kid) != 0)
		return SKERRY_ERR_SIGNATURE;
	err = verify_sign1(message, &request->site_key, &payload);
	if (err != SKERRY_OK)
		return err;
	hash_thumbprint(exchange, audience);
	return memcmp(audience, request->audience, sizeof audience) == 0 ? SKERRY_OK
									 : SKERRY_ERR_SEALED;
}

static enum skerry_err
open_request_document(const struct cose_key *exchange, struct cbor_bytes document,
	struct exchange_request *ret_request, size_t *ret_offset)
{
	struct cose_sign1 message;
	struct request request;
	enum skerry_err err = cose_sign1_parse(document.data, document.len, &message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	if (!cbor_text_equals(message.type, REQUEST_TYPE))
		return SKERRY_ERR_COSE_TYPE;
	err = request_parse(message.payload, &request, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	err = verify_request(&message, &request, exchange);
	if (err != SKERRY_OK)
		return err;
	ret_request->request = request;
	ret_request->document = document;
	ret_request->payload = message.payload;
	hash_thumbprint(&request.site_key, ret_request->site_id);
	hash_request(message.payload, ret_request->digest);
	return SKERRY_OK;
}

enum skerry_err
exchange_open_request(const struct key_pair *pairs, size_t pairs_len,
	const struct manifest *manifest, struct cbor_bytes bytes, uint8_t *plain, size_t plain_max,
	struct exchange_request *ret_request, size_t *ret_offset)
{
	const struct key_pair *pair;
	struct cbor_bytes document;
	struct sealed sealed;
	enum skerry_err err;

	*ret_offset = 0;
	err = sealed_parse(bytes.data, bytes.len, &sealed, ret_offset);
	if (err != SKERRY_OK)
		return err;
	if (sealed.kind != SEALED_REQUEST)
		return SKERRY_ERR_DOCUMENT_KIND;
	pair = find_pair(pairs, pairs_len, sealed.kid);
	if (pair == NULL)
		return SKERRY_ERR_SEALED;
	if (!is_listed(manifest, &pair->public_key))
		return SKERRY_ERR_TRUST_KEY_UNKNOWN;
	err = seal_open_box(pair, sealed.box, plain, plain_max, &document, ret_offset);
	if (err != SKERRY_OK)
		return err;
	return open_request_document(&pair->public_key, document, ret_request, ret_offset);
}

/* --- replies --------------------------------------------------------------------------------- */

enum skerry_err
exchange_verify_reply(const struct trust *trust, const uint8_t site_id[COSE_THUMBPRINT_LEN],
	struct cbor_bytes document, struct reply *ret_reply, const struct manifest_key **ret_key,
	size_t *ret_offset)
{
	/* It promises nothing that ends: no `latest` limits it. */
	struct trust_claims claims = { .role = MANIFEST_ROLE_REPLY, .expires_at = 0 };
	const struct manifest_key *key;
	struct cose_sign1 message;
	struct reply reply;
	enum skerry_err err;

	*ret_offset = 0;
	if (document.len > REPLY_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = trust_open_signed(trust, REPLY_TYPE, document, &message, &key, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = reply_parse(message.payload, &reply, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	claims.brand = reply.brand;
	claims.issued_at = reply.issued_at;
	err = trust_permits(key, &claims);
	if (err != SKERRY_OK)
		return err;
	if (memcmp(reply.site_id, site_id, COSE_THUMBPRINT_LEN) != 0)
		return SKERRY_ERR_OTHER_SITE;
	*ret_reply = reply;
	*ret_key = key;
	return SKERRY_OK;
}

enum skerry_err
exchange_open_box(const struct key_pair *opening, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes box, uint8_t *plain,
	size_t plain_max, struct reply *ret_reply, const struct manifest_key **ret_key,
	size_t *ret_offset)
{
	struct cbor_bytes document;
	enum skerry_err err;

	*ret_offset = 0;
	if (opening->purpose != KEY_OPENING)
		return SKERRY_ERR_ARGUMENT;
	err = seal_open_box(opening, box, plain, plain_max, &document, ret_offset);
	if (err != SKERRY_OK)
		return err;
	return exchange_verify_reply(trust, site_id, document, ret_reply, ret_key, ret_offset);
}

enum skerry_err
exchange_open_reply(const struct key_pair *opening, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes bytes, uint8_t *plain,
	size_t plain_max, struct reply *ret_reply, const struct manifest_key **ret_key,
	size_t *ret_offset)
{
	struct cbor_bytes document;
	enum skerry_err err;

	*ret_offset = 0;
	if (opening->purpose != KEY_OPENING)
		return SKERRY_ERR_ARGUMENT;
	err = seal_open(opening, bytes.data, bytes.len, plain, plain_max, &document, ret_offset);
	if (err != SKERRY_OK)
		return err;
	return exchange_verify_reply(trust, site_id, document, ret_reply, ret_key, ret_offset);
}

/* --- bundles --------------------------------------------------------------------------------- */

enum skerry_err
exchange_open_index(const struct trust *trust, struct cbor_bytes chain, struct cbor_bytes document,
	struct bundle_index *ret_index, const struct manifest_key **ret_key, size_t *ret_offset)
{
	/* Without a brand: only a key that serves all of them may sign it. */
	struct trust_claims claims = { .role = MANIFEST_ROLE_BUNDLE, .expires_at = 0 };
	const struct manifest_key *key;
	uint8_t chain_hash[HASH_LEN];
	struct bundle_index index;
	struct cose_sign1 message;
	enum skerry_err err;

	*ret_offset = 0;
	if (document.len > BUNDLE_INDEX_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	err = trust_open_signed(trust, BUNDLE_TYPE, document, &message, &key, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = bundle_index_parse(message.payload, &index, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	claims.issued_at = index.issued_at;
	err = trust_permits(key, &claims);
	if (err != SKERRY_OK)
		return err;
	hash_sha256(chain.data, chain.len, chain_hash);
	if (memcmp(chain_hash, index.chain_hash, HASH_LEN) != 0)
		return SKERRY_ERR_CLAIM_CONFLICT;
	*ret_index = index;
	*ret_key = key;
	return SKERRY_OK;
}

bool
exchange_is_stored(const struct bundle_place *place, struct cbor_bytes stored)
{
	uint8_t hash[HASH_LEN];

	if (stored.len != place->stored_len)
		return false;
	hash_sha256(stored.data, stored.len, hash);
	return memcmp(hash, place->hash, HASH_LEN) == 0;
}
