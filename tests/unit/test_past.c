/* SPDX-License-Identifier: ISC */
/* What held then: as the site answered at the time, whatever it holds now; and never made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_memory.h"
#include "verifier/past.h"

static struct past past;

static void
look_back_as(const struct site_query *query, int64_t at)
{
	assert_int_equal(past_ask(&site, query, at, &past), SKERRY_OK);
}

static void
look_back(int64_t at)
{
	const struct site_query query = { .product = "hms" };

	look_back_as(&query, at);
}

static const struct skerry_verdict *
held(void)
{
	assert_int_equal(past.answer, PAST_FOUND);
	return &past.explanation.answer.verdict;
}

static const struct why_link *
find(enum why_code code)
{
	for (size_t i = 0; i < past.explanation.why.len; i++)
		if (past.explanation.why.links[i].code == code)
			return &past.explanation.why.links[i];
	return NULL;
}

static void
take_license(int64_t at, uint64_t edition, int64_t renew_by)
{
	static struct signed_document document;

	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = at;
	license_made.edition = edition;
	license_made.renew_by = renew_by;
	license_made.valid_until = renew_by + 300 * DAY;
	license_made.ladder = (struct license_ladder){ .warn_s = 20 * DAY,
		.alert_s = 5 * DAY,
		.grace_s = 10 * DAY,
		.degraded_s = 10 * DAY,
		.day_end_minutes = 240 };
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, at), TAKE_TAKEN);
}

/* --- held still ------------------------------------------------------------------------------ */

/* Asked day by day or hardly ever, the past is what was or would have been answered at the time. */
static void
past_is_what_was_answered(void **state)
{
	enum { DAYS = 90 };
	struct skerry_verdict answers[DAYS];

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	for (int day = 1; day < DAYS; day++) {
		site_live_until(TODAY + day * DAY);
		answers[day] = site_ask_at(TODAY + day * DAY).verdict;
		if (day % 17 == 0)
			memory_ask(NULL);
	}
	for (int day = 1; day < DAYS - 1; day++) {
		look_back(TODAY + day * DAY);
		assert_int_equal(held()->state, answers[day].state);
		assert_int_equal(held()->access, answers[day].access);
		assert_int_equal(held()->reason, answers[day].reason);
		assert_int_equal(held()->notice, answers[day].notice);
		assert_true(held()->at == TODAY + day * DAY);
		assert_int_equal(past.basis, PAST_FROM_FACTS);
		assert_true(past.asked_so);
		assert_int_equal(past.broken_seq, 0);
		assert_int_equal(past.explanation.why.links[0].reason, held()->reason);
		assert_true(past.recorded_at <= past.at);
	}
	look_back(TODAY + 45 * DAY);
	assert_true(past.changed);
	assert_int_equal(held()->state, SKERRY_STATE_GRACE);
	assert_int_equal(past.explanation.forecast.steps[0].state, SKERRY_STATE_GRACE);
}

/* A domain that matched then is not asked about again, and one that did not is not forgiven. */
static void
facts_are_those_of_then(void **state)
{
	const struct site_query query = { .product = "hms", .domain = "other.example" };

	(void)state;
	ceremony_license(&license_made);
	license_made.domains[0] = (struct cbor_text){ "hotel.example", 13 };
	license_made.domains_len = 1;
	license_made.ladder.rebind_grace_s = 10 * DAY;
	static struct signed_document document;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	memory_ask("other.example");
	memory_ask("hotel.example");
	site_live_until(TODAY + 30 * DAY);
	look_back_as(&query, TODAY + DAY);
	assert_int_equal(held()->state, SKERRY_STATE_GRACE);
	assert_int_equal(held()->reason, SKERRY_REASON_WRONG_DOMAIN);
	assert_non_null(find(WHY_OTHER_DOMAIN));
	look_back_as(&query, TODAY + 20 * DAY);
	assert_int_equal(held()->state, SKERRY_STATE_LOCKED);
	assert_true(past.changed);
}

/* --- not held any more ----------------------------------------------------------------------- */

