/* SPDX-License-Identifier: ISC */
/* Licenses and anchors from bytes to claims, with every flip and truncation of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/ladder.h"
#include "keys/random.h"
#include "keys/sign.h"
#include "keys/trust.h"
#include "tests/unit/fixture_ceremony.h"

#define DAY CEREMONY_DAY
#define TODAY CEREMONY_TODAY
#define NEVER LICENSE_NEVER
#define TEXT(chars)                                                                                \
	{                                                                                          \
		chars, sizeof chars - 1                                                            \
	}

/* --- allocations are counted where nothing else counts them --- */

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS 1
#endif

static unsigned allocations;

#if COUNTS_ALLOCATIONS
void *__libc_malloc(size_t size);

void *
malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}
#endif

struct fixture {
	struct trust trust;
	struct manifest manifest;
	struct key_pair issuing;
	struct license license;
	uint8_t bytes[MANIFEST_MAX];
	size_t len;
};

static const uint8_t ROOT_1[] = { 1 }, ROOTS_123[] = { 1, 2, 3 };

static void
anchor(struct fixture *f)
{
	size_t len, offset;

	len = ceremony_sign_manifest(&f->manifest, ROOT_1, 1, f->bytes);
	assert_int_equal(trust_anchor(&f->trust, f->bytes, len, &offset), SKERRY_OK);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	ceremony_manifest(&f->manifest, 1, 1, 1);
	f->issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	ceremony_license(&f->license);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	key_pair_free(&f->issuing);
	free(f);
	return 0;
}

static void
sign_it(struct fixture *f)
{
	f->len = ceremony_sign_license(&f->license, &f->issuing, f->bytes);
}

/* What trust_permits says of a genuine license: the claims are told all the same. */
static bool
is_genuine(enum skerry_err err)
{
	switch (err) {
	case SKERRY_OK:
	case SKERRY_ERR_TRUST_ROLE:
	case SKERRY_ERR_TRUST_BRAND:
	case SKERRY_ERR_TRUST_NOT_YET:
	case SKERRY_ERR_TRUST_RETIRED:
	case SKERRY_ERR_TRUST_PERPETUAL:
	case SKERRY_ERR_TRUST_GRACE:
	case SKERRY_ERR_TRUST_LATEST:
	case SKERRY_ERR_TRUST_KEY_REVOKED:
		return true;
	default:
		return false;
	}
}

/* Opens f->bytes; holds outputs to "untouched on failure". */
static enum skerry_err
open_it(struct fixture *f, size_t *ret_offset)
{
	static struct license got;
	const struct manifest_key *key = NULL;
	enum skerry_err err;

	memset(&got, 0x77, sizeof got);
	err = trust_open_license(&f->trust, f->bytes, f->len, &got, &key, ret_offset);
	if (is_genuine(err)) {
		assert_true(cbor_text_equals(got.plan, "island"));
		assert_ptr_equal(key, &f->trust.manifest.keys[0]);
	} else {
		assert_null(key);
		for (size_t i = 0; i < sizeof got; i++)
			assert_int_equal(((uint8_t *)&got)[i], 0x77);
	}
	return err;
}

static void
a_good_license_opens(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_OK);
}

static void
opening_allocates_nothing(void **state)
{
	struct fixture *f = *state;
	const struct manifest_key *key;
	struct license got;
	unsigned before;
	size_t offset;
	enum skerry_err err;

	if (!COUNTS_ALLOCATIONS)
		skip();
	before = allocations;
	anchor(f);
	assert_true(allocations > before); /* the counter counts */
	sign_it(f);
	before = allocations;
	err = trust_open_license(&f->trust, f->bytes, f->len, &got, &key, &offset);
	assert_int_equal(allocations, before);
	assert_int_equal(err, SKERRY_OK);
}

static void
every_flip_and_truncation_of_a_license_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t offset, len;

	anchor(f);
	sign_it(f);
	len = f->len;
	for (size_t bit = 0; bit < len * 8; bit++) {
		f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(open_it(f, &offset), SKERRY_OK);
		f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (f->len = 0; f->len < len; f->len++)
		assert_int_not_equal(open_it(f, &offset), SKERRY_OK);
	f->len = len + 1;
	f->bytes[len] = 0;
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_CBOR_TRAILING);
	assert_int_equal(offset, len);
}

static void
each_refusal_has_its_own_name(void **state)
{
	struct fixture *f = *state;
	struct key_pair stranger = ceremony_pair(KEY_ISSUING, 99);
	struct key_pair other_alg =
		ceremony_pair_alg(KEY_ISSUING, CEREMONY_ISSUING, COSE_ALG_ED25519);
	size_t offset = 77;

	anchor(f);
	f->len = ceremony_sign_license(&f->license, &stranger, f->bytes);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	assert_int_equal(offset, 0);
	f->len = ceremony_sign_license(&f->license, &other_alg, f->bytes);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_ALGORITHM);
	sign_it(f);
	f->bytes[f->len - 1] ^= 1;
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_SIGNATURE);
	f->len = LICENSE_MAX + 1;
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(sign_sign1(&f->issuing, MANIFEST_TYPE,
				 (struct cbor_bytes){ (const uint8_t *)"\xa0", 1 }, f->bytes,
				 LICENSE_MAX, &f->len),
		SKERRY_OK);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_COSE_TYPE);
	key_pair_free(&stranger);
	key_pair_free(&other_alg);
}

