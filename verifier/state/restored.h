/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_RESTORED_H
#define VERIFIER_STATE_RESTORED_H

/*
 * The journal's entry of a backup that is put back names the mark that it puts itself in place of. So
 * a kill before the mark is written anew is no older copy: the entry is the last one, and sealed with
 * the rest (seal.h). Errors of store.h.
 */

#include "journal.h"
#include "keys/mark_file.h"

/* In a change under way; *before has number 0 where there was no mark. */
enum skerry_err restored_tell(
	struct store *store, const struct journal_moment *moment, const struct mark *before);

/* Whether the last entry says that this mark was replaced; NULL: whatever was there. */
enum skerry_err restored_replaces(struct store *store, const struct mark *mark, bool *ret_replaces);

/*
 * The number of the newest such entry, or that of a memory which was made anew beside the same site key: it
 * has forgotten as much; 0: none.
 */
enum skerry_err restored_last(struct store *store, int64_t *ret_seq);

#endif
