/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_ROUTES_INSIDE_H
#define VERIFIER_DAEMON_CALLS_ROUTES_INSIDE_H

/* What the map and its handlers share; the front knows routes.h alone. */

#include "kept.h"
#include "routes.h"
#include "verifier/gather/local_time.h"

enum { ROUTES_STATUSES = 6 }; /* by their first digit, to 5xx */

struct call_claim;

/* What became of calls for seats and nodes. */
enum routes_seat {
	ROUTES_SEAT_CLAIMED = 0,
	ROUTES_SEAT_RENEWED,
	ROUTES_SEAT_RELEASED,
	ROUTES_SEAT_NONE_FREE,
	ROUTES_SEAT_REFUSED, /* for another reason */
	ROUTES_SEATS
};

struct routes {
	struct routes_reach reach;
	struct routes_rules rules;
	uid_t *operators; /* rules.operators */
	const struct http *http;
	struct kept *kept;
	bool again;              /* the keeper has found what this call asks about */
	struct local_time place; /* scratch: where this machine is */
	/* Claims and releases of this round, to be told after its commit; oldest first. */
	struct call_claim *claims, **claims_end;
	unsigned claims_come;               /* in this round */
	bool one_by_one;                    /* in the last round that had any, one claim came */
	enum skerry_err seats_trouble;      /* why the last that was to be kept of seats was not */
	int64_t seats_tried_s;              /* after one: when it was tried again */
	uint64_t answered[ROUTES_STATUSES]; /* by the first digit of the status */
	uint64_t seats_told[ROUTES_SEATS];
};

enum route_who {
	ROUTE_ANYBODY = 1,
	ROUTE_LOCAL,    /* on the Unix socket */
	ROUTE_OPERATOR, /* call_is_operator */
	ROUTE_ITSELF    /* its handler looks */
};

struct route {
	enum http_method method;
	enum route_who who;
	const char *path; /* "/v1/seats/:": a colon stands for one segment */
	void (*serve)(struct routes *routes, struct http_call *call);
};

#endif
