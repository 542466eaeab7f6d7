/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_BUNDLE_H
#define TESTS_FIXTURE_BUNDLE_H

/*
 * Bundles as a desk makes them, of any number of sites; and as no desk would. Failures end the test.
 */

#include "formats/bundle.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "keys/key_file.h"

enum { BUNDLER_BOXES_MAX = 2048, BUNDLER_LISTS_MAX = 8, BUNDLER_PAGES_MAX = 512 };

struct bundler_box {
	uint8_t sort_key[BUNDLE_SORT_KEY_LEN];
	size_t order; /* in which it was added */
	uint8_t *bytes;
	size_t bytes_len;
};

/* Allocate it. */
struct bundler {
	/* What may be changed between bundler_begin and bundler_make. */
	struct bundle_index index; /* its places, chain hash and fan are filled in */
	size_t page_aim, fan_aim;  /* a new page, index page begins after so many bytes, entries */
	/* What a vendor who lies would change, where the true values are: before each is signed or hashed. */
	void (*lie_index)(struct bundle_index *index, struct bundle_entry *entries, size_t len);
	void (*lie_fan)(struct bundle_entry *entries, size_t len);
	struct cbor_bytes packed; /* stands for page 0 */

	uint8_t id[BUNDLE_ID_LEN];
	struct cbor_writer chain;
	struct cbor_bytes lists[BUNDLER_LISTS_MAX];
	size_t lists_len;
	struct bundler_box boxes[BUNDLER_BOXES_MAX];
	size_t boxes_len;

	/* What bundler_make has made: the bundle, and where its parts begin. */
	uint8_t *bytes;
	size_t bytes_len, index_at, pages_at;
	struct bundle_entry pages[BUNDLER_PAGES_MAX], fans[BUNDLER_PAGES_MAX];
	size_t pages_len, fans_len;
	uint8_t hashes[2 * BUNDLER_PAGES_MAX + 2][BUNDLE_HASH_LEN];
	size_t hashes_len;
};

/* An empty one of number `seq`, issued at TODAY of the ceremony; its id follows from the number. */
void bundler_begin(struct bundler *ret_bundler, uint64_t seq);
void bundler_free(struct bundler *bundler);

void bundler_add_manifest(struct bundler *bundler, struct cbor_bytes manifest);
/* Any bytes for a list; one that is valid for all, signed, version `issued_at`. */
void bundler_add_list(struct bundler *bundler, struct cbor_bytes list);
void bundler_add_status(struct bundler *bundler, const struct key_pair *issuing, const char *brand,
	int64_t issued_at);
/* Any bytes of a box's length; a reply, signed and sealed for the site it names. */
void bundler_add_box(
	struct bundler *bundler, const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes box);
void bundler_add_reply(struct bundler *bundler, const struct key_pair *issuing,
	const struct cose_key *opening, const struct reply *reply);

/* The reply of that number to a request, a day later, with a license of that edition for its site key. */
void bundler_add_answer(struct bundler *bundler, const struct key_pair *issuing,
	const struct cose_key *opening, const struct request *request, uint64_t number);

/* May be called again. */
void bundler_make(struct bundler *bundler, const struct key_pair *issuing);

#endif
