/* SPDX-License-Identifier: ISC */
#ifndef BENCH_SITE_H
#define BENCH_SITE_H

/*
 * What a site does all day: one evaluation, the opening of a state folder with SITE_FILL_LICENSES and
 * SITE_FILL_ROWS of journal beside the bare verification of those signatures, and an entry of the
 * journal beside the bare SQLite commit. The folder is made below `folder` and stays there.
 */
void site_bench(const char *folder);

#endif
