/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_WORDS_H
#define VERIFIER_DECIDE_WORDS_H

/*
 * What a site keeps of what the vendor says, and what of it counts. Of each brand the newest reply and the
 * newest status list are kept, and what replies have said is unpaired:
 *
 *	reply        the higher number is newer; of one number the later iat
 *	status list  the later iat is newer; one of a date that the vendor took back (clock.h) is older
 *	             than any other
 *	both         of equal ones the bytes decide; what is older than the number or date that a key
 *	             which stands has come to changes nothing, also where its document is gone
 *
 *	status       a list says something of the documents that are no later than it: the vendor makes none
 *	             for a license that is suspended or revoked, so one that was made after the list is
 *	             itself the later word
 *	unpairing    likewise: what was made after the reply was paired anew
 *	both         a document of a date that was taken back was made before either
 *
 * Each rule compares dates and numbers that the vendor wrote, never the order in which they came, so every
 * order of carriers leads to one state. Whether a key still stands is for the caller: what a revoked one
 * said is not among what is compared. Pure and thread-safe.
 */

#include "clock.h"
#include "formats/reply.h"
#include "formats/status_list.h"

/* A reply or a status list, as far as its order goes; of a list, `number` is its iat. */
struct word {
	int64_t number, issued_at;
	bool is_void;
	struct cbor_bytes bytes;
};

struct word words_of_reply(const struct reply *reply, struct cbor_bytes bytes);
struct word words_of_list(
	const struct status_list *list, struct cbor_bytes bytes, const struct clock *clock);

enum word_fate { WORD_NEWER = 0, WORD_HELD, WORD_OLDER };

/*
 * `next` beside what is held of its brand, NULL: nothing; `mark`: the highest number that a key which
 * stands has come to, of a date that counts, NULL: none.
 */
enum word_fate words_fate(const struct word *next, const struct word *held, const int64_t *mark);

/* What a list, `bytes` its unpacked ones, says of a document; UNKNOWN: nothing. */
enum evaluate_status words_status(const struct status_list *list, struct cbor_bytes bytes,
	const struct license *license, const struct clock *clock);
/* Whether it may speak of it, whatever it says: it is of its brand, and no older. */
bool words_list_counts(
	const struct status_list *list, const struct license *license, const struct clock *clock);

struct unpairing {
	struct cbor_text brand, license; /* license: its id */
	int64_t told_at;                 /* the reply's iat */
	int64_t until;                   /* LICENSE_NEVER: it did not say */
	int64_t heard_at;                /* LICENSE_NEVER: nobody knows when it came */
};

/* When a document's unpairing began, of the unpairings heard so far; before the first, both NEVER. */
struct unpaired {
	int64_t told_at, since;
};
#define WORDS_PAIRED ((struct unpaired){ LICENSE_NEVER, LICENSE_NEVER })

/* The first one that was told counts: a later one is about a later document. */
void words_hear_unpairing(const struct unpairing *unpairing, const struct license *license,
	const struct clock *clock, struct unpaired *unpaired);

#endif
