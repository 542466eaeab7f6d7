/* SPDX-License-Identifier: ISC */
/* The manifest: every field there and back, each refusal with its offset, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "fixture_payload.h"
#include "fixture_refusals.h"

enum { ROOM = 2 * MANIFEST_MAX };

static uint8_t bytes[ROOM];
static struct manifest sample, got;

static enum skerry_err
encode(const struct manifest *manifest, uint8_t *ret_bytes, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, ROOM);
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
	/* A brand that names itself alone does not hide whom to call. */
	sample.contacts[1].telephone = sample.contacts[1].email = (struct cbor_text){ NULL, 0 };
	sample.contacts[1].url = (struct cbor_text){ NULL, 0 };
	assert_ptr_equal(
		manifest_find_contact(&sample, fixture_text("hotelhub")), &sample.contacts[0]);
	sample.contacts[0] = sample.contacts[1];
	sample.contacts_len = 1;
	assert_ptr_equal(
		manifest_find_contact(&sample, fixture_text("hotelhub")), &sample.contacts[0]);
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

static struct payload full, altered, copied;

static enum skerry_err
copy_manifest(const uint8_t *from, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	enum skerry_err err = manifest_parse((struct cbor_bytes){ from, len }, &got, ret_offset);
	struct cbor_writer w;

	if (err != SKERRY_OK) {
		assert_int_equal(got.keys_len + got.roots_len + got.threshold, 0);
		return err;
	}
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	manifest_write(&w, &got);
	err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static int
encode_full(void **state)
{
	(void)state;
	hotel_manifest(&sample);
	if (encode(&sample, bytes, &full.len) != SKERRY_OK)
		return -1;
	memcpy(full.bytes, bytes, full.len);
	return 0;
}

#define HEAD "a80101020303020483a4010103"
#define EXCHANGE2 "a101a3010120042158209192"

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < MANIFEST_REFUSALS_LEN; i++) {
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;

		altered = full;
		want = payload_patch(&altered, MANIFEST_REFUSALS[i].find, MANIFEST_REFUSALS[i].put);
		err = copy_manifest(altered.bytes, altered.len, &copied, &offset);
		if (err != MANIFEST_REFUSALS[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n",
				MANIFEST_REFUSALS[i].find, MANIFEST_REFUSALS[i].put,
				skerry_err_name(err), offset,
				skerry_err_name(MANIFEST_REFUSALS[i].err), want);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *map; /* NULL: the outer one */
	int64_t label;
	enum skerry_err err;
} DROPPED[] = {
	{ NULL, 4, SKERRY_OK },
	{ NULL, 6, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, -65537, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 1, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 2, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 3, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 4, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 5, SKERRY_OK },
	{ HEAD, 6, SKERRY_OK },
	{ HEAD, 7, SKERRY_OK },
	{ HEAD, 8, SKERRY_OK },
	{ "a701a401010327", 1, SKERRY_ERR_CLAIM_MISSING },
	{ "a701a401010327", 2, SKERRY_ERR_CLAIM_MISSING },
	{ "a701a401010327", 3, SKERRY_OK },
	{ "a701a401010327", 4, SKERRY_OK },
	{ "a701a401010327", 5, SKERRY_ERR_CLAIM_MISSING },
	{ "a701a401010327", 6, SKERRY_OK },
	{ "a701a401010327", 8, SKERRY_OK },
	{ EXCHANGE2, 1, SKERRY_ERR_CLAIM_MISSING },
	{ "a60168486f", 1, SKERRY_OK },
	{ "a60168486f", 2, SKERRY_OK },
	{ "a60168486f", 3, SKERRY_OK },
	{ "a60168486f", 4, SKERRY_OK },
	{ "a60168486f", 5, SKERRY_OK },
	{ "a60168486f", 6, SKERRY_OK },
};

static void
what_every_manifest_has_must_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++) {
		size_t map_at = DROPPED[i].map == NULL ? 0 : payload_find(&full, DROPPED[i].map);
		size_t offset = SIZE_MAX;

		altered = full;
		payload_drop(&altered, map_at, DROPPED[i].label);
		assert_int_equal(copy_manifest(altered.bytes, altered.len, &copied, &offset),
			DROPPED[i].err);
		if (DROPPED[i].err != SKERRY_OK)
			assert_int_equal(offset, map_at);
		else
			assert_int_equal(copied.len, altered.len);
	}
}

static void
all_neighbors_are_refused_or_canonical(void **state)
{
	(void)state;
	payload_assert_neighbors(&full, copy_manifest);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_manifest);
}

static enum skerry_err
write_result(void)
{
	size_t len;

	return encode(&sample, bytes, &len);
}

