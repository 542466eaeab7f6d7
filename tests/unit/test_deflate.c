/* SPDX-License-Identifier: ISC */
/* zlib streams: there and back, into exactly the room there is, and everything that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "fixture_payload.h"
#include "formats/deflate.h"

enum { PLAIN_MAX = 1 << 20, STREAM_MAX = PLAIN_MAX + 1024 };

static uint8_t plain[PLAIN_MAX], stream[STREAM_MAX], back[PLAIN_MAX];

/* A status list of that many bytes, one in eight of them not zero. */
static void
fill(size_t len)
{
	uint64_t state = len;

	for (size_t i = 0; i < len; i++) {
		uint64_t drawn = payload_random(&state);

		plain[i] = drawn % 8 == 0 ? (uint8_t)(drawn >> 8) : 0;
	}
}

static size_t
pack(size_t len)
{
	size_t stream_len = 0;

	assert_int_equal(deflate_pack(plain, len, stream, sizeof stream, &stream_len), SKERRY_OK);
	return stream_len;
}

/* Unpacks from and into memory that ends where it must. */
static enum skerry_err
unpack(const uint8_t *bytes, size_t len, size_t room, size_t *ret_len)
{
	uint8_t *exact = fixture_exact_copy(bytes, len), *out = malloc(room + (room == 0));
	enum skerry_err err;

	assert_non_null(out);
	err = deflate_unpack(exact, len, out, room, ret_len);
	if (err == SKERRY_OK)
		memcpy(back, out, *ret_len);
	free(exact);
	free(out);
	return err;
}

static void
what_is_packed_unpacks_to_the_same(void **state)
{
	static const size_t LENGTHS[] = { 0, 1, 2, 255, 256, 65535, 65536, PLAIN_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		size_t len = LENGTHS[i], stream_len, back_len = SIZE_MAX;

		fill(len);
		stream_len = pack(len);
		assert_true(stream_len <= deflate_bound(len));
		assert_int_equal(unpack(stream, stream_len, len, &back_len), SKERRY_OK);
		assert_int_equal(back_len, len);
		assert_memory_equal(back, plain, len);
	}
}

static void
bytes_that_do_not_pack_fit_the_bound(void **state)
{
	uint64_t seed = 3;
	size_t stream_len, back_len;

	(void)state;
	for (size_t i = 0; i < PLAIN_MAX; i++)
		plain[i] = (uint8_t)payload_random(&seed);
	stream_len = pack(PLAIN_MAX);
	assert_in_range(stream_len, PLAIN_MAX, deflate_bound(PLAIN_MAX));
	assert_int_equal(unpack(stream, stream_len, PLAIN_MAX, &back_len), SKERRY_OK);
	assert_int_equal(back_len, PLAIN_MAX);
}

static void
packing_tells_a_room_that_is_too_small(void **state)
{
	size_t len, got = 77;

	(void)state;
	fill(4000);
	len = pack(4000);
	for (size_t room = 0; room < len; room++)
		assert_int_equal(deflate_pack(plain, 4000, back, room, &got), SKERRY_ERR_NO_SPACE);
	assert_int_equal(got, 77);
	assert_int_equal(deflate_pack(plain, 4000, back, len, &got), SKERRY_OK);
	assert_int_equal(got, len);
}

static void
a_bomb_gets_no_more_than_its_room(void **state)
{
	static const size_t ROOMS[] = { 0, 1, 257, 258, 259, 32768, 65536, PLAIN_MAX - 1 };
	size_t len, got = 77;

	(void)state;
	memset(plain, 0, PLAIN_MAX);
	len = pack(PLAIN_MAX);
	assert_true(len < 1100);
	for (size_t i = 0; i < sizeof ROOMS / sizeof *ROOMS; i++)
		assert_int_equal(unpack(stream, len, ROOMS[i], &got), SKERRY_ERR_DEFLATE_LENGTH);
	assert_int_equal(got, 77);
	assert_int_equal(unpack(stream, len, PLAIN_MAX, &got), SKERRY_OK);
	assert_int_equal(got, PLAIN_MAX);
}

/* In a room that is just enough too: what is missing is then told from what is too much. */
static void
a_stream_cut_anywhere_is_refused(void **state)
{
	size_t len, got = 77;

	(void)state;
	fill(700);
	len = pack(700);
	for (size_t cut = 0; cut < len; cut++) {
		assert_int_equal(unpack(stream, cut, 700, &got), SKERRY_ERR_DEFLATE);
		assert_int_equal(unpack(stream, cut, 701, &got), SKERRY_ERR_DEFLATE);
	}
	assert_int_equal(got, 77);
}

