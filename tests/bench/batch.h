/* SPDX-License-Identifier: ISC */
#ifndef BENCH_BATCH_H
#define BENCH_BATCH_H

/*
 * `bench batch PROGRAM DESK TABLE ROWS`: licenses issued from a table of ROWS sales by the program,
 * beside the bare work: as many signatures made and checked, and the very rows that the program
 * wrote, inserted by prepared statements in one transaction into a desk of the same schema.
 *
 * DESK is an empty desk with what the table sells; it is copied for each round.
 */
int batch_bench(int argc, char **argv);

#endif
