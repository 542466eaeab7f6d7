/* SPDX-License-Identifier: ISC */
#include "audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "issuer/desk/brand_guard.h"
#include "issuer/desk/desk.h"
#include "issuer/desk/narrow.h"
#include "issuer/desk/notes.h"
#include "keys/log_chain.h"

enum { SQL_MAX = 2048 };

static void
write_row(struct cbor_writer *w, const void *row)
{
	audit_log_write_fields(w, row);
}

enum skerry_err
audit_hash(
	const uint8_t before[HASH_LEN], const struct audit_log_row *row, uint8_t ret_hash[HASH_LEN])
{
	return log_chain_next(before, write_row, row, ret_hash);
}

bool
audit_follows(const uint8_t before[HASH_LEN], const struct audit_log_row *row)
{
	uint8_t hash[HASH_LEN];

	return audit_hash(before, row, hash) == SKERRY_OK &&
	       cbor_bytes_same(row->hash, (struct cbor_bytes){ hash, HASH_LEN });
}

/* A head in one row: seq, at, hash. */
static enum skerry_err
read_head(struct store *store, const char *sql, struct audit_head *ret_head)
{
	struct audit_head head = { 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q, sql);
	if (store_step(&q)) {
		struct cbor_bytes hash = store_bytes(&q, 2);

		head.seq = store_int(&q, 0);
		head.at = store_int(&q, 1);
		if (hash.len == HASH_LEN)
			memcpy(head.hash, hash.data, HASH_LEN);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_head = head;
	return err;
}

enum skerry_err
audit_read_head(struct store *store, struct audit_head *ret_head)
{
	return read_head(
		store, "SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1", ret_head);
}

enum skerry_err
audit_read_anchor(struct store *store, struct audit_head *ret_anchor)
{
	return read_head(store, "SELECT seq, at, hash FROM audit_anchor", ret_anchor);
}

static enum skerry_err
insert(struct desk *desk, const struct audit_log_row *row, const char *action, const char *subject,
	const char *detail)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO audit (" AUDIT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, row->seq);
	store_bind_int(&q, row->at);
	store_bind_int(&q, row->operator_id);
	store_bind_text(&q, action);
	store_bind_text(&q, subject);
	store_bind_text(&q, detail);
	store_bind_bytes(&q, row->hash.data, row->hash.len);
	return store_run(&q);
}

/* For whoever may: the guard was asked. */
static enum skerry_err
append(struct desk *desk, const char *action, const char *subject, const char *detail,
	va_list arguments)
{
	char text[AUDIT_DETAIL_MAX];
	struct audit_head head = { 0 };
	struct audit_log_row row;
	enum skerry_err err = SKERRY_OK;

	if (!desk->head_known)
		err = audit_read_head(desk->store, &desk->head);
	if (err != SKERRY_OK)
		return err;
	vsnprintf(text, sizeof text, detail, arguments);
	row = (struct audit_log_row){ desk->head.seq + 1, desk->now, desk->operator_id,
		cbor_text_from_chars(action), cbor_text_from_chars(subject),
		cbor_text_from_chars(text), { head.hash, HASH_LEN } };
	err = audit_hash(desk->head.hash, &row, head.hash);
	if (err == SKERRY_OK)
		err = insert(desk, &row, action, subject, text);
	if (err != SKERRY_OK)
		return err;
	head.seq = row.seq;
	head.at = row.at;
	desk->head = head;
	desk->head_known = true;
	return SKERRY_OK;
}

enum skerry_err
audit_append(struct desk *desk, const char *action, const char *subject, const char *detail, ...)
{
	va_list arguments;
	enum skerry_err err = brand_guard_ask_subject(desk, subject);

	va_start(arguments, detail);
	if (err == SKERRY_OK)
		err = append(desk, action, subject, detail, arguments);
	va_end(arguments);
	return err;
}

enum skerry_err
audit_append_of(struct desk *desk, int64_t brand_id, const char *action, const char *subject,
	const char *detail, ...)
{
	va_list arguments;
	enum skerry_err err = brand_guard_ask(desk, brand_id);

	va_start(arguments, detail);
	if (err == SKERRY_OK)
		err = append(desk, action, subject, detail, arguments);
	va_end(arguments);
	return err;
}

/* A text column in full: one that holds a NUL is not what was hashed. */
static struct cbor_text
text_of(struct store_query *q, int column)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	return (struct cbor_text){ bytes.len == 0 ? "" : (const char *)bytes.data, bytes.len };
}

