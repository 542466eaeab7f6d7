/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_PROOF_IN_H
#define VERIFIER_LIBRARY_PROOF_IN_H

/*
 * What a daemon shows, held against what the product pins: manifests, license, proof, in this order, each
 * judged by the one before. No clock: that the proof is of now is the nonce's doing.
 */

#include "daemon_answer.h"
#include "formats/proof.h"
#include "pinned.h"

/* What was asked. */
struct proof_question {
	const struct pinned *pinned;
	const char *product;         /* with its brand */
	const char *tenant, *domain; /* NULL or "": none */
	int64_t build_date;
	struct cbor_bytes nonce;
};

struct proof_taken {
	struct license license; /* borrows the answer's license */
	struct proof proof;     /* ... and its proof */
};

/*
 * `trust` stands on the pinned manifests, or further on from an earlier answer, and moves on by what
 * follows in this one.
 *
 *	TRUST_SEQUENCE  a manifest was left out: one of the chain, or the newest that the proof tells of
 *	errors of manifest_chain_follow
 *	errors of trust_open_license, but where a manifest after the pinned ones has revoked or narrowed the
 *	                key that signed it and the proof says that it is so
 *	PRODUCT, BRAND, TENANT  it is for another one
 *	NOT_PAIRED      it names no site key
 *	COSE_TYPE, errors of cose.h and proof.h
 *	SIGNATURE, TRUST_ALGORITHM  it is not signed by that key
 *	PROOF           another nonce, license, product, tenant, domain or build date, a verdict that the
 *	                license's own dates do not allow, or words that this version does not know
 *	NO_MEMORY
 *
 * *ret_taken is written on success alone.
 */
enum skerry_err proof_in(const struct proof_question *question,
	const struct daemon_answer_proof *answer, struct trust *trust,
	struct proof_taken *ret_taken);

/* The verdict that it tells; `trouble` SKERRY_OK. */
void proof_in_verdict(const struct proof *proof, struct skerry_verdict *ret_verdict);

#endif
