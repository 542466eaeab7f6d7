/* SPDX-License-Identifier: ISC */
/* Renewals: their dates on the edge of months and graces, payments, what is due to the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/due.h"
#include "issuer/renew.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct sold sold;

static int64_t
at(const char *text)
{
	int64_t when = 0;

	if (strcmp(text, "never") == 0)
		return LICENSE_NEVER;
	assert_int_equal(date_parse(text, &when), SKERRY_OK);
	return when;
}

static struct date_duration
span(const char *text)
{
	struct date_duration duration = { 0, 0, false };

	assert_int_equal(date_duration_parse(text, &duration), SKERRY_OK);
	return duration;
}

static void
renewals_go_on_from_the_old_end(void **state)
{
	/* The license began on `from`; its plan has an expiry grace of 7 days. */
	static const struct {
		const char *from, *end, *now, *term, *until, *after;
	} RENEWALS[] = {
		/* early, on the day, within the expiry grace: from the old end */
		{ "2026-01-10", "2027-01-10", "2026-12-01", "1y", "never", "2028-01-10" },
		{ "2026-01-10", "2027-01-10", "2027-01-10", "1y", "never", "2028-01-10" },
		{ "2026-01-10", "2027-01-10", "2027-01-17", "1y", "never", "2028-01-10" },
		/* a second later: from now */
		{ "2026-01-10", "2027-01-10", "2027-01-18T00:00:00Z", "1y", "never",
			"2028-01-18T00:00:00Z" },
		{ "2020-01-10", "2021-01-10", "2027-05-05T05:05:05Z", "1y", "never",
			"2028-05-05T05:05:05Z" },
		/* the 31st comes back after shorter months */
		{ "2027-01-31", "2027-02-28", "2027-02-01", "1mo", "never", "2027-03-31" },
		{ "2027-01-31", "2027-03-31", "2027-03-01", "1mo", "never", "2027-04-30" },
		{ "2027-01-31", "2027-04-30", "2027-04-01", "1mo", "never", "2027-05-31" },
		{ "2027-10-31", "2028-01-31", "2028-01-01", "1mo", "never", "2028-02-29" },
		/* the leap day too */
		{ "2028-02-29", "2029-02-28", "2029-01-01", "1y", "never", "2030-02-28" },
		{ "2028-02-29", "2031-02-28", "2031-01-01", "1y", "never", "2032-02-29" },
		/* an end that no count of months led to is counted from itself */
		{ "2027-01-31", "2027-02-27", "2027-02-01", "1mo", "never", "2027-03-27" },
		/* days stay days; a date replaces any term */
		{ "2027-01-31", "2027-02-28", "2027-02-01", "30d", "never", "2027-03-30" },
		{ "2027-01-31", "2027-02-28", "2027-02-01", "1mo", "2029-07-01", "2029-07-01" },
		/* the end of the calendar */
		{ "9998-06-30", "9999-06-30", "9999-06-01", "1y", "never", "9999-12-31" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(RENEWALS); i++) {
		struct terms terms = { .term = span(RENEWALS[i].term) };
		struct terms_renewal renewal = { .dates = { at(RENEWALS[i].from),
							 at(RENEWALS[i].end), LICENSE_NEVER },
			.expiry_grace_s = 7 * LADDER_DAY_S,
			.now = at(RENEWALS[i].now),
			.until = at(RENEWALS[i].until) };
		struct terms_dates dates = { 0 };

		assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
		if (dates.valid_until != at(RENEWALS[i].after))
			fail_msg("row %zu ends at %lld", i, (long long)dates.valid_until);
		assert_int_equal(dates.valid_from, renewal.dates.valid_from);
		assert_int_equal(dates.maintenance_until, LICENSE_NEVER);
	}
}

static void
twelve_months_by_month_are_a_year(void **state)
{
	struct terms terms = { .term = span("1mo") };
	struct terms_renewal renewal = { .dates = { at("2027-12-31"), at("2028-01-31"),
						 LICENSE_NEVER },
		.until = LICENSE_NEVER };

	(void)state;
	for (int month = 0; month < 12; month++) {
		renewal.now = renewal.dates.valid_until;
		assert_int_equal(terms_of_renewal(&terms, &renewal, &renewal.dates), SKERRY_OK);
	}
	assert_int_equal(renewal.dates.valid_until, at("2029-01-31"));
}

static void
perpetual_license_renews_its_maintenance(void **state)
{
	struct terms terms = { .perpetual = true, .maintained = true, .maintenance = span("1y") };
	struct terms_renewal renewal = { .dates = { at("2026-01-10"), LICENSE_NEVER,
						 at("2027-01-10") },
		.now = at("2026-12-01"),
		.until = LICENSE_NEVER };
	struct terms_dates dates;

	(void)state;
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
	assert_int_equal(dates.valid_until, LICENSE_NEVER);
	assert_int_equal(dates.maintenance_until, at("2028-01-10"));
	renewal.has_term = true;
	renewal.term = span("6mo");
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
	assert_int_equal(dates.maintenance_until, at("2027-07-10"));
	/* a date is about maintenance too, and never makes the license end */
	renewal.until = at("2030-01-01");
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
	assert_int_equal(dates.valid_until, LICENSE_NEVER);
	assert_int_equal(dates.maintenance_until, at("2030-01-01"));
	/* nothing ends: nothing to renew */
	renewal.dates.maintenance_until = LICENSE_NEVER;
	dates.valid_from = 7;
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_ERR_ARGUMENT);
	assert_int_equal(dates.valid_from, 7);
}