static void
bytes_behind_the_stream_are_refused(void **state)
{
	size_t len, got = 77;

	(void)state;
	fill(700);
	len = pack(700);
	for (unsigned byte = 0; byte < 256; byte++) {
		stream[len] = (uint8_t)byte;
		assert_int_equal(unpack(stream, len + 1, 700, &got), SKERRY_ERR_DEFLATE);
		assert_int_equal(unpack(stream, len + 1, 900, &got), SKERRY_ERR_DEFLATE);
	}
	memcpy(stream + len, stream, len);
	assert_int_equal(unpack(stream, 2 * len, 1400, &got), SKERRY_ERR_DEFLATE);
	assert_int_equal(got, 77);
}

/* An Adler-32 stands behind the data: no altered bit gives other bytes. */
static void
no_altered_bit_gives_other_bytes(void **state)
{
	size_t len, got;

	(void)state;
	fill(700);
	len = pack(700);
	for (size_t bit = 0; bit < len * 8; bit++) {
		enum skerry_err err;

		stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
		err = unpack(stream, len, 700, &got);
		if (err == SKERRY_OK) {
			assert_int_equal(got, 700);
			assert_memory_equal(back, plain, 700);
		} else {
			assert_true(err == SKERRY_ERR_DEFLATE || err == SKERRY_ERR_DEFLATE_LENGTH);
		}
		stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = (len - 4) * 8; bit < len * 8; bit++) {
		stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(unpack(stream, len, 700, &got), SKERRY_ERR_DEFLATE);
		stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static const struct {
	const char *what, *hex;
} OTHERS[] = {
	{ "nothing", "" },
	{ "a preset dictionary (FDICT, DICTID)", "78f9 088f026f 4b8462000e540331" },
	{ "gzip", "1f8b08000000000002034bcc0400e591510902000000" },
	{ "raw deflate without a head", "4bcc0400" },
	{ "a window of 64 KB", "88 1c 4bcc0400 012d00cb" },
	{ "method 7", "77 85 4bcc0400 012d00cb" },
	{ "a head whose check does not fit", "78db 4bcc0400 012d00cb" },
	{ "block type 3", "78da 07 00000001" },
	{ "a stored block whose length and complement differ", "78da 01 0200 fdfe 6169 012d00cb" },
	{ "a distance before the beginning", "78da 4b 04 01 00 012d00cb" },
};

static void
everything_else_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		uint8_t bytes[64];
		size_t len = fixture_hex(OTHERS[i].hex, bytes, 0, sizeof bytes), got = 77;

		if (unpack(bytes, len, 64, &got) != SKERRY_ERR_DEFLATE)
			fail_msg("%s", OTHERS[i].what);
		assert_int_equal(got, 77);
	}
}

/* Other writers' streams, which other levels and windows give. */
static void
streams_of_other_writers_are_read(void **state)
{
	static const char *const HEX[] = {
		"78da 4bcc0400 012d00cb",                        /* fixed codes, level 9 */
		"7801 4bcc0400 012d00cb",                        /* level 1 */
		"1895 4bcc0400 012d00cb",                        /* a window of 512 bytes */
		"78da 01 0200 fdff 6169 012d00cb",               /* stored */
		"78da 00 0100 feff 61 01 0100 feff 69 012d00cb", /* two blocks */
	};

	(void)state;
	for (size_t i = 0; i < sizeof HEX / sizeof *HEX; i++) {
		uint8_t bytes[64];
		size_t len = fixture_hex(HEX[i], bytes, 0, sizeof bytes), got = 77;

		assert_int_equal(unpack(bytes, len, 2, &got), SKERRY_OK);
		assert_int_equal(got, 2);
		assert_memory_equal(back, "ai", 2);
	}
}

static void
lengths_beyond_the_maximum_are_an_error_of_the_caller(void **state)
{
	size_t got = 77;

	(void)state;
	assert_int_equal(deflate_pack(plain, (size_t)DEFLATE_LEN_MAX + 1, back, 9, &got),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(deflate_unpack(plain, (size_t)DEFLATE_LEN_MAX + 1, back, 9, &got),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(got, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_unpacks_to_the_same),
		cmocka_unit_test(bytes_that_do_not_pack_fit_the_bound),
		cmocka_unit_test(packing_tells_a_room_that_is_too_small),
		cmocka_unit_test(a_bomb_gets_no_more_than_its_room),
		cmocka_unit_test(a_stream_cut_anywhere_is_refused),
		cmocka_unit_test(bytes_behind_the_stream_are_refused),
		cmocka_unit_test(no_altered_bit_gives_other_bytes),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(streams_of_other_writers_are_read),
		cmocka_unit_test(lengths_beyond_the_maximum_are_an_error_of_the_caller),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
