/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_MANIFESTS_H
#define ISSUER_DESK_MANIFESTS_H

/*
 * The desk's manifest chain, as the database holds it; manifest_files.h has the copies in the
 * desk's folder.
 *
 * While the root is the trial root that `init` made, the desk signs what a brand's contact changes
 * by itself. Until anything else left the desk, it signs version 1 anew instead of a version 2, so
 * that a site that is given nothing but vendor.manifest knows whom to call. Whoever took version 1
 * before loses nothing: it has the same roots and keys, so the same licenses verify under it and
 * version 2 follows it. After a ceremony the desk only takes what the ceremony signed.
 */

#include "issuer/desk/desk_keys.h"
#include "keys/trust.h"

/* Verifies the whole chain anew. The caller frees *ret_trust. STORE_DAMAGED when it is empty. */
enum skerry_err manifests_load(struct desk *desk, struct trust **ret_trust);

/* Signs a manifest with every root of it that the desk holds, and records it. For init too. */
enum skerry_err manifests_sign(struct desk *desk, const struct manifest *manifest);

enum manifests_refreshed {
	MANIFESTS_STAND,   /* the brands are in the newest version as they are */
	MANIFESTS_REWROTE, /* version 1 was signed anew */
	MANIFESTS_ADDED,   /* the next version was signed */
	MANIFESTS_DUE      /* they differ, but only a ceremony can sign that */
};

/*
 * Brings the brands' names and contacts up to date within the change under way, which changed that
 * brand: its operator may. *ret_version: the version that now stands. The vault is open under a
 * trial root.
 *
 * TRUST_THRESHOLD when the trial root's key is gone from the desk; CBOR_COUNT (contacts_gather).
 */
enum skerry_err manifests_refresh(struct desk *desk, int64_t brand_id,
	enum manifests_refreshed *ret_refreshed, uint64_t *ret_version);

/* Whether the newest version stands under the trial root, so that the desk signs the next one. */
enum skerry_err manifests_is_trial(struct desk *desk, bool *ret_trial);

/*
 * Whether a license that this key signs at `now` would be accepted at all: TRUST_PURPOSE,
 * _KEY_UNKNOWN, _KEY_REVOKED, _ROLE, _NOT_YET, _RETIRED.
 */
enum skerry_err manifests_usable(
	const struct trust *trust, const struct desk_key *key, int64_t now);

/*
 * Takes the next version, as trust_advance judges it. `cosign`: adds the trial root's signature
 * first, which hands the desk over to other roots. Where the key in use could not sign under it,
 * another key of the desk that can takes its place; without one, manifests_usable's error. Within
 * the change under way. *ret_outdated (or NULL): activations whose newest document it no longer permits
 * (outdated.h).
 */
enum skerry_err manifests_take(struct desk *desk, const uint8_t *bytes, size_t bytes_len,
	bool cosign, uint64_t *ret_version, size_t *ret_outdated);

/* Every version in order. */
enum skerry_err manifests_each(struct desk *desk,
	void (*each)(void *, uint64_t version, struct cbor_bytes bytes), void *context);

#endif
