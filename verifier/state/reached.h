/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_REACHED_H
#define VERIFIER_STATE_REACHED_H

/*
 * What status lists say of the documents that this site holds or held, and when they first said so here:
 * the next request tells its vendor which revocations and suspensions have reached it. Nothing is decided
 * by it. Writing is in a change under way. Errors of store.h.
 */

#include "formats/license.h"
#include "formats/status_list.h"
#include "keys/store.h"

enum { REACHED_KEPT_MAX = 512 }; /* documents; of more, those of which news came longest ago go */

struct reached_row {
	struct cbor_text uri;
	uint64_t index;
	enum status_list_value value; /* INVALID or SUSPENDED */
	int64_t at;                   /* settled */
};

/* A document that is held from now on; until a list speaks of it, there is no word. */
enum skerry_err reached_add(struct store *store, const struct license *license, int64_t now);

/* What a list says, unpacked, of each that is known here. */
enum skerry_err reached_see(struct store *store, const struct status_list *list,
	const uint8_t *bytes, size_t bytes_len, int64_t now);

/* Revoked and suspended ones, the newest news first; `each` returns false to stop. Texts are borrowed. */
enum skerry_err reached_each(
	struct store *store, bool (*each)(void *, const struct reached_row *row), void *context);

#endif
