/* SPDX-License-Identifier: ISC */
#include "fixture_bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "formats/deflate.h"
#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/seal.h"
#include "keys/sign.h"

static void *
room(size_t len)
{
	void *bytes = malloc(len);

	assert_non_null(bytes);
	return bytes;
}

static struct cbor_bytes
copy_of(struct cbor_bytes bytes)
{
	return (struct cbor_bytes){ memcpy(room(bytes.len + 1), bytes.data, bytes.len), bytes.len };
}

void
bundler_begin(struct bundler *ret_bundler, uint64_t seq)
{
	memset(ret_bundler, 0, sizeof *ret_bundler);
	for (size_t i = 0; i < BUNDLE_ID_LEN; i++)
		ret_bundler->id[i] = (uint8_t)(seq * 17 + i);
	ret_bundler->index = (struct bundle_index){
		.issued_at = CEREMONY_TODAY, .seq = seq, .id = ret_bundler->id
	};
	ret_bundler->page_aim = BUNDLE_PAGE_AIM;
	ret_bundler->fan_aim = BUNDLE_FAN_MAX;
	cbor_writer_init(&ret_bundler->chain, room(BUNDLE_CHAIN_MAX), BUNDLE_CHAIN_MAX);
}

void
bundler_free(struct bundler *bundler)
{
	free(bundler->chain.bytes);
	for (size_t i = 0; i < bundler->lists_len; i++)
		free((void *)bundler->lists[i].data);
	for (size_t i = 0; i < bundler->boxes_len; i++)
		free(bundler->boxes[i].bytes);
	free(bundler->bytes);
	memset(bundler, 0, sizeof *bundler);
}

void
bundler_add_manifest(struct bundler *bundler, struct cbor_bytes manifest)
{
	assert_true(bundler->chain.len + manifest.len <= BUNDLE_CHAIN_MAX);
	memcpy(bundler->chain.bytes + bundler->chain.len, manifest.data, manifest.len);
	bundler->chain.len += manifest.len;
}

void
bundler_add_list(struct bundler *bundler, struct cbor_bytes list)
{
	assert_true(bundler->lists_len < BUNDLER_LISTS_MAX);
	bundler->lists[bundler->lists_len++] = copy_of(list);
}

void
bundler_add_status(struct bundler *bundler, const struct key_pair *issuing, const char *brand,
	int64_t issued_at)
{
	static const uint8_t VALID[16];
	uint8_t packed[256], payload[512], bytes[1024];
	struct status_list list = { .issued_at = issued_at, .bits = STATUS_LIST_BITS };
	char uri[STATUS_LIST_URI_MAX];
	struct cbor_writer w;
	size_t len;

	list.uri.len = (size_t)snprintf(uri, sizeof uri, "%s%s", STATUS_LIST_URI_PREFIX, brand);
	list.uri.chars = uri;
	assert_int_equal(deflate_pack(VALID, sizeof VALID, packed, sizeof packed, &len), SKERRY_OK);
	list.packed = (struct cbor_bytes){ packed, len };
	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(issuing, STATUS_LIST_TYPE, (struct cbor_bytes){ payload, len },
				 bytes, sizeof bytes, &len),
		SKERRY_OK);
	bundler_add_list(bundler, (struct cbor_bytes){ bytes, len });
}

void
bundler_add_box(
	struct bundler *bundler, const uint8_t site_id[COSE_THUMBPRINT_LEN], struct cbor_bytes box)
{
	struct bundler_box *added = &bundler->boxes[bundler->boxes_len];

	assert_true(bundler->boxes_len < BUNDLER_BOXES_MAX);
	added->order = bundler->boxes_len++;
	added->bytes = (uint8_t *)copy_of(box).data;
	added->bytes_len = box.len;
	hash_sort_key(bundler->id, site_id, added->sort_key);
}

