/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_DOCUMENTS_H
#define ISSUER_DESK_DOCUMENTS_H

/* Every document that the desk signed or took in, kept as its bytes. */

#include "formats/license.h"
#include "issuer/desk/desk.h"
#include "keys/hash.h"

/* A document to keep. A manifest has no brand, activation, cti and kid; its edition is its version. */
struct document_record {
	const char *kind;                /* "license", "manifest" */
	int64_t brand_id, activation_id; /* 0: none */
	const uint8_t *cti, *kid;        /* LICENSE_CTI_LEN and COSE_KID_LEN bytes, or NULL */
	int64_t edition, issued_at, expires_at;
	const uint8_t *bytes;
	size_t bytes_len;
};

/*
 * Within the change under way. Its digest, BLAKE2b-256 of the bytes, in ret_digest unless that is
 * NULL. EXISTS for a cti or manifest version that is there.
 */
enum skerry_err documents_insert(
	struct desk *desk, const struct document_record *record, uint8_t ret_digest[HASH_LEN]);

/*
 * The manifest of record->edition with other bytes, within the change under way: only as long as
 * nothing else was signed. NOT_FOUND when there is none.
 */
enum skerry_err documents_replace_manifest(struct desk *desk, const struct document_record *record);

/* Whether anything but manifests ever left the desk. */
enum skerry_err documents_have_left(struct desk *desk, bool *ret_left);

/*
 * Whether an activation of a license (its row) stands that is of this kind ("starter") and these
 * domains ("": none), and its newest document; *ret_len 0 before there is one.
 */
enum skerry_err documents_find_standing(struct desk *desk, int64_t license_id, const char *kind,
	const char *domains, bool *ret_stands, uint8_t ret_bytes[LICENSE_MAX], size_t *ret_len);

/* What is shown of a license's documents. */
struct document_line {
	int64_t activation_number, edition, issued_at, expires_at;
	uint8_t cti[LICENSE_CTI_LEN], kid[COSE_KID_LEN], digest[HASH_LEN];
	size_t bytes_len;
};

/* The documents of a license (its row), newest first. */
enum skerry_err documents_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct document_line *), void *context);

#endif
