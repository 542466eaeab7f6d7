/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_CLOCK_BOOTS_H
#define VERIFIER_DECIDE_CLOCK_BOOTS_H

/*
 * Running time, boot by boot: what a remembered one has run since its last tick, and what counts of
 * the uptime that another one comes with. The rules are in clock.h. Pure.
 */

#include "clock.h"

/* What a tick finds out before it looks at the wall clock. */
struct clock_elapsed {
	int64_t seconds; /* of a remembered boot; counted */
	bool fault;
	bool other; /* the first tick of a boot that is not remembered, behind `before` */
	struct clock_boot before; /* the last one that ticked */
	int64_t mono_s;
};

/* Counts what a remembered boot has run, and puts the boot in front. */
struct clock_elapsed clock_boots_count(struct clock *clock, const struct clock_reading *reading);

/*
 * What counts of another boot's uptime; not counted yet. After a look at the wall clock: `speaks` when
 * it shows what is believable. *ret_strange is the uptime that begins before the last boot's end and
 * cannot be told from a changed boot id; 0.
 */
int64_t clock_boots_uptime(struct clock *clock, const struct clock_elapsed *elapsed, bool speaks,
	int64_t *ret_strange);

#endif
