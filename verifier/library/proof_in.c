/* SPDX-License-Identifier: ISC */
#include "proof_in.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/verify.h"
#include "verifier/decide/evaluate.h"
#include "verifier/decide/match.h"
#include "verifier/product_name.h"

/*
 * How much earlier than told it may have been for a license's dates: a step down waits for the place's
 * next day end, 25 h at most, wherever that place is.
 */
enum { LENIENT_S = 2 * 86400 };

/* --- the chain ------------------------------------------------------------------------------- */

static enum skerry_err
follow(struct trust *trust, const struct daemon_answer_proof *answer)
{
	struct manifest_chain chain;
	size_t offset;
	enum skerry_err err = manifest_chain_follow(
		trust, answer->manifests, answer->manifests_len, &chain, &offset);

	for (size_t i = 0; i < chain.order_len && err == SKERRY_OK; i++)
		if (chain.fates[chain.order[i]] == MANIFEST_FATE_GAP)
			err = SKERRY_ERR_TRUST_SEQUENCE;
	return err;
}

/* --- the license ----------------------------------------------------------------------------- */

static enum skerry_err
open_license(const struct trust *trust, struct cbor_bytes bytes, struct license *ret_license)
{
	const struct manifest_key *key;
	size_t offset;

	return trust_open_license(trust, bytes.data, bytes.len, ret_license, &key, &offset);
}

/* Its key is listed, and stands no more. */
static bool
is_fallen(enum skerry_err err)
{
	return err >= SKERRY_ERR_TRUST_KEY_REVOKED && err <= SKERRY_ERR_TRUST_GRACE &&
	       err != SKERRY_ERR_TRUST_ALGORITHM;
}

/*
 * Whether the license was good under the newest pinned manifest, or under one that came after it: one
 * that nothing here ever permitted is a thief's, whatever his site says of it.
 */
static enum skerry_err
stood_once(const struct proof_question *question, const struct daemon_answer_proof *answer)
{
	struct trust *trust = malloc(sizeof *trust);
	struct license *license = malloc(sizeof *license);
	struct manifest_chain chain;
	size_t offset;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (trust == NULL || license == NULL)
		goto out;
	err = manifest_chain_anchor(trust, question->pinned->documents,
		question->pinned->documents_len, &chain, &offset);
	if (err != SKERRY_OK)
		goto out;
	err = open_license(trust, answer->license, license);
	for (size_t i = 0; i < answer->manifests_len && err != SKERRY_OK; i++) {
		struct cbor_bytes manifest = answer->manifests[i].bytes;

		if (trust_advance(trust, manifest.data, manifest.len, &offset) == SKERRY_OK)
			err = open_license(trust, answer->license, license);
	}
out:
	free(license);
	free(trust);
	return err;
}

static enum skerry_err
check_license(const struct proof_question *question, const struct license *license)
{
	enum skerry_err err = product_name_check(question->product, license);

	if (err != SKERRY_OK)
		return err;
	if (match_tenant(license, question->tenant) == EVALUATE_MISMATCH)
		return SKERRY_ERR_TENANT;
	return license->has_site_key ? SKERRY_OK : SKERRY_ERR_NOT_PAIRED;
}

/* --- the proof ------------------------------------------------------------------------------- */

static enum skerry_err
open_proof(struct cbor_bytes bytes, const struct cose_key *site_key, struct proof *ret_proof)
{
	struct cose_sign1 message;
	struct cbor_bytes payload;
	uint8_t kid[COSE_KID_LEN];
	size_t offset;
	enum skerry_err err = cose_sign1_parse(bytes.data, bytes.len, &message, &offset);

	if (err != SKERRY_OK)
		return err;
	if (!cbor_text_equals(message.type, PROOF_TYPE))
		return SKERRY_ERR_COSE_TYPE;
	hash_kid(site_key, kid);
	if (memcmp(kid, message.kid, sizeof kid) != 0)
		return SKERRY_ERR_SIGNATURE;
	err = verify_sign1(&message, site_key, &payload);
	return err == SKERRY_OK ? proof_parse(payload, ret_proof, &offset) : err;
}

