/* SPDX-License-Identifier: ISC */
/* Signing: one signer, many signers gathered one after the other or on copies, and the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "keys/random.h"
#include "keys/sign.h"
#include "keys/verify.h"
#include "tests/unit/fixture_ceremony.h"

static const char TYPE[] = "application/vnd.skerry.manifest+cwt";
static const struct cbor_bytes PAYLOAD = { (const uint8_t *)"\xa1\x01\x02", 3 };

struct message {
	uint8_t bytes[4096];
	size_t len;
};

static struct message
unsigned_message(struct cbor_bytes payload)
{
	struct message m;

	assert_int_equal(sign_unsigned(TYPE, payload, m.bytes, sizeof m.bytes, &m.len), SKERRY_OK);
	return m;
}

static enum skerry_err
add_pair(struct message *m, const struct key_pair *pair)
{
	struct message before = *m;

	return sign_add(pair, before.bytes, before.len, m->bytes, sizeof m->bytes, &m->len);
}

static enum skerry_err
add(struct message *m, uint8_t seed)
{
	struct key_pair pair = ceremony_pair(KEY_ROOT, seed);
	enum skerry_err err = add_pair(m, &pair);

	key_pair_free(&pair);
	return err;
}

/* Every signer's signature passes under the one of the keys `1` to `seed_max` that it names. */
static void
assert_signers_pass(const struct message *m, size_t signers, uint8_t seed_max)
{
	struct cose_sign parsed;
	size_t offset, passed = 0;

	assert_int_equal(cose_sign_parse(m->bytes, m->len, &parsed, &offset), SKERRY_OK);
	assert_int_equal(parsed.signers_len, signers);
	for (uint8_t seed = 1; seed <= seed_max; seed++) {
		struct cose_key key = ceremony_public(KEY_ROOT, seed);

		for (size_t i = 0; i < parsed.signers_len; i++)
			passed += verify_signer(&parsed, &parsed.signers[i], &key) == SKERRY_OK;
	}
	assert_int_equal(passed, signers);
}

static void
an_unsigned_message_has_no_signers(void **state)
{
	struct message m = unsigned_message(PAYLOAD);
	struct cose_sign parsed;
	size_t offset;

	(void)state;
	assert_int_equal(cose_sign_parse(m.bytes, m.len, &parsed, &offset), SKERRY_OK);
	assert_int_equal(parsed.signers_len, 0);
	assert_true(cbor_text_equals(parsed.type, TYPE));
	assert_true(cbor_bytes_same(parsed.payload, PAYLOAD));
}

static void
signers_are_added_one_by_one_up_to_the_limit(void **state)
{
	struct message m = unsigned_message(PAYLOAD);

	(void)state;
	for (uint8_t seed = 1; seed <= COSE_SIGNERS_MAX; seed++) {
		assert_int_equal(add(&m, seed), SKERRY_OK);
		assert_signers_pass(&m, seed, COSE_SIGNERS_MAX);
	}
	assert_int_equal(add(&m, COSE_SIGNERS_MAX + 1), SKERRY_ERR_COSE_SIGNERS);
	assert_int_equal(add(&m, 3), SKERRY_OK); /* one it has takes no room */
}

static void
the_order_of_signing_does_not_show(void **state)
{
	struct message a = unsigned_message(PAYLOAD), b = a;

	(void)state;
	for (uint8_t seed = 1; seed <= 5; seed++) {
		assert_int_equal(add(&a, seed), SKERRY_OK);
		assert_int_equal(add(&b, (uint8_t)(6 - seed)), SKERRY_OK);
	}
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.bytes, b.bytes, a.len);
}

static void
signing_again_replaces_the_signature(void **state)
{
	struct message m = unsigned_message(PAYLOAD), before;
	struct cose_sign parsed;
	size_t offset;

	(void)state;
	assert_int_equal(add(&m, 1), SKERRY_OK);
	assert_int_equal(add(&m, 2), SKERRY_OK);
	before = m;
	assert_int_equal(add(&m, 1), SKERRY_OK);
	assert_int_equal(m.len, before.len);
	assert_memory_equal(m.bytes, before.bytes, m.len);
	/* A damaged one is repaired by its own key. */
	assert_int_equal(cose_sign_parse(m.bytes, m.len, &parsed, &offset), SKERRY_OK);
	m.bytes[parsed.signers[0].signature - m.bytes] ^= 1;
	assert_int_equal(add(&m, 1), SKERRY_OK);
	assert_int_equal(add(&m, 2), SKERRY_OK);
	assert_memory_equal(m.bytes, before.bytes, m.len);
}

static void
a_signer_signs_payload_type_and_its_own_header(void **state)
{
	struct message m = unsigned_message(PAYLOAD);
	struct cose_key key = ceremony_public(KEY_ROOT, 1);
	struct cose_sign parsed, other;
	size_t offset;

	(void)state;
	assert_int_equal(add(&m, 1), SKERRY_OK);
	assert_int_equal(cose_sign_parse(m.bytes, m.len, &parsed, &offset), SKERRY_OK);
	other = parsed;
	other.payload = (struct cbor_bytes){ (const uint8_t *)"\xa1\x01\x03", 3 };
	assert_int_equal(verify_signer(&other, &other.signers[0], &key), SKERRY_ERR_SIGNATURE);
	other = parsed;
	other.protected_bytes.len--;
	assert_int_equal(verify_signer(&other, &other.signers[0], &key), SKERRY_ERR_SIGNATURE);
	key.alg = COSE_ALG_ED25519;
	assert_int_equal(
		verify_signer(&parsed, &parsed.signers[0], &key), SKERRY_ERR_TRUST_ALGORITHM);
}

