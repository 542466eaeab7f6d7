/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_STATEMENTS_H
#define TESTS_FIXTURE_STATEMENTS_H

/*
 * The statements that code under test prepares, on their way to the database: what they are, and what
 * another process does just before one of them.
 */

#include <stdbool.h>

#include "keys/store.h"

/* Calls `run` once, before the next statement that begins like this is prepared. */
void fixture_statements_meanwhile(const char *beginning, void (*run)(void *), void *context);
/* Whether that has happened. */
bool fixture_statements_met(void);

/*
 * The newest statement that was prepared and begins like this, which must reach its rows by an index
 * or row number: fails the test at a SCAN of a table, and unless `sorts` where rows are sorted.
 */
void fixture_statements_indexed(struct store *store, const char *beginning, bool sorts);
/* The same, and somewhere its plan says `step`. */
void fixture_statements_reached(
	struct store *store, const char *beginning, const char *step, bool sorts);

#endif
