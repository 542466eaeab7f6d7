/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_BUNDLES_H
#define ISSUER_EXCHANGE_BUNDLES_H

/*
 * A bundle: manifest chain, status lists, and the replies of the sites that it is for, sealed
 * (formats/bundle.h). Two steps:
 *
 *	bundles_prepare   within a change: what is due is renewed, lists are brought up to date, what a
 *	                  key signed that was revoked since is made again, the bundle gets its number,
 *	                  and each page its place. Signing runs on all processors
 *	bundles_write     after the commit: pages in the order of their sort keys, sealed on all
 *	                  processors. What was made is read back as a site would before anything of it leaves
 *
 * Memory does not grow with the number of sites but for 64 bytes each, and some 100 for each page. Pages
 * lie in a file without a name in the desk's folder until the signed index, which comes before them, is
 * known. The same prepared bundle can be written again: its boxes are sealed anew.
 */

#include "issuer/exchange/replies.h"

struct bundles_wish {
	const int64_t *installations; /* rows */
	size_t installations_len;
	bool all;          /* every installation that has something to be left */
	const char *group; /* those of a group; NULL */
	int64_t brand_id;  /* replies of this brand only, and its list; 0: every brand */
	int64_t due_until; /* renews documents whose renew_by is not later, and those whose license
				changed since; 0: only the latter */
};

struct bundles_summary {
	uint64_t seq;
	uint8_t id[BUNDLE_ID_LEN];
	int64_t issued_at;
	size_t sites, boxes, lists;
	size_t renewed; /* documents */
	/* Documents that were due and that the key or the limits did not permit; of the first one: */
	size_t refused;
	enum skerry_err refusal;
	char refused_license[LICENSE_ID_LEN + 1], refused_advice[DESK_ADVICE_MAX];
	uint64_t bytes; /* exactly what bundles_write will put */
};

struct bundles;

/*
 * Refused before anything is recorded where the key in use may not sign bundles, lists or replies
 * (signing_permits_role). Errors of signing.h, issue.h, replies.h, store.h; DOCUMENT_TOO_LARGE: chain,
 * lists or boxes are beyond a bundle's limits; NO_MEMORY. bundles_free in the end, harmless on NULL.
 */
enum skerry_err bundles_prepare(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, const struct bundles_wish *wish, struct bundles **ret_bundles,
	struct bundles_summary *ret_summary);

/*
 * `put` gets the bytes in order, and returns false to stop (IO). Reads the desk, changes nothing.
 * STORE_BUSY where the replies changed since they were prepared: prepare again. IO, errno: no room for the
 * pages in the desk's folder.
 */
enum skerry_err bundles_write(struct desk *desk, const struct signing *signing,
	struct bundles *bundles, bool (*put)(void *, const uint8_t *bytes, size_t len),
	void *context, struct bundles_summary *ret_summary);
void bundles_free(struct bundles *bundles);

/* Whether a verified index is of a bundle that this desk made, and its number. */
enum skerry_err bundles_find(
	struct desk *desk, const uint8_t id[BUNDLE_ID_LEN], uint64_t *ret_seq, bool *ret_mine);

#endif
