/* SPDX-License-Identifier: ISC */
/* Dates: the calendar against a second way of counting, each refusal, durations there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/date.h"

#define LAST INT64_C(253402300799)
#define DAY INT64_C(86400)

static const struct {
	const char *text;
	int64_t at;
} DATES[] = {
	{ "1970-01-01", 86399 },
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2000-02-29T00:00:00Z", 951782400 },
	{ "2027-04-28", 1808956799 },
	{ "2027-04-28T23:59:59Z", 1808956799 },
	{ "2027-04-28t23:59:59z", 1808956799 },
	{ "2027-04-28T23:59:59.999999999Z", 1808956799 },
	{ "2027-04-29T01:59:59+02:00", 1808956799 },
	{ "2027-04-28T18:29:59-05:30", 1808956799 },
	{ "2027-04-28T23:59:59-00:00", 1808956799 },
	{ "2038-01-19T03:14:08Z", INT64_C(2147483648) },
	{ "2100-02-28", 4107542399 },
	{ "2100-03-01T00:00:00Z", 4107542400 },
	{ "2106-02-07T06:28:16Z", INT64_C(4294967296) },
	{ "9999-12-31", LAST },
};

static void
dates_are_the_end_of_their_day_and_instants_are_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DATES / sizeof *DATES; i++) {
		int64_t at = -7;

		assert_int_equal(date_parse(DATES[i].text, &at), SKERRY_OK);
		assert_int_equal(at, DATES[i].at);
	}
}

static const char *const NO_DATES[] = {
	"",
	" ",
	"2027",
	"2027-04",
	"2027-4-28",
	"27-04-28",
	"2027-04-28 ",
	" 2027-04-28",
	"2027/04/28",
	"28.04.2027",
	"20270428",
	"+2027-04-28",
	"-2027-04-28",
	"12027-04-28",
	"1969-12-31",
	"0000-01-01",
	"2027-00-10",
	"2027-13-10",
	"2027-04-00",
	"2027-04-31",
	"2027-02-29",
	"2100-02-29",
	"2027-12-32",
	"2027-04-28T",
	"2027-04-28T10:00",
	"2027-04-28T10:00Z",
	"2027-04-28T10:00:00",
	"2027-04-28 10:00:00Z",
	"2027-04-28T24:00:00Z",
	"2027-04-28T10:60:00Z",
	"2016-12-31T23:59:60Z",
	"2027-04-28T10:00:00.Z",
	"2027-04-28T10:00:00,5Z",
	"2027-04-28T10:00:00+0200",
	"2027-04-28T10:00:00+02",
	"2027-04-28T10:00:00+24:00",
	"2027-04-28T10:00:00+02:60",
	"2027-04-28T10:00:00ZZ",
	"2027-04-28T10:00:00Z ",
	"2027-04-28T1 :00:00Z",
	"1970-01-01T00:00:00+00:01",
	"9999-12-31T23:59:59-00:01",
	"tomorrow",
	"2027\342\200\22304\342\200\22328",
};

static void
what_is_no_date_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof NO_DATES / sizeof *NO_DATES; i++) {
		int64_t at = -7;

		assert_int_equal(date_parse(NO_DATES[i], &at), SKERRY_ERR_DATE);
		assert_int_equal(at, -7);
	}
}

/* Counts days one by one, so that no formula is trusted. */
static void
every_day_until_2200_is_read_and_written(void **state)
{
	static const unsigned DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t at = DAY - 1;

	(void)state;
	for (unsigned year = 1970; year <= 2200; year++)
		for (unsigned month = 1; month <= 12; month++) {
			unsigned leap = month == 2 && year % 4 == 0 && year % 100 != 0;
			unsigned days = DAYS[month - 1] + (leap || (month == 2 && year == 2000));

			for (unsigned day = 1; day <= days; day++, at += DAY) {
				char text[DATE_TEXT_MAX], expected[64];
				int64_t got = -7;

				snprintf(expected, sizeof expected, "%04u-%02u-%02u", year, month,
					day);
				date_format_day(at, text);
				assert_string_equal(text, expected);
				assert_int_equal(date_parse(text, &got), SKERRY_OK);
				assert_int_equal(got, at);
				date_format(at + 1, text);
				assert_int_equal(date_parse(text, &got), SKERRY_OK);
				assert_int_equal(got, at + 1);
			}
		}
}

