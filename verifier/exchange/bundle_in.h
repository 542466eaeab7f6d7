/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_BUNDLE_IN_H
#define VERIFIER_EXCHANGE_BUNDLE_IN_H

/*
 * A vendor's bundle, read by place (formats/bundle.h): head, chain, index, page 0, one index page, one
 * page, whatever its size. Nothing is believed before the chain was followed and the index verified under
 * it; nothing is unpacked before its hash was compared. Every length is checked against the limits of
 * bundle.h and the end of the file before memory is taken. The file may change and vanish at any moment;
 * it is read (pread), never mapped, and never waited for.
 *
 * What comes out are documents for take_in: the chain's manifests that are new here, status lists, this
 * site's boxes. All of them or none: damage to the chain, the index, page 0, the fans on the way or the
 * page that is this site's refuses the bundle; damage elsewhere is not noticed.
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
	bool gap; /* the chain begins, or goes on, behind a version that is missing here */
	/* Manifests that are new, status lists, boxes (a reply as DOCUMENT_BOX carries it), in this order. */
	struct document *documents;
	size_t documents_len;
	size_t manifests, lists, boxes; /* of these; no box: nothing is for this site */
	uint8_t *memory[3];             /* which they borrow: the chain, page 0, the site's page */
};

/* Reads `len` bytes at `offset`, all or an error: IO. */
typedef enum skerry_err bundle_in_read(
	void *context, uint64_t offset, uint8_t *ret_bytes, size_t len);

struct bundle_source {
	bundle_in_read *read;
	void *context;
	uint64_t size; /* of the whole */
};
/* A file that is open; a bundle in memory. Both borrow what they are given. */
struct bundle_source bundle_source_file(int *file, uint64_t size);
struct bundle_source bundle_source_bytes(struct cbor_bytes *bytes);

/*
 * `trust` is where the site stands; it is not changed. In the order in which they are found:
 *
 * errors of bundle_head_parse; CBOR_TRUNCATED    the file ends before chain and index do
 * errors of bundle_chain_next, trust_advance; CLAIM_VALUE    versions of the chain out of order
 * errors of exchange_open_index; TRUST_SEQUENCE where its key is unknown behind a gap
 * BUNDLE_DAMAGED    what is stored at a place has another hash, or ends before it
 * errors of deflate.h, and of bundle.h for pages; CLAIM_CONFLICT    page 0 is shorter than the index says
 * NO_MEMORY, IO
 *
 * *ret_offset is the byte in the file for malformed input, else 0. *ret_bundle is { 0 } after an error;
 * bundle_in_free in the end, harmless on that.
 */
enum skerry_err bundle_in_open(const struct bundle_source *source, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct bundle_in *ret_bundle,
	size_t *ret_offset);
void bundle_in_free(struct bundle_in *bundle);

#endif
