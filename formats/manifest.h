/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_MANIFEST_H
#define FORMATS_MANIFEST_H

/*
 * The manifest: which keys exist and what each may sign. Signed as a COSE_Sign by m of n root keys.
 * Claims (a CWT): 4 exp (absent: none; expiry warns and never stops a site), 6 iat, -65537 map:
 *
 *	1 format version  2 version  3 threshold  4 [root COSE_Key]  5 [issuing key]
 *	6 [exchange key]  7 {brand: contact}  8 trial (true; else absent)
 *	issuing key:   {1: COSE_Key, 2: not before, 3: not after, 4: latest, 5: roles (bits),
 *	                6: [brand] (absent: all), 7: perpetual (true), 8: revoked at}
 *	exchange key:  {1: COSE_Key, 8: revoked at}
 *	contact:       {1: name, 2: telephone, 3: e-mail, 4: url, 5: [language], 6: key format}
 *
 * claims.h has the rule for unknown labels; empty lists and maps are not written.
 *
 * This file knows the shape; keys/trust.h decides what a manifest allows.
 */

#include "cbor.h"
#include "cose_key.h"
#include "license.h"

#define MANIFEST_TYPE "application/vnd.skerry.manifest+cwt"

enum {
	MANIFEST_MAX = 65536, /* bytes of the whole signed document */
	MANIFEST_PAYLOAD_MAX =
		63488, /* bytes of its claims: 16 signatures always fit beside them */
	MANIFEST_FORMAT_VERSION = 1,
	MANIFEST_ROOTS_MAX = 16, /* = COSE_SIGNERS_MAX: old and new roots sign together */
	MANIFEST_KEYS_MAX = 64,  /* issuing keys, ever: a key once listed stays */
	MANIFEST_EXCHANGE_MAX = 16,
	MANIFEST_BRANDS_MAX = 64,
	MANIFEST_CONTACT_MAX = 256, /* bytes of each text of a contact */
	MANIFEST_LANGUAGES_MAX = 8,
	MANIFEST_LANGUAGE_MAX = 35 /* characters of a language tag (BCP 47) */
};

/* Bits of `roles`. */
enum manifest_role {
	MANIFEST_ROLE_LICENSE = 1,
	MANIFEST_ROLE_STATUS = 2,
	MANIFEST_ROLE_REPLY = 4,
	MANIFEST_ROLE_BUNDLE = 8,
	MANIFEST_ROLES_ALL = 15
};

struct manifest_key {
	struct cose_key key; /* Ed25519 */
	int64_t not_before,
		not_after;  /* window for a document's iat; not_after may be LICENSE_NEVER */
	int64_t latest;     /* no exp beyond it; LICENSE_NEVER */
	unsigned roles;     /* MANIFEST_ROLE_ bits, at least one */
	bool perpetual;     /* may sign what never ends, or a grace over 400 days */
	int64_t revoked_at; /* LICENSE_NEVER: not revoked */
	struct cbor_text brands[MANIFEST_BRANDS_MAX]; /* ascending */
	size_t brands_len;                            /* 0: all brands */
};

struct manifest_exchange {
	struct cose_key key; /* X25519 */
	int64_t revoked_at;
};

struct manifest_contact {
	struct cbor_text brand; /* a slug, or "*" for brands without a contact of their own */
	struct cbor_text name, telephone, email, url;       /* absent: { NULL, 0 } */
	struct cbor_text languages[MANIFEST_LANGUAGES_MAX]; /* the vendor's favorite first */
	size_t languages_len;
	struct cbor_text key_format; /* the brand's license key template; absent: unknown */
};

struct manifest {
	uint64_t version; /* from 1 */
	int64_t issued_at, expires_at;
	unsigned threshold;
	struct cose_key roots[MANIFEST_ROOTS_MAX]; /* Ed25519, distinct */
	size_t roots_len;
	struct manifest_key keys[MANIFEST_KEYS_MAX]; /* distinct */
	size_t keys_len;
	struct manifest_exchange exchange[MANIFEST_EXCHANGE_MAX];
	size_t exchange_len;
	struct manifest_contact contacts[MANIFEST_BRANDS_MAX]; /* ascending by brand */
	size_t contacts_len;
	bool trial; /* roots made by `skerry-issuer init`, not by a ceremony */
};

/*
 * Reads the claims of a manifest's payload, whose signatures keys/trust checks. Strings borrow
 * `payload`. Besides the CBOR errors, with their offset in `payload`:
 *
 * CLAIM_MISSING    iat; format version, version, threshold or roots; an issuing key's COSE_Key, not
 *                  before or roles; an exchange key's COSE_Key (offset: the map)
 * CLAIM_CRITICAL, CLAIM_VERSION    as in license.h
 * CLAIM_VALUE      a key of the wrong kind, a brand that is no slug, brands out of order, roles
 *                  outside MANIFEST_ROLES_ALL, what is absent and yet written (claims.h)
 * CLAIM_CONFLICT   a threshold over the number of roots (offset: the threshold), a key twice (the
 *                  second one), a window that ends before it begins (its entry)
 * DOCUMENT_TOO_LARGE   more than MANIFEST_PAYLOAD_MAX bytes
 *
 * The struct takes about 100 KB: keep it off small stacks. It is filled in place, and on an error
 * holds no keys.
 */
enum skerry_err manifest_parse(
	struct cbor_bytes payload, struct manifest *ret_manifest, size_t *ret_offset);

/*
 * Encodes the claims; what manifest_parse would refuse latches CLAIM_MISSING, CLAIM_VALUE or
 * CLAIM_CONFLICT, or KEY_ORDER and KEY_DUPLICATE for contacts. Takes 100 KB of stack.
 */
void manifest_write(struct cbor_writer *w, const struct manifest *manifest);

/* The contact of `brand` if it says how to reach it, else that of "*", else what there is, or NULL. */
const struct manifest_contact *manifest_find_contact(
	const struct manifest *manifest, struct cbor_text brand);

/* "license", "status", "reply", "bundle" for one bit; 0 for an unknown name. */
const char *manifest_role_name(enum manifest_role role);
unsigned manifest_role_from_name(struct cbor_text name);

#endif