static void
instants_outside_the_calendar_are_written_as_its_ends(void **state)
{
	char text[DATE_TEXT_MAX];

	(void)state;
	date_format(-1, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	date_format(INT64_MIN, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	date_format(LAST, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	date_format(LAST + 1, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	date_format_day(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31");
	date_format(INT64_C(2147483648), text);
	assert_string_equal(text, "2038-01-19T03:14:08Z");
}

static const struct {
	const char *text;
	int64_t seconds; /* as date_duration_seconds has it */
	int32_t months;
	const char *shortest;
} DURATIONS[] = {
	{ "0", 0, 0, "0" },
	{ "-0", 0, 0, "0" },
	{ "0d", 0, 0, "0" },
	{ "0mo", 0, 0, "0" },
	{ "1s", 1, 0, "1s" },
	{ "90s", 90, 0, "90s" },
	{ "120s", 120, 0, "2m" },
	{ "60m", 3600, 0, "1h" },
	{ "8h", 8 * 3600, 0, "8h" },
	{ "24h", DAY, 0, "1d" },
	{ "7d", 7 * DAY, 0, "1w" },
	{ "365d", 365 * DAY, 0, "365d" },
	{ "007d", 7 * DAY, 0, "1w" },
	{ "-7d", -7 * DAY, 0, "-1w" },
	{ "1mo", 30 * DAY, 1, "1mo" },
	{ "13mo", 395 * DAY, 13, "13mo" },
	{ "24mo", 730 * DAY, 24, "2y" },
	{ "3y", 3 * 365 * DAY, 36, "3y" },
	{ "-1mo", -30 * DAY, 1, "-1mo" },
	{ "100y", 36500 * DAY, 1200, "100y" },
	{ "36600d", 36600 * DAY, 0, "36600d" },
	{ "3162240000s", 36600 * DAY, 0, "36600d" },
};

static void
durations_are_read_and_written_in_their_shortest_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DURATIONS / sizeof *DURATIONS; i++) {
		struct date_duration duration, again;
		char text[DATE_DURATION_TEXT_MAX];

		assert_int_equal(date_duration_parse(DURATIONS[i].text, &duration), SKERRY_OK);
		assert_int_equal(date_duration_seconds(duration), DURATIONS[i].seconds);
		assert_int_equal(duration.months, DURATIONS[i].months);
		date_duration_format(duration, text);
		assert_string_equal(text, DURATIONS[i].shortest);
		assert_int_equal(date_duration_parse(text, &again), SKERRY_OK);
		assert_int_equal(again.seconds, duration.seconds);
		assert_int_equal(again.months, duration.months);
		assert_int_equal(again.negative, duration.negative);
	}
}

static const char *const NO_DURATIONS[] = {
	"",
	"-",
	"1",
	"d",
	"1 d",
	" 1d",
	"1d ",
	"+1d",
	"--1d",
	"1.5h",
	"1D",
	"1M",
	"1min",
	"1day",
	"1d12h",
	"101y",
	"1201mo",
	"36601d",
	"3162240001s",
	"99999999999s",
	"00000000001s",
	"18446744073709551617s",
	"0x1d",
	"\xd9\xa1\x64",
};

static void
what_is_no_duration_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof NO_DURATIONS / sizeof *NO_DURATIONS; i++) {
		struct date_duration duration = { .seconds = 77 };

		assert_int_equal(
			date_duration_parse(NO_DURATIONS[i], &duration), SKERRY_ERR_DURATION);
		assert_int_equal(duration.seconds, 77);
	}
}

static const struct {
	const char *from, *duration, *to;
} SUMS[] = {
	{ "2027-01-31", "1mo", "2027-02-28" },
	{ "2028-01-31", "1mo", "2028-02-29" },
	{ "2100-01-31", "1mo", "2100-02-28" },
	{ "2027-03-31", "1mo", "2027-04-30" },
	{ "2027-03-31", "-1mo", "2027-02-28" },
	{ "2027-12-31", "2mo", "2028-02-29" },
	{ "2028-02-29", "1y", "2029-02-28" },
	{ "2028-02-29", "4y", "2032-02-29" },
	{ "2096-02-29", "4y", "2100-02-28" },
	{ "2027-01-15", "-13mo", "2025-12-15" },
	{ "2027-01-31T08:30:05Z", "1mo", "2027-02-28T08:30:05Z" },
	{ "2027-04-28", "365d", "2028-04-27" },
	{ "2027-04-28", "1w", "2027-05-05" },
	{ "2038-01-19T03:14:07Z", "1s", "2038-01-19T03:14:08Z" },
	{ "9999-06-01", "1y", "9999-12-31" },
	{ "9999-06-01", "365d", "9999-12-31" },
	{ "9999-11-30", "1mo", "9999-12-30" },
	{ "1970-06-01", "-1y", "1970-01-01T00:00:00Z" },
	{ "1970-06-01", "-365d", "1970-01-01T00:00:00Z" },
};

static void
sums_keep_the_time_of_day_and_stay_in_the_month(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof SUMS / sizeof *SUMS; i++) {
		struct date_duration duration;
		int64_t from, to;

		assert_int_equal(date_parse(SUMS[i].from, &from), SKERRY_OK);
		assert_int_equal(date_parse(SUMS[i].to, &to), SKERRY_OK);
		assert_int_equal(date_duration_parse(SUMS[i].duration, &duration), SKERRY_OK);
		assert_int_equal(date_add(from, duration), to);
	}
}

