/* SPDX-License-Identifier: ISC */
#ifndef TESTS_REQUESTS_AT_DESK_H
#define TESTS_REQUESTS_AT_DESK_H

/* A desk that has sold, and a site that asks it. Definitions, for the one file of a test program. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_requester.h"

#define DAY INT64_C(86400)

static struct sold sold;
static struct requests_answered answered;
static struct requester site;

static int
make(void **state)
{
	desk_fixture_make(state);
	desk_fixture_sell(*state, &sold);
	requester_make(&site, *state, 1);
	return 0;
}

static int
remove_all(void **state)
{
	requester_free(&site);
	return desk_fixture_remove(state);
}

static inline void
pass(struct desk_fixture *fixture, int64_t seconds)
{
	fixture->desk.clock += seconds;
}

static inline void
visit(struct desk_fixture *fixture, struct requester *who, enum request_kind kind,
	enum reply_code code)
{
	assert_int_equal(requester_ask(who, fixture, kind, sold.key, &answered), code);
}

#endif
