/* SPDX-License-Identifier: ISC */
/*
 * The status list draft's vectors. Its whole CWT is signed with ES256, and neither its claims nor its
 * lists are in deterministic order: all three are refused, each as what it is. Put in order, and nothing
 * else about them altered, all are read, and every entry of every list has the value that the draft says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"
#include "formats/deflate.h"
#include "formats/status_list.h"
#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_vectors.h"

enum { BYTES_MAX = 8192, ENTRIES_MAX = 8 };

static size_t
whole_cwt(uint8_t ret_bytes[BYTES_MAX])
{
	static const char *const HEX[] = { "cbor_hex", NULL };
	json_t *example = fixture_vectors_json("status-list", "status_list_cwt.json");
	size_t len = fixture_hex(fixture_vectors_string(example, HEX), ret_bytes, 0, BYTES_MAX);

	json_decref(example);
	return len;
}

static void
the_algorithm_is_refused(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = whole_cwt(bytes), offset = 0;
	struct cose_sign1 message;

	(void)state;
	assert_int_equal(
		cose_sign1_parse(bytes, len, &message, &offset), SKERRY_ERR_COSE_ALGORITHM);
	assert_int_equal(offset, 6);
}

/* The claims inside, whatever their order. */
static struct cbor_bytes
claims_of(const uint8_t *bytes, size_t len)
{
	struct cbor_bytes payload;
	struct cbor_reader r;

	cbor_reader_init(&r, bytes, len);
	cbor_tag_begin(&r, COSE_TAG_SIGN1);
	assert_int_equal(cbor_array_begin(&r, 4), 4);
	cbor_skip(&r);
	cbor_skip(&r);
	payload = cbor_read_bytes(&r, SIZE_MAX);
	assert_int_equal(r.err, SKERRY_OK);
	return payload;
}

static void
claims_out_of_order_are_refused(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = whole_cwt(bytes), offset = 0;
	struct cbor_bytes payload = claims_of(bytes, len);
	struct status_list list;

	(void)state;
	/* exp (4) stands behind iat (6). */
	assert_int_equal(
		fixture_cbor_read(payload.data, payload.len, &offset), SKERRY_ERR_CBOR_KEY_ORDER);
	assert_int_equal(offset, 43);
	assert_int_equal(payload.data[offset], 4);
	offset = 0;
	assert_int_equal(status_list_parse(payload, &list, &offset), SKERRY_ERR_CBOR_KEY_ORDER);
	assert_int_equal(offset, 43);
}

/* --- putting maps in order -------------------------------------------------------------------- */

/* Bytes of the item at `bytes`, which holds no array: its maps may be in any order. */
static size_t
item_len(const uint8_t *bytes, size_t len)
{
	struct cbor_reader r;
	size_t at = 1;

	if (bytes[0] >> 5 != CBOR_MAP) {
		cbor_reader_init(&r, bytes, len);
		cbor_skip(&r);
		assert_int_equal(r.err, SKERRY_OK);
		return r.at;
	}
	assert_in_range(bytes[0], 0xa0, 0xa0 + ENTRIES_MAX);
	for (unsigned left = 2 * (bytes[0] & CBOR_INFO_MASK); left > 0; left--)
		at += item_len(bytes + at, len - at);
	return at;
}

/* Appends the item with the keys of its maps ascending; returns the new length. */
static size_t
put_sorted(const uint8_t *item, size_t len, uint8_t *ret_bytes, size_t at)
{
	const uint8_t *keys[ENTRIES_MAX];
	size_t key_lens[ENTRIES_MAX], count = 0;

	if (item[0] >> 5 != CBOR_MAP) {
		memcpy(ret_bytes + at, item, len);
		return at + len;
	}
	ret_bytes[at++] = item[0];
	for (size_t next = 1; next < len; count++) {
		size_t place = count, key_len = item_len(item + next, len - next);

		for (; place > 0 && cbor_key_order(keys[place - 1], key_lens[place - 1],
					    item + next, key_len) > 0;
			place--) {
			keys[place] = keys[place - 1];
			key_lens[place] = key_lens[place - 1];
		}
		keys[place] = item + next;
		key_lens[place] = key_len;
		next += key_len;
		next += item_len(item + next, len - next);
	}
	for (size_t i = 0; i < count; i++) {
		const uint8_t *value = keys[i] + key_lens[i];

		memcpy(ret_bytes + at, keys[i], key_lens[i]);
		at = put_sorted(value, item_len(value, (size_t)(item + len - value)), ret_bytes,
			at + key_lens[i]);
	}
	return at;
}

/* --- what they say ---------------------------------------------------------------------------- */

