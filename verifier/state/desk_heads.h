/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_DESK_HEADS_H
#define VERIFIER_STATE_DESK_HEADS_H

/*
 * Heads of the desk's audit log, out of bundles that this site has taken in: its requests tell them back,
 * so that a desk whose past was rewritten is found out. Writing is in a change under way. Errors of
 * store.h.
 */

#include "formats/request.h"
#include "keys/store.h"

struct desk_head {
	uint64_t seq;
	uint8_t hash[REQUEST_HASH_LEN];
};

/* REQUEST_HEADS_MAX are kept: the first, and of the others the newest. */
enum skerry_err desk_heads_put(struct store *store, const struct desk_head *head);

/* Ascending by seq. */
enum skerry_err desk_heads_read(
	struct store *store, struct desk_head ret_heads[REQUEST_HEADS_MAX], size_t *ret_len);

#endif
