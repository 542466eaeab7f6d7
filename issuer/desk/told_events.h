/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_TOLD_EVENTS_H
#define ISSUER_DESK_TOLD_EVENTS_H

/*
 * What happened to products, as sites told it in the heartbeats that are kept: newest first, page by
 * page. What a site told again, since no answer had reached it, or for several of its licenses, is one.
 */

#include "issuer/desk/dates.h"
#include "formats/request.h"

enum { TOLD_EVENTS_PAGE_MAX = 1000 };

struct told_events_filter {
	int64_t brand_id; /* 0: every brand */
	const char *
		name; /* events of this name, and of those below it ("error": "error.page"); NULL: all */
	int64_t told_from; /* told at this instant or later */
	int64_t before;    /* behind the line of this row; 0: from the newest on */
	int64_t limit;     /* 1 or more */
};

struct told_event {
	int64_t row, told_at; /* told first */
	char site[DATES_ID_MAX], email[ENTRY_EMAIL_MAX + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1];
	char hostname[FINGERPRINT_INFO_MAX + 1], source[16];
	char at[32]; /* when it happened, by the site's time; RFC 3339 */
	char name[REQUEST_NAME_MAX + 1], text[REQUEST_EVENT_TEXT_MAX + 1];
};

/* `each` returns false to stop. */
enum skerry_err told_events_each(struct desk *desk, const struct told_events_filter *filter,
	bool (*each)(void *, const struct told_event *), void *context);

#endif
