/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REPLIES_H
#define ISSUER_EXCHANGE_REPLIES_H

/*
 * Replies: made, signed, read back as the site will, recorded as documents (kind 'reply', brand, no
 * activation) with a row in `reply`. They are sealed when they leave, anew each time. A site is left every
 * reply with a number above the one it says it took in, the newest REPLIES_LEFT_MAX of each brand; an
 * unasked one carries the site's documents of the brand that are new.
 */

#include "issuer/desk/installations.h"
#include "issuer/desk/plan_shelf.h"
#include "issuer/issue.h"
#include "formats/reply.h"

enum { REPLIES_LEFT_MAX = 4 };

/* It stays where it is once replies_number has seen it: the reply's cti points into it. */
struct replies_draft {
	int64_t brand_id;
	int64_t request_id; /* row; 0: unasked */
	struct reply reply; /* number, cti, site_id, issued_at are filled in by replies_make */
	uint8_t cti[LICENSE_CTI_LEN];
};

/*
 * Within the change under way: the next number, signed, verified against the desk's own chain, recorded,
 * with an audit row "reply.make". Errors of exchange_seal.h, signing, store.h.
 */
enum skerry_err replies_make(struct desk *desk, const struct signing *signing,
	struct installation *installation, struct replies_draft *draft);

/*
 * replies_make in three steps, for who makes many (bundles.h). The middle one touches nothing but its
 * arguments, and may run on any thread:
 *
 *	replies_number   number, cti, site and time of the draft; installation->reply_made
 *	replies_sign     signs, and reads back as the site will. `ret_bytes` has room for REPLY_MAX
 *	replies_record   document, row, audit row, the installation's reply_made; in the order of numbers
 */
void replies_number(
	struct desk *desk, struct installation *installation, struct replies_draft *draft);
enum skerry_err replies_sign(const struct signing *signing, const struct replies_draft *draft,
	uint8_t *ret_bytes, size_t *ret_len);
enum skerry_err replies_record(struct desk *desk, const struct signing *signing,
	const struct installation *installation, const struct replies_draft *draft,
	struct cbor_bytes signed_reply);

/* The signed replies that an installation is to be left; ascending by number. Bytes are borrowed. */
enum skerry_err replies_each_left(struct desk *desk, const struct installation *installation,
	enum skerry_err (*each)(void *, uint64_t number, struct cbor_bytes signed_reply),
	void *context);

/*
 * Unasked: the next document of each of its activations that stand, in one reply for each brand. Those
 * whose license may not be issued for are passed over. *ret_made: documents.
 */
enum skerry_err replies_renew(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, struct installation *installation, const int64_t *activation_ids,
	size_t activation_ids_len, size_t *ret_made);

#endif