static void
maintenance_of_a_license_with_an_end_goes_with_it(void **state)
{
	struct terms terms = { .term = span("1y"), .maintained = true, .maintenance = span("1y") };
	struct terms_renewal renewal = { .dates = { at("2026-01-10"), at("2027-01-10"),
						 at("2027-01-10") },
		.now = at("2026-12-01"),
		.until = LICENSE_NEVER };
	struct terms_dates dates;

	(void)state;
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
	assert_int_equal(dates.valid_until, at("2028-01-10"));
	assert_int_equal(dates.maintenance_until, at("2028-01-10"));
	terms.maintained = false;
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
	assert_int_equal(dates.maintenance_until, at("2027-01-10"));
}

static void
plan_without_a_term_says_nothing(void **state)
{
	struct terms terms = { .perpetual = true, .term = span("1y") };
	struct terms_renewal renewal = { .dates = { at("2026-01-10"), at("2027-01-10"),
						 LICENSE_NEVER },
		.now = at("2026-12-01"),
		.until = LICENSE_NEVER };
	struct terms_dates dates;

	(void)state;
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_ERR_ARGUMENT);
	renewal.until = at("2026-01-09");
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_ERR_ARGUMENT);
	renewal.until = at("2027-02-01");
	assert_int_equal(terms_of_renewal(&terms, &renewal, &dates), SKERRY_OK);
}

static void
shortening_is_a_date_before_what_it_was(void **state)
{
	struct terms_dates before = { 0, 100, 100 };

	(void)state;
	assert_false(terms_shorten(&before, &(struct terms_dates){ 0, 100, 100 }));
	assert_false(terms_shorten(&before, &(struct terms_dates){ 0, 101, LICENSE_NEVER }));
	assert_true(terms_shorten(&before, &(struct terms_dates){ 0, 99, 200 }));
	assert_true(terms_shorten(&before, &(struct terms_dates){ 0, 200, 99 }));
	before.valid_until = LICENSE_NEVER;
	assert_true(terms_shorten(&before, &(struct terms_dates){ 0, LICENSE_TIME_MAX, 100 }));
}

static enum skerry_err
renew(struct desk_fixture *fixture, const struct renewal *renewal, struct renewed *ret_renewed)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	struct license_record license;
	enum skerry_err err;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &license), SKERRY_OK);
	err = renew_check(&fixture->desk, renewal);
	if (err == SKERRY_OK)
		err = renew_license(&fixture->desk, &shelf, &license, renewal, ret_renewed);
	if (err == SKERRY_OK)
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	desk_rollback(&fixture->desk);
	plan_shelf_clear(&shelf);
	return err;
}

static int64_t
count(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static struct renewal
plain(void)
{
	return (struct renewal){
		.until = LICENSE_NEVER, .price = "", .currency = "", .payment = ""
	};
}

static void
payment_renews_once(void **state)
{
	struct desk_fixture *fixture = *state;
	struct renewal renewal = plain();
	struct renewed renewed;
	int64_t end;

	desk_fixture_sell(fixture, &sold);
	renewal.payment = "PP-1";
	renewal.price = "120";
	renewal.currency = "EUR";
	renewal.reason = "paid by O'Brien";
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_OK);
	assert_false(renewed.repeated);
	assert_int_equal(renewed.before, sold.licenses[0].valid_until);
	end = date_add(sold.licenses[0].valid_until, span("3y"));
	assert_int_equal(renewed.after, end);
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_OK);
	assert_true(renewed.repeated);
	assert_int_equal(renewed.after, end);
	assert_int_equal(count(fixture, "SELECT valid_until FROM license"), end);
	assert_int_equal(count(fixture, "SELECT count(*) FROM sale WHERE action = 'renew'"), 1);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE action = 'license.renew'"), 1);
	/* also after it was revoked: what was paid was paid */
	execute(fixture, "UPDATE license SET status = 'revoked'");
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_OK);
	assert_true(renewed.repeated);
	/* a payment that bought the license does not renew it */
	execute(fixture, "UPDATE license SET status = 'unpaired'");
	execute(fixture, "UPDATE sale SET payment = 'PP-0' WHERE action = 'new'");
	renewal.payment = "PP-0";
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_ERR_EXISTS);
}

