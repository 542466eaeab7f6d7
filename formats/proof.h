/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_PROOF_H
#define FORMATS_PROOF_H

/*
 * The proof: what a site's daemon says of its present verdict, signed by the site's own key for who asks with
 * a nonce. With the license, which names that key, and the vendor's manifests, a client that pins the
 * vendor's root knows that the verdict is this site's, of this license, and of now. A CWT (RFC 8392);
 * docs/formats.md has the CDDL.
 *
 *	3 aud product "hotelhub/hms"   4 exp: until then it may be believed without asking again
 *	6 iat: the site's time   10 the nonce (RFC 8392 leaves it to others; label of RFC 9711)
 *	-65537 Skerry's own map:
 *
 *	1 format version   2 SHA-256 of the license's document   3 state   4 access   5 reason   6 notice
 *	7 next_change_at   8 renew_by   9 valid_until   10 maintenance_until   11 grace_until
 *	12 degraded_until   13 clock   14 state_rollback: true   15 message   16 tenant   17 domain
 *	18 build date   19 version of the newest manifest that the site knows
 *
 * 16 to 18 are what was asked: a client compares them, so that nobody in between asks something else. 19
 * shows that a manifest was left out on the way. claims.h has the rule for labels; what is absent is not
 * written: a date that never comes, 0, false, an empty text.
 */

#include "cbor.h"
#include "cose.h"
#include "license.h"

#define PROOF_TYPE "application/vnd.skerry.proof+cwt"

enum {
	PROOF_PAYLOAD_MAX = 4096,
	PROOF_MAX = PROOF_PAYLOAD_MAX + COSE_SIGN1_OVERHEAD_MAX, /* the whole signed document */
	PROOF_FORMAT_VERSION = 1,
	PROOF_NONCE_MIN = 8,
	PROOF_NONCE_MAX = 64,
	PROOF_PRODUCT_MAX = 2 * LICENSE_SLUG_MAX + 1,
	PROOF_MESSAGE_MAX = 1024,
	PROOF_LIVES_S = 900, /* exp is at most that much after iat */
	PROOF_HASH_LEN = 32
};

struct proof {
	struct cbor_text product;
	int64_t issued_at, expires_at;
	struct cbor_bytes nonce;
	const uint8_t *license_hash; /* PROOF_HASH_LEN bytes */
	unsigned state, access, reason, notice,
		clock; /* the numbers of skerry.h's enums, 0 to 255 */
	bool state_rollback;
	int64_t next_change_at, renew_by, valid_until, maintenance_until, grace_until,
		degraded_until;
	struct cbor_text message, tenant, domain;
	int64_t build_date;        /* 0: not told */
	uint64_t manifest_version; /* 1 or more */
};

/*
 * Reads a payload, whose signature keys/ checks by the license's site key; what it returns borrows that.
 * CBOR errors with their offset in `payload`, and:
 *
 * CLAIM_MISSING    aud, exp, iat or nonce; format version, license or manifest version
 * CLAIM_CRITICAL, CLAIM_VERSION    as in license.h
 * CLAIM_VALUE      an audience that is no product, a nonce too short, what is absent and yet written
 * CLAIM_CONFLICT   exp is not in (iat, iat + PROOF_LIVES_S] (offset: exp)
 * DOCUMENT_TOO_LARGE   more than PROOF_PAYLOAD_MAX bytes
 *
 * Numbers of state, access, reason, notice and clock that this version does not know are kept. *ret_proof
 * is written on success alone. Pure, thread-safe.
 */
enum skerry_err proof_parse(struct cbor_bytes payload, struct proof *ret_proof, size_t *ret_offset);
/* Latches what proof_parse would refuse. */
void proof_write(struct cbor_writer *w, const struct proof *proof);

#endif
