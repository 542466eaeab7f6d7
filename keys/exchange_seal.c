/* SPDX-License-Identifier: ISC */
#include "exchange_seal.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "seal.h"
#include "secretbox.h"
#include "sign.h"

/* Beyond a payload's limit, so that the writer's judge tells what is too large. */
enum { WRITER_SLACK = 4096 };

/* A payload being written in memory of its own. */
struct draft {
	struct cbor_writer w;
	uint8_t *memory;
};

static enum skerry_err
draft_begin(struct draft *ret_draft, size_t payload_max)
{
	uint8_t *memory = malloc(payload_max + WRITER_SLACK);

	if (memory == NULL)
		return SKERRY_ERR_NO_MEMORY;
	ret_draft->memory = memory;
	cbor_writer_init(&ret_draft->w, memory, payload_max + WRITER_SLACK);
	return SKERRY_OK;
}

/* Signs what was written, wipes and frees it: a request has license keys. `ret_digest` may be NULL. */
static enum skerry_err
draft_sign(struct draft *draft, const struct key_pair *pair, const char *type, uint8_t *ret_digest,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	struct cbor_bytes payload = { draft->memory, 0 };
	enum skerry_err err = cbor_writer_finish(&draft->w, &payload.len);

	if (err == SKERRY_OK)
		err = sign_sign1(pair, type, payload, ret_bytes, bytes_max, ret_len);
	else if (err == SKERRY_ERR_NO_SPACE)
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (err == SKERRY_OK && ret_digest != NULL)
		hash_request(payload, ret_digest);
	secretbox_wipe(draft->memory, draft->w.len);
	free(draft->memory);
	return err;
}

enum skerry_err
exchange_sign_request(const struct key_pair *site, const struct request *request,
	uint8_t ret_digest[REQUEST_DIGEST_LEN], uint8_t *ret_bytes, size_t bytes_max,
	size_t *ret_len)
{
	struct draft draft;
	enum skerry_err err;

	if (site->purpose != KEY_SITE)
		return SKERRY_ERR_ARGUMENT;
	if (!cose_key_same(&site->public_key, &request->site_key))
		return SKERRY_ERR_CLAIM_CONFLICT;
	err = draft_begin(&draft, REQUEST_PAYLOAD_MAX);
	if (err != SKERRY_OK)
		return err;
	request_write(&draft.w, request);
	return draft_sign(&draft, site, REQUEST_TYPE, ret_digest, ret_bytes, bytes_max, ret_len);
}

enum skerry_err
exchange_seal_request(const struct key_pair *site, const struct cose_key *exchange,
	const struct request *request, uint8_t ret_digest[REQUEST_DIGEST_LEN], uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len)
{
	uint8_t thumbprint[COSE_THUMBPRINT_LEN], digest[REQUEST_DIGEST_LEN], *document;
	size_t len = 0;
	enum skerry_err err;

	hash_thumbprint(exchange, thumbprint);
	if (memcmp(thumbprint, request->audience, sizeof thumbprint) != 0)
		return SKERRY_ERR_CLAIM_CONFLICT;
	document = malloc(REQUEST_MAX);
	if (document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = exchange_sign_request(site, request, digest, document, REQUEST_MAX, &len);
	if (err == SKERRY_OK)
		err = seal_container(SEALED_REQUEST, exchange, (struct cbor_bytes){ document, len },
			ret_bytes, bytes_max, ret_len);
	if (err == SKERRY_OK)
		memcpy(ret_digest, digest, sizeof digest);
	secretbox_wipe(document, len);
	free(document);
	return err;
}

enum skerry_err
exchange_sign_reply(const struct key_pair *issuing, const struct reply *reply, uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len)
{
	struct draft draft;
	enum skerry_err err;

	if (issuing->purpose != KEY_ISSUING)
		return SKERRY_ERR_ARGUMENT;
	err = draft_begin(&draft, REPLY_PAYLOAD_MAX);
	if (err != SKERRY_OK)
		return err;
	reply_write(&draft.w, reply);
	return draft_sign(&draft, issuing, REPLY_TYPE, NULL, ret_bytes, bytes_max, ret_len);
}

enum skerry_err
exchange_seal_reply(const struct key_pair *issuing, const struct cose_key *opening,
	const struct reply *reply, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	uint8_t *document = malloc(REPLY_MAX);
	size_t len = 0;
	enum skerry_err err;

	if (document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = exchange_sign_reply(issuing, reply, document, REPLY_MAX, &len);
	if (err == SKERRY_OK)
		err = seal_container(SEALED_REPLY, opening, (struct cbor_bytes){ document, len },
			ret_bytes, bytes_max, ret_len);
	free(document);
	return err;
}

enum skerry_err
exchange_sign_index(const struct key_pair *issuing, const struct bundle_index *index,
	const struct bundle_entry *entries, size_t entries_len, uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len)
{
	struct draft draft;
	enum skerry_err err;

	if (issuing->purpose != KEY_ISSUING)
		return SKERRY_ERR_ARGUMENT;
	err = draft_begin(&draft, BUNDLE_PAYLOAD_MAX);
	if (err != SKERRY_OK)
		return err;
	bundle_index_write(&draft.w, index, entries, entries_len);
	return draft_sign(&draft, issuing, BUNDLE_TYPE, NULL, ret_bytes, bytes_max, ret_len);
}
