/* SPDX-License-Identifier: ISC */
#include "journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formats/site_journal.h"
#include "formats/utf8.h"

/* --- rows ------------------------------------------------------------------------------------ */

void
journal_write_row(struct cbor_writer *w, const void *context)
{
	const struct journal_row *row = context;
	const struct site_journal_entry entry = { row->seq, row->moment.settled, row->moment.wall,
		row->moment.boot, row->kind, row->subject, row->detail, row->hash.data };

	site_journal_write_fields(w, &entry);
}

/* A text column in full: one that holds a NUL is not what was hashed. */
static struct cbor_text
text_of(struct store_query *q, int column)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	return (struct cbor_text){ bytes.len == 0 ? "" : (const char *)bytes.data, bytes.len };
}

bool
journal_read_row(struct store_query *q, struct journal_row *ret_row)
{
	struct cbor_bytes boot = store_bytes(q, 3);

	*ret_row = (struct journal_row){ .seq = store_int(q, 0),
		.moment = { .settled = store_int(q, 1), .wall = store_int(q, 2) },
		.kind = text_of(q, 4),
		.subject = text_of(q, 5),
		.detail = text_of(q, 6),
		.hash = store_bytes(q, 7) };
	if (boot.len != JOURNAL_BOOT_LEN)
		return false;
	memcpy(ret_row->moment.boot, boot.data, JOURNAL_BOOT_LEN);
	return true;
}

/* --- heads ----------------------------------------------------------------------------------- */

static enum skerry_err
read_head(struct store *store, const char *sql, int64_t seq, struct journal_head *ret_head,
	bool *ret_found)
{
	struct journal_head head = { 0 };
	bool found = false;
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q, sql);
	store_bind_int_at(&q, 1, seq);
	if (store_step(&q)) {
		struct cbor_bytes hash = store_bytes(&q, 1);

		head.seq = store_int(&q, 0);
		found = hash.len == HASH_LEN;
		if (found)
			memcpy(head.hash, hash.data, HASH_LEN);
	}
	err = store_done(&q);
	/* No row is numbered so, and none could be numbered after it. */
	if (err == SKERRY_OK && (head.seq < 0 || head.seq == INT64_MAX))
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK) {
		*ret_head = head;
		*ret_found = found;
	}
	return err;
}

static enum skerry_err
read_anchor(struct store *store, struct journal_head *ret_anchor, bool *ret_found)
{
	return read_head(store, "SELECT seq, hash FROM journal_anchor", 0, ret_anchor, ret_found);
}

enum skerry_err
journal_read_head(struct store *store, struct journal_head *ret_head)
{
	struct journal_head head;
	bool found;
	enum skerry_err err = read_head(
		store, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", 0, &head, &found);

	if (err == SKERRY_OK && head.seq == 0)
		err = read_anchor(store, &head, &found);
	if (err == SKERRY_OK)
		*ret_head = head;
	return err;
}

enum skerry_err
journal_find(struct store *store, int64_t seq, uint8_t ret_hash[HASH_LEN], bool *ret_found)
{
	struct journal_head head;
	enum skerry_err err = read_head(
		store, "SELECT seq, hash FROM journal WHERE seq = ?1", seq, &head, ret_found);

	/* The row before the first that is kept. */
	if (err == SKERRY_OK && !*ret_found) {
		err = read_anchor(store, &head, ret_found);
		*ret_found = *ret_found && head.seq == seq;
	}
	if (err == SKERRY_OK && *ret_found)
		memcpy(ret_hash, head.hash, HASH_LEN);
	return err;
}

enum skerry_err
journal_set_anchor(struct store *store, const struct journal_head *anchor)
{
	struct store_query q;

	store_query(store, &q, "INSERT OR REPLACE INTO journal_anchor VALUES (1, ?, ?)");
	store_bind_int(&q, anchor->seq);
	store_bind_bytes(&q, anchor->hash, HASH_LEN);
	return store_run(&q);
}

/* --- adding ---------------------------------------------------------------------------------- */

/* A name from outside, a file's, may hold anything; a row holds text in one line. */
static void
make_plain(char *text)
{
	size_t len = strlen(text), step;

	for (size_t i = 0; i < len; i += step) {
		uint32_t point;

		step = utf8_next(text + i, len - i, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			memset(text + i, '?', step);
	}
}

static enum skerry_err
insert(struct store *store, const struct journal_row *row, const char *kind, const char *subject,
	const char *detail)
{
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q,
		"INSERT INTO journal (" JOURNAL_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, row->seq);
	store_bind_int(&q, row->moment.settled);
	store_bind_int(&q, row->moment.wall);
	store_bind_bytes(&q, row->moment.boot, JOURNAL_BOOT_LEN);
	store_bind_text(&q, kind);
	store_bind_text(&q, subject);
	store_bind_text(&q, detail);
	store_bind_bytes(&q, row->hash.data, row->hash.len);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	/* Where time went back is noted, so that an instant is found by halving what lies between. */
	store_query(store, &q,
		"INSERT INTO journal_turn SELECT ?1 WHERE ?2 <"
		" (SELECT settled FROM journal WHERE seq = ?1 - 1)");
	store_bind_int_at(&q, 1, row->seq);
	store_bind_int_at(&q, 2, row->moment.settled);
	return store_run(&q);
}

enum skerry_err
journal_append(struct store *store, const struct journal_moment *moment, const char *kind,
	const char *subject, const char *detail, ...)
{
	char about[JOURNAL_SUBJECT_MAX], text[JOURNAL_DETAIL_MAX];
	struct journal_row row = { .moment = *moment };
	struct journal_head head;
	uint8_t hash[HASH_LEN];
	va_list arguments;
	enum skerry_err err = journal_read_head(store, &head);

	if (err != SKERRY_OK)
		return err;
	va_start(arguments, detail);
	vsnprintf(text, sizeof text, detail, arguments);
	va_end(arguments);
	snprintf(about, sizeof about, "%s", subject);
	make_plain(about);
	make_plain(text);
	row.seq = head.seq + 1;
	row.kind = cbor_text_from_chars(kind);
	row.subject = cbor_text_from_chars(about);
	row.detail = cbor_text_from_chars(text);
	err = log_chain_next(head.hash, journal_write_row, &row, hash);
	row.hash = (struct cbor_bytes){ hash, HASH_LEN };
	return err == SKERRY_OK ? insert(store, &row, kind, about, text) : err;
}

/* --- keeping --------------------------------------------------------------------------------- */

static enum skerry_err
drop_until(struct store *store, const struct journal_head *last)
{
	struct store_query q;
	enum skerry_err err = journal_set_anchor(store, last);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "DELETE FROM journal WHERE seq <= ?");
	store_bind_int(&q, last->seq);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "DELETE FROM journal_turn WHERE seq <= ?");
	store_bind_int(&q, last->seq);
	return store_run(&q);
}

