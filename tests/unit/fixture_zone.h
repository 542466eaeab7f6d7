/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_ZONE_H
#define TESTS_FIXTURE_ZONE_H

/*
 * Places with clocks of their own: time zone files built in memory and read as /etc/localtime is.
 */

#include "verifier/gather/local_time.h"

/* From `at` on the clock is so many seconds east of UTC. */
struct zone_step {
	int64_t at;
	int32_t offset_s;
};

enum { ZONE_STEPS_MAX = 64 };

/* `offset_s` before the first step; `rule` from the last one on, NULL: none. */
void zone_make(int32_t offset_s, const struct zone_step *steps, size_t steps_len, const char *rule,
	struct local_time *ret_place);

/* Years of changes, days to weeks apart, of up to two hours and now and then a day; draw_seed. */
void zone_draw(int64_t from, struct local_time *ret_place);

#endif
