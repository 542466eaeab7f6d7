/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_OUTDATED_H
#define ISSUER_DESK_OUTDATED_H

/*
 * Documents that the newest manifest no longer permits: its signing key was revoked, or limited to less
 * than the document claims. Their activations are marked as those of a changed license are, so that the
 * next bundle carries new documents under the key in use. Retiring a key outdates nothing.
 */

#include "issuer/desk/desk.h"
#include "keys/trust.h"

/*
 * Within the change under way that takes `after`. Time follows the activations where a key's entry
 * changed; else it is none. *ret_marked: activations that stand. Errors of store.h; NO_MEMORY.
 */
enum skerry_err outdated_mark(struct desk *desk, const struct trust *before,
	const struct trust *after, size_t *ret_marked);

/*
 * The newest document of an activation (its row) that stands, above that edition, where `trust` permits
 * it; malloc'd. NULL and 0 where there is none.
 */
enum skerry_err outdated_find_newest(struct desk *desk, const struct trust *trust,
	int64_t activation_id, int64_t above, uint8_t **ret_bytes, size_t *ret_len);

#endif
