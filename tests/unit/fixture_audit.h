/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_AUDIT_H
#define TESTS_FIXTURE_AUDIT_H

/* What an insider does to a desk's log, and what honest work there is to do it to. */

#include "fixture_desk.h"

/* Runs a statement; ?1 is `number`. */
void audit_fixture_execute(struct store *store, const char *sql, int64_t number);

/* The number of the newest row. */
int64_t audit_fixture_rows(struct store *store);

/* A day's work: sales, a document, a reason. Twice is fine. */
void audit_fixture_work(struct desk_fixture *fixture);

#endif
