/* SPDX-License-Identifier: ISC */
#ifndef BENCH_REQUESTS_H
#define BENCH_REQUESTS_H

/*
 * `bench requests DESK COUNT`: as many sites pair at a desk that sells hotelhub/hms/island, and then each
 * writes a heartbeat that shows what it holds. All of these are read and answered as `exchange` does,
 * beside the bare work: as many boxes opened, signatures checked, and the very rows that were written
 * inserted in one transaction; with the signatures of what it answers, and without them. Then all of them
 * again, where nothing is new. DESK is an empty desk with that plan; what is made stands beside it.
 */
int requests_bench(int argc, char **argv);

#endif
