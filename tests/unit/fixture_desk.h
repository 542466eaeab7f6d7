/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_DESK_H
#define TESTS_FIXTURE_DESK_H

/* A desk in a temporary folder, at a time that the test sets, with HotelHub's island plan. */

#include "issuer/sell.h"

/* The desk was founded then; its clock stands there. */
#define DESK_NOW INT64_C(1800000000) /* 2027-01-15T08:00:00Z */

struct desk_fixture {
	char folder[64], path[80];
	struct desk desk; /* open and unlocked */
};

/* cmocka's setup and teardown; *state is a struct desk_fixture. */
int desk_fixture_make(void **state);
int desk_fixture_remove(void **state);

/* Opens the desk again, as another process would. */
void desk_fixture_reopen(struct desk_fixture *fixture);

/* Sells hotelhub/hms/island to the one customer; fails the test unless it succeeds. */
void desk_fixture_sell(struct desk_fixture *fixture, struct sold *ret_sold);

#endif
