/* SPDX-License-Identifier: ISC */
/*
 * Key files: each wrap there and back; wrong passphrases, purposes and kinds; every flip and
 * truncation, with the checksum and with one made to fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "keys/checked.h"
#include "keys/hash.h"
#include "keys/key_file.h"
#include "keys/random.h"
#include "tests/unit/fixture_ceremony.h"

static const uint8_t WRAPPING_KEY[KEY_WRAPPING_LEN] = "thirty-two bytes that wrap a ke";
static const uint8_t OTHER_KEY[KEY_WRAPPING_LEN] = "thirty-two bytes that wrap anot";

/* The smallest Argon2id there is. */
static const struct key_wrap WRAPS[] = {
	{ .kind = KEY_WRAP_NONE },
	{ .kind = KEY_WRAP_PASSPHRASE,
		.passphrase = "correct horse",
		.passphrase_len = 13,
		.opslimit = 1,
		.memlimit_kib = 8 },
	{ .kind = KEY_WRAP_KEY, .key = WRAPPING_KEY },
};

enum { WRAPS_LEN = sizeof WRAPS / sizeof *WRAPS };

static size_t
write_file(enum key_purpose purpose, uint8_t seed, const struct key_wrap *wrap, uint8_t *ret_bytes)
{
	struct key_pair pair = ceremony_pair(purpose, seed);
	size_t len;

	assert_int_equal(key_file_write(&pair, wrap, ret_bytes, &len), SKERRY_OK);
	key_pair_free(&pair);
	return len;
}

static enum skerry_err
open_err(const uint8_t *bytes, size_t len, enum key_purpose purpose, const struct key_wrap *wrap)
{
	struct key_pair pair = { .purpose = (enum key_purpose)99 };
	size_t offset = 77;
	enum skerry_err err = key_file_open(bytes, len, purpose, wrap, &pair, &offset);

	if (err == SKERRY_OK)
		key_pair_free(&pair);
	else
		assert_int_equal(pair.purpose, 99); /* untouched */
	return err;
}

static void
every_purpose_comes_back_from_every_wrap(void **state)
{
	(void)state;
	for (enum key_purpose purpose = KEY_ROOT; purpose <= KEY_OPENING; purpose++)
		for (size_t i = 0; i < WRAPS_LEN; i++) {
			struct key_pair pair = ceremony_pair(purpose, 7), got;
			struct key_file_info info;
			uint8_t bytes[KEY_FILE_MAX];
			size_t len, offset;

			assert_int_equal(key_file_write(&pair, &WRAPS[i], bytes, &len), SKERRY_OK);
			assert_int_equal(key_file_inspect(bytes, len, &info, &offset), SKERRY_OK);
			assert_int_equal(info.purpose, purpose);
			assert_int_equal(info.wrap, WRAPS[i].kind);
			assert_memory_equal(info.kid, pair.kid, COSE_KID_LEN);
			assert_true(cose_key_same(&info.public_key, &pair.public_key));
			assert_int_equal(
				key_file_open(bytes, len, purpose, &WRAPS[i], &got, &offset),
				SKERRY_OK);
			assert_int_equal(got.purpose, purpose);
			assert_true(cose_key_same(&got.public_key, &pair.public_key));
			assert_memory_equal(got.kid, pair.kid, COSE_KID_LEN);
			assert_memory_equal(got.secret, pair.secret, KEY_SECRET_LEN);
			key_pair_free(&got);
			key_pair_free(&pair);
		}
}

static void
the_secret_stands_in_no_file_in_the_clear(void **state)
{
	static const uint8_t SECRET[KEY_SECRET_LEN] = { 7, 7, 7, 7, 7, 7, 7, 7 };
	uint8_t bytes[KEY_FILE_MAX];

	(void)state;
	for (size_t i = 0; i < WRAPS_LEN; i++) {
		size_t len = write_file(KEY_ROOT, 7, &WRAPS[i], bytes);

		for (size_t at = 0; at + 8 <= len; at++)
			assert_memory_not_equal(bytes + at, SECRET, 8);
	}
}