void
bundler_add_reply(struct bundler *bundler, const struct key_pair *issuing,
	const struct cose_key *opening, const struct reply *reply)
{
	uint8_t *document = room(REPLY_MAX), *box = room(SEALED_BOX_MAX);
	size_t document_len, box_len;

	assert_int_equal(
		exchange_sign_reply(issuing, reply, document, REPLY_MAX, &document_len), SKERRY_OK);
	assert_int_equal(seal_box(opening, (struct cbor_bytes){ document, document_len }, box,
				 SEALED_BOX_MAX, &box_len),
		SKERRY_OK);
	bundler_add_box(bundler, reply->site_id, (struct cbor_bytes){ box, box_len });
	free(document);
	free(box);
}

void
bundler_add_answer(struct bundler *bundler, const struct key_pair *issuing,
	const struct cose_key *opening, const struct request *request, uint64_t number)
{
	static const uint8_t CTI[LICENSE_CTI_LEN] = { 9, 8, 7 };
	uint8_t license_bytes[LICENSE_MAX];
	struct license license;
	struct reply reply = { .issued_at = CEREMONY_TODAY + CEREMONY_DAY,
		.cti = { CTI, sizeof CTI },
		.number = number,
		.answers = request->number,
		.nonce = request->nonce,
		.acknowledged = request->number,
		.results_len = 1,
		.licenses_len = 1 };

	ceremony_license(&license);
	license.edition = number;
	license.issued_at = reply.issued_at;
	license.has_site_key = true;
	license.site_key = request->site_key;
	reply.brand = license.brand;
	reply.results[0] = (struct reply_result){ .code = REPLY_OK, .until = LICENSE_NEVER };
	reply.licenses[0] = (struct cbor_bytes){ license_bytes,
		ceremony_sign_license(&license, issuing, license_bytes) };
	hash_thumbprint(&request->site_key, reply.site_id);
	bundler_add_reply(bundler, issuing, opening, &reply);
}

/* --- making ---------------------------------------------------------------------------------- */

