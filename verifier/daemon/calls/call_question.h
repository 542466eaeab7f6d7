/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_CALL_QUESTION_H
#define VERIFIER_DAEMON_CALLS_CALL_QUESTION_H

/*
 * What stands behind the question mark of a call: each name once (but those that may come again), none that
 * the call does not know, each value of its form.
 */

#include "call.h"

/* Which names a call takes. */
enum call_takes {
	CALL_TAKES_WAY = 1,     /* product, tenant, domain */
	CALL_TAKES_MACHINE = 2, /* install_path, custom (again), build_date */
	CALL_TAKES_AT = 4,      /* at */
	CALL_TAKES_WITHOUT = 8, /* without (again) */
	CALL_TAKES_READ = 16,   /* read */
	CALL_TAKES_AFTER = 32,  /* after, limit: of the journal */
	CALL_TAKES_SHOW = 64,   /* utf8, color, columns: how text is shown; every call does */
	CALL_TAKES_TOLD = 128,  /* told, more: the program skerry's (verifier/show/deeds.h) */
	CALL_TAKES_NAME = 256,  /* name: of what is imported */
	CALL_TAKES_SEATS = 512  /* after_pool, after_holder, holder, limit */
};

enum { CALL_PAGE_MAX = 10000 };

struct call_question {
	struct show_question question; /* borrows the call, and `custom` */
	const char *custom[HTTP_ARGS_MAX];
	bool read;
	int64_t after; /* -1: not given */
	int64_t limit; /* 1 to CALL_PAGE_MAX, more is that many; 0: not given */
	const char *after_pool, *after_holder, *holder; /* NULL */
	bool told, told_json, more;
	const char *name;
};

/* False: *ret_refusal, which names what is wrong. */
bool call_question_read(const struct http_call *call, unsigned takes,
	struct call_question *ret_question, struct call_refusal *ret_refusal);

/* The way of asking that it is. False: a value that is longer than any such name. */
bool call_question_way(const struct call_question *question, const struct texts *texts,
	struct answers_way *ret_way, struct call_refusal *ret_refusal);

#endif