static void
two_writes_of_one_key_differ(void **state)
{
	uint8_t a[KEY_FILE_MAX], b[KEY_FILE_MAX];

	(void)state;
	for (size_t i = 0; i < WRAPS_LEN; i++) {
		size_t a_len = write_file(KEY_ROOT, 7, &WRAPS[i], a);
		size_t b_len = write_file(KEY_ROOT, 7, &WRAPS[i], b);

		assert_int_equal(a_len, b_len);
		assert_memory_not_equal(a, b, a_len);
	}
}

static void
both_algorithms_are_kept(void **state)
{
	static const enum cose_alg ALGS[] = { COSE_ALG_EDDSA, COSE_ALG_ED25519 };
	uint8_t bytes[KEY_FILE_MAX];
	size_t len, offset;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct key_pair pair = ceremony_pair_alg(KEY_ISSUING, 7, ALGS[i]), got;

		assert_int_equal(key_file_write(&pair, &WRAPS[0], bytes, &len), SKERRY_OK);
		assert_int_equal(key_file_open(bytes, len, KEY_ISSUING, &WRAPS[0], &got, &offset),
			SKERRY_OK);
		assert_int_equal(got.public_key.alg, ALGS[i]);
		key_pair_free(&got);
		key_pair_free(&pair);
	}
}

static void
wrong_passphrase_and_wrong_wrapping_key_are_told(void **state)
{
	static const struct {
		size_t wrap;
		struct key_wrap offered;
	} WRONG[] = {
		{ 1, { .kind = KEY_WRAP_PASSPHRASE,
			     .passphrase = "correct hors",
			     .passphrase_len = 12 } },
		{ 1, { .kind = KEY_WRAP_PASSPHRASE,
			     .passphrase = "correct horse ",
			     .passphrase_len = 14 } },
		{ 1, { .kind = KEY_WRAP_PASSPHRASE,
			     .passphrase = "Correct horse",
			     .passphrase_len = 13 } },
		{ 1, { .kind = KEY_WRAP_PASSPHRASE, .passphrase = "", .passphrase_len = 0 } },
		{ 1, { .kind = KEY_WRAP_NONE } },
		{ 1, { .kind = KEY_WRAP_KEY, .key = WRAPPING_KEY } },
		{ 2, { .kind = KEY_WRAP_KEY, .key = OTHER_KEY } },
		{ 2, { .kind = KEY_WRAP_NONE } },
		{ 0, { .kind = KEY_WRAP_KEY, .key = WRAPPING_KEY } },
		{ 0, { .kind = KEY_WRAP_PASSPHRASE, .passphrase = "x", .passphrase_len = 1 } },
	};
	uint8_t bytes[KEY_FILE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
		size_t len = write_file(KEY_ROOT, 7, &WRAPS[WRONG[i].wrap], bytes);

		assert_int_equal(
			open_err(bytes, len, KEY_ROOT, &WRONG[i].offered), SKERRY_ERR_PASSPHRASE);
	}
}

static void
a_key_of_another_purpose_is_refused(void **state)
{
	uint8_t bytes[KEY_FILE_MAX];

	(void)state;
	for (enum key_purpose made = KEY_ROOT; made <= KEY_OPENING; made++) {
		size_t len = write_file(made, 7, &WRAPS[1], bytes);

		for (enum key_purpose asked = KEY_ROOT; asked <= KEY_OPENING; asked++)
			assert_int_equal(open_err(bytes, len, asked, &WRAPS[1]),
				asked == made ? SKERRY_OK : SKERRY_ERR_TRUST_PURPOSE);
	}
}

