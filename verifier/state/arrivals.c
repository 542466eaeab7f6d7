/* SPDX-License-Identifier: ISC */
#include "arrivals.h"

#include <string.h>

#include "keys/hash.h"

enum skerry_err
arrivals_put(struct store *store, const struct arrival *arrival)
{
	uint8_t digest[HASH_LEN];
	struct store_query q;

	hash_blake2b(NULL, 0, arrival->bytes.data, arrival->bytes.len, digest);
	store_query(store, &q, "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?)");
	store_bind_text(&q, arrival->file);
	store_bind_bytes(&q, digest, sizeof digest);
	store_bind_bytes(&q, arrival->bytes.data, arrival->bytes.len);
	store_bind_int(&q, arrival->arrived_at);
	store_bind_date(&q, arrival->last_at);
	store_bind_int(&q, arrival->found);
	store_bind_int(&q, !arrival->unfiled);
	return store_run(&q);
}

enum skerry_err
arrivals_drop(struct store *store, const char *file)
{
	struct store_query q;

	store_query(store, &q, "DELETE FROM document WHERE file = ?");
	store_bind_text(&q, file);
	return store_run(&q);
}

enum skerry_err
arrivals_drop_below(struct store *store, const char *folder)
{
	struct store_query q;

	store_query(store, &q, "DELETE FROM document WHERE substr(file, 1, length(?1)) = ?1");
	store_bind_text_at(&q, 1, folder);
	return store_run(&q);
}

enum skerry_err
arrivals_find(struct store *store, const char *file, struct arrival *ret_arrival, bool *ret_known)
{
	struct arrival arrival = { .file = file };
	struct store_query q;
	bool known;
	enum skerry_err err;

	store_query(store, &q, "SELECT arrived_at, last_at, found FROM document WHERE file = ?");
	store_bind_text(&q, file);
	known = store_step(&q);
	if (known) {
		arrival.arrived_at = store_int(&q, 0);
		arrival.last_at = store_date(&q, 1);
		arrival.found = store_int(&q, 2) != 0;
	}
	err = store_done(&q);
	if (err == SKERRY_OK) {
		*ret_known = known;
		*ret_arrival = arrival;
	}
	return err;
}

enum skerry_err
arrivals_each(
	struct store *store, enum skerry_err (*each)(void *, const struct arrival *), void *context)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q,
		"SELECT file, bytes, arrived_at, last_at, found, filed FROM document"
		" ORDER BY file");
	while (err == SKERRY_OK && store_step(&q)) {
		const struct arrival arrival = { store_chars(&q, 0), store_bytes(&q, 1),
			store_int(&q, 2), store_date(&q, 3), store_int(&q, 4) != 0,
			store_int(&q, 5) == 0 };

		/* A database that somebody else made. */
		err = arrival.file == NULL ? SKERRY_ERR_STORE_DAMAGED : each(context, &arrival);
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
arrivals_each_name(
	struct store *store, enum skerry_err (*each)(void *, const char *file), void *context)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q, "SELECT file FROM document ORDER BY file");
	while (err == SKERRY_OK && store_step(&q)) {
		const char *file = store_chars(&q, 0);

		err = file == NULL ? SKERRY_ERR_STORE_DAMAGED : each(context, file);
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
arrivals_any_unfiled(struct store *store, bool *ret_any)
{
	struct store_query q;
	bool any;
	enum skerry_err err;

	store_query(store, &q, "SELECT 1 FROM document WHERE filed = 0 LIMIT 1");
	any = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_any = any;
	return err;
}

enum skerry_err
arrivals_all_filed(struct store *store)
{
	struct store_query q;

	store_query(store, &q, "UPDATE document SET filed = 1 WHERE filed = 0");
	return store_run(&q);
}
