/* SPDX-License-Identifier: ISC */
/* The parts of a bundle there and back: head, chain, index, page 0; each refusal with its offset. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_exchange.h"
#include "fixture_hex.h"
#include "fixture_hotel.h"
#include "fixture_payload.h"
#include "formats/manifest.h"

enum { ROOM = BUNDLE_COMMON_MAX + 65536, UNTOUCHED = 77777 };

static uint8_t bytes[ROOM];
static struct bundle_index sample, got;
static struct bundle_entry entries[BUNDLE_FAN_MAX + 1], got_entries[BUNDLE_FAN_MAX];

/* --- head ------------------------------------------------------------------------------------ */

static enum skerry_err
encode_head(uint64_t chain_len, uint64_t index_len, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, bytes, ROOM);
	bundle_head_write(&w, chain_len, index_len);
	return cbor_writer_finish(&w, ret_len);
}

static void
a_head_survives_and_what_follows_it_is_not_read(void **state)
{
	static const uint64_t LENGTHS[][2] = { { 1, 1 }, { 300, 24 },
		{ BUNDLE_CHAIN_MAX, BUNDLE_INDEX_MAX } };
	struct bundle_head head;
	size_t len, offset;

	(void)state;
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		assert_int_equal(encode_head(LENGTHS[i][0], LENGTHS[i][1], &len), SKERRY_OK);
		assert_true(len <= BUNDLE_HEAD_MAX);
		memset(bytes + len, 0xff, BUNDLE_HEAD_MAX);
		for (size_t more = 0; more < 2; more++) {
			assert_int_equal(bundle_head_parse(bytes, more ? BUNDLE_HEAD_MAX : len,
						 &head, &offset),
				SKERRY_OK);
			assert_int_equal(head.chain_len, LENGTHS[i][0]);
			assert_int_equal(head.index_len, LENGTHS[i][1]);
			assert_int_equal(head.head_len, len);
		}
	}
}

