/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_SITE_H
#define TESTS_FIXTURE_SITE_H

/*
 * A state folder in a temporary one, open for writing, and documents to carry to it. Instants are
 * arguments. Manifest 1 is its anchor: ceremony_manifest(1, 1, 1).
 */

#include "fixture_ceremony.h"
#include "formats/ladder.h"
#include "verifier/exchange/take_in.h"
#include "verifier/question.h"

#define TODAY CEREMONY_TODAY
#define DAY CEREMONY_DAY

struct signed_document {
	uint8_t bytes[MANIFEST_MAX];
	struct document document;
};

enum { SITE_RESULTS_MAX = 128 };

extern char folder[64];
extern struct site site;
extern struct take_result results[SITE_RESULTS_MAX]; /* of the last site_take */
extern size_t results_len;

/* What the calls below sign. */
extern struct manifest manifest_made;
extern struct license license_made;

int site_set_up(void **state);
int site_tear_down(void **state);
void site_reopen(void);

/*
 * Time goes by, from TODAY on: the machine runs, its clocks show it, and somebody looks at them twice a
 * day. Until an instant that lies behind, nothing happens.
 */
void site_live_until(int64_t at);
/* The clocks of the moment, for who looks at them otherwise. */
struct clock_reading site_reading(void);

/* Signs manifest_made with root 1; the plain manifest of a version. */
void site_sign_manifest(struct signed_document *ret_document);
void site_make_manifest(struct signed_document *ret_document, uint64_t version);
/* Signs license_made with an issuing key's seed, its last date set; the plain license. */
void site_sign_license_by(struct signed_document *ret_document, uint8_t seed);
void site_sign_license(struct signed_document *ret_document);
void site_make_license(struct signed_document *ret_document, uint64_t edition);
/* The plain manifest with a second issuing key, seed SITE_OTHER_ISSUING. */
void site_two_keys(uint64_t version);

enum { SITE_OTHER_ISSUING = 51 };

/* take_in, at this very site; `results` are written on success. */
enum skerry_err site_take(const struct document *documents, size_t documents_len, int64_t now);
/* Takes one document in and opens the folder anew. */
enum take_fate site_take_at(const struct signed_document *document, int64_t now);
/* Asks about product hms. */
struct site_answer site_ask_at(int64_t now);
/* How many files a folder of it has. */
size_t site_count_files(const char *below);

#endif
