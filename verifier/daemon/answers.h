/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_ANSWERS_H
#define VERIFIER_DAEMON_ANSWERS_H

/*
 * What the front answers from: for each way of asking (product, tenant, domain, and what else makes an
 * answer another one) a snapshot of the site's answer and all that time will make of it
 * (verifier/library/snapshot.h), found by the keeper at its last look. Between two looks time goes on in
 * running seconds. ANSWERS_MAX ways are kept; another one is found by a job.
 *
 * Whoever may ask may ask in any number of ways. Of more than are kept those go first that found no
 * license, then those that nobody has asked twice, each time the one asked longest ago: who makes names
 * up pushes out others who do. And only what is asked for is found anew: a way without a license goes
 * at the next look, another one when nobody has asked for ANSWERS_IDLE_S.
 *
 * Written by the keeper's looks, read by the front's thread; each under one short lock.
 */

#include "verifier/gather/components.h"
#include "verifier/library/snapshot.h"
#include "verifier/product_name.h"
#include "verifier/state/seats.h"

enum { ANSWERS_MAX = 64, ANSWERS_IDLE_S = 900 };

/* Zeros and "" where something is not given. */
struct answers_way {
	char product[PRODUCT_NAME_MAX];      /* "" : the one that all licenses are for */
	char tenant[LICENSE_TENANT_MAX + 1]; /* "" : not given */
	char domain[LICENSE_DOMAIN_MAX + 1]; /* "" : not given, which is no license's domain */
	char install_path[COMPONENT_VALUE_MAX + 1];
	char custom[COMPONENTS_CUSTOM_MAX][COMPONENT_VALUE_MAX + 1];
	size_t custom_len;
	int64_t build_date;
	const struct texts *texts; /* the snapshot's messages; NULL: English */
};

struct answers;

/* A snapshot that stays while it is held, whatever the keeper finds meanwhile. */
struct answers_held {
	const struct snapshot *snapshot;  /* NULL: `err` is why (NOT_UNIQUE, ARGUMENT) */
	const struct snapshot_step *step; /* that holds now */
	enum skerry_err err;
	const char *product; /* "hotelhub/hms" of its license; without one, as asked */
	const char *pool; /* seats.h; without a license the product, for who held a seat before */
	int64_t now;      /* the site's time */
	int64_t until;    /* the first instant at which another step holds; LICENSE_NEVER */
	uint64_t generation;     /* another one after each look */
	enum skerry_err trouble; /* why the last look failed, or could not record; SKERRY_OK */
	void *inside;
};

enum skerry_err answers_new(struct answers **ret_answers);
void answers_free(struct answers *answers);

/* False: this way of asking is not known yet; answers_ask it by a job. */
bool answers_find(
	struct answers *answers, const struct answers_way *way, struct answers_held *ret_held);
void answers_done(struct answers *answers, struct answers_held *held);

/*
 * On the keeper's thread, with the site open and ticked. Errors of snapshot_of_site; NOT_UNIQUE and
 * ARGUMENT are answers, too, and kept like others.
 */
enum skerry_err answers_ask(
	struct answers *answers, const struct site *site, const struct answers_way *way);
/*
 * All ways that are asked for, anew, of a site that was ticked at `mono`, a second of CLOCK_MONOTONIC;
 * `trouble` as keeper_look has it. The first of the site's instants at which one of them changes;
 * LICENSE_NEVER. A site of NULL could not be opened: what was found before holds on.
 */
int64_t answers_look(
	struct answers *answers, const struct site *site, int64_t mono, enum skerry_err trouble);

/* Whatever the way: when the last look was, and how. For /v1/health and /metrics. */
struct answers_health {
	bool looked;
	int64_t looked_at_mono, site_now;
	enum skerry_err trouble;
	uint64_t looks;
};
void answers_health(struct answers *answers, struct answers_health *ret_health);

/*
 * The site's time and the generation of what was found, for whoever holds an answer that was written before:
 * what each call of a busy client begins with, so one short lock, or none.
 */
struct answers_stamp {
	int64_t now;
	uint64_t generation; /* 0: nothing was looked at yet */
};
void answers_stamp(struct answers *answers, struct answers_stamp *ret_stamp);

#endif
