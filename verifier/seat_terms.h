/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SEAT_TERMS_H
#define VERIFIER_SEAT_TERMS_H

/*
 * Which seats an answer grants: its terms, and the pool that they are of. Pure and thread-safe.
 */

#include "formats/license.h"
#include "verifier/decide/seat.h"
#include "verifier/skerry.h"

enum {
	/* "hotelhub/hms", or with its tenant behind a blank; with its terminator. SEATS_POOL_MAX holds it. */
	SEAT_POOL_NAME_MAX = 2 * LICENSE_SLUG_MAX + 1 + 1 + LICENSE_TENANT_MAX + 1
};

/*
 * `license` NULL: none, so no seats. Any access but none will do: also people who may only read need
 * their seats. `cap` is the daemon's, 0: none.
 */
void seat_terms_of(const struct license *license, const struct skerry_verdict *verdict,
	uint64_t cap, struct seat_terms *ret_terms);

/* Licenses for one product and tenant share a pool, edition after edition. "" without a license. */
void seat_pool_of(const struct license *license, char ret_pool[SEAT_POOL_NAME_MAX]);

#endif
