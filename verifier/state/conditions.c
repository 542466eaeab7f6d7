/* SPDX-License-Identifier: ISC */
#include "conditions.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const KINDS[] = { "machine", "domain" };

/* A mismatch of which nobody knows since when. Settled time is never negative. */
enum { NOT_KNOWN = -1 };

void
condition_license(const struct license *license, char ret_words[CONDITION_LICENSE_MAX])
{
	snprintf(ret_words, CONDITION_LICENSE_MAX, "%.*s %.*s %" PRIu64, (int)license->id.len,
		license->id.chars, (int)license->brand.len, license->brand.chars,
		license->activation);
}

enum skerry_err
condition_read(struct store *store, const struct license *license, enum condition_kind kind,
	const char *value, struct condition *ret_condition)
{
	struct condition condition = { .since = LICENSE_NEVER };
	char words[CONDITION_LICENSE_MAX];
	struct store_query q;
	enum skerry_err err;

	condition_license(license, words);
	store_query(store, &q,
		"SELECT since FROM condition WHERE license = ? AND kind = ? AND value = ?");
	store_bind_text(&q, words);
	store_bind_text(&q, KINDS[kind]);
	store_bind_text(&q, value);
	if (store_step(&q)) {
		condition.seen = true;
		condition.mismatch = !store_is_null(&q, 0);
		if (condition.mismatch && store_int(&q, 0) != NOT_KNOWN)
			condition.since = store_int(&q, 0);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_condition = condition;
	return err;
}

enum skerry_err
condition_begin(struct store *store, const struct license *license, enum condition_kind kind,
	int64_t now, int64_t grace_s, int64_t *ret_since, bool *ret_first)
{
	int64_t rows = 0, matched = 0, graces = 0, first = 0, last = 0;
	char words[CONDITION_LICENSE_MAX];
	struct store_query q;
	enum skerry_err err;

	condition_license(license, words);
	/* count and min pass over those that match. */
	store_query(store, &q,
		"SELECT count(*), count(DISTINCT since), min(since), max(since), count(*) - "
		"count(since)"
		" FROM condition WHERE license = ? AND kind = ?");
	store_bind_text(&q, words);
	store_bind_text(&q, KINDS[kind]);
	if (store_step(&q)) {
		rows = store_int(&q, 0);
		graces = store_int(&q, 1);
		first = store_int(&q, 2);
		last = store_int(&q, 3);
		matched = store_int(&q, 4);
	}
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	if (graces > 0 && last != NOT_KNOWN && now - last < grace_s)
		*ret_since = last < now ? last : now;
	else if (graces < CONDITIONS_GRACES_MAX && rows < CONDITIONS_DOMAINS_MAX &&
		 (kind == CONDITION_DOMAIN || rows == 0 || matched > 0))
		*ret_since = now;
	else
		*ret_since = graces == 0 || first == NOT_KNOWN ? LICENSE_NEVER : first;
	*ret_first = rows == 0;
	return SKERRY_OK;
}

enum skerry_err
condition_write(struct store *store, const struct license *license, enum condition_kind kind,
	const char *value, const struct condition *condition, bool *ret_written)
{
	char words[CONDITION_LICENSE_MAX];
	struct store_query q;
	enum skerry_err err;

	condition_license(license, words);
	store_query(store, &q,
		"INSERT OR REPLACE INTO condition SELECT ?1, ?2, ?3, ?4 WHERE (?2 = 'machine' AND "
		"?3 = '')"
		" OR EXISTS (SELECT 1 FROM condition"
		" WHERE license = ?1 AND kind = ?2 AND value = ?3)"
		" OR (SELECT count(*) FROM condition WHERE license = ?1 AND kind = ?2) < ?5");
	store_bind_text_at(&q, 1, words);
	store_bind_text_at(&q, 2, KINDS[kind]);
	store_bind_text_at(&q, 3, value);
	if (condition->mismatch)
		store_bind_int_at(
			&q, 4, condition->since == LICENSE_NEVER ? NOT_KNOWN : condition->since);
	store_bind_int_at(&q, 5, CONDITIONS_DOMAINS_MAX);
	err = store_run(&q);
	if (err == SKERRY_OK)
		*ret_written = store_changes(store) > 0;
	return err;
}
