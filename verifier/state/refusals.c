/* SPDX-License-Identifier: ISC */
#include "refusals.h"

#include <stdio.h>

enum { BRAND_MAX = LICENSE_SLUG_MAX + 1 };

static void
terminate(struct cbor_text text, char *ret_chars, size_t max)
{
	snprintf(ret_chars, max, "%.*s", (int)text.len, text.chars == NULL ? "" : text.chars);
}

/* *ret_newer: none of a later reply is kept. */
static enum skerry_err
is_newer(struct store *store, const char *brand, int64_t issued_at, bool *ret_newer)
{
	struct store_query q;

	store_query(store, &q, "SELECT 1 FROM refusal WHERE brand = ? AND told_at > ?");
	store_bind_text(&q, brand);
	store_bind_int(&q, issued_at);
	*ret_newer = !store_step(&q);
	return store_done(&q);
}

static enum skerry_err
drop(struct store *store, const char *brand)
{
	struct store_query q;

	store_query(store, &q, "DELETE FROM refusal WHERE brand = ?");
	store_bind_text(&q, brand);
	return store_run(&q);
}

static enum skerry_err
put(struct store *store, const char *brand, const struct reply *reply, size_t at)
{
	const struct reply_result *result = &reply->results[at];
	struct refusal refusal;
	struct store_query q;

	terminate(result->product, refusal.product, sizeof refusal.product);
	terminate(result->license, refusal.license, sizeof refusal.license);
	terminate(result->text, refusal.text, sizeof refusal.text);
	store_query(store, &q, "INSERT OR REPLACE INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?)");
	store_bind_text(&q, brand);
	store_bind_int(&q, (int64_t)at);
	store_bind_int(&q, reply->issued_at);
	store_bind_int(&q, result->code);
	store_bind_text(&q, refusal.product);
	store_bind_text(&q, refusal.license);
	store_bind_text(&q, refusal.text);
	return store_run(&q);
}

enum skerry_err
refusals_hear(struct store *store, const struct reply *reply)
{
	char brand[BRAND_MAX];
	bool newer = false;
	enum skerry_err err;

	if (reply->results_len == 0 && reply->licenses_len == 0)
		return SKERRY_OK;
	terminate(reply->brand, brand, sizeof brand);
	err = is_newer(store, brand, reply->issued_at, &newer);
	if (err != SKERRY_OK || !newer)
		return err;
	err = drop(store, brand);
	for (size_t i = 0; i < reply->results_len && err == SKERRY_OK; i++)
		if (reply->results[i].code != REPLY_OK && reply->results[i].code != REPLY_UNPAIRED)
			err = put(store, brand, reply, i);
	return err;
}

enum skerry_err
refusals_read(struct store *store, struct cbor_text brand, struct refusal ret_list[REFUSALS_MAX],
	size_t *ret_len)
{
	char name[BRAND_MAX];
	struct store_query q;
	size_t len = 0;
	enum skerry_err err;

	terminate(brand, name, sizeof name);
	store_query(store, &q,
		"SELECT code, told_at, product, license, text FROM refusal WHERE brand = ?"
		" ORDER BY number");
	store_bind_text(&q, name);
	while (len < REFUSALS_MAX && store_step(&q)) {
		struct refusal *refusal = &ret_list[len++];

		refusal->code = (unsigned)store_int(&q, 0);
		refusal->told_at = store_int(&q, 1);
		store_text(&q, 2, refusal->product, sizeof refusal->product);
		store_text(&q, 3, refusal->license, sizeof refusal->license);
		store_text(&q, 4, refusal->text, sizeof refusal->text);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_len = len;
	return err;
}