static void
a_root_key_signs_no_licenses(void **state)
{
	struct fixture *f = *state;
	struct key_pair root = ceremony_pair(KEY_ROOT, 1);
	size_t offset;

	anchor(f);
	f->len = ceremony_sign_license(&f->license, &root, f->bytes);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	key_pair_free(&root);
}

static void
malformed_claims_are_told_by_their_place_in_the_file(void **state)
{
	static const uint8_t PAYLOAD[] = { 0xa1, 0x01, 0xf5 }; /* iss: true */
	struct fixture *f = *state;
	struct cose_sign1 message;
	size_t offset, payload_at;

	anchor(f);
	assert_int_equal(sign_sign1(&f->issuing, LICENSE_TYPE, (struct cbor_bytes){ PAYLOAD, 3 },
				 f->bytes, LICENSE_MAX, &f->len),
		SKERRY_OK);
	assert_int_equal(cose_sign1_parse(f->bytes, f->len, &message, &offset), SKERRY_OK);
	payload_at = message.payload_offset;
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_CBOR_TYPE);
	assert_int_equal(offset, payload_at + 2);
}

static void
the_manifests_limits_reach_the_license(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	sign_it(f);
	for (unsigned roles = 1; roles <= MANIFEST_ROLES_ALL; roles++) {
		f->manifest.keys[0].roles = roles;
		anchor(f);
		sign_it(f);
		assert_int_equal(open_it(f, &offset),
			roles & MANIFEST_ROLE_LICENSE ? SKERRY_OK : SKERRY_ERR_TRUST_ROLE);
	}
	f->manifest.keys[0].brands_len = 1;
	f->manifest.keys[0].brands[0] = (struct cbor_text)TEXT("rthub");
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_BRAND);
	f->manifest.keys[0].brands[0] = (struct cbor_text)TEXT("hotelhub");
	f->manifest.keys[0].latest = f->license.expires_at - 1;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_LATEST);
	f->manifest.keys[0].latest = f->license.expires_at;
	f->manifest.keys[0].not_after = f->license.issued_at - 1;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_RETIRED);
	f->manifest.keys[0].not_after = f->license.issued_at;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_OK);
	f->license.ladder.grace_s = LADDER_GRACE_MAX_S + 1;
	f->license.expires_at = ladder_last_date(&f->license);
	f->manifest.keys[0].latest = NEVER;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_GRACE);
	f->license.renew_by = f->license.valid_until = f->license.expires_at = NEVER;
	f->license.ladder.grace_s = 0;
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_PERPETUAL);
}

static void
a_revoked_key_still_shows_what_it_signed(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	f->manifest.keys[0].revoked_at = TODAY + 1;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_KEY_REVOKED); /* written: open_it */
	f->manifest.keys[0].not_after = TODAY - 1;
	anchor(f);
	sign_it(f);
	assert_int_equal(open_it(f, &offset), SKERRY_ERR_TRUST_RETIRED);
}

static void
the_right_key_is_found_among_the_most_there_can_be(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	for (size_t i = 0; i + 1 < MANIFEST_KEYS_MAX; i++) {
		f->manifest.keys[i] = f->manifest.keys[f->manifest.keys_len - 1];
		f->manifest.keys[i].key = ceremony_public(KEY_ISSUING, (uint8_t)(100 + i));
	}
	f->manifest.keys_len = MANIFEST_KEYS_MAX;
	f->manifest.keys[MANIFEST_KEYS_MAX - 1] = f->manifest.keys[0];
	f->manifest.keys[MANIFEST_KEYS_MAX - 1].key =
		ceremony_public(KEY_ISSUING, CEREMONY_ISSUING);
	anchor(f);
	f->len = ceremony_sign_license(&f->license, &f->issuing, f->bytes);
	{
		const struct manifest_key *key = NULL;
		struct license got;

		assert_int_equal(
			trust_open_license(&f->trust, f->bytes, f->len, &got, &key, &offset),
			SKERRY_OK);
		assert_ptr_equal(key, &f->trust.manifest.keys[MANIFEST_KEYS_MAX - 1]);
	}
}

/* --- anchors --- */

