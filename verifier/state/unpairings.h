/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_UNPAIRINGS_H
#define VERIFIER_STATE_UNPAIRINGS_H

/*
 * What replies have said is unpaired; what counts of it is decided in decide/words.h. Errors of store.h.
 */

#include "keys/store.h"
#include "keys/trust.h"
#include "verifier/decide/words.h"

enum { UNPAIRINGS_MAX = 256 }; /* of more, those told longest ago go */

/* In a change under way. One that is here already stays as it is. */
enum skerry_err unpairings_put(
	struct store *store, const struct unpairing *unpairing, const uint8_t kid[COSE_KID_LEN]);

/* When a document's unpairing began; LICENSE_NEVER: it is paired. */
enum skerry_err unpairings_find(struct store *store, const struct license *license,
	const struct clock *clock, int64_t *ret_since);
/* What a key said that may no longer say it is not so. In a change under way. */
enum skerry_err unpairings_review(struct store *store, const struct trust *trust);

#endif
