/* SPDX-License-Identifier: ISC */
#include "time_zone_rule.h"

enum { DAY_S = 86400 };

/* --- the calendar ---------------------------------------------------------------------------- */

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970-01-01 to the first day of a year. */
static int64_t
year_start(int64_t year)
{
	int64_t before = year - 1;

	return 365 * (year - 1970) + floor_div(before, 4) - floor_div(before, 100) +
	       floor_div(before, 400) - 477;
}

static int64_t
year_of(int64_t day)
{
	int64_t year = 1970 + floor_div(day * 400, 146097);

	while (year_start(year) > day)
		year--;
	while (year_start(year + 1) <= day)
		year++;
	return year;
}

static int
month_length(int64_t year, int month)
{
	static const signed char LENGTHS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return LENGTHS[month - 1] + (month == 2 && is_leap(year));
}

/* --- the text -------------------------------------------------------------------------------- */

/* What is left of the text; `bad` latches. */
struct rule_reader {
	const char *at, *end;
	bool bad;
};

static char
peek(const struct rule_reader *r)
{
	return r->at < r->end ? *r->at : '\0';
}

static bool
take(struct rule_reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

static int
read_number(struct rule_reader *r, int min, int max)
{
	int value = 0, digits = 0;

	while (peek(r) >= '0' && peek(r) <= '9' && digits++ < 3)
		value = value * 10 + (*r->at++ - '0');
	if (digits == 0 || value < min || value > max)
		r->bad = true;
	return value;
}

/* A name of at least three letters, or anything between < and >. */
static void
skip_name(struct rule_reader *r)
{
	const char *start = r->at;

	if (take(r, '<')) {
		while (r->at < r->end && *r->at != '>')
			r->at++;
		r->bad |= !take(r, '>');
		return;
	}
	while ((peek(r) >= 'A' && peek(r) <= 'Z') || (peek(r) >= 'a' && peek(r) <= 'z'))
		r->at++;
	r->bad |= r->at - start < 3;
}

/* [+-]h[h[h]][:mm[:ss]] as seconds. */
static int32_t
read_clock(struct rule_reader *r, int hours_max)
{
	int sign = 1, seconds;

	if (take(r, '-'))
		sign = -1;
	else
		take(r, '+');
	seconds = read_number(r, 0, hours_max) * 3600;
	if (take(r, ':')) {
		seconds += read_number(r, 0, 59) * 60;
		if (take(r, ':'))
			seconds += read_number(r, 0, 59);
	}
	return sign * seconds;
}

/* A day within a year, and the time of that day; two in the morning where it is not told. */
static void
read_change(struct rule_reader *r, struct time_zone_change *ret_change)
{
	*ret_change = (struct time_zone_change){ .kind = TIME_ZONE_ORDINAL, .time_s = 2 * 3600 };
	if (take(r, 'J')) {
		ret_change->kind = TIME_ZONE_JULIAN;
		ret_change->day = read_number(r, 1, 365);
	} else if (take(r, 'M')) {
		ret_change->kind = TIME_ZONE_WEEKDAY;
		ret_change->month = read_number(r, 1, 12);
		r->bad |= !take(r, '.');
		ret_change->week = read_number(r, 1, 5);
		r->bad |= !take(r, '.');
		ret_change->day = read_number(r, 0, 6);
	} else {
		ret_change->day = read_number(r, 0, 365);
	}
	if (take(r, '/'))
		ret_change->time_s = read_clock(r, 167);
}

bool
time_zone_rule_read(const char *text, size_t text_len, struct time_zone_rule *ret_rule)
{
	struct rule_reader r = { text, text + text_len, false };
	struct time_zone_rule rule = { .has_summer = false };

	skip_name(&r);
	/* POSIX counts west of Greenwich as positive. */
	rule.standard_s = -read_clock(&r, 24);
	if (!r.bad && r.at < r.end) {
		rule.has_summer = true;
		skip_name(&r);
		rule.summer_s = rule.standard_s + 3600;
		if (peek(&r) != ',')
			rule.summer_s = -read_clock(&r, 24);
		r.bad |= !take(&r, ',');
		read_change(&r, &rule.start);
		r.bad |= !take(&r, ',');
		read_change(&r, &rule.end);
	}
	if (r.bad || r.at != r.end)
		return false;
	*ret_rule = rule;
	return true;
}

/* --- the offset ------------------------------------------------------------------------------ */

/* The day of the year, from 0, on which a change falls. */
static int64_t
change_day(const struct time_zone_change *change, int64_t year, int64_t year_day)
{
	int64_t first = year_day, day;

	if (change->kind == TIME_ZONE_JULIAN)
		return change->day - 1 + (is_leap(year) && change->day >= 60);
	if (change->kind == TIME_ZONE_ORDINAL)
		return change->day;
	for (int m = 1; m < change->month; m++)
		first += month_length(year, m);
	/* 1970-01-01 was a Thursday, day 4 of its week. */
	day = (change->day - (first + 4) % 7 + 7 + 7) % 7 + 7 * (change->week - 1);
	while (day >= month_length(year, change->month))
		day -= 7;
	return first - year_day + day;
}

/* The instant of a change in `year`, in local time before it as if that were UTC. */
static int64_t
change_at(const struct time_zone_change *change, int64_t year, int64_t year_day)
{
	return (year_day + change_day(change, year, year_day)) * DAY_S + change->time_s;
}

/* Summer time from `start` to `end`, or in the south all the year but from `end` to `start`. */
static bool
is_summer(int64_t at, int64_t start, int64_t end)
{
	return start < end ? at >= start && at < end : at >= start || at < end;
}

void
time_zone_rule_year(
	const struct time_zone_rule *rule, int64_t year, struct time_zone_year *ret_year)
{
	const int64_t year_day = year_start(year), begin = year_day * DAY_S - rule->standard_s;
	int64_t start, end;

	if (!rule->has_summer) {
		*ret_year = (struct time_zone_year){ { begin, begin, begin },
			{ rule->standard_s, rule->standard_s, rule->standard_s } };
		return;
	}
	start = change_at(&rule->start, year, year_day) - rule->standard_s;
	end = change_at(&rule->end, year, year_day) - rule->summer_s;
	ret_year->from[0] = begin;
	ret_year->from[1] = start < end ? start : end;
	ret_year->from[2] = start < end ? end : start;
	for (size_t i = 0; i < TIME_ZONE_YEAR_SPANS; i++)
		ret_year->offset_s[i] = is_summer(ret_year->from[i], start, end) ? rule->summer_s
										 : rule->standard_s;
}

int64_t
time_zone_rule_year_of(const struct time_zone_rule *rule, int64_t at)
{
	return year_of(floor_div(at + rule->standard_s, DAY_S));
}

int32_t
time_zone_rule_offset(const struct time_zone_rule *rule, int64_t at)
{
	struct time_zone_year year;
	size_t span = TIME_ZONE_YEAR_SPANS - 1;

	time_zone_rule_year(rule, time_zone_rule_year_of(rule, at), &year);
	while (span > 0 && at < year.from[span])
		span--;
	return year.offset_s[span];
}
