/* SPDX-License-Identifier: ISC */
/*
 * The COSE working group's examples. Their headers are not the profile's (kid is unprotected, no
 * typ), so each is refused as a message, with the error that comes first in it. The bytes that a
 * signature covers are rebuilt from their parts and must be the example's, and where the algorithm
 * is Ed25519 the signature must pass.
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

#define LEN(table) (sizeof(table) / sizeof *(table))

enum { BYTES_MAX = 2048 };

enum bytes_to_sign {
	SAME,    /* as the example has them */
	CHANGED, /* the message was changed after signing, or more was signed than it holds */
};

static const struct example {
	const char *file;
	enum skerry_err err; /* of the message, read as the profile has it */
	size_t offset;
	enum bytes_to_sign to_sign;
	bool is_ed25519;
} EXAMPLES[] = {
	/* Content type (3) beside or instead of the headers that are allowed. */
	{ "eddsa-01.json", SKERRY_ERR_COSE_HEADER_UNKNOWN, 5, SAME, true },
	{ "eddsa-sig-01.json", SKERRY_ERR_COSE_HEADER_UNKNOWN, 6, SAME, true },
	/* Ed448: alg is -8 there too, so the empty body header is what shows first. */
	{ "eddsa-02.json", SKERRY_ERR_COSE_HEADER_MISSING, 3, SAME, false },
	/* ES256. */
	{ "sign-pass-01.json", SKERRY_ERR_COSE_HEADER_MISSING, 3, SAME, false },
	{ "sign-pass-02.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false }, /* external_aad */
	{ "sign-pass-03.json", SKERRY_ERR_CBOR_TYPE, 0, SAME, false },         /* no tag */
	{ "sign-fail-01.json", SKERRY_ERR_CBOR_TAG, 0, SAME, false },          /* tag 998 */
	{ "sign-fail-02.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false },
	{ "sign-fail-03.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false }, /* alg -999 */
	{ "sign-fail-04.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false }, /* alg as text */
	{ "sign-fail-06.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false },
	{ "sign-fail-07.json", SKERRY_ERR_COSE_ALGORITHM, 5, CHANGED, false },
};

/* The parts of any COSE_Sign1, or of a COSE_Sign with one signer, whatever its headers. */
struct parts {
	struct cbor_bytes body_protected, sign_protected, payload, signature;
	bool is_sign1;
};

/* RFC 9052, section 4.4: an empty map counts as an empty string. */
static struct cbor_bytes
read_protected(struct cbor_reader *r)
{
	struct cbor_bytes bytes = cbor_read_bytes(r, SIZE_MAX);

	return bytes.len == 1 && bytes.data[0] == 0xa0 ? (struct cbor_bytes){ NULL, 0 } : bytes;
}

static struct parts
parts_of(const uint8_t *bytes, size_t len)
{
	struct cbor_reader r;
	struct parts parts = { .is_sign1 = true };
	size_t offset;

	/* Whatever tag is there: the reader takes only one that is asked for. */
	for (; len > 0 && bytes[0] >> 5 != CBOR_ARRAY; bytes++)
		len--;
	cbor_reader_init(&r, bytes, len);
	assert_int_equal(cbor_array_begin(&r, 4), 4);
	parts.body_protected = read_protected(&r);
	cbor_skip(&r);
	parts.payload = cbor_read_bytes(&r, SIZE_MAX);
	if (cbor_peek(&r) == CBOR_ARRAY) {
		parts.is_sign1 = false;
		assert_int_equal(cbor_array_begin(&r, 1), 1);
		assert_int_equal(cbor_array_begin(&r, 3), 3);
		parts.sign_protected = read_protected(&r);
		cbor_skip(&r);
	}
	parts.signature = cbor_read_bytes(&r, SIZE_MAX);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
	return parts;
}

static const json_t *
only_signer(const json_t *array)
{
	assert_int_equal(json_array_size(array), 1);
	return json_array_get(array, 0);
}

/* The bytes to be signed, as the example spells them. */
static size_t
example_tbs(const json_t *example, uint8_t ret_bytes[BYTES_MAX])
{
	static const char *const HEX[] = { "ToBeSign_hex", NULL };
	const json_t *from = json_object_get(example, "intermediates");

	if (json_object_get(from, "signers") != NULL)
		from = only_signer(json_object_get(from, "signers"));
	return fixture_hex(fixture_vectors_string(from, HEX), ret_bytes, 0, BYTES_MAX);
}

/* The example's public key, an Ed25519 one. */
static struct cose_key
example_key(const json_t *example)
{
	static const char *const X[] = { "key", "x_hex", NULL };
	const json_t *input = json_object_get(example, "input"),
		     *signer = json_object_get(input, "sign0");
	struct cose_key key = { .curve = COSE_CURVE_ED25519, .alg = COSE_ALG_EDDSA };

	if (signer == NULL)
		signer = only_signer(json_object_get(json_object_get(input, "sign"), "signers"));
	assert_int_equal(fixture_hex(fixture_vectors_string(signer, X), key.x, 0, sizeof key.x),
		sizeof key.x);
	return key;
}

static size_t
rebuilt_tbs(const struct parts *parts, uint8_t ret_bytes[BYTES_MAX])
{
	size_t len = 0;
	enum skerry_err err = parts->is_sign1
				      ? cose_sign1_tbs(parts->body_protected, parts->payload,
						ret_bytes, BYTES_MAX, &len)
				      : cose_sign_tbs(parts->body_protected, parts->sign_protected,
						parts->payload, ret_bytes, BYTES_MAX, &len);

	assert_int_equal(err, SKERRY_OK);
	return len;
}

static void
assert_refused_as_message(const struct example *expected, const uint8_t *bytes, size_t len)
{
	struct cose_sign1 one;
	struct cose_sign many;
	size_t offset = 0;
	enum skerry_err err = len > 2 && bytes[0] == 0xd8 && bytes[1] == COSE_TAG_SIGN
				      ? cose_sign_parse(bytes, len, &many, &offset)
				      : cose_sign1_parse(bytes, len, &one, &offset);

	if (err != expected->err || offset != expected->offset)
		print_message("%s: %s at %zu\n", expected->file, skerry_err_name(err), offset);
	assert_int_equal(err, expected->err);
	assert_int_equal(offset, expected->offset);
}

static void
assert_signature_passes(
	const json_t *example, const uint8_t *tbs, size_t tbs_len, struct cbor_bytes signature)
{
	struct cose_key key = example_key(example);
	uint8_t changed[BYTES_MAX];

	assert_int_equal(signature.len, COSE_SIGNATURE_LEN);
	assert_int_equal(verify_bytes(&key, tbs, tbs_len, signature.data), SKERRY_OK);
	memcpy(changed, tbs, tbs_len);
	changed[tbs_len - 1] ^= 1;
	assert_int_equal(
		verify_bytes(&key, changed, tbs_len, signature.data), SKERRY_ERR_SIGNATURE);
}

static void
check_example(const struct example *expected)
{
	static const char *const HEX[] = { "output", "cbor", NULL };
	json_t *example = fixture_vectors_json("cose", expected->file);
	uint8_t message[BYTES_MAX], wanted[BYTES_MAX], tbs[BYTES_MAX];
	size_t len = fixture_hex(fixture_vectors_string(example, HEX), message, 0, BYTES_MAX);
	size_t wanted_len = example_tbs(example, wanted), tbs_len;
	struct parts parts = parts_of(message, len);

	tbs_len = rebuilt_tbs(&parts, tbs);
	if (expected->to_sign == SAME) {
		assert_int_equal(tbs_len, wanted_len);
		assert_memory_equal(tbs, wanted, tbs_len);
	} else {
		assert_false(tbs_len == wanted_len && memcmp(tbs, wanted, tbs_len) == 0);
	}
	assert_refused_as_message(expected, message, len);
	if (expected->is_ed25519)
		assert_signature_passes(example, tbs, tbs_len, parts.signature);
	json_decref(example);
}

static void
each_example_gives_its_bytes_and_its_refusal(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(EXAMPLES); i++)
		check_example(&EXAMPLES[i]);
}

static void
no_example_is_left_out(void **state)
{
	char files[FIXTURE_VECTORS_MAX][FIXTURE_DESCRIPTION_MAX];
	size_t files_len = fixture_vectors_files("cose", files);

	(void)state;
	for (size_t i = 0; i < files_len; i++) {
		bool is_known = false;

		for (size_t k = 0; k < LEN(EXAMPLES); k++)
			is_known |= strcmp(files[i], EXAMPLES[k].file) == 0;
		if (!is_known)
			print_message("no expectation for %s\n", files[i]);
		assert_true(is_known);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_example_gives_its_bytes_and_its_refusal),
		cmocka_unit_test(no_example_is_left_out),
	};

	if (!fixture_vectors_found("cose"))
		return 0;
	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
