/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_FINDER_H
#define ISSUER_DESK_FINDER_H

/*
 * What somebody on the telephone says, and the licenses that it may mean.
 *
 * Names are words: of customers (e-mail, name, company) and of sites (host, domains, install id,
 * tenant), kept in the table `finder` as FTS5 splits and folds them, so that case and accents do
 * not count. Everything else is looked up as it stands: a license's id, a payment reference, a key
 * as it is shown, the beginning of an e-mail, of a tenant, of a site's id.
 *
 * Whatever is typed is a value and never part of a query's grammar: it is split by the very
 * tokenizer that split the records, and each word that comes out goes in again quoted. With several
 * words, all must fit. Words fit whole; where none does so, or the text has a '*', their beginnings
 * do. Nothing here reads more of the desk than what fits.
 */

#include "issuer/desk/licenses.h"

enum {
	FINDER_TEXT_MAX = 256, /* bytes */
	FINDER_WORDS_MAX = 16, /* the words after these are not looked at */
	FINDER_HITS_MAX = 1000 /* of one search */
};

/* Writes the words of a customer or an activation (their rows) anew, within the change under way. */
enum skerry_err finder_put_customer(struct desk *desk, int64_t customer_id);
enum skerry_err finder_put_activation(struct desk *desk, int64_t activation_id);

/* The same for one that is new, at a quarter of the cost. "" where there is no company. */
enum skerry_err finder_add_customer(struct desk *desk, int64_t customer_id, const char *email,
	const char *name, const char *company);
enum skerry_err finder_add_activation(struct desk *desk, int64_t activation_id);

/* Takes the words of a customer and of all their sites away, within the change under way. */
enum skerry_err finder_remove_customer(struct desk *desk, int64_t customer_id);

/* By what something was found. */
enum finder_kind {
	FINDER_LICENSE,
	FINDER_KEY,
	FINDER_PAYMENT,
	FINDER_MASKED,
	FINDER_SITE,
	FINDER_TENANT,
	FINDER_EMAIL,
	FINDER_CUSTOMER, /* a word of a customer */
	FINDER_HOST      /* a word of a site */
};

/* "license", "key", "payment", ... */
const char *finder_kind_name(enum finder_kind kind);

struct finder_query {
	const char *text;
	int64_t license_key_id; /* of the license key that the text is; 0: none */
	int64_t brand_id;       /* 0: every brand */
	size_t limit;           /* 1 to FINDER_HITS_MAX */
};

/* A license, or a customer who has none. Rows; 0: none. */
struct finder_hit {
	enum finder_kind kind;
	int64_t license_id, customer_id, activation_id;
};

/*
 * Each license once, the surest way of finding it first; *ret_more when the limit cut some off.
 * ARGUMENT for a text that is too long or no UTF-8; nothing found is no error.
 */
enum skerry_err finder_search(struct desk *desk, const struct finder_query *query,
	struct finder_hit *ret_hits, size_t *ret_hits_len, bool *ret_more);

/* Every statement that a search may run, NULL last: tests hold them to their indexes. */
extern const char *const FINDER_STATEMENTS[];

#endif
