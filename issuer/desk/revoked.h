/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_REVOKED_H
#define ISSUER_DESK_REVOKED_H

/* All revocations of the desk, newest first, page by page: what no longer counts, and who knows it. */

#include "issuer/desk/dates.h"
#include "issuer/desk/notes.h"

enum { REVOKED_PAGE_MAX = 1000 };

struct revoked_filter {
	int64_t brand_id; /* 0: every brand */
	bool after;       /* behind this one: */
	int64_t at, row;
	int64_t limit; /* 1 or more */
};

struct revoked_line {
	int64_t row, at, propagated_at, lapses_at; /* LICENSE_NEVER */
	bool issued; /* false: nothing ever was; `id` is the license's, and there is no index */
	char id[DATES_ID_MAX], license[LICENSE_ID_LEN + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], plan[LICENSE_SLUG_MAX + 1];
	char email[ENTRY_EMAIL_MAX + 1], licensee[ENTRY_NAME_MAX + 1];
	char kind[16], hostname[FINGERPRINT_INFO_MAX + 1];
	char reason[NOTES_WORD_MAX], note[NOTES_TEXT_MAX + 1];
	int64_t status_index;
};

/* `each` returns false to stop. */
enum skerry_err revoked_each(struct desk *desk, const struct revoked_filter *filter,
	bool (*each)(void *, const struct revoked_line *), void *context);

/* The revocation of that row, for a page behind it; NOT_FOUND. */
enum skerry_err revoked_find(struct desk *desk, int64_t row, int64_t *ret_at);

#endif
