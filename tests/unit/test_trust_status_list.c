/* SPDX-License-Identifier: ISC */
/* Status lists from bytes to claims: who may sign one, for whom and when; every flip and truncation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/license.h"
#include "keys/random.h"
#include "keys/sign.h"
#include "keys/trust.h"
#include "tests/unit/fixture_ceremony.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_hotel.h"

#define DAY CEREMONY_DAY
#define TODAY CEREMONY_TODAY
#define NEVER LICENSE_NEVER

enum { BYTES_MAX = 1024 };

/* The draft's own list of 12 entries. */
static const uint8_t PACKED[] = { 0x78, 0xda, 0x3b, 0xe9, 0xf2, 0x13, 0x00, 0x03, 0xdf, 0x02,
	0x07 };
static const uint8_t ROOT_1[] = { 1 };

struct fixture {
	struct trust trust;
	struct manifest manifest;
	struct key_pair issuing;
	struct status_list list;
	uint8_t manifest_bytes[MANIFEST_MAX];
	uint8_t bytes[BYTES_MAX];
	size_t len;
};

static void
anchor(struct fixture *f)
{
	size_t len = ceremony_sign_manifest(&f->manifest, ROOT_1, 1, f->manifest_bytes), offset;

	assert_int_equal(trust_anchor(&f->trust, f->manifest_bytes, len, &offset), SKERRY_OK);
}

/* Signs whatever the fixture's list says. */
static void
sign_as(struct fixture *f, const char *type)
{
	uint8_t payload[BYTES_MAX];
	struct cbor_writer w;
	size_t payload_len = 0;

	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &f->list);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	assert_int_equal(sign_sign1(&f->issuing, type, (struct cbor_bytes){ payload, payload_len },
				 f->bytes, BYTES_MAX, &f->len),
		SKERRY_OK);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	ceremony_manifest(&f->manifest, 1, 1, 1);
	anchor(f);
	f->issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	f->list = (struct status_list){ fixture_text("skerry:hotelhub"), TODAY, 2,
		{ PACKED, sizeof PACKED } };
	sign_as(f, STATUS_LIST_TYPE);
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

static bool
is_of_permission(enum skerry_err err)
{
	return err == SKERRY_OK ||
	       (err >= SKERRY_ERR_TRUST_ROLE && err <= SKERRY_ERR_TRUST_GRACE) ||
	       err == SKERRY_ERR_TRUST_KEY_REVOKED;
}

/* Opens it from memory of its length; outputs are there for what is genuine, and for nothing else. */
static enum skerry_err
open_list(const struct fixture *f, size_t *ret_offset)
{
	uint8_t *exact = fixture_exact_copy(f->bytes, f->len);
	const struct manifest_key *key = NULL;
	struct status_list got = { .bits = 77 };
	enum skerry_err err;

	*ret_offset = SIZE_MAX;
	err = trust_open_status_list(&f->trust, exact, f->len, &got, &key, ret_offset);
	if (is_of_permission(err)) {
		assert_true(cbor_text_same(got.uri, f->list.uri));
		assert_int_equal(got.issued_at, f->list.issued_at);
		assert_int_equal(got.bits, 2);
		assert_true(cbor_bytes_same(got.packed, f->list.packed));
		assert_ptr_equal(key, &f->trust.manifest.keys[0]);
		assert_int_equal(*ret_offset, 0);
	} else {
		assert_int_equal(got.bits, 77);
		assert_null(key);
		assert_true(*ret_offset <= f->len);
	}
	free(exact);
	return err;
}

static void
a_list_by_a_listed_key_opens(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	assert_int_equal(open_list(f, &offset), SKERRY_OK);
}

