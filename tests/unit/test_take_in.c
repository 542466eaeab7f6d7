/* SPDX-License-Identifier: ISC */
/*
 * What somebody carries to a site, by an attacker's eye: thieves of keys, manifests, clocks. Each
 * test is an attack that once worked or a fault that once locked.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "fixture_site.h"

#define TEXT(chars) ((struct cbor_text){ chars, sizeof chars - 1 })

static struct signed_document first, second, third;

/* Revokes the first of two keys. */
static void
revoke_first_key(struct signed_document *ret_document, uint64_t version)
{
	site_two_keys(version);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(ret_document);
}

/* --- succession ------------------------------------------------------------------------------ */

static void
key_of_another_brand_moves_nothing(void **state)
{
	(void)state;
	site_two_keys(2);
	manifest_made.keys[0].brands[0] = TEXT("hotelhub");
	manifest_made.keys[1].brands[0] = TEXT("rthub");
	manifest_made.keys[0].brands_len = manifest_made.keys[1].brands_len = 1;
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.brand = TEXT("rthub");
	license_made.edition = LICENSE_COUNTER_MAX;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	site_make_license(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	{
		const struct site_query query = { .product = "hotelhub/hms", .at = TODAY };
		struct site_answer answer;

		assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.license->edition, 2);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	}
}

static void
edition_of_a_thief_gives_way_to_the_license_signed_anew(void **state)
{
	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, LICENSE_COUNTER_MAX);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 3);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY).verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	ceremony_license(&license_made);
	license_made.edition = 2;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
	assert_int_equal(site_count_files("licenses"), 1);
	assert_int_equal(site_ask_at(TODAY).license->edition, 2);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

/* One that waits hides nothing, though its edition is that of the one that runs. */
static void
license_signed_anew_may_wait_beside_the_one_in_grace(void **state)
{
	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 3);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 9 * DAY;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_WAITS);
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(site_ask_at(TODAY + 9 * DAY).verdict.state, SKERRY_STATE_ACTIVE);
}

static void
two_activations_answer_each_for_its_domain(void **state)
{
	struct site_query query = { .product = "hms", .at = TODAY };
	struct site_answer answer;

	(void)state;
	for (uint64_t activation = 1; activation <= 2; activation++) {
		ceremony_license(&license_made);
		license_made.activation = license_made.edition = activation;
		license_made.domains[0] = activation == 1 ? TEXT("a.example") : TEXT("b.example");
		license_made.domains_len = 1;
		site_sign_license(&first);
		assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	}
	assert_int_equal(site.licenses_len, 2);
	for (uint64_t activation = 1; activation <= 2; activation++) {
		query.domain = activation == 1 ? "a.example" : "b.example";
		assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.license->activation, activation);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	}
	query.domain = "c.example";
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_WRONG_DOMAIN);
}

/* --- manifests ------------------------------------------------------------------------------- */

/* Without opening the folder anew: the floor falls, and the license beside the manifest is taken. */
static void
manifest_counts_for_what_comes_beside_it(void **state)
{
	struct document both[2];

	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY + 300 * DAY;
	license_made.edition = LICENSE_COUNTER_MAX;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_true(site.floor == TODAY + 300 * DAY);
	revoke_first_key(&third, 3);
	ceremony_license(&license_made);
	license_made.edition = 2;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	both[0] = second.document;
	both[1] = third.document;
	assert_int_equal(site_take(both, 2, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
	assert_int_equal(results[1].fate, TAKE_TAKEN);
	assert_true(site.floor == TODAY);
	assert_int_equal(site.licenses_len, 1);
	assert_int_equal(site_count_files("licenses"), 1);
}

static void
set_time(const char *file, int64_t at)
{
	struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	site_reopen();
}

/* A file's time can be set to anything; the site remembers when the manifest came. */
static void
time_of_a_file_neither_locks_nor_hides_a_revocation(void **state)
{
	static const int64_t FILE_TIMES[] = { 0, TODAY + 5 * DAY, INT64_C(3786912000) /* 2090 */ };

	(void)state;
	ceremony_license(&license_made);
	license_made.renew_by = LICENSE_NEVER;
	license_made.valid_until = TODAY + 1500 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	for (size_t i = 0; i < sizeof FILE_TIMES / sizeof *FILE_TIMES; i++) {
		struct site_answer answer;

		set_time("manifests/2.manifest", FILE_TIMES[i]);
		assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_GRACE);
		assert_int_equal(site_ask_at(TODAY + 364 * DAY).verdict.state, SKERRY_STATE_GRACE);
		answer = site_ask_at(TODAY + 367 * DAY);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_LOCKED);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	}
}

