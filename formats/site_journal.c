/* SPDX-License-Identifier: ISC */
#include "site_journal.h"

static const char MAGIC[] = "skerry-journal", END[] = "end";

enum { HEADER_FIELDS = 3, END_FIELDS = 3, ENTRY_PARTS = 2, ENTRY_FIELDS = 7, ITEM_FIELDS = 3 };

void
site_journal_write_fields(struct cbor_writer *w, const void *context)
{
	const struct site_journal_entry *entry = context;

	cbor_write_array(w, ENTRY_FIELDS);
	cbor_write_int(w, entry->seq);
	cbor_write_int(w, entry->settled);
	cbor_write_int(w, entry->wall);
	cbor_write_bytes(w, entry->boot, SITE_JOURNAL_BOOT_LEN);
	cbor_write_text(w, entry->kind);
	cbor_write_text(w, entry->subject);
	cbor_write_text(w, entry->detail);
}

void
site_journal_write_item(struct cbor_writer *w, const struct site_journal_item *item)
{
	switch (item->kind) {
	case SITE_JOURNAL_HEADER:
		cbor_write_array(w, HEADER_FIELDS);
		cbor_write_chars(w, MAGIC);
		cbor_write_uint(w, SITE_JOURNAL_VERSION);
		cbor_write_text(w, item->install_id);
		break;
	case SITE_JOURNAL_ENTRY:
		cbor_write_array(w, ENTRY_PARTS);
		site_journal_write_fields(w, &item->entry);
		cbor_write_bytes(w, item->entry.hash, SITE_JOURNAL_HASH_LEN);
		break;
	case SITE_JOURNAL_END:
		cbor_write_array(w, END_FIELDS);
		cbor_write_chars(w, END);
		cbor_write_int(w, item->seq);
		cbor_write_bytes(w, item->hash, SITE_JOURNAL_HASH_LEN);
		break;
	}
}

static void
read_entry(struct cbor_reader *r, struct site_journal_item *item)
{
	struct site_journal_entry *entry = &item->entry;
	size_t at = r->at;

	item->kind = SITE_JOURNAL_ENTRY;
	if (cbor_array_begin(r, ENTRY_FIELDS) != ENTRY_FIELDS)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	entry->seq = cbor_read_int(r, 1, SITE_JOURNAL_SEQ_MAX);
	entry->settled = cbor_read_int(r, INT64_MIN, INT64_MAX);
	entry->wall = cbor_read_int(r, INT64_MIN, INT64_MAX);
	entry->boot = cbor_read_fixed(r, SITE_JOURNAL_BOOT_LEN);
	entry->kind = cbor_read_text(r, SITE_JOURNAL_KIND_MAX);
	entry->subject = cbor_read_text(r, SITE_JOURNAL_SUBJECT_MAX);
	entry->detail = cbor_read_text(r, SITE_JOURNAL_DETAIL_MAX);
	cbor_array_end(r);
	entry->hash = cbor_read_fixed(r, SITE_JOURNAL_HASH_LEN);
}

/* An item that begins with a word. */
static void
read_named(struct cbor_reader *r, struct site_journal_item *item)
{
	size_t at = r->at;
	struct cbor_text word = cbor_read_text(r, sizeof MAGIC - 1);

	if (cbor_text_equals(word, MAGIC)) {
		item->kind = SITE_JOURNAL_HEADER;
		at = r->at;
		if (cbor_read_uint(r, UINT64_MAX) != SITE_JOURNAL_VERSION)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VERSION, at);
		item->install_id = cbor_read_text(r, SITE_JOURNAL_INSTALL_MAX);
	} else if (cbor_text_equals(word, END)) {
		item->kind = SITE_JOURNAL_END;
		item->seq = cbor_read_int(r, 0, SITE_JOURNAL_SEQ_MAX);
		item->hash = cbor_read_fixed(r, SITE_JOURNAL_HASH_LEN);
	} else {
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
}

enum skerry_err
site_journal_read_item(const uint8_t *bytes, size_t bytes_len, struct site_journal_item *ret_item,
	size_t *ret_item_len, size_t *ret_offset)
{
	struct site_journal_item item = { .kind = SITE_JOURNAL_HEADER };
	struct cbor_reader r;
	size_t fields;

	cbor_reader_init(&r, bytes, bytes_len);
	fields = cbor_array_begin(&r, ITEM_FIELDS);
	if (fields == ENTRY_PARTS)
		read_entry(&r, &item);
	else if (fields == ITEM_FIELDS)
		read_named(&r, &item);
	else
		cbor_reader_fail(&r, SKERRY_ERR_CLAIM_VALUE, 0);
	cbor_array_end(&r);
	if (r.err != SKERRY_OK) {
		*ret_offset = r.err_offset;
		return r.err;
	}
	*ret_item = item;
	*ret_item_len = r.at;
	return SKERRY_OK;
}
