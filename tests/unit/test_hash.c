/* SPDX-License-Identifier: ISC */
/* Hashes against values that another implementation (Python's hashlib) computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "keys/hash.h"
#include "keys/random.h"

/* The public key of RFC 8032, section 7.1, test 1. */
static const struct cose_key KEY = { COSE_CURVE_ED25519, COSE_ALG_EDDSA,
	{ 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
		0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7,
		0x07, 0x51, 0x1a } };

static void
assert_hex(const uint8_t *bytes, size_t bytes_len, const char *hex)
{
	char text[129];

	for (size_t i = 0; i < bytes_len; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	text[2 * bytes_len] = '\0';
	assert_string_equal(text, hex);
}

static void
thumbprint_hashes_kty_crv_and_x(void **state)
{
	uint8_t thumbprint[COSE_THUMBPRINT_LEN], kid[COSE_KID_LEN];

	(void)state;
	hash_thumbprint(&KEY, thumbprint);
	assert_hex(thumbprint, sizeof thumbprint,
		"866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743");
	hash_kid(&KEY, kid);
	assert_hex(kid, sizeof kid, "866eefbd6718c884");
}

static void
thumbprint_does_not_depend_on_the_algorithm(void **state)
{
	struct cose_key other = KEY;
	uint8_t a[COSE_KID_LEN], b[COSE_KID_LEN];

	(void)state;
	other.alg = COSE_ALG_ED25519;
	hash_kid(&KEY, a);
	hash_kid(&other, b);
	assert_memory_equal(a, b, sizeof a);
}

static void
blake2b_agrees_with_hashlib(void **state)
{
	uint8_t key[64], hash[HASH_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)i;
	hash_blake2b(NULL, 0, (const uint8_t *)"abc", 3, hash);
	assert_hex(hash, sizeof hash,
		"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	hash_blake2b(key, sizeof key, (const uint8_t *)"abc", 3, hash);
	assert_hex(hash, sizeof hash,
		"dff38c978666dff5631db35ca15535520d134f5c8060ea569c6a178ad393719f");
}

static void
component_is_keyed_with_the_salt_and_cut_to_length(void **state)
{
	uint8_t salt[LICENSE_SALT_LEN], hash[LICENSE_COMPONENT_HASH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof salt; i++)
		salt[i] = (uint8_t)i;
	memset(hash, 0x77, sizeof hash);
	hash_component(salt, 1, "0123456789abcdef", 16, hash, HASH_COMPONENT_LEN);
	assert_hex(hash, sizeof hash,
		"edab1618f9780f7da92f1db1"
		"7777777777");
	hash_component(salt, 1, "0123456789abcdef", 16, hash, LICENSE_COMPONENT_HASH_MAX);
	assert_hex(hash, sizeof hash,
		"edab1618f9780f7da92f1db1968fbbed"
		"77");
}

static void
component_differs_by_salt_type_and_value(void **state)
{
	uint8_t salt[LICENSE_SALT_LEN] = { 0 }, salt_2[LICENSE_SALT_LEN] = { 1 }, hash[4][12];

	(void)state;
	hash_component(salt, 1, "value", 5, hash[0], 12);
	hash_component(salt_2, 1, "value", 5, hash[1], 12);
	hash_component(salt, 2, "value", 5, hash[2], 12);
	hash_component(salt, 1, "valuf", 5, hash[3], 12);
	for (size_t a = 0; a < 4; a++)
		for (size_t b = 0; b < a; b++)
			assert_memory_not_equal(hash[a], hash[b], 12);
}

static void
salt_follows_from_the_license_key_alone(void **state)
{
	uint8_t salt[LICENSE_SALT_LEN];

	(void)state;
	hash_salt("HMS-7QK2M-94XPA-C0DTE-1ZRJW", salt);
	assert_hex(salt, sizeof salt, "92b1bad5850a678fbb6cbff034c7415a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thumbprint_hashes_kty_crv_and_x),
		cmocka_unit_test(thumbprint_does_not_depend_on_the_algorithm),
		cmocka_unit_test(blake2b_agrees_with_hashlib),
		cmocka_unit_test(component_is_keyed_with_the_salt_and_cut_to_length),
		cmocka_unit_test(component_differs_by_salt_type_and_value),
		cmocka_unit_test(salt_follows_from_the_license_key_alone),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
