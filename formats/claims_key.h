/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CLAIMS_KEY_H
#define FORMATS_CLAIMS_KEY_H

/* Keys among claims: whole ones, the one in `cnf` (RFC 8747), thumbprints. All calls latch as cbor.h's. */

#include "claims.h"
#include "cose_key.h"

/* A COSE_Key of that curve; CLAIM_VALUE for the other one. */
void claims_read_key(struct cbor_reader *r, enum cose_curve curve, struct cose_key *ret_key);

/* { 1: COSE_Key } with an Ed25519 key. CLAIM_MISSING without it. */
void claims_read_cnf(struct cbor_reader *r, struct cose_key *ret_key);
void claims_put_cnf(struct cbor_writer *w, struct cbor_map_out *map, const struct cose_key *key);

/* A thumbprint as text: 64 hexadecimal digits in lower case, else CLAIM_VALUE. */
void claims_read_thumbprint(struct cbor_reader *r, uint8_t ret_thumbprint[COSE_THUMBPRINT_LEN]);
void claims_put_thumbprint(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	const uint8_t thumbprint[COSE_THUMBPRINT_LEN]);

#endif
