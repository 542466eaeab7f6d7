/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_IMPORT_H
#define VERIFIER_REMEMBER_IMPORT_H

/*
 * What a site's memory learns from documents that come: one change for all that one carrier brings, with
 * the bytes of what is to become a file. Errors of store.h.
 */

#include "verifier/exchange/taking.h"

/*
 * A row of the journal for each, their time, what they do, and the mark, also where nothing was new. What
 * came after an older state was put back ends that. The items' `file` says what is to be written now.
 */
enum skerry_err remember_import(struct taking *taking);

/* What a reply and a status list leave in the memory beside their bytes. In a change under way. */
enum skerry_err remember_reply(struct memory *memory, const struct reply *reply,
	const uint8_t kid[COSE_KID_LEN], int64_t heard_at);
enum skerry_err remember_status(
	struct memory *memory, const struct status_list *list, const uint8_t kid[COSE_KID_LEN]);

#endif
