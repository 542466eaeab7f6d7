/* SPDX-License-Identifier: ISC */
/*
 * COSE_Sign1 and COSE_Sign in the profile: each refusal with its error and offset, one encoding
 * for each message, the bytes that a signature covers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"
#include "tests/unit/fixture_hex.h"

#define LEN(table) (sizeof(table) / sizeof *(table))

#define KID "0102030405060708"
#define KID_2 "0102030405060709"
#define TEN "00112233445566778899"
#define SIGNATURE_63 TEN TEN TEN TEN TEN TEN "aabbcc"
#define SIGNATURE "5840" SIGNATURE_63 "dd"
#define TEXT_16 "6162636465666768696a6b6c6d6e6f70"
#define TEXT_64 TEXT_16 TEXT_16 TEXT_16 TEXT_16

/* {1: -8, 4: h'...', 16: "t"}, {}, h'00': what follows the tag and the array of a good message. */
#define SIGN1_HEADER "50 a3 0127 0448" KID "106174"
#define SIGN1_REST "a0 4100" SIGNATURE

/* {16: "t"}, {}, h'00', and one signer {1: -8, 4: h'...'}. */
#define SIGN_BODY "44 a1106174 a0 4100"
#define SIGNER "83 4d a2 0127 0448" KID "a0" SIGNATURE
#define SIGNER_2 "83 4d a2 0132 0448" KID_2 "a0" SIGNATURE

enum { BYTES_MAX = 2048, UNTOUCHED = 77777 };

struct refusal {
	const char *what, *hex;
	enum skerry_err err;
	size_t offset;
};

static const char GOOD_SIGN1[] = "d2 84" SIGN1_HEADER SIGN1_REST;

