/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_WORDS_H
#define VERIFIER_SITE_WORDS_H

/*
 * What the vendor has said last, of each brand: a reply, a status list. They are documents like licenses,
 * verified at each load and put back where the disk has damaged them; what a manifest no longer permits is
 * let go of, for nothing that it says is good for anything then.
 *
 * Of two replies the one with the higher number is newer, of two lists the one with the later iat; of
 * equal ones the bytes decide, so that it makes no difference which came first. A list of a date that the
 * vendor has taken back (clock.h) is older than any other.
 *
 * Errors: NO_MEMORY, IO, those of documents.h.
 */

#include "site.h"

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
/* The brand that a verified list is of. */
struct cbor_text site_status_brand(const struct status_list *list);

/* Whether a verified one is newer than what is held of its brand; also where nothing is. */
bool site_reply_is_newer(
	const struct site *site, const struct reply *reply, struct cbor_bytes bytes);
bool site_status_is_newer(
	const struct site *site, const struct status_list *list, struct cbor_bytes bytes);

/*
 * Holds one in place of what was held of its brand, whose file is one of `replaced` then; its own file is
 * yet to be written. It has been verified and is newer. DOCUMENT_COUNT: no room for another brand.
 */
enum skerry_err site_keep_reply(struct site *site, struct cbor_bytes bytes);
enum skerry_err site_keep_status(struct site *site, struct cbor_bytes bytes);

#endif
