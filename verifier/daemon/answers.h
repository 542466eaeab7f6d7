/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_ANSWERS_H
#define VERIFIER_DAEMON_ANSWERS_H

/*
 * What the front answers from: for each way of asking (product, tenant, domain) a snapshot of the site's
 * answer and all that time will make of it (verifier/library/snapshot.h), found by the keeper at its last
 * look. Between two looks time goes on in running seconds. ANSWERS_MAX ways are kept, those that were asked
 * last; another one is found by a job.
 *
 * Written by the keeper's looks, read by the front's thread; each under one short lock.
 */

#include "verifier/library/snapshot.h"
#include "verifier/product_name.h"

enum { ANSWERS_MAX = 64 };

struct answers_way {
	char product[PRODUCT_NAME_MAX];      /* "" : the one that all licenses are for */
	char tenant[LICENSE_TENANT_MAX + 1]; /* "" : not given */
	char domain[LICENSE_DOMAIN_MAX + 1]; /* "" : none, which no license's domain is */
};

struct answers;

/* A snapshot that stays while it is held, whatever the keeper finds meanwhile. */
struct answers_held {
	const struct snapshot *snapshot; /* NULL: `err` is why (NOT_UNIQUE, ...) */
	enum skerry_err err;
	const char *product;     /* "hotelhub/hms" of its license; else as asked */
	const char *pool;        /* seats.h */
	int64_t now;             /* the site's time */
	uint64_t generation;     /* another one after each look that changed anything */
	enum skerry_err trouble; /* why the last look failed */
	void *inside;
};

enum skerry_err answers_new(struct answers **ret_answers);
void answers_free(struct answers *answers);

/* False: this way of asking is not known yet; answers_ask it by a job. */
bool answers_find(
	struct answers *answers, const struct answers_way *way, struct answers_held *ret_held);
void answers_done(struct answers *answers, struct answers_held *held);

/* On the keeper's thread, with the site open. Errors of snapshot_of_site; NOT_UNIQUE is an answer. */
enum skerry_err answers_ask(
	struct answers *answers, struct site *site, const struct answers_way *way);
/* All ways that are known, anew; the monotonic second at which the first of them changes. */
int64_t answers_look(struct answers *answers, struct site *site, enum skerry_err err);

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
