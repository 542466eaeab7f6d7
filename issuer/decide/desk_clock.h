/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_DESK_CLOCK_H
#define ISSUER_DECIDE_DESK_CLOCK_H

/*
 * May the desk believe its own clock? A desk that wakes in 2099 must not date documents for its
 * sites, so nothing is recorded when the clock contradicts the audit log. Pure.
 */

#include <stdint.h>

#include "formats/skerry_error.h"

enum {
	DESK_CLOCK_STEP_S = 120,        /* a step back by time synchronization: time stands still */
	DESK_CLOCK_PAUSE_S = 60 * 86400 /* longest pause without being asked */
};

/*
 * The time to work with, which is never before `last`, the time of the last audit row. DESK_CLOCK
 * when the clock is behind it by more than DESK_CLOCK_STEP_S or ahead by more than
 * DESK_CLOCK_PAUSE_S.
 */
enum skerry_err desk_clock_judge(int64_t last, int64_t clock, int64_t *ret_now);

#endif
