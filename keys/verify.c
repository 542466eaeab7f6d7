/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdlib.h>

#include "verify.h"

enum skerry_err
verify_bytes(const struct cose_key *key, const uint8_t *bytes, size_t bytes_len,
	const uint8_t signature[COSE_SIGNATURE_LEN])
{
	if (key->curve != COSE_CURVE_ED25519)
		return SKERRY_ERR_COSE_KEY;
	if (crypto_sign_verify_detached(signature, bytes, bytes_len, key->x) != 0)
		return SKERRY_ERR_SIGNATURE;
	return SKERRY_OK;
}

/* Memory for a Sig_structure: the caller's stack where it fits, else the heap. */
static uint8_t *
tbs_memory(uint8_t stack[VERIFY_STACK_MAX], size_t payload_len, size_t *ret_max)
{
	*ret_max = payload_len + COSE_TBS_OVERHEAD_MAX;
	if (*ret_max <= VERIFY_STACK_MAX)
		return stack;
	return malloc(*ret_max);
}

enum skerry_err
verify_sign1(const struct cose_sign1 *message, const struct cose_key *key,
	struct cbor_bytes *ret_payload)
{
	uint8_t stack[VERIFY_STACK_MAX], *tbs;
	size_t tbs_max, tbs_len;
	enum skerry_err err;

	if (message->alg != key->alg)
		return SKERRY_ERR_TRUST_ALGORITHM;
	tbs = tbs_memory(stack, message->payload.len, &tbs_max);
	if (tbs == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = cose_sign1_tbs(message->protected_bytes, message->payload, tbs, tbs_max, &tbs_len);
	if (err == SKERRY_OK)
		err = verify_bytes(key, tbs, tbs_len, message->signature);
	if (tbs != stack)
		free(tbs);
	if (err == SKERRY_OK)
		*ret_payload = message->payload;
	return err;
}

enum skerry_err
verify_signer(const struct cose_sign *message, const struct cose_signer *signer,
	const struct cose_key *key)
{
	uint8_t stack[VERIFY_STACK_MAX], *tbs;
	size_t tbs_max, tbs_len;
	enum skerry_err err;

	if (signer->alg != key->alg)
		return SKERRY_ERR_TRUST_ALGORITHM;
	tbs = tbs_memory(stack, message->payload.len, &tbs_max);
	if (tbs == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = cose_sign_tbs(message->protected_bytes, signer->protected_bytes, message->payload,
		tbs, tbs_max, &tbs_len);
	if (err == SKERRY_OK)
		err = verify_bytes(key, tbs, tbs_len, signer->signature);
	if (tbs != stack)
		free(tbs);
	return err;
}