static const struct refusal SIGN1_REFUSED[] = {
	{ "empty", "", SKERRY_ERR_CBOR_TRUNCATED, 0 },
	{ "no tag", "84" SIGN1_HEADER SIGN1_REST, SKERRY_ERR_CBOR_TYPE, 0 },
	{ "tag of COSE_Sign", "d862 84" SIGN1_HEADER SIGN1_REST, SKERRY_ERR_CBOR_TAG, 0 },
	{ "tag of CWT before it", "d83d d2 84" SIGN1_HEADER SIGN1_REST, SKERRY_ERR_CBOR_TAG, 0 },
	{ "tag twice", "d2 d2 84" SIGN1_HEADER SIGN1_REST, SKERRY_ERR_CBOR_TAG, 1 },
	{ "bytes after it", "d2 84" SIGN1_HEADER SIGN1_REST "00", SKERRY_ERR_CBOR_TRAILING, 88 },
	{ "map", "d2 a1 00 00", SKERRY_ERR_CBOR_TYPE, 1 },
	{ "no parts", "d2 80", SKERRY_ERR_CBOR_COUNT, 1 },
	{ "three parts", "d2 83" SIGN1_HEADER "a0 4100", SKERRY_ERR_CBOR_COUNT, 1 },
	{ "five parts", "d2 85" SIGN1_HEADER SIGN1_REST "00", SKERRY_ERR_CBOR_COUNT, 1 },

	{ "protected as map", "d2 84 a0" SIGN1_REST, SKERRY_ERR_CBOR_TYPE, 2 },
	{ "protected as null", "d2 84 f6" SIGN1_REST, SKERRY_ERR_CBOR_TYPE, 2 },
	{ "protected empty", "d2 84 40" SIGN1_REST, SKERRY_ERR_COSE_HEADER_MISSING, 2 },
	{ "protected empty map", "d2 84 41a0" SIGN1_REST, SKERRY_ERR_COSE_HEADER_MISSING, 3 },
	{ "protected too long", "d2 84 5861 a1 10 785c" TEXT_64 TEXT_16 TEN "6162" SIGN1_REST,
		SKERRY_ERR_CBOR_COUNT, 2 },
	{ "protected holds an array", "d2 84 4180" SIGN1_REST, SKERRY_ERR_CBOR_TYPE, 3 },
	{ "protected breaks off", "d2 84 43 a1 01 38 07" SIGN1_REST, SKERRY_ERR_CBOR_TRUNCATED, 5 },
	{ "a header reaches out of protected", "d2 84 4b a2 0127 0448 010203040506 0708" SIGN1_REST,
		SKERRY_ERR_CBOR_LENGTH, 7 },
	{ "bytes after the headers", "d2 84 51 a3 0127 0448" KID "106174 00" SIGN1_REST,
		SKERRY_ERR_CBOR_TRAILING, 19 },
	{ "headers unsorted", "d2 84 50 a3 0448" KID "0127 106174" SIGN1_REST,
		SKERRY_ERR_CBOR_KEY_ORDER, 14 },
	{ "header twice", "d2 84 52 a4 0127 0127 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_CBOR_KEY_DUPLICATE, 6 },
	{ "header head not shortest", "d2 84 51 a3 180127 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_CBOR_NOT_SHORTEST, 4 },

	{ "without alg", "d2 84 4e a2 0448" KID "106174" SIGN1_REST, SKERRY_ERR_COSE_HEADER_MISSING,
		3 },
	{ "without kid", "d2 84 46 a2 0127 106174" SIGN1_REST, SKERRY_ERR_COSE_HEADER_MISSING, 3 },
	{ "without typ", "d2 84 4d a2 0127 0448" KID SIGN1_REST, SKERRY_ERR_COSE_HEADER_MISSING,
		3 },
	{ "crit", "d2 84 54 a4 0127 02811863 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 6 },
	{ "content type", "d2 84 52 a4 0127 0300 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 6 },
	{ "IV", "d2 84 53 a4 0127 0448" KID "054100 106174" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 16 },
	{ "CWT claims", "d2 84 52 a4 0127 0448" KID "0fa0 106174" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 16 },
	{ "x5t", "d2 84 53 a4 0127 0448" KID "106174 182200" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 19 },
	{ "label 0", "d2 84 52 a4 0000 0127 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 4 },
	{ "negative label", "d2 84 52 a4 0127 0448" KID "106174 2000" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 19 },
	{ "text label", "d2 84 53 a4 0127 0448" KID "106174 616100" SIGN1_REST,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 19 },

	{ "ES256", "d2 84 50 a3 0126 0448" KID "106174" SIGN1_REST, SKERRY_ERR_COSE_ALGORITHM, 5 },
	{ "ECDH", "d2 84 51 a3 013818 0448" KID "106174" SIGN1_REST, SKERRY_ERR_COSE_ALGORITHM, 5 },
	{ "alg 8", "d2 84 50 a3 0108 0448" KID "106174" SIGN1_REST, SKERRY_ERR_COSE_ALGORITHM, 5 },
	{ "alg null", "d2 84 50 a3 01f6 0448" KID "106174" SIGN1_REST, SKERRY_ERR_COSE_ALGORITHM,
		5 },
	{ "alg as text", "d2 84 55 a3 01654564445341 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_COSE_ALGORITHM, 5 },
	{ "alg below int64", "d2 84 5818 a3 013bffffffffffffffff 0448" KID "106174" SIGN1_REST,
		SKERRY_ERR_COSE_ALGORITHM, 6 },
	{ "alg a float", "d2 84 52 a3 01f9c800 0448" KID "106174" SIGN1_REST, SKERRY_ERR_CBOR_FLOAT,
		5 },

	{ "kid of 7 bytes", "d2 84 4f a3 0127 0447 01020304050607 106174" SIGN1_REST,
		SKERRY_ERR_COSE_KID, 7 },
	{ "kid of 9 bytes", "d2 84 51 a3 0127 0449" KID "09 106174" SIGN1_REST, SKERRY_ERR_COSE_KID,
		7 },
	{ "kid empty", "d2 84 48 a3 0127 0440 106174" SIGN1_REST, SKERRY_ERR_COSE_KID, 7 },
	{ "kid as text", "d2 84 50 a3 0127 0468 6162636465666768 106174" SIGN1_REST,
		SKERRY_ERR_COSE_KID, 7 },
	{ "kid as number", "d2 84 48 a3 0127 0401 106174" SIGN1_REST, SKERRY_ERR_COSE_KID, 7 },

	{ "typ as number", "d2 84 4f a3 0127 0448" KID "1000" SIGN1_REST, SKERRY_ERR_COSE_TYPE,
		17 },
	{ "typ as bytes", "d2 84 50 a3 0127 0448" KID "104174" SIGN1_REST, SKERRY_ERR_COSE_TYPE,
		17 },
	{ "typ too long", "d2 84 5851 a3 0127 0448" KID "107841" TEXT_64 "71" SIGN1_REST,
		SKERRY_ERR_COSE_TYPE, 18 },
	{ "typ not UTF-8", "d2 84 50 a3 0127 0448" KID "106180" SIGN1_REST, SKERRY_ERR_CBOR_UTF8,
		17 },

	{ "kid unprotected", "d2 84" SIGN1_HEADER "a1 0448" KID "4100" SIGNATURE,
		SKERRY_ERR_COSE_UNPROTECTED, 20 },
	{ "text unprotected", "d2 84" SIGN1_HEADER "a1 616100 4100" SIGNATURE,
		SKERRY_ERR_COSE_UNPROTECTED, 20 },
	{ "unprotected as bytes", "d2 84" SIGN1_HEADER "41a0 4100" SIGNATURE, SKERRY_ERR_CBOR_TYPE,
		19 },
	{ "payload detached", "d2 84" SIGN1_HEADER "a0 f6" SIGNATURE, SKERRY_ERR_CBOR_TYPE, 20 },
	{ "payload as text", "d2 84" SIGN1_HEADER "a0 6161" SIGNATURE, SKERRY_ERR_CBOR_TYPE, 20 },
	{ "signature empty", "d2 84" SIGN1_HEADER "a0 4100 40", SKERRY_ERR_COSE_SIGNATURE_LENGTH,
		22 },
	{ "signature a byte short", "d2 84" SIGN1_HEADER "a0 4100 583f" SIGNATURE_63,
		SKERRY_ERR_COSE_SIGNATURE_LENGTH, 22 },
	{ "signature a byte long", "d2 84" SIGN1_HEADER "a0 4100 5841" SIGNATURE_63 "0000",
		SKERRY_ERR_COSE_SIGNATURE_LENGTH, 22 },
	{ "signature null", "d2 84" SIGN1_HEADER "a0 4100 f6", SKERRY_ERR_CBOR_TYPE, 22 },
	{ "signature cut off", "d2 84" SIGN1_HEADER "a0 4100 5840" SIGNATURE_63,
		SKERRY_ERR_CBOR_LENGTH, 22 },
};

static const char GOOD_SIGN[] = "d862 84" SIGN_BODY "82" SIGNER SIGNER_2;

static const struct refusal SIGN_REFUSED[] = {
	{ "no tag", "84" SIGN_BODY "81" SIGNER, SKERRY_ERR_CBOR_TYPE, 0 },
	{ "tag of COSE_Sign1", "d2 84" SIGN_BODY "81" SIGNER, SKERRY_ERR_CBOR_TAG, 0 },
	{ "bytes after it", "d862 84" SIGN_BODY "80 00", SKERRY_ERR_CBOR_TRAILING, 12 },
	{ "three parts", "d862 83" SIGN_BODY, SKERRY_ERR_CBOR_COUNT, 2 },
	{ "body empty", "d862 84 40 a0 4100 80", SKERRY_ERR_COSE_HEADER_MISSING, 3 },
	{ "body without typ", "d862 84 41a0 a0 4100 80", SKERRY_ERR_COSE_HEADER_MISSING, 4 },
	{ "body with alg", "d862 84 46 a2 0127 106174 a0 4100 80", SKERRY_ERR_COSE_HEADER_UNKNOWN,
		5 },
	{ "body with kid", "d862 84 4e a2 0448" KID "106174 a0 4100 80",
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 5 },
	{ "body unprotected", "d862 84 44 a1106174 a1 0448" KID "4100 80",
		SKERRY_ERR_COSE_UNPROTECTED, 9 },
	{ "payload detached", "d862 84 44 a1106174 a0 f6 80", SKERRY_ERR_CBOR_TYPE, 9 },
	{ "signers a map", "d862 84" SIGN_BODY "a0", SKERRY_ERR_CBOR_TYPE, 11 },
	{ "a signer of two parts", "d862 84" SIGN_BODY "81 82 4d a2 0127 0448" KID "a0",
		SKERRY_ERR_CBOR_COUNT, 12 },
	{ "a signer with typ", "d862 84" SIGN_BODY "81 83" SIGN1_HEADER "a0" SIGNATURE,
		SKERRY_ERR_COSE_HEADER_UNKNOWN, 27 },
	{ "a signer without alg", "d862 84" SIGN_BODY "81 83 4b a1 0448" KID "a0" SIGNATURE,
		SKERRY_ERR_COSE_HEADER_MISSING, 14 },
	{ "a signer without kid", "d862 84" SIGN_BODY "81 83 43 a1 0127 a0" SIGNATURE,
		SKERRY_ERR_COSE_HEADER_MISSING, 14 },
	{ "a signer unprotected",
		"d862 84" SIGN_BODY "81 83 4d a2 0127 0448" KID "a1 0000" SIGNATURE,
		SKERRY_ERR_COSE_UNPROTECTED, 28 },
	{ "a signer with ES256", "d862 84" SIGN_BODY "81 83 4d a2 0126 0448" KID "a0" SIGNATURE,
		SKERRY_ERR_COSE_ALGORITHM, 16 },
	{ "a signer with a short signature",
		"d862 84" SIGN_BODY "81 83 4d a2 0127 0448" KID "a0 583f" SIGNATURE_63,
		SKERRY_ERR_COSE_SIGNATURE_LENGTH, 28 },
	{ "the same signer twice", "d862 84" SIGN_BODY "82" SIGNER SIGNER, SKERRY_ERR_COSE_SIGNERS,
		94 },
	{ "signers descending", "d862 84" SIGN_BODY "82" SIGNER_2 SIGNER, SKERRY_ERR_COSE_SIGNERS,
		94 },
	{ "the third signer out of order", "d862 84" SIGN_BODY "83" SIGNER SIGNER_2 SIGNER,
		SKERRY_ERR_COSE_SIGNERS, 176 },
};

static enum skerry_err
parse_sign1(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	struct cose_sign1 message, untouched;
	enum skerry_err err;

	memset(&message, 0xee, sizeof message);
	untouched = message;
	err = cose_sign1_parse(bytes, len, &message, ret_offset);
	assert_int_equal(err == SKERRY_OK, memcmp(&message, &untouched, sizeof message) != 0);
	return err;
}

static enum skerry_err
parse_sign(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	struct cose_sign message, untouched;
	enum skerry_err err;

	memset(&message, 0xee, sizeof message);
	memset(&untouched, 0xee, sizeof untouched);
	err = cose_sign_parse(bytes, len, &message, ret_offset);
	assert_int_equal(err == SKERRY_OK, memcmp(&message, &untouched, sizeof message) != 0);
	return err;
}

typedef enum skerry_err parse_function(const uint8_t *bytes, size_t len, size_t *ret_offset);

static void
assert_refused(const struct refusal *refusal, parse_function *parse)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = fixture_hex(refusal->hex, bytes, 0, sizeof bytes), offset = UNTOUCHED;
	uint8_t *exact = fixture_exact_copy(bytes, len);
	enum skerry_err err = parse(exact, len, &offset);

	free(exact);
	if (err != refusal->err || offset != refusal->offset)
		print_message("%s: %s at %zu\n", refusal->what, skerry_err_name(err), offset);
	assert_int_equal(err, refusal->err);
	assert_int_equal(offset, refusal->offset);
}

static void
each_refusal_has_its_error_and_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(SIGN1_REFUSED); i++)
		assert_refused(&SIGN1_REFUSED[i], parse_sign1);
	for (size_t i = 0; i < LEN(SIGN_REFUSED); i++)
		assert_refused(&SIGN_REFUSED[i], parse_sign);
}

/* Writes what was parsed from its parts: it must be `bytes` again. */
static void
assert_sign1_is_written_again(const struct cose_sign1 *message, const uint8_t *bytes, size_t len)
{
	uint8_t again[BYTES_MAX], header[COSE_PROTECTED_MAX];
	char type[COSE_TYPE_MAX + 1] = "";
	size_t again_len, header_len;
	struct cbor_writer w;

	cbor_writer_init(&w, again, sizeof again);
	cose_sign1_write(&w, message->protected_bytes, message->payload, message->signature);
	assert_int_equal(cbor_writer_finish(&w, &again_len), SKERRY_OK);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, bytes, len);
	memcpy(type, message->type.chars, message->type.len);
	if (strlen(type) != message->type.len)
		return; /* holds a NUL, which the writer's argument cannot */
	assert_int_equal(
		cose_protected_write(message->alg, message->kid, type, header, &header_len),
		SKERRY_OK);
	assert_int_equal(header_len, message->protected_bytes.len);
	assert_memory_equal(header, message->protected_bytes.data, header_len);
}

static void
assert_sign_is_written_again(const struct cose_sign *message, const uint8_t *bytes, size_t len)
{
	uint8_t again[BYTES_MAX];
	size_t again_len;
	struct cbor_writer w;

	cbor_writer_init(&w, again, sizeof again);
	cose_sign_write(&w, message);
	assert_int_equal(cbor_writer_finish(&w, &again_len), SKERRY_OK);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, bytes, len);
}

/* Parses as what it is; what is accepted has this one encoding. */
static enum skerry_err
parse_either(const uint8_t *bytes, size_t len, bool is_sign1)
{
	uint8_t *exact = fixture_exact_copy(bytes, len);
	size_t offset = UNTOUCHED;
	struct cose_sign1 one;
	struct cose_sign many;
	enum skerry_err err = is_sign1 ? cose_sign1_parse(exact, len, &one, &offset)
				       : cose_sign_parse(exact, len, &many, &offset);

	if (err != SKERRY_OK)
		assert_true(offset <= len);
	else if (is_sign1)
		assert_sign1_is_written_again(&one, bytes, len);
	else
		assert_sign_is_written_again(&many, bytes, len);
	free(exact);
	return err;
}

static void
every_truncation_is_refused(void **state)
{
	(void)state;
	for (int is_sign1 = 0; is_sign1 < 2; is_sign1++) {
		uint8_t bytes[BYTES_MAX];
		size_t len = fixture_hex(is_sign1 ? GOOD_SIGN1 : GOOD_SIGN, bytes, 0, sizeof bytes);

		assert_int_equal(parse_either(bytes, len, is_sign1), SKERRY_OK);
		for (size_t cut = 0; cut < len; cut++)
			assert_int_not_equal(parse_either(bytes, cut, is_sign1), SKERRY_OK);
	}
}

static void
every_one_byte_change_is_refused_or_another_message(void **state)
{
	(void)state;
	for (int is_sign1 = 0; is_sign1 < 2; is_sign1++) {
		uint8_t bytes[BYTES_MAX];
		size_t len = fixture_hex(is_sign1 ? GOOD_SIGN1 : GOOD_SIGN, bytes, 0, sizeof bytes);

		for (size_t at = 0; at < len; at++)
			for (unsigned change = 1; change < 256; change++) {
				bytes[at] = (uint8_t)(bytes[at] ^ change);
				parse_either(bytes, len, is_sign1);
				bytes[at] = (uint8_t)(bytes[at] ^ change);
			}
	}
}

static void
a_sign1_tells_its_parts(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = fixture_hex(GOOD_SIGN1, bytes, 0, sizeof bytes), offset = UNTOUCHED;
	struct cose_sign1 message;

	(void)state;
	assert_int_equal(cose_sign1_parse(bytes, len, &message, &offset), SKERRY_OK);
	assert_int_equal(offset, UNTOUCHED);
	assert_int_equal(message.alg, COSE_ALG_EDDSA);
	assert_memory_equal(message.kid, "\1\2\3\4\5\6\7\10", COSE_KID_LEN);
	assert_true(cbor_text_equals(message.type, "t"));
	assert_ptr_equal(message.protected_bytes.data, bytes + 3);
	assert_int_equal(message.protected_bytes.len, 16);
	assert_int_equal(message.payload_offset, 21);
	assert_ptr_equal(message.payload.data, bytes + 21);
	assert_int_equal(message.payload.len, 1);
	assert_ptr_equal(message.signature, bytes + 24);
}

static void
a_sign_tells_its_parts(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = fixture_hex(GOOD_SIGN, bytes, 0, sizeof bytes), offset = UNTOUCHED;
	struct cose_sign message;

	(void)state;
	assert_int_equal(cose_sign_parse(bytes, len, &message, &offset), SKERRY_OK);
	assert_int_equal(offset, UNTOUCHED);
	assert_true(cbor_text_equals(message.type, "t"));
	assert_int_equal(message.payload_offset, 10);
	assert_ptr_equal(message.payload.data, bytes + 10);
	assert_int_equal(message.signers_len, 2);
	assert_int_equal(message.signers[0].alg, COSE_ALG_EDDSA);
	assert_int_equal(message.signers[1].alg, COSE_ALG_ED25519);
	assert_int_equal(message.signers[0].kid[7], 8);
	assert_int_equal(message.signers[1].kid[7], 9);
	assert_ptr_equal(message.signers[0].protected_bytes.data, bytes + 14);
	assert_ptr_equal(message.signers[0].signature, bytes + 30);
	assert_ptr_equal(message.signers[1].signature, bytes + 112);
}

static void
a_type_may_have_its_full_length(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = fixture_hex(
		"d2 84 5850 a3 0127 0448" KID "107840" TEXT_64 SIGN1_REST, bytes, 0, sizeof bytes);

	(void)state;
	assert_int_equal(parse_either(bytes, len, true), SKERRY_OK);
}

/* A message of `signers_len` signers whose kids descend. */
static size_t
write_signers(size_t signers_len, struct cose_sign *message, uint8_t ret_bytes[BYTES_MAX])
{
	static const uint8_t SIGNATURE_BYTES[COSE_SIGNATURE_LEN] = { 1 }, PAYLOAD[] = { 0 };
	static uint8_t body[COSE_PROTECTED_MAX], headers[COSE_SIGNERS_MAX][COSE_PROTECTED_MAX];
	struct cbor_writer w;
	size_t len = 0;

	*message = (struct cose_sign){ .signers_len = signers_len };
	message->payload = (struct cbor_bytes){ PAYLOAD, sizeof PAYLOAD };
	message->protected_bytes.data = body;
	assert_int_equal(
		cose_protected_write(COSE_ALG_NONE, NULL, "t", body, &message->protected_bytes.len),
		SKERRY_OK);
	for (size_t i = 0; i < signers_len; i++) {
		struct cose_signer *signer = &message->signers[i];

		signer->alg = COSE_ALG_ED25519;
		signer->kid[COSE_KID_LEN - 1] = (uint8_t)(0xff - i);
		signer->signature = SIGNATURE_BYTES;
		signer->protected_bytes.data = headers[i];
		assert_int_equal(cose_protected_write(signer->alg, signer->kid, NULL, headers[i],
					 &signer->protected_bytes.len),
			SKERRY_OK);
	}
	cbor_writer_init(&w, ret_bytes, BYTES_MAX);
	cose_sign_write(&w, message);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_true(len <= sizeof PAYLOAD + COSE_SIGN_OVERHEAD_MAX);
	return len;
}

static void
signers_in_any_order_are_written_by_kid(void **state)
{
	(void)state;
	for (size_t signers_len = 0; signers_len <= COSE_SIGNERS_MAX; signers_len++) {
		uint8_t bytes[BYTES_MAX];
		struct cose_sign message, got;
		size_t len = write_signers(signers_len, &message, bytes), offset;

		assert_int_equal(cose_sign_parse(bytes, len, &got, &offset), SKERRY_OK);
		assert_int_equal(got.signers_len, signers_len);
		for (size_t i = 0; i < signers_len; i++)
			assert_int_equal(
				got.signers[i].kid[COSE_KID_LEN - 1], 0x100 - signers_len + i);
	}
}

static void
more_signers_than_allowed_are_neither_read_nor_written(void **state)
{
	uint8_t bytes[BYTES_MAX], again[BYTES_MAX];
	struct cose_sign message;
	struct cbor_writer w;
	size_t len = write_signers(COSE_SIGNERS_MAX, &message, bytes), offset = UNTOUCHED;

	(void)state;
	assert_int_equal(bytes[11], 0x80 + COSE_SIGNERS_MAX);
	bytes[11]++;
	assert_int_equal(parse_sign(bytes, len + 1, &offset), SKERRY_ERR_CBOR_COUNT);
	assert_int_equal(offset, 11);

	message.signers_len++;
	cbor_writer_init(&w, again, sizeof again);
	cose_sign_write(&w, &message);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_ARGUMENT);
}

