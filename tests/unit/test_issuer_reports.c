/* SPDX-License-Identifier: ISC */
/* Reports: to the second, in one order over all pages, nothing twice, out of indexes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "fixture_statements.h"
#include "issuer/desk/dates.h"
#include "issuer/desk/revoked.h"
#include "issuer/desk/seat_peaks.h"
#include "issuer/desk/sites.h"
#include "issuer/desk/usage.h"

#define DAY LADDER_DAY_S

static void
run_sql(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* Sales whose licenses are rows 1, 2, ...: each a key of its own, ending in 1, 2, ... days. */
static void
sell(struct desk_fixture *fixture, int count)
{
	static struct sold sold;

	for (int i = 0; i < count; i++)
		desk_fixture_sell(fixture, &sold);
	run_sql(fixture, "UPDATE license SET valid_until = 1800000000 + 86400 * id");
}

static void
pair(struct desk_fixture *fixture, const char *licenses, const char *kind, const char *renew_by)
{
	char sql[1024];

	snprintf(sql, sizeof sql,
		"INSERT INTO activation (brand_id, license_id, number, kind, status_index,"
		" hostname, paired_at, renew_by) SELECT brand_id, id,"
		" (SELECT count(*) + 1 FROM activation WHERE license_id = l.id), '%s',"
		" (SELECT count(*) FROM activation) + id, 'host-' || id, 1, %s FROM license l"
		" WHERE id IN (%s)",
		kind, renew_by, licenses);
	run_sql(fixture, sql);
}

/* --- dates --------------------------------------------------------------------------------------- */

struct told {
	struct dates_line lines[64];
	size_t len;
};

static bool
take(void *context, const struct dates_line *line)
{
	struct told *told = context;

	assert_true(told->len < sizeof told->lines / sizeof *told->lines);
	told->lines[told->len++] = *line;
	return true;
}

static struct dates_filter
span(int64_t from, int64_t until)
{
	return (struct dates_filter){
		.from = from, .until = until, .now = DESK_NOW, .limit = INT64_MAX
	};
}

static size_t
tell(struct desk_fixture *fixture, const struct dates_filter *filter, struct told *ret_told)
{
	ret_told->len = 0;
	assert_int_equal(dates_each(&fixture->desk, filter, take, ret_told), SKERRY_OK);
	return ret_told->len;
}

/* "license 1, site 2-1": what was told, by rows. */
static void
assert_told(const struct told *told, const char *wanted)
{
	char got[1024] = "";

	for (size_t i = 0; i < told->len; i++) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof got - len, "%s%s %lld", i == 0 ? "" : ", ",
			dates_what_name(told->lines[i].at.what), (long long)told->lines[i].at.row);
	}
	assert_string_equal(got, wanted);
}

static void
dates_count_to_the_second(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct told told;
	struct dates_filter filter;

	sell(fixture, 1); /* ends DESK_NOW + 1 d */
	filter = span(DESK_NOW, DESK_NOW + DAY - 1);
	assert_int_equal(tell(fixture, &filter, &told), 0);
	filter = span(DESK_NOW, DESK_NOW + DAY);
	assert_int_equal(tell(fixture, &filter, &told), 1);
	assert_int_equal(told.lines[0].at.due, DESK_NOW + DAY);
	assert_string_equal(told.lines[0].email, "owner@grand.example");
	assert_int_equal(told.lines[0].max_activations, 1);
	filter = span(DESK_NOW + DAY, DESK_NOW + 9 * DAY);
	assert_int_equal(tell(fixture, &filter, &told), 1);
	filter = span(DESK_NOW + DAY + 1, DESK_NOW + 9 * DAY);
	assert_int_equal(tell(fixture, &filter, &told), 0);
}

