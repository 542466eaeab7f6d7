/* SPDX-License-Identifier: ISC */
/* Bundle: whatever part the input is read as, it is refused within its bounds or written again. */
#include <stdlib.h>
#include <string.h>

#include "formats/bundle.h"
#include "formats/cose.h"

enum { INPUT_MAX = 1 << 16, ROOM = 2 * INPUT_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t out[ROOM];
static struct bundle_entry entries[BUNDLE_FAN_MAX];

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_head(struct cbor_bytes input)
{
	struct bundle_head head;
	struct cbor_writer w;
	size_t offset = 0;

	if (bundle_head_parse(input.data, input.len, &head, &offset) != SKERRY_OK) {
		require(offset <= input.len);
		return;
	}
	cbor_writer_init(&w, out, sizeof out);
	bundle_head_write(&w, head.chain_len, head.index_len);
	require(w.err == SKERRY_OK && w.len == head.head_len && w.len <= BUNDLE_HEAD_MAX &&
		memcmp(out, input.data, w.len) == 0);
}

/* Every piece begins where the one before ended, up to the first fault. */
static void
check_chain(struct cbor_bytes input)
{
	struct cbor_bytes manifest;
	size_t at = 0, offset = 0;

	while (at < input.len) {
		size_t before = at;

		if (bundle_chain_next(input, &at, &manifest, &offset) != SKERRY_OK) {
			require(at == before && offset >= before && offset <= input.len);
			return;
		}
		require(manifest.data == input.data + before && manifest.len == at - before &&
			at > before && at <= input.len);
	}
}

/* The entry found is the last one that does not begin behind the key. */
static void
check_found(struct cbor_bytes fan, size_t entries_len, const uint8_t *key)
{
	struct bundle_entry found_entry;
	size_t offset, want = entries_len;
	bool found;

	for (size_t i = 0; i < entries_len; i++)
		if (memcmp(entries[i].first, key, BUNDLE_SORT_KEY_LEN) <= 0)
			want = i;
	require(bundle_fan_find(fan, key, &found, &found_entry, &offset) == SKERRY_OK);
	require(found == (want < entries_len));
	require(!found || found_entry.first == entries[want].first);
}

static void
check_fan(struct cbor_bytes fan)
{
	uint8_t key[BUNDLE_SORT_KEY_LEN] = { 0 };
	size_t entries_len, offset = 0;
	struct cbor_writer w;

	if (bundle_fan_parse(fan, entries, &entries_len, &offset) != SKERRY_OK) {
		require(offset <= fan.len);
		return;
	}
	check_found(fan, entries_len, key);
	if (entries_len > 0) {
		memcpy(key, entries[entries_len / 2].first, sizeof key);
		check_found(fan, entries_len, key);
		key[BUNDLE_SORT_KEY_LEN - 1]++;
		check_found(fan, entries_len, key);
	}
	cbor_writer_init(&w, out, sizeof out);
	bundle_fan_write(&w, entries, entries_len);
	require(w.err == SKERRY_OK && w.len == fan.len && memcmp(out, fan.data, w.len) == 0);
}

static void
check_index(struct cbor_bytes input)
{
	struct bundle_index index;
	struct cose_sign1 message;
	struct cbor_writer w;
	size_t entries_len, offset = 0;

	if (cose_sign1_parse(input.data, input.len, &message, &offset) == SKERRY_OK)
		input = message.payload;
	if (bundle_index_parse(input, &index, &offset) != SKERRY_OK) {
		require(offset <= input.len);
		return;
	}
	check_fan(index.fan);
	require(bundle_fan_parse(index.fan, entries, &entries_len, &offset) == SKERRY_OK);
	cbor_writer_init(&w, out, sizeof out);
	bundle_index_write(&w, &index, entries, entries_len);
	require(w.err == SKERRY_OK && w.len <= input.len);
}

static bool
count_box(void *context, struct cbor_bytes box)
{
	size_t *boxes = context;

	require(sealed_is_box_len(box.len));
	return ++*boxes < BUNDLE_BOXES_MAX;
}

/* The key is what stands where the first box of a page has its own. */
static void
check_page(struct cbor_bytes input)
{
	enum { KEY_AT = 4 };
	uint8_t key[BUNDLE_SORT_KEY_LEN] = { 0 };
	size_t boxes = 0, offset = 0;

	if (input.len >= KEY_AT + sizeof key)
		memcpy(key, input.data + KEY_AT, sizeof key);
	if (bundle_page_each(input, key, count_box, &boxes, &offset) != SKERRY_OK)
		require(boxes == 0 && offset <= input.len);
}

static void
check_common(struct cbor_bytes input)
{
	static struct bundle_common common;
	struct cbor_writer w;
	size_t offset = 0;

	if (bundle_common_parse(input, &common, &offset) != SKERRY_OK) {
		require(offset <= input.len);
		return;
	}
	cbor_writer_init(&w, out, sizeof out);
	bundle_common_write(&w, &common);
	require(w.err == SKERRY_OK && w.len == input.len && memcmp(out, input.data, w.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cbor_bytes input = { data, size };

	if (size > INPUT_MAX)
		return 0;
	check_head(input);
	check_chain(input);
	check_index(input);
	check_fan(input);
	check_page(input);
	check_common(input);
	return 0;
}
