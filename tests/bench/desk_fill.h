/* SPDX-License-Identifier: ISC */
#ifndef BENCH_DESK_FILL_H
#define BENCH_DESK_FILL_H

/*
 * Desks full of records that look like years of work: a customer, a key, a sale and a license each,
 * three of four at a site, with a document of 640 bytes. Their texts follow from their number.
 */

#include "issuer/desk/desk.h"

/* The desks' present: 2027-01-15T08:00:00Z. */
#define DESK_FILL_NOW INT64_C(1800000000)
/* Terms end evenly spread over these days, so that 2 of 100 end within 60. */
enum { DESK_FILL_DAYS = 3000, DESK_FILL_DUE_DAYS = 60 };

#define DESK_FILL_ID "%016lld"                   /* a license's id, by its number */
#define DESK_FILL_EMAIL "owner%lld@stay.example" /* its customer's */
#define DESK_FILL_NAME "Hotel Sukamaju %lld"

/*
 * Opens the desk of `licenses` in `folder`, unlocked; makes it first where it is not there. With
 * `all_due`, all terms end within DESK_FILL_DUE_DAYS.
 */
void desk_fill_open(const char *folder, int64_t licenses, bool all_due, struct desk *ret_desk);

#endif