static void
nothing_is_told_twice(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct told told;
	struct dates_filter filter = span(DESK_NOW - 9 * DAY, DESK_NOW + 99 * DAY);

	sell(fixture, 6);
	/* 1: a site before the end, 2: at the end, 3: released, 4: only a starter, 5: a starter
	 * and a site, 6: maintenance before the end. */
	pair(fixture, "1, 5", "machine", "1800000050");
	pair(fixture, "2", "machine", "valid_until");
	pair(fixture, "3", "machine", "1800000060");
	pair(fixture, "4, 5", "starter", "1800000070");
	run_sql(fixture, "UPDATE activation SET unpaired_at = 1 WHERE license_id = 3");
	run_sql(fixture, "UPDATE license SET maintenance_until = valid_until WHERE id < 6");
	run_sql(fixture, "UPDATE license SET maintenance_until = 1800000080 WHERE id = 6");
	tell(fixture, &filter, &told);
	assert_told(&told, "site 1, site 2, site 5, maintenance 6, license 1, license 2, "
			   "license 3, license 4, license 5, license 6");
	/* Rows of activation: 1 and 2 are the machines of licenses 1 and 5, 5 the starter of 4. */
	assert_int_equal(told.lines[0].overdue, OVERDUE_NOT);
	assert_string_equal(told.lines[0].hostname, "host-1");
	assert_string_equal(told.lines[2].kind, "starter");
}

static void
what_somebody_stopped_is_left_out(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct told told;
	struct dates_filter filter = span(DESK_NOW, DESK_NOW + 99 * DAY);

	sell(fixture, 3);
	pair(fixture, "1, 2, 3", "machine", "1800000050");
	run_sql(fixture, "UPDATE license SET status = 'suspended' WHERE id = 1");
	run_sql(fixture, "UPDATE license SET status = 'revoked' WHERE id = 2");
	tell(fixture, &filter, &told);
	assert_told(&told, "site 3, license 3");
}

static void
an_ended_license_speaks_for_its_sites(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct told told;
	struct dates_filter filter = span(INT64_MIN, DESK_NOW - 1);

	filter.latest_first = true;
	sell(fixture, 2);
	pair(fixture, "1, 2", "machine", "1799000000");
	run_sql(fixture, "UPDATE license SET valid_until = 1799999999 WHERE id = 1");
	tell(fixture, &filter, &told);
	assert_told(&told, "license 1, site 2");
	assert_true(told.lines[1].status.overdue);
	/* 11 days and a half late, in a plan that has alerted ahead. */
	assert_int_equal(told.lines[1].overdue, OVERDUE_RED);
	assert_int_equal(told.lines[1].last_contact_at, LICENSE_NEVER);
}

/* All lines once and in one order, whatever the pages' length and wherever dates are the same. */
static void
pages_join_without_gap_or_repeat(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct told whole, page;

	sell(fixture, 7);
	run_sql(fixture, "UPDATE license SET maintenance_until = 1800000000 + 86400 * (id % 3)");
	run_sql(fixture, "UPDATE license SET valid_until = 1800000000 + 86400 * (3 + id % 2)");
	pair(fixture, "1, 2, 3, 4, 5, 6, 7", "machine", "1800000000 + 86400 * (id % 3)");
	for (int latest = 0; latest < 2; latest++) {
		struct dates_filter filter = span(DESK_NOW, DESK_NOW + 99 * DAY);

		filter.latest_first = latest;
		assert_int_equal(tell(fixture, &filter, &whole), 21);
		for (size_t i = 1; i < whole.len; i++)
			assert_true(latest ? whole.lines[i].at.due <= whole.lines[i - 1].at.due
					   : whole.lines[i].at.due >= whole.lines[i - 1].at.due);
		for (int64_t limit = 1; limit <= 22; limit++) {
			struct dates_cursor after;
			size_t at = 0;

			filter.limit = limit;
			filter.after = NULL;
			while (tell(fixture, &filter, &page) > 0) {
				char text[DATES_CURSOR_MAX];

				for (size_t i = 0; i < page.len; i++, at++) {
					assert_true(at < whole.len);
					assert_int_equal(
						page.lines[i].at.row, whole.lines[at].at.row);
					assert_int_equal(
						page.lines[i].at.what, whole.lines[at].at.what);
				}
				dates_cursor_format(&page.lines[page.len - 1].at, text);
				assert_true(dates_cursor_parse(text, &after));
				filter.after = &after;
			}
			assert_int_equal(at, whole.len);
		}
	}
}