static void
replaced_license_is_told_as_recorded(void **state)
{
	static const struct {
		int64_t day;
		enum skerry_access access;
		enum skerry_state state;
	} ROWS[] = {
		{ 30, SKERRY_ACCESS_FULL, SKERRY_STATE_ACTIVE },
		{ 45, SKERRY_ACCESS_FULL, SKERRY_STATE_GRACE },
		{ 55, SKERRY_ACCESS_READ_ONLY, SKERRY_STATE_DEGRADED },
		{ 65, SKERRY_ACCESS_NONE, SKERRY_STATE_LOCKED },
	};

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	take_license(TODAY + 70 * DAY, 2, TODAY + 200 * DAY);
	memory_ask(NULL);
	site_live_until(TODAY + 80 * DAY);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		look_back(TODAY + ROWS[i].day * DAY);
		assert_int_equal(past.basis, PAST_FROM_RECORD);
		assert_int_equal(held()->access, ROWS[i].access);
		assert_int_equal(held()->state, ROWS[i].state);
		assert_int_equal(past.record.edition, 1);
		assert_int_equal(past.explanation.why.links[0].code, WHY_RECORDED);
		assert_int_equal(past.explanation.why.links[0].reason, held()->reason);
		assert_true(held()->renew_by == TODAY + 40 * DAY);
	}
	assert_false(past.outdated);
	look_back(TODAY + 75 * DAY);
	assert_false(past.outdated);
	assert_int_equal(past.basis, PAST_FROM_FACTS);
	assert_int_equal(past.record.edition, 2);
	assert_int_equal(past.events[0].code, EVENT_LICENSE_TAKEN);
	assert_string_equal(past.events[0].edition, "2");
}

/* It came, and nobody asked: what it gave is not what the one before it had. */
static void
license_that_nobody_asked_about_is_told(void **state)
{
	(void)state;
	memory_ask(NULL);
	take_license(TODAY, 1, TODAY + 40 * DAY);
	site_live_until(TODAY + DAY);
	/* What was asked before there was a time is no answer either. */
	look_back(TODAY);
	assert_int_equal(past.answer, PAST_NOT_ASKED);
	assert_int_equal(past.events[0].code, EVENT_LICENSE_TAKEN);
	memory_ask(NULL);
	take_license(TODAY + 30 * DAY, 2, TODAY + 200 * DAY);
	site_live_until(TODAY + 50 * DAY);
	memory_ask(NULL);
	site_live_until(TODAY + 60 * DAY);
	look_back(TODAY + 29 * DAY);
	assert_false(past.outdated);
	look_back(TODAY + 49 * DAY);
	assert_true(past.outdated);
	assert_string_equal(past.newer.edition, "2");
	look_back(TODAY + 51 * DAY);
	assert_false(past.outdated);
}

/* A lapse is found by who looks, and is over with that: no word of the clock stays behind it. */
static void
lapse_is_told_as_such_and_not_as_what_stands(void **state)
{
	struct clock_reading reading;

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	reading = site_reading();
	reading.mono_s += 3 * DAY;
	reading.wall += 3 * DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	assert_int_equal(memory_rows("clock.condition"), 2);
	/* And so is one behind which the clock is wrong: that stands. */
	reading.mono_s += 3 * DAY;
	reading.wall += DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	look_back(TODAY + 4 * DAY);
	assert_int_equal(past.events[0].code, EVENT_CLOCK_LAPSE);
	assert_int_equal(past.events[1].code, EVENT_LICENSE_TAKEN);
	look_back(TODAY + 6 * DAY);
	assert_int_equal(past.events[0].code, EVENT_CLOCK_WORD);
	assert_string_equal(past.events[0].after, "behind");
}

/* --- out of reach ---------------------------------------------------------------------------- */

static void
before_the_first_license_nobody_knows(void **state)
{
	(void)state;
	look_back(TODAY - DAY);
	assert_int_equal(past.answer, PAST_BEFORE);
	assert_true(past.place.first_at == LICENSE_NEVER);
	site_live_until(TODAY + DAY);
	take_license(TODAY + DAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	look_back(TODAY);
	assert_int_equal(past.answer, PAST_BEFORE);
	assert_true(past.place.first_at == TODAY + DAY);
	assert_true(past.place.begun_here);
}

static void
what_nobody_asked_about_is_not_made_up(void **state)
{
	const struct site_query pos = { .product = "pos" },
				tenant = { .product = "hms", .tenant = "a" };

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	site_live_until(TODAY + 3 * DAY);
	look_back_as(&pos, TODAY + DAY);
	assert_int_equal(past.answer, PAST_NOT_ASKED);
	look_back_as(&tenant, TODAY + DAY);
	assert_int_equal(past.answer, PAST_NOT_ASKED);
}

/* --- the nearest way of asking --------------------------------------------------------------- */

static void
nearest_way_of_asking_answers(void **state)
{
	const struct site_query none = { .domain = NULL }, full = { .product = "hotelhub/hms" },
				domain = { .product = "hms", .domain = "b.example" };

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask("a.example");
	memory_ask(NULL);
	site_live_until(TODAY + 3 * DAY);
	look_back_as(&none, TODAY + DAY);
	assert_int_equal(held()->state, SKERRY_STATE_ACTIVE);
	assert_false(past.asked_so);
	assert_false(past.asked.has_domain);
	assert_string_equal(past.asked.product, "hms");
	look_back_as(&full, TODAY + DAY);
	assert_false(past.asked_so);
	assert_false(past.asked.has_domain);
	/* Any other domain is as far away as none; the later one counts. */
	look_back_as(&domain, TODAY + DAY);
	assert_false(past.asked_so);
	look_back(TODAY + DAY);
	assert_true(past.asked_so);
}

static void
several_products_want_one_named(void **state)
{
	const struct site_query none = { .domain = NULL }, pos = { .product = "pos" };
	static struct signed_document document;
	struct site_answer answer;

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	ceremony_license(&license_made);
	license_made.product = (struct cbor_text){ "pos", 3 };
	license_made.id = (struct cbor_text){ "FEDCBA9876543210", 16 };
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask(&site, &pos, &answer), SKERRY_OK);
	site_live_until(TODAY + 3 * DAY);
	assert_int_equal(past_ask(&site, &none, TODAY + DAY, &past), SKERRY_ERR_NOT_UNIQUE);
	look_back_as(&pos, TODAY + DAY);
	assert_string_equal(past.record.product, "pos");
}

