/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_VENDOR_MARKS_H
#define VERIFIER_STATE_VENDOR_MARKS_H

/*
 * The newest reply and the newest status list that each signing key gave for a brand: what is no newer
 * changes nothing. By key, so that those of one that is revoked go, and what the others said counts
 * again. Writing is in a change under way. Errors of store.h.
 */

#include "keys/store.h"
#include "keys/trust.h"
#include "verifier/decide/clock.h"

enum vendor_word { VENDOR_WORD_REPLY = 0, VENDOR_WORD_STATUS };

/* Of a status list, `number` is its iat. */
struct vendor_mark {
	int64_t number, issued_at;
};

/*
 * The highest one for a brand whose key may still sign it; *ret_known false: none. One of a date that the
 * vendor took back (clock.h) does not count; `clock` NULL: all do.
 */
enum skerry_err vendor_marks_find(struct store *store, const struct trust *trust,
	enum vendor_word word, struct cbor_text brand, const struct clock *clock,
	struct vendor_mark *ret_mark, bool *ret_known);

/* The later one of a brand's and key's stays. */
enum skerry_err vendor_marks_put(struct store *store, enum vendor_word word, struct cbor_text brand,
	const uint8_t kid[COSE_KID_LEN], const struct vendor_mark *mark);

/* Whether a manifest still lets a key say that. */
bool vendor_mark_stands(const struct trust *trust, enum vendor_word word, struct cbor_text brand,
	const uint8_t kid[COSE_KID_LEN], int64_t issued_at);

/* Those that no longer stand go. */
enum skerry_err vendor_marks_review(struct store *store, const struct trust *trust);

#endif
