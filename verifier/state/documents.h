/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_DOCUMENTS_H
#define VERIFIER_STATE_DOCUMENTS_H

/*
 * What a site keeps: a folder, 0700, of documents as they were signed. They are verified again each
 * time they are loaded, so a file changed by hand grants nothing.
 *
 *	trust.manifest        the anchor; with it the folder is a site
 *	manifests/N.manifest  the versions that followed; the file's time is that of its arrival
 *	licenses/ID-BRAND-ACTIVATION-EDITION-DIGEST.license
 *	licenses/....extension  renewals by telephone of the license of that name (extensions.h)
 *	replies/BRAND-NUMBER-DIGEST.reply   of each brand the newest reply, out of its box
 *	statuses/BRAND-IAT-DIGEST.status    ... and the newest status list
 *	site.key, opening.key 0600
 *	install-id
 *	lock                  of the one that writes
 *
 * Errors: STORE_MISSING (no such folder, or not initialized), FILE_PERMISSION, and those of
 * untrusted_file.h and atomic_file.h; errno is kept.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/trust.h"
#include "writer.h"

#define DOCUMENTS_ANCHOR "trust.manifest"

enum {
	DOCUMENTS_LICENSES_MAX = 256,
	DOCUMENTS_FILES_MAX = 4096,                  /* looked at in one folder */
	DOCUMENTS_NAME_MAX = 128,                    /* of a file, terminator included */
	DOCUMENTS_PATH_MAX = DOCUMENTS_NAME_MAX + 16 /* the same with its folder */
};

struct documents {
	int directory;
	struct writer writer;
};

/* Opens a folder that init has finished, for reading. */
enum skerry_err documents_open(const char *path, struct documents *ret_documents);
/* The same for writing, as writer.h has it: also its errors. */
enum skerry_err documents_open_to_write(
	const char *path, struct documents *ret_documents, pid_t *ret_holder);
/* ... as writer_begin_as_self has it. */
enum skerry_err documents_open_as_self(
	const char *path, struct documents *ret_documents, pid_t *ret_holder);
/*
 * Opens or makes a folder and the folders in it for writing, for init, and closes it to others.
 * FILE_EXISTS for one that is no site yet and holds anything else (strangers.h).
 */
enum skerry_err documents_create(
	const char *path, struct documents *ret_documents, pid_t *ret_holder);
/* Whether there is an anchor. */
bool documents_is_site(const struct documents *documents);
void documents_close(struct documents *documents);

/*
 * Called for each manifest, the anchor first, when it has been verified: `trust` stands on it.
 * `arrived_at` is when it came, as far as its file can tell, and never before its own date.
 */
typedef void documents_trust_visit(void *context, const struct trust *trust, int64_t arrived_at);

/*
 * The anchor and every manifest that follows, verified; `visit` may be NULL. On an error `ret_file`
 * names the file that it is about and *ret_offset the byte; both are written on an error alone.
 */
enum skerry_err documents_load_trust(const struct documents *documents, struct trust *ret_trust,
	documents_trust_visit *visit, void *context, char ret_file[DOCUMENTS_PATH_MAX],
	size_t *ret_offset);

/*
 * Whether a manifest lies here that cannot be followed, since version + 1 is missing; `ret_file` is
 * the lowest such. What it revoked is then not known here.
 */
bool documents_find_gap(
	const struct documents *documents, uint64_t version, char ret_file[DOCUMENTS_PATH_MAX]);

enum skerry_err documents_put_anchor(
	const struct documents *documents, const uint8_t *bytes, size_t bytes_len);
enum skerry_err documents_put_manifest(const struct documents *documents, uint64_t version,
	const uint8_t *bytes, size_t bytes_len, int64_t arrived_at);
/* Forgets every manifest but the anchor, for an init that pins another one. */
enum skerry_err documents_drop_manifests(const struct documents *documents);

/* The name of its file, which no other document has, below licenses/. */
void documents_license_name(
	const struct license *license, struct cbor_bytes bytes, char ret_name[DOCUMENTS_NAME_MAX]);
/* ... of a reply or a status list, below a folder of theirs; `end` as folder_files.h has it. */
void documents_word_name(struct cbor_text brand, uint64_t number, struct cbor_bytes bytes,
	const char *end, char ret_name[DOCUMENTS_NAME_MAX]);
/* With its extension. One that is not there is dropped as well. */
enum skerry_err documents_drop_license(const struct documents *documents, const char *name);

/* The name of its extension, beside it. */
void documents_extension_name(const char *license, char ret_name[DOCUMENTS_NAME_MAX]);
enum skerry_err documents_put_extension(const struct documents *documents, const char *license,
	const uint8_t *bytes, size_t bytes_len);
/* Reads exactly `bytes_len` bytes. FILE_MISSING; FILE_DAMAGED for a file of another length. */
enum skerry_err documents_read_extension(const struct documents *documents, const char *license,
	uint8_t *ret_bytes, size_t bytes_len);

/*
 * Called for each file of a folder that has that end, in the order of names; `bytes` is NULL where `err`
 * says why: DOCUMENT_TOO_LARGE beyond bytes_max. Of more than DOCUMENTS_FILES_MAX files one is told as
 * DOCUMENT_COUNT and the others are passed over.
 */
typedef void documents_visit(void *context, const char *file, enum skerry_err err,
	const uint8_t *bytes, size_t bytes_len);
enum skerry_err documents_each_file(const struct documents *documents, const char *folder,
	const char *end, size_t bytes_max, documents_visit *visit, void *context);

#endif
