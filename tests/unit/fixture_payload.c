/* SPDX-License-Identifier: ISC */
#include "fixture_payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "formats/cbor.h"

enum { HEX_MAX = 4096 };

static struct payload work, result, result_again;

/* Replaces `old_len` bytes at `at`. */
static void
splice(struct payload *p, size_t at, size_t old_len, const uint8_t *put, size_t put_len)
{
	assert_true(p->len - old_len + put_len <= PAYLOAD_MAX);
	memmove(p->bytes + at + put_len, p->bytes + at + old_len, p->len - at - old_len);
	if (put_len > 0)
		memcpy(p->bytes + at, put, put_len);
	p->len = p->len - old_len + put_len;
}

static size_t
find_once(const struct payload *p, const uint8_t *find, size_t find_len)
{
	size_t found = SIZE_MAX;

	for (size_t at = 0; at + find_len <= p->len; at++)
		if (memcmp(p->bytes + at, find, find_len) == 0) {
			assert_int_equal(found, SIZE_MAX);
			found = at;
		}
	assert_int_not_equal(found, SIZE_MAX);
	return found;
}

size_t
payload_find(const struct payload *payload, const char *find)
{
	uint8_t bytes[HEX_MAX];

	return find_once(payload, bytes, fixture_hex(find, bytes, 0, sizeof bytes));
}

size_t
payload_patch(struct payload *payload, const char *find, const char *put)
{
	uint8_t old[HEX_MAX], new[HEX_MAX];
	size_t old_len = fixture_hex(find, old, 0, sizeof old), at, mark = 0, new_len;
	const char *bar = strchr(put, '|');

	if (bar != NULL) {
		char before[HEX_MAX] = "";

		memcpy(before, put, (size_t)(bar - put));
		mark = fixture_hex(before, new, 0, sizeof new);
		put = bar + 1;
	}
	new_len = fixture_hex(put, new, mark, sizeof new);
	at = find_once(payload, old, old_len);
	splice(payload, at, old_len, new, new_len);
	return at + mark;
}

/* The byte that counts a map's entries: its head, or the second one of 24 or more. */
static size_t
count_at(const struct payload *p, size_t map_at)
{
	return p->bytes[map_at] == 0xb8 ? map_at + 1 : map_at;
}

/* Maps of the tests have up to 22 entries, or 25 and more: one more or less keeps the head's length. */
static struct cbor_reader
open_map(const struct payload *p, size_t map_at, struct cbor_map *ret_map)
{
	struct cbor_reader r;

	if (p->bytes[map_at] == 0xb8)
		assert_in_range(p->bytes[map_at + 1], 25, 63);
	else
		assert_in_range(p->bytes[map_at], 0xa0, 0xb6);
	cbor_reader_init(&r, p->bytes, p->len);
	r.at = map_at;
	cbor_map_begin(&r, 64, ret_map);
	return r;
}

static bool
next_key(struct cbor_reader *r, struct cbor_map *map, int64_t *ret_label, bool *ret_is_label)
{
	struct cbor_text name;

	return cbor_map_key(r, map, ret_label, &name, ret_is_label);
}

size_t
payload_insert(
	struct payload *payload, size_t map_at, const char *key, const uint8_t *value, size_t len)
{
	uint8_t key_bytes[64];
	size_t key_len = fixture_hex(key, key_bytes, 0, sizeof key_bytes), at;
	struct cbor_map map;
	struct cbor_reader r = open_map(payload, map_at, &map);
	int64_t label;
	bool is_label;

	for (at = r.at; next_key(&r, &map, &label, &is_label); at = r.at) {
		size_t shorter = r.at - at < key_len ? r.at - at : key_len;

		if (memcmp(payload->bytes + at, key_bytes, shorter) > 0)
			break;
		cbor_skip(&r);
	}
	assert_int_equal(r.err, SKERRY_OK);
	splice(payload, at, 0, value, len);
	splice(payload, at, 0, key_bytes, key_len);
	payload->bytes[count_at(payload, map_at)]++;
	return at;
}

