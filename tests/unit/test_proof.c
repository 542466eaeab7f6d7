/* SPDX-License-Identifier: ISC */
/* The proof: there and back, each refusal with its offset, every byte flipped; one made of a site. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_daemon.h"
#include "fixture_hotel.h"
#include "keys/hash.h"
#include "keys/verify.h"
#include "verifier/texts/en.h"
#include "verifier/texts/id.h"

STATE_OWN_CLOCKS

static uint8_t bytes[2 * PROOF_PAYLOAD_MAX], hash[PROOF_HASH_LEN];

static enum skerry_err
encode(const struct proof *proof, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, bytes, sizeof bytes);
	proof_write(&w, proof);
	return cbor_writer_finish(&w, ret_len);
}

static struct proof
bare(void)
{
	return (struct proof){ .product = fixture_text("hotelhub/hms"),
		.issued_at = HOTEL_ISSUED_AT,
		.expires_at = HOTEL_ISSUED_AT + 1,
		.nonce = fixture_bytes(0xe0, PROOF_NONCE_MIN),
		.license_hash = hash,
		.next_change_at = LICENSE_NEVER,
		.renew_by = LICENSE_NEVER,
		.valid_until = LICENSE_NEVER,
		.maintenance_until = LICENSE_NEVER,
		.grace_until = LICENSE_NEVER,
		.degraded_until = LICENSE_NEVER,
		.manifest_version = 1 };
}

static struct proof
full(void)
{
	struct proof proof = bare();

	proof.expires_at = HOTEL_ISSUED_AT + PROOF_LIVES_S;
	proof.nonce = fixture_bytes(0xc0, 32);
	proof.state = 3;
	proof.access = 2;
	proof.reason = 255;
	proof.notice = 3;
	proof.clock = 4;
	proof.state_rollback = true;
	proof.next_change_at = HOTEL_ISSUED_AT + 7;
	proof.renew_by = 8;
	proof.valid_until = 9;
	proof.maintenance_until = 10;
	proof.grace_until = 11;
	proof.degraded_until = LICENSE_TIME_MAX;
	proof.message = fixture_text("Lisensi \xc3\xa9");
	proof.tenant = fixture_text("north");
	proof.domain = fixture_text("a.example");
	proof.build_date = 18;
	proof.manifest_version = LICENSE_COUNTER_MAX;
	return proof;
}

static void
assert_survives(const struct proof *proof)
{
	struct proof got;
	size_t len = 0, offset = 0;

	assert_int_equal(encode(proof, &len), SKERRY_OK);
	assert_int_equal(proof_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_true(cbor_text_same(got.product, proof->product));
	assert_true(cbor_text_same(got.message, proof->message));
	assert_true(cbor_text_same(got.tenant, proof->tenant));
	assert_true(cbor_text_same(got.domain, proof->domain));
	assert_true(cbor_bytes_same(got.nonce, proof->nonce));
	assert_memory_equal(got.license_hash, proof->license_hash, PROOF_HASH_LEN);
	got.product = proof->product;
	got.message = proof->message;
	got.tenant = proof->tenant;
	got.domain = proof->domain;
	got.nonce = proof->nonce;
	got.license_hash = proof->license_hash;
	assert_int_equal(got.issued_at, proof->issued_at);
	assert_int_equal(got.expires_at, proof->expires_at);
	assert_int_equal(got.state, proof->state);
	assert_int_equal(got.access, proof->access);
	assert_int_equal(got.reason, proof->reason);
	assert_int_equal(got.notice, proof->notice);
	assert_int_equal(got.clock, proof->clock);
	assert_int_equal(got.state_rollback, proof->state_rollback);
	assert_int_equal(got.next_change_at, proof->next_change_at);
	assert_int_equal(got.renew_by, proof->renew_by);
	assert_int_equal(got.valid_until, proof->valid_until);
	assert_int_equal(got.maintenance_until, proof->maintenance_until);
	assert_int_equal(got.grace_until, proof->grace_until);
	assert_int_equal(got.degraded_until, proof->degraded_until);
	assert_int_equal(got.build_date, proof->build_date);
	assert_int_equal(got.manifest_version, proof->manifest_version);
}

static void
what_is_written_is_read(void **state)
{
	struct proof proof = bare();

	(void)state;
	assert_survives(&proof);
	proof = full();
	assert_survives(&proof);
}

static void
what_must_not_be_is_not_written(void **state)
{
	static const char LONG[PROOF_MESSAGE_MAX + 1] = { 0 };
	size_t len;

	(void)state;
#define REFUSES(change, error)                                                                     \
	do {                                                                                       \
		struct proof proof = full();                                                       \
		change;                                                                            \
		assert_int_equal(encode(&proof, &len), error);                                     \
	} while (0)
	REFUSES(proof.expires_at = proof.issued_at, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSES(proof.expires_at = proof.issued_at + PROOF_LIVES_S + 1, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSES(proof.issued_at = -1, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.nonce.len = PROOF_NONCE_MIN - 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.nonce.len = 0, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.product = fixture_text("hms"), SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.product = fixture_text("hotelhub/"), SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.product = fixture_text("/hms"), SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.product = fixture_text("a/b/c"), SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.product = fixture_text("Hotelhub/hms"), SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.license_hash = NULL, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.state = 256, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.clock = 256, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.renew_by = LICENSE_TIME_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.build_date = -1, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.build_date = LICENSE_TIME_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSES(proof.manifest_version = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSES(proof.message = ((struct cbor_text){ LONG, sizeof LONG }), SKERRY_ERR_CLAIM_VALUE);
}

static enum skerry_err
parse(const uint8_t *payload, size_t len, size_t *ret_offset)
{
	struct proof proof = { .state = 77 };
	enum skerry_err err = proof_parse((struct cbor_bytes){ payload, len }, &proof, ret_offset);

	if (err != SKERRY_OK)
		assert_int_equal(proof.state, 77);
	return err;
}

/* One byte in place of another; found by what stands before it. */
static const struct {
	const char *find;
	uint8_t by;
	size_t behind; /* `find`: the byte that is replaced */
	enum skerry_err err;
} ALTERED[] = {
	{ "\x03\x6chotel", 0x4c, 1, SKERRY_ERR_CBOR_TYPE },
	{ "\x0a\x58\x20\xc0", 0x0b, 0, SKERRY_ERR_CLAIM_MISSING },
	{ "\x0a\x58\x20\xc0", 0x20, 0, SKERRY_ERR_CLAIM_CRITICAL },
	{ "\x0a\x58\x20\xc0", 0x05, 0, SKERRY_ERR_CBOR_KEY_ORDER },
	{ "\x01\x01\x02\x58\x20", 2, 1, SKERRY_ERR_CLAIM_VERSION },
	{ "\x01\x01\x02\x58\x20", 0, 1, SKERRY_ERR_CLAIM_VALUE },
	{ "\x01\x01\x02\x58\x20", 3, 2, SKERRY_ERR_CBOR_TYPE },
	{ "\x0e\xf5\x0f", 0xf4, 1, SKERRY_ERR_CLAIM_VALUE },
	{ "\x12\x12\x13", 0, 1, SKERRY_ERR_CLAIM_VALUE },
	{ "\x08\x08\x09\x09", 0x20, 1, SKERRY_ERR_CBOR_RANGE },
};

