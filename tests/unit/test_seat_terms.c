/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/seat_terms.h"
#include "verifier/state/seats.h"

static struct license
island(void)
{
	struct license license = { .seats_max = 30, .seats_burst = 3, .seats_ttl_s = 300 };

	license.brand = cbor_text_from_chars("hotelhub");
	license.product = cbor_text_from_chars("hms");
	license.plan = cbor_text_from_chars("island");
	return license;
}

static void
license_and_verdict_make_the_terms(void **state)
{
	static const struct {
		enum skerry_access access;
		bool wanted;
	} CASES[] = { { SKERRY_ACCESS_NONE, false }, { SKERRY_ACCESS_READ_ONLY, true },
		{ SKERRY_ACCESS_FULL, true } };
	const struct license license = island();

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		const struct skerry_verdict verdict = { .access = CASES[i].access };
		struct seat_terms terms;

		seat_terms_of(&license, &verdict, 5, &terms);
		assert_int_equal(terms.access, CASES[i].wanted);
		assert_int_equal(terms.max, 30);
		assert_int_equal(terms.burst, 3);
		assert_int_equal(terms.ttl_s, 300);
		assert_int_equal(terms.cap, 5);
	}
}

static void
no_license_grants_nothing(void **state)
{
	const struct skerry_verdict verdict = { .access = SKERRY_ACCESS_FULL };
	char pool[SEAT_POOL_NAME_MAX] = "x";
	struct seat_terms terms;

	(void)state;
	seat_terms_of(NULL, &verdict, 0, &terms);
	assert_false(terms.access);
	assert_int_equal(terms.max, 0);
	seat_pool_of(NULL, pool);
	assert_string_equal(pool, "");
}

static void
pool_is_of_product_and_tenant_whatever_the_plan(void **state)
{
	struct license license = island();
	char pool[SEAT_POOL_NAME_MAX];

	(void)state;
	seat_pool_of(&license, pool);
	assert_string_equal(pool, "hotelhub/hms");
	license.plan = cbor_text_from_chars("other");
	seat_pool_of(&license, pool);
	assert_string_equal(pool, "hotelhub/hms");
	license.tenant = cbor_text_from_chars("north wing");
	seat_pool_of(&license, pool);
	assert_string_equal(pool, "hotelhub/hms north wing");
}

static void
longest_names_fit_a_pool(void **state)
{
	struct license license = island();
	char slug[LICENSE_SLUG_MAX + 1], tenant[LICENSE_TENANT_MAX + 1], pool[SEAT_POOL_NAME_MAX];

	(void)state;
	memset(slug, 'a', LICENSE_SLUG_MAX);
	slug[LICENSE_SLUG_MAX] = '\0';
	memset(tenant, 't', LICENSE_TENANT_MAX);
	tenant[LICENSE_TENANT_MAX] = '\0';
	license.brand = license.product = cbor_text_from_chars(slug);
	license.tenant = cbor_text_from_chars(tenant);
	seat_pool_of(&license, pool);
	assert_int_equal(strlen(pool), sizeof pool - 1);
	assert_true(sizeof pool <= SEATS_POOL_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(license_and_verdict_make_the_terms),
		cmocka_unit_test(no_license_grants_nothing),
		cmocka_unit_test(pool_is_of_product_and_tenant_whatever_the_plan),
		cmocka_unit_test(longest_names_fit_a_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