void
payload_drop(struct payload *payload, size_t map_at, int64_t label)
{
	struct cbor_map map;
	struct cbor_reader r = open_map(payload, map_at, &map);
	size_t at = r.at;
	int64_t got;
	bool is_label;

	while (next_key(&r, &map, &got, &is_label)) {
		cbor_skip(&r);
		if (is_label && got == label) {
			splice(payload, at, r.at - at, NULL, 0);
			payload->bytes[count_at(payload, map_at)]--;
			return;
		}
		at = r.at;
	}
	fail_msg("no such label");
}

static bool
is_cose_key(const uint8_t *map)
{
	return map[1] == 1 && map[2] == 1 && (map[3] == 3 || map[3] == 0x20);
}

static void list_item(struct cbor_reader *r, struct payload_maps *maps);

static void
list_map(struct cbor_reader *r, struct payload_maps *maps)
{
	size_t map_at = r->at, key_at;
	struct cbor_map map;
	int64_t label;
	bool is_label, labeled = true;

	cbor_map_begin(r, 128, &map);
	for (key_at = r->at; next_key(r, &map, &label, &is_label); key_at = r->at) {
		labeled &= is_label;
		if (is_label)
			for (size_t at = key_at; at < r->at; at++)
				maps->labels[maps->labels_len++] = at;
		list_item(r, maps);
	}
	if (labeled && !is_cose_key(r->bytes + map_at))
		maps->maps[maps->maps_len++] = map_at;
}

static void
list_item(struct cbor_reader *r, struct payload_maps *maps)
{
	size_t len;

	switch (cbor_peek(r)) {
	case CBOR_MAP:
		list_map(r, maps);
		break;
	case CBOR_ARRAY:
		len = cbor_array_begin(r, 128);
		while (len-- > 0)
			list_item(r, maps);
		cbor_array_end(r);
		break;
	default:
		cbor_skip(r);
	}
}

void
payload_list_maps(const struct payload *payload, struct payload_maps *ret_maps)
{
	struct cbor_reader r;
	size_t offset;

	*ret_maps = (struct payload_maps){ 0 };
	cbor_reader_init(&r, payload->bytes, payload->len);
	list_item(&r, ret_maps);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
	assert_true(ret_maps->maps_len > 0);
}

static bool
is_label_byte(const struct payload_maps *maps, size_t at)
{
	for (size_t i = 0; i < maps->labels_len; i++)
		if (maps->labels[i] == at)
			return true;
	return false;
}

/* In memory that ends where the payload ends. */
static enum skerry_err
copy_exactly(payload_copy *copy, const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	uint8_t *exact = fixture_exact_copy(bytes, len);
	enum skerry_err err = copy(exact, len, &result, ret_offset);

	free(exact);
	return err;
}

static void
assert_truncations_refused(const struct payload *payload, payload_copy *copy)
{
	for (size_t len = 0; len < payload->len; len++) {
		size_t offset = SIZE_MAX;

		assert_int_not_equal(copy_exactly(copy, payload->bytes, len, &offset), SKERRY_OK);
		assert_true(offset <= len);
	}
}

