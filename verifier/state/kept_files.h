/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_KEPT_FILES_H
#define VERIFIER_STATE_KEPT_FILES_H

/*
 * The files that a backup has in a table beside the site's database: those that the site cannot do without
 * (its keys, its install id, the trust anchor), and the client tokens where there are any. A backup comes
 * from outside.
 *
 * Errors of store.h, atomic_file.h and untrusted_file.h.
 */

#include "documents.h"
#include "keys/store.h"

#define KEPT_FILES_KEY "site.key"
#define KEPT_FILES_ID "install-id"

/* Makes the table in a copy and fills it. *ret_at_site: the error is about the site's own files. */
enum skerry_err kept_files_add(
	struct store *copy, const struct documents *documents, bool *ret_at_site);

/* FILE_DAMAGED unless all that a site needs is there and can be used. */
enum skerry_err kept_files_check(struct store *backup);

/* One of them; borrowed until store_done, which is the caller's where it is OK. FILE_DAMAGED: it is not there. */
enum skerry_err kept_files_read(struct store *backup, const char *name, struct store_query *q,
	struct cbor_bytes *ret_bytes);

/* Whether the folder has the backup's file of that name; false for one that is not there. */
enum skerry_err kept_files_same(
	const struct documents *documents, struct store *backup, const char *name, bool *ret_same);

/*
 * Into the folder, the anchor last: with it a folder is a site. Tokens only where the folder knows of none: one
 * that was removed since the backup does not come back.
 */
enum skerry_err kept_files_write(const struct documents *documents, struct store *backup);

#endif
