/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_PROOF_OUT_H
#define VERIFIER_EXCHANGE_PROOF_OUT_H

/*
 * A proof, written (formats/proof.h): what this site answers now, signed by its own key, with all that a
 * client needs to go from the vendor's root that it pins to that key.
 *
 * Over HTTP: POST /v1/proof with {"nonce","product","tenant"?,"domain"?}, the nonce in base64 (RFC 4648,
 * padded), the rest of a question (install_path, custom, build_date) behind the question mark as in any
 * other call, and the message in the language that Accept-Language names. The answer is {"license",
 * "manifests": [...], "proof"}, each document in base64, in CBOR too.
 */

#include "formats/proof.h"
#include "verifier/question.h"
#include "verifier/texts/texts.h"

struct proof_wish {
	/* `at` and `without` 0; product NULL: the one that all are for; domain NULL: none, which no license names */
	struct site_query query;
	const struct texts *texts; /* of its message */
	struct cbor_bytes nonce;   /* PROOF_NONCE_MIN to PROOF_NONCE_MAX bytes, the client's */
};

struct proof_manifest {
	uint8_t *bytes;
	size_t len;
};

struct proof_made {
	struct cbor_bytes license;        /* its document; borrows the site */
	struct proof_manifest *manifests; /* the site's whole chain, the anchor first */
	size_t manifests_len;
	uint8_t proof[PROOF_MAX];
	size_t proof_len;
};

/*
 * Of a site that is open, for reading or writing, and has ticked. NO_LICENSE (none for that product and
 * tenant), NOT_PAIRED (the license that answers is not bound to this site's key, so that its word proves
 * nothing), ARGUMENT (a nonce too short or too long, a product, tenant or domain that no license could
 * name), and the errors of site_ask, documents_load_trust, identity_open_pair; NO_MEMORY. *ret_made is
 * written on success alone; proof_made_free.
 */
enum skerry_err proof_make(
	const struct site *site, const struct proof_wish *wish, struct proof_made *ret_made);
void proof_made_free(struct proof_made *made);

#endif