static void
a_cursor_is_nothing_else(void **state)
{
	static const char *const WRONG[] = { "", "1", "license/1", "2027-01-15T08:00:00Z/license",
		"2027-01-15T08:00:00Z/license/", "2027-01-15T08:00:00Z/license/x",
		"2027-01-15T08:00:00Z/license/1x", "2027-01-15T08:00:00Z/licence/1",
		"2027-01-15T08:00:00Z//1", "2027-13-15T08:00:00Z/site/1",
		"2027-01-15T08:00:00Z/site/ 1", "2027-01-15T08:00:00Z/site/99999999999999999999",
		"2027-01-15/site/1", "//", "2027-01-15T08:00:00Z 2027-01-15T08:00:00Z/site/1" };
	struct dates_cursor cursor = { .row = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
		assert_false(dates_cursor_parse(WRONG[i], &cursor));
	assert_int_equal(cursor.row, 77);
	assert_true(dates_cursor_parse("2027-01-15T08:00:00Z/maintenance/12", &cursor));
	assert_int_equal(cursor.due, DESK_NOW);
	assert_int_equal(cursor.what, DATES_MAINTENANCE);
	assert_int_equal(cursor.row, 12);
}

/* The first loop of each walks the index of its date, and nothing is sorted afterwards. */
static void
dates_come_out_of_their_indexes(void **state)
{
	static const char *const INDEXES[] = { "license_valid_until", "license_maintenance_until",
		"activation_renew_by" };
	static const char *const ORDERS[] = { " ORDER BY l.valid_until, l.id",
		" ORDER BY l.maintenance_until, l.id", " ORDER BY a.renew_by, a.id" };
	struct desk_fixture *fixture = *state;

	for (size_t i = 0; DATES_STATEMENTS[i] != NULL; i++) {
		char sql[4096], first[256] = "";
		struct store_query q;

		snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s%s LIMIT 9", DATES_STATEMENTS[i],
			ORDERS[i]);
		store_query(fixture->desk.store, &q, sql);
		while (store_step(&q)) {
			const char *step = store_chars(&q, 3);

			if (first[0] == '\0')
				snprintf(first, sizeof first, "%s", step);
			if (strncmp(step, "SCAN", 4) == 0 || strstr(step, "TEMP B-TREE") != NULL)
				fail_msg("%s: %s", INDEXES[i], step);
		}
		assert_int_equal(store_done(&q), SKERRY_OK);
		assert_non_null(strstr(first, INDEXES[i]));
	}
}

static void
dates_of_a_brand_are_not_looked_for(void **state)
{
	static const struct {
		const char *beginning, *index;
	} SOURCES[] = { { "SELECT l.id, l.valid_until,", "license_brand_valid_until (brand_id=?" },
		{ "SELECT l.id, l.maintenance_until,",
			"license_brand_maintenance_until (brand_id=?" },
		{ "SELECT a.id, a.renew_by,", "activation_brand_renew_by (brand_id=?" } };
	struct desk_fixture *fixture = *state;
	struct dates_filter filter = { .from = 0,
		.until = DESK_NOW,
		.now = DESK_NOW,
		.latest_first = true,
		.brand_id = 1,
		.limit = 9 };
	struct told told = { .len = 0 };

	assert_int_equal(dates_each(&fixture->desk, &filter, take, &told), SKERRY_OK);
	for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++)
		fixture_statements_reached(
			fixture->desk.store, SOURCES[i].beginning, SOURCES[i].index, false);
}

/* --- revoked --------------------------------------------------------------------------------------- */

static char revoked[4096];

static bool
take_revoked(void *context, const struct revoked_line *line)
{
	size_t len = strlen(revoked);

	(void)context;
	snprintf(revoked + len, sizeof revoked - len, "[%s %s %s %lld %lld]", line->reason,
		line->note, line->hostname, (long long)line->at,
		line->propagated_at == LICENSE_NEVER ? -1 : (long long)line->propagated_at);
	return true;
}

