/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_KEPT_DOCUMENTS_H
#define ISSUER_DESK_KEPT_DOCUMENTS_H

/* The documents that are kept, listed, and each of them again as its bytes. */

#include "issuer/desk/documents.h"

enum { KEPT_DOCUMENTS_LIST_MAX = 1000, KEPT_DOCUMENTS_KIND_MAX = 15 };

struct kept_document {
	int64_t id; /* its row */
	char kind[KEPT_DOCUMENTS_KIND_MAX + 1];
	char license[LICENSE_ID_LEN + 1]; /* "": a manifest */
	int64_t activation;               /* number; 0: none */
	int64_t edition, issued_at, expires_at;
	bool has_cti, has_kid;
	uint8_t cti[LICENSE_CTI_LEN], kid[COSE_KID_LEN], digest[HASH_LEN];
	size_t bytes_len; /* 0: erased with its customer */
};

/* What a list is narrowed down to; 0 or NULL where it is not. */
struct kept_documents_filter {
	int64_t license_id;
	const char *kind; /* "license", "manifest", ... */
	int64_t after;    /* row */
	int64_t limit;
};

/* Whether anything was ever signed for the license (its row). */
enum skerry_err kept_documents_has(struct desk *desk, int64_t license_id, bool *ret_has);

/* In the order in which they were signed. */
enum skerry_err kept_documents_each(struct desk *desk, const struct kept_documents_filter *filter,
	void (*each)(void *, const struct kept_document *), void *context);

/*
 * The one document whose cti or digest (BLAKE2b-256 of its bytes) begins with these hexadecimal
 * digits. Its bytes are malloc'd; a digest that does not fit them is STORE_DAMAGED. NOT_FOUND,
 * NOT_UNIQUE, ARGUMENT for what is no such beginning. One that was erased is found, with no bytes.
 */
enum skerry_err kept_documents_find(struct desk *desk, const char *digits,
	struct kept_document *ret_document, uint8_t **ret_bytes);

#endif
