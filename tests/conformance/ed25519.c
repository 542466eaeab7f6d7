/* SPDX-License-Identifier: ISC */
/*
 * Wycheproof's Ed25519 cases: each valid signature passes, each other one is refused, be it by the
 * signature check or, where it is not 64 bytes long, by the envelope before that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"
#include "keys/random.h"
#include "keys/verify.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_vectors.h"

enum { BYTES_MAX = 4096, CASES = 151, VALID = 88 };

static struct cose_key
group_key(const json_t *group)
{
	static const char *const PK[] = { "publicKey", "pk", NULL };
	struct cose_key key = { .curve = COSE_CURVE_ED25519, .alg = COSE_ALG_EDDSA };

	assert_int_equal(fixture_hex(fixture_vectors_string(group, PK), key.x, 0, sizeof key.x),
		sizeof key.x);
	return key;
}

/* What the envelope says about a signature of that length. */
static enum skerry_err
envelope_error(const uint8_t *signature, size_t signature_len)
{
	static const uint8_t KID[COSE_KID_LEN] = { 0 };
	uint8_t header[COSE_PROTECTED_MAX], bytes[BYTES_MAX];
	size_t header_len, len, offset;
	struct cose_sign1 message;
	struct cbor_writer w;
	struct cbor_map_out unprotected;

	assert_int_equal(
		cose_protected_write(COSE_ALG_EDDSA, KID, "t", header, &header_len), SKERRY_OK);
	cbor_writer_init(&w, bytes, sizeof bytes);
	cbor_write_tag(&w, COSE_TAG_SIGN1);
	cbor_write_array(&w, 4);
	cbor_write_bytes(&w, header, header_len);
	cbor_map_open(&w, &unprotected);
	cbor_map_close(&w, &unprotected);
	cbor_write_bytes(&w, NULL, 0);
	cbor_write_bytes(&w, signature, signature_len);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return cose_sign1_parse(bytes, len, &message, &offset);
}

static bool
check_case(const json_t *test, const struct cose_key *key)
{
	static const char *const MSG[] = { "msg", NULL }, *const SIG[] = { "sig", NULL },
				 *const RESULT[] = { "result", NULL },
				 *const COMMENT[] = { "comment", NULL };
	uint8_t message[BYTES_MAX], signature[BYTES_MAX];
	size_t len = fixture_hex(fixture_vectors_string(test, MSG), message, 0, BYTES_MAX);
	size_t signature_len =
		fixture_hex(fixture_vectors_string(test, SIG), signature, 0, BYTES_MAX);
	bool is_valid = strcmp(fixture_vectors_string(test, RESULT), "valid") == 0;
	enum skerry_err err, expected = is_valid ? SKERRY_OK : SKERRY_ERR_SIGNATURE;

	if (signature_len == COSE_SIGNATURE_LEN) {
		assert_int_equal(envelope_error(signature, signature_len), SKERRY_OK);
		err = verify_bytes(key, message, len, signature);
	} else {
		err = envelope_error(signature, signature_len);
		expected = SKERRY_ERR_COSE_SIGNATURE_LENGTH;
		assert_false(is_valid);
	}
	if (err != expected)
		print_message("case %lld, %s: %s\n",
			(long long)json_integer_value(json_object_get(test, "tcId")),
			fixture_vectors_string(test, COMMENT), skerry_err_name(err));
	assert_int_equal(err, expected);
	return is_valid;
}

static void
valid_signatures_pass_and_all_others_are_refused(void **state)
{
	json_t *file = fixture_vectors_json("ed25519", "wycheproof_ed25519.json");
	const json_t *group, *test;
	size_t i, k, cases = 0, valid = 0;

	(void)state;
	json_array_foreach(json_object_get(file, "testGroups"), i, group)
	{
		struct cose_key key = group_key(group);

		json_array_foreach(json_object_get(group, "tests"), k, test)
		{
			valid += check_case(test, &key);
			cases++;
		}
	}
	assert_int_equal(cases, CASES);
	assert_int_equal(valid, VALID);
	json_decref(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_signatures_pass_and_all_others_are_refused),
	};

	if (!fixture_vectors_found("ed25519"))
		return 0;
	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
