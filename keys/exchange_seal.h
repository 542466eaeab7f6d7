/* SPDX-License-Identifier: ISC */
#ifndef KEYS_EXCHANGE_SEAL_H
#define KEYS_EXCHANGE_SEAL_H

/*
 * What travels between a desk and a site, signed and sealed. exchange_open.h opens it again.
 *
 * Each writes, signs and, where it says so, seals into `ret_bytes` with room for bytes_max. Errors of
 * the writers (CLAIM_, DOCUMENT_TOO_LARGE), of sign.h and seal.h; ARGUMENT for a pair of another
 * purpose. Outputs are untouched on failure but for ret_bytes. Not linked into libskerry.
 */

#include "formats/bundle.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "keys/key_file.h"

/* A request, signed by the site's pair. CLAIM_CONFLICT unless its site_key is that pair's. */
enum skerry_err exchange_sign_request(const struct key_pair *site, const struct request *request,
	uint8_t ret_digest[REQUEST_DIGEST_LEN], uint8_t *ret_bytes, size_t bytes_max,
	size_t *ret_len);
/* ... and sealed to the vendor. CLAIM_CONFLICT also unless that is its audience. SEALED_MAX is room. */
enum skerry_err exchange_seal_request(const struct key_pair *site, const struct cose_key *exchange,
	const struct request *request, uint8_t ret_digest[REQUEST_DIGEST_LEN], uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len);

/* A reply, signed by an issuing pair: what the desk keeps, and what seal_box makes a bundle's box of. */
enum skerry_err exchange_sign_reply(const struct key_pair *issuing, const struct reply *reply,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);
/* ... and sealed to the site's opening key, in a container. */
enum skerry_err exchange_seal_reply(const struct key_pair *issuing, const struct cose_key *opening,
	const struct reply *reply, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/* The index of a bundle, signed by an issuing pair; its entries become the fan. */
enum skerry_err exchange_sign_index(const struct key_pair *issuing,
	const struct bundle_index *index, const struct bundle_entry *entries, size_t entries_len,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

#endif
