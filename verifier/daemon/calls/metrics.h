/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_METRICS_H
#define VERIFIER_DAEMON_CALLS_METRICS_H

/*
 * GET /metrics: the daemon's numbers in Prometheus' text format 0.0.4, each family with its help and type.
 * All names begin with skerry_; durations are seconds. Writing only: who gathers has the numbers.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What came of drop folders and sticks since the start; the front fills it. */
struct metrics_sticks {
	uint64_t visits, taken, left, skipped, failed;
};

/* --- writing --- */

struct metrics {
	FILE *out;
};

/* HELP and TYPE ("gauge", "counter") of what follows. */
void metrics_family(
	const struct metrics *metrics, const char *name, const char *type, const char *help);
/* One sample; labels as name, value pairs up to a NULL. Values are escaped. */
void metrics_sample(const struct metrics *metrics, const char *name, double value, ...)
	__attribute__((sentinel));

#endif
