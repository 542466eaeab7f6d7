/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_USAGE_H
#define ISSUER_DESK_USAGE_H

/*
 * What was sold and what is in use: licenses counted plan by plan in the words of HotelHub and
 * RT HUB, activations as group.one counts its seats, and what was paid. Counting reads every license
 * once, in the order that they lie in, and keeps nothing but the counts.
 */

#include "issuer/decide/amount.h"
#include "issuer/decide/status_words.h"
#include "issuer/desk/plans.h"

enum usage_access { USAGE_ACTIVE, USAGE_GRACE_PERIOD, USAGE_EXPIRED, USAGE_SUSPENDED };
enum { USAGE_ACCESSES = USAGE_SUSPENDED + 1, USAGE_PAGE_MAX = 1000 };

struct usage_line {
	int64_t plan_id, expiry_grace_s;
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], plan[LICENSE_SLUG_MAX + 1];
	int64_t licenses;
	int64_t hotelhub[HOTELHUB_LAST + 1];
	int64_t access[USAGE_ACCESSES];
	/* Of the licenses that are valid: sites that stand, sites that were sold. */
	int64_t seats_used, max_seats;
};

struct usage_money {
	int64_t brand_id;
	char brand[LICENSE_SLUG_MAX + 1], currency[4];
	int64_t sales, renewals; /* with a price */
	struct amount total;
};

struct usage_filter {
	const char *brand; /* NULL: every brand */
	const char *after; /* BRAND/PRODUCT/PLAN; NULL: from the first */
	int64_t limit;     /* 1 to USAGE_PAGE_MAX plans */
	int64_t now;
	/* Told now and then how many licenses were counted; NULL: nobody is. */
	void (*progress)(void *, int64_t counted);
	void *progress_context;
};

/* The plans in order of their path, malloc'd. */
enum skerry_err usage_count(struct desk *desk, const struct usage_filter *filter,
	struct usage_line **ret_lines, size_t *ret_lines_len);

/* What was paid at filter->brand, by brand and currency, malloc'd. */
enum skerry_err usage_money(struct desk *desk, const struct usage_filter *filter,
	struct usage_money **ret_money, size_t *ret_money_len);

#endif
