/* SPDX-License-Identifier: ISC */
#ifndef BENCH_LISTS_H
#define BENCH_LISTS_H

#include "issuer/desk/desk.h"

/*
 * The status list of a desk's brand with one in a hundred of its `licenses` revoked, by chance: its bytes,
 * and the time to make, pack, sign and record it. What was changed is rolled back.
 */
void lists_bench(struct desk *desk, int64_t licenses);

#endif
