/* SPDX-License-Identifier: ISC */
#include "unpairings.h"

#include <stdio.h>

#include "vendor_marks.h"

enum { NAME_MAX_LEN = LICENSE_SLUG_MAX + 1 };

static void
terminate(struct cbor_text text, char ret_chars[NAME_MAX_LEN])
{
	snprintf(ret_chars, NAME_MAX_LEN, "%.*s", (int)text.len,
		text.chars == NULL ? "" : text.chars);
}

static enum skerry_err
drop_oldest(struct store *store)
{
	struct store_query q;

	store_query(store, &q,
		"DELETE FROM unpairing WHERE told_at < (SELECT told_at FROM unpairing"
		" ORDER BY told_at DESC LIMIT 1 OFFSET ?)");
	store_bind_int(&q, UNPAIRINGS_MAX - 1);
	return store_run(&q);
}

enum skerry_err
unpairings_put(
	struct store *store, const struct unpairing *unpairing, const uint8_t kid[COSE_KID_LEN])
{
	char brand[NAME_MAX_LEN], license[NAME_MAX_LEN];
	struct store_query q;
	enum skerry_err err;

	terminate(unpairing->brand, brand);
	terminate(unpairing->license, license);
	store_query(store, &q, "INSERT OR IGNORE INTO unpairing VALUES (?, ?, ?, ?, ?, ?)");
	store_bind_text(&q, brand);
	store_bind_text(&q, license);
	store_bind_int(&q, unpairing->told_at);
	store_bind_date(&q, unpairing->until);
	store_bind_date(&q, unpairing->heard_at);
	store_bind_bytes(&q, kid, COSE_KID_LEN);
	err = store_run(&q);
	return err == SKERRY_OK ? drop_oldest(store) : err;
}

enum skerry_err
unpairings_find(struct store *store, const struct license *license, const struct clock *clock,
	int64_t *ret_since)
{
	char brand[NAME_MAX_LEN], id[NAME_MAX_LEN];
	struct unpaired unpaired = WORDS_PAIRED;
	struct store_query q;
	enum skerry_err err;

	terminate(license->brand, brand);
	terminate(license->id, id);
	store_query(store, &q,
		"SELECT told_at, until, heard_at FROM unpairing WHERE brand = ? AND license = ?");
	store_bind_text(&q, brand);
	store_bind_text(&q, id);
	while (store_step(&q)) {
		const struct unpairing unpairing = { .brand = license->brand,
			.license = license->id,
			.told_at = store_int(&q, 0),
			.until = store_date(&q, 1),
			.heard_at = store_date(&q, 2) };

		words_hear_unpairing(&unpairing, license, clock, &unpaired);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_since = unpaired.since;
	return err;
}

static enum skerry_err
drop(struct store *store, const char *brand, struct cbor_bytes kid, int64_t told_at)
{
	struct store_query q;

	store_query(store, &q, "DELETE FROM unpairing WHERE brand = ? AND kid = ? AND told_at = ?");
	store_bind_text(&q, brand);
	store_bind_bytes(&q, kid.data, kid.len);
	store_bind_int(&q, told_at);
	return store_run(&q);
}

enum skerry_err
unpairings_review(struct store *store, const struct trust *trust)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q, "SELECT DISTINCT brand, kid, told_at FROM unpairing");
	while (err == SKERRY_OK && store_step(&q)) {
		const char *brand = store_chars(&q, 0);
		struct cbor_bytes kid = store_bytes(&q, 1);

		if (brand == NULL || kid.len != COSE_KID_LEN)
			err = SKERRY_ERR_STORE_DAMAGED;
		else if (!vendor_mark_stands(trust, VENDOR_WORD_REPLY, cbor_text_from_chars(brand),
				 kid.data, store_int(&q, 2)))
			err = drop(store, brand, kid, store_int(&q, 2));
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}
