/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_TAKE_IN_H
#define VERIFIER_EXCHANGE_TAKE_IN_H

/*
 * Documents that somebody carried to the site: verified, then kept. Manifests first, since a
 * license may be signed by a key that only they list. Taking the same carrier in twice does no harm.
 */

#include "formats/document.h"
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
	struct take_telephone telephone; /* of what was taken, or waits */
	size_t offset;                   /* byte in the document, for malformed input */
	uint64_t version;                /* of a manifest */
	uint64_t edition;                /* of a license that verified */
	enum take_fate fate;
	enum document_kind kind;
	enum skerry_err err; /* REFUSED: why; OLDER: OLDER_EDITION or TRUST_SEQUENCE; else OK */
	char id[LICENSE_ID_LEN + 1], product[PRODUCT_NAME_MAX]; /* of such a license; else "" */
};

/*
 * Takes in `documents_len` documents; one result for each. `now` is what the clock says: it counts as
 * no earlier than the site's floor and a license's own iat. The site is open for writing. A license
 * for which there is no room is refused with DOCUMENT_COUNT.
 *
 * The error is one of writing (nothing is half written; what was taken before it stays) or
 * NO_MEMORY; ret_results are always written.
 */
enum skerry_err take_in(struct site *site, const struct document *documents, size_t documents_len,
	int64_t now, struct take_result ret_results[DOCUMENT_PARTS_MAX]);

#endif
