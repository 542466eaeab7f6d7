/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_TAKE_IN_H
#define VERIFIER_EXCHANGE_TAKE_IN_H

/*
 * Documents that somebody carried to the site: verified, then kept. In this order: manifests, since they
 * may list the key that signed the rest; replies with the licenses in them; licenses; status lists. All
 * that one carrier brings is one change: rows with their bytes in one commit, then the files, which the
 * memory puts back where a kill came between. Taking the same carrier in twice does no harm, and no
 * order of carriers leads elsewhere.
 *
 *	manifest     trust_advance
 *	license      the higher edition counts, in a reply as well
 *	reply        sealed to this site. Of each brand the one with the highest number is kept, with its
 *	             results and notices. Whatever its number, its licenses count by their edition, it
 *	             acknowledges the request whose nonce it repeats if that waits (state/requests.h),
 *	             resets the time where that is the newest one written, and what it says is unpaired
 *	             stays so
 *	status list  of each brand the one with the latest iat is kept. It speaks of the documents that
 *	             are no later than it; beside a reply that resets the time it is compared as after
 *	             the reset
 *
 * The rules of order are decide/words.h's. Numbers and dates of a key that a manifest revokes no longer
 * count: what else is held decides.
 */

#include "formats/bundle.h"
#include "formats/document.h"
#include "formats/reply.h"
#include "verifier/product_name.h"
#include "verifier/site.h"

enum take_fate {
	TAKE_REFUSED = 0,
	TAKE_TAKEN,
	TAKE_WAITS, /* taken; it begins later and waits beside the one in use */
	TAKE_HELD,  /* the very document is here already */
	TAKE_OLDER  /* than what is held: nothing changes */
};

/*
 * Steps by telephone count for the document that they were read out for, and go with it. What a new
 * edition ends in this way: where its date is the earlier one, somebody has fewer days than he was told.
 */
struct take_telephone {
	unsigned steps;                    /* that were taken; 0: nothing ends */
	int64_t renew_by_before, renew_by; /* with these steps; of the new document */
};

struct take_result {
	bool in_reply;    /* a license out of the reply whose result is before it */
	uint64_t number;  /* of a reply */
	uint64_t answers; /* number of this site's request that it acknowledged; 0: none */
	bool time_reset;  /* the site's time was set */
	char brand[LICENSE_SLUG_MAX + 1]; /* of a reply, a status list; else "" */
	struct take_telephone telephone;  /* of what was taken, or waits */
	size_t offset;                    /* byte in the document, for malformed input */
	uint64_t version;                 /* of a manifest */
	uint64_t edition;                 /* of a license that verified */
	enum take_fate fate;
	enum document_kind kind;
	enum skerry_err err; /* REFUSED: why; OLDER: OLDER_EDITION or TRUST_SEQUENCE; else OK */
	char id[LICENSE_ID_LEN + 1], product[PRODUCT_NAME_MAX]; /* of such a license; else "" */
};

/* Documents in one carrier: a bundle's chain, its lists, this site's boxes. */
enum { TAKE_DOCUMENTS_MAX = 512 };

/* A result for each document, in their order, each reply's followed by those of its licenses. */
struct take_results {
	struct take_result *list;
	size_t len;
};
void take_results_free(struct take_results *results);

/* The head of the desk's audit log, as a bundle tells it. */
struct take_head {
	uint64_t seq; /* 0: none */
	uint8_t hash[BUNDLE_HASH_LEN];
};

/*
 * Takes in `documents_len` documents, TAKE_DOCUMENTS_MAX at most (DOCUMENT_COUNT beyond, and nothing is
 * taken in). A reply is a sealed container, or a bundle's box (carrier DOCUMENT_BOX). `now` is what the
 * clock says: it counts as no earlier than the site's floor and a license's own iat. The site is open for
 * writing. A license for which there is no room is refused with DOCUMENT_COUNT.
 *
 * The error is one of writing, or NO_MEMORY; *ret_results is written on success. After an error the site
 * is only good for site_close: on disk is all of the carrier or nothing, and what has yet to become a
 * file does so at the next opening.
 */
enum skerry_err take_in(struct site *site, const struct document *documents, size_t documents_len,
	int64_t now, struct take_results *ret_results);
/* The same out of a bundle; `head` NULL: it tells none. */
enum skerry_err take_in_bundle(struct site *site, const struct document *documents,
	size_t documents_len, const struct take_head *head, int64_t now,
	struct take_results *ret_results);

#endif
