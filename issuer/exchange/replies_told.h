/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REPLIES_TOLD_H
#define ISSUER_EXCHANGE_REPLIES_TOLD_H

/*
 * What an operator wanted the sites of a license to be told (license suspend|revoke|resume --tell; notes.h),
 * put into the replies that are made for them. A site goes by the newest reply of a brand alone, so each
 * one says it, asked or unasked: of every license that the reply has a result of, and of those that the
 * installation has, as far as there is room. Where it no longer is told, the result says the desk's words alone.
 *
 * That a license goes on is told for REPLIES_TOLD_RESUMED_S.
 *
 * Within replies.c and bundles_renew.c.
 */

#include "issuer/exchange/replies.h"

#define REPLIES_TOLD_RESUMED_S (INT64_C(30) * 86400)

/* More than the claims of a reply with all that is told take, its documents apart. */
enum { REPLIES_TOLD_ROOM = 40 * 1024 };

/* As SQL: whether something of the license `l` is, or was, told. */
#define REPLIES_TOLD_OF "EXISTS (SELECT 1 FROM note n WHERE n.license_id = l.id AND n.told > 0)"

struct replies_told;

/*
 * A copy of `reply`, which it borrows, with what is told; its installation's activations are outdated no
 * longer on that account. In the change under way. replies_told_free, harmless on NULL. NO_MEMORY; errors
 * of store.h.
 */
enum skerry_err replies_told_add(struct desk *desk, int64_t installation_id, int64_t brand_id,
	const struct reply *reply, struct replies_told **ret_told);
const struct reply *replies_told_reply(const struct replies_told *told);
void replies_told_free(struct replies_told *told);

#endif
