/* SPDX-License-Identifier: ISC */
/* Ed25519: RFC 8032's vectors, and what a lenient verifier would let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "keys/random.h"
#include "keys/sign.h"
#include "keys/verify.h"
#include "tests/unit/fixture_ceremony.h"

static const char TYPE[] = "application/vnd.skerry.license+cwt";

static void
from_hex(const char *hex, uint8_t *ret_bytes, size_t len)
{
	assert_int_equal(strlen(hex), 2 * len);
	for (size_t i = 0; i < len; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		ret_bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

/* RFC 8032, section 7.1. */
static const struct {
	const char *key, *message, *signature;
} RFC_8032[] = {
	{ "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6"
		"1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e45"
		"8f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae"
		"67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
};

static void
rfc_vectors_pass_and_their_neighbors_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof RFC_8032 / sizeof *RFC_8032; i++) {
		struct cose_key key = { COSE_CURVE_ED25519, COSE_ALG_EDDSA, { 0 } };
		uint8_t message[8], signature[COSE_SIGNATURE_LEN];
		size_t len = strlen(RFC_8032[i].message) / 2;

		from_hex(RFC_8032[i].key, key.x, sizeof key.x);
		from_hex(RFC_8032[i].message, message, len);
		from_hex(RFC_8032[i].signature, signature, sizeof signature);
		assert_int_equal(verify_bytes(&key, message, len, signature), SKERRY_OK);
		for (size_t bit = 0; bit < sizeof signature * 8; bit++) {
			signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(
				verify_bytes(&key, message, len, signature), SKERRY_ERR_SIGNATURE);
			signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		message[len] = 0;
		assert_int_equal(
			verify_bytes(&key, message, len + 1, signature), SKERRY_ERR_SIGNATURE);
	}
}

static void
a_signature_with_s_plus_the_group_order_is_refused(void **state)
{
	/* L = 2^252 + 27742317777372353535851937790883648493, little endian. */
	static const uint8_t L[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
		0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	struct cose_key key = { COSE_CURVE_ED25519, COSE_ALG_EDDSA, { 0 } };
	uint8_t signature[COSE_SIGNATURE_LEN];
	unsigned carry = 0;

	(void)state;
	from_hex(RFC_8032[0].key, key.x, sizeof key.x);
	from_hex(RFC_8032[0].signature, signature, sizeof signature);
	for (size_t i = 0; i < 32; i++) {
		carry += signature[32 + i] + L[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(
		verify_bytes(&key, (const uint8_t *)"", 0, signature), SKERRY_ERR_SIGNATURE);
}

/* With the neutral element as key and as R, and S = 0, a naive equation holds for any message. */
static void
small_order_keys_are_refused(void **state)
{
	struct cose_key key = { COSE_CURVE_ED25519, COSE_ALG_EDDSA, { 1 } };
	uint8_t signature[COSE_SIGNATURE_LEN] = { 1 };

	(void)state;
	assert_int_equal(
		verify_bytes(&key, (const uint8_t *)"any", 3, signature), SKERRY_ERR_SIGNATURE);
}

static void
a_sealing_key_verifies_nothing(void **state)
{
	struct cose_key key = ceremony_public(KEY_EXCHANGE, 7);
	uint8_t signature[COSE_SIGNATURE_LEN] = { 0 };

	(void)state;
	assert_int_equal(
		verify_bytes(&key, (const uint8_t *)"", 0, signature), SKERRY_ERR_COSE_KEY);
}

/* Around the size at which verifying changes from stack to heap. */
static void
payloads_of_any_size_are_handed_out_when_they_pass(void **state)
{
	static const size_t SIZES[] = { 0, 1, 640, 16384, 16385, 65536 };
	struct key_pair pair = ceremony_pair(KEY_ISSUING, 7);
	struct cose_key other = ceremony_public(KEY_ISSUING, 8);

	(void)state;
	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
		size_t max = SIZES[i] + COSE_SIGN1_OVERHEAD_MAX, len, offset;
		uint8_t *payload = calloc(1, SIZES[i] + 1), *bytes = malloc(max);
		struct cbor_bytes got = { NULL, 77 };
		struct cose_sign1 message;

		assert_int_equal(sign_sign1(&pair, TYPE, (struct cbor_bytes){ payload, SIZES[i] },
					 bytes, max, &len),
			SKERRY_OK);
		assert_int_equal(cose_sign1_parse(bytes, len, &message, &offset), SKERRY_OK);
		assert_memory_equal(message.kid, pair.kid, COSE_KID_LEN);
		assert_int_equal(verify_sign1(&message, &other, &got), SKERRY_ERR_SIGNATURE);
		assert_int_equal(got.len, 77);
		assert_int_equal(verify_sign1(&message, &pair.public_key, &got), SKERRY_OK);
		assert_int_equal(got.len, SIZES[i]);
		assert_ptr_equal(got.data, bytes + message.payload_offset);
		free(payload);
		free(bytes);
	}
	key_pair_free(&pair);
}

static void
a_key_is_used_with_its_own_algorithm_alone(void **state)
{
	static const enum cose_alg ALGS[] = { COSE_ALG_EDDSA, COSE_ALG_ED25519 };

	(void)state;
	for (size_t made = 0; made < 2; made++)
		for (size_t checked = 0; checked < 2; checked++) {
			struct key_pair pair = ceremony_pair_alg(KEY_ISSUING, 7, ALGS[made]);
			struct cose_key key = pair.public_key;
			struct cose_sign1 message;
			struct cbor_bytes got;
			uint8_t bytes[256];
			size_t len, offset;

			key.alg = ALGS[checked];
			assert_int_equal(sign_sign1(&pair, TYPE, (struct cbor_bytes){ bytes, 0 },
						 bytes, sizeof bytes, &len),
				SKERRY_OK);
			assert_int_equal(
				cose_sign1_parse(bytes, len, &message, &offset), SKERRY_OK);
			assert_int_equal(message.alg, ALGS[made]);
			assert_int_equal(verify_sign1(&message, &key, &got),
				made == checked ? SKERRY_OK : SKERRY_ERR_TRUST_ALGORITHM);
			key_pair_free(&pair);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_vectors_pass_and_their_neighbors_fail),
		cmocka_unit_test(a_signature_with_s_plus_the_group_order_is_refused),
		cmocka_unit_test(small_order_keys_are_refused),
		cmocka_unit_test(a_sealing_key_verifies_nothing),
		cmocka_unit_test(payloads_of_any_size_are_handed_out_when_they_pass),
		cmocka_unit_test(a_key_is_used_with_its_own_algorithm_alone),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
