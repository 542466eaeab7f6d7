/* SPDX-License-Identifier: ISC */
/* The status list: claims there and back, each refusal with its offset, entries of every width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "fixture_hotel.h"
#include "fixture_payload.h"
#include "formats/claims.h"
#include "formats/deflate.h"
#include "formats/status_list.h"

/* The draft's own list of two bits, 12 entries. */
static const uint8_t PACKED[] = { 0x78, 0xda, 0x3b, 0xe9, 0xf2, 0x13, 0x00, 0x03, 0xdf, 0x02,
	0x07 };

static struct status_list
sample(void)
{
	return (struct status_list){
		.uri = fixture_text("skerry:hotelhub"),
		.issued_at = HOTEL_ISSUED_AT,
		.bits = 2,
		.packed = { PACKED, sizeof PACKED },
	};
}

static enum skerry_err
write(const struct status_list *list, struct payload *ret_payload)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_payload->bytes, PAYLOAD_MAX);
	status_list_write(&w, list);
	return cbor_writer_finish(&w, &ret_payload->len);
}

static struct payload
sample_payload(void)
{
	static struct payload payload;
	struct status_list list = sample();

	assert_int_equal(write(&list, &payload), SKERRY_OK);
	return payload;
}

static enum skerry_err
parse(const struct payload *payload, struct status_list *ret_list, size_t *ret_offset)
{
	return status_list_parse(
		(struct cbor_bytes){ payload->bytes, payload->len }, ret_list, ret_offset);
}

static enum skerry_err
copy(const uint8_t *bytes, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	struct status_list list;
	enum skerry_err err =
		status_list_parse((struct cbor_bytes){ bytes, len }, &list, ret_offset);

	if (err != SKERRY_OK)
		return err;
	*ret_offset = SIZE_MAX;
	err = write(&list, ret_copy);
	*ret_offset = err == SKERRY_OK ? 0 : SIZE_MAX;
	return err;
}

static void
the_claims_are_read_as_they_were_written(void **state)
{
	static const unsigned WIDTHS[] = { 1, 2, 4, 8 };
	struct status_list list = sample(), got;
	struct payload payload;
	size_t offset;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		list.bits = WIDTHS[i];
		assert_int_equal(write(&list, &payload), SKERRY_OK);
		assert_int_equal(parse(&payload, &got, &offset), SKERRY_OK);
		assert_true(cbor_text_equals(got.uri, "skerry:hotelhub"));
		assert_int_equal(got.issued_at, HOTEL_ISSUED_AT);
		assert_int_equal(got.bits, WIDTHS[i]);
		assert_true(cbor_bytes_same(got.packed, list.packed));
	}
}

static void
every_neighbor_is_refused_or_means_the_same(void **state)
{
	struct payload payload = sample_payload();

	(void)state;
	payload_assert_neighbors(&payload, copy);
	payload_assert_survives_damage(&payload, copy);
}

static const struct {
	const char *what, *find, *put; /* '|' before the offset */
	enum skerry_err err;
} REFUSALS[] = {
	{ "bits 0", "6462697473 02", "6462697473 |00", SKERRY_ERR_CLAIM_VALUE },
	{ "bits 3", "6462697473 02", "6462697473 |03", SKERRY_ERR_CLAIM_VALUE },
	{ "bits 16", "6462697473 02", "6462697473 |10", SKERRY_ERR_CLAIM_VALUE },
	{ "bits 2^32 + 2", "6462697473 02", "6462697473 |1b0000000100000002",
		SKERRY_ERR_CBOR_RANGE },
	{ "bits as text", "6462697473 02", "6462697473 |6132", SKERRY_ERR_CBOR_TYPE },
	{ "an empty lst", "4b78da3be9f2130003df0207", "|40", SKERRY_ERR_CLAIM_VALUE },
	{ "no bits", "a2636c73744b78da3be9f2130003df0207646269747302",
		"|a1636c73744b78da3be9f2130003df0207", SKERRY_ERR_CLAIM_MISSING },
	{ "no lst", "a2636c73744b78da3be9f2130003df0207646269747302", "|a1646269747302",
		SKERRY_ERR_CLAIM_MISSING },
	{ "an unknown name", "a2636c7374", "a3 |6178 01 636c7374", SKERRY_ERR_CLAIM_CRITICAL },
	{ "a label among the names", "a2636c7374", "a3 |01 01 636c7374", SKERRY_ERR_CBOR_TYPE },
	{ "bits before lst", "a2636c73744b78da3be9f2130003df0207646269747302",
		"a2646269747302|636c73744b78da3be9f2130003df0207", SKERRY_ERR_CBOR_KEY_ORDER },
	{ "an empty sub", "6f736b657272793a686f74656c687562", "|60", SKERRY_ERR_CLAIM_VALUE },
	{ "a list that is none", "19fffda2636c73744b78da3be9f2130003df0207646269747302",
		"19fffd|80", SKERRY_ERR_CBOR_TYPE },
	{ "iat before 1970", "061a69eff880", "06|20", SKERRY_ERR_CBOR_RANGE },
};

