/* SPDX-License-Identifier: ISC */
#include "vendor_marks.h"

#include <string.h>

static const char *const WORDS[] = { "reply", "status" };

static void
bind_text(struct store_query *q, struct cbor_text text, char *buffer, size_t buffer_max)
{
	size_t len = text.len < buffer_max ? text.len : buffer_max - 1;

	memcpy(buffer, text.chars, len);
	buffer[len] = '\0';
	store_bind_text(q, buffer);
}

bool
vendor_mark_stands(const struct trust *trust, enum vendor_word word, struct cbor_text brand,
	const uint8_t kid[COSE_KID_LEN], int64_t issued_at)
{
	const struct trust_claims claims = {
		.role = word == VENDOR_WORD_REPLY ? MANIFEST_ROLE_REPLY : MANIFEST_ROLE_STATUS,
		.brand = brand,
		.issued_at = issued_at
	};
	const struct manifest_key *key = trust_find_key(trust, kid);

	return key != NULL && trust_permits(key, &claims) == SKERRY_OK;
}

/* A row as it lies there. */
static bool
row_stands(struct store_query *q, const struct trust *trust, enum vendor_word word,
	struct cbor_text brand, int kid_column, int64_t issued_at)
{
	struct cbor_bytes kid = store_bytes(q, kid_column);

	return kid.len == COSE_KID_LEN &&
	       vendor_mark_stands(trust, word, brand, kid.data, issued_at);
}

enum skerry_err
vendor_marks_find(struct store *store, const struct trust *trust, enum vendor_word word,
	struct cbor_text brand, const struct clock *clock, struct vendor_mark *ret_mark,
	bool *ret_known)
{
	struct vendor_mark best = { .number = 0 };
	char name[LICENSE_SLUG_MAX + 1];
	struct store_query q;
	bool known = false;
	enum skerry_err err;

	store_query(store, &q,
		"SELECT kid, number, issued_at FROM vendor_mark WHERE kind = ? AND brand = ?"
		" ORDER BY number, issued_at");
	store_bind_text(&q, WORDS[word]);
	bind_text(&q, brand, name, sizeof name);
	while (store_step(&q)) {
		struct vendor_mark mark = { store_int(&q, 1), store_int(&q, 2) };

		if (clock != NULL && clock_is_void(clock, mark.issued_at))
			continue;
		if (!row_stands(&q, trust, word, brand, 0, mark.issued_at))
			continue;
		best = mark;
		known = true;
	}
	err = store_done(&q);
	if (err == SKERRY_OK) {
		*ret_mark = best;
		*ret_known = known;
	}
	return err;
}

enum skerry_err
vendor_marks_put(struct store *store, enum vendor_word word, struct cbor_text brand,
	const uint8_t kid[COSE_KID_LEN], const struct vendor_mark *mark)
{
	char name[LICENSE_SLUG_MAX + 1];
	struct store_query q;

	store_query(store, &q,
		"INSERT INTO vendor_mark VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
		" SET number = excluded.number, issued_at = excluded.issued_at"
		" WHERE (excluded.number, excluded.issued_at) > (number, issued_at)");
	store_bind_text(&q, WORDS[word]);
	bind_text(&q, brand, name, sizeof name);
	store_bind_bytes(&q, kid, COSE_KID_LEN);
	store_bind_int(&q, mark->number);
	store_bind_int(&q, mark->issued_at);
	return store_run(&q);
}

static enum skerry_err
drop(struct store *store, enum vendor_word word, const char *brand, struct cbor_bytes kid)
{
	struct store_query q;

	store_query(store, &q, "DELETE FROM vendor_mark WHERE kind = ? AND brand = ? AND kid = ?");
	store_bind_text(&q, WORDS[word]);
	store_bind_text(&q, brand);
	store_bind_bytes(&q, kid.data, kid.len);
	return store_run(&q);
}

static enum skerry_err
review(struct store *store, const struct trust *trust, enum vendor_word word)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q, "SELECT brand, kid, issued_at FROM vendor_mark WHERE kind = ?");
	store_bind_text(&q, WORDS[word]);
	while (err == SKERRY_OK && store_step(&q)) {
		const char *brand = store_chars(&q, 0);

		if (brand == NULL)
			err = SKERRY_ERR_STORE_DAMAGED;
		else if (!row_stands(
				 &q, trust, word, cbor_text_from_chars(brand), 1, store_int(&q, 2)))
			err = drop(store, word, brand, store_bytes(&q, 1));
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
vendor_marks_review(struct store *store, const struct trust *trust)
{
	enum skerry_err err = review(store, trust, VENDOR_WORD_REPLY);

	return err == SKERRY_OK ? review(store, trust, VENDOR_WORD_STATUS) : err;
}
