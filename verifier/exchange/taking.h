/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_TAKING_H
#define VERIFIER_EXCHANGE_TAKING_H

/*
 * One carrier on its way into a site; what the parts of take_in.h share. Each document is verified and
 * held in memory first; then all is recorded in one change (remember_import.h), then written.
 */

#include "take_in.h"
#include "verifier/site_words.h"

/* A document, or a license in a reply, which is behind it. */
struct take_item {
	struct take_result result;
	struct cbor_bytes bytes;   /* of the document; of a reply, out of its box */
	uint8_t *plain;            /* owns those of a reply, its licenses borrow it; NULL */
	struct reply *reply;       /* of a reply that verified, owned; NULL */
	uint8_t kid[COSE_KID_LEN]; /* of a reply or a status list that verified, and its iat */
	int64_t issued_at;
	struct cbor_text of_brand;     /* of a license in a reply: the reply's */
	char file[DOCUMENTS_PATH_MAX]; /* to be written, when it is on record; "" */
	int64_t arrived_at;
};

struct taking {
	struct site *site;
	const struct take_head *head; /* NULL */
	int64_t now;
	bool trust_moved;        /* by a manifest of it */
	struct clock clock;      /* as the carrier leaves it where it resets the time */
	struct key_pair opening; /* opened for the first reply */
	struct take_item *items;
	size_t items_len, items_room;
};

void taking_refuse(struct take_result *result, enum skerry_err err, size_t offset);
/* What becomes of a reply or a list. */
void taking_word(struct take_result *result, enum word_fate fate);

/* An instant that is no earlier than what the site's documents prove. */
int64_t taking_now(const struct taking *taking);

/* The parts. Errors are those for which nothing can be taken in: NO_MEMORY, IO, of store.h. */
enum skerry_err taking_manifests(struct taking *taking);
enum skerry_err taking_license(struct taking *taking, struct take_item *item);
/* Opens it; its licenses are for the caller to add. */
enum skerry_err taking_reply(
	struct taking *taking, const struct document *document, struct take_item *item);
enum skerry_err taking_status(struct taking *taking, struct take_item *item);

#endif
