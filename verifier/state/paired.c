/* SPDX-License-Identifier: ISC */
#include "paired.h"

#include <stdio.h>

#include "formats/license.h"
#include "formats/request.h"
#include "journal.h"

/* When the first request for it was written; INT64_MIN: never. */
static enum skerry_err
first_asked(struct store *store, int64_t *ret_at)
{
	struct store_query q;

	*ret_at = INT64_MIN;
	store_query(store, &q,
		"SELECT written_at FROM request WHERE kind IN (?, ?) ORDER BY id LIMIT 1");
	store_bind_int(&q, REQUEST_PAIR);
	store_bind_int(&q, REQUEST_MIGRATE);
	if (store_step(&q))
		*ret_at = store_int(&q, 0);
	return store_done(&q);
}

enum skerry_err
paired_since(struct store *store, const char *license_id, int64_t *ret_at)
{
	char subject[JOURNAL_SUBJECT_MAX];
	int64_t asked, at = LICENSE_NEVER;
	struct store_query q;
	enum skerry_err err = first_asked(store, &asked);

	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license_id);
	/* The first rows come first: those that are looked for are seldom far. */
	store_query(store, &q,
		"SELECT settled FROM journal WHERE subject = ? AND settled >= ?"
		" AND kind IN ('import.taken', 'import.waits')"
		" AND NOT EXISTS (SELECT 1 FROM journal_anchor WHERE journal_anchor.seq > 0)"
		" ORDER BY seq LIMIT 1");
	store_bind_text(&q, subject);
	store_bind_int(&q, asked);
	if (store_step(&q))
		at = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_at = at > 0 ? at : LICENSE_NEVER;
	return err;
}
