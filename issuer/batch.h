/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_BATCH_H
#define ISSUER_BATCH_H

/*
 * A table of sales, all of them or none.
 *
 *	desk_begin
 *	batch_open      the folder is staged
 *	batch_take      for each row of the table, the titles first
 *	batch_end       what is bad, or everything staged
 *	desk_commit     not to check
 *	batch_keep      the folder gets its name
 *	batch_close
 *
 * Rows are sold as they are read, so what --check says is what happens; with the first bad row
 * nothing more is signed, and the caller rolls back. A row whose payment was sold before gives the
 * key and the documents that it gave then, so that a table may be run again after anything.
 *
 * The folder holds keys.csv (mode 0600: license keys) and a file for each document. What ends the
 * program before the commit leaves nothing usable (atomic_folder.h). After it, the same table again
 * gives everything but for rows without a payment reference, which would be sold a second time.
 *
 * Memory does not grow with the number of rows.
 */

#include "issuer/batch_row.h"
#include "issuer/desk/desk.h"

enum { BATCH_FAULTS_MAX = 100 /* kept; more are counted */ };

struct batch_options {
	struct batch_defaults defaults;
	const char *out; /* the folder; NULL: only to check */
};

struct batch_tally {
	int64_t rows, licenses, customers, repeated, documents;
	int64_t unpaid; /* rows without a payment reference */
	int64_t bad;
};

struct batch;

/*
 * Within the change under way; the vault is open. `options` outlives the batch. Errors of
 * signing_open, press_open and atomic_folder_stage.
 */
enum skerry_err batch_open(
	struct desk *desk, const struct batch_options *options, struct batch **ret_batch);

/*
 * What the reader came upon: CSV_ROW or CSV_BAD. A bad row is kept as a fault and is no error.
 * CSV_HEADER, or the reader's error, for bad titles: then nothing more can be taken. Errors of
 * database, signing and folder end it too.
 */
enum skerry_err batch_take(struct batch *batch, const struct csv *csv, enum csv_event event);

/*
 * CSV_ROWS when some are bad, CSV_EMPTY when there are none; IO with the advice noted when there is
 * no room for the files; else all is staged and audited.
 */
enum skerry_err batch_end(struct batch *batch);

/* After the commit. Errors of atomic_folder_keep; what was written then stays at batch_place. */
enum skerry_err batch_keep(struct batch *batch);

/* Drops what was staged and not kept. Harmless on NULL. */
void batch_close(struct batch *batch);

const struct batch_tally *batch_tallied(const struct batch *batch);
/* In order of their lines. */
const struct batch_fault *batch_faults(const struct batch *batch, size_t *ret_len);
/* Where the files are before they are kept. */
const char *batch_place(const struct batch *batch);

#endif
