/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_COSE_H
#define FORMATS_COSE_H

/*
 * The two COSE envelopes (RFC 9052) in Skerry's profile.
 *
 * COSE_Sign1, tag 18, one signer:   [ << {1: alg, 4: kid, 16: typ} >>, {}, payload, signature ]
 * COSE_Sign, tag 98, many signers:  [ << {16: typ} >>, {}, payload,
 *                                     [ [ << {1: alg, 4: kid} >>, {}, signature ] ... ] ]
 *
 * Payload attached, external_aad empty, signers in ascending order of their kid. typ is RFC 9596's.
 * A parse checks form only. The payload that it points at is NOT yet verified: keys/verify hands
 * it out once the signature has passed.
 */

#include "cbor.h"
#include "cose_key.h"

enum {
	COSE_TAG_SIGN1 = 18,
	COSE_TAG_SIGN = 98,
	COSE_SIGNATURE_LEN = 64,
	COSE_TYPE_MAX = 64,      /* characters of typ */
	COSE_PROTECTED_MAX = 96, /* bytes of a protected header */
	COSE_SIGNERS_MAX = 16,
	/* What an envelope adds to its payload at most, and what the Sig_structure adds. */
	COSE_SIGN1_OVERHEAD_MAX = COSE_PROTECTED_MAX + COSE_SIGNATURE_LEN + 16,
	COSE_SIGN_OVERHEAD_MAX = COSE_PROTECTED_MAX + COSE_SIGNERS_MAX * 96 + 16,
	COSE_TBS_OVERHEAD_MAX = 2 * COSE_PROTECTED_MAX + 32
};

struct cose_sign1 {
	enum cose_alg alg;
	uint8_t kid[COSE_KID_LEN];
	struct cbor_text type;             /* typ */
	struct cbor_bytes protected_bytes; /* encoded header, as signed */
	struct cbor_bytes payload;         /* unverified */
	size_t payload_offset;    /* in the message, so that claims can be told by file offset */
	const uint8_t *signature; /* COSE_SIGNATURE_LEN bytes */
};

struct cose_signer {
	enum cose_alg alg;
	uint8_t kid[COSE_KID_LEN];
	struct cbor_bytes protected_bytes;
	const uint8_t *signature;
};

struct cose_sign {
	struct cbor_text type;
	struct cbor_bytes protected_bytes;
	struct cbor_bytes payload; /* unverified */
	size_t payload_offset;
	struct cose_signer signers[COSE_SIGNERS_MAX];
	size_t signers_len; /* 0: not signed yet */
};

/*
 * Reads one whole message. Besides the CBOR errors, each with its offset in `bytes`:
 *
 * COSE_HEADER_UNKNOWN, COSE_HEADER_MISSING, COSE_UNPROTECTED, COSE_ALGORITHM, COSE_KID, COSE_TYPE
 * (longer than COSE_TYPE_MAX or not text), COSE_SIGNATURE_LENGTH, COSE_SIGNERS
 *
 * An unknown or unprotected header is told at its label, a missing one at the map that lacks it,
 * signers out of order at the second one. An array of too few parts is CBOR_COUNT.
 *
 * Offsets inside the protected header are offsets in `bytes` too. What it returns borrows `bytes`.
 */
enum skerry_err cose_sign1_parse(
	const uint8_t *bytes, size_t bytes_len, struct cose_sign1 *ret_message, size_t *ret_offset);
enum skerry_err cose_sign_parse(
	const uint8_t *bytes, size_t bytes_len, struct cose_sign *ret_message, size_t *ret_offset);

/*
 * Encodes a protected header into `ret_bytes`. type NULL: without typ; alg NONE: typ alone, and kid
 * is not looked at. ARGUMENT for neither of them, another alg, or a type over COSE_TYPE_MAX.
 */
enum skerry_err cose_protected_write(enum cose_alg alg, const uint8_t kid[COSE_KID_LEN],
	const char *type, uint8_t ret_bytes[COSE_PROTECTED_MAX], size_t *ret_len);

/*
 * The Sig_structure (RFC 9052, section 4.4) that a signature covers. `ret_bytes` has room for
 * payload.len + COSE_TBS_OVERHEAD_MAX; NO_SPACE otherwise.
 */
enum skerry_err cose_sign1_tbs(struct cbor_bytes protected_bytes, struct cbor_bytes payload,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);
enum skerry_err cose_sign_tbs(struct cbor_bytes body_protected, struct cbor_bytes sign_protected,
	struct cbor_bytes payload, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/*
 * Whole messages, as the next item of `w`. The COSE_Sign's signers are written in the order of
 * their kid; one that is there twice latches COSE_SIGNERS.
 */
void cose_sign1_write(struct cbor_writer *w, struct cbor_bytes protected_bytes,
	struct cbor_bytes payload, const uint8_t signature[COSE_SIGNATURE_LEN]);
void cose_sign_write(struct cbor_writer *w, const struct cose_sign *message);

#endif
