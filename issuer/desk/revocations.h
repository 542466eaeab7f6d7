/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_REVOCATIONS_H
#define ISSUER_DESK_REVOCATIONS_H

/*
 * Which activations' documents no longer count: what the status lists say, until the last of these
 * documents has ended by itself.
 */

#include "issuer/desk/notes.h"

struct revocation {
	int64_t brand_id, license_id, activation_id;
	const char *reason;   /* notes_word: "revoked", "released note=12" */
	int64_t lapses_at;    /* LICENSE_NEVER */
	int64_t effective_at; /* from when on the status list says so */
};

/* Within the change under way. */
enum skerry_err revocations_insert(struct desk *desk, const struct revocation *revocation);

/* One for every activation of the license that still stands, or one for the license alone. */
enum skerry_err revocations_insert_all(struct desk *desk, int64_t license_id, const char *reason);

struct revocation_line {
	int64_t activation_number; /* 0: nothing was issued; then no status_index either */
	int64_t status_index, at, propagated_at, lapses_at; /* LICENSE_NEVER */
	const char *reason; /* a word; borrowed for the call, as `note` is */
	const char *note;   /* what the operator said; NULL: nothing, or erased */
};

/* Of a license (its row), oldest first. */
enum skerry_err revocations_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct revocation_line *), void *context);

#endif
