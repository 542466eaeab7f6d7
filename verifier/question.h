/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_QUESTION_H
#define VERIFIER_QUESTION_H

/*
 * A question to a site, and its answer: gathers the facts of each license that is meant, decides, and
 * remembers what has to be remembered of it.
 */

#include "site.h"
#include "verifier/decide/match.h"
#include "verifier/gather/components.h"

struct site_query {
	const char *product, *tenant; /* NULL: not given */
	const char *domain;           /* NULL: not compared; "" is no license's domain */
	const char *install_path;     /* components.h: these three */
	const char *const *custom;
	size_t custom_len;
	const char *root; /* NULL: this machine; else a captured one, which only tests ask about */
	int64_t build_date; /* of the product; 0: not compared with its maintenance */
	int64_t at;         /* 0: the site's time; else as if it were then: nothing is remembered */
	unsigned without;   /* MATCH_TYPE_BITs: what if these components were other ones? */
};

struct site_answer {
	const struct license *license; /* NULL: none for this product and tenant */
	struct skerry_verdict verdict;
	struct match_tally tally; /* components 0: not bound to a machine */
	/* What the verdict follows from, to explain it; the license's are set where there is one. */
	struct evaluate_facts facts;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	const struct site_license *held;
	const struct license *next; /* the first to begin later beside it; NULL */
};

/*
 * The verdict for a product and tenant. Of several licenses the one that gives most counts; of one
 * license, its newest edition that has begun. Without a product, the one that all licenses are for:
 * NOT_UNIQUE where they differ. ARGUMENT for custom values or an install path that
 * components.h refuses.
 */
enum skerry_err site_ask(
	const struct site *site, const struct site_query *query, struct site_answer *ret_answer);

/*
 * The same in two steps, for several instants: what is gathered of machine and clock, once, and the
 * answer at an instant with the documents that are held now. All but the clock stays as gathered.
 */
struct site_question {
	const struct site *site;
	const struct site_query *query; /* borrowed, too */
	struct components components;
	int64_t now;    /* settled: what site_ask answers for */
	bool remembers; /* its answer for `now` is the site's, and recorded where it is another one */
};

enum skerry_err site_gather(const struct site *site, const struct site_query *query,
	struct site_question *ret_question);
enum skerry_err site_answer_at(
	const struct site_question *question, int64_t at, struct site_answer *ret_answer);

#endif