/* The arrival is what the site takes for the time, whatever the clock of the machine that runs this. */
static void
arrival_of_a_manifest_is_the_time_of_its_import(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY + 20 * DAY), TAKE_TAKEN);
	assert_true(site.licenses[0].key_revoked_since == TODAY + 20 * DAY);
}

/* The vendor narrows a key's terms: licenses that it signed before are not locked on that day. */
static void
key_that_may_no_longer_sign_starts_the_grace_of_held_licenses(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.ladder.grace_s = 300 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	for (int narrowed = 0; narrowed < 5; narrowed++) {
		static struct site_answer answer;

		site_two_keys(2 + (uint64_t)narrowed);
		if (narrowed == 0)
			manifest_made.keys[0].not_after = TODAY - 1;
		if (narrowed == 1)
			manifest_made.keys[0].not_before = TODAY + 1;
		if (narrowed == 2)
			manifest_made.keys[0].roles = MANIFEST_ROLE_REPLY;
		if (narrowed == 3) {
			manifest_made.keys[0].brands[0] = TEXT("rthub");
			manifest_made.keys[0].brands_len = 1;
		}
		if (narrowed == 4)
			manifest_made.keys[0].latest = TODAY + 100 * DAY;
		site_sign_manifest(&third);
		assert_int_equal(site_take_at(&third, TODAY + narrowed * DAY), TAKE_TAKEN);
		assert_int_equal(site.licenses_len, 1);
		answer = site_ask_at(TODAY + narrowed * DAY);
		assert_int_equal(answer.verdict.access, SKERRY_ACCESS_FULL);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
		/* The first manifest that ended it counts, not each that did so again. */
		assert_true(site.licenses[0].key_revoked_since == TODAY);
		/* What is not held yet is refused. */
		site_make_license(&second, 2);
		assert_int_equal(site_take_at(&second, TODAY), TAKE_REFUSED);
	}
	/* A vendor who permits it again sets it right. */
	site_two_keys(7);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

/* --- clocks ---------------------------------------------------------------------------------- */

static void
dead_clock_makes_no_license_wait(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, 0), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.issued_at = TODAY + 10 * DAY;
	license_made.not_before = TODAY + 10 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, 0), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
	ceremony_license(&license_made);
	license_made.edition = 3;
	license_made.not_before = TODAY + 10 * DAY;
	site_sign_license(&third);
	assert_int_equal(site_take_at(&third, 0), TAKE_TAKEN);
}

/* A clock that runs ahead drops nothing: set right, the license in use is still there. */
static void
clock_ahead_drops_no_license(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 30 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY + 9000 * DAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).license->edition, 1);
	assert_int_equal(site_ask_at(TODAY + 30 * DAY).license->edition, 2);
	/* A later license proves the time, and all before it go. */
	ceremony_license(&license_made);
	license_made.edition = 3;
	license_made.issued_at = TODAY + 31 * DAY;
	site_sign_license(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(key_of_another_brand_moves_nothing),
		AT_A_SITE(edition_of_a_thief_gives_way_to_the_license_signed_anew),
		AT_A_SITE(license_signed_anew_may_wait_beside_the_one_in_grace),
		AT_A_SITE(two_activations_answer_each_for_its_domain),
		AT_A_SITE(manifest_counts_for_what_comes_beside_it),
		AT_A_SITE(time_of_a_file_neither_locks_nor_hides_a_revocation),
		AT_A_SITE(arrival_of_a_manifest_is_the_time_of_its_import),
		AT_A_SITE(key_that_may_no_longer_sign_starts_the_grace_of_held_licenses),
		AT_A_SITE(dead_clock_makes_no_license_wait),
		AT_A_SITE(clock_ahead_drops_no_license),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
