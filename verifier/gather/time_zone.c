/* SPDX-License-Identifier: ISC */
#include "time_zone.h"

#include <string.h>

enum {
	HEADER_LEN = 44,
	TYPE_LEN = 6, /* of a local time type record */
	OFFSET_MAX_S = 26 * 3600,
	DAY_S = 86400
};

/* --- the file -------------------------------------------------------------------------------- */

static int64_t
read_big_endian(const uint8_t *bytes, size_t len)
{
	uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	return (int64_t)value;
}

/* One data block: the counts of its header, and where its parts lie. */
struct block {
	const uint8_t *times, *indexes, *types;
	size_t time_len; /* 4 in the first block, 8 in the second */
	size_t times_count, types_count;
	size_t len; /* header included */
};

static bool
read_block(const uint8_t *file, size_t file_len, size_t time_len, struct block *ret_block)
{
	size_t counts[6]; /* ut, std, leap, time, type, char */
	size_t indexes_at, types_at, len;

	if (file_len < HEADER_LEN || memcmp(file, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < 6; i++) {
		int64_t count = read_big_endian(file + 20 + 4 * i, 4);

		if (count < 0 || count > TIME_ZONE_MAX)
			return false;
		counts[i] = (size_t)count;
	}
	indexes_at = HEADER_LEN + counts[3] * time_len;
	types_at = indexes_at + counts[3];
	len = types_at + counts[4] * TYPE_LEN + counts[5] + counts[2] * (time_len + 4) + counts[1] +
	      counts[0];
	if (len > file_len || counts[4] == 0)
		return false;
	*ret_block = (struct block){ .times = file + HEADER_LEN,
		.indexes = file + indexes_at,
		.types = file + types_at,
		.time_len = time_len,
		.times_count = counts[3],
		.types_count = counts[4],
		.len = len };
	return true;
}

static int64_t
transition_at(const struct block *block, size_t index)
{
	return read_big_endian(block->times + index * block->time_len, block->time_len);
}

static bool
type_offset(const struct block *block, size_t type, int32_t *ret_offset_s)
{
	int64_t offset_s;

	if (type >= block->types_count)
		return false;
	offset_s = read_big_endian(block->types + type * TYPE_LEN, 4);
	if (offset_s < -OFFSET_MAX_S || offset_s > OFFSET_MAX_S)
		return false;
	*ret_offset_s = (int32_t)offset_s;
	return true;
}

/* The last transition that is not after `at`; before the first one the first type holds. */
static bool
block_offset(const struct block *block, int64_t at, int32_t *ret_offset_s)
{
	size_t low = 0, high = block->times_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (transition_at(block, middle) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return type_offset(block, low == 0 ? 0 : block->indexes[low - 1], ret_offset_s);
}

/* The text between two newlines behind the second block. */
static bool
read_footer(const uint8_t *bytes, size_t bytes_len, const char **ret_rule, size_t *ret_rule_len)
{
	const uint8_t *end;

	if (bytes_len < 2 || bytes[0] != '\n')
		return false;
	end = memchr(bytes + 1, '\n', bytes_len - 1);
	if (end == NULL || end == bytes + 1)
		return false;
	*ret_rule = (const char *)bytes + 1;
	*ret_rule_len = (size_t)(end - bytes - 1);
	return true;
}

bool
time_zone_offset(const uint8_t *file, size_t file_len, int64_t at, int32_t *ret_offset_s)
{
	struct block block;
	const char *rule;
	size_t rule_len;

	if (!read_block(file, file_len, 4, &block))
		return false;
	if (file[4] >= '2') {
		const uint8_t *second = file + block.len;
		size_t second_len = file_len - block.len;

		if (!read_block(second, second_len, 8, &block))
			return false;
		if ((block.times_count == 0 ||
			    at >= transition_at(&block, block.times_count - 1)) &&
			read_footer(second + block.len, second_len - block.len, &rule, &rule_len))
			return time_zone_rule_offset(rule, rule_len, at, ret_offset_s);
	}
	return block_offset(&block, at, ret_offset_s);
}

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

/* --- the rule -------------------------------------------------------------------------------- */

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

/* The day of the year, from 0, on which a change falls. */
static int64_t
read_change_day(struct rule_reader *r, int64_t year)
{
	int month, week;
	int64_t first, day;

	if (take(r, 'J')) {
		/* The 29th of February is never counted. */
		int number = read_number(r, 1, 365);

		return number - 1 + (is_leap(year) && number >= 60);
	}
	if (!take(r, 'M'))
		return read_number(r, 0, 365);
	month = read_number(r, 1, 12);
	r->bad |= !take(r, '.');
	week = read_number(r, 1, 5);
	r->bad |= !take(r, '.');
	day = read_number(r, 0, 6);
	if (r->bad)
		return 0;
	first = year_start(year);
	for (int m = 1; m < month; m++)
		first += month_length(year, m);
	/* 1970-01-01 was a Thursday, day 4 of its week. */
	day = (day - (first + 4) % 7 + 7 + 7) % 7 + 7 * (week - 1);
	while (day >= month_length(year, month))
		day -= 7;
	return first - year_start(year) + day;
}

/* The instant of a change in `year`, in local time before it as if that were UTC. */
static int64_t
read_change(struct rule_reader *r, int64_t year)
{
	int64_t day = read_change_day(r, year);
	int32_t time = 2 * 3600;

	if (take(r, '/'))
		time = read_clock(r, 167);
	return (year_start(year) + day) * DAY_S + time;
}

/* Summer time from `start` to `end`, or in the south all the year but from `end` to `start`. */
static bool
is_summer(int64_t at, int64_t start, int64_t end)
{
	return start < end ? at >= start && at < end : at >= start || at < end;
}

bool
time_zone_rule_offset(const char *rule, size_t rule_len, int64_t at, int32_t *ret_offset_s)
{
	struct rule_reader r = { rule, rule + rule_len, false };
	int32_t standard, summer;
	int64_t year, start, end;

	skip_name(&r);
	/* POSIX counts west of Greenwich as positive. */
	standard = -read_clock(&r, 24);
	if (r.bad)
		return false;
	if (r.at == r.end) {
		*ret_offset_s = standard;
		return true;
	}
	skip_name(&r);
	summer = standard + 3600;
	if (peek(&r) != ',')
		summer = -read_clock(&r, 24);
	year = year_of(floor_div(at + standard, DAY_S));
	r.bad |= !take(&r, ',');
	start = read_change(&r, year) - standard;
	r.bad |= !take(&r, ',');
	end = read_change(&r, year) - summer;
	if (r.bad || r.at != r.end)
		return false;
	*ret_offset_s = is_summer(at, start, end) ? summer : standard;
	return true;
}