static void
every_flip_and_truncation_is_damage(void **state)
{
	struct key_file_info info;
	uint8_t bytes[KEY_FILE_MAX];
	size_t offset;

	(void)state;
	for (size_t i = 0; i < WRAPS_LEN; i++) {
		size_t len = write_file(KEY_ROOT, 7, &WRAPS[i], bytes);

		for (size_t bit = 0; bit < len * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(
				open_err(bytes, len, KEY_ROOT, &WRAPS[i]), SKERRY_ERR_FILE_DAMAGED);
			assert_int_equal(key_file_inspect(bytes, len, &info, &offset),
				SKERRY_ERR_FILE_DAMAGED);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(
				open_err(bytes, cut, KEY_ROOT, &WRAPS[i]), SKERRY_ERR_FILE_DAMAGED);
	}
}

/* Somebody who alters a file can compute the checksum anew: the seal must find it. */
static void
every_flip_is_found_behind_a_checksum_made_to_fit(void **state)
{
	uint8_t bytes[KEY_FILE_MAX];

	(void)state;
	for (size_t i = 0; i < WRAPS_LEN; i++) {
		size_t len = write_file(KEY_ROOT, 7, &WRAPS[i], bytes), content = len - CHECKED_LEN;

		for (size_t bit = 0; bit < content * 8; bit++) {
			size_t again = content;

			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			checked_append(bytes, &again);
			assert_int_not_equal(open_err(bytes, len, KEY_ROOT, &WRAPS[i]), SKERRY_OK);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

/* A file written field by field, so that each can be wrong. */
struct raw {
	const char *mark;
	uint64_t version, purpose, wrap_items, wrap, opslimit, memlimit_kib;
	size_t salt_len, nonce_len, sealed_len;
	enum cose_curve curve;
};

static const struct raw GOOD_RAW = { "skerry-key", 1, KEY_ROOT, 4, 1, 1, 8, 16, 24, 48,
	COSE_CURVE_ED25519 };

static size_t
write_raw(const struct raw *raw, uint8_t bytes[KEY_FILE_MAX])
{
	static const uint8_t ZEROS[64];
	struct cose_key key =
		ceremony_public(raw->curve == COSE_CURVE_ED25519 ? KEY_ROOT : KEY_EXCHANGE, 7);
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, KEY_FILE_MAX);
	cbor_write_array(&w, 7);
	cbor_write_chars(&w, raw->mark);
	cbor_write_uint(&w, raw->version);
	cbor_write_uint(&w, raw->purpose);
	cose_key_write(&w, &key);
	cbor_write_array(&w, raw->wrap_items);
	cbor_write_uint(&w, raw->wrap);
	if (raw->wrap_items > 1) {
		cbor_write_bytes(&w, ZEROS, raw->salt_len);
		cbor_write_uint(&w, raw->opslimit);
		cbor_write_uint(&w, raw->memlimit_kib);
	}
	cbor_write_bytes(&w, ZEROS, raw->nonce_len);
	cbor_write_bytes(&w, ZEROS, raw->sealed_len);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	checked_append(bytes, &len);
	return len;
}

static void
each_impossible_field_is_told_with_its_place(void **state)
{
	static const struct {
		const char *what;
		size_t member; /* offset in struct raw of the uint64 that is replaced; 0: see below */
		uint64_t value;
		enum skerry_err err;
		size_t at;
	} FIELDS[] = {
		{ "version 0", offsetof(struct raw, version), 0, SKERRY_ERR_KEY_FILE_VALUE, 12 },
		{ "version 2", offsetof(struct raw, version), 2, SKERRY_ERR_CLAIM_VERSION, 12 },
		{ "version 300", offsetof(struct raw, version), 300, SKERRY_ERR_CLAIM_VERSION, 12 },
		{ "version 2^63", offsetof(struct raw, version), UINT64_C(1) << 63,
			SKERRY_ERR_CLAIM_VERSION, 12 },
		{ "purpose 0", offsetof(struct raw, purpose), 0, SKERRY_ERR_KEY_FILE_VALUE, 13 },
		{ "purpose 6", offsetof(struct raw, purpose), 6, SKERRY_ERR_KEY_FILE_VALUE, 13 },
		{ "purpose 256", offsetof(struct raw, purpose), 256, SKERRY_ERR_CBOR_RANGE, 13 },
		{ "another purpose's curve", offsetof(struct raw, purpose), KEY_EXCHANGE,
			SKERRY_ERR_KEY_FILE_VALUE, 14 },
		{ "wrap 3", offsetof(struct raw, wrap), 3, SKERRY_ERR_KEY_FILE_VALUE, 56 },
		{ "wrap 0 with parameters", offsetof(struct raw, wrap), 0,
			SKERRY_ERR_KEY_FILE_VALUE, 56 },
		{ "wrap 1 without parameters", offsetof(struct raw, wrap_items), 1,
			SKERRY_ERR_KEY_FILE_VALUE, 56 },
		{ "opslimit 0", offsetof(struct raw, opslimit), 0, SKERRY_ERR_KEY_FILE_VALUE, 75 },
		{ "opslimit 17", offsetof(struct raw, opslimit), 17, SKERRY_ERR_KEY_FILE_VALUE,
			75 },
		{ "opslimit 2^32", offsetof(struct raw, opslimit), UINT64_C(1) << 32,
			SKERRY_ERR_CBOR_RANGE, 75 },
		{ "7 KiB", offsetof(struct raw, memlimit_kib), 7, SKERRY_ERR_KEY_FILE_VALUE, 76 },
		{ "a GiB and more", offsetof(struct raw, memlimit_kib), (1 << 20) + 1,
			SKERRY_ERR_KEY_FILE_VALUE, 76 },
		{ "salt", offsetof(struct raw, salt_len), 15, SKERRY_ERR_CBOR_COUNT, 58 },
		{ "nonce", offsetof(struct raw, nonce_len), 23, SKERRY_ERR_CBOR_COUNT, 77 },
		{ "sealed", offsetof(struct raw, sealed_len), 47, SKERRY_ERR_CBOR_COUNT, 103 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
		struct raw raw = GOOD_RAW;
		struct key_file_info info;
		uint8_t bytes[KEY_FILE_MAX];
		size_t len, offset = 999;
		enum skerry_err err;

		memcpy((uint8_t *)&raw + FIELDS[i].member, &FIELDS[i].value, sizeof(uint64_t));
		len = write_raw(&raw, bytes);
		err = key_file_inspect(bytes, len, &info, &offset);
		if (err != FIELDS[i].err || offset != FIELDS[i].at)
			print_error("%s: %d at %zu\n", FIELDS[i].what, err, offset);
		assert_int_equal(err, FIELDS[i].err);
		assert_int_equal(offset, FIELDS[i].at);
	}
}

static void
the_raw_file_itself_is_well_formed(void **state)
{
	struct raw raw = GOOD_RAW;
	struct key_file_info info;
	uint8_t bytes[KEY_FILE_MAX];
	size_t offset;

	(void)state;
	assert_int_equal(
		key_file_inspect(bytes, write_raw(&raw, bytes), &info, &offset), SKERRY_OK);
	assert_int_equal(open_err(bytes, write_raw(&raw, bytes), KEY_ROOT, &WRAPS[1]),
		SKERRY_ERR_PASSPHRASE);
	raw.mark = "skerry-kez";
	assert_int_equal(key_file_inspect(bytes, write_raw(&raw, bytes), &info, &offset),
		SKERRY_ERR_KEY_FILE_VALUE);
	assert_int_equal(offset, 1);
}

static void
a_public_half_that_does_not_belong_is_found(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_ROOT, 7);
	uint8_t bytes[KEY_FILE_MAX];
	size_t len;

	(void)state;
	pair.public_key = ceremony_public(KEY_ROOT, 8);
	assert_int_equal(key_file_write(&pair, &WRAPS[1], bytes, &len), SKERRY_OK);
	assert_int_equal(open_err(bytes, len, KEY_ROOT, &WRAPS[1]), SKERRY_ERR_KEY_PAIR);
	key_pair_free(&pair);
}

static void
unusable_wraps_and_pairs_are_arguments(void **state)
{
	static const struct key_wrap UNUSABLE[] = {
		{ .kind = (enum key_wrap_kind)3 },
		{ .kind = KEY_WRAP_KEY },
		{ .kind = KEY_WRAP_PASSPHRASE },
		{ .kind = KEY_WRAP_PASSPHRASE, .passphrase = "", .passphrase_len = 0 },
		{ .kind = KEY_WRAP_PASSPHRASE,
			.passphrase = "x",
			.passphrase_len = KEY_PASSPHRASE_MAX + 1 },
		{ .kind = KEY_WRAP_PASSPHRASE,
			.passphrase = "x",
			.passphrase_len = 1,
			.opslimit = KEY_OPSLIMIT_MAX + 1 },
		{ .kind = KEY_WRAP_PASSPHRASE,
			.passphrase = "x",
			.passphrase_len = 1,
			.memlimit_kib = 7 },
	};
	struct key_pair pair = ceremony_pair(KEY_ROOT, 7), other;
	uint8_t bytes[KEY_FILE_MAX], secret[KEY_SECRET_LEN] = { 1 };
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof UNUSABLE / sizeof *UNUSABLE; i++)
		assert_int_equal(
			key_file_write(&pair, &UNUSABLE[i], bytes, &len), SKERRY_ERR_ARGUMENT);
	assert_int_equal(key_pair_from_secret((enum key_purpose)0, COSE_ALG_EDDSA, secret, &other),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(key_pair_generate(KEY_ROOT, COSE_ALG_NONE, &other), SKERRY_ERR_ARGUMENT);
	assert_int_equal(key_pair_generate(KEY_EXCHANGE, COSE_ALG_NONE, &other), SKERRY_OK);
	key_pair_free(&other);
	key_pair_free(&other); /* harmless */
	key_pair_free(&pair);
}

static void
generated_pairs_differ(void **state)
{
	struct key_pair a, b;

	(void)state;
	assert_int_equal(key_pair_generate(KEY_ROOT, COSE_ALG_EDDSA, &a), SKERRY_OK);
	assert_int_equal(key_pair_generate(KEY_ROOT, COSE_ALG_EDDSA, &b), SKERRY_OK);
	assert_false(cose_key_same(&a.public_key, &b.public_key));
	key_pair_free(&a);
	key_pair_free(&b);
}

static void
purposes_have_names(void **state)
{
	(void)state;
	for (enum key_purpose purpose = KEY_ROOT; purpose <= KEY_OPENING; purpose++)
		assert_int_equal(key_purpose_from_name(key_purpose_name(purpose)), purpose);
	assert_null(key_purpose_name((enum key_purpose)0));
	assert_null(key_purpose_name((enum key_purpose)6));
	assert_int_equal(key_purpose_from_name("Root"), 0);
	assert_int_equal(key_purpose_from_name(""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_purpose_comes_back_from_every_wrap),
		cmocka_unit_test(the_secret_stands_in_no_file_in_the_clear),
		cmocka_unit_test(two_writes_of_one_key_differ),
		cmocka_unit_test(both_algorithms_are_kept),
		cmocka_unit_test(wrong_passphrase_and_wrong_wrapping_key_are_told),
		cmocka_unit_test(a_key_of_another_purpose_is_refused),
		cmocka_unit_test(every_flip_and_truncation_is_damage),
		cmocka_unit_test(every_flip_is_found_behind_a_checksum_made_to_fit),
		cmocka_unit_test(each_impossible_field_is_told_with_its_place),
		cmocka_unit_test(the_raw_file_itself_is_well_formed),
		cmocka_unit_test(a_public_half_that_does_not_belong_is_found),
		cmocka_unit_test(unusable_wraps_and_pairs_are_arguments),
		cmocka_unit_test(generated_pairs_differ),
		cmocka_unit_test(purposes_have_names),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
