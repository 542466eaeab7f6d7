/* SPDX-License-Identifier: ISC */
/* COSE_Key: the three kinds there and back, what a thumbprint hashes, and everything else refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose_key.h"

#define X "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

enum { BYTES_MAX = 128 };

static size_t
from_hex(const char *hex, uint8_t *ret_bytes)
{
	size_t len = strlen(hex) / 2;

	assert_true(len <= BYTES_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ret_bytes[i] = (uint8_t)byte;
	}
	return len;
}

static const struct {
	const char *hex, *hashed;
	enum cose_curve curve;
	enum cose_alg alg;
} KINDS[] = {
	{ "a4010103272006215820" X, "a301012006215820" X, COSE_CURVE_ED25519, COSE_ALG_EDDSA },
	{ "a4010103322006215820" X, "a301012006215820" X, COSE_CURVE_ED25519, COSE_ALG_ED25519 },
	{ "a301012004215820" X, "a301012004215820" X, COSE_CURVE_X25519, COSE_ALG_NONE },
};

static const struct {
	const char *what, *hex;
	enum skerry_err err;
	size_t offset;
} REFUSED[] = {
	{ "empty", "", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "empty map", "a0", SKERRY_ERR_COSE_KEY, 0 },
	{ "a number", "01", SKERRY_ERR_COSE_KEY, 0 },
	{ "bytes after it", "a301012004215820" X "00", SKERRY_ERR_CBOR_TRAILING, 40 },
	{ "Ed25519 without algorithm", "a301012006215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "X25519 with algorithm", "a4010103272004215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "algorithm ES256", "a4010103262006215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "algorithm as text",
		"a4010103654564445341"
		"2006215820" X,
		SKERRY_ERR_COSE_KEY, 0 },
	{ "Ed448", "a4010103272007215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "kty EC2", "a4010203272006215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "kty missing", "a303272006215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "curve missing",
		"a30101032721"
		"5820" X,
		SKERRY_ERR_COSE_KEY, 0 },
	{ "x missing", "a3010103272006", SKERRY_ERR_COSE_KEY, 0 },
	{ "x one byte short",
		"a401010327200621581f"
		"000102030405060708090a0b0c0d0e0f"
		"101112131415161718191a1b1c1d1e",
		SKERRY_ERR_COSE_KEY, 0 },
	{ "x one byte long", "a4010103272006215821" X "20", SKERRY_ERR_COSE_KEY, 0 },
	{ "x as text", "a4010103272006217820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "kid", "a501010241aa03272006215820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "key_ops",
		"a50101032704810120"
		"06215820" X,
		SKERRY_ERR_COSE_KEY, 0 },
	{ "private part", "a5010103272006215820" X "235820" X, SKERRY_ERR_COSE_KEY, 0 },
	{ "labels unsorted", "a4010120060327215820" X, SKERRY_ERR_CBOR_KEY_ORDER, 5 },
	{ "label twice", "a4010101012006215820" X, SKERRY_ERR_CBOR_KEY_DUPLICATE, 3 },
	{ "number not shortest",
		"a40101033807"
		"2006215820" X,
		SKERRY_ERR_CBOR_NOT_SHORTEST, 4 },
	{ "tagged", "d865a4010103272006215820" X, SKERRY_ERR_CBOR_TAG, 0 },
	{ "x cut off",
		"a4010103272006215820"
		"0001",
		SKERRY_ERR_CBOR_LENGTH, 8 },
};

static void
each_kind_is_read_and_written_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		uint8_t bytes[BYTES_MAX], again[COSE_KEY_MAX];
		size_t bytes_len = from_hex(KINDS[i].hex, bytes), again_len, offset = 77;
		struct cose_key key;
		struct cbor_writer w;

		assert_int_equal(cose_key_parse(bytes, bytes_len, &key, &offset), SKERRY_OK);
		assert_int_equal(offset, 77);
		assert_int_equal(key.curve, KINDS[i].curve);
		assert_int_equal(key.alg, KINDS[i].alg);
		for (unsigned x = 0; x < COSE_KEY_X_LEN; x++)
			assert_int_equal(key.x[x], x);

		cbor_writer_init(&w, again, sizeof again);
		cose_key_write(&w, &key);
		assert_int_equal(cbor_writer_finish(&w, &again_len), SKERRY_OK);
		assert_int_equal(again_len, bytes_len);
		assert_memory_equal(again, bytes, bytes_len);
	}
}

static void
a_thumbprint_hashes_kty_curve_and_x(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		uint8_t bytes[BYTES_MAX], expected[BYTES_MAX], hashed[COSE_KEY_MAX];
		size_t bytes_len = from_hex(KINDS[i].hex, bytes), offset;
		size_t expected_len = from_hex(KINDS[i].hashed, expected);
		struct cose_key key;

		assert_int_equal(cose_key_parse(bytes, bytes_len, &key, &offset), SKERRY_OK);
		assert_int_equal(cose_key_thumbprint_input(&key, hashed), expected_len);
		assert_memory_equal(hashed, expected, expected_len);
	}
}

static void
anything_else_is_refused_at_its_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		uint8_t bytes[BYTES_MAX];
		size_t bytes_len = from_hex(REFUSED[i].hex, bytes), offset = 77;
		struct cose_key key, untouched;

		memset(&key, 0xee, sizeof key);
		untouched = key;
		print_message("%s\n", REFUSED[i].what);
		assert_int_equal(cose_key_parse(bytes, bytes_len, &key, &offset), REFUSED[i].err);
		assert_int_equal(offset, REFUSED[i].offset);
		assert_memory_equal(&key, &untouched, sizeof key);
	}
}

static void
every_one_byte_change_is_refused_or_another_key(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t bytes_len = from_hex(KINDS[0].hex, bytes), offset;
	struct cose_key key, changed;

	(void)state;
	assert_int_equal(cose_key_parse(bytes, bytes_len, &key, &offset), SKERRY_OK);
	for (size_t at = 0; at < bytes_len; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			bytes[at] = (uint8_t)(bytes[at] ^ flip);
			if (cose_key_parse(bytes, bytes_len, &changed, &offset) == SKERRY_OK)
				assert_false(cose_key_same(&key, &changed));
			bytes[at] = (uint8_t)(bytes[at] ^ flip);
		}
	for (size_t len = 0; len < bytes_len; len++)
		assert_int_not_equal(cose_key_parse(bytes, len, &changed, &offset), SKERRY_OK);
}

static void
an_impossible_key_is_not_written(void **state)
{
	static const struct cose_key IMPOSSIBLE[] = {
		{ .curve = COSE_CURVE_ED25519, .alg = COSE_ALG_NONE },
		{ .curve = COSE_CURVE_X25519, .alg = COSE_ALG_EDDSA },
		{ .curve = COSE_CURVE_X25519, .alg = COSE_ALG_ED25519 },
		{ .curve = (enum cose_curve)7, .alg = COSE_ALG_EDDSA },
	};

	(void)state;
	for (size_t i = 0; i < sizeof IMPOSSIBLE / sizeof *IMPOSSIBLE; i++) {
		uint8_t bytes[COSE_KEY_MAX];
		size_t len = 77;
		struct cbor_writer w;

		cbor_writer_init(&w, bytes, sizeof bytes);
		cose_key_write(&w, &IMPOSSIBLE[i]);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_ARGUMENT);
		assert_int_equal(len, 77);
	}
}

static void
keys_are_the_same_only_in_curve_algorithm_and_x(void **state)
{
	struct cose_key a = { COSE_CURVE_ED25519, COSE_ALG_EDDSA, { 1, 2, 3 } }, b = a;

	(void)state;
	assert_true(cose_key_same(&a, &b));
	b.alg = COSE_ALG_ED25519;
	assert_false(cose_key_same(&a, &b));
	assert_true(cose_key_same_point(&a, &b));
	b = a;
	b.curve = COSE_CURVE_X25519;
	assert_false(cose_key_same(&a, &b));
	assert_true(cose_key_same_point(&a, &b));
	b = a;
	b.x[COSE_KEY_X_LEN - 1] = 1;
	assert_false(cose_key_same(&a, &b));
	assert_false(cose_key_same_point(&a, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_read_and_written_alike),
		cmocka_unit_test(a_thumbprint_hashes_kty_curve_and_x),
		cmocka_unit_test(anything_else_is_refused_at_its_offset),
		cmocka_unit_test(every_one_byte_change_is_refused_or_another_key),
		cmocka_unit_test(an_impossible_key_is_not_written),
		cmocka_unit_test(keys_are_the_same_only_in_curve_algorithm_and_x),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
