/* SPDX-License-Identifier: ISC */
#include "bundle_fan.h"

#include <string.h>

#include "claims.h"

enum { PLACE_ITEMS = 4, ENTRY_ITEMS = 1 + PLACE_ITEMS };

/* --- places ---------------------------------------------------------------------------------- */

void
bundle_place_read(
	struct cbor_reader *r, bool packed, size_t entry_at, struct bundle_place *ret_place)
{
	ret_place->offset = cbor_read_uint(r, BUNDLE_OFFSET_MAX);
	ret_place->stored_len =
		claims_read_positive(r, packed ? BUNDLE_STORED_MAX : BUNDLE_PAGE_MAX);
	ret_place->len = claims_read_positive(r, packed ? BUNDLE_COMMON_MAX : BUNDLE_PAGE_MAX);
	ret_place->hash = cbor_read_fixed(r, BUNDLE_HASH_LEN);
	if (!packed && ret_place->stored_len != ret_place->len)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, entry_at);
}

void
bundle_place_write(struct cbor_writer *w, const struct bundle_place *place)
{
	cbor_write_uint(w, place->offset);
	cbor_write_uint(w, place->stored_len);
	cbor_write_uint(w, place->len);
	cbor_write_bytes(w, place->hash, place->hash == NULL ? 0 : BUNDLE_HASH_LEN);
}

/* --- fans ------------------------------------------------------------------------------------ */

void
bundle_fan_read(struct cbor_reader *r, void (*each)(void *, const struct bundle_entry *entry),
	void *context)
{
	size_t len = cbor_array_begin(r, BUNDLE_FAN_MAX), at = r->at;
	const uint8_t *before = NULL;

	for (size_t i = 0; i < len && claims_tuple_begin(r, ENTRY_ITEMS); i++, at = r->at) {
		struct bundle_entry entry = { .first = cbor_read_fixed(r, BUNDLE_SORT_KEY_LEN) };

		if (entry.first != NULL && before != NULL &&
			memcmp(before, entry.first, BUNDLE_SORT_KEY_LEN) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
		bundle_place_read(r, false, at, &entry.place);
		cbor_array_end(r);
		before = entry.first;
		if (r->err == SKERRY_OK && each != NULL)
			each(context, &entry);
	}
	cbor_array_end(r);
}

static enum skerry_err
read_whole_fan(struct cbor_bytes fan, void (*each)(void *, const struct bundle_entry *entry),
	void *context, size_t *ret_offset)
{
	struct cbor_reader r;

	cbor_reader_init(&r, fan.data, fan.len);
	if (fan.len > BUNDLE_PAGE_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, BUNDLE_PAGE_MAX);
	bundle_fan_read(&r, each, context);
	return cbor_reader_finish(&r, ret_offset);
}

struct search {
	const uint8_t *key;
	struct bundle_entry entry; /* first NULL: none yet */
};

static void
keep_last_not_behind(void *context, const struct bundle_entry *entry)
{
	struct search *search = context;

	if (memcmp(entry->first, search->key, BUNDLE_SORT_KEY_LEN) <= 0)
		search->entry = *entry;
}

enum skerry_err
bundle_fan_find(struct cbor_bytes fan, const uint8_t key[BUNDLE_SORT_KEY_LEN], bool *ret_found,
	struct bundle_entry *ret_entry, size_t *ret_offset)
{
	struct search search = { .key = key };
	enum skerry_err err = read_whole_fan(fan, keep_last_not_behind, &search, ret_offset);

	if (err != SKERRY_OK)
		return err;
	*ret_found = search.entry.first != NULL;
	if (*ret_found)
		*ret_entry = search.entry;
	return SKERRY_OK;
}

struct list {
	struct bundle_entry *entries;
	size_t len;
};

static void
append_entry(void *context, const struct bundle_entry *entry)
{
	struct list *list = context;

	list->entries[list->len++] = *entry;
}

enum skerry_err
bundle_fan_parse(struct cbor_bytes fan, struct bundle_entry *ret_entries, size_t *ret_entries_len,
	size_t *ret_offset)
{
	struct list list = { ret_entries, 0 };
	enum skerry_err err = read_whole_fan(fan, append_entry, &list, ret_offset);

	if (err == SKERRY_OK)
		*ret_entries_len = list.len;
	return err;
}

void
bundle_fan_put(struct cbor_writer *w, const struct bundle_entry *entries, size_t entries_len)
{
	cbor_write_array(w, entries_len);
	for (size_t i = 0; i < entries_len && w->err == SKERRY_OK; i++) {
		cbor_write_array(w, ENTRY_ITEMS);
		cbor_write_bytes(
			w, entries[i].first, entries[i].first == NULL ? 0 : BUNDLE_SORT_KEY_LEN);
		bundle_place_write(w, &entries[i].place);
	}
}

void
bundle_fan_write(struct cbor_writer *w, const struct bundle_entry *entries, size_t entries_len)
{
	size_t start = w->len, offset;

	bundle_fan_put(w, entries, entries_len);
	if (w->err != SKERRY_OK)
		return;
	claims_write_judge(
		w, read_whole_fan((struct cbor_bytes){ w->bytes + start, w->len - start }, NULL,
			   NULL, &offset));
}
