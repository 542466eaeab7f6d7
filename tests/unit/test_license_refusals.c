/* SPDX-License-Identifier: ISC */
/* What a license must not be: each refusal with its offset, claims missing, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "fixture_payload.h"

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

#define ISS "0168686f74656c687562"
#define CNF "08a101a40101032720062158"
#define GRANTS "08a3647469657264676f6c646a646562745f6c696d6974246f6368616e6e656c5f6d616e61676572f5"
#define STATUS "19ffffa16b7374617475735f6c697374a263696478193039637572696f736b65727279"
#define HASH1 "4c101112131415161718191a1b"
#define HASH2 "4c1112131415161718191a1b1c"
#define SALT "50a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define ANCHOR "4cd0d1d2d3d4d5d6d7d8d9dadb"
#define DOMAINS "0c8267706d732e6c616e712a2e"

/* The full license with `put` in the place of `find`: the error stands at the '|'. */
static const struct {
	const char *find, *put;
	enum skerry_err err;
} REFUSED[] = {
	/* iss, sub, aud */
	{ ISS, "01|60", SKERRY_ERR_CLAIM_VALUE },
	{ ISS, "01|68486f74656c687562", SKERRY_ERR_CLAIM_VALUE }, /* upper case */
	{ ISS, "01|682d6f74656c687562", SKERRY_ERR_CLAIM_VALUE }, /* begins with a hyphen */
	{ ISS, "01|48686f74656c687562", SKERRY_ERR_CBOR_TYPE },
	{ ISS, "01|c068686f74656c687562", SKERRY_ERR_CBOR_TAG },
	{ ISS, "01|7808686f74656c687562", SKERRY_ERR_CBOR_NOT_SHORTEST },
	{ ISS, "01|7f68686f74656c687562ff", SKERRY_ERR_CBOR_INDEFINITE },
	{ ISS, "01|68686f74656c6875ff", SKERRY_ERR_CBOR_UTF8 },
	{ "027037514b32", "02|7037514b55", SKERRY_ERR_CLAIM_VALUE }, /* U */
	{ "027037514b32", "02|7037514b00", SKERRY_ERR_CLAIM_VALUE },
	{ "027037514b32", "02|7037516b32", SKERRY_ERR_CLAIM_VALUE }, /* lower case */
	{ "027037514b32", "02|6f37514b", SKERRY_ERR_CLAIM_VALUE },   /* 15 characters */
	{ "027037514b32", "02|713737514b32", SKERRY_ERR_CBOR_COUNT },
	{ "0363686d73", "03|63686d2e", SKERRY_ERR_CLAIM_VALUE },
	{ "0363686d73", "03|8163686d73", SKERRY_ERR_CBOR_TYPE },
	/* exp, nbf, iat, cti */
	{ "041a6a9f5000", "04|1a6a9f4fff", SKERRY_ERR_CLAIM_CONFLICT },
	{ "041a6a9f5000", "04|1b0000003afff44180", SKERRY_ERR_CBOR_RANGE },
	{ "041a6a9f5000", "04|20", SKERRY_ERR_CBOR_RANGE },
	{ "041a6a9f5000", "04|fb41da9a7d40000000", SKERRY_ERR_CBOR_FLOAT },
	{ "051a69eff880061a69", "05|1a6bd12c01061a69", SKERRY_ERR_CLAIM_CONFLICT },
	{ "051a69eff880061a69eff88007", "05|20061a69eff88007", SKERRY_ERR_CBOR_RANGE },
	{ "061a69eff8800748", "06|f60748", SKERRY_ERR_CBOR_TYPE },
	{ "061a69eff8800748", "06|f70748", SKERRY_ERR_CBOR_UNDEFINED },
	{ "0748c0c1", "07|47c1", SKERRY_ERR_CBOR_COUNT },
	{ "0748c0c1", "07|49ffc0c1", SKERRY_ERR_CBOR_COUNT },
	/* cnf, status */
	{ CNF, "08a101|a40201032720062158", SKERRY_ERR_COSE_KEY },
	{ STATUS, "19ffff|a0", SKERRY_ERR_CLAIM_MISSING },
	{ STATUS, "19ffffa1|6b7374617475735f6c697375a2", SKERRY_ERR_CLAIM_CRITICAL },
	{ STATUS, "19ffffa1|01", SKERRY_ERR_CBOR_TYPE },
	{ STATUS, "19ffffa16b7374617475735f6c697374|a16369647819303919303900f4",
		SKERRY_ERR_CLAIM_MISSING },
	{ STATUS, "19ffffa16b7374617475735f6c697374a1|637572696f736b6572",
		SKERRY_ERR_CLAIM_CRITICAL },
	{ STATUS, "19ffffa16b7374617475735f6c697374a263696478|20637572696f736b65727279",
		SKERRY_ERR_CBOR_TYPE },
	{ "6f736b657272793a68", "|6f736b657272793a78", SKERRY_ERR_CLAIM_CONFLICT },
	{ "6f736b657272793a68", "|6f736b657272792f68", SKERRY_ERR_CLAIM_CONFLICT },
	{ "6f736b657272793a686f74656c687562", "|6e736b657272793a686f74656c6875",
		SKERRY_ERR_CLAIM_CONFLICT },
	/* the private map, 1 to 7 */
	{ "3a00010000af0101", "|3a00010001af0101", SKERRY_ERR_CLAIM_CRITICAL },
	{ "3a00010000af0101", "3a00010000af01|00", SKERRY_ERR_CLAIM_VALUE },
	{ "3a00010000af0101", "3a00010000af01|02", SKERRY_ERR_CLAIM_VERSION },
	{ "3a00010000af0101", "3a00010000af01|1bffffffffffffffff", SKERRY_ERR_CLAIM_VERSION },
	{ "3a00010000af0101", "3a00010000|af0001", SKERRY_ERR_CLAIM_MISSING },
	{ "021a69eff8800301", "02|1b80000000000000000301", SKERRY_ERR_CBOR_RANGE },
	{ "021a69eff8800301", "021a69eff88003|00", SKERRY_ERR_CLAIM_VALUE },
	{ "046e7374616e64616c6f6e65", "04|6e7374616e64616c6f4e65", SKERRY_ERR_CLAIM_VALUE },
	{ "051a6a178580", "05|1b0000003afff44180", SKERRY_ERR_CBOR_RANGE },
	{ "061a6bd12c00071a", "06|20071a", SKERRY_ERR_CBOR_RANGE },
	{ "071a6af7a480", "07|f5", SKERRY_ERR_CBOR_TYPE },
	/* 8 grants */
	{ GRANTS, "08|a0", SKERRY_ERR_CLAIM_VALUE },
	{ GRANTS, "08a1|60f5", SKERRY_ERR_CLAIM_VALUE },
	{ GRANTS, "08a1|6109f5", SKERRY_ERR_CLAIM_VALUE },
	{ GRANTS, "08a1|617ff5", SKERRY_ERR_CLAIM_VALUE },
	{ GRANTS, "08a16161|f4", SKERRY_ERR_CLAIM_VALUE },
	{ GRANTS, "08a16161|f6", SKERRY_ERR_CBOR_TYPE },
	{ GRANTS, "08a16161|80", SKERRY_ERR_CBOR_TYPE },
	{ GRANTS, "08a16161|c001", SKERRY_ERR_CBOR_TAG },
	{ GRANTS, "08a16161|f90000", SKERRY_ERR_CBOR_FLOAT },
	{ GRANTS, "08a16161|1b8000000000000000", SKERRY_ERR_CBOR_RANGE },
	{ GRANTS, "08a1|01f5", SKERRY_ERR_CBOR_TYPE },
	{ GRANTS, "08a26162f5|6161f5", SKERRY_ERR_CBOR_KEY_ORDER },
	{ GRANTS, "08a26161f5|616101", SKERRY_ERR_CBOR_KEY_DUPLICATE },
	{ GRANTS, "08|80", SKERRY_ERR_CBOR_TYPE },
	/* 9 seats */
	{ "0983181e03190384", "09|82181e03", SKERRY_ERR_CBOR_COUNT },
	{ "0983181e03190384", "09|84181e0319038401", SKERRY_ERR_CBOR_COUNT },
	{ "0983181e03190384", "0983|0003190384", SKERRY_ERR_CLAIM_VALUE },
	{ "0983181e03190384", "0983|1a000f424103190384", SKERRY_ERR_CBOR_RANGE },
	{ "0983181e03190384", "0983181e|1a000f4241190384", SKERRY_ERR_CBOR_RANGE },
	{ "0983181e03190384", "0983181e03|00", SKERRY_ERR_CLAIM_VALUE },
	{ "0983181e03190384", "0983181e03|20", SKERRY_ERR_CBOR_RANGE },
	{ "0983181e03190384", "0983181e03|1abc7bf401", SKERRY_ERR_CBOR_RANGE },
	/* 10 ladder */
	{ "0aab011a001e5280", "0a|a00bab011a001e5280", SKERRY_ERR_CLAIM_VALUE },
	{ "011a001e528002", "01|0002", SKERRY_ERR_CLAIM_VALUE },
	{ "011a001e528002", "01|1abc7bf40102", SKERRY_ERR_CBOR_RANGE },
	{ "011a001e528002", "01|3abc7bf40002", SKERRY_ERR_CBOR_RANGE },
	{ "021a0015180003", "02|0003", SKERRY_ERR_CLAIM_VALUE },
	{ "031a00278d0004", "03|0004", SKERRY_ERR_CLAIM_VALUE },
	{ "031a00278d0004", "03|2004", SKERRY_ERR_CBOR_RANGE },
	{ "041a00278d0005", "04|0005", SKERRY_ERR_CLAIM_VALUE },
	{ "051a00093a8006", "05|0006", SKERRY_ERR_CLAIM_VALUE },
	{ "061a0012750007", "06|0007", SKERRY_ERR_CLAIM_VALUE },
	{ "0701081a000151", "07|00081a000151", SKERRY_ERR_CLAIM_VALUE },
	{ "0701081a000151", "07|02081a000151", SKERRY_ERR_CBOR_RANGE },
	{ "081a0001518009", "08|0009", SKERRY_ERR_CLAIM_VALUE },
	{ "091a001275000a", "09|000a", SKERRY_ERR_CLAIM_VALUE },
	{ "0a1a020f58000b00", "0a|000b00", SKERRY_ERR_CLAIM_VALUE },
	{ "0a1a020f58000b00", "0a1a020f58000b|18f0", SKERRY_ERR_CLAIM_VALUE }, /* the default */
	{ "0a1a020f58000b00", "0a1a020f58000b|1905a0", SKERRY_ERR_CBOR_RANGE },
	/* 11 fingerprint */
	{ "0b83"
	  "50a0",
		"0b|82"
		"50a0",
		SKERRY_ERR_CBOR_COUNT },
	{ SALT "0686", "|4fa1a2a3a4a5a6a7a8a9aaabacadaeaf0686", SKERRY_ERR_CBOR_COUNT },
	{ SALT "0686", SALT "|0086", SKERRY_ERR_CLAIM_VALUE },
	{ SALT "0686", SALT "|0e86", SKERRY_ERR_CLAIM_VALUE }, /* 14 of 13 */
	{ SALT "0686", SALT "|190ff186", SKERRY_ERR_CBOR_RANGE },
	{ "86830103" HASH1, "86|820103" HASH1, SKERRY_ERR_CBOR_COUNT },
	{ "86830103" HASH1, "8683|0003" HASH1, SKERRY_ERR_CLAIM_VALUE },
	{ "86830103" HASH1, "8683|19010003" HASH1, SKERRY_ERR_CBOR_RANGE },
	{ "86830103" HASH1, "868301|00" HASH1, SKERRY_ERR_CLAIM_VALUE },
	{ "86830103" HASH1, "868301|190100" HASH1, SKERRY_ERR_CBOR_RANGE },
	{ "86830103" HASH1, "86830103|4b1112131415161718191a1b", SKERRY_ERR_CLAIM_VALUE },
	{ "86830103" HASH1,
		"86830103|51000102030410"
		"1112131415161718191a1b",
		SKERRY_ERR_CBOR_COUNT },
	{ HASH1 "830202" HASH2, HASH1 "|830102" HASH1, SKERRY_ERR_CLAIM_VALUE }, /* twice */
	{ HASH1 "830202" HASH2, HASH2 "|830102" HASH1, SKERRY_ERR_CLAIM_VALUE }, /* order */
	/* 12 domains, 13 tenant */
	{ DOMAINS, "0c|8067706d", SKERRY_ERR_CLAIM_VALUE },
	{ DOMAINS, "0c82|67506d732e6c616e712a2e", SKERRY_ERR_CLAIM_VALUE },
	{ DOMAINS, "0c8273706d732e7369626f6c67612e6578616d706c65|712a2e", SKERRY_ERR_CLAIM_VALUE },
	{ "0d65616e6e6578", "0d|60", SKERRY_ERR_CLAIM_VALUE },
	/* 14 telephone, 15 licensee */
	{ "0e83" ANCHOR "030e", "0e|82" ANCHOR "03", SKERRY_ERR_CBOR_COUNT },
	{ "0e83" ANCHOR "030e", "0e83|4bd1d2d3d4d5d6d7d8d9dadb030e", SKERRY_ERR_CBOR_COUNT },
	{ "0e83" ANCHOR "030e", "0e83" ANCHOR "|000e", SKERRY_ERR_CLAIM_VALUE },
	{ "0e83" ANCHOR "030e", "0e83" ANCHOR "|18640e", SKERRY_ERR_CBOR_RANGE },
	{ "0e83" ANCHOR "030e", "0e83" ANCHOR "03|00", SKERRY_ERR_CLAIM_VALUE },
	{ "0e83" ANCHOR "030e", "0e83" ANCHOR "03|19016f", SKERRY_ERR_CBOR_RANGE },
	{ "0f734772616e64", "0f|60734772616e64", SKERRY_ERR_CLAIM_VALUE },
	/* behind everything */
	{ "4772616e6420486f74656c205369626f6c6761", "4772616e6420486f74656c205369626f6c6761|00",
		SKERRY_ERR_CBOR_TRAILING },
};

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;
		struct license license = { .edition = 77 };

		altered = full;
		want = payload_patch(&altered, REFUSED[i].find, REFUSED[i].put);
		err = license_parse(
			(struct cbor_bytes){ altered.bytes, altered.len }, &license, &offset);
		if (err != REFUSED[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSED[i].find,
				REFUSED[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSED[i].err), want);
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