static void
the_manifest_decides_about_it(void **state)
{
	static const struct {
		const char *brand; /* the key's only one; NULL: all */
		int64_t not_before, not_after, latest, revoked_at;
		unsigned roles;
		enum skerry_err err;
	} ROWS[] = {
		{ NULL, TODAY, TODAY, NEVER, NEVER, MANIFEST_ROLE_STATUS, SKERRY_OK },
		{ "hotelhub", TODAY, TODAY, NEVER, NEVER, MANIFEST_ROLE_STATUS, SKERRY_OK },
		/* A list has no end that `latest` could limit. */
		{ NULL, TODAY, TODAY, TODAY - DAY, NEVER, MANIFEST_ROLE_STATUS, SKERRY_OK },
		{ NULL, TODAY, TODAY, NEVER, NEVER, MANIFEST_ROLES_ALL - MANIFEST_ROLE_STATUS,
			SKERRY_ERR_TRUST_ROLE },
		{ "rthub", TODAY, TODAY, NEVER, NEVER, MANIFEST_ROLE_STATUS,
			SKERRY_ERR_TRUST_BRAND },
		{ NULL, TODAY + 1, TODAY + 2, NEVER, NEVER, MANIFEST_ROLE_STATUS,
			SKERRY_ERR_TRUST_NOT_YET },
		{ NULL, TODAY - 2, TODAY - 1, NEVER, NEVER, MANIFEST_ROLE_STATUS,
			SKERRY_ERR_TRUST_RETIRED },
		{ NULL, TODAY, TODAY, NEVER, TODAY + 5 * DAY, MANIFEST_ROLE_STATUS,
			SKERRY_ERR_TRUST_KEY_REVOKED },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct manifest_key *key = &f->manifest.keys[0];
		size_t offset;

		key->roles = ROWS[i].roles;
		key->brands_len = ROWS[i].brand != NULL;
		key->brands[0] = fixture_text(ROWS[i].brand != NULL ? ROWS[i].brand : "");
		key->not_before = ROWS[i].not_before;
		key->not_after = ROWS[i].not_after;
		key->latest = ROWS[i].latest;
		key->revoked_at = ROWS[i].revoked_at;
		anchor(f);
		assert_int_equal(open_list(f, &offset), ROWS[i].err);
	}
}

static void
a_sub_that_names_no_brand_is_refused(void **state)
{
	static const char *const URIS[] = { "skerry:", "skerry", "hotelhub", "Skerry:hotelhub",
		"skerry:Hotel", "skerry:hotel/hub", "skerry:*", " skerry:hotelhub",
		"skerry:hotelhub ", "skerry:skerry:hotelhub",
		"skerry:a23456789012345678901234567890123", "https://example.com/statuslists/1" };
	struct fixture *f = *state;
	size_t offset;

	for (size_t i = 0; i < sizeof URIS / sizeof *URIS; i++) {
		f->list.uri = fixture_text(URIS[i]);
		sign_as(f, STATUS_LIST_TYPE);
		assert_int_equal(open_list(f, &offset), SKERRY_ERR_CLAIM_VALUE);
		assert_int_equal(offset, 0);
	}
}

static void
only_two_bits_are_taken(void **state)
{
	static const unsigned WIDTHS[] = { 1, 4, 8 };
	struct fixture *f = *state;
	size_t offset;

	for (size_t i = 0; i < 3; i++) {
		f->list.bits = WIDTHS[i];
		sign_as(f, STATUS_LIST_TYPE);
		assert_int_equal(open_list(f, &offset), SKERRY_ERR_CLAIM_VALUE);
	}
}

static void
another_typ_is_another_document(void **state)
{
	static const char *const TYPES[] = { LICENSE_TYPE, "application/statuslist+jwt",
		"application/vnd.skerry.reply+cwt" };
	struct fixture *f = *state;
	const struct manifest_key *key;
	struct license license;
	size_t offset;

	for (size_t i = 0; i < 3; i++) {
		sign_as(f, TYPES[i]);
		assert_int_equal(open_list(f, &offset), SKERRY_ERR_COSE_TYPE);
	}
	sign_as(f, STATUS_LIST_TYPE);
	assert_int_equal(trust_open_license(&f->trust, f->bytes, f->len, &license, &key, &offset),
		SKERRY_ERR_COSE_TYPE);
}

