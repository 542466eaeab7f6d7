/* SPDX-License-Identifier: ISC */
/* A site's explanation: it agrees with what the site answers, now and at every step that it foretells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/fingerprint.h"
#include "tests/unit/fixture_machine.h"
#include "tests/unit/fixture_site.h"
#include "verifier/explanation.h"

static struct explanation made;

static void
explain_at(int64_t at)
{
	const struct site_query query = { .product = "hms", .at = TODAY };

	assert_int_equal(explanation_make(&site, &query, at, &made), SKERRY_OK);
}

static const struct why_link *
find(enum why_code code)
{
	for (size_t i = 0; i < made.why.len; i++)
		if (made.why.links[i].code == code)
			return &made.why.links[i];
	return NULL;
}

/* The site's own word at an instant, and the step that was foretold for it. */
static void
expect_foretold(int64_t at)
{
	const struct timeline_step *step = timeline_at(&made.forecast, at);
	const struct site_answer answer = site_ask_at(at);

	assert_int_equal(step->state, answer.verdict.state);
	assert_int_equal(step->access, answer.verdict.access);
	assert_int_equal(step->reason, answer.verdict.reason);
	assert_int_equal(step->notice, answer.verdict.notice);
}

static void
expect_forecast_holds(void)
{
	const struct timeline *forecast = &made.forecast;

	assert_true(made.forecast_whole);
	for (size_t i = 0; i < forecast->len; i++) {
		if (i > 0)
			expect_foretold(forecast->steps[i].from - 1);
		expect_foretold(forecast->steps[i].from);
		expect_foretold(forecast->steps[i].from + 1);
	}
	for (int64_t at = TODAY; at < TODAY + 1000 * DAY; at += 5 * DAY + 7)
		expect_foretold(at);
}

static void
take_license(int64_t not_before, uint64_t edition, const char *id)
{
	static struct signed_document document;

	ceremony_license(&license_made);
	license_made.not_before = not_before;
	license_made.edition = edition;
	license_made.id = (struct cbor_text){ id, strlen(id) };
	license_made.renew_by = not_before + 60 * DAY;
	license_made.valid_until = not_before + 300 * DAY;
	license_made.ladder = (struct license_ladder){ .warn_s = 20 * DAY,
		.alert_s = 5 * DAY,
		.grace_s = 10 * DAY,
		.degraded_s = 10 * DAY,
		.day_end_minutes = 240 };
	site_sign_license(&document);
	assert_in_range(site_take_at(&document, TODAY), TAKE_TAKEN, TAKE_WAITS);
}

static void
empty_site_is_explained(void **state)
{
	(void)state;
	explain_at(LICENSE_NEVER);
	assert_int_equal(made.why.links[0].code, WHY_NO_LICENSE);
	assert_int_equal(made.forecast.len, 1);
	assert_int_equal(made.answer.verdict.reason, SKERRY_REASON_NO_LICENSE);
	assert_null(made.answer.next);
}

static void
forecast_is_what_the_site_will_answer(void **state)
{
	(void)state;
	take_license(TODAY, 1, "0123456789ABCDEF");
	explain_at(LICENSE_NEVER);
	assert_int_equal(made.forecast.len, 6);
	expect_forecast_holds();
}

/* The license in use ends, a gap, and the next one begins: all of it is told beforehand. */
static void
forecast_goes_on_with_the_license_that_waits(void **state)
{
	(void)state;
	take_license(TODAY, 1, "0123456789ABCDEF");
	take_license(TODAY + 200 * DAY, 1, "FEDCBA9876543210");
	explain_at(LICENSE_NEVER);
	assert_non_null(made.answer.next);
	assert_non_null(find(WHY_NEXT_LICENSE));
	assert_int_equal(made.why.links[0].code, WHY_VALID);
	assert_in_range(made.forecast.len, 10, TIMELINE_MAX);
	expect_forecast_holds();
	/* Where it waits alone it is what is explained, and no other one waits. */
	explain_at(TODAY - 1);
	assert_int_equal(made.why.links[0].code, WHY_BEGINS_LATER);
	assert_true(made.answer.license->not_before == TODAY);
}

/* A renewal that begins in the middle leaves no trace of the end that it has prevented. */
static void
forecast_follows_a_renewal_that_begins_later(void **state)
{
	(void)state;
	take_license(TODAY, 1, "0123456789ABCDEF");
	take_license(TODAY + 50 * DAY, 2, "0123456789ABCDEF");
	explain_at(LICENSE_NEVER);
	expect_forecast_holds();
	assert_int_equal(timeline_at(&made.forecast, TODAY + 60 * DAY)->state, SKERRY_STATE_ACTIVE);
}

