/* SPDX-License-Identifier: ISC */
/* What a license must not be: each refusal with its offset, claims missing, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "fixture_payload.h"
#include "fixture_refusals.h"

static struct payload full, altered, copied;

static enum skerry_err
copy_license(const uint8_t *bytes, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	struct license license;
	struct cbor_writer w;
	enum skerry_err err =
		license_parse((struct cbor_bytes){ bytes, len }, &license, ret_offset);

	if (err != SKERRY_OK)
		return err;
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	license_write(&w, &license);
	err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static int
encode_full(void **state)
{
	struct license license;
	struct cbor_writer w;

	(void)state;
	hotel_license_full(&license);
	cbor_writer_init(&w, full.bytes, sizeof full.bytes);
	license_write(&w, &license);
	return cbor_writer_finish(&w, &full.len) == SKERRY_OK ? 0 : -1;
}

#define CNF "08a101a40101032720062158"

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < REFUSALS_LEN; i++) {
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;
		struct license license = { .edition = 77 };

		altered = full;
		want = payload_patch(&altered, REFUSALS[i].find, REFUSALS[i].put);
		err = license_parse(
			(struct cbor_bytes){ altered.bytes, altered.len }, &license, &offset);
		if (err != REFUSALS[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSALS[i].find,
				REFUSALS[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSALS[i].err), want);
			wrong++;
		}
		assert_int_equal(license.edition, 77);
	}
	assert_int_equal(wrong, 0);
}

/* What taking away each claim of the full license does; `at`: where the error is found then. */
static const struct {
	const char *map; /* NULL: the outer one */
	int64_t label;
	enum skerry_err err;
	const char *at; /* NULL: the map */
} DROPPED[] = {
	{ NULL, 1, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 2, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 3, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 4, SKERRY_ERR_CLAIM_CONFLICT, NULL }, /* exp, although the ladder ends */
	{ NULL, 5, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 6, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 7, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ NULL, 8, SKERRY_OK, NULL },
	{ NULL, 65535, SKERRY_OK, NULL },
	{ NULL, -65537, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ "af0101021a", 1, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ "af0101021a", 2, SKERRY_ERR_CLAIM_MISSING, NULL },
	{ "af0101021a", 3, SKERRY_OK, NULL },
	{ "af0101021a", 4, SKERRY_ERR_CLAIM_MISSING, NULL },
	/* Without renew_by the ladder runs on from valid_until, beyond exp. */
	{ "af0101021a", 5, SKERRY_ERR_CLAIM_CONFLICT, "1a6a9f5000" },
	{ "af0101021a", 6, SKERRY_OK, NULL },
	{ "af0101021a", 7, SKERRY_OK, NULL },
	{ "af0101021a", 8, SKERRY_OK, NULL },
	{ "af0101021a", 9, SKERRY_OK, NULL },
	{ "af0101021a", 10, SKERRY_OK, NULL },
	{ "af0101021a", 11, SKERRY_OK, NULL },
	{ "af0101021a", 12, SKERRY_OK, NULL },
	{ "af0101021a", 13, SKERRY_OK, NULL },
	{ "af0101021a", 14, SKERRY_OK, NULL },
	{ "af0101021a", 15, SKERRY_OK, NULL },
	{ "a101a40101", 1, SKERRY_ERR_CLAIM_MISSING, NULL },
};

static void
what_every_license_has_must_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++) {
		size_t map_at = DROPPED[i].map == NULL ? 0 : payload_find(&full, DROPPED[i].map);
		size_t offset = SIZE_MAX;
		enum skerry_err err;

		altered = full;
		payload_drop(&altered, map_at, DROPPED[i].label);
		err = copy_license(altered.bytes, altered.len, &copied, &offset);
		assert_int_equal(err, DROPPED[i].err);
		if (err != SKERRY_OK)
			assert_int_equal(offset, DROPPED[i].at == NULL
							 ? map_at
							 : payload_find(&altered, DROPPED[i].at));
		else
			assert_int_equal(copied.len, altered.len);
	}
}

static void
a_key_that_cannot_sign_is_no_site_key(void **state)
{
	size_t offset, at;

	(void)state;
	altered = full;
	at = payload_patch(&altered, CNF,
		"08a101|a30101200421"
		"58");
	assert_int_equal(
		copy_license(altered.bytes, altered.len, &copied, &offset), SKERRY_ERR_CLAIM_VALUE);
	assert_int_equal(offset, at);
}

static void
all_neighbors_are_refused_or_canonical(void **state)
{
	struct license license;
	struct cbor_writer w;

	(void)state;
	payload_assert_neighbors(&full, copy_license);
	hotel_license_bare(&license);
	cbor_writer_init(&w, altered.bytes, sizeof altered.bytes);
	license_write(&w, &license);
	assert_int_equal(cbor_writer_finish(&w, &altered.len), SKERRY_OK);
	payload_assert_neighbors(&altered, copy_license);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_license);
}

static void
a_payload_too_large_is_refused_unread(void **state)
{
	static uint8_t zeros[LICENSE_PAYLOAD_MAX + 1];
	struct license license;
	size_t offset;

	(void)state;
	assert_int_equal(
		license_parse((struct cbor_bytes){ zeros, sizeof zeros }, &license, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(
		license_parse((struct cbor_bytes){ zeros, sizeof zeros - 1 }, &license, &offset),
		SKERRY_ERR_CBOR_TYPE);
	assert_int_equal(license_parse((struct cbor_bytes){ NULL, 0 }, &license, &offset),
		SKERRY_ERR_CBOR_TRUNCATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(what_every_license_has_must_be_there),
		cmocka_unit_test(a_key_that_cannot_sign_is_no_site_key),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(a_payload_too_large_is_refused_unread),
	};
	return cmocka_run_group_tests(tests, encode_full, NULL);
}
