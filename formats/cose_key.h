/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_COSE_KEY_H
#define FORMATS_COSE_KEY_H

/*
 * COSE_Key (RFC 9052, section 7) of the two kinds that Skerry has: Ed25519 to sign and X25519 to
 * seal, both OKP (RFC 9053, section 7.2), public part only:
 *
 *	{ 1: 1, 3: -8 or -19, -1: 6, -2: x }    Ed25519; 3 is the one algorithm the key is used with
 *	{ 1: 1, -1: 4, -2: x }                  X25519; no algorithm: it opens sealed boxes
 *
 * Nothing else is allowed in the map: no kid (it is computed, never read) and no private part.
 */

#include "cbor.h"

enum {
	COSE_KEY_X_LEN = 32,
	COSE_KEY_MAX = 48,        /* bytes that a COSE_Key takes at most */
	COSE_THUMBPRINT_LEN = 32, /* SHA-256 (RFC 9679) */
	COSE_KID_LEN = 8          /* first bytes of the thumbprint */
};

enum cose_alg {
	COSE_ALG_NONE = 0,
	COSE_ALG_EDDSA = -8,   /* RFC 9053; what today's libraries read */
	COSE_ALG_ED25519 = -19 /* RFC 9864, fully specified */
};

enum cose_curve { COSE_CURVE_X25519 = 4, COSE_CURVE_ED25519 = 6 };

struct cose_key {
	enum cose_curve curve;
	enum cose_alg alg; /* COSE_ALG_NONE for X25519 */
	uint8_t x[COSE_KEY_X_LEN];
};

/* Reads one COSE_Key as the next item. Latches COSE_KEY for anything not listed above. */
void cose_key_read(struct cbor_reader *r, struct cose_key *ret_key);
void cose_key_write(struct cbor_writer *w, const struct cose_key *key);

/* A whole file or string that is one COSE_Key; errors as the reader's, with their offset. */
enum skerry_err cose_key_parse(
	const uint8_t *bytes, size_t bytes_len, struct cose_key *ret_key, size_t *ret_offset);

/*
 * The bytes whose SHA-256 is the key's thumbprint (RFC 9679, section 4: kty, crv and x in
 * deterministic order). `ret_bytes` has room for COSE_KEY_MAX. Cannot fail; returns the length.
 */
size_t cose_key_thumbprint_input(const struct cose_key *key, uint8_t ret_bytes[COSE_KEY_MAX]);

/* The same point is the same key, whatever algorithm it names. */
bool cose_key_same_point(const struct cose_key *a, const struct cose_key *b);
/* Curve and algorithm too. */
bool cose_key_same(const struct cose_key *a, const struct cose_key *b);

#endif
