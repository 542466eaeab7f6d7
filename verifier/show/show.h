/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_SHOW_H
#define VERIFIER_SHOW_SHOW_H

/*
 * What a site answers, put in words or JSON on a stream: the same for the program skerry and for the
 * daemon's callers. Each verb's answer has a file here; who asks, opens the site and carries the text.
 *
 * An answer is either written to `out`, whole, or told as a failure and nothing is written. Nothing here
 * knows a terminal, the environment or a socket.
 */

#include <stdio.h>

#include "failure.h"
#include "verifier/gather/local_time.h"
#include "verifier/question.h"
#include "verifier/texts/texts.h"

/* Who is shown it, and how. All borrowed. */
struct show {
	FILE *out;
	FILE *notes; /* of deeds.h, remarks beside the answer: standard error; NULL: nobody reads them */
	bool json;
	const struct texts *texts;
	bool utf8, color;               /* of whoever reads */
	size_t columns;                 /* a list's lines are cut to; 0: they are not */
	int64_t wall;                   /* what this machine's clock shows */
	const struct local_time *place; /* the time of day of dates; NULL: UTC */
	const char *folder;             /* the state folder, as failures name it */
	/* Leases in the pool of a license. False: nobody knows. NULL: nobody is there to ask. */
	bool (*seats_used)(void *context, const struct license *license, uint64_t *ret_used);
	void *seats_context;
};

/* How somebody asked: all borrowed. */
struct show_question {
	const char *product, *tenant, *domain, *install_path; /* NULL: not given */
	const char *const *custom;
	size_t custom_len;
	int64_t build_date; /* 0: not told */
	unsigned without;   /* question.h */
	int64_t at;         /* LICENSE_NEVER: now */
};

/*
 * The verbs. True: written, and *ret_exit is the verb's (YES or NO, or CANNOT_TELL of `why --at`). False:
 * *ret_failure, with the verb's exit: the daemon's Skerry-Exit tells either.
 *
 * status: of the product that was asked for, or the only one; to a person, where there are several, each
 * in turn. For a domain-bound license the domain that was not given is not compared, but see check.
 */
bool show_status(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
/* Whether an earlier license of the site is for the same product. */
bool show_told_before(const struct site *site, size_t index);
/* `at` may have passed: then the journal is asked. */
bool show_why(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
bool show_what_if(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
/* A name of `--without` as a bit; 0: there is no such component. */
unsigned show_component(const char *name);
/* The machine's components, with a new salt; of the question install_path and custom. */
bool show_fingerprint(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
void show_clock(const struct show *show, const struct site *site, enum command_exit *ret_exit);
/* Rows behind `after`, at most `limit`; after < 0: the last ones, oldest first. */
enum { SHOW_JOURNAL_ROWS = 100 }; /* unless told otherwise */
bool show_journal(const struct show *show, const struct site *site, int64_t after, int64_t limit,
	enum command_exit *ret_exit, struct show_failure *ret_failure);

/*
 * check and limit: of an answer that somebody has, so that the daemon needs no site for it. The caller has
 * asked with domain "" where none was given: leaving it out must not take the binding away.
 */
struct show_grant {
	const struct license *license; /* NULL: none */
	const struct skerry_verdict *verdict;
	const char *product, *tenant; /* as asked; NULL: not given */
	const char *name;
};
enum skerry_err show_judge_feature(const struct show_grant *grant, bool read);
enum skerry_err show_judge_limit(const struct show_grant *grant, int64_t *ret_number);
void show_feature(const struct show *show, const struct show_grant *grant, bool read,
	enum command_exit *ret_exit);
/* In words, false where there is no number: standard output is for the number alone. */
bool show_limit(const struct show *show, const struct show_grant *grant,
	enum command_exit *ret_exit, struct show_failure *ret_failure);

/* As question.h has it, without `at`; borrows what the question does. */
struct site_query show_query_of(const struct show_question *question);

/* False, and why, where nothing can be read from the site's memory. */
bool show_has_memory(
	const struct show *show, const struct site *site, struct show_failure *ret_failure);
/* A question that cannot be answered: NOT_UNIQUE, ARGUMENT (custom values, install path), or the site's error. */
void show_unanswered(
	const struct show *show, enum skerry_err err, struct show_failure *ret_failure);

#endif
