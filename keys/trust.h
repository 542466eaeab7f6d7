/* SPDX-License-Identifier: ISC */
#ifndef KEYS_TRUST_H
#define KEYS_TRUST_H

/*
 * Trust: a chain of manifests that begins at an anchor, and the one question "may this key sign
 * this?".
 *
 * The anchor is a manifest that the product or `skerry init` pins; it must carry its own threshold
 * of its own roots. Version N + 1 must carry the threshold of N's roots and of its own (TUF root
 * rotation), keep every key that N lists, and undo no revocation. Every signature on a manifest
 * must be by a root of either and must pass: one bad one refuses the whole.
 */

#include "formats/cose.h"
#include "formats/license.h"
#include "formats/manifest.h"
#include "formats/status_list.h"

/* A verified manifest. Owns its bytes, which `manifest` borrows. About 200 KB: allocate it. */
struct trust {
	struct manifest manifest;
	uint8_t bytes[MANIFEST_MAX];
	size_t bytes_len;
	uint8_t kids[MANIFEST_KEYS_MAX][COSE_KID_LEN]; /* of manifest.keys */
};

/*
 * Takes an anchor. CBOR, COSE and claim errors with their offset; DOCUMENT_TOO_LARGE, COSE_TYPE (no
 * manifest), TRUST_ROOT_UNKNOWN, TRUST_ALGORITHM, SIGNATURE, TRUST_THRESHOLD, NO_MEMORY. *trust is
 * unchanged on failure. To pin a version that replaced roots, leave out the signatures of those
 * that are gone (`skerry-keys manifest anchor`).
 */
enum skerry_err trust_anchor(
	struct trust *trust, const uint8_t *bytes, size_t bytes_len, size_t *ret_offset);

/*
 * Moves on to the next version. Besides trust_anchor's errors: TRUST_SEQUENCE (not version N + 1;
 * the very same version N is SKERRY_OK and changes nothing; of that and of older ones the signatures
 * by roots known now must pass, and there must be one: TRUST_ROOT_UNKNOWN), TRUST_KEY_DROPPED
 * (issuing or exchange key; a revocation moved to later counts as undone). *trust is unchanged
 * on failure.
 */
enum skerry_err trust_advance(
	struct trust *trust, const uint8_t *bytes, size_t bytes_len, size_t *ret_offset);

/* Another one that stands where `trust` does, to go on from without changing it. INTERNAL: there was none. */
enum skerry_err trust_copy(const struct trust *trust, struct trust *ret_copy);

/* A document's signer as the manifest lists it, or NULL. */
const struct manifest_key *trust_find_key(
	const struct trust *trust, const uint8_t kid[COSE_KID_LEN]);

/* What a document claims, as far as the manifest limits it. */
struct trust_claims {
	enum manifest_role role;
	struct cbor_text
		brand; /* absent: serves all brands (a bundle's index), and needs such a key */
	int64_t issued_at;
	int64_t expires_at; /* LICENSE_NEVER */
	int64_t grace_s;
};

/*
 * The decision itself. Pure: compares the window with iat, never with now, so that a license
 * survives the retirement of its key. In this order: TRUST_ROLE, TRUST_BRAND, TRUST_NOT_YET,
 * TRUST_RETIRED, TRUST_PERPETUAL, TRUST_GRACE, TRUST_LATEST, TRUST_KEY_REVOKED (last, so that it
 * means "good but for the revocation"). Both ends of the window and `latest` itself are inside.
 * `latest` bounds what ends; what never ends needs `perpetual` and nothing else.
 */
enum skerry_err trust_permits(const struct manifest_key *key, const struct trust_claims *claims);

/* trust_permits for what a license claims. */
enum skerry_err trust_permits_license(
	const struct manifest_key *key, const struct license *license);

/*
 * A COSE_Sign1 of that typ by a key that the manifest lists: form and signature, not what it claims.
 * Then ret_message->payload is verified. Errors of cose.h with *ret_offset, and of verify.h; COSE_TYPE,
 * TRUST_KEY_UNKNOWN.
 */
enum skerry_err trust_open_signed(const struct trust *trust, const char *type,
	struct cbor_bytes document, struct cose_sign1 *ret_message,
	const struct manifest_key **ret_key, size_t *ret_offset);

/*
 * A license from bytes to claims: form, signature, trust; neither machine nor date. Strings borrow
 * `bytes`. Errors of cose.h, license.h, verify.h and trust_permits, COSE_TYPE for another document,
 * DOCUMENT_TOO_LARGE, TRUST_KEY_UNKNOWN; *ret_offset in `bytes` for malformed input, else 0.
 *
 * On an error of trust_permits *ret_license and *ret_key are written as well: it is genuine, but
 * the manifest does not (or no longer) permit it. Who held it already lets it go into its grace;
 * who did not refuses it.
 */
enum skerry_err trust_open_license(const struct trust *trust, const uint8_t *bytes,
	size_t bytes_len, struct license *ret_license, const struct manifest_key **ret_key,
	size_t *ret_offset);

/*
 * A status list likewise, with the key's role `status` for the brand that its sub, "skerry:BRAND",
 * names; another sub, and another width than STATUS_LIST_BITS, is CLAIM_VALUE (offset 0). It is still
 * packed: only now may it be unpacked. It has no end for a key's `latest` to limit. On an error of
 * trust_permits *ret_list and *ret_key are written as well, as for a license.
 */
enum skerry_err trust_open_status_list(const struct trust *trust, const uint8_t *bytes,
	size_t bytes_len, struct status_list *ret_list, const struct manifest_key **ret_key,
	size_t *ret_offset);

#endif