static void
what_cannot_be_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++) {
		struct payload payload = sample_payload();
		size_t at = payload_patch(&payload, REFUSALS[i].find, REFUSALS[i].put),
		       offset = SIZE_MAX;
		struct status_list got = { .bits = 77 };
		enum skerry_err err = parse(&payload, &got, &offset);

		if (err != REFUSALS[i].err || offset != at)
			fail_msg("%s: %d at %zu, not at %zu", REFUSALS[i].what, (int)err, offset,
				at);
		assert_int_equal(got.bits, 77);
	}
}

static void
a_claim_that_is_missing_is_told_at_the_map(void **state)
{
	static const int64_t LABELS[] = { 2, 6, 65533 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct payload payload = sample_payload();
		struct status_list got;
		size_t offset = SIZE_MAX;

		payload_drop(&payload, 0, LABELS[i]);
		assert_int_equal(parse(&payload, &got, &offset), SKERRY_ERR_CLAIM_MISSING);
		assert_int_equal(offset, 0);
	}
}

/* exp, ttl, and the aggregation that the draft has. */
static void
what_other_issuers_add_is_passed_over(void **state)
{
	static const uint8_t DATE[] = { 0x1a, 0x88, 0x98, 0xdf, 0xea },
			     TTL[] = { 0x19, 0xa8, 0xc0 };
	struct payload payload = sample_payload();
	struct status_list got;
	size_t offset;

	(void)state;
	payload_insert(&payload, 0, "04", DATE, sizeof DATE);
	payload_insert(&payload, 0, "19fffe", TTL, sizeof TTL);
	payload_patch(&payload, "a2636c7374", "a3 636c7374");
	payload_patch(
		&payload, "646269747302", "646269747302 6f6167677265676174696f6e5f757269 6178");
	assert_int_equal(parse(&payload, &got, &offset), SKERRY_OK);
	assert_int_equal(got.bits, 2);
	assert_int_equal(got.issued_at, HOTEL_ISSUED_AT);
}

static void
the_writer_refuses_what_the_reader_would(void **state)
{
	static uint8_t large[STATUS_LIST_PACKED_MAX + 1];
	static char uri[STATUS_LIST_URI_MAX + 2];
	struct status_list good = sample(), bad;
	struct payload payload;
	struct cbor_writer w;
	uint8_t *bytes = malloc(STATUS_LIST_MAX);
	size_t len;

	(void)state;
	assert_non_null(bytes);
	bad = good, bad.bits = 3;
	assert_int_equal(write(&bad, &payload), SKERRY_ERR_CLAIM_VALUE);
	bad = good, bad.packed.len = 0;
	assert_int_equal(write(&bad, &payload), SKERRY_ERR_CLAIM_VALUE);
	bad = good, bad.uri.len = 0;
	assert_int_equal(write(&bad, &payload), SKERRY_ERR_CLAIM_MISSING);
	bad = good, bad.issued_at = -1;
	assert_int_equal(write(&bad, &payload), SKERRY_ERR_CLAIM_VALUE);
	memset(uri, 'u', sizeof uri - 1);
	bad = good, bad.uri = fixture_text(uri);
	assert_int_equal(write(&bad, &payload), SKERRY_ERR_CLAIM_VALUE);
	for (size_t over = 0; over < 2; over++) {
		cbor_writer_init(&w, bytes, STATUS_LIST_MAX);
		bad = good;
		bad.packed = (struct cbor_bytes){ large, STATUS_LIST_PACKED_MAX + over };
		status_list_write(&w, &bad);
		assert_int_equal(
			cbor_writer_finish(&w, &len), over ? SKERRY_ERR_CLAIM_VALUE : SKERRY_OK);
	}
	free(bytes);
}

