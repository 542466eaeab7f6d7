/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REPLIES_AGAIN_H
#define ISSUER_EXCHANGE_REPLIES_AGAIN_H

/*
 * Replies that were signed by a key which the newest manifest does not permit (any more), and that their
 * sites have not taken in: a site would refuse them. They are made again under the key in use, with
 * numbers of their own and the newest documents of the activations that they had documents of:
 *
 *	an answer        the same results and notices to the same nonce; unless one that may leave answers
 *	                 that request or a later one (that very request, where it arrived again). Read
 *	                 again, the request has this answer
 *	an unasked one   where a document of it is in none that may leave
 *
 * Of each brand at most REPLIES_LEFT_MAX - 1, so that one with what was renewed leaves beside them. A
 * time reset is left out once it is older than REPLIES_AGAIN_RESET_S: it would set the clock ahead.
 */

#include "issuer/exchange/replies.h"

#define REPLIES_AGAIN_RESET_S (INT64_C(30) * 86400)

/*
 * For installations (rows), within the change under way; signed on all processors. brand_id 0: of every
 * brand. Harmless where nothing is refused, or all was made again. *ret_made: replies. Errors of
 * replies.h, store.h.
 */
enum skerry_err replies_again(struct desk *desk, const struct signing *signing, int64_t brand_id,
	const int64_t *installations, size_t installations_len, size_t *ret_made);

#endif
