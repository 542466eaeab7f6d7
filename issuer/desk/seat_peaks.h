/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_SEAT_PEAKS_H
#define ISSUER_DESK_SEAT_PEAKS_H

/*
 * How many seats were in use at once, as sites that stand have told in their requests: the greatest number
 * of what is kept of them (heartbeats.h), beside what the license has now.
 */

#include "issuer/desk/sites.h"

enum { SEAT_PEAKS_MAX = 1000 /* sites: those with the greatest peaks */ };

struct seat_peak {
	char site[SITES_NAME_MAX], email[ENTRY_EMAIL_MAX + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1];
	char tenant[LICENSE_TENANT_MAX + 1];
	int64_t max, burst;    /* that the license has */
	int64_t peak, burst_s; /* that were in use; seconds with more than the license's maximum */
	int64_t told_at;       /* last */
};

/* The greatest first, malloc'd; `brand` NULL: of every brand. Errors of store.h; NO_MEMORY. */
enum skerry_err seat_peaks_list(
	struct desk *desk, const char *brand, struct seat_peak **ret_peaks, size_t *ret_peaks_len);

#endif