static void
an_anchor_needs_its_own_threshold(void **state)
{
	static const struct {
		uint8_t seeds[3];
		size_t seeds_len;
		enum skerry_err err;
	} ROWS[] = {
		{ { 0 }, 0, SKERRY_ERR_TRUST_THRESHOLD },
		{ { 1 }, 1, SKERRY_ERR_TRUST_THRESHOLD },
		{ { 1, 2 }, 2, SKERRY_OK },
		{ { 1, 2, 3 }, 3, SKERRY_OK },
		{ { 1, 1 }, 2, SKERRY_ERR_TRUST_THRESHOLD },
		{ { 1, 9 }, 2, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
		{ { 1, 2, 9 }, 3, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
	};
	struct fixture *f = *state;

	ceremony_manifest(&f->manifest, 1, 3, 2);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		size_t offset, len = ceremony_sign_manifest(
				       &f->manifest, ROWS[i].seeds, ROWS[i].seeds_len, f->bytes);

		assert_int_equal(trust_anchor(&f->trust, f->bytes, len, &offset), ROWS[i].err);
	}
}

/* One more signature than needed must pass as well: an attacker may not hide a bad one. */
static void
every_flip_and_truncation_of_an_anchor_is_refused(void **state)
{
	struct fixture *f = *state;
	struct trust *untouched = malloc(sizeof *untouched);

	assert_non_null(untouched);
	ceremony_manifest(&f->manifest, 1, 3, 2);
	memset(&f->trust, 0x77, sizeof f->trust);
	memcpy(untouched, &f->trust, sizeof f->trust);
	for (size_t seeds_len = 1; seeds_len <= 3; seeds_len += 2) {
		size_t offset,
			len = ceremony_sign_manifest(&f->manifest, ROOTS_123, seeds_len, f->bytes);

		for (size_t bit = 0; bit < len * 8; bit++) {
			f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(
				trust_anchor(&f->trust, f->bytes, len, &offset), SKERRY_OK);
			f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t cut = 0; cut < len; cut++)
			assert_int_not_equal(
				trust_anchor(&f->trust, f->bytes, cut, &offset), SKERRY_OK);
		f->bytes[len] = 0;
		assert_int_equal(trust_anchor(&f->trust, f->bytes, len + 1, &offset),
			SKERRY_ERR_CBOR_TRAILING);
		assert_memory_equal(&f->trust, untouched, sizeof f->trust);
		assert_int_equal(trust_anchor(&f->trust, f->bytes, len, &offset),
			seeds_len == 3 ? SKERRY_OK : SKERRY_ERR_TRUST_THRESHOLD);
	}
	free(untouched);
}

static void
an_anchor_owns_its_bytes(void **state)
{
	struct fixture *f = *state;
	const uint8_t *begin = f->trust.bytes, *end = begin + MANIFEST_MAX;
	const uint8_t *name;

	f->manifest.contacts[0] =
		(struct manifest_contact){ .brand = TEXT("*"), .name = TEXT("Vendor") };
	f->manifest.contacts_len = 1;
	anchor(f);
	memset(f->bytes, 0, sizeof f->bytes);
	name = (const uint8_t *)f->trust.manifest.contacts[0].name.chars;
	assert_true(name >= begin && name < end);
	assert_true(cbor_text_equals(f->trust.manifest.contacts[0].name, "Vendor"));
}

static void
other_documents_are_no_anchor(void **state)
{
	struct fixture *f = *state;
	struct key_pair root = ceremony_pair(KEY_ROOT, 1);
	uint8_t bytes[512];
	size_t len, signed_len, offset;

	sign_it(f);
	assert_int_equal(trust_anchor(&f->trust, f->bytes, f->len, &offset), SKERRY_ERR_CBOR_TAG);
	assert_int_equal(sign_unsigned("application/other+cwt",
				 (struct cbor_bytes){ (const uint8_t *)"\xa0", 1 }, bytes,
				 sizeof bytes, &len),
		SKERRY_OK);
	assert_int_equal(
		sign_add(&root, bytes, len, f->bytes, MANIFEST_MAX, &signed_len), SKERRY_OK);
	assert_int_equal(
		trust_anchor(&f->trust, f->bytes, signed_len, &offset), SKERRY_ERR_COSE_TYPE);
	assert_int_equal(trust_anchor(&f->trust, f->bytes, MANIFEST_MAX + 1, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	key_pair_free(&root);
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(a_good_license_opens),
		WITH_FIXTURE(opening_allocates_nothing),
		WITH_FIXTURE(every_flip_and_truncation_of_a_license_is_refused),
		WITH_FIXTURE(each_refusal_has_its_own_name),
		WITH_FIXTURE(a_root_key_signs_no_licenses),
		WITH_FIXTURE(malformed_claims_are_told_by_their_place_in_the_file),
		WITH_FIXTURE(the_manifests_limits_reach_the_license),
		WITH_FIXTURE(a_revoked_key_still_shows_what_it_signed),
		WITH_FIXTURE(the_right_key_is_found_among_the_most_there_can_be),
		WITH_FIXTURE(an_anchor_needs_its_own_threshold),
		WITH_FIXTURE(every_flip_and_truncation_of_an_anchor_is_refused),
		WITH_FIXTURE(an_anchor_owns_its_bytes),
		WITH_FIXTURE(other_documents_are_no_anchor),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
