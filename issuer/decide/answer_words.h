/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_ANSWER_WORDS_H
#define ISSUER_DECIDE_ANSWER_WORDS_H

/* What the desk's answers say to people, in HotelHub's words. Pure. */

#include <stddef.h>

enum answer_words {
	ANSWER_WORDS_NONE,
	ANSWER_WORDS_MALFORMED,
	ANSWER_WORDS_KEY_UNKNOWN,
	ANSWER_WORDS_REVOKED,
	ANSWER_WORDS_SUSPENDED,
	ANSWER_WORDS_EXPIRED,
	ANSWER_WORDS_ERASED, /* the customer was: nothing is issued for what they have */
	ANSWER_WORDS_NO_TENANT, /* the key is known, and has no license for the tenant that was named */
	ANSWER_WORDS_FINGERPRINT,
	ANSWER_WORDS_ELSEWHERE,
	ANSWER_WORDS_CHANGED, /* paired, to other hardware */
	ANSWER_WORDS_EXHAUSTED,
	ANSWER_WORDS_WHICH, /* migrate: several could be meant */
	ANSWER_WORDS_LIMIT,
	ANSWER_WORDS_NOT_PAIRED,
	ANSWER_WORDS_UNPAIRED,
	ANSWER_WORDS_MOVED, /* unpair: it is at another machine by now */
	ANSWER_WORDS_RESTORED,
	ANSWER_WORDS_CLONE,
	ANSWER_WORDS_CLONE_GRACE, /* ... and nothing is renewed */
	ANSWER_WORDS_RESUMED /* what was suspended goes on: where there is something to tell of it */
};
enum { ANSWER_WORDS_LAST = ANSWER_WORDS_RESUMED };

/*
 * A sentence or two for a language tag ("id", "id-ID"); English for a language that there is none of,
 * "" for NONE. Static.
 */
const char *answer_words(enum answer_words words, const char *language);

/*
 * The same with the vendor's own words behind the first sentence: "This license is revoked. HotelHub says:
 * Chargeback of invoice 4711. Contact support." What does not fit is cut.
 */
void answer_words_told(enum answer_words words, const char *language, const char *vendor,
	const char *told, char *ret_text, size_t text_max);

#endif