void
audit_read_row(struct store_query *q, struct audit_log_row *ret_row)
{
	*ret_row = (struct audit_log_row){ store_int(q, 0), store_int(q, 1), store_int(q, 2),
		text_of(q, 3), text_of(q, 4), text_of(q, 5), store_bytes(q, 6) };
}

enum skerry_err
audit_chain_holds(struct store *store, int64_t *ret_seq)
{
	struct audit_head anchor;
	int64_t bad = 0;
	struct store_query q;
	enum skerry_err err = audit_read_anchor(store, &anchor);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq");
	for (int64_t expected = anchor.seq + 1; bad == 0 && store_step(&q); expected++) {
		struct audit_log_row row;

		audit_read_row(&q, &row);
		if (row.seq != expected || !audit_follows(anchor.hash, &row))
			bad = row.seq;
		else
			memcpy(anchor.hash, row.hash.data, HASH_LEN);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && bad != 0) {
		*ret_seq = bad;
		return SKERRY_ERR_AUDIT_CHAIN;
	}
	return err;
}

/* The number of the note stands in the detail as "note=12"; its text is joined by that. */
static void
build(const struct audit_filter *filter, char sql[SQL_MAX])
{
	snprintf(sql, SQL_MAX, "%s",
		"SELECT " AUDIT_COLUMNS ", (SELECT name FROM operator o WHERE o.id = operator_id),"
		" " NOTES_TEXT_OF("detail") " FROM audit WHERE seq > 0");
	narrow(sql, SQL_MAX, filter->after != 0, filter->reverse ? "seq < ?1" : "seq > ?1");
	/* In full, or without the kind that each subject begins with: out of the index. */
	narrow(sql, SQL_MAX, filter->subject != NULL,
		"subject COLLATE NOCASE IN (?3, 'license ' || ?3, 'license key ' || ?3,"
		" 'customer ' || ?3, 'sale ' || ?3, 'batch ' || ?3, 'brand ' || ?3,"
		" 'product ' || ?3, 'plan ' || ?3, 'key ' || ?3, 'manifest ' || ?3,"
		" 'operator ' || ?3)");
	narrow(sql, SQL_MAX, filter->action != NULL, "substr(action, 1, length(?4)) = ?4");
	narrow(sql, SQL_MAX, filter->who != NULL,
		"operator_id IN (SELECT id FROM operator WHERE name = ?5)");
	narrow(sql, SQL_MAX, filter->from != 0, "at >= ?6");
	narrow(sql, SQL_MAX, filter->until != LICENSE_NEVER, "at <= ?7");
	snprintf(sql + strlen(sql), SQL_MAX - strlen(sql), " ORDER BY seq%s LIMIT ?2",
		filter->reverse ? " DESC" : "");
}

enum skerry_err
audit_each(struct desk *desk, const struct audit_filter *filter,
	bool (*each)(void *, const struct audit_line *), void *context)
{
	char sql[SQL_MAX];
	struct store_query q;

	build(filter, sql);
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, filter->after);
	store_bind_int_at(&q, 2, filter->limit);
	store_bind_text_at(&q, 3, filter->subject);
	store_bind_text_at(&q, 4, filter->action);
	store_bind_text_at(&q, 5, filter->who);
	store_bind_int_at(&q, 6, filter->from);
	store_bind_int_at(&q, 7, filter->until);
	while (store_step(&q)) {
		struct audit_line line = { .who = store_chars(&q, 7), .note = store_chars(&q, 8) };

		audit_read_row(&q, &line.row);
		if (!each(context, &line))
			break;
	}
	return store_done(&q);
}
