/* SPDX-License-Identifier: ISC */
/*
 * The CWT examples of RFC 8392, appendix A: claims within the profile are read, the date as a
 * floating-point number (A.7) is refused, and so is every envelope: another algorithm, a MAC,
 * encryption.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/claims.h"
#include "formats/cose.h"
#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_vectors.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { BYTES_MAX = 2048 };

static const struct example {
	const char *file;
	enum skerry_err message_err;
	size_t message_offset;
	enum skerry_err content_err; /* of the content as an item of the profile */
	size_t content_offset;
	bool has_claims; /* those of appendix A.1 */
} EXAMPLES[] = {
	/* Signed with ES256. */
	{ "A_3.json", SKERRY_ERR_COSE_ALGORITHM, 5, SKERRY_OK, 0, true },
	/* COSE_Mac0. */
	{ "A_4.json", SKERRY_ERR_CBOR_TAG, 0, SKERRY_OK, 0, true },
	/* COSE_Encrypt0. */
	{ "A_5.json", SKERRY_ERR_CBOR_TAG, 0, SKERRY_OK, 0, true },
	/* COSE_Encrypt0 around a COSE_Sign1. */
	{ "A_6.json", SKERRY_ERR_CBOR_TAG, 0, SKERRY_ERR_CBOR_TAG, 0, false },
	/* COSE_Mac0; iat is 1443944944.5. */
	{ "A_7.json", SKERRY_ERR_CBOR_TAG, 0, SKERRY_ERR_CBOR_FLOAT, 2, false },
};

static size_t
example_bytes(const json_t *example, const char *const *path, uint8_t ret_bytes[BYTES_MAX])
{
	return fixture_hex(fixture_vectors_string(example, path), ret_bytes, 0, BYTES_MAX);
}

/* Reads the claims of appendix A.1 as a document's are read. */
static void
assert_claims(const uint8_t *bytes, size_t len)
{
	struct cbor_reader r;
	struct claims claims;
	int64_t label;
	unsigned read = 0;
	size_t offset;

	cbor_reader_init(&r, bytes, len);
	claims_begin(&r, &claims);
	for (; claims_next(&r, &claims, &label); read++)
		switch (label) {
		case CLAIM_ISS:
			assert_true(cbor_text_equals(
				claims_read_text(&r, 64), "coap://as.example.com"));
			break;
		case CLAIM_SUB:
			assert_true(cbor_text_equals(claims_read_text(&r, 64), "erikw"));
			break;
		case CLAIM_AUD:
			assert_true(cbor_text_equals(
				claims_read_text(&r, 64), "coap://light.example.com"));
			break;
		case CLAIM_EXP:
			assert_int_equal(claims_read_date(&r), 1444064944);
			break;
		case CLAIM_NBF:
		case CLAIM_IAT:
			assert_int_equal(claims_read_date(&r), 1443944944);
			break;
		case CLAIM_CTI:
			assert_memory_equal(cbor_read_fixed(&r, 2), "\x0b\x71", 2);
			break;
		default:
			fail();
		}
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
	assert_int_equal(read, 7);
}

static void
check_example(const struct example *expected)
{
	static const char *const MESSAGE[] = { "output", "cbor", NULL }, *const CONTENT[] = {
		"input", "plaintext_hex", NULL
	};
	json_t *example = fixture_vectors_json("cwt", expected->file);
	uint8_t bytes[BYTES_MAX];
	struct cose_sign1 message;
	size_t offset = 0, len = example_bytes(example, MESSAGE, bytes);

	assert_int_equal(cose_sign1_parse(bytes, len, &message, &offset), expected->message_err);
	assert_int_equal(offset, expected->message_offset);

	offset = 0;
	len = example_bytes(example, CONTENT, bytes);
	assert_int_equal(fixture_cbor_read(bytes, len, &offset), expected->content_err);
	assert_int_equal(offset, expected->content_offset);
	if (expected->has_claims)
		assert_claims(bytes, len);
	json_decref(example);
}

static void
claims_within_the_profile_are_read_and_all_else_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(EXAMPLES); i++)
		check_example(&EXAMPLES[i]);
}

static void
a_message_inside_an_encrypted_one_is_refused_as_it_is_alone(void **state)
{
	static const char *const CONTENT[] = { "input", "plaintext_hex", NULL };
	json_t *example = fixture_vectors_json("cwt", "A_6.json");
	uint8_t bytes[BYTES_MAX];
	struct cose_sign1 message;
	size_t offset = 0, len = example_bytes(example, CONTENT, bytes);

	(void)state;
	assert_int_equal(
		cose_sign1_parse(bytes, len, &message, &offset), SKERRY_ERR_COSE_ALGORITHM);
	assert_int_equal(offset, 5);
	json_decref(example);
}

static void
the_bytes_to_sign_are_those_of_appendix_a3(void **state)
{
	static const char *const TBS[] = { "intermediates", "ToBeSign_hex", NULL },
				 *const CONTENT[] = { "input", "plaintext_hex", NULL };
	static const uint8_t PROTECTED[] = { 0xa1, 0x01, 0x26 };
	json_t *example = fixture_vectors_json("cwt", "A_3.json");
	uint8_t content[BYTES_MAX], wanted[BYTES_MAX], tbs[BYTES_MAX];
	size_t content_len = example_bytes(example, CONTENT, content),
	       wanted_len = example_bytes(example, TBS, wanted), tbs_len = 0;

	(void)state;
	assert_int_equal(
		cose_sign1_tbs((struct cbor_bytes){ PROTECTED, sizeof PROTECTED },
			(struct cbor_bytes){ content, content_len }, tbs, sizeof tbs, &tbs_len),
		SKERRY_OK);
	assert_int_equal(tbs_len, wanted_len);
	assert_memory_equal(tbs, wanted, tbs_len);
	json_decref(example);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_within_the_profile_are_read_and_all_else_is_refused),
		cmocka_unit_test(a_message_inside_an_encrypted_one_is_refused_as_it_is_alone),
		cmocka_unit_test(the_bytes_to_sign_are_those_of_appendix_a3),
	};

	if (!fixture_vectors_found("cwt"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