/* The manifest is fine; with the statement it is not. */
#define REFUSED_WITH(statement, want)                                                              \
	do {                                                                                       \
		hotel_manifest(&sample);                                                           \
		statement;                                                                         \
		if (write_result() != (want))                                                      \
			fail_msg("%s: %s", #statement, skerry_err_name(write_result()));           \
	} while (0)
#define ACCEPTED(statement)                                                                        \
	do {                                                                                       \
		hotel_manifest(&sample);                                                           \
		statement;                                                                         \
		assert_survives(&sample);                                                          \
	} while (0)

static struct cbor_text
filler(size_t len)
{
	static char as[MANIFEST_CONTACT_MAX + 1];

	memset(as, 'a', sizeof as);
	return (struct cbor_text){ as, len };
}

static void
a_manifest_that_cannot_be_read_is_not_written(void **state)
{
	(void)state;
	REFUSED_WITH(sample.threshold = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED_WITH(sample.threshold = 4, SKERRY_ERR_CLAIM_CONFLICT);
	ACCEPTED(sample.threshold = 3);
	REFUSED_WITH(sample.version = 0, SKERRY_ERR_CLAIM_MISSING);
	ACCEPTED(sample.version = LICENSE_COUNTER_MAX);
	REFUSED_WITH(sample.version = (uint64_t)LICENSE_COUNTER_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.issued_at = LICENSE_NEVER, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.expires_at = LICENSE_TIME_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.roots_len = 0, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.roots_len = MANIFEST_ROOTS_MAX + 1, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.keys_len = SIZE_MAX, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.exchange_len = SIZE_MAX, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.contacts_len = SIZE_MAX, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.keys[0].brands_len = SIZE_MAX, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.contacts[1].languages_len = SIZE_MAX, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.keys[1].key = sample.keys[0].key, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(sample.exchange[1].key = sample.exchange[0].key, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(sample.exchange[1].key = sample.keys[0].key, SKERRY_ERR_CLAIM_VALUE);
	REFUSED_WITH(sample.keys[0].not_after = sample.keys[0].not_before - 1,
		SKERRY_ERR_CLAIM_CONFLICT);
	ACCEPTED(sample.keys[0].not_after = sample.keys[0].not_before);
	REFUSED_WITH(sample.keys[0].roles = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED_WITH(sample.keys[0].roles = MANIFEST_ROLES_ALL + 1, SKERRY_ERR_CLAIM_VALUE);
	ACCEPTED(sample.contacts[0].brand = fixture_text("rthub"));
	REFUSED_WITH(
		sample.contacts[0].brand = fixture_text("zzzzzzzzz"), SKERRY_ERR_CBOR_KEY_ORDER);
	ACCEPTED(sample.contacts[1].name = filler(MANIFEST_CONTACT_MAX));
	REFUSED_WITH(
		sample.contacts[1].name = filler(MANIFEST_CONTACT_MAX + 1), SKERRY_ERR_CLAIM_VALUE);
	ACCEPTED(sample.contacts[1].languages[0] = filler(MANIFEST_LANGUAGE_MAX));
	REFUSED_WITH(sample.contacts[1].languages[0] = filler(MANIFEST_LANGUAGE_MAX + 1),
		SKERRY_ERR_CLAIM_VALUE);
}

/* As many roots, keys and brands as there may be; the texts are short enough to fit. */
static void
the_largest_manifest_survives(void **state)
{
	static char brands[MANIFEST_BRANDS_MAX][4];

	(void)state;
	hotel_manifest(&sample);
	for (size_t i = 0; i < MANIFEST_BRANDS_MAX; i++)
		(void)snprintf(brands[i], sizeof brands[i], "b%02zu", i);
	sample.roots_len = sample.threshold = MANIFEST_ROOTS_MAX;
	for (uint8_t i = 0; i < MANIFEST_ROOTS_MAX; i++)
		sample.roots[i] = fixture_key(COSE_CURVE_ED25519, i);
	sample.keys_len = MANIFEST_KEYS_MAX;
	for (uint8_t i = 0; i < MANIFEST_KEYS_MAX; i++) {
		sample.keys[i] = sample.keys[0];
		sample.keys[i].key = fixture_key(COSE_CURVE_ED25519, (uint8_t)(100 + i));
		sample.keys[i].brands_len = MANIFEST_BRANDS_MAX;
		for (size_t j = 0; j < MANIFEST_BRANDS_MAX; j++)
			sample.keys[i].brands[j] = fixture_text(brands[j]);
	}
	sample.exchange_len = MANIFEST_EXCHANGE_MAX;
	for (uint8_t i = 0; i < MANIFEST_EXCHANGE_MAX; i++)
		sample.exchange[i].key = fixture_key(COSE_CURVE_X25519, i);
	sample.contacts_len = MANIFEST_BRANDS_MAX;
	for (size_t i = 0; i < MANIFEST_BRANDS_MAX; i++) {
		sample.contacts[i] = sample.contacts[1];
		sample.contacts[i].brand = fixture_text(brands[i]);
	}
	assert_survives(&sample);
	for (size_t i = 0; i < MANIFEST_BRANDS_MAX; i++)
		sample.contacts[i].name = sample.contacts[i].email = sample.contacts[i].url =
			filler(MANIFEST_CONTACT_MAX);
	assert_int_equal(write_result(), SKERRY_ERR_DOCUMENT_TOO_LARGE);
}

static void
a_payload_too_large_is_refused_unread(void **state)
{
	static uint8_t zeros[MANIFEST_PAYLOAD_MAX + 1];
	size_t offset;

	(void)state;
	assert_int_equal(manifest_parse((struct cbor_bytes){ zeros, sizeof zeros }, &got, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(manifest_parse((struct cbor_bytes){ NULL, 0 }, &got, &offset),
		SKERRY_ERR_CBOR_TRUNCATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(a_brand_without_a_contact_gets_that_of_all),
		cmocka_unit_test(roles_have_names),
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(what_every_manifest_has_must_be_there),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(a_manifest_that_cannot_be_read_is_not_written),
		cmocka_unit_test(the_largest_manifest_survives),
		cmocka_unit_test(a_payload_too_large_is_refused_unread),
	};
	return cmocka_run_group_tests(tests, encode_full, NULL);
}
