/* SPDX-License-Identifier: ISC */
/* What an import gave is on record from the import on, and asking so starts nothing that would not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "formats/fingerprint.h"
#include "verifier/first_verdict.h"
#include "verifier/past.h"

#define TEXT(s) ((struct cbor_text){ s, sizeof(s) - 1 })

static void
take(void)
{
	static struct signed_document document;

	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
}

static int64_t
rows_of(const char *subject)
{
	char sql[256];

	snprintf(sql, sizeof sql,
		"SELECT count(*) FROM journal WHERE kind = 'verdict' AND subject = '%s'", subject);
	return memory_number(sql);
}

static void
what_came_is_asked_about_as_status_asks(void **state)
{
	const struct site_query query = { .product = NULL };
	static struct past past;

	(void)state;
	ceremony_license(&license_made);
	take();
	first_verdict_record(&site);
	first_verdict_record(&site);
	assert_int_equal(rows_of("values=0"), 1);
	site_live_until(TODAY + 3 * DAY);
	assert_int_equal(past_ask(&site, &query, TODAY + DAY, &past), SKERRY_OK);
	assert_int_equal(past.answer, PAST_FOUND);
	assert_true(past.asked_so);
	assert_false(past.outdated);
	assert_int_equal(past.explanation.answer.verdict.state, SKERRY_STATE_ACTIVE);
	memory_assert_whole();
}

static void
several_products_and_tenants_are_asked_about_one_by_one(void **state)
{
	static const struct cbor_text TENANTS[] = { TEXT("a"), TEXT("b") };

	(void)state;
	ceremony_license(&license_made);
	take();
	license_made.product = TEXT("pos");
	license_made.id = TEXT("0000000000000002");
	take();
	for (size_t i = 0; i < sizeof TENANTS / sizeof *TENANTS; i++) {
		license_made.product = TEXT("spa");
		license_made.id = i == 0 ? TEXT("0000000000000003") : TEXT("0000000000000004");
		license_made.tenant = TENANTS[i];
		take();
	}
	first_verdict_record(&site);
	assert_int_equal(rows_of("product=hotelhub/hms values=0"), 1);
	assert_int_equal(rows_of("product=hotelhub/pos values=0"), 1);
	assert_int_equal(rows_of("product=hotelhub/spa tenant=a values=0"), 1);
	assert_int_equal(rows_of("product=hotelhub/spa tenant=b values=0"), 1);
	assert_int_equal(memory_rows("verdict"), 4);
}

/* Nobody but the product knows its values: asked without them, a rebind grace would begin. */
static void
license_that_names_the_products_own_values_waits_for_it(void **state)
{
	static const uint8_t SALT[LICENSE_SALT_LEN] = { 1 },
			     HASH[LICENSE_COMPONENT_HASH_MIN] = { 2 };

	(void)state;
	ceremony_license(&license_made);
	license_made.salt = (struct cbor_bytes){ SALT, sizeof SALT };
	license_made.threshold = 1;
	license_made.components[0] = (struct license_component){
		.type = FINGERPRINT_CUSTOM, .weight = 1, .hash = { HASH, sizeof HASH }
	};
	license_made.components_len = 1;
	take();
	first_verdict_record(&site);
	assert_int_equal(memory_rows("verdict"), 0);
	assert_int_equal(memory_rows("condition.begins"), 0);
}

static void
domain_that_nobody_named_is_no_mismatch(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.domains[0] = TEXT("hotel.example");
	license_made.domains_len = 1;
	take();
	first_verdict_record(&site);
	assert_int_equal(rows_of("values=0"), 1);
	assert_int_equal(memory_rows("condition.begins"), 0);
	assert_int_equal(memory_ask("hotel.example").verdict.state, SKERRY_STATE_ACTIVE);
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(what_came_is_asked_about_as_status_asks),
		AT_A_SITE(several_products_and_tenants_are_asked_about_one_by_one),
		AT_A_SITE(license_that_names_the_products_own_values_waits_for_it),
		AT_A_SITE(domain_that_nobody_named_is_no_mismatch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
