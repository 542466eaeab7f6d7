/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_ARRIVALS_H
#define VERIFIER_STATE_ARRIVALS_H

/*
 * The documents once more, in the database: when each came, and its bytes, so that a file that is
 * taken away comes back. Files are what is loaded and verified; a row grants nothing.
 *
 * `file` is a document's below the folder: "manifests/2.manifest", "licenses/....license". Writing
 * is in a change under way. Errors of store.h.
 */

#include "documents.h"
#include "keys/store.h"

struct arrival {
	const char *file;
	struct cbor_bytes bytes;
	int64_t arrived_at;
	int64_t last_at; /* of a license, its exp; LICENSE_NEVER */
	bool found;      /* it lay there when the memory was made */
	bool unfiled;    /* its file is written after the row */
};

enum skerry_err arrivals_put(struct store *store, const struct arrival *arrival);
enum skerry_err arrivals_drop(struct store *store, const char *file);
/* Those below a folder: "manifests/". */
enum skerry_err arrivals_drop_below(struct store *store, const char *folder);

/* *ret_known false where there is none of that name; *ret_arrival has no bytes. */
enum skerry_err arrivals_find(
	struct store *store, const char *file, struct arrival *ret_arrival, bool *ret_known);

/* Every row, by its name; `each` returns an error to stop. Texts and bytes are borrowed. */
enum skerry_err arrivals_each(struct store *store,
	enum skerry_err (*each)(void *, const struct arrival *), void *context);

/* Whether a row's file may never have been written; and that they all are by now. */
enum skerry_err arrivals_any_unfiled(struct store *store, bool *ret_any);
enum skerry_err arrivals_all_filed(struct store *store);

/* The names alone, in the same order. */
enum skerry_err arrivals_each_name(
	struct store *store, enum skerry_err (*each)(void *, const char *file), void *context);

#endif
