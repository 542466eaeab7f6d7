/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXTEND_H
#define VERIFIER_EXTEND_H

/*
 * Renewal by telephone at the site: a code that somebody read out moves the signed renew_by. It finds
 * by itself for which license that is held it is, and for which step; the same one again, or a lower
 * one, changes nothing. Nobody here can make one: it takes the vendor's key.
 */

#include "formats/ladder.h"
#include "formats/step_code.h"
#include "site.h"

enum extend_fate {
	EXTEND_TAKEN = 1,
	EXTEND_HELD, /* this step counts already */
	EXTEND_LOWER /* a higher one counts already */
};

struct extend_result {
	enum extend_fate fate;
	const struct site_license *held;
	unsigned step;             /* of the code */
	struct ladder before, now; /* what held, and holds now */
};

/* The dates of a license after so many steps, and whether one more would move renew_by. */
void extend_dates(const struct site_license *held, unsigned steps, struct ladder *ret_dates);
bool extend_has_next(const struct site_license *held);

/* When the last access ends after so many steps, the day end of this place counted; LICENSE_NEVER. */
int64_t extend_ends(const struct site *site, const struct site_license *held, unsigned steps);
/* The first step beyond those it has with which anything is allowed now; 0: none. */
unsigned extend_first_of_use(const struct site *site, const struct site_license *held);
/* The moment that both go by. */
int64_t extend_now(const struct site *site);

/*
 * Takes the value of a code in: its row and the journal's first, then its file, which the next
 * opening writes where this could not. The site is open for writing.
 *
 * NO_STEPS    nothing that is held can be renewed by telephone
 * STEP_CODE   no step of what is held
 * and errors of store.h and documents.h. *ret_result borrows `site`.
 */
enum skerry_err extend_take(struct site *site, const uint8_t value[STEP_CODE_VALUE_LEN],
	struct extend_result *ret_result);

#endif