static void
copies_signed_apart_are_merged(void **state)
{
	struct message a = unsigned_message(PAYLOAD), b = a, merged, whole = a;
	size_t offset;

	(void)state;
	assert_int_equal(add(&a, 1), SKERRY_OK);
	assert_int_equal(add(&a, 2), SKERRY_OK);
	assert_int_equal(add(&b, 2), SKERRY_OK);
	assert_int_equal(add(&b, 3), SKERRY_OK);
	for (uint8_t seed = 1; seed <= 3; seed++)
		assert_int_equal(add(&whole, seed), SKERRY_OK);
	assert_int_equal(sign_merge(a.bytes, a.len, b.bytes, b.len, merged.bytes,
				 sizeof merged.bytes, &merged.len, &offset),
		SKERRY_OK);
	assert_int_equal(merged.len, whole.len);
	assert_memory_equal(merged.bytes, whole.bytes, whole.len);
	assert_signers_pass(&merged, 3, 3);
}

static void
different_contents_are_not_merged(void **state)
{
	struct message a = unsigned_message(PAYLOAD), merged = { .len = 77 };
	struct message b =
		unsigned_message((struct cbor_bytes){ (const uint8_t *)"\xa1\x01\x03", 3 });
	struct message c;
	size_t offset = 77;

	(void)state;
	assert_int_equal(sign_merge(a.bytes, a.len, b.bytes, b.len, merged.bytes,
				 sizeof merged.bytes, &merged.len, &offset),
		SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(
		sign_unsigned("application/other+cwt", PAYLOAD, c.bytes, sizeof c.bytes, &c.len),
		SKERRY_OK);
	assert_int_equal(sign_merge(a.bytes, a.len, c.bytes, c.len, merged.bytes,
				 sizeof merged.bytes, &merged.len, &offset),
		SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(merged.len, 77);
}

static void
more_signers_than_fit_are_not_merged(void **state)
{
	struct message a = unsigned_message(PAYLOAD), b = a, merged;
	size_t offset;

	(void)state;
	for (uint8_t seed = 1; seed <= COSE_SIGNERS_MAX; seed++)
		assert_int_equal(add(&a, seed), SKERRY_OK);
	assert_int_equal(add(&b, 99), SKERRY_OK);
	assert_int_equal(sign_merge(a.bytes, a.len, b.bytes, b.len, merged.bytes,
				 sizeof merged.bytes, &merged.len, &offset),
		SKERRY_ERR_COSE_SIGNERS);
}

static void
every_buffer_that_is_too_small_is_told(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_ROOT, 1);
	struct message m = unsigned_message(PAYLOAD), out;
	size_t len = 77, sign1_len;

	(void)state;
	for (size_t max = 0; max < m.len; max++)
		assert_int_equal(
			sign_unsigned(TYPE, PAYLOAD, out.bytes, max, &len), SKERRY_ERR_NO_SPACE);
	assert_int_equal(sign_sign1(&pair, TYPE, PAYLOAD, out.bytes, sizeof out.bytes, &sign1_len),
		SKERRY_OK);
	for (size_t max = 0; max < sign1_len; max++)
		assert_int_equal(sign_sign1(&pair, TYPE, PAYLOAD, out.bytes, max, &len),
			SKERRY_ERR_NO_SPACE);
	for (size_t max = 0; max < m.len; max++)
		assert_int_equal(
			sign_add(&pair, m.bytes, m.len, out.bytes, max, &len), SKERRY_ERR_NO_SPACE);
	assert_int_equal(len, 77);
	key_pair_free(&pair);
}

static void
a_sealing_key_does_not_sign(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_EXCHANGE, 1);
	struct message m = unsigned_message(PAYLOAD), out;

	(void)state;
	assert_int_equal(sign_sign1(&pair, TYPE, PAYLOAD, out.bytes, sizeof out.bytes, &out.len),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(add_pair(&m, &pair), SKERRY_ERR_ARGUMENT);
	key_pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unsigned_message_has_no_signers),
		cmocka_unit_test(signers_are_added_one_by_one_up_to_the_limit),
		cmocka_unit_test(the_order_of_signing_does_not_show),
		cmocka_unit_test(signing_again_replaces_the_signature),
		cmocka_unit_test(a_signer_signs_payload_type_and_its_own_header),
		cmocka_unit_test(copies_signed_apart_are_merged),
		cmocka_unit_test(different_contents_are_not_merged),
		cmocka_unit_test(more_signers_than_fit_are_not_merged),
		cmocka_unit_test(every_buffer_that_is_too_small_is_told),
		cmocka_unit_test(a_sealing_key_does_not_sign),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
