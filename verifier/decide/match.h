/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_MATCH_H
#define VERIFIER_DECIDE_MATCH_H

/*
 * Is this the machine, the domain, that the license names? Pure and thread-safe.
 */

#include "evaluate.h"

/* What the machine shows of one component that the license names. */
enum match_sight {
	MATCH_DIFFERS = 0, /* readable, and no value of that type has this hash */
	MATCH_SAME,
	MATCH_UNREADABLE /* could be either */
};

/* How the weights add up, for a verdict and for a person. */
struct match_tally {
	unsigned matched, unreadable, threshold; /* weights */
	size_t components_matched, components;   /* numbers */
};

/*
 * k of n by weight: `sights` has one entry for each of the license's components. UNKNOWN for a
 * license without components; MATCH when the matched weight reaches the threshold; TOO_FEW when the
 * unreadable ones could still lift it there; else MISMATCH. `ret_tally` may be NULL.
 */
enum evaluate_match match_machine(const struct license *license, const enum match_sight *sights,
	struct match_tally *ret_tally);

/* A set of component types, each as bit 1 << type. */
#define MATCH_TYPE_BIT(type) (1u << (type))

/*
 * What if every component of these types were another one: those that are the SAME, or could be, DIFFER
 * in `sights`. Returns how many of the license's components were changed.
 */
size_t match_without(const struct license *license, unsigned types, enum match_sight *sights);

/*
 * `domain` is the one that the installation serves: it must be one of the license's, or stand for
 * the "*" of "*.example.com" with exactly one label. Case and one final dot do not count; an empty
 * one or NULL matches nothing, so that a license for domains grants nothing to who names none.
 * UNKNOWN for a license without domains.
 */
enum evaluate_match match_domain(const struct license *license, const char *domain);

/* UNKNOWN for NULL: none is asked for. A license without a tenant is not that of any tenant. */
enum evaluate_match match_tenant(const struct license *license, const char *tenant);

#endif
