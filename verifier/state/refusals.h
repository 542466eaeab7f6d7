/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_REFUSALS_H
#define VERIFIER_STATE_REFUSALS_H

/*
 * What the vendor has refused, so that it is still told when a later reply says nothing of it: a brand's
 * last reply with results, or one that brings a license, takes the place of all that was refused before.
 * They are words for people: nothing is decided by them. Errors of store.h.
 */

#include "formats/reply.h"
#include "keys/store.h"

enum { REFUSALS_MAX = REPLY_RESULTS_MAX };

struct refusal {
	unsigned code; /* enum reply_code */
	int64_t told_at;
	char product[LICENSE_SLUG_MAX + 1], license[LICENSE_ID_LEN + 1];
	char text[REPLY_TEXT_MAX + 1];
};

/* In a change under way. A reply that is older than what is kept changes nothing. */
enum skerry_err refusals_hear(struct store *store, const struct reply *reply);

/* Of a brand, in the order of the reply. REFUSALS_MAX at most. */
enum skerry_err refusals_read(struct store *store, struct cbor_text brand,
	struct refusal ret_list[REFUSALS_MAX], size_t *ret_len);

#endif
