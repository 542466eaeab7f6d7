/* SPDX-License-Identifier: ISC */
/*
 * The strict CBOR reader: each refusal with its error and offset, wherever it stands and whichever
 * call meets it; no mutation is read beyond its end, and nothing has two encodings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cbor.h"
#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_hex.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { BYTES_MAX = 512, UNTOUCHED = 77777 };

/* Refused items, and where in them the error stands. */
static const struct {
	const char *hex;
	enum skerry_err err;
	size_t offset;
} REFUSED[] = {
	/* Heads that break off. */
	{ "18", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "19 00", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "1a 000001", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "1b 00000001000000", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "38", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "58", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "79 01", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "9a 0000", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "bb 0000000100", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "d8", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "f8", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "f9 00", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "fb 00000000000000", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "82 62 6161", SKERRY_ERR_CBOR_TRUNCATED, 4 }, /* its first entry ate the second */
	{ "a2 00 41 00 01", SKERRY_ERR_CBOR_TRUNCATED, 5 },
	/* Heads longer than needed. */
	{ "18 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "18 17", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "19 0000", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "19 00ff", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "1a 00000000", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "1a 0000ffff", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "1b 0000000000000000", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "1b 00000000ffffffff", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "38 17", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "39 00ff", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "58 01 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "59 0001 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "78 01 61", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "98 01 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "b8 01 00 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "d8 12 00", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	/* Indefinite lengths, and the break of one. */
	{ "1f", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "3f", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "5f 41 00 ff", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "7f 61 61 ff", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "9f 00 ff", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "bf 00 00 ff", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "df", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "ff", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	/* Reserved additional information. */
	{ "1c", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "1d", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "1e", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "3c", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "5d 00", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "7e 00", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "9c 00", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "bd 00 00", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "de 00", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "fc", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "fd", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "fe", SKERRY_ERR_CBOR_RESERVED, 0 },
	/* Floats, undefined, other simple values. */
	{ "f9 0000", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "f9 7e00", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "fa 3f800000", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "fb 3ff0000000000000", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "f7", SKERRY_ERR_CBOR_UNDEFINED, 0 },
	{ "e0", SKERRY_ERR_CBOR_SIMPLE, 0 },
	{ "f3", SKERRY_ERR_CBOR_SIMPLE, 0 },
	{ "f8 14", SKERRY_ERR_CBOR_SIMPLE, 0 }, /* false, in two bytes */
	{ "f8 17", SKERRY_ERR_CBOR_SIMPLE, 0 },
	{ "f8 20", SKERRY_ERR_CBOR_SIMPLE, 0 },
	{ "f8 ff", SKERRY_ERR_CBOR_SIMPLE, 0 },
	/* Tags. */
	{ "c0 00", SKERRY_ERR_CBOR_TAG, 0 },
	{ "c2 41 01", SKERRY_ERR_CBOR_TAG, 0 },
	{ "d2 80", SKERRY_ERR_CBOR_TAG, 0 },
	{ "d8 62 80", SKERRY_ERR_CBOR_TAG, 0 },
	{ "d9 d9f7 00", SKERRY_ERR_CBOR_TAG, 0 },
	/* Text that is not UTF-8. */
	{ "61 80", SKERRY_ERR_CBOR_UTF8, 0 },
	{ "61 ff", SKERRY_ERR_CBOR_UTF8, 0 },
	{ "62 c0ae", SKERRY_ERR_CBOR_UTF8, 0 },                /* overlong */
	{ "63 eda080", SKERRY_ERR_CBOR_UTF8, 0 },              /* surrogate */
	{ "64 f4908080", SKERRY_ERR_CBOR_UTF8, 0 },            /* U+110000 */
	{ "69 6162636465666768 c3", SKERRY_ERR_CBOR_UTF8, 0 }, /* cut inside a character */
	{ "6a 6162636465666768 c3 28", SKERRY_ERR_CBOR_UTF8, 0 },
	/* Lengths and counts beyond the end. */
	{ "41", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "44 010203", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "64 494554", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "58 18 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "5a ffffffff 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "5b ffffffffffffffff 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "7b 8000000000000000 61", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "81", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "82 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "9b ffffffffffffffff 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "a1 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "a2 00 00 01", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "bb ffffffffffffffff 00 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "bb 8000000000000001 00 00", SKERRY_ERR_CBOR_LENGTH, 0 }, /* twice that is 2 */
	{ "ba 7fffffff 00 00", SKERRY_ERR_CBOR_LENGTH, 0 },
	/* Map keys. */
	{ "a2 01 00 00 00", SKERRY_ERR_CBOR_KEY_ORDER, 3 },
	{ "a2 20 00 01 00", SKERRY_ERR_CBOR_KEY_ORDER, 3 },
	{ "a2 61 61 00 00 00", SKERRY_ERR_CBOR_KEY_ORDER, 4 },
	{ "a2 62 6161 00 61 62 00", SKERRY_ERR_CBOR_KEY_ORDER, 5 },
	{ "a3 00 00 01 a1 00 00 00 00", SKERRY_ERR_CBOR_KEY_ORDER, 7 },
	{ "a2 01 00 01 00", SKERRY_ERR_CBOR_KEY_DUPLICATE, 3 },
	{ "a2 61 61 00 61 61 00", SKERRY_ERR_CBOR_KEY_DUPLICATE, 4 },
	{ "a1 00 a2 20 00 20 00", SKERRY_ERR_CBOR_KEY_DUPLICATE, 5 },
	{ "a1 40 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "a1 80 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "a1 a0 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "a1 f5 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "a1 f6 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "a1 c0 00", SKERRY_ERR_CBOR_TAG, 1 },
};

/* Where a refused item may stand. */
static const struct {
	const char *before, *after;
	bool is_key;
} PLACES[] = {
	{ "", "", false },                       /* alone */
	{ "82 00", "", false },                  /* last of an array */
	{ "83 00", "00", false },                /* inside one */
	{ "a1 00", "", false },                  /* value */
	{ "a2 00 00 61 61", "", false },         /* value of the second key */
	{ "81 a1 6161 82 a0 a1 20", "", false }, /* deeper */
	{ "a2 00 f6 01 8181818181", "", false }, /* deeper still */
	{ "a1", "00", true },                    /* key */
	{ "a2 00 00", "00", true },              /* second key */
	{ "82 80 a1 61 61 a1", "00", true },     /* key, deeper */
};

static bool
breaks_off(enum skerry_err err)
{
	return err == SKERRY_ERR_CBOR_TRUNCATED || err == SKERRY_ERR_CBOR_LENGTH;
}

static void
each_refusal_has_its_error_and_offset_wherever_it_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(REFUSED); i++)
		for (size_t k = 0; k < LEN(PLACES); k++) {
			uint8_t bytes[BYTES_MAX];
			size_t before_len = fixture_hex(PLACES[k].before, bytes, 0, BYTES_MAX);
			size_t len = fixture_hex(REFUSED[i].hex, bytes, before_len, BYTES_MAX);
			unsigned type = bytes[before_len] >> 5;
			size_t offset = 0;
			enum skerry_err err;

			/* What breaks off does so at the end; other types are refused as keys. */
			if (PLACES[k].after[0] != '\0' && breaks_off(REFUSED[i].err))
				continue;
			if (PLACES[k].is_key && (type == CBOR_ARRAY || type == CBOR_MAP))
				continue;
			len = fixture_hex(PLACES[k].after, bytes, len, BYTES_MAX);
			err = fixture_cbor_read(bytes, len, &offset);
			if (err != REFUSED[i].err || offset != before_len + REFUSED[i].offset)
				print_message("%s in %s\n", REFUSED[i].hex, PLACES[k].before);
			assert_int_equal(err, REFUSED[i].err);
			assert_int_equal(offset, before_len + REFUSED[i].offset);
		}
}

static void
bytes_after_the_item_are_told_where_they_begin(void **state)
{
	static const char *const ITEMS[] = { "00", "20", "1903e8", "40", "43010203", "60", "6161",
		"80", "8100", "a0", "a10000", "f4", "f5", "f6" };

	(void)state;
	for (size_t i = 0; i < LEN(ITEMS); i++)
		for (unsigned extra = 0; extra < 256; extra++) {
			uint8_t bytes[BYTES_MAX];
			size_t len = fixture_hex(ITEMS[i], bytes, 0, BYTES_MAX), offset = 0;

			assert_int_equal(fixture_cbor_read(bytes, len, &offset), SKERRY_OK);
			bytes[len] = (uint8_t)extra;
			assert_int_equal(fixture_cbor_read(bytes, len + 1, &offset),
				SKERRY_ERR_CBOR_TRAILING);
			assert_int_equal(offset, len);
		}
}

static void
nothing_at_all_is_truncated(void **state)
{
	size_t offset = UNTOUCHED;
	struct cbor_reader r;

	(void)state;
	assert_int_equal(
		fixture_cbor_read((const uint8_t *)"", 0, &offset), SKERRY_ERR_CBOR_TRUNCATED);
	assert_int_equal(offset, 0);
	cbor_reader_init(&r, NULL, 0);
	assert_int_equal(cbor_peek(&r), CBOR_NONE);
	assert_false(cbor_peek_null(&r));
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
}

static const char *const SAMPLES[] = {
	"a7 0175636f61703a2f2f61732e6578616d706c652e636f6d 02656572696b77 0378186"
	"36f61703a2f2f6c696768742e6578616d706c652e636f6d 041a5612aeb0 051a5610d9f0 061a5610d9f0"
	"07420b71", /* RFC 8392, appendix A.1 */
	"a6 01 68686f74656c687562 04 1a6b49d200 39ffff f6 3a00010000 a3 00 82 20 3903e7 01 a2 6161 "
	"f5"
	"6162 1903e8 02 83 83 00 01 4c000102030405060708090a0b 80 a0 6161 63e282ac 626162 f4",
	"84 43a10126 a0 54546869732069732074686520636f6e74656e742e 4401020304",
	"8181818181818181818181818181818100",
	"82 1bffffffffffffffff 3b7fffffffffffffff",
};

/* The bytes of a sample, which must be good as it is. */
static size_t
sample(size_t i, uint8_t ret_bytes[BYTES_MAX])
{
	size_t len = fixture_hex(SAMPLES[i], ret_bytes, 0, BYTES_MAX), offset;

	assert_int_equal(fixture_cbor_read(ret_bytes, len, &offset), SKERRY_OK);
	return len;
}

static void
every_truncation_is_refused_within_what_is_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(SAMPLES); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t len = sample(i, bytes);

		for (size_t cut = 0; cut < len; cut++) {
			size_t offset = UNTOUCHED;

			assert_int_not_equal(fixture_cbor_read(bytes, cut, &offset), SKERRY_OK);
			assert_true(offset <= cut);
		}
	}
}

