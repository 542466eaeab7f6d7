/* SPDX-License-Identifier: ISC */
/* The license: every claim there and back, grants found, its size on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "fixture_hotel.h"
#include "fixture_license.h"
#include "fixture_payload.h"
#include "formats/cose.h"
#include "formats/ladder.h"

static void
every_claim_survives(void **state)
{
	struct license license;

	(void)state;
	hotel_license_bare(&license);
	license_assert_survives(&license);
	hotel_license_unbound(&license);
	license_assert_survives(&license);
	hotel_license(&license);
	license_assert_survives(&license);
	hotel_license_full(&license);
	license_assert_survives(&license);
}

/* Length of the whole signed document around `payload_len` bytes of claims. */
static size_t
signed_len(const uint8_t *payload, size_t payload_len)
{
	static uint8_t document[LICENSE_MAX];
	const uint8_t kid[COSE_KID_LEN] = { 0 }, signature[COSE_SIGNATURE_LEN] = { 0 };
	uint8_t header[COSE_PROTECTED_MAX];
	struct cbor_writer w;
	size_t header_len, len;

	assert_int_equal(
		cose_protected_write(COSE_ALG_EDDSA, kid, LICENSE_TYPE, header, &header_len),
		SKERRY_OK);
	cbor_writer_init(&w, document, sizeof document);
	cose_sign1_write(&w, (struct cbor_bytes){ header, header_len },
		(struct cbor_bytes){ payload, payload_len }, signature);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

static void
hotelhubs_license_is_small(void **state)
{
	static uint8_t bytes[LICENSE_MAX];
	struct license license;
	size_t bound, unbound;

	(void)state;
	hotel_license(&license);
	bound = signed_len(bytes, license_encode(&license, bytes));
	hotel_license_unbound(&license);
	unbound = signed_len(bytes, license_encode(&license, bytes));
	print_message("# bound %zu bytes, unbound %zu bytes\n", bound, unbound);
	assert_in_range(bound, 1, 640);
	assert_in_range(unbound, 1, 440);
}

static uint64_t seed;

static struct cbor_text
filler(size_t len)
{
	static char as[LICENSE_LICENSEE_MAX];

	memset(as, 'a', sizeof as);
	return (struct cbor_text){ as, len };
}

static uint64_t
below(uint64_t limit)
{
	return payload_random(&seed) % limit;
}

static int64_t
random_date(void)
{
	return below(5) == 0 ? LICENSE_NEVER : (int64_t)below((uint64_t)(LICENSE_TIME_MAX / 2));
}

static int64_t
random_duration(void)
{
	return below(3) == 0 ? 0 : (int64_t)below((uint64_t)LICENSE_DURATION_MAX) + 1;
}

static void
random_ladder(struct license_ladder *ladder)
{
	int64_t *const durations[] = { &ladder->grace_s, &ladder->degraded_s,
		&ladder->expiry_grace_s, &ladder->rebind_grace_s, &ladder->tolerance_s,
		&ladder->overlap_s, &ladder->max_status_age_s, &ladder->warn_s, &ladder->alert_s };

	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
		*durations[i] = random_duration();
	if (below(2) == 0)
		ladder->warn_s = -ladder->warn_s;
	ladder->rollback_policy = (enum license_rollback)below(2);
	ladder->day_end_minutes = (unsigned)below(1440);
}

/* Names of one length that count up are in order. */
static void
random_grants(struct license *l, char names[LICENSE_GRANTS_MAX][8])
{
	l->grants_len = below(LICENSE_GRANTS_MAX + 1);
	for (size_t i = 0; i < l->grants_len; i++) {
		struct license_grant *grant = &l->grants[i];

		memcpy(names[i], "name000", 8);
		names[i][4] = (char)('0' + i / 100);
		names[i][5] = (char)('0' + i / 10 % 10);
		names[i][6] = (char)('0' + i % 10);
		*grant = (struct license_grant){ .name = { names[i], 7 },
			.value = (enum license_value)below(3) };
		if (grant->value == LICENSE_NUMBER)
			grant->number = (int64_t)payload_random(&seed);
		if (grant->value == LICENSE_STRING)
			grant->text = filler(below(40));
	}
}

static void
random_bindings(struct license *l)
{
	l->components_len = below(LICENSE_COMPONENTS_MAX + 1);
	for (unsigned i = 0; i < l->components_len; i++) {
		l->components[i].type = 1 + i / 3;
		l->components[i].weight = 1 + (unsigned)below(LICENSE_WEIGHT_MAX);
		l->components[i].hash = fixture_bytes((uint8_t)(i * 7), 12 + i % 3 + below(3));
		l->threshold += (unsigned)below(l->components[i].weight + 1);
	}
	/* Hashes of one type grow, whatever their lengths: by 1 to 3 from 12. */
	for (unsigned i = 0; i < l->components_len; i++)
		l->components[i].hash.len = 12 + i % 3;
	if (l->components_len > 0) {
		l->salt = fixture_bytes((uint8_t)below(200), LICENSE_SALT_LEN);
		l->threshold += l->threshold == 0;
	}
	if (below(2) == 0) {
		l->anchor = fixture_bytes((uint8_t)below(200), LICENSE_ANCHOR_LEN);
		l->telephone_steps = 1 + (unsigned)below(LICENSE_STEPS_MAX);
		l->telephone_days = 1 + (unsigned)below(LICENSE_STEP_DAYS_MAX);
	}
	if (below(2) == 0) {
		l->has_site_key = true;
		l->site_key = fixture_key(COSE_CURVE_ED25519, (uint8_t)below(200));
		l->site_key.alg = below(2) == 0 ? COSE_ALG_EDDSA : COSE_ALG_ED25519;
	}
}

static void
random_license(struct license *ret_license, char names[LICENSE_GRANTS_MAX][8])
{
	struct license *l = ret_license;

	hotel_license_bare(l);
	l->edition = below(LICENSE_COUNTER_MAX);
	l->activation = below(3) == 0 ? 0 : below(LICENSE_COUNTER_MAX);
	l->renew_by = random_date();
	l->valid_until = random_date();
	l->maintenance_until = random_date();
	l->issued_at = (int64_t)below((uint64_t)LICENSE_TIME_MAX);
	l->not_before = (int64_t)below((uint64_t)(LICENSE_TIME_MAX / 2));
	if (l->not_before > l->valid_until)
		l->not_before = l->valid_until;
	if (below(2) == 0) {
		l->has_status = true;
		l->status_index = below(LICENSE_COUNTER_MAX);
		l->status_uri = fixture_text("skerry:hotelhub");
	}
	if (below(2) == 0) {
		l->seats_max = 1 + below(LICENSE_SEATS_MAX);
		l->seats_burst = below(LICENSE_SEATS_MAX + 1);
		l->seats_ttl_s = 1 + (int64_t)below((uint64_t)LICENSE_DURATION_MAX);
	}
	random_ladder(&l->ladder);
	random_grants(l, names);
	random_bindings(l);
	l->domains[0] = fixture_text("pms.lan");
	l->domains[1] = fixture_text("*.sibolga.example");
	l->domains_len = below(3);
	l->tenant = filler(below(LICENSE_TENANT_MAX + 1));
	l->licensee = filler(below(LICENSE_LICENSEE_MAX + 1));
	l->expires_at = ladder_last_date(l);
	if (below(3) == 0 && l->expires_at != LICENSE_NEVER)
		l->expires_at += (int64_t)below(1000);
}

static void
random_licenses_survive(void **state)
{
	static char names[LICENSE_GRANTS_MAX][8];

	(void)state;
	seed = 2027;
	for (unsigned i = 0; i < 3000; i++) {
		struct license license;

		random_license(&license, names);
		license_assert_survives(&license);
	}
}

static const struct license_grant *
find_slowly(const struct license *license, struct cbor_text name)
{
	for (size_t i = 0; i < license->grants_len; i++)
		if (cbor_text_same(license->grants[i].name, name))
			return &license->grants[i];
	return NULL;
}

static void
grants_are_found_as_by_looking_at_each(void **state)
{
	static char names[LICENSE_GRANTS_MAX][8];
	char asked[8] = "name000";

	(void)state;
	seed = 45;
	for (unsigned round = 0; round < 40; round++) {
		struct license license;

		random_license(&license, names);
		/* A shorter name comes first. */
		if (license.grants_len > 0)
			license.grants[0].name.len = 3;
		for (unsigned n = 0; n < 140; n++) {
			asked[4] = (char)('0' + n / 100);
			asked[5] = (char)('0' + n / 10 % 10);
			asked[6] = (char)('0' + n % 10);
			for (size_t len = 0; len <= 7; len++) {
				struct cbor_text name = { asked, len };

				assert_ptr_equal(license_find_grant(&license, name),
					find_slowly(&license, name));
			}
		}
	}
}

/* A buffer that ends anywhere gives NO_SPACE and is not written beyond. */
static void
a_full_buffer_is_no_space(void **state)
{
	struct license license;
	uint8_t bytes[LICENSE_MAX];
	size_t whole, len = 77;

	(void)state;
	hotel_license_full(&license);
	whole = license_encode(&license, bytes);
	for (size_t max = 0; max < whole; max++) {
		struct cbor_writer w;
		uint8_t *exact = fixture_exact_copy(bytes, max);

		cbor_writer_init(&w, exact, max);
		license_write(&w, &license);
		assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_ERR_NO_SPACE);
		assert_int_equal(len, 77);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_claim_survives),
		cmocka_unit_test(hotelhubs_license_is_small),
		cmocka_unit_test(random_licenses_survive),
		cmocka_unit_test(grants_are_found_as_by_looking_at_each),
		cmocka_unit_test(a_full_buffer_is_no_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
