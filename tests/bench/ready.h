/* SPDX-License-Identifier: ISC */
#ifndef BENCH_READY_H
#define BENCH_READY_H

/* ready SKERRYD STATE FOLDER: from exec to READY=1, by the clock and by the time of the processor; medians. */
int ready_bench(int argc, char **argv);

#endif
