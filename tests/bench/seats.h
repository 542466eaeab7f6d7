/* SPDX-License-Identifier: ISC */
#ifndef BENCH_SEATS_H
#define BENCH_SEATS_H

/* Seats in folders below `folder`, where the disk is that the figures are of. */
void seats_bench(const char *folder);

#endif
