/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_WORDS_H
#define VERIFIER_SITE_WORDS_H

/*
 * What the vendor has said last, of each brand: a reply, a status list. They are documents like licenses,
 * verified at each load and put back where the disk has damaged them; what a manifest no longer permits is
 * let go of, for nothing that it says is good for anything then.
 *
 * Which of two is newer and of which documents a list speaks is decided in decide/words.h.
 *
 * Errors: NO_MEMORY, IO, those of documents.h.
 */

#include "site.h"
#include "verifier/decide/words.h"

/* While a site is opened: what lies in its folders. */
enum skerry_err site_words_load(struct site *site);
/* After the trust went on: lets go of what it no longer permits. */
enum skerry_err site_words_review(struct site *site);
/* Works out what the lists say of the licenses that are held, and unpacks those that are asked. */
enum skerry_err site_words_apply(struct site *site);
void site_words_free(struct site *site);

/* What is held of a brand; NULL. */
const struct site_reply *site_reply(const struct site *site, struct cbor_text brand);
const struct site_status *site_status(const struct site *site, struct cbor_text brand);
/*
 * Why a license is what the lists say of it, in the vendor's own words: from the newest reply of its brand,
 * while that says the same of it. Absent: no list speaks against it, or no reason was given. Borrows the
 * reply, and may hold anything that UTF-8 can.
 */
struct cbor_text site_words_told(const struct site *site, const struct site_license *held);
/* The brand that a verified list is of. */
struct cbor_text site_status_brand(const struct status_list *list);

/* What becomes of a verified one beside what is held of its brand; `mark` and `clock` as in words.h. */
enum word_fate site_reply_fate(const struct site *site, const struct reply *reply,
	struct cbor_bytes bytes, const int64_t *mark);
enum word_fate site_status_fate(const struct site *site, const struct status_list *list,
	struct cbor_bytes bytes, const struct clock *clock, const int64_t *mark);

/*
 * Holds one in place of what was held of its brand, whose file is one of `replaced` then; its own file is
 * yet to be written. It has been verified and is newer. DOCUMENT_COUNT: no room for another brand.
 */
enum skerry_err site_keep_reply(struct site *site, struct cbor_bytes bytes);
enum skerry_err site_keep_status(struct site *site, struct cbor_bytes bytes);

#endif
