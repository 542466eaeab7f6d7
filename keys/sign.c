/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"

/* Room for the tagged part of a Sig_structure beside the payload; freed by the caller. */
static uint8_t *
tbs_memory(struct cbor_bytes payload, size_t *ret_max)
{
	*ret_max = payload.len + COSE_TBS_OVERHEAD_MAX;
	return malloc(*ret_max);
}

/* The secret of a signing pair is libsodium's form: seed, then public key. */
static void
sign_detached(const struct key_pair *pair, const uint8_t *tbs, size_t tbs_len,
	uint8_t ret_signature[COSE_SIGNATURE_LEN])
{
	crypto_sign_detached(ret_signature, NULL, tbs, tbs_len, pair->secret);
}

enum skerry_err
sign_sign1(const struct key_pair *pair, const char *type, struct cbor_bytes payload,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	uint8_t protected[COSE_PROTECTED_MAX], signature[COSE_SIGNATURE_LEN], *tbs;
	struct cbor_bytes header = { protected, 0 };
	size_t tbs_max, tbs_len;
	struct cbor_writer w;
	enum skerry_err err;

	if (pair->public_key.curve != COSE_CURVE_ED25519)
		return SKERRY_ERR_ARGUMENT;
	err = cose_protected_write(pair->public_key.alg, pair->kid, type, protected, &header.len);
	if (err != SKERRY_OK)
		return err;
	tbs = tbs_memory(payload, &tbs_max);
	if (tbs == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = cose_sign1_tbs(header, payload, tbs, tbs_max, &tbs_len);
	if (err == SKERRY_OK) {
		sign_detached(pair, tbs, tbs_len, signature);
		cbor_writer_init(&w, ret_bytes, bytes_max);
		cose_sign1_write(&w, header, payload, signature);
		err = cbor_writer_finish(&w, ret_len);
	}
	free(tbs);
	return err;
}

static enum skerry_err
write_message(
	const struct cose_sign *message, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, bytes_max);
	cose_sign_write(&w, message);
	return cbor_writer_finish(&w, ret_len);
}

enum skerry_err
sign_unsigned(const char *type, struct cbor_bytes payload, uint8_t *ret_bytes, size_t bytes_max,
	size_t *ret_len)
{
	uint8_t protected[COSE_PROTECTED_MAX];
	struct cose_sign message = { .type = { type, strlen(type) }, .payload = payload };
	enum skerry_err err;

	message.protected_bytes.data = protected;
	err = cose_protected_write(
		COSE_ALG_NONE, NULL, type, protected, &message.protected_bytes.len);
	if (err != SKERRY_OK)
		return err;
	return write_message(&message, ret_bytes, bytes_max, ret_len);
}

static struct cose_signer *
find_signer(struct cose_sign *message, const uint8_t kid[COSE_KID_LEN])
{
	for (size_t i = 0; i < message->signers_len; i++)
		if (memcmp(message->signers[i].kid, kid, COSE_KID_LEN) == 0)
			return &message->signers[i];
	return NULL;
}

/* The signer's own entry, or a new one at the end; NULL when the message is full. */
static struct cose_signer *
claim_signer(struct cose_sign *message, const uint8_t kid[COSE_KID_LEN])
{
	struct cose_signer *signer = find_signer(message, kid);

	if (signer == NULL && message->signers_len < COSE_SIGNERS_MAX)
		signer = &message->signers[message->signers_len++];
	return signer;
}

enum skerry_err
sign_add(const struct key_pair *pair, const uint8_t *message_bytes, size_t message_len,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	uint8_t protected[COSE_PROTECTED_MAX], signature[COSE_SIGNATURE_LEN], *tbs;
	struct cose_sign message;
	struct cose_signer *signer;
	size_t offset, tbs_max, tbs_len;
	enum skerry_err err;

	if (pair->public_key.curve != COSE_CURVE_ED25519)
		return SKERRY_ERR_ARGUMENT;
	err = cose_sign_parse(message_bytes, message_len, &message, &offset);
	if (err != SKERRY_OK)
		return err;
	signer = claim_signer(&message, pair->kid);
	if (signer == NULL)
		return SKERRY_ERR_COSE_SIGNERS;
	*signer = (struct cose_signer){
		.alg = pair->public_key.alg,
		.protected_bytes = { protected, 0 },
		.signature = signature,
	};
	memcpy(signer->kid, pair->kid, COSE_KID_LEN);
	err = cose_protected_write(
		signer->alg, signer->kid, NULL, protected, &signer->protected_bytes.len);
	if (err != SKERRY_OK)
		return err;
	tbs = tbs_memory(message.payload, &tbs_max);
	if (tbs == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = cose_sign_tbs(message.protected_bytes, signer->protected_bytes, message.payload, tbs,
		tbs_max, &tbs_len);
	if (err == SKERRY_OK) {
		sign_detached(pair, tbs, tbs_len, signature);
		err = write_message(&message, ret_bytes, bytes_max, ret_len);
	}
	free(tbs);
	return err;
}

enum skerry_err
sign_merge(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len, size_t *ret_offset)
{
	struct cose_sign merged, other;
	enum skerry_err err;

	err = cose_sign_parse(a, a_len, &merged, ret_offset);
	if (err != SKERRY_OK)
		return err;
	err = cose_sign_parse(b, b_len, &other, ret_offset);
	if (err != SKERRY_OK)
		return err;
	*ret_offset = 0;
	if (!cbor_bytes_same(merged.payload, other.payload) ||
		!cbor_text_same(merged.type, other.type))
		return SKERRY_ERR_CLAIM_CONFLICT;
	for (size_t i = 0; i < other.signers_len; i++) {
		struct cose_signer *signer;

		if (find_signer(&merged, other.signers[i].kid) != NULL)
			continue;
		signer = claim_signer(&merged, other.signers[i].kid);
		if (signer == NULL)
			return SKERRY_ERR_COSE_SIGNERS;
		*signer = other.signers[i];
	}
	return write_message(&merged, ret_bytes, bytes_max, ret_len);
}