/* --- names that nobody holds ------------------------------------------------------------------ */

static void
ask_as(const struct site_query *query)
{
	struct site_answer answer;

	assert_int_equal(site_ask(&site, query, &answer), SKERRY_OK);
	assert_int_equal(site.memory->trouble, SKERRY_OK);
}

/* Ten thousand names are a row for products and one for tenants, and each is told its past. */
static void
strangers_do_not_fill_the_journal(void **state)
{
	enum { NAMES = 5000 };
	char name[32] = "";
	const struct site_query product = { .product = name, .tenant = NULL },
				tenant = { .product = "hms", .tenant = name };
	int64_t before;

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	before = memory_rows("verdict");
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(name, sizeof name, "brand/name-%u", i);
		ask_as(&product);
		ask_as(&tenant);
	}
	assert_int_equal(memory_rows("verdict"), before + 2);
	assert_int_equal(memory_number("SELECT count(*) FROM verdict"), before + 2);
	site_live_until(TODAY + 3 * DAY);
	look_back_as(&product, TODAY + DAY);
	assert_int_equal(held()->reason, SKERRY_REASON_NO_LICENSE);
	assert_string_equal(past.asked.product, name);
	assert_true(past.asked_so);
	look_back_as(&tenant, TODAY + DAY);
	assert_int_equal(held()->reason, SKERRY_REASON_WRONG_TENANT);
	assert_string_equal(past.asked.tenant, name);
	/* The one that is held has its own. */
	look_back(TODAY + DAY);
	assert_int_equal(held()->state, SKERRY_STATE_ACTIVE);
	assert_true(past.asked_so);
}

/* What was nobody's once has a license now: of before it, strangers' row tells; of after it, its own. */
static void
name_that_is_held_now_was_nobodys(void **state)
{
	const struct site_query pos = { .product = "pos" }, hms = { .product = "hms" };
	static struct signed_document document;

	(void)state;
	take_license(TODAY, 1, TODAY + 200 * DAY);
	ask_as(&pos);
	site_live_until(TODAY + 10 * DAY);
	ceremony_license(&license_made);
	license_made.product = (struct cbor_text){ "pos", 3 };
	license_made.id = (struct cbor_text){ "FEDCBA9876543210", 16 };
	license_made.issued_at = license_made.not_before = TODAY + 10 * DAY;
	license_made.renew_by = license_made.valid_until = TODAY + 200 * DAY;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY + 10 * DAY), TAKE_TAKEN);
	ask_as(&pos);
	site_live_until(TODAY + 20 * DAY);
	look_back_as(&pos, TODAY + 5 * DAY);
	assert_int_equal(held()->state, SKERRY_STATE_UNLICENSED);
	look_back_as(&pos, TODAY + 15 * DAY);
	assert_int_equal(held()->state, SKERRY_STATE_ACTIVE);
	/* It does not speak of one that was held all the time and not asked about. */
	look_back_as(&hms, TODAY + 5 * DAY);
	assert_int_equal(past.answer, PAST_NOT_ASKED);
}

/* A license that is gone: its row goes on, so that what it gave does not seem to hold. */
static void
name_that_was_held_goes_on(void **state)
{
	int64_t before;
	size_t licenses;

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	before = memory_rows("verdict");
	site_live_until(TODAY + 10 * DAY);
	licenses = site.licenses_len;
	site.licenses_len = 0;
	memory_ask(NULL);
	assert_int_equal(memory_rows("verdict"), before + 1);
	site_live_until(TODAY + 20 * DAY);
	look_back(TODAY + 15 * DAY);
	assert_int_equal(held()->state, SKERRY_STATE_UNLICENSED);
	site.licenses_len = licenses;
}

