/* SPDX-License-Identifier: ISC */
#ifndef KEYS_EXCHANGE_OPEN_H
#define KEYS_EXCHANGE_OPEN_H

/*
 * What travels between a desk and a site, opened and verified: form, seal, signature, trust, address;
 * not whether it is new. Nothing leaves before all of it has passed, and outputs are untouched on
 * failure. Results borrow `plain`, the room for what was sealed. *ret_offset is the byte in the container
 * for its own errors, in the document inside for those of that, and else 0.
 */

#include "formats/bundle.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "keys/key_file.h"
#include "keys/trust.h"

/* About 16 KB. */
struct exchange_request {
	struct request request;
	uint8_t site_id[COSE_THUMBPRINT_LEN]; /* of the key that signed it */
	uint8_t digest[REQUEST_DIGEST_LEN];   /* by which later ones name it */
	struct cbor_bytes document, payload;  /* signed, and what was signed */
};

/*
 * At the desk: a sealed request, by whichever of its exchange pairs it is for. DOCUMENT_KIND (a sealed
 * reply), SEALED (for none of the pairs, altered, or sealed anew: its audience is another key),
 * TRUST_KEY_UNKNOWN (the manifest does not list that pair; a revoked one still opens, since old sites
 * still seal to it), COSE_TYPE, SIGNATURE (also a kid that is not that of its own key),
 * TRUST_ALGORITHM, errors of sealed.h, cose.h, request.h, seal.h. Room of plain_max = bytes_len is
 * enough.
 */
enum skerry_err exchange_open_request(const struct key_pair *pairs, size_t pairs_len,
	const struct manifest *manifest, struct cbor_bytes bytes, uint8_t *plain, size_t plain_max,
	struct exchange_request *ret_request, size_t *ret_offset);

/*
 * At a site: a box out of a bundle's page, or a sealed reply. `opening` is the site's opening pair,
 * site_id the thumbprint of its signing key. SEALED, DOCUMENT_KIND, COSE_TYPE, TRUST_KEY_UNKNOWN,
 * OTHER_SITE (made for another site, and sealed anew), errors of trust_permits for the role `reply` and
 * the brand, of cose.h, reply.h, seal.h, verify.h. A reply has no end for a key's `latest` to limit.
 */
enum skerry_err exchange_open_box(const struct key_pair *opening, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes box, uint8_t *plain,
	size_t plain_max, struct reply *ret_reply, const struct manifest_key **ret_key,
	size_t *ret_offset);
enum skerry_err exchange_open_reply(const struct key_pair *opening, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes bytes, uint8_t *plain,
	size_t plain_max, struct reply *ret_reply, const struct manifest_key **ret_key,
	size_t *ret_offset);

/*
 * A reply as a site keeps it, out of its box: the same but for the seal. The reply borrows `document`;
 * DOCUMENT_TOO_LARGE beyond REPLY_MAX. On an error of trust_permits nothing is written.
 */
enum skerry_err exchange_verify_reply(const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes document,
	struct reply *ret_reply, const struct manifest_key **ret_key, size_t *ret_offset);

/*
 * The signed index of a bundle, once `trust` has followed the chain before it. By a key of the role
 * `bundle` that serves all brands (TRUST_BRAND for another); CLAIM_CONFLICT: it names another chain.
 * Borrows `document`.
 */
enum skerry_err exchange_open_index(const struct trust *trust, struct cbor_bytes chain,
	struct cbor_bytes document, struct bundle_index *ret_index,
	const struct manifest_key **ret_key, size_t *ret_offset);

/* Whether what is stored at a place has its length and hash; the place is out of a verified index. */
bool exchange_is_stored(const struct bundle_place *place, struct cbor_bytes stored);

#endif