/* Unpacks a list and holds each entry to the draft's. */
static void
assert_entries(const struct status_list *list, const json_t *vector)
{
	size_t entries = (size_t)json_integer_value(json_object_get(vector, "entries")),
	       unpacked_len = 0, not_zero = 0;
	const json_t *values = json_object_get(vector, "non_zero");
	uint8_t *unpacked = malloc(STATUS_LIST_BYTES_MAX);

	assert_non_null(unpacked);
	assert_true(entries > 0);
	assert_int_equal(list->bits, json_integer_value(json_object_get(vector, "bits")));
	assert_int_equal(deflate_unpack(list->packed.data, list->packed.len, unpacked,
				 STATUS_LIST_BYTES_MAX, &unpacked_len),
		SKERRY_OK);
	/* Up to a whole byte. */
	assert_int_equal(unpacked_len, (entries * list->bits + 7) / 8);
	for (size_t i = 0; i < entries; i++) {
		int want = STATUS_LIST_VALID, got;
		char name[24];
		const json_t *value;

		snprintf(name, sizeof name, "%zu", i);
		value = json_object_get(values, name);
		if (value != NULL) {
			want = (int)json_integer_value(value);
			not_zero++;
		}
		got = status_list_get(unpacked, unpacked_len, list->bits, i);
		assert_int_equal(
			got, want <= STATUS_LIST_SUSPENDED ? want : (int)STATUS_LIST_NO_WORD);
	}
	assert_int_equal(not_zero, json_object_size(values));
	assert_int_equal(
		status_list_get(unpacked, unpacked_len, list->bits, unpacked_len * 8 / list->bits),
		STATUS_LIST_NO_WORD);
	free(unpacked);
}

/* A list's own bytes, in claims that are in order. */
static size_t
wrap(const uint8_t *list, size_t list_len, uint8_t ret_claims[BYTES_MAX])
{
	size_t len = fixture_hex("a3 02 6f736b657272793a686f74656c687562 061a648c5bea 19fffd",
		ret_claims, 0, BYTES_MAX);

	memcpy(ret_claims + len, list, list_len);
	return len + list_len;
}

static void
every_entry_of_every_list_is_read(void **state)
{
	static const char *const HEX[] = { "cbor_hex", NULL };
	json_t *vectors = fixture_vectors_json("status-list", "status_list_vectors.json");

	(void)state;
	assert_true(json_array_size(vectors) >= 6);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *vector = json_array_get(vectors, i);
		uint8_t bytes[BYTES_MAX], sorted[BYTES_MAX], claims[BYTES_MAX], again[BYTES_MAX];
		size_t len = fixture_hex(fixture_vectors_string(vector, HEX), bytes, 0, BYTES_MAX),
		       offset = 0, again_len;
		struct status_list list;
		struct cbor_writer w;

		/* "bits" stands before "lst", which is shorter. */
		len = wrap(bytes, len, claims);
		assert_int_equal(
			status_list_parse((struct cbor_bytes){ claims, len }, &list, &offset),
			SKERRY_ERR_CBOR_KEY_ORDER);
		assert_memory_equal(claims + offset, "\x63lst", 4);

		len = put_sorted(claims, len, sorted, 0);
		assert_int_equal(
			status_list_parse((struct cbor_bytes){ sorted, len }, &list, &offset),
			SKERRY_OK);
		assert_entries(&list, vector);
		cbor_writer_init(&w, again, sizeof again);
		status_list_write(&w, &list);
		assert_int_equal(cbor_writer_finish(&w, &again_len), SKERRY_OK);
		assert_int_equal(again_len, len);
		assert_memory_equal(again, sorted, len);
	}
	json_decref(vectors);
}

static void
the_whole_cwt_in_order_is_read(void **state)
{
	uint8_t bytes[BYTES_MAX], sorted[BYTES_MAX];
	size_t len = whole_cwt(bytes), offset;
	struct cbor_bytes payload = claims_of(bytes, len);
	json_t *vectors = fixture_vectors_json("status-list", "status_list_vectors.json");
	struct status_list list;

	(void)state;
	len = put_sorted(payload.data, payload.len, sorted, 0);
	assert_int_equal(len, payload.len);
	assert_int_equal(
		status_list_parse((struct cbor_bytes){ sorted, len }, &list, &offset), SKERRY_OK);
	assert_true(cbor_text_equals(list.uri, "https://example.com/statuslists/1"));
	assert_int_equal(list.issued_at, 1686920170);
	/* Its list is the first of the others. */
	assert_entries(&list, json_array_get(vectors, 0));
	json_decref(vectors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_algorithm_is_refused),
		cmocka_unit_test(claims_out_of_order_are_refused),
		cmocka_unit_test(every_entry_of_every_list_is_read),
		cmocka_unit_test(the_whole_cwt_in_order_is_read),
	};

	if (!fixture_vectors_found("status-list"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
