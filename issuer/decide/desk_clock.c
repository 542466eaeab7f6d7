/* SPDX-License-Identifier: ISC */
#include "desk_clock.h"

enum skerry_err
desk_clock_judge(int64_t last, int64_t clock, int64_t *ret_now)
{
	if (clock < last - DESK_CLOCK_STEP_S || clock > last + DESK_CLOCK_PAUSE_S)
		return SKERRY_ERR_DESK_CLOCK;
	*ret_now = clock < last ? last : clock;
	return SKERRY_OK;
}
