/* SPDX-License-Identifier: ISC */
#ifndef BENCH_BATCH_H
#define BENCH_BATCH_H

/*
 * `bench batch PROGRAM DESK TABLE ROWS WHERE`: licenses issued from a table of ROWS sales by the program,
 * beside the bare work: as many signatures made and checked, and the very rows that the program
 * wrote, inserted by prepared statements in one transaction into a desk of the same schema.
 *
 * A second line adds the creation of the very files to the bare work, so that it shows what they
 * cost. DESK is an empty desk with what the table sells; it is copied, and
 * what is made stands beside it. WHERE is a word
 * for the kind of disk that it lies on.
 */
int batch_bench(int argc, char **argv);

#endif