static void
a_payload_too_large_is_refused_unread(void **state)
{
	uint8_t *bytes = calloc(1, STATUS_LIST_PAYLOAD_MAX + 1);
	struct status_list got;
	size_t offset = 0;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(
		status_list_parse(
			(struct cbor_bytes){ bytes, STATUS_LIST_PAYLOAD_MAX + 1 }, &got, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(offset, STATUS_LIST_PAYLOAD_MAX);
	free(bytes);
}

/* The draft's figures: an entry in the lowest bits of its byte comes first. */
static void
entries_of_each_width_count_from_the_lowest_bit(void **state)
{
	static const uint8_t BYTES[] = { 0xb9, 0x21 };
	static const struct {
		unsigned bits;
		int words[16];
		size_t words_len;
	} ROWS[] = {
		{ 1, { 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0 }, 16 },
		{ 2, { 1, 2, -1, 2, 1, 0, 2, 0 }, 8 },
		{ 4, { -1, -1, 1, 2 }, 4 },
		{ 8, { -1, -1 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		for (uint64_t index = 0; index < ROWS[i].words_len; index++)
			assert_int_equal(status_list_get(BYTES, sizeof BYTES, ROWS[i].bits, index),
				ROWS[i].words[index]);
	for (unsigned value = 0; value < 256; value++) {
		uint8_t byte = (uint8_t)value;

		assert_int_equal(status_list_get(&byte, 1, 8, 0), value < 3 ? (int)value : -1);
		assert_int_equal(
			status_list_get(&byte, 1, 4, 1), value >> 4 < 3 ? (int)(value >> 4) : -1);
	}
}

static void
beyond_the_end_and_in_no_width_there_is_no_word(void **state)
{
	static const unsigned WIDTHS[] = { 1, 2, 4, 8 }, NONE[] = { 0, 3, 5, 6, 7, 9, 16, 32, 64 };
	static const uint64_t FAR[] = { UINT64_C(1) << 32, UINT64_C(1) << 34, UINT64_C(1) << 63,
		UINT64_MAX - 1, UINT64_MAX };
	uint8_t *exact = fixture_exact_copy((const uint8_t[]){ 0, 0, 0 }, 3);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint64_t end = 3 * 8 / WIDTHS[i];

		assert_int_equal(status_list_get(exact, 3, WIDTHS[i], end - 1), STATUS_LIST_VALID);
		assert_int_equal(status_list_get(exact, 3, WIDTHS[i], end), STATUS_LIST_NO_WORD);
		assert_int_equal(status_list_get(exact, 0, WIDTHS[i], 0), STATUS_LIST_NO_WORD);
		for (size_t j = 0; j < sizeof FAR / sizeof *FAR; j++)
			assert_int_equal(
				status_list_get(exact, 3, WIDTHS[i], FAR[j]), STATUS_LIST_NO_WORD);
	}
	for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++)
		assert_int_equal(status_list_get(exact, 3, NONE[i], 0), STATUS_LIST_NO_WORD);
	free(exact);
}

/* Against an array of one word each, in a random order. */
static void
each_word_is_set_without_its_neighbors(void **state)
{
	enum { COUNT = 1001 };
	int words[COUNT] = { 0 };
	size_t size = status_list_size(COUNT);
	uint8_t *bytes = calloc(1, size);
	uint64_t drawn = 5;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(size, 251);
	for (unsigned round = 0; round < 5 * COUNT; round++) {
		uint64_t index = payload_random(&drawn) % COUNT;

		words[index] = (int)(payload_random(&drawn) % 4) - 1;
		status_list_set(bytes, index, (enum status_list_value)words[index]);
		if (round % 97 != 0)
			continue;
		for (uint64_t i = 0; i < COUNT; i++)
			assert_int_equal(
				status_list_get(bytes, size, STATUS_LIST_BITS, i), words[i]);
	}
	free(bytes);
}

static void
four_entries_share_a_byte(void **state)
{
	static const struct {
		uint64_t count;
		size_t size;
	} ROWS[] = { { 0, 0 }, { 1, 1 }, { 4, 1 }, { 5, 2 }, { 4194304, STATUS_LIST_BYTES_MAX },
		{ UINT64_MAX, (size_t)1 << 62 } };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_int_equal(status_list_size(ROWS[i].count), ROWS[i].size);
}

/* Drawn without order: what runs of neighbors would make smaller still. */
static void
a_million_at_one_percent_take_15_kb(void **state)
{
	enum { COUNT = 1000000, REVOKED = COUNT / 100, ROOM = 15000 };
	static uint8_t packed[ROOM];
	size_t size = status_list_size(COUNT), packed_len = 0;
	uint8_t *bytes = calloc(1, size);
	uint64_t drawn = 11;

	(void)state;
	assert_non_null(bytes);
	for (unsigned revoked = 0; revoked < REVOKED;) {
		uint64_t index = payload_random(&drawn) % COUNT;

		if (status_list_get(bytes, size, STATUS_LIST_BITS, index) != STATUS_LIST_VALID)
			continue;
		status_list_set(bytes, index, STATUS_LIST_INVALID);
		revoked++;
	}
	assert_int_equal(deflate_pack(bytes, size, packed, ROOM, &packed_len), SKERRY_OK);
	print_message("1,000,000 entries, 1 %% revoked: %zu bytes\n", packed_len);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_claims_are_read_as_they_were_written),
		cmocka_unit_test(every_neighbor_is_refused_or_means_the_same),
		cmocka_unit_test(what_cannot_be_is_refused_at_its_place),
		cmocka_unit_test(a_claim_that_is_missing_is_told_at_the_map),
		cmocka_unit_test(what_other_issuers_add_is_passed_over),
		cmocka_unit_test(the_writer_refuses_what_the_reader_would),
		cmocka_unit_test(a_payload_too_large_is_refused_unread),
		cmocka_unit_test(entries_of_each_width_count_from_the_lowest_bit),
		cmocka_unit_test(beyond_the_end_and_in_no_width_there_is_no_word),
		cmocka_unit_test(each_word_is_set_without_its_neighbors),
		cmocka_unit_test(four_entries_share_a_byte),
		cmocka_unit_test(a_million_at_one_percent_take_15_kb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
