/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_SEAT_H
#define VERIFIER_DECIDE_SEAT_H

/*
 * Concurrent seats: what a claim, a renewal, a release gets. Pure.
 *
 * A pool is what a license grants to one product and tenant: `max` leases at a time, and `burst` more
 * for a while. Time is lease time: seconds that run while the machine does (CLOCK_BOOTTIME within a boot;
 * across boots it goes on where it was last recorded), whatever any clock on a wall shows. So a clock
 * that is set gives no seat back and takes none away, and a machine that was off costs nobody his lease.
 *
 * Burst. More than `max` leases at once spend a budget of SEAT_BURST_S, second by second; seconds with
 * at most `max` in use restore it likewise, up to that. A claim above `max` needs a budget that is not spent,
 * and is marked. When it is spent, marked leases are not renewed any more and end with their time. A
 * marked lease becomes a plain one when its renewal finds room. Where a license is cut down, the renewals
 * that find no room among its new `max` mark their leases, and are refused as soon as the burst does not
 * hold them either: as many as are too many, and no others.
 */

#include <stdbool.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum { SEAT_BURST_S = 86400 };

/* Who asks. A secret that is shown must be right; without one the asker must be who claimed. */
enum seat_right {
	SEAT_RIGHT_NONE = 0, /* somebody else, without the secret */
	SEAT_RIGHT_OWNER,    /* the same local user or client token, no secret shown */
	SEAT_RIGHT_SECRET,   /* showed the secret */
	SEAT_RIGHT_WRONG,    /* showed another one */
	SEAT_RIGHT_OPERATOR  /* root, or the folder's owner: may release */
};

/* What the license says now. */
struct seat_terms {
	bool access; /* the verdict gives any: also read-only people need their seats */
	uint64_t max, burst;
	int64_t ttl_s;
	uint64_t cap; /* of one user or token; 0: none */
};

/* The pool as it is, expired leases taken away. */
struct seat_pool {
	uint64_t used; /* leases, marked ones among them */
	uint64_t marked;
	uint64_t of_asker;    /* leases that the asker holds in all pools */
	int64_t burst_left_s; /* 0 to SEAT_BURST_S, as of now */
	int64_t next_end;     /* when the first lease ends, lease time; INT64_MAX: none */
};

/* The lease that the holder's name stands for. */
struct seat_lease {
	bool held; /* there is one, and it has not ended */
	bool marked;
	int64_t ends_at;
};

enum seat_fate { SEAT_REFUSED = 0, SEAT_CLAIMED, SEAT_RENEWED, SEAT_RELEASED };

struct seat_answer {
	enum seat_fate fate;
	/*
	 * REFUSED: NO_ACCESS, NO_SEATS (the license grants none), SEAT_HELD (by somebody else, or another
	 * secret was shown), SEAT_NONE_FREE, SEAT_CAP, SEAT_UNKNOWN (release of what nobody holds),
	 * SEAT_SECRET (release, not his)
	 */
	enum skerry_err err;
	bool marked;      /* what the lease is now; also of a renewal that is refused NONE_FREE */
	int64_t ends_at;  /* lease time; CLAIMED, RENEWED */
	int64_t retry_at; /* lease time; SEAT_NONE_FREE; INT64_MAX: nobody knows */
};

/* Claims, or renews what the asker holds. Only who shows the secret, or is who claimed, renews. */
struct seat_answer seat_put(const struct seat_terms *terms, const struct seat_pool *pool,
	const struct seat_lease *lease, enum seat_right right, int64_t now);
struct seat_answer seat_release(const struct seat_lease *lease, enum seat_right right);

/* The budget after `span_s` seconds with `over`: more than max in use. */
int64_t seat_burst_left(int64_t left_s, bool over, int64_t span_s);

#endif
