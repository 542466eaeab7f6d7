/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REPLIES_H
#define ISSUER_EXCHANGE_REPLIES_H

/*
 * Replies: made, signed, read back as the site will, recorded as documents (kind 'reply', brand, no
 * activation) with a row in `reply`. They are sealed when they leave, anew each time. A site is left every
 * reply with a number above the one it says it took in, the newest REPLIES_LEFT_MAX of each brand; an
 * unasked one carries the site's documents of the brand that are new.
 *
 * Newer ones keep none away that the site has to get, REPLIES_TELLING_MAX of each brand at most: the
 * answer to its newest request, and the newest one that resets its time, that holds a document of an
 * activation, that says of a license that it is unpaired. Answers to late requests seldom are.
 *
 * A request that arrives again may be that of a site which went back to it (a folder put back, a copy),
 * and waits for its own answers, which a site that once took them in is left no more. So they are left
 * for REPLIES_REPEATED_S from when it last arrived again, REPLIES_REPEATED_MAX of them at most.
 *
 * Numbers are of the site, whatever the brand: who has taken in a reply counts as having taken in all below
 * it. Where a courier carries one brand's alone, an earlier answer of another brand is left no more once that
 * one has arrived; nothing of it is lost, for the site's next request is answered by what stands then.
 *
 * replies_make does all of it. Who makes many does it in three steps, of which the middle one may run on
 * any thread:
 *
 *	replies_compose   numbers it, and writes the claims
 *	replies_sign      computes alone
 *	replies_record    the document, its row, its audit row "reply.make"
 */

#include "issuer/desk/installations.h"
#include "issuer/desk/plan_shelf.h"
#include "issuer/issue.h"
#include "formats/reply.h"

enum {
	REPLIES_LEFT_MAX = 4,
	REPLIES_TELLING_MAX = 16,
	REPLIES_LOOKED_MAX = 1024, /* replies of one installation that are looked at for it */
	REPLIES_REPEATED_MAX = 8,  /* answers of requests that arrived again */
	REPLIES_EACH_MAX = 512     /* of one installation, all told */
};

#define REPLIES_REPEATED_S (INT64_C(30) * 86400)

struct replies_draft {
	int64_t brand_id;
	int64_t request_id; /* row; 0: unasked */
	struct reply
		reply; /* number, cti, site_id, issued_at are filled in; replies_told.h is added */
};

/* A reply on its way; it borrows nothing. replies_made_free, harmless on { 0 }. */
struct replies_made {
	int64_t installation_id, brand_id, request_id;
	uint64_t number;
	uint8_t cti[LICENSE_CTI_LEN], site_id[COSE_THUMBPRINT_LEN];
	size_t licenses_len;
	uint8_t *payload, *bytes; /* `bytes` are the document once it is signed */
	size_t payload_len, bytes_len;
};

/*
 * Within the change under way: the next number, which also stands in *installation then. TRUST_... with
 * an advice where the key in use may not sign replies of this brand; errors of reply.h, store.h.
 */
enum skerry_err replies_compose(struct desk *desk, const struct signing *signing,
	struct installation *installation, struct replies_draft *draft,
	struct replies_made *ret_made);
/* Signs, and verifies against the desk's own chain. Thread-safe. Errors of sign.h, trust.h, reply.h. */
enum skerry_err replies_sign(const struct signing *signing, struct replies_made *made);
/* Within the same change, in the order of their numbers. */
enum skerry_err replies_record(
	struct desk *desk, const struct signing *signing, const struct replies_made *made);
void replies_made_free(struct replies_made *made);

enum skerry_err replies_make(struct desk *desk, const struct signing *signing,
	struct installation *installation, struct replies_draft *draft);

/* A reply that an installation is to be left; `bytes` are borrowed for the call. */
struct replies_left {
	int64_t document_id, brand_id, request_id; /* rows; 0: unasked */
	uint64_t number;
	bool repeated; /* its request arrived again: whoever wrote that one has to get this very answer */
	bool telling; /* the site has to get it; known only where there are more than it is left */
	struct cbor_bytes bytes;
	/* By a key that the newest manifest does not permit (any more): it must not leave (replies_again.h). */
	bool refused;
};
typedef enum skerry_err replies_take_left(void *context, const struct replies_left *left);

/*
 * Of each brand those above the number that the site says it took in, as chosen above, and those of
 * requests that arrived again, ascending. A number that this desk cannot have given yet (a thief's) counts
 * as none. Those of a customer who was erased are passed over.
 */
enum skerry_err replies_each_left(struct desk *desk, const struct trust *trust,
	const struct installation *installation, replies_take_left *take, void *context);

/*
 * Within a change that pairs an installation: dated after the newest reply that it was answered with, by
 * the second that it takes. What a reply calls unpaired are documents no later than itself.
 */
enum skerry_err replies_date_after(struct desk *desk, int64_t installation_id);

/* The number above which an installation is left replies. */
uint64_t replies_left_above(const struct desk *desk, const struct installation *installation);

/* The signed replies that a request (its row) was answered with, ascending by number. */
enum skerry_err replies_each_answer(struct desk *desk, int64_t request_id,
	enum skerry_err (*each)(void *, uint64_t number, struct cbor_bytes signed_reply),
	void *context);

#endif