enum skerry_err
journal_trim(struct store *store, int64_t kept_max)
{
	struct journal_head head = { 0 }, anchor = { 0 }, last = { 0 };
	bool found = false;
	enum skerry_err err = journal_read_head(store, &head);

	if (err == SKERRY_OK)
		err = read_anchor(store, &anchor, &found);
	if (err != SKERRY_OK || head.seq - anchor.seq <= kept_max + JOURNAL_SPARE_MAX)
		return err;
	last.seq = head.seq - kept_max;
	err = journal_find(store, last.seq, last.hash, &found);
	return err == SKERRY_OK && found ? drop_until(store, &last) : err;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Rows from `first` on, which follow one whose hash is known. */
static enum skerry_err
verify_behind(
	struct store *store, const struct journal_head *before, int64_t first, int64_t *ret_seq)
{
	struct journal_head head = *before;
	struct store_query q;
	int64_t bad = 0;
	enum skerry_err err;

	store_query(
		store, &q, "SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq >= ? ORDER BY seq");
	store_bind_int(&q, first);
	for (int64_t expected = head.seq + 1; bad == 0 && store_step(&q); expected++) {
		uint8_t hash[HASH_LEN];
		struct journal_row row;

		if (!journal_read_row(&q, &row) || row.seq != expected || row.seq == INT64_MAX ||
			log_chain_next(head.hash, journal_write_row, &row, hash) != SKERRY_OK ||
			!cbor_bytes_same(row.hash, (struct cbor_bytes){ hash, HASH_LEN }))
			bad = row.seq == 0 ? expected : row.seq;
		else
			memcpy(head.hash, hash, HASH_LEN);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && bad != 0) {
		*ret_seq = bad;
		return SKERRY_ERR_AUDIT_CHAIN;
	}
	return err;
}

enum skerry_err
journal_verify(struct store *store, int64_t *ret_seq)
{
	struct journal_head anchor;
	bool found;
	enum skerry_err err = read_anchor(store, &anchor, &found);

	return err == SKERRY_OK ? verify_behind(store, &anchor, INT64_MIN, ret_seq) : err;
}

enum skerry_err
journal_verify_from(struct store *store, int64_t first, int64_t *ret_seq)
{
	struct journal_head before = { .seq = first - 1 };
	bool found = false;
	enum skerry_err err = journal_find(store, before.seq, before.hash, &found);

	if (err != SKERRY_OK)
		return err;
	if (found || first == 1)
		return verify_behind(store, &before, first, ret_seq);
	*ret_seq = first;
	return SKERRY_ERR_AUDIT_CHAIN;
}

enum skerry_err
journal_each(struct store *store, int64_t after, int64_t limit,
	bool (*each)(void *, const struct journal_row *), void *context)
{
	struct journal_row row;
	struct store_query q;
	bool own = true;
	enum skerry_err err;

	store_query(store, &q,
		"SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq > ? ORDER BY seq LIMIT ?");
	store_bind_int(&q, after);
	store_bind_int(&q, limit);
	while (own && store_step(&q)) {
		own = journal_read_row(&q, &row);
		if (own && !each(context, &row))
			break;
	}
	err = store_done(&q);
	return err == SKERRY_OK && !own ? SKERRY_ERR_AUDIT_CHAIN : err;
}
