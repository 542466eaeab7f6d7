/* SPDX-License-Identifier: ISC */
#include "time_zone.h"

#include <string.h>

enum {
	HEADER_LEN = 44,
	TYPE_LEN = 6, /* of a local time type record */
	OFFSET_MAX_S = 26 * 3600
};

/* Far beyond all dates, and sums of it and an offset do not wrap. */
#define AT_MAX INT64_C(10000000000000000)

static int64_t
read_big_endian(const uint8_t *bytes, size_t len)
{
	uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	return (int64_t)value;
}

/* One data block, behind its header. */
static bool
read_block(const uint8_t *file, size_t file_len, size_t time_len, struct time_zone *ret_zone,
	size_t *ret_len)
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
	*ret_zone = (struct time_zone){ .times = file + HEADER_LEN,
		.indexes = file + indexes_at,
		.types = file + types_at,
		.time_len = time_len,
		.times_count = counts[3],
		.types_count = counts[4] };
	*ret_len = len;
	return true;
}

static int64_t
transition_at(const struct time_zone *zone, size_t index)
{
	return read_big_endian(zone->times + index * zone->time_len, zone->time_len);
}

static int32_t
type_offset(const struct time_zone *zone, size_t type)
{
	return (int32_t)read_big_endian(zone->types + type * TYPE_LEN, 4);
}

/* Each transition is to a type that is there, and each type within a day or so of UTC. */
static bool
makes_sense(const struct time_zone *zone)
{
	for (size_t i = 0; i < zone->times_count; i++)
		if (zone->indexes[i] >= zone->types_count)
			return false;
	for (size_t i = 0; i < zone->types_count; i++)
		if (type_offset(zone, i) < -OFFSET_MAX_S || type_offset(zone, i) > OFFSET_MAX_S)
			return false;
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

bool
time_zone_read(const uint8_t *file, size_t file_len, struct time_zone *ret_zone)
{
	struct time_zone zone;
	const char *rule;
	size_t len, rule_len;

	if (!read_block(file, file_len, 4, &zone, &len))
		return false;
	if (file[4] >= '2') {
		file += len;
		file_len -= len;
		if (!read_block(file, file_len, 8, &zone, &len))
			return false;
		zone.has_rule = read_footer(file + len, file_len - len, &rule, &rule_len);
		if (zone.has_rule && !time_zone_rule_read(rule, rule_len, &zone.rule))
			return false;
	}
	if (!makes_sense(&zone))
		return false;
	*ret_zone = zone;
	return true;
}

/* The last transition that is not after `at`; before the first one the first type holds. */
int32_t
time_zone_offset(const struct time_zone *zone, int64_t at)
{
	size_t low = 0, high = zone->times_count;

	if (at > AT_MAX)
		at = AT_MAX;
	if (at < -AT_MAX)
		at = -AT_MAX;
	if (zone->has_rule && (high == 0 || at >= transition_at(zone, high - 1)))
		return time_zone_rule_offset(&zone->rule, at);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (transition_at(zone, middle) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return type_offset(zone, low == 0 ? 0 : zone->indexes[low - 1]);
}
