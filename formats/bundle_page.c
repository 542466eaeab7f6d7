/* SPDX-License-Identifier: ISC */
/* The pages of a bundle: boxes in the order of their sort keys, and page 0. */
#include <string.h>

#include "bundle.h"
#include "claims.h"

/* --- boxes ----------------------------------------------------------------------------------- */

struct sought {
	const uint8_t *key;
	bool (*each)(void *, struct cbor_bytes box);
	void *context;
};

/* Passes on the boxes of one key; false when there is nothing left to look for. */
static bool
pass_on(const struct sought *sought, const uint8_t *key, struct cbor_bytes box)
{
	int order = memcmp(key, sought->key, BUNDLE_SORT_KEY_LEN);

	if (order == 0)
		return sought->each(sought->context, box);
	return order < 0;
}

/* Reads [sort key, box]; *key holds the one before and becomes this one. */
static struct cbor_bytes
read_box(struct cbor_reader *r, const uint8_t **key)
{
	size_t at = r->at, box_at;
	const uint8_t *before = *key;
	struct cbor_bytes box = { NULL, 0 };

	if (!claims_tuple_begin(r, 2))
		return box;
	*key = cbor_read_fixed(r, BUNDLE_SORT_KEY_LEN);
	if (*key != NULL && before != NULL && memcmp(before, *key, BUNDLE_SORT_KEY_LEN) > 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	box_at = r->at;
	box = cbor_read_bytes(r, SEALED_BOX_MAX);
	if (!sealed_is_box_len(box.len))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, box_at);
	cbor_array_end(r);
	return box;
}

/* `sought` NULL: only looks whether all is well. */
static enum skerry_err
read_page(struct cbor_bytes page, const struct sought *sought, size_t *ret_offset)
{
	const uint8_t *key = NULL;
	struct cbor_reader r;
	size_t len;

	cbor_reader_init(&r, page.data, page.len);
	if (page.len > BUNDLE_PAGE_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, BUNDLE_PAGE_MAX);
	len = cbor_array_begin(&r, BUNDLE_BOXES_MAX);
	for (size_t i = 0; i < len && r.err == SKERRY_OK; i++) {
		struct cbor_bytes box = read_box(&r, &key);

		if (sought != NULL && key != NULL && !pass_on(sought, key, box))
			return SKERRY_OK;
	}
	cbor_array_end(&r);
	return cbor_reader_finish(&r, ret_offset);
}

enum skerry_err
bundle_page_each(struct cbor_bytes page, const uint8_t key[BUNDLE_SORT_KEY_LEN],
	bool (*each)(void *, struct cbor_bytes box), void *context, size_t *ret_offset)
{
	const struct sought sought = { key, each, context };
	enum skerry_err err = read_page(page, NULL, ret_offset);

	/* Nothing is passed on out of a page that is not whole. */
	return err == SKERRY_OK ? read_page(page, &sought, ret_offset) : err;
}

void
bundle_page_begin(struct cbor_writer *w, struct bundle_page_out *ret_page, size_t boxes)
{
	*ret_page = (struct bundle_page_out){ .start = w->len, .left = boxes };
	if (boxes > BUNDLE_BOXES_MAX)
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	cbor_write_array(w, boxes);
}

void
bundle_page_put(struct cbor_writer *w, struct bundle_page_out *page,
	const uint8_t key[BUNDLE_SORT_KEY_LEN], struct cbor_bytes box)
{
	if (w->err != SKERRY_OK)
		return;
	if (page->left == 0 || !sealed_is_box_len(box.len) ||
		(page->key_at > 0 &&
			memcmp(w->bytes + page->key_at, key, BUNDLE_SORT_KEY_LEN) > 0)) {
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
		return;
	}
	page->left--;
	cbor_write_array(w, 2);
	cbor_write_bytes(w, key, BUNDLE_SORT_KEY_LEN);
	page->key_at = w->len - BUNDLE_SORT_KEY_LEN;
	cbor_write_bytes(w, box.data, box.len);
}

void
bundle_page_end(struct cbor_writer *w, const struct bundle_page_out *page)
{
	if (page->left > 0)
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	if (w->len - page->start > BUNDLE_PAGE_MAX)
		cbor_writer_fail(w, SKERRY_ERR_DOCUMENT_TOO_LARGE);
}

/* --- page 0 ---------------------------------------------------------------------------------- */

enum skerry_err
bundle_common_parse(struct cbor_bytes page, struct bundle_common *ret_common, size_t *ret_offset)
{
	struct bundle_common common = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, page.data, page.len);
	if (page.len > BUNDLE_COMMON_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, BUNDLE_COMMON_MAX);
	common.lists_len = cbor_array_begin(&r, BUNDLE_LISTS_MAX);
	for (size_t i = 0; i < common.lists_len && r.err == SKERRY_OK; i++) {
		size_t at = r.at;

		common.lists[i] = cbor_read_bytes(&r, STATUS_LIST_MAX);
		if (common.lists[i].len == 0)
			cbor_reader_fail(&r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(&r);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_common = common;
	return err;
}

void
bundle_common_write(struct cbor_writer *w, const struct bundle_common *common)
{
	size_t start = w->len, offset;
	struct bundle_common read_back;

	if (common->lists_len > BUNDLE_LISTS_MAX) {
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
		return;
	}
	cbor_write_array(w, common->lists_len);
	for (size_t i = 0; i < common->lists_len; i++)
		cbor_write_bytes(w, common->lists[i].data, common->lists[i].len);
	if (w->err != SKERRY_OK)
		return;
	claims_write_judge(
		w, bundle_common_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
			   &read_back, &offset));
}
