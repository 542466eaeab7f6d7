/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SEATS_USAGE_H
#define VERIFIER_STATE_SEATS_USAGE_H

/*
 * How many seats were in use, as a request tells the vendor: of each pool the highest number of the last
 * SEATS_USAGE_DAYS days that the machine ran, and the seconds with more than the license's maximum. Read
 * beside whoever hands seats out; today's are as of the last minute.
 */

#include "formats/request.h"

enum {
	SEATS_USAGE_DAYS = 31,
	SEATS_USAGE_MAX = 32 /* pools: those of most use */
};

/* "seats.peak hotelhub/hms", "seats.burst_s hotelhub/hms"; a long pool is cut and ends in its hash. */
#define SEATS_USAGE_PEAK "seats.peak "
#define SEATS_USAGE_BURST "seats.burst_s "

struct seats_usage {
	char name[REQUEST_NAME_MAX + 1];
	int64_t number;
};

/*
 * At most two for each pool, in no order; returns how many. None where there is no seats.db, or it cannot be
 * read: nobody's request waits for that.
 */
size_t seats_usage_read(int directory, struct seats_usage ret_usage[2 * SEATS_USAGE_MAX]);

#endif
