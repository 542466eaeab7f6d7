/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_DAEMON_ANSWER_H
#define VERIFIER_LIBRARY_DAEMON_ANSWER_H

/*
 * What skerryd answers in CBOR: the same objects as its JSON, documents in base64. Pure but for memory;
 * nothing here is verified.
 */

#include "formats/document.h"
#include "verifier/exchange/manifest_chain.h"

enum { DAEMON_ANSWER_CODE_MAX = 64, DAEMON_ANSWER_SECRET_MAX = 64 };

/* The body of POST /v1/proof. All borrows `memory`. */
struct daemon_answer_proof {
	uint8_t *memory; /* allocated */
	struct cbor_bytes license, proof;
	struct document manifests[MANIFEST_CHAIN_MAX];
	size_t manifests_len;
};

/* IO for what is no such object; DOCUMENT_COUNT beyond MANIFEST_CHAIN_MAX; NO_MEMORY. *ret_proof on success. */
enum skerry_err daemon_answer_proof(struct cbor_bytes body, struct daemon_answer_proof *ret_proof);

/* The body of PUT /v1/seats/HOLDER. */
struct daemon_answer_seat {
	char secret[DAEMON_ANSWER_SECRET_MAX]; /* "" : none was told */
	int64_t expires_in_s;
	bool burst;
};

enum skerry_err daemon_answer_seat(struct cbor_bytes body, struct daemon_answer_seat *ret_seat);

/*
 * The error in a body that tells one, by its code; IO for a body without one, or a code that this version
 * does not know. *ret_retry_in_s: of "retry_in", -1 without it.
 */
enum skerry_err daemon_answer_error(struct cbor_bytes body, int64_t *ret_retry_in_s);

#endif
