/* SPDX-License-Identifier: ISC */
#include "audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "issuer/desk/desk.h"

struct row {
	int64_t seq, at, operator_id;
	const char *action, *subject, *detail;
};

enum { ROW_BYTES_MAX = HASH_LEN + 8192 };

/* The hash of a row after `before`. NO_SPACE for a row that this program did not write. */
static enum skerry_err
hash_row(const uint8_t before[HASH_LEN], const struct row *row, uint8_t ret_hash[HASH_LEN])
{
	uint8_t bytes[ROW_BYTES_MAX];
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	memcpy(bytes, before, HASH_LEN);
	cbor_writer_init(&w, bytes + HASH_LEN, sizeof bytes - HASH_LEN);
	cbor_write_array(&w, 6);
	cbor_write_int(&w, row->seq);
	cbor_write_int(&w, row->at);
	cbor_write_int(&w, row->operator_id);
	cbor_write_chars(&w, row->action);
	cbor_write_chars(&w, row->subject);
	cbor_write_chars(&w, row->detail);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		hash_blake2b(NULL, 0, bytes, HASH_LEN + len, ret_hash);
	return err;
}

enum skerry_err
audit_read_head(struct store *store, struct audit_head *ret_head)
{
	struct audit_head head = { 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q, "SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1");
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
audit_append(struct desk *desk, const char *action, const char *subject, const char *detail, ...)
{
	char text[AUDIT_DETAIL_MAX];
	uint8_t hash[HASH_LEN];
	struct audit_head head;
	struct store_query q;
	struct row row;
	va_list arguments;
	enum skerry_err err = audit_read_head(desk->store, &head);

	if (err != SKERRY_OK)
		return err;
	va_start(arguments, detail);
	vsnprintf(text, sizeof text, detail, arguments);
	va_end(arguments);
	row = (struct row){ head.seq + 1, desk->now, desk->operator_id, action, subject, text };
	err = hash_row(head.hash, &row, hash);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO audit (seq, at, operator_id, action, subject, detail, hash)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, row.seq);
	store_bind_int(&q, row.at);
	store_bind_int(&q, row.operator_id);
	store_bind_text(&q, action);
	store_bind_text(&q, subject);
	store_bind_text(&q, text);
	store_bind_bytes(&q, hash, sizeof hash);
	return store_run(&q);
}

enum skerry_err
audit_verify(struct store *store, int64_t *ret_seq)
{
	uint8_t hash[HASH_LEN] = { 0 };
	int64_t expected = 1, bad = 0;
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q,
		"SELECT seq, at, operator_id, action, subject, detail, hash FROM audit ORDER BY "
		"seq");
	while (bad == 0 && store_step(&q)) {
		struct row row = { store_int(&q, 0), store_int(&q, 1), store_int(&q, 2),
			store_chars(&q, 3), store_chars(&q, 4), store_chars(&q, 5) };
		struct cbor_bytes stored = store_bytes(&q, 6);

		if (row.seq != expected++ || hash_row(hash, &row, hash) != SKERRY_OK ||
			!cbor_bytes_same(stored, (struct cbor_bytes){ hash, HASH_LEN }))
			bad = row.seq;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && bad != 0) {
		*ret_seq = bad;
		return SKERRY_ERR_STORE_DAMAGED;
	}
	return err;
}
