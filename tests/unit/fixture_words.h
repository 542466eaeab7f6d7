/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_WORDS_H
#define TESTS_FIXTURE_WORDS_H

/* What the vendor sends to the site of fixture_site.h beside licenses: replies and status lists. */

#include "fixture_site.h"

struct word_document {
	uint8_t bytes[SEALED_MAX];
	struct document document;
};

/* What the calls below sign. Strings and bytes that it borrows outlive the call. */
extern struct reply reply_made;

/* A reply of brand hotelhub to this site, of today, that says nothing. */
void words_reply(uint64_t number);
/* Signs reply_made by an issuing seed and seals it to this site, in a container or as a box. */
void words_sign_reply_by(struct word_document *ret_document, uint8_t seed);
void words_sign_reply(struct word_document *ret_document);
void words_sign_box_by(struct word_document *ret_document, uint8_t seed);
void words_sign_box(struct word_document *ret_document);

/* The values of the first documents of a brand, 0 where nothing is said of them. */
enum { WORDS_LIST_LEN = 64 };
extern uint8_t words_values[WORDS_LIST_LEN];
/* A list of words_values by an issuing seed. */
void words_sign_list_by(
	struct word_document *ret_document, const char *brand, int64_t issued_at, uint8_t seed);
void words_sign_list(struct word_document *ret_document, int64_t issued_at);
/* A list of these bytes, packed already. */
void words_sign_packed(struct word_document *ret_document, const char *brand, int64_t issued_at,
	struct cbor_bytes packed, uint8_t seed);

/* The plain license with a place in hotelhub's status list. */
void words_license(struct signed_document *ret_document, uint64_t edition, uint64_t index);

/* A request that this site wrote, as far as its state knows; its nonce is of this byte alone. */
void words_write_request(uint64_t number, uint8_t nonce);
/* ... and reply_made answers it. */
void words_answer(uint64_t number, uint8_t nonce);

/* Takes it in at an instant and opens the site anew. The first result. */
enum take_fate words_take_at(const struct word_document *document, int64_t now);

#endif
