/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_EXTENSIONS_H
#define VERIFIER_STATE_EXTENSIONS_H

/*
 * Renewals by telephone that were typed in: beside a license's file one of the same name with
 * ".extension" at its end, which has the code of the highest step (formats/step_code.h) and a line
 * feed, and the same bytes as a row of arrivals.h. Either is put back from the other. Both are checked
 * against the anchor in the license each time they are read: changed by hand they grant nothing.
 *
 * An extension goes with its license (documents_drop_license): a newer document has an anchor of its
 * own. Errors of documents.h and untrusted_file.h.
 */

#include "arrivals.h"
#include "formats/step_code.h"

enum { EXTENSION_LEN = STEP_CODE_LEN + 1 }; /* bytes of such a file */

/* What is kept for the step of this value. */
void extension_format(const uint8_t value[STEP_CODE_VALUE_LEN], uint8_t ret_bytes[EXTENSION_LEN]);

/* The step of `license` that is kept in these bytes; 0 for none, and for anything else. */
unsigned extension_step(const struct license *license, struct cbor_bytes bytes);

/*
 * Which step lies beside a license's file; 0 where nothing does. FILE_DAMAGED for what is no code as
 * this program writes it, STEP_CODE for one of another license.
 */
enum skerry_err extension_load(const struct documents *documents, const char *license_file,
	const struct license *license, unsigned *ret_step);

/* Which step the row has; 0 where there is none that verifies. */
enum skerry_err extension_recorded(struct store *store, const char *license_file,
	const struct license *license, unsigned *ret_step, uint8_t ret_bytes[EXTENSION_LEN]);

/* "licenses/....extension", as its row is called. */
void extension_path(const char *license_file, char ret_path[DOCUMENTS_PATH_MAX]);

#endif
