/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_SUCCESSION_H
#define VERIFIER_DECIDE_SUCCESSION_H

/*
 * Which of two documents takes the place of the other? Pure and thread-safe.
 *
 * Editions compete only within one activation of one license of one brand: whoever may sign for
 * another brand moves nothing here, and two activations at one site live side by side. A license
 * whose signing key no longer stands never takes the place of one whose key does, whatever edition
 * the thief of that key wrote into it; the other way round it always goes.
 */

#include <stdbool.h>

#include "formats/license.h"

struct succession {
	const struct license *license;
	bool key_stands; /* its signing key is still permitted to sign it */
};

/* Whether both are documents of one activation. */
bool succession_competes(const struct license *a, const struct license *b);

/*
 * Whether `next` takes the place of `held` at the instant `now`. One that has not begun takes
 * nobody's place yet; one edition never takes that of itself.
 */
bool succession_replaces(const struct succession *next, const struct succession *held, int64_t now);

/*
 * Whether `held` is at least as new as `next` at the instant `now`, so that `next` would change nothing.
 * Until `held` begins, one that begins sooner counts, whichever came first.
 */
bool succession_is_older(const struct succession *next, const struct succession *held, int64_t now);

#endif
