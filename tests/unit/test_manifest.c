/* SPDX-License-Identifier: ISC */
/* The manifest: every field there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"

static uint8_t bytes[MANIFEST_MAX];
static struct manifest sample, got;

static enum skerry_err
encode(const struct manifest *manifest, uint8_t *ret_bytes, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, MANIFEST_MAX);
	manifest_write(&w, manifest);
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
assert_same_keys(const struct manifest *a, const struct manifest *b)
{
	assert_int_equal(a->keys_len, b->keys_len);
	for (size_t i = 0; i < b->keys_len; i++) {
		const struct manifest_key *x = &a->keys[i], *y = &b->keys[i];

		assert_true(cose_key_same(&x->key, &y->key));
		assert_int_equal(x->not_before, y->not_before);
		assert_int_equal(x->not_after, y->not_after);
		assert_int_equal(x->latest, y->latest);
		assert_int_equal(x->roles, y->roles);
		assert_int_equal(x->perpetual, y->perpetual);
		assert_int_equal(x->revoked_at, y->revoked_at);
		assert_int_equal(x->brands_len, y->brands_len);
		for (size_t j = 0; j < y->brands_len; j++)
			assert_text(x->brands[j], y->brands[j]);
	}
	assert_int_equal(a->exchange_len, b->exchange_len);
	for (size_t i = 0; i < b->exchange_len; i++) {
		assert_true(cose_key_same(&a->exchange[i].key, &b->exchange[i].key));
		assert_int_equal(a->exchange[i].revoked_at, b->exchange[i].revoked_at);
	}
}

static void
assert_same(const struct manifest *a, const struct manifest *b)
{
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->issued_at, b->issued_at);
	assert_int_equal(a->expires_at, b->expires_at);
	assert_int_equal(a->threshold, b->threshold);
	assert_int_equal(a->trial, b->trial);
	assert_int_equal(a->roots_len, b->roots_len);
	for (size_t i = 0; i < b->roots_len; i++)
		assert_true(cose_key_same(&a->roots[i], &b->roots[i]));
	assert_same_keys(a, b);
	assert_int_equal(a->contacts_len, b->contacts_len);
	for (size_t i = 0; i < b->contacts_len; i++) {
		const struct manifest_contact *x = &a->contacts[i], *y = &b->contacts[i];

		assert_text(x->brand, y->brand);
		assert_text(x->name, y->name);
		assert_text(x->telephone, y->telephone);
		assert_text(x->email, y->email);
		assert_text(x->url, y->url);
		assert_text(x->key_format, y->key_format);
		assert_int_equal(x->languages_len, y->languages_len);
		for (size_t j = 0; j < y->languages_len; j++)
			assert_text(x->languages[j], y->languages[j]);
	}
}

static void
assert_survives(const struct manifest *manifest)
{
	size_t len, offset;

	assert_int_equal(encode(manifest, bytes, &len), SKERRY_OK);
	assert_int_equal(
		manifest_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_same(&got, manifest);
}

static void
every_field_survives(void **state)
{
	(void)state;
	hotel_manifest(&sample);
	assert_survives(&sample);
	sample.keys_len = sample.exchange_len = sample.contacts_len = 0;
	sample.roots_len = sample.threshold = 1;
	sample.trial = false;
	sample.expires_at = LICENSE_NEVER;
	assert_survives(&sample);
}

static void
a_brand_without_a_contact_gets_that_of_all(void **state)
{
	(void)state;
	hotel_manifest(&sample);
	assert_ptr_equal(
		manifest_find_contact(&sample, fixture_text("hotelhub")), &sample.contacts[1]);
	assert_ptr_equal(
		manifest_find_contact(&sample, fixture_text("rthub")), &sample.contacts[0]);
	sample.contacts[0] = sample.contacts[1];
	sample.contacts_len = 1;
	assert_null(manifest_find_contact(&sample, fixture_text("rthub")));
}

static void
roles_have_names(void **state)
{
	static const char *const NAMES[] = { "license", "status", "reply", "bundle" };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_string_equal(manifest_role_name((enum manifest_role)(1u << i)), NAMES[i]);
		assert_int_equal(manifest_role_from_name(fixture_text(NAMES[i])), 1u << i);
	}
	assert_null(manifest_role_name(MANIFEST_ROLES_ALL));
	assert_int_equal(manifest_role_from_name(fixture_text("licence")), 0);
	assert_int_equal(manifest_role_from_name((struct cbor_text){ NULL, 0 }), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(a_brand_without_a_contact_gets_that_of_all),
		cmocka_unit_test(roles_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