/* --- what is wrong with the journal ---------------------------------------------------------- */

static void
execute(const char *sql)
{
	struct store_query q;

	store_query(site.memory->store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
edited_journal_is_told(void **state)
{
	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	site_live_until(TODAY + 3 * DAY);
	execute("UPDATE journal SET detail = replace(detail, 'state=active', 'state=locked')"
		" WHERE kind = 'verdict'");
	look_back(TODAY + DAY);
	assert_true(past.broken_seq == past.seq);
	/* The license is here: what it says by the facts stands against the record. */
	assert_int_equal(past.basis, PAST_FROM_OTHER);
}

static void
row_of_another_version_gives_its_words(void **state)
{
	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	site_live_until(TODAY + 3 * DAY);
	execute("UPDATE journal SET detail = 'state=active access=full reason=ok notice=none"
		" license=0123456789ABCDEF edition=1 machine=0 clock=0 matched=0'"
		" WHERE kind = 'verdict'");
	look_back(TODAY + DAY);
	assert_int_equal(past.basis, PAST_FROM_WORDS);
	assert_int_equal(held()->state, SKERRY_STATE_ACTIVE);
	assert_int_equal(past.explanation.why.len, 0);
	execute("UPDATE journal SET detail = 'nonsense' WHERE kind = 'verdict'");
	look_back(TODAY + DAY);
	assert_int_equal(past.answer, PAST_NOT_ASKED);
}

/* A key was revoked whose documents had moved the time on: what was told in the time that is gone. */
static void
time_that_went_back_is_told(void **state)
{
	static struct signed_document document, manifest;
	int64_t back;

	(void)state;
	take_license(TODAY, 1, TODAY + 40 * DAY);
	memory_ask(NULL);
	site_two_keys(2);
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.id = (struct cbor_text){ "FEDCBA9876543210", 16 };
	license_made.issued_at = license_made.not_before = TODAY + 60 * DAY;
	site_sign_license_by(&document, SITE_OTHER_ISSUING);
	assert_in_range(site_take_at(&document, TODAY + DAY), TAKE_TAKEN, TAKE_WAITS);
	memory_ask(NULL);
	assert_true(site_now(&site) >= TODAY + 60 * DAY);
	site_two_keys(3);
	manifest_made.keys[1].revoked_at = TODAY + DAY;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY + 2 * DAY), TAKE_TAKEN);
	back = site_now(&site);
	assert_true(back < TODAY + 60 * DAY);
	assert_int_equal(memory_rows("clock.back"), 1);
	site_live_until(TODAY + 20 * DAY);
	memory_ask(NULL);
	look_back(TODAY + 10 * DAY);
	assert_int_equal(past.answer, PAST_FOUND);
	assert_true(past.place.turned_seq != 0);
	look_back(TODAY + DAY / 2);
	assert_true(past.place.turned_seq == 0);
	assert_int_equal(held()->state, SKERRY_STATE_ACTIVE);
}

static void
without_a_memory_there_is_no_past(void **state)
{
	struct memory bare = { .store = NULL };
	const struct site_query query = { .product = "hms" };
	struct site blind = site;

	(void)state;
	blind.memory = &bare;
	assert_int_equal(past_ask(&blind, &query, TODAY, &past), SKERRY_ERR_FILE_PERMISSION);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(past_is_what_was_answered),
		AT_A_SITE(facts_are_those_of_then),
		AT_A_SITE(replaced_license_is_told_as_recorded),
		AT_A_SITE(license_that_nobody_asked_about_is_told),
		AT_A_SITE(lapse_is_told_as_such_and_not_as_what_stands),
		AT_A_SITE(before_the_first_license_nobody_knows),
		AT_A_SITE(what_nobody_asked_about_is_not_made_up),
		AT_A_SITE(nearest_way_of_asking_answers),
		AT_A_SITE(several_products_want_one_named),
		AT_A_SITE(strangers_do_not_fill_the_journal),
		AT_A_SITE(name_that_is_held_now_was_nobodys),
		AT_A_SITE(name_that_was_held_goes_on),
		AT_A_SITE(edited_journal_is_told),
		AT_A_SITE(row_of_another_version_gives_its_words),
		AT_A_SITE(time_that_went_back_is_told),
		AT_A_SITE(without_a_memory_there_is_no_past),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
