/* SPDX-License-Identifier: ISC */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

/*
 * Timing two ways of doing a thing side by side: blocks of both in turn, the median of each and the
 * median of the ratios, so that a machine whose speed drifts still gives a fair ratio.
 */

#include <stddef.h>

typedef void bench_call(void *context);

struct bench_way {
	const char *name;
	bench_call *call;
	void *context;
};

struct bench_result {
	double ns, peer_ns; /* medians of one call */
	double ratio;       /* median of ns / peer_ns, block by block */
};

void bench_pair(
	const struct bench_way *way, const struct bench_way *peer, struct bench_result *ret_result);

/* The same by the time of the processor alone, which others on a busy machine do not lengthen. */
void bench_pair_busy(
	const struct bench_way *way, const struct bench_way *peer, struct bench_result *ret_result);

/* Prints a line: what was measured, both figures, their ratio and what it should be. */
void bench_line(const char *what, const struct bench_way *peer, const struct bench_result *result,
	const char *promise);

/* Ends the program: a benchmark that cannot run must not look like a fast one. */
void bench_require(int condition, const char *what);

/* Heap calls made so far by this thread; the linker puts them in front of malloc. */
size_t bench_allocations(void);

#endif
