/* SPDX-License-Identifier: ISC */
#include "local_clock.h"

#include <stddef.h>

int32_t
local_clock_offset(const struct local_clock *local, int64_t at)
{
	if (local == NULL)
		return 0;
	return local->offset_at == NULL ? local->offset_s : local->offset_at(local->zone, at);
}
