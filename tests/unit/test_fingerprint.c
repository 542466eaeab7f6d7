/* SPDX-License-Identifier: ISC */
/* The fingerprint file: every field there and back, names of component types. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(types_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
