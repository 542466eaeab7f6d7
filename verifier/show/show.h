/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_SHOW_H
#define VERIFIER_SHOW_SHOW_H

/*
 * What a site answers, put in words or JSON on a stream: the same for the program skerry and for the
 * daemon's callers. Each verb's answer has a file here; who asks, opens the site and carries the text.
 *
 * An answer is either written to `out`, whole, or told as a failure and nothing is written.
 */

#include <stdio.h>

#include "formats/json.h"
#include "keys/command_tell.h"
#include "verifier/question.h"
#include "verifier/texts/texts.h"

struct show {
	FILE *out;
	bool json;
	const struct texts *texts;
	bool utf8, color; /* of whoever reads */
	int64_t wall;     /* what this machine's clock shows */
};

/* How somebody asked: all borrowed. */
struct show_question {
	const char *product, *tenant, *domain, *install_path;
	const char *const *custom;
	size_t custom_len;
	int64_t build_date; /* 0: not told */
	unsigned without;   /* site.h */
	int64_t at;         /* LICENSE_NEVER: now */
};

/* Why there is no answer, for command_fail or an error of the daemon's. */
struct show_failure {
	struct command_failure failure;
	char message[512], subject[256]; /* what `failure` may point to */
};

/*
 * The verbs. True: written, and *ret_exit is the verb's (YES or NO, or CANNOT_TELL of `why --at`). False:
 * *ret_failure.
 */
bool show_status(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
bool show_why(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
bool show_what_if(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
bool show_fingerprint(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);
bool show_clock(const struct show *show, const struct site *site, enum command_exit *ret_exit,
	struct show_failure *ret_failure);

/* check and limit: of an answer that somebody has, so that the daemon needs no site for it. */
struct show_grant {
	const struct license *license; /* NULL: none */
	const struct skerry_verdict *verdict;
	const char *message; /* in words, where there is no access; NULL: worked out */
	const char *name;
};
enum skerry_err show_judge_feature(const struct show_grant *grant, bool read);
enum skerry_err show_judge_limit(const struct show_grant *grant, int64_t *ret_number);
void show_feature(const struct show *show, const struct show_grant *grant, bool read,
	enum command_exit *ret_exit);
void show_limit(
	const struct show *show, const struct show_grant *grant, enum command_exit *ret_exit);

#endif