static void
other_bytes_are_other_errors(void **state)
{
	const struct proof proof = full();
	uint8_t whole[PROOF_PAYLOAD_MAX];
	size_t len = 0, offset;

	(void)state;
	assert_int_equal(encode(&proof, &len), SKERRY_OK);
	memcpy(whole, bytes, len);
	for (size_t i = 0; i < sizeof ALTERED / sizeof *ALTERED; i++) {
		uint8_t *at = memmem(whole, len, ALTERED[i].find, strlen(ALTERED[i].find));
		enum skerry_err err;
		uint8_t before;

		assert_non_null(at);
		before = at[ALTERED[i].behind];
		at[ALTERED[i].behind] = ALTERED[i].by;
		err = parse(whole, len, &offset);
		at[ALTERED[i].behind] = before;
		if (err != ALTERED[i].err)
			fail_msg("%zu: %s", i, skerry_err_name(err));
		assert_true(offset <= len);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(parse(whole, cut, &offset), SKERRY_OK);
	whole[len] = 0;
	assert_int_equal(parse(whole, len + 1, &offset), SKERRY_ERR_CBOR_TRAILING);
	assert_int_equal(offset, len);
}

static void
a_neighbor_is_refused_or_written_the_same(void **state)
{
	const struct proof proof = full();
	uint8_t whole[PROOF_PAYLOAD_MAX];
	size_t len = 0;

	(void)state;
	assert_int_equal(encode(&proof, &len), SKERRY_OK);
	memcpy(whole, bytes, len);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct proof got;
		size_t offset, again = 0;

		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (proof_parse((struct cbor_bytes){ whole, len }, &got, &offset) == SKERRY_OK) {
			assert_int_equal(encode(&got, &again), SKERRY_OK);
			/* Unknown labels are passed over, and not written. */
			if (again == len)
				assert_memory_equal(bytes, whole, len);
		}
		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* --- of a site ------------------------------------------------------------------------------- */

static struct signed_document license;
static const uint8_t NONCE[PROOF_NONCE_MAX + 1] = { 1, 2, 3 };

static struct proof_wish
wish(void)
{
	return (struct proof_wish){
		.query = { .product = "hotelhub/hms" }, .texts = &TEXTS_EN, .nonce = { NONCE, 16 }
	};
}

static enum skerry_err
make_error(const struct proof_wish *wanted)
{
	struct proof_made made;
	enum skerry_err err = proof_make(&site, wanted, &made);

	if (err == SKERRY_OK)
		proof_made_free(&made);
	return err;
}

static void
a_site_proves_its_verdict(void **state)
{
	struct proof_wish wanted = wish();
	struct cbor_bytes payload;
	struct cose_sign1 message;
	struct proof_made made;
	struct proof proof;
	size_t offset;

	(void)state;
	fake_pair(&license);
	wanted.query.domain = "a.example";
	wanted.query.build_date = TODAY;
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	assert_true(cbor_bytes_same(made.license, license.document.bytes));
	assert_int_equal(made.manifests_len, 1);
	assert_int_equal(
		cose_sign1_parse(made.proof, made.proof_len, &message, &offset), SKERRY_OK);
	assert_int_equal(verify_sign1(&message, &site.identity.site_key, &payload), SKERRY_OK);
	assert_true(cbor_text_equals(message.type, PROOF_TYPE));
	proof = fake_read(&made);
	hash_sha256(license.document.bytes.data, license.document.bytes.len, hash);
	assert_memory_equal(proof.license_hash, hash, sizeof hash);
	assert_int_equal(proof.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(proof.access, SKERRY_ACCESS_FULL);
	assert_int_equal(proof.issued_at, site_now(&site));
	assert_int_equal(proof.expires_at, site_now(&site) + PROOF_LIVES_S);
	assert_int_equal(proof.build_date, TODAY);
	assert_true(cbor_text_equals(proof.domain, "a.example"));
	assert_true(cbor_text_equals(proof.product, "hotelhub/hms"));
	assert_int_equal(proof.manifest_version, 1);
	assert_true(proof.message.len > 20);
	proof_made_free(&made);
	/* The message in another language, and whoever names no product is told which it is. */
	wanted.texts = &TEXTS_ID;
	wanted.query.product = NULL;
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	proof = fake_read(&made);
	assert_memory_equal(proof.message.chars, "Lisensi", 7);
	assert_true(cbor_text_equals(proof.product, "hotelhub/hms"));
	proof_made_free(&made);
}

static void
a_proof_ends_when_the_verdict_changes(void **state)
{
	const struct proof_wish wanted = wish();
	struct proof_made made;
	struct proof proof;
	int64_t change;

	(void)state;
	fake_pair(&license);
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	change = fake_read(&made).next_change_at;
	proof_made_free(&made);
	site_live_until(change - 1);
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	proof = fake_read(&made);
	assert_int_equal(proof.issued_at, change - 1);
	assert_int_equal(proof.expires_at, change);
	proof_made_free(&made);
	site_live_until(change);
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	proof = fake_read(&made);
	assert_int_equal(proof.expires_at, change + PROOF_LIVES_S);
	proof_made_free(&made);
}

static void
the_whole_chain_comes_along(void **state)
{
	static struct signed_document manifest;
	const struct proof_wish wanted = wish();
	struct proof_made made;

	(void)state;
	fake_pair(&license);
	for (uint64_t version = 2; version <= 3; version++) {
		site_make_manifest(&manifest, version);
		assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	}
	assert_int_equal(proof_make(&site, &wanted, &made), SKERRY_OK);
	assert_int_equal(made.manifests_len, 3);
	assert_int_equal(made.manifests[2].len, manifest.document.bytes.len);
	assert_memory_equal(made.manifests[2].bytes, manifest.bytes, made.manifests[2].len);
	assert_int_equal(fake_read(&made).manifest_version, 3);
	proof_made_free(&made);
}

static void
what_cannot_be_proven_says_why(void **state)
{
	struct proof_wish wanted = wish();
	char far[300];

	(void)state;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_NO_LICENSE);
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	assert_int_equal(make_error(&wanted), SKERRY_ERR_NOT_PAIRED);
	/* Paired, but with another site. */
	license_made.edition = 2;
	license_made.has_site_key = true;
	license_made.site_key = ceremony_public(KEY_SITE, 77);
	site_sign_license(&license);
	(void)site_take_at(&license, TODAY);
	assert_int_equal(make_error(&wanted), SKERRY_ERR_NOT_PAIRED);
	wanted.nonce.len = PROOF_NONCE_MIN - 1;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_ARGUMENT);
	wanted.nonce.len = PROOF_NONCE_MAX + 1;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_ARGUMENT);
	wanted = wish();
	memset(far, 'x', sizeof far - 1);
	far[sizeof far - 1] = '\0';
	wanted.query.domain = far;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_ARGUMENT);
	wanted.query.domain = NULL;
	wanted.query.tenant = far;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_ARGUMENT);
	wanted.query.tenant = NULL;
	wanted.query.build_date = -1;
	assert_int_equal(make_error(&wanted), SKERRY_ERR_ARGUMENT);
	wanted.query.build_date = 0;
	wanted.query.product = "hotelhub/pos";
	assert_int_equal(make_error(&wanted), SKERRY_ERR_NO_LICENSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define OF_SITE(name) cmocka_unit_test_setup_teardown(name, state_set_up, state_tear_down)
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_must_not_be_is_not_written),
		cmocka_unit_test(other_bytes_are_other_errors),
		cmocka_unit_test(a_neighbor_is_refused_or_written_the_same),
		OF_SITE(a_site_proves_its_verdict),
		OF_SITE(a_proof_ends_when_the_verdict_changes),
		OF_SITE(the_whole_chain_comes_along),
		OF_SITE(what_cannot_be_proven_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
