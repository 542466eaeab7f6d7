/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_DATE_H
#define FORMATS_DATE_H

/*
 * Dates and durations as people write them. Instants are UTC seconds since 1970 in 64 bits, without
 * leap seconds; the calendar is the Gregorian one, years 1970 to 9999. Pure: no locale, no time
 * zone database, no clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

enum {
	DATE_TEXT_MAX = 21, /* "2027-04-28T23:59:59Z" and its terminator */
	DATE_DURATION_TEXT_MAX = 24
};

/*
 * "2027-04-28" is the end of that day, 23:59:59 UTC; RFC 3339 with Z or an offset is the instant (a
 * fraction of a second is cut off). DATE for anything else, the 29th of February of a common year
 * and leap seconds included.
 */
enum skerry_err date_parse(const char *text, int64_t *ret_at);

/* RFC 3339 in UTC. An instant outside the calendar is written as its nearest end. */
void date_format(int64_t at, char ret_text[DATE_TEXT_MAX]);
/* "2027-04-28" alone, the day in UTC. */
void date_format_day(int64_t at, char ret_text[DATE_TEXT_MAX]);

/*
 * A duration: a number and a unit s, m (minutes), h, d, w, mo (months) or y, as "365d", "3y",
 * "1mo", "8h"; "0" alone. Months and years stay what they are until they are added to a date.
 */
struct date_duration {
	int64_t seconds; /* 0 when it is in months */
	int32_t months;  /* a year is 12 */
	bool negative;   /* "-7d" */
};

/* DURATION for anything else or for more than 100 years (1200 months, or 36600 days). */
enum skerry_err date_duration_parse(const char *text, struct date_duration *ret_duration);
/* The shortest spelling that date_duration_parse reads back. */
void date_duration_format(struct date_duration duration, char ret_text[DATE_DURATION_TEXT_MAX]);
/* As seconds, a month counted as 30 days and a year as 365. */
int64_t date_duration_seconds(struct date_duration duration);

/*
 * Adds it. A month added to the 31st ends on the last day of the month; time of day stays. A sum
 * outside the calendar becomes its nearest end; an instant outside it ("never") stays as it is.
 */
int64_t date_add(int64_t at, struct date_duration duration);

/* Whole days from `from` to `to`, rounded down (so -1 for a second ago). */
int64_t date_days_between(int64_t from, int64_t to);

#endif