static void
a_key_that_is_not_listed_signs_nothing(void **state)
{
	struct fixture *f = *state;
	size_t offset;

	key_pair_free(&f->issuing);
	f->issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING + 1);
	sign_as(f, STATUS_LIST_TYPE);
	assert_int_equal(open_list(f, &offset), SKERRY_ERR_TRUST_KEY_UNKNOWN);
}

static void
claims_that_cannot_be_are_told_by_their_place_in_the_file(void **state)
{
	/* {2: "skerry:hotelhub", 6: 0}, without a list. */
	static const char CLAIMS[] = "a2 02 6f736b657272793a686f74656c687562 06 00";
	struct fixture *f = *state;
	uint8_t payload[64];
	size_t len = fixture_hex(CLAIMS, payload, 0, sizeof payload), offset;

	assert_int_equal(sign_sign1(&f->issuing, STATUS_LIST_TYPE,
				 (struct cbor_bytes){ payload, len }, f->bytes, BYTES_MAX, &f->len),
		SKERRY_OK);
	assert_int_equal(open_list(f, &offset), SKERRY_ERR_CLAIM_MISSING);
	assert_memory_equal(f->bytes + offset, payload, len);
}

static void
every_flip_and_truncation_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t len = f->len, offset;

	for (size_t bit = 0; bit < len * 8; bit++) {
		f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(is_of_permission(open_list(f, &offset)));
		f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (f->len = 0; f->len < len; f->len++)
		assert_false(is_of_permission(open_list(f, &offset)));
	f->bytes[len] = 0;
	f->len = len + 1;
	assert_int_equal(open_list(f, &offset), SKERRY_ERR_CBOR_TRAILING);
}

/* The largest list that a reader takes, signed, is no larger than what is opened. */
static void
the_largest_list_fits(void **state)
{
	struct fixture *f = *state;
	uint8_t *packed = calloc(1, STATUS_LIST_PACKED_MAX), *payload = malloc(STATUS_LIST_MAX),
		*bytes = calloc(1, STATUS_LIST_MAX + 1);
	const struct manifest_key *key;
	struct status_list got;
	struct cbor_writer w;
	size_t len = 0, offset = 0;

	assert_non_null(packed);
	assert_non_null(payload);
	assert_non_null(bytes);
	f->list.packed = (struct cbor_bytes){ packed, STATUS_LIST_PACKED_MAX };
	cbor_writer_init(&w, payload, STATUS_LIST_MAX);
	status_list_write(&w, &f->list);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(&f->issuing, STATUS_LIST_TYPE,
				 (struct cbor_bytes){ payload, len }, bytes, STATUS_LIST_MAX, &len),
		SKERRY_OK);
	assert_int_equal(
		trust_open_status_list(&f->trust, bytes, len, &got, &key, &offset), SKERRY_OK);
	assert_int_equal(
		trust_open_status_list(&f->trust, bytes, STATUS_LIST_MAX + 1, &got, &key, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	free(packed);
	free(payload);
	free(bytes);
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(a_list_by_a_listed_key_opens),
		WITH_FIXTURE(the_manifest_decides_about_it),
		WITH_FIXTURE(a_sub_that_names_no_brand_is_refused),
		WITH_FIXTURE(only_two_bits_are_taken),
		WITH_FIXTURE(another_typ_is_another_document),
		WITH_FIXTURE(a_key_that_is_not_listed_signs_nothing),
		WITH_FIXTURE(claims_that_cannot_be_are_told_by_their_place_in_the_file),
		WITH_FIXTURE(every_flip_and_truncation_is_refused),
		WITH_FIXTURE(the_largest_list_fits),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
