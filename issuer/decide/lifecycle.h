/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_LIFECYCLE_H
#define ISSUER_DECIDE_LIFECYCLE_H

/*
 * What may happen to a license after its sale, and what its stored status is then.
 *
 *	unpaired                at no site
 *	paired                  at one site or more
 *	paired_pending_revoke   its last site was released, whose document may still live; a new
 *	                        pairing is welcome; reads `unpaired` from pending_until on
 *	suspended               nothing is issued until it is resumed
 *	revoked                 the end of it: no move leads away
 *	expired                 not stored: past valid_until; a renewal makes it what it was
 *
 * A suspended license forgets what it was: `resume` asks its activations. It is not renewed while
 * suspended: paying again must not look like having been forgiven, and the renewed documents could
 * not be issued. Pure.
 */

#include "issuer/decide/standing.h"
#include "formats/skerry_error.h"

enum lifecycle_move {
	LIFECYCLE_ISSUE,   /* a document bound to nothing, or a site's next one */
	LIFECYCLE_PAIR,    /* a document for a site */
	LIFECYCLE_RELEASE, /* of a site or of a document bound to nothing */
	LIFECYCLE_RENEW,
	LIFECYCLE_SET, /* other activations, dates, plan or overrides */
	LIFECYCLE_SUSPEND,
	LIFECYCLE_RESUME,
	LIFECYCLE_REVOKE
};
enum { LIFECYCLE_LAST = LIFECYCLE_REVOKE };

struct lifecycle_facts {
	enum standing stored;
	int64_t valid_until, pending_until, now;
	int64_t sites;     /* that it is at; after a release: the others */
	int64_t lapses_at; /* last date of released sites' documents; LICENSE_NEVER; 0: no such site */
	bool erased;       /* its customer was: nobody can say any more what it is bound to */
};

struct lifecycle {
	enum standing stored;
	int64_t pending_until; /* LICENSE_NEVER unless STANDING_PAIRED_PENDING_REVOKE */
};

/*
 * REVOKED         it was; no move is left
 * SUSPENDED       PAIR, ISSUE, RENEW
 * EXPIRED         PAIR, ISSUE: renew first
 * STATUS_FORBIDS  a move that makes no sense: SUSPEND of what is, RESUME of what is not suspended;
 *                 PAIR, ISSUE, RENEW, SET for a customer who was erased
 */
enum skerry_err lifecycle_judge(enum lifecycle_move move, const struct lifecycle_facts *facts,
	struct lifecycle *ret_lifecycle);

/* What to do about a refusal of lifecycle_judge: one sentence. Static. */
const char *lifecycle_advice(enum lifecycle_move move, enum skerry_err err);

#endif
