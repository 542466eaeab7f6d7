/* SPDX-License-Identifier: ISC */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BLOCKS = 21 };

/* A block lasts this long at least, so that the clock's own cost does not show. */
static const double BLOCK_NS = 4e6;

static double
now_ns(clockid_t clock)
{
	struct timespec at;

	clock_gettime(clock, &at);
	return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static double
block_ns(const struct bench_way *way, size_t calls, clockid_t clock)
{
	double from = now_ns(clock);

	for (size_t i = 0; i < calls; i++)
		way->call(way->context);
	return (now_ns(clock) - from) / (double)calls;
}

static size_t
calls_for_a_block(const struct bench_way *way, clockid_t clock)
{
	for (size_t calls = 1;; calls *= 2)
		if (block_ns(way, calls, clock) * (double)calls >= BLOCK_NS)
			return calls;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values)
{
	qsort(values, BLOCKS, sizeof *values, ascending);
	return values[BLOCKS / 2];
}

static void
pair(const struct bench_way *way, const struct bench_way *peer, clockid_t clock,
	struct bench_result *ret_result)
{
	size_t way_calls = calls_for_a_block(way, clock),
	       peer_calls = calls_for_a_block(peer, clock);
	double way_ns[BLOCKS], peer_ns[BLOCKS], ratio[BLOCKS];

	for (size_t i = 0; i < BLOCKS; i++) {
		way_ns[i] = block_ns(way, way_calls, clock);
		peer_ns[i] = block_ns(peer, peer_calls, clock);
		ratio[i] = way_ns[i] / peer_ns[i];
	}
	ret_result->ratio = median(ratio);
	ret_result->ns = median(way_ns);
	ret_result->peer_ns = median(peer_ns);
}

void
bench_pair(
	const struct bench_way *way, const struct bench_way *peer, struct bench_result *ret_result)
{
	pair(way, peer, CLOCK_MONOTONIC, ret_result);
}

void
bench_pair_busy(
	const struct bench_way *way, const struct bench_way *peer, struct bench_result *ret_result)
{
	pair(way, peer, CLOCK_PROCESS_CPUTIME_ID, ret_result);
}

void
bench_line(const char *what, const struct bench_way *peer, const struct bench_result *result,
	const char *promise)
{
	printf("%-34s %10.0f ns   %-34s %10.0f ns   %8.4f x   %s\n", what, result->ns, peer->name,
		result->peer_ns, result->ratio, promise);
}

void
bench_require(int condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "bench: %s\n", what);
		exit(2);
	}
}

/* The program's own malloc and calloc stand before libc's and count. */
static _Thread_local size_t allocations;

size_t
bench_allocations(void)
{
	return allocations;
}

extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t count, size_t len);
void *malloc(size_t len);
void *calloc(size_t count, size_t len);

__attribute__((visibility("default"))) void *
malloc(size_t len)
{
	allocations++;
	return __libc_malloc(len);
}

__attribute__((visibility("default"))) void *
calloc(size_t count, size_t len)
{
	allocations++;
	return __libc_calloc(count, len);
}