static void
revocations_are_told_newest_first(void **state)
{
	struct desk_fixture *fixture = *state;
	struct revoked_filter filter = { .limit = 2 };

	sell(fixture, 3);
	pair(fixture, "1, 2, 3", "machine", "1800000050");
	run_sql(fixture, "INSERT INTO note (id, brand_id, license_id, at, text)"
			 " SELECT 5, brand_id, id, 1, 'stolen' FROM license WHERE id = 1");
	run_sql(fixture,
		"INSERT INTO revocation (brand_id, license_id, activation_id, reason,"
		" at, propagated_at) SELECT brand_id, license_id, id, 'revoked note=5', 100, id - 2"
		" FROM activation WHERE id <> 2");
	run_sql(fixture, "INSERT INTO revocation (brand_id, license_id, activation_id, reason,"
			 " at) SELECT brand_id, license_id, id, 'released', 200 FROM activation "
			 "WHERE id = 2");
	run_sql(fixture,
		"INSERT INTO revocation (brand_id, license_id, reason, at) SELECT brand_id,"
		" id, 'revoked', 50 FROM license WHERE id = 3");
	run_sql(fixture, "UPDATE revocation SET propagated_at = NULL WHERE propagated_at < 0");
	revoked[0] = '\0';
	assert_int_equal(revoked_each(&fixture->desk, &filter, take_revoked, NULL), SKERRY_OK);
	assert_string_equal(revoked, "[released  host-2 200 -1][revoked stolen host-3 100 1]");
	revoked[0] = '\0';
	filter.after = true;
	filter.row = 2;
	assert_int_equal(revoked_find(&fixture->desk, 2, &filter.at), SKERRY_OK);
	assert_int_equal(revoked_each(&fixture->desk, &filter, take_revoked, NULL), SKERRY_OK);
	assert_string_equal(revoked, "[revoked stolen host-1 100 -1][revoked   50 -1]");
	assert_int_equal(revoked_find(&fixture->desk, 9, &filter.at), SKERRY_ERR_NOT_FOUND);
}

static void
revocations_of_a_brand_are_not_looked_for(void **state)
{
	struct desk_fixture *fixture = *state;
	struct revoked_filter filter = { .limit = 2, .brand_id = 1 };

	assert_int_equal(revoked_each(&fixture->desk, &filter, take_revoked, NULL), SKERRY_OK);
	fixture_statements_indexed(fixture->desk.store, "SELECT r.id", false);
	filter.after = true;
	filter.at = filter.row = 5;
	assert_int_equal(revoked_each(&fixture->desk, &filter, take_revoked, NULL), SKERRY_OK);
	fixture_statements_indexed(fixture->desk.store, "SELECT r.id", false);
}

static void
count_site(void *context, const struct site *site)
{
	(void)site;
	++*(int *)context;
}

static void
released_sites_of_one_are_not_looked_for(void **state)
{
	static const struct sites_filter FILTERS[] = {
		{ .released = true, .limit = 9, .license_id = 1 },
		{ .released = true, .limit = 9, .customer_id = 1 },
		{ .released = true, .limit = 9, .email = "Owner@grand.example" },
		{ .released = true, .limit = 9, .installation_id = 7 },
	};
	struct desk_fixture *fixture = *state;

	sell(fixture, 3);
	pair(fixture, "1", "machine", "1800000050");
	run_sql(fixture, "UPDATE activation SET unpaired_at = 5, installation_id = 7");
	run_sql(fixture, "INSERT INTO revocation (brand_id, license_id, activation_id, reason, at)"
			 " SELECT brand_id, license_id, id, 'released', 5 FROM activation");
	for (size_t i = 0; i < sizeof FILTERS / sizeof *FILTERS; i++) {
		int count = 0;

		assert_int_equal(
			sites_each(&fixture->desk, &FILTERS[i], count_site, &count), SKERRY_OK);
		assert_int_equal(count, 1);
		fixture_statements_indexed(fixture->desk.store, "SELECT a.id, a.brand_id", true);
	}
}

/* --- usage ----------------------------------------------------------------------------------------- */

