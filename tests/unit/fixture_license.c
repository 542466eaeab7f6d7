/* SPDX-License-Identifier: ISC */
#include "fixture_license.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

size_t
license_encode(const struct license *license, uint8_t bytes[LICENSE_MAX])
{
	struct cbor_writer w;
	size_t len = 0;

	cbor_writer_init(&w, bytes, LICENSE_MAX);
	license_write(&w, license);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

static void
assert_text(struct cbor_text got, struct cbor_text want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.chars, want.chars, want.len);
}

static void
assert_bytes(struct cbor_bytes got, struct cbor_bytes want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.data, want.data, want.len);
}

static void
assert_same_lists(const struct license *got, const struct license *want)
{
	assert_int_equal(got->grants_len, want->grants_len);
	for (size_t i = 0; i < want->grants_len; i++) {
		assert_text(got->grants[i].name, want->grants[i].name);
		assert_int_equal(got->grants[i].value, want->grants[i].value);
		assert_int_equal(got->grants[i].number, want->grants[i].number);
		assert_text(got->grants[i].text, want->grants[i].text);
	}
	assert_int_equal(got->components_len, want->components_len);
	for (size_t i = 0; i < want->components_len; i++) {
		assert_int_equal(got->components[i].type, want->components[i].type);
		assert_int_equal(got->components[i].weight, want->components[i].weight);
		assert_bytes(got->components[i].hash, want->components[i].hash);
	}
	assert_int_equal(got->domains_len, want->domains_len);
	for (size_t i = 0; i < want->domains_len; i++)
		assert_text(got->domains[i], want->domains[i]);
}

static void
assert_same(const struct license *got, const struct license *want)
{
	assert_text(got->brand, want->brand);
	assert_text(got->id, want->id);
	assert_text(got->product, want->product);
	assert_text(got->plan, want->plan);
	assert_int_equal(got->expires_at, want->expires_at);
	assert_int_equal(got->not_before, want->not_before);
	assert_int_equal(got->issued_at, want->issued_at);
	assert_bytes(got->cti, want->cti);
	assert_int_equal(got->has_site_key, want->has_site_key);
	if (want->has_site_key)
		assert_true(cose_key_same(&got->site_key, &want->site_key));
	assert_int_equal(got->has_status, want->has_status);
	assert_int_equal(got->status_index, want->status_index);
	assert_text(got->status_uri, want->status_uri);
	assert_int_equal(got->edition, want->edition);
	assert_int_equal(got->activation, want->activation);
	assert_int_equal(got->renew_by, want->renew_by);
	assert_int_equal(got->valid_until, want->valid_until);
	assert_int_equal(got->maintenance_until, want->maintenance_until);
	assert_int_equal(got->seats_max, want->seats_max);
	assert_int_equal(got->seats_burst, want->seats_burst);
	assert_int_equal(got->seats_ttl_s, want->seats_ttl_s);
	assert_int_equal(got->ladder.warn_s, want->ladder.warn_s);
	assert_int_equal(got->ladder.alert_s, want->ladder.alert_s);
	assert_int_equal(got->ladder.grace_s, want->ladder.grace_s);
	assert_int_equal(got->ladder.degraded_s, want->ladder.degraded_s);
	assert_int_equal(got->ladder.expiry_grace_s, want->ladder.expiry_grace_s);
	assert_int_equal(got->ladder.rebind_grace_s, want->ladder.rebind_grace_s);
	assert_int_equal(got->ladder.tolerance_s, want->ladder.tolerance_s);
	assert_int_equal(got->ladder.overlap_s, want->ladder.overlap_s);
	assert_int_equal(got->ladder.max_status_age_s, want->ladder.max_status_age_s);
	assert_int_equal(got->ladder.rollback_policy, want->ladder.rollback_policy);
	assert_int_equal(got->ladder.day_end_minutes, want->ladder.day_end_minutes);
	assert_bytes(got->salt, want->salt);
	assert_int_equal(got->threshold, want->threshold);
	assert_text(got->tenant, want->tenant);
	assert_bytes(got->anchor, want->anchor);
	assert_int_equal(got->telephone_steps, want->telephone_steps);
	assert_int_equal(got->telephone_days, want->telephone_days);
	assert_text(got->licensee, want->licensee);
	assert_same_lists(got, want);
}

void
license_assert_survives(const struct license *license)
{
	static uint8_t bytes[LICENSE_MAX];
	size_t len = license_encode(license, bytes), offset;
	struct license got;

	assert_int_equal(
		license_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_same(&got, license);
}
