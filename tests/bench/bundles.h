/* SPDX-License-Identifier: ISC */
#ifndef BENCH_BUNDLES_H
#define BENCH_BUNDLES_H

/*
 * `bench bundles PROGRAM DESK SITES`: a bundle for as many sites, each of which has one license that was
 * changed since, made by the program, beside the bare work: as many signatures made and checked, boxes
 * sealed, and the very rows that the program wrote inserted. Then the same bundle again, where only
 * boxes are sealed. DESK holds that many licenses with a document each; it is copied.
 */
int bundles_bench(int argc, char **argv);

/*
 * `bench imports PROGRAM STATE DESK LICENSE`: what a site spends on a bundle for 1 to 1,000,000 sites. The
 * bundles are laid out by the desk's own code; of their pages only the one that is read is written. STATE
 * is a site's folder, DESK the desk that it trusts, LICENSE a file that it is left.
 */
int imports_bench(int argc, char **argv);

#endif