static void
renewing_what_was_stopped_is_refused(void **state)
{
	struct desk_fixture *fixture = *state;
	struct renewal renewal = plain();
	struct renewed renewed = { .before = 7 };

	desk_fixture_sell(fixture, &sold);
	execute(fixture, "UPDATE license SET status = 'suspended'");
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_ERR_SUSPENDED);
	execute(fixture, "UPDATE license SET status = 'revoked'");
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_ERR_REVOKED);
	assert_int_equal(renewed.before, 7);
	execute(fixture, "UPDATE license SET status = 'paired'");
	renewal.until = sold.licenses[0].valid_until - 1;
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_ERR_SHORTENS);
	renewal.shorten = true;
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_OK);
	assert_int_equal(renewed.after, sold.licenses[0].valid_until - 1);
}

static void
round_leaves_out_what_ended_before_its_grace(void **state)
{
	struct desk_fixture *fixture = *state;
	struct renewal renewal = plain();
	struct renewed renewed;
	char sql[128];

	desk_fixture_sell(fixture, &sold);
	renewal.only_fresh = true;
	/* the island plan's expiry grace is 7 days */
	snprintf(sql, sizeof sql, "UPDATE license SET valid_from = 0, valid_until = %lld",
		(long long)(DESK_NOW - 7 * LADDER_DAY_S - 1));
	execute(fixture, sql);
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_ERR_EXPIRED);
	snprintf(sql, sizeof sql, "UPDATE license SET valid_until = %lld",
		(long long)(DESK_NOW - 7 * LADDER_DAY_S));
	execute(fixture, sql);
	assert_int_equal(renew(fixture, &renewal, &renewed), SKERRY_OK);
	assert_int_equal(renewed.after, date_add(DESK_NOW - 7 * LADDER_DAY_S, span("3y")));
}

static void
unusable_words_are_refused(void **state)
{
	static char long_text[10241];
	struct desk_fixture *fixture = *state;
	const struct renewal good = plain();
	struct renewal renewal;

	memset(long_text, 'x', sizeof long_text - 1);
	renewal = good;
	renewal.price = "12,50";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal = good;
	renewal.currency = "euro";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal = good;
	renewal.price = "12.50";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal = good;
	renewal.currency = "EUR";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal = good;
	renewal.payment = "PP\n1";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal = good;
	renewal.reason = "";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal.reason = long_text;
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal.reason = "turned \xe2\x80\xae around";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_ERR_ARGUMENT);
	renewal.reason = "O'Brien said \"yes\"; DROP TABLE license";
	assert_int_equal(renew_check(&fixture->desk, &renewal), SKERRY_OK);
}

static bool
add_one(void *context, int64_t license_id)
{
	(void)license_id;
	++*(int *)context;
	return true;
}

static int
due_between(struct desk_fixture *fixture, int64_t from, int64_t until)
{
	struct due due = { .from = from, .until = until };
	int found = 0;

	assert_int_equal(due_each(&fixture->desk, &due, add_one, &found), SKERRY_OK);
	return found;
}

static void
due_is_to_the_second(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t end, from;

	desk_fixture_sell(fixture, &sold);
	end = sold.licenses[0].valid_until;
	assert_int_equal(due_between(fixture, 0, end - 1), 0);
	assert_int_equal(due_between(fixture, 0, end), 1);
	assert_int_equal(due_between(fixture, end, end), 1);
	assert_int_equal(due_between(fixture, end + 1, LICENSE_TIME_MAX), 0);
	/* maintenance counts for what never ends, and for nothing else */
	execute(fixture, "UPDATE license SET maintenance_until = 1800000500");
	assert_int_equal(due_between(fixture, 1800000500, 1800000500), 0);
	execute(fixture, "UPDATE license SET valid_until = NULL");
	assert_int_equal(due_between(fixture, 1800000500, 1800000500), 1);
	assert_int_equal(due_between(fixture, 1800000501, LICENSE_TIME_MAX), 0);
	assert_int_equal(due_begin(&fixture->desk, DESK_NOW, &from), SKERRY_OK);
	assert_int_equal(from, DESK_NOW - DUE_BACK_S);
	execute(fixture, "UPDATE plan SET expiry_grace_s = 8640000");
	assert_int_equal(due_begin(&fixture->desk, DESK_NOW, &from), SKERRY_OK);
	assert_int_equal(from, DESK_NOW - 8640000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renewals_go_on_from_the_old_end),
		cmocka_unit_test(twelve_months_by_month_are_a_year),
		cmocka_unit_test(perpetual_license_renews_its_maintenance),
		cmocka_unit_test(maintenance_of_a_license_with_an_end_goes_with_it),
		cmocka_unit_test(plan_without_a_term_says_nothing),
		cmocka_unit_test(shortening_is_a_date_before_what_it_was),
		cmocka_unit_test_setup_teardown(
			payment_renews_once, desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(renewing_what_was_stopped_is_refused,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(round_leaves_out_what_ended_before_its_grace,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(
			unusable_words_are_refused, desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(
			due_is_to_the_second, desk_fixture_make, desk_fixture_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
