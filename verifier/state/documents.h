/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_DOCUMENTS_H
#define VERIFIER_STATE_DOCUMENTS_H

/*
 * What a site keeps: a folder, 0700, of documents as they were signed. They are verified again each
 * time they are loaded, so a file changed by hand grants nothing.
 *
 *	trust.manifest              the anchor; written last by init: with it the folder is one
 *	manifests/N.manifest        the versions that followed
 *	licenses/ID-EDITION.license
 *	site.key, opening.key       0600
 *	install-id
 *
 * Errors: STORE_MISSING (no such folder, or not initialized), FILE_PERMISSION, and those of
 * untrusted_file.h and atomic_file.h; errno is kept.
 */

#include <stddef.h>
#include <stdint.h>

#include "keys/trust.h"

enum {
	DOCUMENTS_LICENSES_MAX = 256,
	DOCUMENTS_NAME_MAX = 64 /* of a file below the folder, terminator included */
};

struct documents {
	int directory;
};

/* Opens a folder that init has finished. */
enum skerry_err documents_open(const char *path, struct documents *ret_documents);
/*
 * Opens or makes a folder and the folders in it, for init, and closes it to others. FILE_EXISTS for
 * one that holds anything else.
 */
enum skerry_err documents_create(const char *path, struct documents *ret_documents);
void documents_close(struct documents *documents);

/* Since when a signing key is known to be revoked: the arrival of the manifest that says so. */
struct documents_revocation {
	uint8_t kid[COSE_KID_LEN];
	int64_t since;
};

struct documents_trust {
	struct trust trust;
	struct documents_revocation revocations[MANIFEST_KEYS_MAX];
	size_t revocations_len;
};

/*
 * The anchor and every manifest that follows, verified. On an error `ret_file` names the file that
 * it is about and *ret_offset the byte; both are written on an error alone.
 */
enum skerry_err documents_load_trust(const struct documents *documents,
	struct documents_trust *ret_trust, char ret_file[DOCUMENTS_NAME_MAX], size_t *ret_offset);

/* LICENSE_NEVER for a key that is not revoked. */
int64_t documents_revoked_since(
	const struct documents_trust *trust, const uint8_t kid[COSE_KID_LEN]);

enum skerry_err documents_put_anchor(
	const struct documents *documents, const uint8_t *bytes, size_t bytes_len);
enum skerry_err documents_put_manifest(const struct documents *documents, uint64_t version,
	const uint8_t *bytes, size_t bytes_len);
/* Forgets every manifest but the anchor, for an init that pins another one. */
enum skerry_err documents_drop_manifests(const struct documents *documents);

enum skerry_err documents_put_license(
	const struct documents *documents, const struct license *license, struct cbor_bytes bytes);
/* One that is not there is dropped as well. */
enum skerry_err documents_drop_license(
	const struct documents *documents, const struct license *license);

/* Called for each license file, in the order of names; `bytes` is NULL where `err` says why. */
typedef void documents_visit(void *context, const char *file, enum skerry_err err,
	const uint8_t *bytes, size_t bytes_len);
enum skerry_err documents_each_license(
	const struct documents *documents, documents_visit *visit, void *context);

#endif
