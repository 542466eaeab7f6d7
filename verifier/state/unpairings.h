/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_UNPAIRINGS_H
#define VERIFIER_STATE_UNPAIRINGS_H

/*
 * What replies have said is unpaired: of a license, the documents that were issued no later than the
 * reply. One that was issued after it has been paired anew. So it makes no difference in which order
 * replies and documents come. Errors of store.h.
 */

#include "keys/store.h"
#include "keys/trust.h"

enum { UNPAIRINGS_MAX = 256 }; /* of more, those told longest ago go */

struct unpairing {
	struct cbor_text brand, license; /* license: its id */
	int64_t told_at;                 /* the reply's iat */
	int64_t until;                   /* LICENSE_NEVER: it did not say */
	int64_t heard_at;                /* LICENSE_NEVER: nobody knows when it came */
};

/* In a change under way. One that is here already stays as it is. */
enum skerry_err unpairings_put(
	struct store *store, const struct unpairing *unpairing, const uint8_t kid[COSE_KID_LEN]);

/* When a document's unpairing began; LICENSE_NEVER: it is paired. */
enum skerry_err unpairings_find(
	struct store *store, const struct license *license, int64_t *ret_since);
/* The same of one that is known. */
int64_t unpairing_begins(const struct unpairing *unpairing, const struct license *license);

/* What a key said that may no longer say it is not so. In a change under way. */
enum skerry_err unpairings_review(struct store *store, const struct trust *trust);

#endif
