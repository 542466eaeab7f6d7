/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_TELEPHONE_H
#define ISSUER_DECIDE_TELEPHONE_H

/*
 * Which step of a document is read out on the telephone. The code of step j brings the site to j
 * steps whatever it had, so reading one out again gives nothing away, and what counts is the highest
 * that was ever read out. Pure.
 */

#include <stdbool.h>

#include "formats/license.h"
#include "formats/skerry_error.h"

struct telephone_facts {
	unsigned max;   /* steps of the document */
	unsigned given; /* the highest that was read out; 0: none */
};

struct telephone_wish {
	bool again;     /* the last one once more */
	unsigned next;  /* the step that the site says is next; 0: the one after `given` */
	unsigned count; /* so many, from there on; 1 or more */
};

/* How the wish and what the desk knows go together. */
enum telephone_case {
	TELEPHONE_ONWARD = 0,  /* from the highest on */
	TELEPHONE_REPEATED,    /* it was read out before: nothing new is given */
	TELEPHONE_SITE_BEHIND, /* the site has not typed in all that was read out */
	TELEPHONE_SITE_AHEAD   /* the site has more than this desk knows of */
};

struct telephone_choice {
	unsigned step, base; /* to read out; what the site has as far as anybody says */
	enum telephone_case kind;
};

/*
 * NO_STEPS  the document has no telephone renewal, or not that many steps left
 * ARGUMENT  `again`, and nothing was ever read out; a `next` or `count` of no document
 */
enum skerry_err telephone_choose(const struct telephone_facts *facts,
	const struct telephone_wish *wish, struct telephone_choice *ret_choice);

/*
 * The first step above `from` with which anything is allowed at `now`, the day end counted as a whole
 * day since nobody knows the place; 0: none.
 */
unsigned telephone_first_of_use(const struct license *license, unsigned from, int64_t now);

/* Whether step `to` moves renew_by of a license that has `from` steps: not beyond its term. */
bool telephone_moves(const struct license *license, unsigned from, unsigned to);

#endif