static void
each_license_is_counted_once_in_each_group(void **state)
{
	struct desk_fixture *fixture = *state;
	struct usage_filter filter = { .limit = 10, .now = DESK_NOW };
	struct usage_line *lines = NULL;
	size_t len = 0;

	sell(fixture, 7); /* the island plan's expiry grace: 7 d */
	run_sql(fixture, "UPDATE license SET max_activations = 3");
	pair(fixture, "2, 3", "machine", "1800000050"); /* paired */
	pair(fixture, "3", "domain", "1799999999");     /* one of its two sites is late */
	pair(fixture, "1", "starter", "1799999999");    /* binds nothing */
	run_sql(fixture, "UPDATE license SET status = 'paired' WHERE id IN (2, 3)");
	run_sql(fixture, "UPDATE license SET status = 'suspended' WHERE id = 4");
	run_sql(fixture, "UPDATE license SET status = 'revoked' WHERE id = 5");
	run_sql(fixture, "UPDATE license SET valid_until = 1799999999 WHERE id = 6");
	run_sql(fixture, "UPDATE license SET valid_until = 1799395199 WHERE id = 7");
	assert_int_equal(usage_count(&fixture->desk, &filter, &lines, &len), SKERRY_OK);
	assert_int_equal(len, 1);
	assert_int_equal(lines[0].licenses, 7);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_UNPAIRED], 1);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_PAIRED], 1);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_GRACE], 1);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_SUSPENDED], 1);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_REVOKED], 1);
	assert_int_equal(lines[0].hotelhub[HOTELHUB_EXPIRED], 2);
	assert_int_equal(lines[0].access[USAGE_ACTIVE], 3);
	assert_int_equal(lines[0].access[USAGE_GRACE_PERIOD], 1);
	assert_int_equal(lines[0].access[USAGE_EXPIRED], 1);
	assert_int_equal(lines[0].access[USAGE_SUSPENDED], 2);
	/* Seats of the four that are valid. */
	assert_int_equal(lines[0].max_seats, 12);
	assert_int_equal(lines[0].seats_used, 3);
	free(lines);
	filter.after = "hotelhub/hms/island";
	assert_int_equal(usage_count(&fixture->desk, &filter, &lines, &len), SKERRY_OK);
	assert_int_equal(len, 0);
	free(lines);
}

static void
hear(struct desk_fixture *fixture, int activation, int64_t at, const char *report)
{
	char sql[1024];

	snprintf(sql, sizeof sql,
		"INSERT INTO heartbeat (brand_id, activation_id, received_at, source, telemetry)"
		" SELECT brand_id, id, %lld, 'stick', %s FROM activation WHERE id = %d",
		(long long)at, report, activation);
	run_sql(fixture, sql);
}

static void
greatest_peak_of_each_site_is_told(void **state)
{
	struct desk_fixture *fixture = *state;
	struct seat_peak *peaks = NULL;
	size_t len = 77;

	assert_int_equal(seat_peaks_list(&fixture->desk, NULL, &peaks, &len), SKERRY_OK);
	assert_int_equal(len, 0);
	free(peaks);
	sell(fixture, 6);
	pair(fixture, "1, 2, 3, 4, 5, 6", "site", "1800000050");
	run_sql(fixture, "UPDATE license SET tenant = 'wing-b' WHERE id = 2");
	run_sql(fixture, "UPDATE license SET tenant = 'a wing with a name that is far too long for"
			 " what a request may call a number of it' WHERE id = 3");
	run_sql(fixture, "UPDATE license SET overrides = 'seats 40' || char(10) WHERE id = 1");
	run_sql(fixture, "UPDATE activation SET unpaired_at = 1 WHERE id = 5");
	hear(fixture, 1, 10,
		"'{\"usage\":{\"seats.peak hotelhub/hms\":7,\"seats.burst_s hotelhub/hms\":60,"
		"\"seats.peak hotelhub/hms wing-b\":90}}'");
	hear(fixture, 1, 20,
		"'{\"usage\":{\"seats.peak hotelhub/hms\":5,\"seats.burst_s hotelhub/hms\":90}}'");
	hear(fixture, 2, 10,
		"'{\"usage\":{\"seats.peak hotelhub/hms\":7,\"seats.peak hotelhub/hms "
		"wing-b\":9}}'");
	hear(fixture, 3, 10,
		"'{\"usage\":{\"seats.peak hotelhub/hms a wing with a name that is far "
		"~0123abcd\":1,"
		"\"seats.peak hotelhub/hms b wing with a name that is far ~0123abcd\":99}}'");
	/* What says nothing of seats, or not a number, or of a site that was released. */
	hear(fixture, 4, 10, "'{\"usage\":{\"seats.peak hotelhub/hms\":\"seven\"}}'");
	hear(fixture, 4, 10, "'{\"telemetry\":{\"seats.peak hotelhub/hms\":8}}'");
	hear(fixture, 4, 10, "'{\"usage\":{\"seats.peak another/product\":8}}'");
	hear(fixture, 5, 10, "'{\"usage\":{\"seats.peak hotelhub/hms\":8}}'");
	hear(fixture, 6, 10, "NULL");
	assert_int_equal(seat_peaks_list(&fixture->desk, NULL, &peaks, &len), SKERRY_OK);
	assert_int_equal(len, 3);
	assert_string_equal(peaks[0].tenant, "wing-b");
	assert_int_equal(peaks[0].peak, 9);
	assert_int_equal(peaks[0].burst_s, 0);
	assert_int_equal(peaks[1].peak, 7);
	assert_int_equal(peaks[1].burst_s, 90);
	assert_int_equal(peaks[1].told_at, 20);
	assert_int_equal(peaks[1].max, 40);
	assert_string_equal(peaks[1].email, "owner@grand.example");
	assert_int_equal(peaks[2].peak, 1);
	free(peaks);
	assert_int_equal(seat_peaks_list(&fixture->desk, "another", &peaks, &len), SKERRY_OK);
	assert_int_equal(len, 0);
	free(peaks);
}

