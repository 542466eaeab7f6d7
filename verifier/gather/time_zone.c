/* SPDX-License-Identifier: ISC */
#include "time_zone.h"

#include <string.h>

enum {
	HEADER_LEN = 44,
	TYPE_LEN = 6, /* of a local time type record */
	OFFSET_MAX_S = 26 * 3600,
	RULE_FROM = 1970, /* years of a rule that are worked out beforehand */
	RULE_UNTIL = 2150
};

#define AT_MAX INT64_C(10000000000000000)

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

/* --- the spans ------------------------------------------------------------------------------- */

static void
add_span(struct time_zone *zone, int64_t from, int32_t offset_s)
{
	zone->from[zone->spans_len] = from;
	zone->offset_s[zone->spans_len++] = offset_s;
}

static bool
read_type(const struct block *block, size_t type, int32_t *ret_offset_s)
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

/* Before the first transition the first type holds. */
static bool
add_transitions(struct time_zone *zone, const struct block *block)
{
	int32_t offset_s;

	if (block->times_count > TIME_ZONE_TRANSITIONS_MAX || !read_type(block, 0, &offset_s))
		return false;
	add_span(zone, INT64_MIN, offset_s);
	for (size_t i = 0; i < block->times_count; i++) {
		int64_t at = read_big_endian(block->times + i * block->time_len, block->time_len);

		if (at <= zone->from[zone->spans_len - 1] ||
			!read_type(block, block->indexes[i], &offset_s))
			return false;
		add_span(zone, at, offset_s);
	}
	return true;
}

static int64_t
later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Far beyond all dates, and sums of it and an offset do not wrap. */
static int64_t
clip(int64_t at)
{
	return at > AT_MAX ? AT_MAX : later_of(at, -AT_MAX);
}

static void
add_rule_year(struct time_zone *zone, const struct time_zone_year *year, int64_t until)
{
	for (size_t i = 0; i < TIME_ZONE_YEAR_SPANS; i++) {
		size_t last = zone->spans_len - 1;
		int64_t from = later_of(year->from[i], year->from[0]);

		if (from >= until)
			continue;
		if (from <= zone->from[last])
			zone->offset_s[last] = year->offset_s[i];
		else if (year->offset_s[i] != zone->offset_s[last])
			add_span(zone, from, year->offset_s[i]);
	}
}

/* The rule holds from the last transition on. */
static void
add_rule(struct time_zone *zone)
{
	int64_t last = clip(zone->from[zone->spans_len - 1]);
	int64_t year = later_of(time_zone_rule_year_of(&zone->rule, last), RULE_FROM);
	struct time_zone_year this, next;

	zone->offset_s[zone->spans_len - 1] = time_zone_rule_offset(&zone->rule, last);
	time_zone_rule_year(&zone->rule, year, &this);
	while (year < RULE_UNTIL && zone->spans_len + TIME_ZONE_YEAR_SPANS <= TIME_ZONE_SPANS_MAX) {
		time_zone_rule_year(&zone->rule, ++year, &next);
		add_rule_year(zone, &this, next.from[0]);
		this = next;
	}
	zone->rule_from = later_of(this.from[0], last);
}

/* --------------------------------------------------------------------------------------------- */

bool
time_zone_read(const uint8_t *file, size_t file_len, struct time_zone *ret_zone)
{
	struct block block;
	const char *rule;
	size_t rule_len;

	ret_zone->spans_len = 0;
	ret_zone->rule_from = INT64_MAX;
	if (!read_block(file, file_len, 4, &block))
		return false;
	if (file[4] < '2')
		return add_transitions(ret_zone, &block);
	file += block.len;
	file_len -= block.len;
	if (!read_block(file, file_len, 8, &block) || !add_transitions(ret_zone, &block))
		return false;
	if (!read_footer(file + block.len, file_len - block.len, &rule, &rule_len))
		return true;
	if (!time_zone_rule_read(rule, rule_len, &ret_zone->rule))
		return false;
	add_rule(ret_zone);
	return true;
}

int32_t
time_zone_offset(const struct time_zone *zone, int64_t at)
{
	size_t low = 0, high = zone->spans_len;

	if (at >= zone->rule_from)
		return time_zone_rule_offset(&zone->rule, clip(at));
	/* The last span that does not begin after it; the first one begins before all. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->from[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return zone->offset_s[low];
}
