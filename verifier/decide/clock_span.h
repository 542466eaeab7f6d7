/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_CLOCK_SPAN_H
#define VERIFIER_DECIDE_CLOCK_SPAN_H

/* Numbers of the clock: instants and spans in seconds. */

#include "clock.h"

static inline int64_t
clock_smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t
clock_larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Everything from outside passes here, so that sums of a few of them stay far from overflow. */
static inline int64_t
clock_clamp(int64_t value)
{
	return clock_larger(0, clock_smaller(value, CLOCK_TIME_MAX));
}

#endif
