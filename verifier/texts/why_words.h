/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_WHY_WORDS_H
#define VERIFIER_TEXTS_WHY_WORDS_H

/*
 * An explanation in words. Pure and thread-safe; text from outside is made safe to show.
 */

#include "sentence.h"
#include "verifier/decide/timeline.h"

enum { WHY_WORDS_MAX = 512 }; /* bytes of each text, terminator included */

/* Appends what the link says, and where it leaves the license; `product` is terminated. */
void why_words_add(struct sentence *s, const struct why_link *link, const char *product);

/* The claims and facts behind it, names as in JSON: "renew_by 2027-06-30T00:00:00Z, grace_s 365 days". */
void why_words_facts(
	const struct texts *texts, const struct why_link *link, char ret_text[WHY_WORDS_MAX]);

/* "since 2027-06-30 07:00 local time", or "". */
void why_words_since(const struct texts *texts, const struct why_link *link,
	const struct local_clock *local, char ret_text[WHY_WORDS_MAX]);

/* What to do about it: a sentence of the catalogue, "" for nothing. Equal ones are the same pointer
 * within a catalogue. */
const char *why_words_advice(const struct texts *texts, const struct why_link *link);

/* One step of a forecast: "full access, days are counted: the renewal is missing". */
void why_words_step(
	const struct texts *texts, const struct timeline_step *step, char ret_text[WHY_WORDS_MAX]);

/* Its date for a list, in local time: "2027-04-28 04:00", or "now" for LICENSE_NEVER. */
void why_words_date(const struct texts *texts, int64_t at, const struct local_clock *local,
	char ret_text[WHY_WORDS_MAX]);

#endif
