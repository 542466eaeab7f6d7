/* SPDX-License-Identifier: ISC */
#ifndef BENCH_DESK_H
#define BENCH_DESK_H

/*
 * What a clerk does all day, at a desk with 1,000,000 licenses beside one with 1,000: each in turn
 * with the other, at random places. The desks are made in `folder` and stay there.
 */
void desk_bench(const char *folder);

#endif