static void
a_signer_twice_is_not_written(void **state)
{
	uint8_t bytes[BYTES_MAX];
	struct cose_sign message;
	struct cbor_writer w;
	size_t len;

	(void)state;
	write_signers(3, &message, bytes);
	message.signers[2] = message.signers[0];
	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_sign_write(&w, &message);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_COSE_SIGNERS);
}

static void
a_protected_header_holds_what_is_asked_for(void **state)
{
	static const uint8_t KID_BYTES[COSE_KID_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const struct {
		enum cose_alg alg;
		const char *type, *hex;
	} HEADERS[] = {
		{ COSE_ALG_EDDSA, "t", "a3 0127 0448" KID "106174" },
		{ COSE_ALG_ED25519, "t", "a3 0132 0448" KID "106174" },
		{ COSE_ALG_EDDSA, NULL, "a2 0127 0448" KID },
		{ COSE_ALG_NONE, "t", "a1 106174" },
		{ COSE_ALG_NONE, "", "a1 1060" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(HEADERS); i++) {
		uint8_t expected[COSE_PROTECTED_MAX], got[COSE_PROTECTED_MAX];
		size_t expected_len = fixture_hex(HEADERS[i].hex, expected, 0, sizeof expected),
		       len;

		assert_int_equal(cose_protected_write(HEADERS[i].alg,
					 HEADERS[i].alg == COSE_ALG_NONE ? NULL : KID_BYTES,
					 HEADERS[i].type, got, &len),
			SKERRY_OK);
		assert_int_equal(len, expected_len);
		assert_memory_equal(got, expected, len);
	}
}

static void
an_impossible_protected_header_is_not_written(void **state)
{
	static const uint8_t KID_BYTES[COSE_KID_LEN] = { 0 };
	char type[COSE_TYPE_MAX + 2];
	uint8_t bytes[COSE_PROTECTED_MAX];
	size_t len = UNTOUCHED;

	(void)state;
	assert_int_equal(
		cose_protected_write(COSE_ALG_NONE, NULL, NULL, bytes, &len), SKERRY_ERR_ARGUMENT);
	assert_int_equal(cose_protected_write((enum cose_alg) - 7, KID_BYTES, "t", bytes, &len),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(cose_protected_write(COSE_ALG_EDDSA, KID_BYTES, "\xff", bytes, &len),
		SKERRY_ERR_ARGUMENT);
	memset(type, 'a', sizeof type);
	type[COSE_TYPE_MAX + 1] = '\0';
	assert_int_equal(cose_protected_write(COSE_ALG_EDDSA, KID_BYTES, type, bytes, &len),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(len, UNTOUCHED);
	type[COSE_TYPE_MAX] = '\0';
	assert_int_equal(
		cose_protected_write(COSE_ALG_EDDSA, KID_BYTES, type, bytes, &len), SKERRY_OK);
}

static void
a_signature_covers_context_headers_and_payload(void **state)
{
	static const struct cbor_bytes BODY = { (const uint8_t *)"\xa1\x10\x61t", 4 },
				       SIGN = { (const uint8_t *)"\xa0", 1 },
				       PAYLOAD = { (const uint8_t *)"pay", 3 }, EMPTY = { NULL, 0 };
	static const char SIGN1_HEX[] = "84 6a5369676e617475726531 44a1106174 40 43706179";
	static const char SIGN_HEX[] = "85 695369676e6174757265 44a1106174 41a0 40 43706179";
	uint8_t expected[64], got[64];
	size_t expected_len = fixture_hex(SIGN1_HEX, expected, 0, sizeof expected), len;

	(void)state;
	assert_int_equal(cose_sign1_tbs(BODY, PAYLOAD, got, sizeof got, &len), SKERRY_OK);
	assert_int_equal(len, expected_len);
	assert_memory_equal(got, expected, len);

	expected_len = fixture_hex(SIGN_HEX, expected, 0, sizeof expected);
	assert_int_equal(cose_sign_tbs(BODY, SIGN, PAYLOAD, got, sizeof got, &len), SKERRY_OK);
	assert_int_equal(len, expected_len);
	assert_memory_equal(got, expected, len);

	assert_int_equal(cose_sign1_tbs(EMPTY, EMPTY, got, sizeof got, &len), SKERRY_OK);
	expected_len =
		fixture_hex("84 6a5369676e617475726531 40 40 40", expected, 0, sizeof expected);
	assert_int_equal(len, expected_len);
	assert_memory_equal(got, expected, len);
}

static void
the_named_overheads_suffice_and_less_is_told(void **state)
{
	enum { PAYLOAD_LEN = 70000 };
	static const uint8_t ZEROS[PAYLOAD_LEN] = { 0 };
	static uint8_t out[PAYLOAD_LEN + COSE_SIGN1_OVERHEAD_MAX + COSE_TBS_OVERHEAD_MAX];
	const struct cbor_bytes header = { ZEROS, COSE_PROTECTED_MAX };
	const struct cbor_bytes payload = { ZEROS, PAYLOAD_LEN };
	struct cbor_writer w;
	size_t len = UNTOUCHED, again;

	(void)state;
	assert_int_equal(cose_sign_tbs(header, header, payload, out,
				 PAYLOAD_LEN + COSE_TBS_OVERHEAD_MAX, &len),
		SKERRY_OK);
	for (size_t max = len - 300; max < len; max++)
		assert_int_equal(cose_sign_tbs(header, header, payload, out, max, &again),
			SKERRY_ERR_NO_SPACE);
	assert_int_equal(
		cose_sign1_tbs(header, payload, out, PAYLOAD_LEN, &len), SKERRY_ERR_NO_SPACE);
	cbor_writer_init(&w, out, PAYLOAD_LEN + COSE_SIGN1_OVERHEAD_MAX);
	cose_sign1_write(&w, header, payload, ZEROS);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_has_its_error_and_offset),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_one_byte_change_is_refused_or_another_message),
		cmocka_unit_test(a_sign1_tells_its_parts),
		cmocka_unit_test(a_sign_tells_its_parts),
		cmocka_unit_test(a_type_may_have_its_full_length),
		cmocka_unit_test(signers_in_any_order_are_written_by_kid),
		cmocka_unit_test(more_signers_than_allowed_are_neither_read_nor_written),
		cmocka_unit_test(a_signer_twice_is_not_written),
		cmocka_unit_test(a_protected_header_holds_what_is_asked_for),
		cmocka_unit_test(an_impossible_protected_header_is_not_written),
		cmocka_unit_test(a_signature_covers_context_headers_and_payload),
		cmocka_unit_test(the_named_overheads_suffice_and_less_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
