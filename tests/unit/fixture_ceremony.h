/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_CEREMONY_H
#define TESTS_FIXTURE_CEREMONY_H

/*
 * Key pairs, manifests and licenses, signed. Everything follows from small numbers, so that each
 * run makes the same bytes; nothing here is secret. A pair's 32 secret bytes are all its `seed`.
 */

#include "formats/license.h"
#include "formats/manifest.h"
#include "keys/key_file.h"

/* 2027-01-01T00:00:00Z: "today" of these tests. */
#define CEREMONY_TODAY INT64_C(1798761600)
#define CEREMONY_DAY INT64_C(86400)

enum { CEREMONY_ISSUING = 50, CEREMONY_EXCHANGE = 60 }; /* seeds; roots are 1, 2, ... */

/* Freed with key_pair_free. */
struct key_pair ceremony_pair(enum key_purpose purpose, uint8_t seed);
struct key_pair ceremony_pair_alg(enum key_purpose purpose, uint8_t seed, enum cose_alg alg);
struct cose_key ceremony_public(enum key_purpose purpose, uint8_t seed);

/*
 * Roots 1 to roots_len; the issuing key (all roles and brands; a year around today; ten years as
 * its latest; not perpetual) and the exchange key.
 */
void ceremony_manifest(
	struct manifest *ret_manifest, uint64_t version, unsigned roots_len, unsigned threshold);

/* Encodes it and signs it with the roots of `seeds`. Room for MANIFEST_MAX. */
size_t ceremony_sign_manifest(const struct manifest *manifest, const uint8_t *seeds,
	size_t seeds_len, uint8_t *ret_bytes);

/* A small license of brand "hotelhub", issued today, that ends in two years. */
void ceremony_license(struct license *ret_license);
/* Encodes it and signs it. Room for LICENSE_MAX. */
size_t ceremony_sign_license(
	const struct license *license, const struct key_pair *pair, uint8_t *ret_bytes);

#endif
