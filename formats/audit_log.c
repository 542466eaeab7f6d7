/* SPDX-License-Identifier: ISC */
#include "audit_log.h"

static const char MAGIC[] = "skerry-audit-archive", OPERATOR[] = "operator", END[] = "end";

enum { HEADER_FIELDS = 6, OPERATOR_FIELDS = 3, ROW_FIELDS = 7, END_FIELDS = 3 };

static void
write_fields(struct cbor_writer *w, const struct audit_log_row *row)
{
	cbor_write_int(w, row->seq);
	cbor_write_int(w, row->at);
	cbor_write_int(w, row->operator_id);
	cbor_write_text(w, row->action);
	cbor_write_text(w, row->subject);
	cbor_write_text(w, row->detail);
}

void
audit_log_write_fields(struct cbor_writer *w, const struct audit_log_row *row)
{
	cbor_write_array(w, ROW_FIELDS - 1);
	write_fields(w, row);
}

void
audit_log_write_item(struct cbor_writer *w, const struct audit_log_item *item)
{
	switch (item->kind) {
	case AUDIT_LOG_HEADER:
		cbor_write_array(w, HEADER_FIELDS);
		cbor_write_chars(w, MAGIC);
		cbor_write_uint(w, AUDIT_LOG_VERSION);
		cbor_write_text(w, item->name);
		cbor_write_int(w, item->at);
		cbor_write_int(w, item->seq);
		cbor_write_bytes(w, item->hash, AUDIT_LOG_HASH_LEN);
		break;
	case AUDIT_LOG_OPERATOR:
		cbor_write_array(w, OPERATOR_FIELDS);
		cbor_write_chars(w, OPERATOR);
		cbor_write_int(w, item->id);
		cbor_write_text(w, item->name);
		break;
	case AUDIT_LOG_ROW:
		cbor_write_array(w, ROW_FIELDS);
		write_fields(w, &item->row);
		cbor_write_bytes(w, item->row.hash.data, item->row.hash.len);
		break;
	case AUDIT_LOG_END:
		cbor_write_array(w, END_FIELDS);
		cbor_write_chars(w, END);
		cbor_write_int(w, item->seq);
		cbor_write_bytes(w, item->hash, AUDIT_LOG_HASH_LEN);
		break;
	}
}

static void
read_header(struct cbor_reader *r, struct audit_log_item *item)
{
	size_t at = r->at;

	item->kind = AUDIT_LOG_HEADER;
	if (cbor_read_uint(r, UINT64_MAX) != AUDIT_LOG_VERSION)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VERSION, at);
	item->name = cbor_read_text(r, AUDIT_LOG_DESK_LEN);
	item->at = cbor_read_int(r, 0, INT64_MAX);
	item->seq = cbor_read_int(r, 1, INT64_MAX);
	item->hash = cbor_read_fixed(r, AUDIT_LOG_HASH_LEN);
}

static void
read_row(struct cbor_reader *r, struct audit_log_item *item)
{
	struct audit_log_row *row = &item->row;

	item->kind = AUDIT_LOG_ROW;
	row->seq = cbor_read_int(r, 1, INT64_MAX);
	row->at = cbor_read_int(r, INT64_MIN, INT64_MAX);
	row->operator_id = cbor_read_int(r, INT64_MIN, INT64_MAX);
	row->action = cbor_read_text(r, AUDIT_ACTION_MAX);
	row->subject = cbor_read_text(r, AUDIT_SUBJECT_MAX);
	row->detail = cbor_read_text(r, AUDIT_DETAIL_MAX);
	row->hash.data = cbor_read_fixed(r, AUDIT_LOG_HASH_LEN);
	row->hash.len = row->hash.data == NULL ? 0 : AUDIT_LOG_HASH_LEN;
}

/* An item that begins with a word. */
static void
read_named(struct cbor_reader *r, size_t fields, struct audit_log_item *item)
{
	size_t at = r->at;
	struct cbor_text word = cbor_read_text(r, sizeof MAGIC - 1);

	if (fields == HEADER_FIELDS && cbor_text_equals(word, MAGIC)) {
		read_header(r, item);
	} else if (fields == OPERATOR_FIELDS && cbor_text_equals(word, OPERATOR)) {
		item->kind = AUDIT_LOG_OPERATOR;
		item->id = cbor_read_int(r, INT64_MIN, INT64_MAX);
		item->name = cbor_read_text(r, AUDIT_LOG_OPERATOR_MAX);
	} else if (fields == END_FIELDS && cbor_text_equals(word, END)) {
		item->kind = AUDIT_LOG_END;
		item->seq = cbor_read_int(r, 1, INT64_MAX);
		item->hash = cbor_read_fixed(r, AUDIT_LOG_HASH_LEN);
	} else {
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
}

enum skerry_err
audit_log_read_item(const uint8_t *bytes, size_t bytes_len, struct audit_log_item *ret_item,
	size_t *ret_item_len, size_t *ret_offset)
{
	struct audit_log_item item = { .kind = AUDIT_LOG_ROW };
	struct cbor_reader r;
	size_t fields;

	cbor_reader_init(&r, bytes, bytes_len);
	fields = cbor_array_begin(&r, ROW_FIELDS);
	if (fields == ROW_FIELDS)
		read_row(&r, &item);
	else
		read_named(&r, fields, &item);
	cbor_array_end(&r);
	if (r.err != SKERRY_OK) {
		*ret_offset = r.err_offset;
		return r.err;
	}
	*ret_item = item;
	*ret_item_len = r.at;
	return SKERRY_OK;
}
