/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_MANIFESTS_H
#define ISSUER_DESK_MANIFESTS_H

/*
 * The desk's manifest chain. The database holds it; DESK/vendor.manifest (version 1) and
 * DESK/manifests/N.manifest are copies for people and scripts, written again when one is missing.
 *
 * While the root is the trial root that `init` made, the desk signs the next version by itself when
 * a brand's contact changes. After a ceremony it only takes what the ceremony signed.
 */

#include "issuer/desk/desk_keys.h"
#include "keys/trust.h"

/* Verifies the whole chain anew. The caller frees *ret_trust. STORE_DAMAGED when it is empty. */
enum skerry_err manifests_load(struct desk *desk, struct trust **ret_trust);

/* Signs a manifest with every root of it that the desk holds, and records it. For init too. */
enum skerry_err manifests_sign(struct desk *desk, const struct manifest *manifest);

/*
 * Brings the contacts up to date within the change under way: under a trial root signs the next
 * version if they differ. *ret_version: the version that now stands; *ret_due: they differ, but
 * only a ceremony can change them.
 */
enum skerry_err manifests_refresh(struct desk *desk, uint64_t *ret_version, bool *ret_due);
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
 * the change under way.
 */
enum skerry_err manifests_take(struct desk *desk, const uint8_t *bytes, size_t bytes_len,
	bool cosign, uint64_t *ret_version);

/* Every version in order. */
enum skerry_err manifests_each(struct desk *desk,
	void (*each)(void *, uint64_t version, struct cbor_bytes bytes), void *context);

/* Writes the files that are missing. */
enum skerry_err manifests_publish(struct desk *desk);

#endif
