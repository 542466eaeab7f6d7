/* SPDX-License-Identifier: ISC */
/* Secrets at rest: there and back, every flipped bit refused, subkeys apart, Argon2id's limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "keys/key_file.h"
#include "keys/random.h"
#include "keys/secretbox.h"

enum { PLAIN_LEN = 11, SEALED_LEN = PLAIN_LEN + SECRETBOX_OVERHEAD };

static const char PLAIN[PLAIN_LEN + 1] = "HMS-7QK2M-9";
static const char AD[] = "row 17";

static struct secretbox_key key;

static int
make_key(void **state)
{
	(void)state;
	return random_start() == SKERRY_OK && secretbox_key_random(&key) == SKERRY_OK ? 0 : -1;
}

static int
free_key(void **state)
{
	(void)state;
	secretbox_key_free(&key);
	return 0;
}

static void
what_was_sealed_opens(void **state)
{
	uint8_t sealed[SEALED_LEN], again[SEALED_LEN];
	char plain[PLAIN_LEN];

	(void)state;
	secretbox_seal(&key, AD, sizeof AD, PLAIN, PLAIN_LEN, sealed);
	secretbox_seal(&key, AD, sizeof AD, PLAIN, PLAIN_LEN, again);
	assert_memory_not_equal(sealed, again, SEALED_LEN);
	assert_int_equal(secretbox_open(&key, AD, sizeof AD, sealed, SEALED_LEN, plain), SKERRY_OK);
	assert_memory_equal(plain, PLAIN, PLAIN_LEN);
}

static void
every_flipped_bit_and_cut_is_refused(void **state)
{
	uint8_t sealed[SEALED_LEN];
	char plain[SEALED_LEN];

	(void)state;
	secretbox_seal(&key, AD, sizeof AD, PLAIN, PLAIN_LEN, sealed);
	for (size_t bit = 0; bit < SEALED_LEN * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(secretbox_open(&key, AD, sizeof AD, sealed, SEALED_LEN, plain),
			SKERRY_ERR_PASSPHRASE);
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < SEALED_LEN; len++)
		assert_int_not_equal(
			secretbox_open(&key, AD, sizeof AD, sealed, len, plain), SKERRY_OK);
	assert_int_equal(secretbox_open(&key, AD, sizeof AD, sealed, SECRETBOX_OVERHEAD - 1, plain),
		SKERRY_ERR_FILE_DAMAGED);
}

static void
other_key_or_other_data_is_refused(void **state)
{
	struct secretbox_key other = { NULL };
	uint8_t sealed[SEALED_LEN];
	char plain[PLAIN_LEN];

	(void)state;
	secretbox_seal(&key, AD, sizeof AD, PLAIN, PLAIN_LEN, sealed);
	assert_int_equal(secretbox_key_derive(&key, "another", &other), SKERRY_OK);
	assert_int_equal(secretbox_open(&other, AD, sizeof AD, sealed, SEALED_LEN, plain),
		SKERRY_ERR_PASSPHRASE);
	assert_int_equal(secretbox_open(&key, AD, sizeof AD - 1, sealed, SEALED_LEN, plain),
		SKERRY_ERR_PASSPHRASE);
	secretbox_key_free(&other);
}

static void
subkeys_follow_from_purpose(void **state)
{
	struct secretbox_key a = { NULL }, b = { NULL }, again = { NULL };

	(void)state;
	assert_int_equal(secretbox_key_derive(&key, "a", &a), SKERRY_OK);
	assert_int_equal(secretbox_key_derive(&key, "b", &b), SKERRY_OK);
	assert_int_equal(secretbox_key_derive(&key, "a", &again), SKERRY_OK);
	assert_memory_not_equal(a.bytes, b.bytes, SECRETBOX_KEY_LEN);
	assert_memory_equal(a.bytes, again.bytes, SECRETBOX_KEY_LEN);
	secretbox_key_free(&a);
	secretbox_key_free(&b);
	secretbox_key_free(&again);
	secretbox_key_free(&again);
}

static void
passphrase_limits_are_held(void **state)
{
	static const struct {
		uint32_t opslimit, memlimit_kib;
	} OUTSIDE[] = { { 0, 64 }, { KEY_OPSLIMIT_MAX + 1, 64 }, { 1, 0 },
		{ 1, KEY_MEMLIMIT_KIB_MAX + 1 } };
	static const uint8_t salt[SECRETBOX_SALT_LEN] = { 1 };
	struct secretbox_key a = { NULL }, b = { NULL };

	(void)state;
	for (size_t i = 0; i < sizeof OUTSIDE / sizeof *OUTSIDE; i++)
		assert_int_equal(secretbox_key_from_passphrase("x", 1, salt, OUTSIDE[i].opslimit,
					 OUTSIDE[i].memlimit_kib, &a),
			SKERRY_ERR_ARGUMENT);
	assert_null(a.bytes);
	assert_int_equal(secretbox_key_from_passphrase("x", 1, salt, 1, 64, &a), SKERRY_OK);
	assert_int_equal(secretbox_key_from_passphrase("y", 1, salt, 1, 64, &b), SKERRY_OK);
	assert_memory_not_equal(a.bytes, b.bytes, SECRETBOX_KEY_LEN);
	secretbox_key_free(&a);
	secretbox_key_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(every_flipped_bit_and_cut_is_refused),
		cmocka_unit_test(other_key_or_other_data_is_refused),
		cmocka_unit_test(subkeys_follow_from_purpose),
		cmocka_unit_test(passphrase_limits_are_held),
	};
	return cmocka_run_group_tests(tests, make_key, free_key);
}
