/* SPDX-License-Identifier: ISC */
#include "local_time.h"

#include "small_file.h"

void
local_time_read(const char *root, struct local_time *ret_local)
{
	uint8_t file[TIME_ZONE_MAX];
	size_t len;

	ret_local->known =
		small_file_read(root, "/etc/localtime", file, sizeof file, &len) == SKERRY_OK &&
		time_zone_read(file, len, &ret_local->zone);
}

static int32_t
offset_at(const void *zone, int64_t at)
{
	return time_zone_offset(zone, at);
}

struct local_clock
local_time_clock(const struct local_time *local, int64_t at)
{
	if (!local->known)
		return (struct local_clock){ .offset_s = 0 };
	return (struct local_clock){ offset_at, &local->zone, time_zone_offset(&local->zone, at) };
}

int32_t
local_time_offset(const char *root, int64_t at)
{
	struct local_time local;

	local_time_read(root, &local);
	return local_time_clock(&local, at).offset_s;
}
