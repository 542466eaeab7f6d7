/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_TIME_ZONE_RULE_H
#define VERIFIER_GATHER_TIME_ZONE_RULE_H

/*
 * The rule by which a place changes its clocks every year: a POSIX TZ string with the extension of
 * hours to -167..167 (RFC 9636), such as "CET-1CEST,M3.5.0,M10.5.0/3". Pure, no allocation.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum time_zone_day {
	TIME_ZONE_JULIAN,  /* `day` of the year from 1; the 29th of February is never counted */
	TIME_ZONE_ORDINAL, /* from 0, counted */
	TIME_ZONE_WEEKDAY  /* `day` of the week, from Sunday 0; week 5: the last one */
};

struct time_zone_change {
	enum time_zone_day kind;
	int month, week, day;
	int32_t time_s; /* local, before the change */
};

struct time_zone_rule {
	int32_t standard_s, summer_s; /* east of UTC */
	bool has_summer;
	struct time_zone_change start, end; /* of summer time */
};

/* `text` is not terminated. */
bool time_zone_rule_read(const char *text, size_t text_len, struct time_zone_rule *ret_rule);

/* One year of local standard time: three spans, which may be of one offset. */
enum { TIME_ZONE_YEAR_SPANS = 3 };
struct time_zone_year {
	int64_t from
		[TIME_ZONE_YEAR_SPANS]; /* ascending but for the first; it holds until the second */
	int32_t offset_s[TIME_ZONE_YEAR_SPANS];
};
void time_zone_rule_year(
	const struct time_zone_rule *rule, int64_t year, struct time_zone_year *ret_year);
int64_t time_zone_rule_year_of(const struct time_zone_rule *rule, int64_t at);

/* Seconds east of UTC at an instant within 10^16 s of 1970. */
int32_t time_zone_rule_offset(const struct time_zone_rule *rule, int64_t at);

#endif
