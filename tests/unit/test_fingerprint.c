/* SPDX-License-Identifier: ISC */
/* The fingerprint file: every field there and back, refusals with offsets, names of types. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "fixture_payload.h"

static enum skerry_err
encode(const struct fingerprint *print, uint8_t ret_bytes[FINGERPRINT_MAX], size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, FINGERPRINT_MAX);
	fingerprint_write(&w, print);
	return cbor_writer_finish(&w, ret_len);
}

static void
assert_text(struct cbor_text a, struct cbor_text b)
{
	assert_int_equal(a.len, b.len);
	if (b.len > 0)
		assert_memory_equal(a.chars, b.chars, b.len);
}

static void
assert_same(const struct fingerprint *a, const struct fingerprint *b)
{
	assert_true(cbor_bytes_same(a->salt, b->salt));
	assert_int_equal(a->components_len, b->components_len);
	for (size_t i = 0; i < b->components_len; i++) {
		assert_int_equal(a->components[i].type, b->components[i].type);
		assert_true(cbor_bytes_same(a->components[i].hash, b->components[i].hash));
	}
	assert_text(a->hostname, b->hostname);
	assert_text(a->os, b->os);
	assert_text(a->app_version, b->app_version);
	assert_text(a->install_id, b->install_id);
	assert_int_equal(a->has_site_key, b->has_site_key);
	if (b->has_site_key)
		assert_true(cose_key_same(&a->site_key, &b->site_key));
	assert_int_equal(a->domains_len, b->domains_len);
	for (size_t i = 0; i < b->domains_len; i++)
		assert_text(a->domains[i], b->domains[i]);
}

static void
assert_survives(const struct fingerprint *print)
{
	static uint8_t bytes[FINGERPRINT_MAX];
	struct fingerprint got;
	size_t len, offset;

	assert_int_equal(encode(print, bytes, &len), SKERRY_OK);
	assert_int_equal(
		fingerprint_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_same(&got, print);
}

static void
every_field_survives(void **state)
{
	struct fingerprint print;

	(void)state;
	hotel_fingerprint(&print);
	assert_survives(&print);
	print = (struct fingerprint){ .salt = print.salt };
	assert_survives(&print);
}

static void
types_have_names(void **state)
{
	static const char *const NAMES[] = { "machine_id", "product_uuid", "board_serial",
		"disk_serial", "mac", "cpu_model", "os", "install_path", "custom" };

	(void)state;
	assert_null(fingerprint_type_name(0));
	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++) {
		assert_string_equal(fingerprint_type_name(type), NAMES[type - 1]);
		assert_int_equal(fingerprint_type_from_name(fixture_text(NAMES[type - 1])), type);
	}
	assert_null(fingerprint_type_name(FINGERPRINT_TYPE_LAST + 1));
	assert_int_equal(fingerprint_type_from_name(fixture_text("MAC")), 0);
	assert_int_equal(fingerprint_type_from_name((struct cbor_text){ NULL, 0 }), 0);
}

static struct payload full, altered, copied;

static enum skerry_err
copy_fingerprint(const uint8_t *bytes, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	struct fingerprint print;
	struct cbor_writer w;
	enum skerry_err err =
		fingerprint_parse((struct cbor_bytes){ bytes, len }, &print, ret_offset);

	if (err != SKERRY_OK)
		return err;
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	fingerprint_write(&w, &print);
	err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static int
encode_full(void **state)
{
	struct fingerprint print;

	(void)state;
	hotel_fingerprint(&print);
	return encode(&print, full.bytes, &full.len) == SKERRY_OK ? 0 : -1;
}

#define MARK "8572736b657272792d66696e6765727072696e7401"
#define HASH1 "50101112131415161718191a1b1c1d1e1f"
#define HASH2 "50202122232425262728292a2b2c2d2e2f"
#define HASH3 "50303132333435363738393a3b3c3d3e3f"
#define INFO "a6016966726f6e746465736b"

static const struct {
	const char *find, *put;
	enum skerry_err err;
} REFUSED[] = {
	{ MARK, "|8472736b657272792d66696e6765727072696e7401", SKERRY_ERR_CBOR_COUNT },
	{ MARK, "|8672736b657272792d66696e6765727072696e7401", SKERRY_ERR_CBOR_COUNT },
	{ MARK, "|a572736b657272792d66696e6765727072696e7401", SKERRY_ERR_CBOR_TYPE },
	{ MARK, "85|72736b657272792d66696e6765727072696e7501", SKERRY_ERR_CLAIM_VALUE },
	{ MARK, "85|6a736b657272792d6b657901", SKERRY_ERR_CLAIM_VALUE },
	{ MARK, "8572736b657272792d66696e6765727072696e74|00", SKERRY_ERR_CLAIM_VALUE },
	{ MARK, "8572736b657272792d66696e6765727072696e74|02", SKERRY_ERR_CLAIM_VERSION },
	{ "0150a0a1", "01|4fa1", SKERRY_ERR_CBOR_COUNT },
	{ "838201" HASH1, "83|8101", SKERRY_ERR_CBOR_COUNT },
	{ "838201" HASH1, "8382|00" HASH1, SKERRY_ERR_CLAIM_VALUE },
	{ "838201" HASH1, "8382|190100" HASH1, SKERRY_ERR_CBOR_RANGE },
	{ "838201" HASH1, "838201|4b1415161718191a1b1c1d1e", SKERRY_ERR_CLAIM_VALUE },
	{ "838201" HASH1, "838201|51ff101112131415161718191a1b1c1d1e1f", SKERRY_ERR_CBOR_COUNT },
	{ HASH1 "8205" HASH2 "8205" HASH3, HASH1 "8205" HASH2 "|8205" HASH2,
		SKERRY_ERR_CLAIM_VALUE },
	{ HASH1 "8205" HASH2 "8205" HASH3, HASH1 "8205" HASH3 "|8205" HASH2,
		SKERRY_ERR_CLAIM_VALUE },
	{ HASH1 "8205" HASH2 "8205" HASH3, HASH1 "8205" HASH2 "|8204" HASH3,
		SKERRY_ERR_CLAIM_VALUE },
	{ INFO, "a601|606966726f6e746465736b", SKERRY_ERR_CLAIM_VALUE },
	{ INFO, "a6|206966726f6e746465736b", SKERRY_ERR_CLAIM_CRITICAL },
	{ "05a401010327", "05|a401020327", SKERRY_ERR_COSE_KEY },
	{ "05a40101032720062158", "05|a3010120042158", SKERRY_ERR_CLAIM_VALUE },
	{ "068267706d732e6c616e", "06|8067706d732e6c616e", SKERRY_ERR_CLAIM_VALUE },
	{ "068267706d732e6c616e", "0682|67506d732e6c616e", SKERRY_ERR_CLAIM_VALUE },
	{ "2e6578616d706c65", "2e6578616d706c65|00", SKERRY_ERR_CBOR_TRAILING },
};

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		struct fingerprint print = { .components_len = 77 };
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;

		altered = full;
		want = payload_patch(&altered, REFUSED[i].find, REFUSED[i].put);
		err = fingerprint_parse(
			(struct cbor_bytes){ altered.bytes, altered.len }, &print, &offset);
		if (err != REFUSED[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSED[i].find,
				REFUSED[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSED[i].err), want);
			wrong++;
		}
		assert_int_equal(print.components_len, 77);
	}
	assert_int_equal(wrong, 0);
}

static void
every_machine_info_may_be_absent(void **state)
{
	size_t offset;

	(void)state;
	for (int64_t label = 1; label <= 6; label++) {
		altered = full;
		payload_drop(&altered, payload_find(&full, INFO), label);
		assert_int_equal(
			copy_fingerprint(altered.bytes, altered.len, &copied, &offset), SKERRY_OK);
		assert_int_equal(copied.len, altered.len);
		assert_memory_equal(copied.bytes, altered.bytes, altered.len);
	}
}

static void
all_neighbors_are_refused_or_canonical(void **state)
{
	(void)state;
	payload_assert_neighbors(&full, copy_fingerprint);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_fingerprint);
}

static void
limits_hold_when_writing(void **state)
{
	static uint8_t bytes[FINGERPRINT_MAX];
	char info[FINGERPRINT_INFO_MAX + 1];
	struct fingerprint print;
	size_t len;

	(void)state;
	memset(info, 'a', sizeof info);
	hotel_fingerprint(&print);
	print.os = (struct cbor_text){ info, FINGERPRINT_INFO_MAX };
	assert_survives(&print);
	print.os.len++;
	assert_int_equal(encode(&print, bytes, &len), SKERRY_ERR_CLAIM_VALUE);
	hotel_fingerprint(&print);
	print.components_len = LICENSE_COMPONENTS_MAX;
	for (unsigned i = 0; i < LICENSE_COMPONENTS_MAX; i++)
		print.components[i] =
			(struct fingerprint_component){ 5, fixture_bytes((uint8_t)i, 12) };
	assert_survives(&print);
	print.components_len++;
	assert_int_equal(encode(&print, bytes, &len), SKERRY_ERR_CLAIM_VALUE);
	hotel_fingerprint(&print);
	print.domains_len = SIZE_MAX;
	assert_int_equal(encode(&print, bytes, &len), SKERRY_ERR_CLAIM_VALUE);
	hotel_fingerprint(&print);
	print.salt.len--;
	assert_int_equal(encode(&print, bytes, &len), SKERRY_ERR_CLAIM_VALUE);
}

static void
a_file_too_large_is_refused_unread(void **state)
{
	static uint8_t zeros[FINGERPRINT_MAX + 1];
	struct fingerprint print;
	size_t offset;

	(void)state;
	assert_int_equal(
		fingerprint_parse((struct cbor_bytes){ zeros, sizeof zeros }, &print, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(fingerprint_parse((struct cbor_bytes){ NULL, 0 }, &print, &offset),
		SKERRY_ERR_CBOR_TRUNCATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(every_machine_info_may_be_absent),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(limits_hold_when_writing),
		cmocka_unit_test(a_file_too_large_is_refused_unread),
	};
	return cmocka_run_group_tests(tests, encode_full, NULL);
}
