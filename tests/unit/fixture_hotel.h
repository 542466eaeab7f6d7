/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_HOTEL_H
#define TESTS_FIXTURE_HOTEL_H

/*
 * HotelHub's sale to one hotel, as structs: the claims of its requirement document bound to a site
 * key and six components, a manifest and a fingerprint file that go with it. All strings are static.
 */

#include "formats/fingerprint.h"
#include "formats/license.h"
#include "formats/manifest.h"

/* 2026-04-28T00:00:00Z, the day of the sale. */
#define HOTEL_ISSUED_AT INT64_C(1777334400)

struct cbor_text fixture_text(const char *terminated);
/* `len` bytes that count up from `first`; len at most 32. */
struct cbor_bytes fixture_bytes(uint8_t first, size_t len);
struct cose_key fixture_key(enum cose_curve curve, uint8_t first);

/* Bound to a site key and six components. */
void hotel_license(struct license *ret_license);
/* The same claims, bound to nothing. */
void hotel_license_unbound(struct license *ret_license);
/* Every claim that a license can have. */
void hotel_license_full(struct license *ret_license);
/* Only what every license has: it never ends and grants nothing. */
void hotel_license_bare(struct license *ret_license);

/* Two of three roots, two issuing keys, exchange keys, contacts: every field there is. */
void hotel_manifest(struct manifest *ret_manifest);
void hotel_fingerprint(struct fingerprint *ret_fingerprint);

#endif
