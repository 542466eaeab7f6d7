/* SPDX-License-Identifier: ISC */
#include "reached.h"

#include <stdio.h>

static void
terminate(struct cbor_text uri, char ret_chars[STATUS_LIST_URI_MAX + 1])
{
	snprintf(ret_chars, STATUS_LIST_URI_MAX + 1, "%.*s", (int)uri.len, uri.chars);
}

static enum skerry_err
drop_oldest(struct store *store)
{
	struct store_query q;

	store_query(store, &q,
		"DELETE FROM reached WHERE (uri, idx) IN (SELECT uri, idx FROM reached"
		" ORDER BY at DESC, uri, idx LIMIT -1 OFFSET ?)");
	store_bind_int(&q, REACHED_KEPT_MAX);
	return store_run(&q);
}

enum skerry_err
reached_add(struct store *store, const struct license *license, int64_t now)
{
	char uri[STATUS_LIST_URI_MAX + 1];
	struct store_query q;
	enum skerry_err err;

	if (!license->has_status || license->status_index > INT64_MAX)
		return SKERRY_OK;
	terminate(license->status_uri, uri);
	store_query(store, &q, "INSERT OR IGNORE INTO reached VALUES (?, ?, ?, ?)");
	store_bind_text(&q, uri);
	store_bind_int(&q, (int64_t)license->status_index);
	store_bind_int(&q, STATUS_LIST_NO_WORD);
	store_bind_int(&q, now);
	err = store_run(&q);
	return err == SKERRY_OK ? drop_oldest(store) : err;
}

static enum skerry_err
change(struct store *store, const char *uri, int64_t index, enum status_list_value value,
	int64_t now)
{
	struct store_query q;

	store_query(store, &q, "UPDATE reached SET value = ?, at = ? WHERE uri = ? AND idx = ?");
	store_bind_int(&q, value);
	store_bind_int(&q, now);
	store_bind_text(&q, uri);
	store_bind_int(&q, index);
	return store_run(&q);
}

/* Each row's own column is changed while rows are read by another one: none is met twice. */
enum skerry_err
reached_see(struct store *store, const struct status_list *list, const uint8_t *bytes,
	size_t bytes_len, int64_t now)
{
	char uri[STATUS_LIST_URI_MAX + 1];
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	terminate(list->uri, uri);
	store_query(store, &q, "SELECT idx, value FROM reached WHERE uri = ? ORDER BY idx");
	store_bind_text(&q, uri);
	while (err == SKERRY_OK && store_step(&q)) {
		int64_t index = store_int(&q, 0);
		enum status_list_value value =
			status_list_get(bytes, bytes_len, list->bits, (uint64_t)index);

		if (index >= 0 && value != STATUS_LIST_NO_WORD && value != store_int(&q, 1))
			err = change(store, uri, index, value, now);
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
reached_each(
	struct store *store, bool (*each)(void *, const struct reached_row *row), void *context)
{
	struct store_query q;
	bool goes_on = true;

	store_query(store, &q,
		"SELECT uri, idx, value, at FROM reached WHERE value IN (?1, ?2)"
		" ORDER BY at DESC, uri, idx");
	store_bind_int_at(&q, 1, STATUS_LIST_INVALID);
	store_bind_int_at(&q, 2, STATUS_LIST_SUSPENDED);
	while (goes_on && store_step(&q)) {
		const char *uri = store_chars(&q, 0);
		const struct reached_row row = { .uri = cbor_text_from_chars(
							 uri == NULL ? "" : uri),
			.index = (uint64_t)store_int(&q, 1),
			.value = (enum status_list_value)store_int(&q, 2),
			.at = store_int(&q, 3) };

		goes_on = each(context, &row);
	}
	return store_done(&q);
}
