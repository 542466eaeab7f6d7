/* SPDX-License-Identifier: ISC */
/*
 * The CBOR working group's vectors for RFC 8949. What lies within the deterministic profile is
 * accepted and written again as the same bytes; all else, well-formed or not, is refused with the
 * profile's own error. Each vector has its expectation: a new one fails until somebody judges it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_vectors.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

struct expectation {
	const char *description; /* or its beginning, where it ends in '*' */
	enum skerry_err err;
	size_t offset;
};

static const struct expectation GOOD[] = {
	{ "u8: non-preferred 0", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u8: max", SKERRY_OK, 0 },
	{ "s8: -1, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "s8: min", SKERRY_OK, 0 },
	{ "u16: max", SKERRY_OK, 0 },
	{ "u16: 0, non-preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "s16: min", SKERRY_OK, 0 },
	{ "s16: -1, non-preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u32: max", SKERRY_OK, 0 },
	{ "u32: 0, non-preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u32: 65535, non-preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "s32: -65537", SKERRY_OK, 0 },
	{ "s32: min", SKERRY_OK, 0 },
	{ "u64: 0, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u64: 65535, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u64: 65536, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "u64: MAX_SAFE_INTEGER", SKERRY_OK, 0 },
	{ "u64: MIN_SAFE_INTEGER", SKERRY_OK, 0 },
	{ "s64: -1, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "s64: -65536, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "s64: -65537, not preferred", SKERRY_ERR_CBOR_NOT_SHORTEST, 0 },
	{ "MAX_SAFE_INTEGER + *", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "MIN_SAFE_INTEGER - *", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "f16: *", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "f32: *", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "f64: *", SKERRY_ERR_CBOR_FLOAT, 0 },
	{ "bigint: *", SKERRY_ERR_CBOR_TAG, 0 },
	{ "string: *", SKERRY_OK, 0 },
	{ "Date: *", SKERRY_ERR_CBOR_TAG, 0 },
	{ "Map: -0 key", SKERRY_ERR_CBOR_FLOAT, 1 },
	{ "Map: interesting keys", SKERRY_ERR_CBOR_TYPE, 2 }, /* the first one is an array */
	{ "array: deeply-nested", SKERRY_ERR_CBOR_DEPTH, 16 },
	{ "map: deeply-nested key", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "map: deeply-nested value", SKERRY_ERR_CBOR_DEPTH, 32 },
	{ "JS: __proto__ should be escaped (security)", SKERRY_OK, 0 },
};

static const struct expectation BAD[] = {
	{ "Missing the next *", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "Invalid AI: *", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "Invalid streaming AI: *", SKERRY_ERR_CBOR_RESERVED, 0 },
	{ "bytes: Only 3 bytes, not 4", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "bytes: Indeterminate *", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "utf8: Only 3 bytes, not 4", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "utf8: Length 20 only has 4 bytes", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "utf8: Indeterminate *", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "utf8: no BREAK", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "utf8: invalid utf8", SKERRY_ERR_CBOR_UTF8, 0 },
	{ "array: missing item", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "array: missing second item", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "array: nested missing item", SKERRY_ERR_CBOR_LENGTH, 4 },
	{ "array: deeply-nested missing item", SKERRY_ERR_CBOR_DEPTH, 16 },
	{ "array: invalid item", SKERRY_ERR_CBOR_RESERVED, 1 },
	{ "array: indeterminate *", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "array: streamed containing invalid", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	/* Seventeen entries claimed and one byte left: told before the break is looked at. */
	{ "array: unexpected BREAK", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "map: expected key", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "map: invalid key", SKERRY_ERR_CBOR_RESERVED, 1 },
	{ "map: missing value", SKERRY_ERR_CBOR_TRUNCATED, 3 },
	{ "map: invalid value", SKERRY_ERR_CBOR_RESERVED, 3 },
	{ "map: 1 key expecting 2", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "map: streaming*", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "map: unexpected BREAK in key", SKERRY_ERR_CBOR_LENGTH, 0 },
	{ "map: unexpected BREAK in value", SKERRY_ERR_CBOR_INDEFINITE, 2 },
	{ "unexpected BREAK", SKERRY_ERR_CBOR_INDEFINITE, 0 },
	{ "date: unexpected object *", SKERRY_ERR_CBOR_TAG, 0 },
};

static bool
fits(const char *description, const char *pattern)
{
	const char *star = strchr(pattern, '*');

	return star == NULL ? strcmp(description, pattern) == 0
			    : strncmp(description, pattern, (size_t)(star - pattern)) == 0;
}

static const struct expectation *
expectation_of(const char *description, const struct expectation *table, size_t table_len)
{
	for (size_t i = 0; i < table_len; i++)
		if (fits(description, table[i].description))
			return &table[i];
	fail_msg("no expectation for \"%s\"", description);
	return NULL;
}

static void
assert_as_expected(const char *file, const struct expectation *table, size_t table_len)
{
	struct fixture_vector vectors[FIXTURE_VECTORS_MAX];
	size_t vectors_len = fixture_vectors_cbor("cbor", file, vectors), accepted = 0;

	for (size_t i = 0; i < vectors_len; i++) {
		const struct expectation *expected =
			expectation_of(vectors[i].description, table, table_len);
		size_t offset = 0;
		enum skerry_err err =
			fixture_cbor_read(vectors[i].encoded, vectors[i].encoded_len, &offset);

		if (err != expected->err || offset != expected->offset)
			print_message("%s: %s at %zu\n", vectors[i].description,
				skerry_err_name(err), offset);
		assert_int_equal(err, expected->err);
		assert_int_equal(offset, expected->offset);
		accepted += err == SKERRY_OK;
	}
	print_message("%s: %zu vectors, %zu within the profile\n", file, vectors_len, accepted);
	fixture_vectors_free(vectors, vectors_len);
}

static void
good_vectors_are_read_or_refused_as_outside_the_profile(void **state)
{
	(void)state;
	assert_as_expected("rfc8949_good.cbor", GOOD, LEN(GOOD));
}

static void
bad_vectors_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(BAD); i++)
		assert_int_not_equal(BAD[i].err, SKERRY_OK);
	assert_as_expected("rfc8949_bad.cbor", BAD, LEN(BAD));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_vectors_are_read_or_refused_as_outside_the_profile),
		cmocka_unit_test(bad_vectors_are_refused),
	};

	if (!fixture_vectors_found("cbor"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
