/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_DATES_H
#define ISSUER_DESK_DATES_H

/*
 * What ends, or ended, in a span of time: the terms of licenses, their maintenance, and the dates
 * by which sites have to come back. In one order, page by page, each out of an index; suspended and
 * revoked licenses left out.
 *
 * Nothing is told twice: of a license whose term ends first, neither maintenance nor sites; of a
 * site whose date is the term's end, nothing; a starter only while nothing else is paired.
 */

#include "issuer/decide/overdue.h"
#include "issuer/decide/status_words.h"
#include "formats/fingerprint.h"
#include "issuer/desk/licenses.h"

enum { DATES_PAGE_MAX = 1000, DATES_CURSOR_MAX = 64, DATES_ID_MAX = LICENSE_ID_LEN + 24 };

enum dates_what { DATES_LICENSE, DATES_MAINTENANCE, DATES_SITE };
enum { DATES_WHATS = DATES_SITE + 1 };

/* "license", "maintenance", "site". */
const char *dates_what_name(enum dates_what what);

/* Where a page begins: behind this line. A page is told by its text ("2027-...Z/site/12"). */
struct dates_cursor {
	int64_t due, row;
	enum dates_what what;
};
void dates_cursor_format(const struct dates_cursor *cursor, char ret_text[DATES_CURSOR_MAX]);
/* False for anything else. */
bool dates_cursor_parse(const char *text, struct dates_cursor *ret_cursor);

struct dates_filter {
	int64_t from, until; /* both included */
	bool latest_first;
	/* Where the license itself has ended at this instant, its maintenance and sites are left
	 * out. */
	int64_t now;
	int64_t brand_id;                 /* 0: every brand */
	const struct dates_cursor *after; /* NULL: from the first */
	int64_t limit;                    /* 1 or more */
};

struct dates_line {
	struct dates_cursor at; /* what, when, and its row: a license's or an activation's */
	char id[DATES_ID_MAX];  /* "7QK2M94XPAC0DTE1", of a site "7QK2M94XPAC0DTE1-2" */
	char license[LICENSE_ID_LEN + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], plan[LICENSE_SLUG_MAX + 1];
	char email[ENTRY_EMAIL_MAX + 1], licensee[ENTRY_NAME_MAX + 1];
	char tenant[LICENSE_TENANT_MAX + 1];
	struct status_facts status; /* overdue: at filter->now */
	int64_t activations_used, max_activations;
	/* Of a site; "" and LICENSE_NEVER else. */
	char kind[16], hostname[FINGERPRINT_INFO_MAX + 1];
	int64_t last_contact_at;
	enum overdue overdue; /* at filter->now */
};

/* At most filter->limit lines; `each` returns false to stop. */
enum skerry_err dates_each(struct desk *desk, const struct dates_filter *filter,
	bool (*each)(void *, const struct dates_line *), void *context);

/* The statements behind it, for tests that hold them to their indexes; NULL last. */
extern const char *const DATES_STATEMENTS[];

#endif
