/* SPDX-License-Identifier: ISC */
#include "date.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define LAST_INSTANT INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

enum {
	YEAR_FIRST = 1970,
	YEAR_LAST = 9999,
	DURATION_MONTHS_MAX = 1200,
	DURATION_DAYS_MAX = 36600, /* 100 years of 366 days, as LICENSE_DURATION_MAX */
	DURATION_DIGITS_MAX = 10   /* of a hundred years in seconds */
};

struct day {
	int64_t year;
	unsigned month, day; /* both from 1 */
};

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned
days_in_month(int64_t year, unsigned month)
{
	static const unsigned char DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

/* 1970-01-01 is day 0. Years start in March here, so that the leap day is the last of its year. */
static int64_t
day_number(struct day date)
{
	int64_t year = date.month > 2 ? date.year : date.year - 1;
	int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;

	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day -
	       719469;
}

/* The inverse, for numbers inside the calendar. */
static struct day
day_from_number(int64_t number)
{
	/* Days since 0000-03-01, cut into spans of 400, 100, 4 and 1 years. */
	int64_t left = number + 719468, year = left / 146097 * 400;
	int64_t centuries, month;
	struct day date;

	left %= 146097;
	centuries = left / 36524 < 3 ? left / 36524 : 3;
	year += centuries * 100;
	left -= centuries * 36524;
	year += left / 1461 * 4;
	left %= 1461;
	year += left / 365 < 3 ? left / 365 : 3;
	left -= 365 * (left / 365 < 3 ? left / 365 : 3);
	month = (5 * left + 2) / 153;
	date.day = (unsigned)(left - (153 * month + 2) / 5 + 1);
	date.month = (unsigned)(month < 10 ? month + 3 : month - 9);
	date.year = month < 10 ? year : year + 1;
	return date;
}

static int64_t
clamp(int64_t at)
{
	return at < 0 ? 0 : at > LAST_INSTANT ? LAST_INSTANT : at;
}

/* Takes exactly `digits` digits off *text. */
static bool
take_number(const char **text, unsigned digits, unsigned *ret_number)
{
	unsigned number = 0;

	for (unsigned i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		number = number * 10 + (unsigned)(**text - '0');
	}
	*ret_number = number;
	return true;
}

static bool
take_char(const char **text, char upper)
{
	char lower = upper >= 'A' && upper <= 'Z' ? (char)(upper - 'A' + 'a') : upper;

	if (**text != upper && **text != lower)
		return false;
	(*text)++;
	return true;
}

static bool
take_day(const char **text, struct day *ret_day)
{
	unsigned year;

	if (!take_number(text, 4, &year) || !take_char(text, '-') ||
		!take_number(text, 2, &ret_day->month) || !take_char(text, '-') ||
		!take_number(text, 2, &ret_day->day))
		return false;
	ret_day->year = year;
	return year >= YEAR_FIRST && ret_day->month >= 1 && ret_day->month <= 12 &&
	       ret_day->day >= 1 && ret_day->day <= days_in_month(year, ret_day->month);
}

/* "hh:mm:ss" and perhaps a fraction, as seconds of the day. A leap second has no instant here. */
static bool
take_time(const char **text, int64_t *ret_seconds)
{
	unsigned hour, minute, second;

	if (!take_number(text, 2, &hour) || !take_char(text, ':') ||
		!take_number(text, 2, &minute) || !take_char(text, ':') ||
		!take_number(text, 2, &second) || hour > 23 || minute > 59 || second > 59)
		return false;
	if (take_char(text, '.')) {
		unsigned digit;

		if (!take_number(text, 1, &digit))
			return false;
		while (**text >= '0' && **text <= '9')
			(*text)++;
	}
	*ret_seconds = (int64_t)hour * 3600 + minute * 60 + second;
	return true;
}

/* "Z" or "+hh:mm", as seconds that local time is ahead of UTC. */
static bool
take_offset(const char **text, int64_t *ret_seconds)
{
	bool ahead;
	unsigned hour, minute;

	*ret_seconds = 0;
	if (take_char(text, 'Z'))
		return true;
	ahead = take_char(text, '+');
	if (!ahead && !take_char(text, '-'))
		return false;
	if (!take_number(text, 2, &hour) || !take_char(text, ':') ||
		!take_number(text, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*ret_seconds = (int64_t)hour * 3600 + minute * 60;
	if (!ahead)
		*ret_seconds = -*ret_seconds;
	return true;
}

enum skerry_err
date_parse(const char *text, int64_t *ret_at)
{
	struct day day;
	int64_t at, time = DAY_S - 1, offset = 0;

	if (!take_day(&text, &day))
		return SKERRY_ERR_DATE;
	if (*text != '\0' && (!take_char(&text, 'T') || !take_time(&text, &time) ||
				     !take_offset(&text, &offset) || *text != '\0'))
		return SKERRY_ERR_DATE;
	at = day_number(day) * DAY_S + time - offset;
	/* An offset can lead out of the calendar at both of its ends. */
	if (at != clamp(at))
		return SKERRY_ERR_DATE;
	*ret_at = at;
	return SKERRY_OK;
}

static void
put_number(char *out, unsigned digits, int64_t number)
{
	for (; digits > 0; digits--, number /= 10)
		out[digits - 1] = (char)('0' + number % 10);
}

void
date_format_day(int64_t at, char ret_text[DATE_TEXT_MAX])
{
	struct day day = day_from_number(clamp(at) / DAY_S);

	memcpy(ret_text, "0000-00-00", sizeof "0000-00-00");
	put_number(ret_text, 4, day.year);
	put_number(ret_text + 5, 2, day.month);
	put_number(ret_text + 8, 2, day.day);
}

void
date_format(int64_t at, char ret_text[DATE_TEXT_MAX])
{
	int64_t second = clamp(at) % DAY_S;

	date_format_day(at, ret_text);
	memcpy(ret_text + 10, "T00:00:00Z", sizeof "T00:00:00Z");
	put_number(ret_text + 11, 2, second / 3600);
	put_number(ret_text + 14, 2, second / 60 % 60);
	put_number(ret_text + 17, 2, second % 60);
}

/* Largest first, as date_duration_format wants them. */
static const struct unit {
	const char *name;
	int64_t seconds;
	int32_t months;
} UNITS[] = {
	{ "y", 0, 12 },
	{ "mo", 0, 1 },
	{ "w", 7 * 86400, 0 },
	{ "d", 86400, 0 },
	{ "h", 3600, 0 },
	{ "m", 60, 0 },
	{ "s", 1, 0 },
};

static const struct unit *
find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
		if (strcmp(name, UNITS[i].name) == 0)
			return &UNITS[i];
	return NULL;
}

enum skerry_err
date_duration_parse(const char *text, struct date_duration *ret_duration)
{
	bool negative = take_char(&text, '-');
	const struct unit *unit;
	int64_t count = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > DURATION_DIGITS_MAX)
		return SKERRY_ERR_DURATION;
	for (; digits > 0; digits--)
		count = count * 10 + (*text++ - '0');
	/* Zero needs no unit, and has no sign. */
	unit = *text == '\0' && count == 0 ? find_unit("s") : find_unit(text);
	if (unit == NULL || count * unit->months > DURATION_MONTHS_MAX ||
		count * unit->seconds > DURATION_DAYS_MAX * DAY_S)
		return SKERRY_ERR_DURATION;
	*ret_duration = (struct date_duration){
		.seconds = count * unit->seconds,
		.months = (int32_t)(count * unit->months),
		.negative = negative && count != 0,
	};
	return SKERRY_OK;
}

void
date_duration_format(struct date_duration duration, char ret_text[DATE_DURATION_TEXT_MAX])
{
	const struct unit *unit = UNITS;
	char *out = ret_text;
	int64_t count;
	unsigned digits = 1;

	if (duration.months == 0 && duration.seconds == 0) {
		memcpy(ret_text, "0", sizeof "0");
		return;
	}
	/* The largest unit that fits without a rest has the fewest digits. */
	if (duration.months != 0)
		while (duration.months % unit->months != 0)
			unit++;
	else
		while (unit->months != 0 || duration.seconds % unit->seconds != 0)
			unit++;
	count = duration.months != 0 ? duration.months / unit->months
				     : duration.seconds / unit->seconds;
	for (int64_t left = count; left >= 10; left /= 10)
		digits++;
	if (duration.negative)
		*out++ = '-';
	put_number(out, digits, count);
	memcpy(out + digits, unit->name, strlen(unit->name) + 1);
}

int64_t
date_duration_seconds(struct date_duration duration)
{
	int64_t days = (int64_t)duration.months / 12 * 365 + duration.months % 12 * 30;
	int64_t seconds = duration.months != 0 ? days * DAY_S : duration.seconds;

	return duration.negative ? -seconds : seconds;
}

static int64_t
add_months(int64_t at, int64_t months)
{
	struct day day = day_from_number(at / DAY_S);
	int64_t month = day.year * 12 + day.month - 1 + months;
	unsigned last;

	if (month < (int64_t)YEAR_FIRST * 12)
		return 0;
	if (month > (int64_t)YEAR_LAST * 12 + 11)
		return LAST_INSTANT;
	day.year = month / 12;
	day.month = (unsigned)(month % 12 + 1);
	last = days_in_month(day.year, day.month);
	day.day = day.day < last ? day.day : last;
	return day_number(day) * DAY_S + at % DAY_S;
}

int64_t
date_add(int64_t at, struct date_duration duration)
{
	if (at != clamp(at))
		return at;
	if (duration.months != 0)
		return add_months(at, duration.negative ? -duration.months : duration.months);
	return clamp(at + date_duration_seconds(duration));
}

int64_t
date_days_between(int64_t from, int64_t to)
{
	/* Quotients and rests apart, since to - from may not fit. */
	int64_t days = to / DAY_S - from / DAY_S, rest = to % DAY_S - from % DAY_S;

	if (rest < 0)
		return days - 1 - (rest < -DAY_S ? 1 : 0);
	return days + (rest >= DAY_S ? 1 : 0);
}