static bool
says(struct cbor_text text, const char *asked)
{
	return cbor_text_equals(text, asked == NULL ? "" : asked);
}

static bool
answers(const struct proof_question *question, const struct daemon_answer_proof *answer,
	const struct proof *proof)
{
	uint8_t hash[HASH_LEN];

	hash_sha256(answer->license.data, answer->license.len, hash);
	return cbor_bytes_same(proof->nonce, question->nonce) &&
	       memcmp(proof->license_hash, hash, sizeof hash) == 0 &&
	       says(proof->product, question->product) && says(proof->tenant, question->tenant) &&
	       says(proof->domain, question->domain) && proof->build_date == question->build_date;
}

static bool
is_known(const struct proof *proof)
{
	return proof->state <= SKERRY_STATE_LOCKED && proof->access <= SKERRY_ACCESS_FULL &&
	       proof->reason < SKERRY_REASON_NO_DAEMON && proof->notice <= SKERRY_NOTICE_ALERT &&
	       proof->clock <= SKERRY_CLOCK_UNATTENDED;
}

/* Whoever has the site's key can sign much; not that a license gives more than it does at its best. */
static bool
is_allowed(const struct license *license, const struct proof *proof)
{
	struct evaluate_facts facts;
	struct skerry_verdict best;
	int64_t at = proof->issued_at - LENIENT_S;

	if (at < license->not_before)
		at = proof->issued_at < license->not_before ? proof->issued_at
							    : license->not_before;
	evaluate_facts_init(&facts, at, 0);
	facts.telephone_steps = license->telephone_steps;
	facts.build_date = proof->build_date;
	evaluate(license, &facts, &best);
	return proof->access <= (unsigned)best.access;
}

/* From then on it is in its grace at best, for that reason or another one that ends sooner. */
static bool
admits_the_fall(const struct proof *proof)
{
	return proof->access == SKERRY_ACCESS_NONE || proof->state >= SKERRY_STATE_GRACE;
}

enum skerry_err
proof_in(const struct proof_question *question, const struct daemon_answer_proof *answer,
	struct trust *trust, struct proof_taken *ret_taken)
{
	struct proof_taken *taken = calloc(1, sizeof *taken);
	enum skerry_err err, standing = SKERRY_OK;

	if (taken == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = follow(trust, answer);
	if (err == SKERRY_OK)
		err = open_license(trust, answer->license, &taken->license);
	if (is_fallen(err)) {
		standing = err;
		err = stood_once(question, answer);
	}
	if (err == SKERRY_OK)
		err = check_license(question, &taken->license);
	if (err == SKERRY_OK)
		err = open_proof(answer->proof, &taken->license.site_key, &taken->proof);
	if (err == SKERRY_OK && taken->proof.manifest_version > trust->manifest.version)
		err = SKERRY_ERR_TRUST_SEQUENCE;
	if (err == SKERRY_OK &&
		!(answers(question, answer, &taken->proof) && is_known(&taken->proof) &&
			is_allowed(&taken->license, &taken->proof)))
		err = SKERRY_ERR_PROOF;
	if (err == SKERRY_OK && standing != SKERRY_OK && !admits_the_fall(&taken->proof))
		err = standing;
	if (err == SKERRY_OK)
		*ret_taken = *taken;
	free(taken);
	return err;
}

void
proof_in_verdict(const struct proof *proof, struct skerry_verdict *ret_verdict)
{
	*ret_verdict = (struct skerry_verdict){
		.state = (enum skerry_state)proof->state,
		.access = (enum skerry_access)proof->access,
		.reason = (enum skerry_reason)proof->reason,
		.notice = (enum skerry_notice)proof->notice,
		.at = proof->issued_at,
		.next_change_at = proof->next_change_at,
		.renew_by = proof->renew_by,
		.valid_until = proof->valid_until,
		.maintenance_until = proof->maintenance_until,
		.grace_until = proof->grace_until,
		.degraded_until = proof->degraded_until,
		.clock = (enum skerry_clock)proof->clock,
		.state_rollback = proof->state_rollback,
	};
}