static void
first_reason_agrees_with_the_answer_at_every_date(void **state)
{
	(void)state;
	take_license(TODAY, 1, "0123456789ABCDEF");
	take_license(TODAY + 200 * DAY, 1, "FEDCBA9876543210");
	for (int64_t at = TODAY - 3 * DAY; at < TODAY + 700 * DAY; at += DAY + 3601) {
		explain_at(at);
		assert_true(made.answer.verdict.at == at);
		assert_int_equal(made.why.links[0].reason, made.answer.verdict.reason);
		assert_int_equal(made.why.links[0].state, made.answer.verdict.state);
		assert_true(made.forecast.steps[0].from == at);
	}
}

static void
files_that_are_of_no_use_are_counted(void **state)
{
	char path[256];
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/licenses/junk.license", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	site_reopen();
	explain_at(LICENSE_NEVER);
	assert_int_equal(made.why.links[0].code, WHY_FILES_UNUSED);
	assert_int_equal(made.why.links[0].reason, made.answer.verdict.reason);
	assert_true(made.why.links[0].facts[0].number == 1);
}

/* Since when a manifest took its key's standing does not move with the date that is asked about. */
static void
revoked_key_is_told_with_its_key_id(void **state)
{
	static struct signed_document manifest;

	(void)state;
	take_license(TODAY, 1, "0123456789ABCDEF");
	site_make_manifest(&manifest, 2);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	explain_at(LICENSE_NEVER);
	assert_int_equal(made.why.links[0].code, WHY_SIGNING_KEY);
	assert_string_equal(made.why.links[0].facts[0].name, "kid");
	assert_memory_equal(
		made.why.links[0].facts[0].bytes.data, site.licenses[0].kid, COSE_KID_LEN);
	expect_forecast_holds();
}

static void
question_that_has_no_answer_has_no_explanation(void **state)
{
	const struct site_query query = { .install_path = "relative", .at = TODAY };
	const struct explanation before = made;

	(void)state;
	assert_int_equal(
		explanation_make(&site, &query, LICENSE_NEVER, &made), SKERRY_ERR_ARGUMENT);
	assert_int_equal(made.why.len, before.why.len);
	assert_int_equal(made.forecast.len, before.forecast.len);
}

/* --- what if a component were another one? --------------------------------------------------- */

static struct machine machine;

static void
bind_to(const char *name)
{
	static struct signed_document document;
	struct components_query query = { .root = NULL };
	struct components components;
	struct license bound;

	machine_set_up(&machine, name);
	query.root = machine.root;
	assert_int_equal(components_collect(&query, &components), SKERRY_OK);
	bound = machine_license(&components);
	ceremony_license(&license_made);
	license_made.salt = bound.salt;
	license_made.threshold = bound.threshold;
	memcpy(license_made.components, bound.components, sizeof bound.components);
	license_made.components_len = bound.components_len;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
}

/* Each subset of the types: it matches as long as the weight that is left reaches the threshold. */
static void
every_subset_of_components_may_be_taken_away(void **state)
{
	size_t matched = 0;

	(void)state;
	bind_to("bare-metal");
	for (unsigned types = 0; types < 2u << FINGERPRINT_TYPE_LAST; types += 2) {
		const struct site_query query = {
			.product = "hms", .root = machine.root, .at = TODAY + DAY, .without = types
		};
		const struct license *license = &site.licenses[0].license;
		unsigned weight = 0;

		for (size_t i = 0; i < license->components_len; i++)
			if ((types & MATCH_TYPE_BIT(license->components[i].type)) == 0)
				weight += license->components[i].weight;
		assert_int_equal(explanation_make(&site, &query, LICENSE_NEVER, &made), SKERRY_OK);
		assert_int_equal(made.answer.tally.matched, weight);
		assert_int_equal(made.answer.verdict.reason, weight >= license->threshold
								     ? SKERRY_REASON_OK
								     : SKERRY_REASON_WRONG_MACHINE);
		assert_int_equal(find(WHY_COMPONENTS_DIFFER) != NULL,
			made.answer.tally.components_matched < license->components_len);
		matched += weight >= license->threshold;
	}
	assert_in_range(matched, 2, 1u << FINGERPRINT_TYPE_LAST);
	machine_remove(&machine);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(empty_site_is_explained),
		AT_A_SITE(forecast_is_what_the_site_will_answer),
		AT_A_SITE(forecast_goes_on_with_the_license_that_waits),
		AT_A_SITE(forecast_follows_a_renewal_that_begins_later),
		AT_A_SITE(first_reason_agrees_with_the_answer_at_every_date),
		AT_A_SITE(files_that_are_of_no_use_are_counted),
		AT_A_SITE(revoked_key_is_told_with_its_key_id),
		AT_A_SITE(question_that_has_no_answer_has_no_explanation),
		AT_A_SITE(every_subset_of_components_may_be_taken_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