static int
by_sort_key(const void *a, const void *b)
{
	const struct bundler_box *left = a, *right = b;
	int order = memcmp(left->sort_key, right->sort_key, BUNDLE_SORT_KEY_LEN);

	return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

/* The pages, one after the other, as they will stand in the file. */
struct stored {
	uint8_t *bytes;
	size_t len, max;
};

static struct bundle_place
store(struct bundler *bundler, struct stored *stored, struct cbor_bytes bytes, size_t len)
{
	uint8_t *hash = bundler->hashes[bundler->hashes_len++];
	struct bundle_place place = { stored->len, bytes.len, len, hash };

	assert_true(stored->len + bytes.len <= stored->max);
	memcpy(stored->bytes + stored->len, bytes.data, bytes.len);
	stored->len += bytes.len;
	hash_sha256(bytes.data, bytes.len, hash);
	return place;
}

static struct bundle_place
store_common(struct bundler *bundler, struct stored *stored)
{
	uint8_t *page = room(BUNDLE_COMMON_MAX), *packed = room(BUNDLE_STORED_MAX);
	struct bundle_common common = { .lists_len = bundler->lists_len };
	struct bundle_place place;
	struct cbor_writer w;
	size_t len, packed_len;

	memcpy(common.lists, bundler->lists, bundler->lists_len * sizeof *bundler->lists);
	cbor_writer_init(&w, page, BUNDLE_COMMON_MAX);
	bundle_common_write(&w, &common);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(
		deflate_pack(page, len, packed, BUNDLE_STORED_MAX, &packed_len), SKERRY_OK);
	place = store(bundler, stored,
		bundler->packed.data == NULL ? (struct cbor_bytes){ packed, packed_len }
					     : bundler->packed,
		len);
	free(page);
	free(packed);
	return place;
}

/* Boxes of one page: whole sites, until it is long enough. */
static size_t
count_boxes(const struct bundler *bundler, size_t first)
{
	size_t end = first, len = 0;

	while (end < bundler->boxes_len &&
		(len < bundler->page_aim ||
			memcmp(bundler->boxes[end].sort_key, bundler->boxes[end - 1].sort_key,
				BUNDLE_SORT_KEY_LEN) == 0))
		len += bundler->boxes[end++].bytes_len;
	return end - first;
}

static void
store_pages(struct bundler *bundler, struct stored *stored)
{
	uint8_t *page = room(BUNDLE_PAGE_MAX);
	struct bundle_page_out out;
	struct cbor_writer w;
	size_t count, len;

	for (size_t first = 0; first < bundler->boxes_len; first += count) {
		count = count_boxes(bundler, first);
		cbor_writer_init(&w, page, BUNDLE_PAGE_MAX);
		bundle_page_begin(&w, &out, count);
		for (size_t i = first; i < first + count; i++)
			bundle_page_put(&w, &out, bundler->boxes[i].sort_key,
				(struct cbor_bytes){
					bundler->boxes[i].bytes, bundler->boxes[i].bytes_len });
		bundle_page_end(&w, &out);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
		assert_true(bundler->pages_len < BUNDLER_PAGES_MAX);
		bundler->pages[bundler->pages_len++] =
			(struct bundle_entry){ bundler->boxes[first].sort_key,
				store(bundler, stored, (struct cbor_bytes){ page, len }, len) };
	}
	free(page);
}

static void
store_fans(struct bundler *bundler, struct stored *stored)
{
	uint8_t *page = room(BUNDLE_PAGE_MAX);
	struct cbor_writer w;
	size_t count, len;

	for (size_t first = 0; first < bundler->pages_len; first += count) {
		struct bundle_entry *entries = &bundler->pages[first];
		const uint8_t *key = entries[0].first;

		count = bundler->pages_len - first;
		if (count > bundler->fan_aim)
			count = bundler->fan_aim;
		if (bundler->lie_fan != NULL)
			bundler->lie_fan(entries, count);
		cbor_writer_init(&w, page, BUNDLE_PAGE_MAX);
		bundle_fan_write(&w, entries, count);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
		bundler->fans[bundler->fans_len++] = (struct bundle_entry){ key,
			store(bundler, stored, (struct cbor_bytes){ page, len }, len) };
	}
	free(page);
}

static void
put_together(struct bundler *bundler, const struct key_pair *issuing, const struct stored *stored)
{
	uint8_t *index = room(BUNDLE_INDEX_MAX), head[BUNDLE_HEAD_MAX];
	size_t index_len, head_len;
	struct cbor_writer w;

	assert_int_equal(exchange_sign_index(issuing, &bundler->index, bundler->fans,
				 bundler->fans_len, index, BUNDLE_INDEX_MAX, &index_len),
		SKERRY_OK);
	cbor_writer_init(&w, head, sizeof head);
	bundle_head_write(&w, bundler->chain.len, index_len);
	assert_int_equal(cbor_writer_finish(&w, &head_len), SKERRY_OK);
	bundler->index_at = head_len + bundler->chain.len;
	bundler->pages_at = bundler->index_at + index_len;
	bundler->bytes_len = bundler->pages_at + stored->len;
	bundler->bytes = room(bundler->bytes_len);
	memcpy(bundler->bytes, head, head_len);
	memcpy(bundler->bytes + head_len, bundler->chain.bytes, bundler->chain.len);
	memcpy(bundler->bytes + bundler->index_at, index, index_len);
	memcpy(bundler->bytes + bundler->pages_at, stored->bytes, stored->len);
	free(index);
}

void
bundler_make(struct bundler *bundler, const struct key_pair *issuing)
{
	struct stored stored = { .max = BUNDLE_STORED_MAX + 4 * BUNDLE_PAGE_MAX };
	struct bundle_index *index = &bundler->index;
	uint8_t *chain_hash = bundler->hashes[0];

	free(bundler->bytes);
	bundler->bytes = NULL;
	bundler->pages_len = bundler->fans_len = 0;
	bundler->hashes_len = 1;
	stored.bytes = room(stored.max);
	qsort(bundler->boxes, bundler->boxes_len, sizeof *bundler->boxes, by_sort_key);
	hash_sha256(bundler->chain.bytes, bundler->chain.len, chain_hash);
	index->chain_hash = chain_hash;
	index->common = store_common(bundler, &stored);
	store_pages(bundler, &stored);
	store_fans(bundler, &stored);
	if (bundler->lie_index != NULL)
		bundler->lie_index(index, bundler->fans, bundler->fans_len);
	put_together(bundler, issuing, &stored);
	free(stored.bytes);
}
