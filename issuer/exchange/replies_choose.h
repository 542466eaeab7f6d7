/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REPLIES_CHOOSE_H
#define ISSUER_EXCHANGE_REPLIES_CHOOSE_H

/* Which replies an installation is left, of those that it has not taken in: see replies.h. */

#include "issuer/exchange/replies.h"

struct replies_chosen {
	int64_t document_id, brand_id; /* rows */
	uint64_t number;
	bool telling; /* replies.h; none is where all are left */
};

/*
 * Those numbered above `above`, the newest first; REPLIES_EACH_MAX - REPLIES_REPEATED_MAX at most. The
 * caller frees *ret_chosen. NO_MEMORY, errors of store.h.
 */
enum skerry_err replies_choose(struct desk *desk, const struct installation *installation,
	uint64_t above, struct replies_chosen **ret_chosen, size_t *ret_len);

#endif
