/* SPDX-License-Identifier: ISC */
#ifndef BENCH_SITE_FILL_H
#define BENCH_SITE_FILL_H

/* A state folder full of licenses and of years of journal. */

#include "verifier/site.h"

enum { SITE_FILL_LICENSES = 100, SITE_FILL_ROWS = 100000 };

/* Instants of the folder's present. */
#define SITE_FILL_NOW INT64_C(1790003600)

/* Clocks of the folder's present. */
struct clock_reading site_fill_reading(void);

/* Its path below `folder`; makes it first where it is not there. */
void site_fill_make(const char *folder, char *ret_path, size_t path_max);

#endif
