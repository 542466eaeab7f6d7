/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_BUNDLES_H
#define ISSUER_EXCHANGE_BUNDLES_H

/*
 * A bundle: manifest chain, status lists, and the replies of the sites that it is for, sealed
 * (formats/bundle.h). Two steps:
 *
 *	bundles_prepare   within a change: what is due is renewed, lists are brought up to date, the
 *	                  bundle gets its number. Signing runs on all processors
 *	bundles_write     after the commit: pages in the order of their sort keys, sealed on all
 *	                  processors; memory does not grow with the number of sites but for 48 bytes each
 *
 * The same prepared bundle can be written again: its boxes are sealed anew.
 */

#include "issuer/exchange/replies.h"

struct bundles_wish {
	const int64_t *installations; /* rows; all of them with `installations_len` 0 and `all` */
	size_t installations_len;
	bool all;          /* every installation that has something to be left */
	const char *group; /* NULL */
	int64_t brand_id;  /* replies of this brand only, and its list; 0: every brand */
	int64_t due_until; /* renews documents whose renew_by is not later, and those whose license
				changed since; 0: only the latter */
};

struct bundles_summary {
	uint64_t seq;
	uint8_t id[BUNDLE_ID_LEN];
	int64_t issued_at;
	size_t sites, boxes, renewed, lists;
	uint64_t bytes; /* after bundles_write */
};

struct bundles;

/* Errors of signing.h, press.h, store.h, NO_MEMORY. bundles_free in the end, harmless on NULL. */
enum skerry_err bundles_prepare(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, const struct bundles_wish *wish, struct bundles **ret_bundles,
	struct bundles_summary *ret_summary);

/* `put` gets the bytes in order, and returns false to stop (IO). Reads the desk, changes nothing. */
enum skerry_err bundles_write(struct desk *desk, const struct signing *signing,
	struct bundles *bundles, bool (*put)(void *, const uint8_t *bytes, size_t len),
	void *context, struct bundles_summary *summary);
void bundles_free(struct bundles *bundles);

/* Whether a verified index is of a bundle that this desk made, and its number. */
enum skerry_err bundles_find(
	struct desk *desk, const uint8_t id[BUNDLE_ID_LEN], uint64_t *ret_seq, bool *ret_mine);

#endif