static void
every_one_byte_change_reads_alike_in_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(SAMPLES); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t len = sample(i, bytes), offset;

		for (size_t at = 0; at < len; at++)
			for (unsigned change = 1; change < 256; change++) {
				bytes[at] = (uint8_t)(bytes[at] ^ change);
				fixture_cbor_read(bytes, len, &offset);
				bytes[at] = (uint8_t)(bytes[at] ^ change);
			}
	}
}

static void
random_bytes_read_alike_in_both_ways(void **state)
{
	uint64_t seed = 20270428;
	size_t accepted = 0;

	(void)state;
	for (unsigned round = 0; round < 300000; round++) {
		uint8_t bytes[12];
		size_t len, offset;

		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		len = seed >> 60;
		len = len < sizeof bytes ? len : sizeof bytes;
		for (size_t i = 0; i < len; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			/* Mostly short heads, so that some documents are good. */
			bytes[i] = (uint8_t)(seed >> 56 & (seed >> 40 & 1 ? 0xe3 : 0xff));
		}
		accepted += fixture_cbor_read(bytes, len, &offset) == SKERRY_OK;
	}
	assert_true(accepted > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_has_its_error_and_offset_wherever_it_stands),
		cmocka_unit_test(bytes_after_the_item_are_told_where_they_begin),
		cmocka_unit_test(nothing_at_all_is_truncated),
		cmocka_unit_test(every_truncation_is_refused_within_what_is_left),
		cmocka_unit_test(every_one_byte_change_reads_alike_in_both_ways),
		cmocka_unit_test(random_bytes_read_alike_in_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
