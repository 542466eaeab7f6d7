/* SPDX-License-Identifier: ISC */
/* The sealed container and its padding: there and back, each refusal with its offset, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "formats/sealed.h"

enum { BOX_LEN = SEALED_BOX_OVERHEAD + SEALED_STEP, ROOM = 1024 };

static uint8_t box[BOX_LEN];

static struct sealed
sample(enum sealed_kind kind)
{
	for (size_t i = 0; i < sizeof box; i++)
		box[i] = (uint8_t)(i * 7 + 1);
	return (struct sealed){ kind, { 1, 2, 3, 4, 5, 6, 7, 8 }, { box, sizeof box } };
}

static enum skerry_err
write(const struct sealed *sealed, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, bytes_max);
	sealed_write(&w, sealed);
	return cbor_writer_finish(&w, ret_len);
}

static size_t
sample_bytes(enum sealed_kind kind, uint8_t ret_bytes[ROOM])
{
	struct sealed sealed = sample(kind);
	size_t len = 0;

	assert_int_equal(write(&sealed, ret_bytes, ROOM, &len), SKERRY_OK);
	return len;
}

/* From memory that ends where the container ends. */
static enum skerry_err
parse(const uint8_t *bytes, size_t len, struct sealed *ret_sealed, size_t *ret_offset)
{
	uint8_t *exact = fixture_exact_copy(bytes, len);
	enum skerry_err err = sealed_parse(exact, len, ret_sealed, ret_offset);

	/* What was found is told as a place in `bytes`, which stay. */
	if (err == SKERRY_OK)
		ret_sealed->box.data = bytes + (ret_sealed->box.data - exact);
	free(exact);
	return err;
}

static void
both_kinds_are_read_as_they_were_written(void **state)
{
	(void)state;
	for (enum sealed_kind kind = SEALED_REQUEST; kind <= SEALED_REPLY; kind++) {
		uint8_t bytes[ROOM];
		size_t len = sample_bytes(kind, bytes), offset;
		struct sealed want = sample(kind), got;

		assert_int_equal(parse(bytes, len, &got, &offset), SKERRY_OK);
		assert_int_equal(got.kind, kind);
		assert_memory_equal(got.kid, want.kid, COSE_KID_LEN);
		assert_true(cbor_bytes_same(got.box, want.box));
	}
}

static void
every_neighbor_is_refused_or_written_again_the_same(void **state)
{
	uint8_t bytes[ROOM], again[ROOM];
	size_t len = sample_bytes(SEALED_REQUEST, bytes), offset, again_len;
	struct sealed got;

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		offset = SIZE_MAX;
		assert_int_not_equal(parse(bytes, cut, &got, &offset), SKERRY_OK);
		assert_true(offset <= cut);
	}
	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		offset = SIZE_MAX;
		if (parse(bytes, len, &got, &offset) == SKERRY_OK) {
			assert_int_equal(write(&got, again, ROOM, &again_len), SKERRY_OK);
			assert_int_equal(again_len, len);
			assert_memory_equal(again, bytes, len);
		} else {
			assert_true(offset < len);
		}
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	bytes[len] = 0;
	assert_int_equal(parse(bytes, len + 1, &got, &offset), SKERRY_ERR_CBOR_TRAILING);
	assert_int_equal(offset, len);
}

/* Behind the mark: 08 bytes of kid, then the box's head. */
static const struct {
	const char *what, *head; /* in front of BOX_LEN bytes */
	size_t box_len, offset;
	enum skerry_err err;
} REFUSALS[] = {
	{ "another mark", "83 6e736b657272792d72657175657378 48 0102030405060708 590130", BOX_LEN,
		1, SKERRY_ERR_CLAIM_VALUE },
	{ "a mark of bytes", "83 4e736b657272792d72657175657374 48 0102030405060708 590130",
		BOX_LEN, 1, SKERRY_ERR_CBOR_TYPE },
	{ "a kid of 7 bytes", "83 6e736b657272792d72657175657374 47 01020304050607 590130", BOX_LEN,
		16, SKERRY_ERR_CBOR_COUNT },
	{ "a box of no step", "83 6e736b657272792d72657175657374 48 0102030405060708 590131",
		BOX_LEN + 1, 25, SKERRY_ERR_CLAIM_VALUE },
	{ "a box of overhead alone", "83 6e736b657272792d72657175657374 48 0102030405060708 5830",
		48, 25, SKERRY_ERR_CLAIM_VALUE },
	{ "an empty box", "83 6e736b657272792d72657175657374 48 0102030405060708 40", 0, 25,
		SKERRY_ERR_CLAIM_VALUE },
	{ "two items", "82 6e736b657272792d72657175657374 48 0102030405060708", 0, 0,
		SKERRY_ERR_CBOR_COUNT },
	{ "four items", "84 6e736b657272792d72657175657374 48 0102030405060708 01 590130", BOX_LEN,
		0, SKERRY_ERR_CBOR_COUNT },
	{ "a map", "a1 6e736b657272792d72657175657374 48 0102030405060708", 0, 0,
		SKERRY_ERR_CBOR_TYPE },
};

static void
what_cannot_be_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++) {
		uint8_t bytes[ROOM] = { 0 };
		size_t len = fixture_hex(REFUSALS[i].head, bytes, 0, ROOM), offset = SIZE_MAX;
		struct sealed got = { .kind = 77 };
		enum skerry_err err = parse(bytes, len + REFUSALS[i].box_len, &got, &offset);

		if (err != REFUSALS[i].err || offset != REFUSALS[i].offset)
			fail_msg("%s: %d at %zu", REFUSALS[i].what, (int)err, offset);
		assert_int_equal(got.kind, 77);
	}
}

