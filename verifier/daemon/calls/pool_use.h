/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_POOL_USE_H
#define VERIFIER_DAEMON_CALLS_POOL_USE_H

/* How the pools of seats are used: taken on the front's thread, to be read on the keeper's. */

#include "routes.h"

enum { POOL_USE_MAX = 64 };

struct pool_use {
	char pool[SEATS_POOL_MAX];
	struct seats_use use;
};

/* Pools in which somebody holds a seat; of others nothing is held. */
struct pool_uses {
	struct pool_use list[POOL_USE_MAX];
	size_t len;
	bool known; /* that is all of them */
};

/* The clock of leases, now. */
void pool_use_moment(const struct routes_reach *reach, struct seats_moment *ret_moment);
void pool_uses_read(const struct routes_reach *reach, struct pool_uses *ret_uses);
/*
 * On the front's thread: of any pool, what today has seen and is left of the burst as well. False: nobody knows.
 */
bool pool_use_read(const struct routes_reach *reach, const char *pool, struct seats_use *ret_use);
/* Who holds how many. False: nobody knows. */
bool pool_uses_find(const struct pool_uses *uses, const char *pool, struct seats_use *ret_use);
#endif
