/* SPDX-License-Identifier: ISC */
#include "fixture_statements.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { STATEMENTS_MAX = 64, STATEMENT_MAX = 8192 };

struct sqlite3;
struct sqlite3_stmt;
typedef int prepare_function(struct sqlite3 *db, const char *sql, int len, unsigned flags,
	struct sqlite3_stmt **ret_statement, const char **ret_tail);
prepare_function sqlite3_prepare_v3;

static struct {
	const char *beginning;
	void (*run)(void *);
	void *context;
} meanwhile;

static char statements[STATEMENTS_MAX][STATEMENT_MAX];
static size_t prepared;

/* Every statement of this program passes here. */
int
sqlite3_prepare_v3(struct sqlite3 *db, const char *sql, int len, unsigned flags,
	struct sqlite3_stmt **ret_statement, const char **ret_tail)
{
	void *symbol = dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
	prepare_function *next;

	memcpy(&next, &symbol, sizeof next);
	if (strncmp(sql, "EXPLAIN", 7) != 0)
		snprintf(statements[prepared++ % STATEMENTS_MAX], STATEMENT_MAX, "%s", sql);
	if (meanwhile.beginning != NULL &&
		strncmp(sql, meanwhile.beginning, strlen(meanwhile.beginning)) == 0) {
		meanwhile.beginning = NULL;
		meanwhile.run(meanwhile.context);
	}
	return next(db, sql, len, flags, ret_statement, ret_tail);
}

void
fixture_statements_meanwhile(const char *beginning, void (*run)(void *), void *context)
{
	meanwhile.run = run;
	meanwhile.context = context;
	meanwhile.beginning = beginning;
}

bool
fixture_statements_met(void)
{
	return meanwhile.beginning == NULL;
}

void
fixture_statements_indexed(struct store *store, const char *beginning, bool sorts)
{
	fixture_statements_reached(store, beginning, "", sorts);
}

void
fixture_statements_reached(
	struct store *store, const char *beginning, const char *wanted, bool sorts)
{
	bool reached = false;
	const char *found = NULL;
	char sql[STATEMENT_MAX + 32];
	struct store_query q;

	for (size_t i = 1; i <= STATEMENTS_MAX && i <= prepared && found == NULL; i++) {
		const char *statement = statements[(prepared - i) % STATEMENTS_MAX];

		if (strncmp(statement, beginning, strlen(beginning)) == 0)
			found = statement;
	}
	assert_non_null(found);
	snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", found);
	store_query(store, &q, sql);
	while (store_step(&q)) {
		const char *step = store_chars(&q, 3);

		reached |= strstr(step, wanted) != NULL;
		/* All rows behind a number are a scan by another name. */
		if ((strncmp(step, "SCAN", 4) == 0 && strcmp(step, "SCAN CONSTANT ROW") != 0) ||
			strstr(step, "(rowid>?)") != NULL)
			fail_msg("%s: %s", found, step);
		if (!sorts && strstr(step, "TEMP B-TREE FOR ORDER BY") != NULL)
			fail_msg("%s: %s", found, step);
	}
	assert_int_equal(store_done(&q), SKERRY_OK);
	if (!reached)
		fail_msg("%s: no step is %s", found, wanted);
}
