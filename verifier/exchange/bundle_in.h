/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_BUNDLE_IN_H
#define VERIFIER_EXCHANGE_BUNDLE_IN_H

/*
 * A vendor's bundle, read by place (formats/bundle.h): head, chain, index, page 0, one index page, one
 * page, whatever its size. Nothing is believed before the chain was followed and the index verified under
 * it; nothing is unpacked before its hash was compared. Every length is checked against the limits of
 * bundle.h before memory is taken. The file may change and vanish at any moment; it is read (pread), never
 * mapped, and never waited for.
 *
 * What comes out are documents for take_in: the chain's manifests, status lists, this site's boxes. All
 * of them or none: damage to the chain, the index, page 0, the fans on the way or the page that is this
 * site's refuses the bundle; damage elsewhere is not noticed.
 */

#include "formats/bundle.h"
#include "formats/document.h"
#include "keys/trust.h"

struct bundle_in {
	uint64_t seq;
	int64_t issued_at;
	uint8_t id[BUNDLE_ID_LEN];
	uint64_t audit_seq; /* 0: none told */
	uint8_t audit_hash[BUNDLE_HASH_LEN];
	uint64_t chain_version; /* the newest manifest in it */
	/* Manifests, status lists, boxes, in this order; they borrow `memory`. */
	struct document *documents;
	size_t documents_len;
	size_t boxes; /* of these: what is for this site; 0: nothing */
	uint8_t *memory;
};

/* Reads `len` bytes at `offset`, all or an error; FILE_... and IO. */
typedef enum skerry_err bundle_in_read(
	void *context, uint64_t offset, uint8_t *ret_bytes, size_t len);

struct bundle_source {
	bundle_in_read *read;
	void *context;
	uint64_t size; /* of the whole */
};
/* A file that is open; a bundle in memory. */
struct bundle_source bundle_source_file(const int *file, uint64_t size);
struct bundle_source bundle_source_bytes(const struct cbor_bytes *bytes);

/*
 * `trust` is where the site stands; it is not changed. A chain of another vendor is TRUST_... as
 * manifest_chain.h says; errors of bundle.h and exchange_open_index; BUNDLE_DAMAGED where what is stored
 * has another hash; DOCUMENT_TOO_LARGE; NO_MEMORY; IO. bundle_in_free in the end, harmless on { 0 }.
 */
enum skerry_err bundle_in_open(const struct bundle_source *source, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct bundle_in *ret_bundle,
	size_t *ret_offset);
void bundle_in_free(struct bundle_in *bundle);

#endif
