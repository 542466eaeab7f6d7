/* SPDX-License-Identifier: ISC */
#include "key_masks.h"

#include <stdio.h>

enum { NAME_MAX_LEN = LICENSE_SLUG_MAX + 1 };

/* A query borrows what is bound to it. */
struct names {
	char brand[NAME_MAX_LEN], license[NAME_MAX_LEN];
};

static void
terminate(struct cbor_text text, char ret_chars[NAME_MAX_LEN])
{
	snprintf(ret_chars, NAME_MAX_LEN, "%.*s", (int)text.len,
		text.chars == NULL ? "" : text.chars);
}

static void
bind_names(struct store_query *q, struct cbor_text brand, struct cbor_text license,
	struct names *ret_names)
{
	terminate(brand, ret_names->brand);
	terminate(license, ret_names->license);
	store_bind_text_at(q, 1, ret_names->brand);
	store_bind_text_at(q, 2, ret_names->license);
}

static enum skerry_err
drop_oldest(struct store *store)
{
	struct store_query q;

	store_query(store, &q,
		"DELETE FROM key_mask WHERE told_at < (SELECT told_at FROM key_mask"
		" ORDER BY told_at DESC LIMIT 1 OFFSET ?)");
	store_bind_int(&q, KEY_MASKS_MAX - 1);
	return store_run(&q);
}

enum skerry_err
key_masks_put(struct store *store, struct cbor_text brand, struct cbor_text license,
	const char *masked, int64_t told_at)
{
	struct store_query q;
	struct names names;
	enum skerry_err err;

	store_query(store, &q,
		"INSERT INTO key_mask (brand, license, masked, told_at) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO UPDATE SET masked = excluded.masked, told_at = excluded.told_at"
		" WHERE excluded.told_at >= told_at");
	bind_names(&q, brand, license, &names);
	store_bind_text_at(&q, 3, masked);
	store_bind_int_at(&q, 4, told_at);
	err = store_run(&q);
	return err == SKERRY_OK ? drop_oldest(store) : err;
}

enum skerry_err
key_masks_drop(
	struct store *store, struct cbor_text brand, struct cbor_text license, int64_t told_at)
{
	struct store_query q;
	struct names names;

	store_query(store, &q,
		"DELETE FROM key_mask WHERE brand = ?1 AND license = ?2 AND told_at <= ?3");
	bind_names(&q, brand, license, &names);
	store_bind_int_at(&q, 3, told_at);
	return store_run(&q);
}

enum skerry_err
key_masks_find(
	struct store *store, const struct license *license, char ret_masked[LICENSE_KEY_MAX + 1])
{
	struct store_query q;
	struct names names;

	ret_masked[0] = '\0';
	store_query(store, &q, "SELECT masked FROM key_mask WHERE brand = ?1 AND license = ?2");
	bind_names(&q, license->brand, license->id, &names);
	if (store_step(&q))
		store_text(&q, 0, ret_masked, LICENSE_KEY_MAX + 1);
	return store_done(&q);
}