static void
never_plus_a_duration_is_never(void **state)
{
	struct date_duration year;

	(void)state;
	assert_int_equal(date_duration_parse("1y", &year), SKERRY_OK);
	assert_int_equal(date_add(INT64_MAX, year), INT64_MAX);
	assert_int_equal(date_duration_parse("-1d", &year), SKERRY_OK);
	assert_int_equal(date_add(INT64_MAX, year), INT64_MAX);
	assert_int_equal(date_add(INT64_MIN, year), INT64_MIN);
}

static void
days_between_are_rounded_down_on_both_sides(void **state)
{
	static const struct {
		int64_t from, to, days;
	} CASES[] = {
		{ 0, 0, 0 },
		{ 0, DAY - 1, 0 },
		{ 0, DAY, 1 },
		{ 1, DAY, 0 },
		{ 1, 0, -1 },
		{ DAY, 0, -1 },
		{ DAY + 1, 0, -2 },
		{ -1, 0, 0 },
		{ -1, DAY - 1, 1 },
		{ DAY - 1, -1, -1 },
		{ DAY - 1, -DAY, -2 },
		{ DAY - 1, -DAY + 1, -2 },
		{ -DAY + 1, DAY - 1, 1 },
		{ -DAY + 1, DAY + 1, 2 },
		{ INT64_MIN, INT64_MAX, INT64_C(213503982334601) },
		{ INT64_MAX, INT64_MIN, INT64_C(-213503982334602) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		assert_int_equal(date_days_between(CASES[i].from, CASES[i].to), CASES[i].days);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_the_end_of_their_day_and_instants_are_exact),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(every_day_until_2200_is_read_and_written),
		cmocka_unit_test(instants_outside_the_calendar_are_written_as_its_ends),
		cmocka_unit_test(durations_are_read_and_written_in_their_shortest_form),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(sums_keep_the_time_of_day_and_stay_in_the_month),
		cmocka_unit_test(never_plus_a_duration_is_never),
		cmocka_unit_test(days_between_are_rounded_down_on_both_sides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
