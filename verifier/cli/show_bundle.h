/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_SHOW_BUNDLE_H
#define VERIFIER_CLI_SHOW_BUNDLE_H

/* A bundle as `show` prints it, unverified: head, versions of the chain, index. Its pages are not read. */

#include "formats/bundle.h"
#include "formats/json.h"

/* Head, chain and index: what there is to show. */
enum { SHOW_BUNDLE_MAX = BUNDLE_HEAD_MAX + BUNDLE_CHAIN_MAX + BUNDLE_INDEX_MAX };

/*
 * `document` is the whole file, or as much of its front as that; `size` is the file's. As text for `j`
 * NULL. Errors with their byte in it; CBOR_TRUNCATED at its end when chain or index are not all there.
 */
enum skerry_err show_bundle(
	struct json *j, struct cbor_bytes document, uint64_t size, size_t *ret_offset);

/* The same as a sequence in diagnostic notation: head, manifests and index; the pages as a comment. */
enum skerry_err show_bundle_diag(struct cbor_bytes document, uint64_t size, size_t *ret_offset);

#endif