static void
assert_flips_refused_or_canonical(
	const struct payload *payload, payload_copy *copy, const struct payload_maps *maps)
{
	work = *payload;
	for (size_t bit = 0; bit < payload->len * 8; bit++) {
		size_t at = bit / 8, offset = SIZE_MAX;
		enum skerry_err err;

		work.bytes[at] ^= (uint8_t)(1u << bit % 8);
		err = copy_exactly(copy, work.bytes, work.len, &offset);
		if (err != SKERRY_OK)
			assert_true(offset <= work.len);
		else if (result.len == work.len)
			assert_memory_equal(result.bytes, work.bytes, work.len);
		else
			assert_true(is_label_byte(maps, at) && result.len < work.len);
		work.bytes[at] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
assert_unknown_labels(const struct payload *payload, payload_copy *copy, size_t map_at)
{
	/* [1, {-1: "x", "a": null}], nothing, a number */
	static const struct {
		uint8_t bytes[10];
		size_t len;
	} VALUES[] = { { { 0x82, 0x01, 0xa2, 0x20, 0x61, 0x78, 0x61, 0x61, 0xf6 }, 9 },
		{ { 0xf6 }, 1 }, { { 0x39, 0x01, 0x00 }, 3 } };
	/* 40, 2^62, -100, -65536, "x", "" */
	static const char *const POSITIVE[] = { "1828", "1b4000000000000000" };
	static const char *const CRITICAL[] = { "3863", "39ffff", "6178", "60" };
	size_t offset;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < 3; j++) {
			work = *payload;
			payload_insert(&work, map_at, POSITIVE[i], VALUES[j].bytes, VALUES[j].len);
			assert_int_equal(copy(work.bytes, work.len, &result, &offset), SKERRY_OK);
			assert_int_equal(result.len, payload->len);
			assert_memory_equal(result.bytes, payload->bytes, payload->len);
		}
	for (size_t i = 0; i < 4; i++) {
		size_t at;

		work = *payload;
		at = payload_insert(&work, map_at, CRITICAL[i], VALUES[0].bytes, VALUES[0].len);
		assert_int_equal(
			copy(work.bytes, work.len, &result, &offset), SKERRY_ERR_CLAIM_CRITICAL);
		assert_int_equal(offset, at);
	}
}

void
payload_assert_neighbors(const struct payload *payload, payload_copy *copy)
{
	struct payload_maps maps;
	size_t offset;

	assert_int_equal(copy(payload->bytes, payload->len, &result, &offset), SKERRY_OK);
	assert_int_equal(result.len, payload->len);
	assert_memory_equal(result.bytes, payload->bytes, payload->len);
	payload_list_maps(payload, &maps);
	assert_truncations_refused(payload, copy);
	assert_flips_refused_or_canonical(payload, copy, &maps);
	for (size_t i = 0; i < maps.maps_len; i++)
		assert_unknown_labels(payload, copy, maps.maps[i]);
}

uint64_t
payload_random(uint64_t *state)
{
	/* splitmix64 */
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
damage(struct payload *p, uint64_t *state)
{
	size_t at = (size_t)(payload_random(state) % p->len);
	size_t len = (size_t)(payload_random(state) % 9) % (p->len - at + 1);
	uint64_t fresh = payload_random(state);

	switch (payload_random(state) % 4) {
	case 0: /* one byte is any other */
		p->bytes[at] = (uint8_t)fresh;
		break;
	case 1: /* a piece is missing */
		if (len < p->len)
			splice(p, at, len, NULL, 0);
		break;
	case 2: /* a piece stands twice */
		if (len > 0 && p->len + len <= PAYLOAD_MAX) {
			uint8_t piece[16];

			memcpy(piece, p->bytes + at, len);
			splice(p, at, 0, piece, len);
		}
		break;
	default: /* eight bytes are new */
		if (p->len - at >= sizeof fresh)
			memcpy(p->bytes + at, &fresh, sizeof fresh);
	}
}

void
payload_assert_survives_damage(const struct payload *payload, payload_copy *copy)
{
	uint64_t state = 7;

	for (unsigned round = 0; round < 4000; round++) {
		size_t offset = 0;
		enum skerry_err err;

		work = *payload;
		for (unsigned hits = 1 + round % 3; hits > 0; hits--)
			damage(&work, &state);
		err = copy_exactly(copy, work.bytes, work.len, &offset);
		/* What a reader accepts its writer can write, and the two agree ever after. */
		assert_int_not_equal(offset, SIZE_MAX);
		if (err != SKERRY_OK)
			continue;
		assert_int_equal(copy(result.bytes, result.len, &result_again, &offset), SKERRY_OK);
		assert_int_equal(result.len, result_again.len);
		assert_memory_equal(result.bytes, result_again.bytes, result.len);
	}
}