static void
the_largest_box_fits_and_no_larger_one(void **state)
{
	uint8_t *large = calloc(1, SEALED_BOX_MAX + SEALED_STEP), *bytes = malloc(SEALED_MAX + 1);
	struct sealed sealed = sample(SEALED_REPLY), got;
	size_t len = 0, offset = 0;

	(void)state;
	assert_non_null(large);
	assert_non_null(bytes);
	sealed.box = (struct cbor_bytes){ large, SEALED_BOX_MAX };
	assert_int_equal(write(&sealed, bytes, SEALED_MAX, &len), SKERRY_OK);
	assert_int_equal(parse(bytes, len, &got, &offset), SKERRY_OK);
	sealed.box.len += SEALED_STEP;
	assert_int_equal(write(&sealed, bytes, SEALED_MAX, &len), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(
		parse(bytes, SEALED_MAX + 1, &got, &offset), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	free(large);
	free(bytes);
}

static void
the_writer_refuses_what_the_reader_would(void **state)
{
	static const size_t LENGTHS[] = { 0, 48, 49, BOX_LEN - 1, BOX_LEN + 1 };
	uint8_t bytes[ROOM];
	size_t len = 77;

	(void)state;
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		struct sealed sealed = sample(SEALED_REQUEST);

		sealed.box.len = LENGTHS[i];
		assert_int_equal(write(&sealed, bytes, ROOM, &len), SKERRY_ERR_CLAIM_VALUE);
	}
	for (int kind = -1; kind < 4; kind += kind == 0 ? 3 : 1) {
		struct sealed sealed = sample((enum sealed_kind)kind);

		assert_int_equal(write(&sealed, bytes, ROOM, &len), SKERRY_ERR_CLAIM_VALUE);
	}
	assert_int_equal(len, 77);
}

static void
padding_goes_up_to_the_next_step(void **state)
{
	static const struct {
		size_t len, padded;
	} ROWS[] = { { 0, 0 }, { 1, 256 }, { 255, 256 }, { 256, 256 }, { 257, 512 },
		{ SEALED_PLAIN_MAX - 256, SEALED_PLAIN_MAX - 256 },
		{ SEALED_PLAIN_MAX - 255, SEALED_PLAIN_MAX },
		{ SEALED_PLAIN_MAX, SEALED_PLAIN_MAX }, { SEALED_PLAIN_MAX + 1, 0 },
		{ SIZE_MAX, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_int_equal(sealed_padded(ROWS[i].len), ROWS[i].padded);
		if (ROWS[i].padded > 0)
			assert_true(sealed_is_box_len(ROWS[i].padded + SEALED_BOX_OVERHEAD));
	}
	assert_false(sealed_is_box_len(SEALED_PLAIN_MAX + SEALED_STEP + SEALED_BOX_OVERHEAD));
	assert_false(sealed_is_box_len(SIZE_MAX));
}

static const struct {
	const char *what, *hex;
	enum skerry_err err;
	size_t offset; /* of the error; on success the length of the document */
} TRIMS[] = {
	{ "no padding", "d2 84 40 a0 40 40", SKERRY_OK, 6 },
	{ "zeros", "d2 84 40 a0 40 40 00000000", SKERRY_OK, 6 },
	{ "a document that ends with zeros", "d2 84 40 a0 40 420000 0000", SKERRY_OK, 8 },
	{ "something behind zeros", "d2 84 40 a0 40 40 00000001", SKERRY_ERR_CBOR_TRAILING, 9 },
	{ "a second document", "d2 84 40 a0 40 40 d2 84 40 a0 40 40", SKERRY_ERR_CBOR_TRAILING, 6 },
	{ "zeros alone", "00000000", SKERRY_ERR_CBOR_TYPE, 0 },
	{ "an array without its tag", "84 40 a0 40 40", SKERRY_ERR_CBOR_TYPE, 0 },
	{ "another tag", "d8 62 84 40 a0 40 40", SKERRY_ERR_CBOR_TAG, 0 },
	{ "a tag inside", "d2 84 40 a0 d2 40 40", SKERRY_ERR_CBOR_TAG, 4 },
	{ "cut short", "d2 84 40 a0 40", SKERRY_ERR_CBOR_LENGTH, 1 },
	{ "a payload beyond the end", "d2 84 40 a0 43 40 40", SKERRY_ERR_CBOR_LENGTH, 4 },
	{ "nothing", "", SKERRY_ERR_CBOR_TRUNCATED, 0 },
};

static void
trimming_finds_the_one_document(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TRIMS / sizeof *TRIMS; i++) {
		uint8_t bytes[64], *exact;
		size_t len = fixture_hex(TRIMS[i].hex, bytes, 0, sizeof bytes), offset = SIZE_MAX;
		struct cbor_bytes got = { NULL, 77 };
		enum skerry_err err;

		exact = fixture_exact_copy(bytes, len);
		err = sealed_trim(exact, len, &got, &offset);
		if (err != TRIMS[i].err || (err == SKERRY_OK ? got.len : offset) != TRIMS[i].offset)
			fail_msg("%s: %d, %zu, %zu", TRIMS[i].what, (int)err, got.len, offset);
		assert_int_equal(got.len == 77, err != SKERRY_OK);
		if (err == SKERRY_OK)
			assert_ptr_equal(got.data, exact);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_kinds_are_read_as_they_were_written),
		cmocka_unit_test(every_neighbor_is_refused_or_written_again_the_same),
		cmocka_unit_test(what_cannot_be_is_refused_at_its_place),
		cmocka_unit_test(the_largest_box_fits_and_no_larger_one),
		cmocka_unit_test(the_writer_refuses_what_the_reader_would),
		cmocka_unit_test(padding_goes_up_to_the_next_step),
		cmocka_unit_test(trimming_finds_the_one_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
