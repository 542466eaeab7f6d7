/* SPDX-License-Identifier: ISC */
#ifndef TESTS_CLIENTS_CORPUS_H
#define TESTS_CLIENTS_CORPUS_H

/*
 * The refusal corpus: documents, questions, and what the C library says. Every client, whatever its
 * language, reads cases.tsv and has to say the same. README.md beside this file has the columns. Keys are
 * made of small numbers when the corpus is made, so that each run writes the same bytes.
 */

#include <stdio.h>

#include "keys/key_file.h"
#include "skerry.h"
#include "formats/license.h"
#include "formats/manifest.h"
#include "tests/unit/fixture_ceremony.h"
#include "tests/unit/fixture_hotel.h"

enum { CORPUS_NAME_MAX = 64 };

/* The day on which most cases are asked: hotel_license_unbound is active, and will be for some days. */
#define CORPUS_DAY (HOTEL_ISSUED_AT + 3 * CEREMONY_DAY)

/* NULL and 0 stand for what is said behind them. */
struct corpus_case {
	const char *name;
	const char *trust; /* the name of a file that corpus_file wrote; "vendor" */
	struct cbor_bytes license;
	const char *product; /* "hotelhub/hms" */
	const char *tenant, *domain;
	int64_t build_date;
	/* "+07:00", "Europe/Berlin": where the place is; NULL: the answer is the same everywhere. */
	const char *zone;
	int64_t at;              /* CORPUS_DAY */
	struct cbor_bytes proof; /* none */
	struct cbor_bytes nonce;
};

/* Writes a case: its license, and the line with what the C library says about it. */
void corpus_add(const struct corpus_case *add);
/* Writes a file that cases name: a manifest or several, in any carrier. */
void corpus_file(const char *name, struct cbor_bytes bytes);
/* "cut-017"; static storage, good until the next call. */
const char *corpus_name(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Signed by the issuing key of ceremony.h; static storage, good until the next call. */
struct cbor_bytes corpus_sign(const struct license *license);
/* Any payload under any type, by any Ed25519 key. */
struct cbor_bytes corpus_sign_bytes(
	enum key_purpose purpose, uint8_t seed, const char *type, struct cbor_bytes payload);
/* A manifest, signed by the roots of `seeds`, which end in 0. */
struct cbor_bytes corpus_sign_manifest(const struct manifest *manifest, const uint8_t *seeds);
/* Bytes joined; NULL ends the list. Static storage. */
struct cbor_bytes corpus_join(const struct cbor_bytes *parts, size_t parts_len);

/* The groups. */
void corpus_ladder(void);
void corpus_bound(void);
void corpus_bytes(void);
void corpus_claims(void);
void corpus_trust(void);
void corpus_chains(void);
void corpus_carriers(void);
void corpus_proofs(void);
/* `armor_folder` is tests/corpus/armor. */
void corpus_mangled(const char *armor_folder);

#endif