static void
money_is_told_by_currency(void **state)
{
	struct desk_fixture *fixture = *state;
	struct usage_filter filter = { .limit = 10, .now = DESK_NOW };
	struct usage_money *money = NULL;
	size_t len = 77;

	assert_int_equal(usage_money(&fixture->desk, &filter, &money, &len), SKERRY_OK);
	assert_int_equal(len, 0);
	free(money);
	sell(fixture, 4);
	run_sql(fixture, "UPDATE sale SET price = '0.10', currency = 'USD' WHERE id < 3");
	run_sql(fixture, "UPDATE sale SET price = '7', currency = 'EUR', action = 'renew'"
			 " WHERE id = 3");
	assert_int_equal(usage_money(&fixture->desk, &filter, &money, &len), SKERRY_OK);
	assert_int_equal(len, 2);
	assert_string_equal(money[0].currency, "EUR");
	assert_int_equal(money[0].renewals, 1);
	assert_int_equal(money[0].sales, 0);
	assert_string_equal(money[1].currency, "USD");
	assert_int_equal(money[1].sales, 2);
	assert_int_equal(money[1].total.digits[3], 2);
	free(money);
	filter.brand = "another";
	assert_int_equal(usage_money(&fixture->desk, &filter, &money, &len), SKERRY_OK);
	assert_int_equal(len, 0);
	free(money);
}

static void
an_empty_desk_has_empty_reports(void **state)
{
	struct desk_fixture *fixture = *state;
	struct dates_filter dates = span(INT64_MIN, INT64_MAX);
	struct revoked_filter revocations = { .limit = 9 };
	static struct told told;

	assert_int_equal(tell(fixture, &dates, &told), 0);
	dates.latest_first = true;
	assert_int_equal(tell(fixture, &dates, &told), 0);
	revoked[0] = '\0';
	assert_int_equal(revoked_each(&fixture->desk, &revocations, take_revoked, NULL), SKERRY_OK);
	assert_string_equal(revoked, "");
}

#define WITH_DESK(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DESK(dates_count_to_the_second),
		WITH_DESK(nothing_is_told_twice),
		WITH_DESK(what_somebody_stopped_is_left_out),
		WITH_DESK(an_ended_license_speaks_for_its_sites),
		WITH_DESK(pages_join_without_gap_or_repeat),
		cmocka_unit_test(a_cursor_is_nothing_else),
		WITH_DESK(dates_come_out_of_their_indexes),
		WITH_DESK(dates_of_a_brand_are_not_looked_for),
		WITH_DESK(revocations_are_told_newest_first),
		WITH_DESK(revocations_of_a_brand_are_not_looked_for),
		WITH_DESK(released_sites_of_one_are_not_looked_for),
		WITH_DESK(each_license_is_counted_once_in_each_group),
		WITH_DESK(money_is_told_by_currency),
		WITH_DESK(greatest_peak_of_each_site_is_told),
		WITH_DESK(an_empty_desk_has_empty_reports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
