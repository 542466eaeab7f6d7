/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_OVERVIEW_H
#define VERIFIER_DAEMON_CALLS_OVERVIEW_H

/*
 * All that a site holds at a glance, a row for each product and tenant: what its numbers are
 * (metrics.h), and whose seats there are. On the keeper's thread.
 */

#include "verifier/product_name.h"
#include "verifier/question.h"
#include "verifier/state/seats.h"

enum { OVERVIEW_MAX = 64 };

struct overview_row {
	char product[PRODUCT_NAME_MAX], tenant[LICENSE_TENANT_MAX + 1], pool[SEATS_POOL_MAX];
	bool told; /* false: only the product itself can ask (its own values, its path); no verdict */
	enum skerry_state state;
	enum skerry_access access;
	bool has_days;
	int64_t days_left;
	uint64_t seats_max, seats_burst;
};

struct overview {
	struct overview_row rows[OVERVIEW_MAX];
	size_t rows_len;
	enum evaluate_clock clock;
	bool state_rollback;
	size_t unused; /* files that grant nothing */
};

/* Of a site that has ticked. What cannot be asked is left out. */
void overview_of_site(const struct site *site, struct overview *ret_overview);

#endif
