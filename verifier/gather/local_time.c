/* SPDX-License-Identifier: ISC */
#include "local_time.h"

#include "small_file.h"
#include "time_zone.h"

int32_t
local_time_offset(const char *root, int64_t at)
{
	uint8_t file[TIME_ZONE_MAX];
	size_t file_len;
	int32_t offset_s;

	if (small_file_read(root, "/etc/localtime", file, sizeof file, &file_len) != SKERRY_OK ||
		!time_zone_offset(file, file_len, at, &offset_s))
		return 0;
	return offset_s;
}