static void
a_head_out_of_bounds_is_not_written(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(encode_head(0, 1, &len), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(encode_head(1, 0, &len), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(encode_head(BUNDLE_CHAIN_MAX + 1, 1, &len), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(encode_head(1, BUNDLE_INDEX_MAX + 1, &len), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(encode_head(UINT64_MAX, UINT64_MAX, &len), SKERRY_ERR_CLAIM_VALUE);
}

static void
each_refusal_of_a_head_names_its_place(void **state)
{
	/* "skerry-bundle" */
#define MARK "6d 736b657272792d62756e646c65"
	static const struct {
		const char *hex;
		enum skerry_err err;
		size_t offset;
	} REFUSED[] = {
		{ "", SKERRY_ERR_CBOR_TRUNCATED, 0 },
		{ "83", SKERRY_ERR_CBOR_LENGTH, 0 },
		{ "a3" MARK "01 01", SKERRY_ERR_CBOR_TYPE, 0 },
		{ "82" MARK "01 01", SKERRY_ERR_CBOR_COUNT, 0 },
		{ "84" MARK "01 01 01", SKERRY_ERR_CBOR_COUNT, 0 },
		{ "83 6d 736b657272792d62756e646c64 01 01", SKERRY_ERR_CLAIM_VALUE, 1 },
		{ "83 6c 736b657272792d62756e646c 01 01", SKERRY_ERR_CLAIM_VALUE, 1 },
		{ "83 6e 736b657272792d62756e646c6565 01 01", SKERRY_ERR_CBOR_COUNT, 1 },
		{ "83" MARK "00 01", SKERRY_ERR_CLAIM_VALUE, 15 },
		{ "83" MARK "1a00400001 01", SKERRY_ERR_CBOR_RANGE, 15 },
		{ "83" MARK "01 00", SKERRY_ERR_CLAIM_VALUE, 16 },
		{ "83" MARK "01 1a00020001", SKERRY_ERR_CBOR_RANGE, 16 },
		{ "83" MARK "01 1801", SKERRY_ERR_CBOR_NOT_SHORTEST, 16 },
		{ "83" MARK "01", SKERRY_ERR_CBOR_TRUNCATED, 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		struct bundle_head head = { .head_len = UNTOUCHED };
		size_t len = fixture_hex(REFUSED[i].hex, bytes, 0, ROOM), offset = SIZE_MAX;

		assert_int_equal(bundle_head_parse(bytes, len, &head, &offset), REFUSED[i].err);
		assert_int_equal(offset, REFUSED[i].offset);
		assert_int_equal(head.head_len, UNTOUCHED);
	}
}

/* --- chain ----------------------------------------------------------------------------------- */

/* {16: "t"}, {}, payload, no signers: a COSE_Sign of 11 bytes and its payload. */
static size_t
add_manifest(size_t len, size_t payload_len)
{
	struct cbor_writer w;
	static uint8_t zeros[MANIFEST_MAX + 1];

	len = fixture_hex("d862 84 44a1106174 a0", bytes, len, ROOM);
	cbor_writer_init(&w, bytes + len, ROOM - len);
	cbor_write_bytes(&w, zeros, payload_len);
	cbor_write_array(&w, 0);
	assert_int_equal(w.err, SKERRY_OK);
	return len + w.len;
}

static void
a_chain_falls_into_its_manifests(void **state)
{
	size_t ends[3], at = 0, offset;
	struct cbor_bytes manifest;

	(void)state;
	ends[0] = add_manifest(0, 5);
	ends[1] = add_manifest(ends[0], 300);
	ends[2] = add_manifest(ends[1], 0);
	for (size_t i = 0; i < 3; i++) {
		size_t begin = at;

		assert_int_equal(bundle_chain_next((struct cbor_bytes){ bytes, ends[2] }, &at,
					 &manifest, &offset),
			SKERRY_OK);
		assert_int_equal(at, ends[i]);
		assert_ptr_equal(manifest.data, bytes + begin);
		assert_int_equal(manifest.len, ends[i] - begin);
	}
}

static void
a_chain_of_something_else_is_refused_where_it_begins(void **state)
{
	struct cbor_bytes manifest = { NULL, UNTOUCHED };
	size_t first = add_manifest(0, 5), len, at, offset;

	(void)state;
	/* COSE_Sign1, a part too few, a manifest cut short */
	static const char *const REST[] = { "d2 84 44a1106174 a0 40 80", "d862 83 44a1106174 a0 40",
		"d862 84 44a1106174 a0 4100" };
	static const struct {
		enum skerry_err err;
		size_t offset;
	} WANT[] = { { SKERRY_ERR_CBOR_TAG, 0 }, { SKERRY_ERR_CBOR_COUNT, 2 },
		{ SKERRY_ERR_CBOR_TRUNCATED, 11 } };

	for (size_t i = 0; i < 3; i++) {
		len = fixture_hex(REST[i], bytes, first, ROOM);
		at = first;
		assert_int_equal(bundle_chain_next((struct cbor_bytes){ bytes, len }, &at,
					 &manifest, &offset),
			WANT[i].err);
		assert_int_equal(offset, first + WANT[i].offset);
		assert_int_equal(at, first);
		assert_int_equal(manifest.len, UNTOUCHED);
	}
}

static void
a_manifest_of_a_chain_ends_at_its_limit(void **state)
{
	enum { AROUND = 13 }; /* of a payload of 64 KB */
	struct cbor_bytes manifest;
	size_t len = add_manifest(0, MANIFEST_MAX - AROUND), at = 0, offset;

	(void)state;
	assert_int_equal(len, MANIFEST_MAX);
	assert_int_equal(
		bundle_chain_next((struct cbor_bytes){ bytes, len }, &at, &manifest, &offset),
		SKERRY_OK);
	len = add_manifest(0, MANIFEST_MAX - AROUND + 1);
	at = 0;
	assert_int_equal(
		bundle_chain_next((struct cbor_bytes){ bytes, len }, &at, &manifest, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(at, 0);
}

/* --- index ----------------------------------------------------------------------------------- */

static enum skerry_err
encode_index(const struct bundle_index *index, size_t entries_len, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, bytes, ROOM);
	bundle_index_write(&w, index, entries, entries_len);
	return cbor_writer_finish(&w, ret_len);
}

static void
assert_same_place(const struct bundle_place *a, const struct bundle_place *b)
{
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->stored_len, b->stored_len);
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->hash, b->hash, BUNDLE_HASH_LEN);
}

static void
assert_survives(const struct bundle_index *index, size_t entries_len)
{
	size_t len, offset, got_len;

	assert_int_equal(encode_index(index, entries_len, &len), SKERRY_OK);
	assert_true(len <= BUNDLE_PAYLOAD_MAX);
	assert_int_equal(
		bundle_index_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_int_equal(got.issued_at, index->issued_at);
	assert_memory_equal(got.id, index->id, BUNDLE_ID_LEN);
	assert_int_equal(got.seq, index->seq);
	assert_memory_equal(got.chain_hash, index->chain_hash, BUNDLE_HASH_LEN);
	assert_int_equal(got.audit_seq, index->audit_seq);
	assert_int_equal(got.audit_hash == NULL, index->audit_hash == NULL);
	if (index->audit_hash != NULL)
		assert_memory_equal(got.audit_hash, index->audit_hash, BUNDLE_HASH_LEN);
	assert_same_place(&got.common, &index->common);
	assert_int_equal(bundle_fan_parse(got.fan, got_entries, &got_len, &offset), SKERRY_OK);
	assert_int_equal(got_len, entries_len);
	for (size_t i = 0; i < entries_len; i++) {
		assert_memory_equal(got_entries[i].first, entries[i].first, BUNDLE_SORT_KEY_LEN);
		assert_same_place(&got_entries[i].place, &entries[i].place);
	}
}

static void
every_field_survives(void **state)
{
	(void)state;
	exchange_entries(entries, BUNDLE_FAN_MAX);
	exchange_index_bare(&sample);
	assert_survives(&sample, 0);
	assert_survives(&sample, 1);
	exchange_index_full(&sample);
	assert_survives(&sample, 2);
}

/* A million sites: each number as long as it can be. */
static void
the_fullest_index_fits(void **state)
{
	(void)state;
	exchange_entries(entries, BUNDLE_FAN_MAX);
	for (size_t i = 0; i < BUNDLE_FAN_MAX; i++) {
		entries[i].place.offset = BUNDLE_OFFSET_MAX;
		entries[i].place.stored_len = entries[i].place.len = BUNDLE_PAGE_MAX;
	}
	exchange_index_full(&sample);
	sample.issued_at = LICENSE_TIME_MAX;
	sample.seq = sample.audit_seq = LICENSE_COUNTER_MAX;
	sample.common.offset = BUNDLE_OFFSET_MAX;
	sample.common.stored_len = BUNDLE_STORED_MAX;
	sample.common.len = BUNDLE_COMMON_MAX;
	assert_survives(&sample, BUNDLE_FAN_MAX);
	assert_true(BUNDLE_PAYLOAD_MAX + COSE_SIGN1_OVERHEAD_MAX <= BUNDLE_INDEX_MAX);
}

static struct payload full, bare, altered, copied;

static enum skerry_err
copy_index(const uint8_t *from, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	static struct bundle_index index, untouched;
	struct cbor_writer w;
	size_t entries_len = 0;
	enum skerry_err err;

	memset(&index, 0xa5, sizeof index);
	untouched = index;
	err = bundle_index_parse((struct cbor_bytes){ from, len }, &index, ret_offset);
	if (err != SKERRY_OK) {
		assert_memory_equal(&index, &untouched, sizeof index);
		return err;
	}
	err = bundle_fan_parse(index.fan, got_entries, &entries_len, ret_offset);
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	if (err == SKERRY_OK)
		bundle_index_write(&w, &index, got_entries, entries_len);
	if (err == SKERRY_OK)
		err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static int
encode_both(void **state)
{
	(void)state;
	exchange_entries(entries, 2);
	exchange_index_full(&sample);
	if (encode_index(&sample, 2, &full.len) != SKERRY_OK)
		return -1;
	memcpy(full.bytes, bytes, full.len);
	exchange_index_bare(&sample);
	if (encode_index(&sample, 0, &bare.len) != SKERRY_OK)
		return -1;
	memcpy(bare.bytes, bytes, bare.len);
	return 0;
}

#define CTI "0750303132333435363738393a3b3c3d3e3f"
#define HEAD "a601010219019c03582050"
#define AUDIT "0482191b58582090"
#define COMMON "058400190bb8194e20582070"
#define FAN "06828558200000000800"
#define ENTRY2 "8558200000001800000000000000000000000000000000000000000000000000000000"
#define PLACE2 "190dac1901f41901f45820"

/* The full index with `put` in the place of `find`: the error stands at the '|'. */
static const struct {
	const char *find, *put;
	enum skerry_err err;
} REFUSED[] = {
	{ "a3061a69eff880", "a306|20", SKERRY_ERR_CBOR_RANGE },
	{ CTI, "07|4f303132333435363738393a3b3c3d3e", SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "a601|000219019c03582050", SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "a601|020219019c03582050", SKERRY_ERR_CLAIM_VERSION },
	{ HEAD, "a6010102|0003582050", SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "a6010102|1b800000000000000003582050", SKERRY_ERR_CBOR_RANGE },
	{ HEAD "51",
		"a601010219019c03|581f"
		"50",
		SKERRY_ERR_CBOR_COUNT },
	{ AUDIT, "0482|0058582090", SKERRY_ERR_CLAIM_VALUE },
	{ AUDIT, "04|83191b58582090", SKERRY_ERR_CBOR_COUNT },
	{ COMMON, "05|8300190bb8194e20582070", SKERRY_ERR_CBOR_COUNT },
	{ COMMON, "0584|1b0000020000000001190bb8194e20582070", SKERRY_ERR_CBOR_RANGE },
	{ COMMON, "058400|00194e20582070", SKERRY_ERR_CLAIM_VALUE },
	{ COMMON, "058400|1a00201001194e20582070", SKERRY_ERR_CBOR_RANGE },
	{ COMMON, "058400190bb8|00582070", SKERRY_ERR_CLAIM_VALUE },
	{ COMMON, "058400190bb8|1a00200001582070", SKERRY_ERR_CBOR_RANGE },
	{ FAN, "06|818558200000000800", SKERRY_ERR_CBOR_TRAILING },
	{ FAN, "06|a28558200000000800", SKERRY_ERR_CBOR_TYPE },
	{ FAN, "0682|8458200000000800", SKERRY_ERR_CBOR_COUNT },
	{ FAN, "0682|8658200000000800", SKERRY_ERR_CBOR_COUNT },
	{ FAN, "068285|78200000000800", SKERRY_ERR_CBOR_TYPE },
	{ ENTRY2, "|8558200000000800000000000000000000000000000000000000000000000000000000",
		SKERRY_ERR_CLAIM_VALUE }, /* as the first */
	{ ENTRY2, "|8558200000000000000000000000000000000000000000000000000000000000000000",
		SKERRY_ERR_CLAIM_VALUE },
	{ ENTRY2 "190dac1901f4", "|" ENTRY2 "190dac1901f5", SKERRY_ERR_CLAIM_CONFLICT },
	{ PLACE2, "|1b00000200000000011901f41901f45820", SKERRY_ERR_CBOR_RANGE },
	{ PLACE2, "190dac|1a001000011901f45820", SKERRY_ERR_CBOR_RANGE },
	{ PLACE2, "190dac|001901f45820", SKERRY_ERR_CLAIM_VALUE },
};

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;

		altered = full;
		want = payload_patch(&altered, REFUSED[i].find, REFUSED[i].put);
		err = copy_index(altered.bytes, altered.len, &copied, &offset);
		if (REFUSED[i].err == SKERRY_ERR_CBOR_TRAILING)
			want = payload_find(&altered, ENTRY2);
		if (err != REFUSED[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSED[i].find,
				REFUSED[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSED[i].err), want);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void
what_every_index_has_must_be_there(void **state)
{
	static const struct {
		bool outer;
		int64_t label;
		enum skerry_err err;
	} DROPPED[] = {
		{ true, 6, SKERRY_ERR_CLAIM_MISSING },
		{ true, 7, SKERRY_ERR_CLAIM_MISSING },
		{ true, -65537, SKERRY_ERR_CLAIM_MISSING },
		{ false, 1, SKERRY_ERR_CLAIM_MISSING },
		{ false, 2, SKERRY_ERR_CLAIM_MISSING },
		{ false, 3, SKERRY_ERR_CLAIM_MISSING },
		{ false, 4, SKERRY_OK },
		{ false, 5, SKERRY_ERR_CLAIM_MISSING },
		{ false, 6, SKERRY_ERR_CLAIM_MISSING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++) {
		size_t map_at = DROPPED[i].outer ? 0 : payload_find(&full, HEAD);
		size_t offset = SIZE_MAX;

		altered = full;
		payload_drop(&altered, map_at, DROPPED[i].label);
		assert_int_equal(
			copy_index(altered.bytes, altered.len, &copied, &offset), DROPPED[i].err);
		if (DROPPED[i].err != SKERRY_OK)
			assert_int_equal(offset, map_at);
	}
}

static void
all_neighbors_are_refused_or_canonical(void **state)
{
	(void)state;
	payload_assert_neighbors(&full, copy_index);
	payload_assert_neighbors(&bare, copy_index);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_index);
	payload_assert_survives_damage(&bare, copy_index);
}

#define REFUSED_WITH(statement, want)                                                              \
	do {                                                                                       \
		size_t len_, fan_ = 2;                                                             \
		exchange_entries(entries, BUNDLE_FAN_MAX + 1);                                     \
		exchange_index_full(&sample);                                                      \
		statement;                                                                         \
		assert_int_equal(encode_index(&sample, fan_, &len_), want);                        \
	} while (0)

static void
an_index_that_cannot_be_read_is_not_written(void **state)
{
	(void)state;
	REFUSED_WITH(sample.issued_at = LICENSE_TIME_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.id = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.seq = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED_WITH(sample.seq = (uint64_t)LICENSE_COUNTER_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.chain_hash = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.audit_hash = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.audit_seq = 0, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.common.hash = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.common.offset = BUNDLE_OFFSET_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.common.stored_len = 0, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.common.stored_len = BUNDLE_STORED_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.common.len = BUNDLE_COMMON_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(entries[1].first = entries[0].first, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(entries[1].first = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(entries[1].place.len = 501, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(entries[1].place.hash = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(fan_ = BUNDLE_FAN_MAX, SKERRY_OK);
	REFUSED_WITH(fan_ = BUNDLE_FAN_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
}

static void
a_payload_too_large_is_refused_unread(void **state)
{
	size_t offset;

	(void)state;
	memset(bytes, 0, BUNDLE_PAYLOAD_MAX + 1);
	assert_int_equal(bundle_index_parse((struct cbor_bytes){ bytes, BUNDLE_PAYLOAD_MAX + 1 },
				 &got, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(offset, BUNDLE_PAYLOAD_MAX);
}

/* --- page 0 ---------------------------------------------------------------------------------- */

static struct bundle_common common, got_common;

static enum skerry_err
encode_common(size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, bytes, ROOM);
	bundle_common_write(&w, &common);
	return cbor_writer_finish(&w, ret_len);
}

static void
assert_common_survives(void)
{
	size_t len, offset;

	assert_int_equal(encode_common(&len), SKERRY_OK);
	assert_int_equal(
		bundle_common_parse((struct cbor_bytes){ bytes, len }, &got_common, &offset),
		SKERRY_OK);
	assert_int_equal(got_common.lists_len, common.lists_len);
	for (size_t i = 0; i < common.lists_len; i++)
		assert_true(cbor_bytes_same(got_common.lists[i], common.lists[i]));
}

static void
page_0_holds_up_to_its_limits(void **state)
{
	static uint8_t list[BUNDLE_COMMON_MAX];
	size_t len, offset;

	(void)state;
	common.lists_len = 0;
	assert_common_survives();
	common.lists_len = BUNDLE_LISTS_MAX;
	for (size_t i = 0; i < BUNDLE_LISTS_MAX; i++)
		common.lists[i] = fixture_bytes((uint8_t)i, 1 + i % 32);
	assert_common_survives();
	common.lists_len = BUNDLE_LISTS_MAX + 1;
	assert_int_equal(encode_common(&len), SKERRY_ERR_CLAIM_VALUE);
	common.lists_len = 2;
	common.lists[0] = (struct cbor_bytes){ list, STATUS_LIST_MAX };
	assert_common_survives();
	common.lists[0].len++;
	assert_int_equal(encode_common(&len), SKERRY_ERR_CLAIM_VALUE);
	common.lists[0].len = 0;
	assert_int_equal(encode_common(&len), SKERRY_ERR_CLAIM_VALUE);
	common.lists[0].len = STATUS_LIST_MAX;
	common.lists[1] = (struct cbor_bytes){ list, BUNDLE_COMMON_MAX - STATUS_LIST_MAX - 11 };
	assert_common_survives();
	common.lists[1].len++;
	assert_int_equal(encode_common(&len), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	len = fixture_hex("81 40", bytes, 0, ROOM);
	assert_int_equal(
		bundle_common_parse((struct cbor_bytes){ bytes, len }, &got_common, &offset),
		SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, 1);
	len = fixture_hex("80 40", bytes, 0, ROOM);
	assert_int_equal(
		bundle_common_parse((struct cbor_bytes){ bytes, len }, &got_common, &offset),
		SKERRY_ERR_CBOR_TRAILING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_survives_and_what_follows_it_is_not_read),
		cmocka_unit_test(a_head_out_of_bounds_is_not_written),
		cmocka_unit_test(each_refusal_of_a_head_names_its_place),
		cmocka_unit_test(a_chain_falls_into_its_manifests),
		cmocka_unit_test(a_chain_of_something_else_is_refused_where_it_begins),
		cmocka_unit_test(a_manifest_of_a_chain_ends_at_its_limit),
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(the_fullest_index_fits),
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(what_every_index_has_must_be_there),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(an_index_that_cannot_be_read_is_not_written),
		cmocka_unit_test(a_payload_too_large_is_refused_unread),
		cmocka_unit_test(page_0_holds_up_to_its_limits),
	};
	return cmocka_run_group_tests(tests, encode_both, NULL);
}
