/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_KEY_MASKS_H
#define VERIFIER_STATE_KEY_MASKS_H

/*
 * Of which key a license is, in the form that may be shown (license_key_mask); the key itself is kept only
 * while the request for it waits (requests.h). Sealed with the rest of the memory. Errors of store.h.
 */

#include "formats/license.h"
#include "formats/license_key.h"
#include "keys/store.h"

enum { KEY_MASKS_MAX = 256 }; /* of more, those told longest ago go */

/* In a change under way: as a reply of `told_at` tells. A newer one has told already: nothing changes. */
enum skerry_err key_masks_put(struct store *store, struct cbor_text brand, struct cbor_text license,
	const char *masked, int64_t told_at);
enum skerry_err key_masks_drop(
	struct store *store, struct cbor_text brand, struct cbor_text license, int64_t told_at);

/* "": nobody knows. */
enum skerry_err key_masks_find(
	struct store *store, const struct license *license, char ret_masked[LICENSE_KEY_MAX + 1]);

#endif
