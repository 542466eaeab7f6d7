/* SPDX-License-Identifier: ISC */
/* Since when a license is paired: what the journal and the requests say of it, and when they do not know. */
#include "tests/unit/fixture_tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/license.h"
#include "formats/request.h"
#include "keys/random.h"
#include "verifier/state/journal.h"
#include "verifier/state/paired.h"
#include "verifier/state/schema.h"

#define ID "7QK2M94XPAC0DTE1"

static char folder[64], path[96];
static struct store *store;

static void
execute(const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int
set_up(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	tree_place("paired", folder);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/site.db", folder);
	assert_int_equal(store_create(path, &SITE_SCHEMA, &store), SKERRY_OK);
	execute("PRAGMA synchronous = OFF");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	unlink(path);
	return rmdir(folder);
}

static void
append(int64_t at, const char *kind, const char *subject)
{
	const struct journal_moment moment = { .settled = at, .wall = at };

	assert_int_equal(journal_append(store, &moment, kind, subject, "edition=1"), SKERRY_OK);
}

static void
ask(int64_t at, enum request_kind kind)
{
	char sql[400];

	snprintf(sql, sizeof sql,
		"INSERT INTO request (number, digest, nonce, ran, written_at, kind, stopgap, state,"
		" told_restored, news, sealed_hash) VALUES (1, x'00', x'00', 0, %lld, %d, 0, 1, 0,"
		" x'00', x'00')",
		(long long)at, (int)kind);
	execute(sql);
}

static int64_t
since(void)
{
	int64_t at = -5;

	assert_int_equal(paired_since(store, ID, &at), SKERRY_OK);
	return at;
}

static void
nobody_knows_of_a_license_that_never_came(void **state)
{
	(void)state;
	append(1000, "import.taken", "license AAAAAAAAAAAAAAAA");
	append(1000, "import.refused", "license " ID);
	append(1000, "import.taken", "reply 7");
	assert_true(since() == LICENSE_NEVER);
}

static void
a_renewal_does_not_pair_anew(void **state)
{
	(void)state;
	append(1000, "import.taken", "license " ID);
	append(2000, "import.taken", "license " ID);
	assert_int_equal(since(), 1000);
}

static void
what_waits_was_paired_when_it_came(void **state)
{
	(void)state;
	append(1500, "import.waits", "license " ID);
	append(2000, "import.taken", "license " ID);
	assert_int_equal(since(), 1500);
}

static void
a_starter_before_the_first_request_is_not_paired(void **state)
{
	(void)state;
	append(1000, "import.taken", "license " ID);
	ask(1200, REQUEST_HEARTBEAT);
	ask(1300, REQUEST_PAIR);
	append(1500, "import.taken", "license " ID);
	append(2000, "import.taken", "license " ID);
	assert_int_equal(since(), 1500);
}

static void
a_sign_of_life_does_not_ask_to_be_paired(void **state)
{
	(void)state;
	append(1000, "import.taken", "license " ID);
	ask(1200, REQUEST_HEARTBEAT);
	append(1500, "import.taken", "license " ID);
	assert_int_equal(since(), 1000);
}

/* A later edition's row would be taken for the first. */
static void
nobody_knows_when_the_beginning_is_gone(void **state)
{
	const struct journal_head anchor = { .seq = 40 };

	(void)state;
	assert_int_equal(journal_set_anchor(store, &anchor), SKERRY_OK);
	append(2000, "import.taken", "license " ID);
	assert_true(since() == LICENSE_NEVER);
}

/* The first rows of a site have no date. */
static void
a_row_before_the_sites_time_is_no_date(void **state)
{
	(void)state;
	append(0, "import.taken", "license " ID);
	assert_true(since() == LICENSE_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(nobody_knows_of_a_license_that_never_came),
		T(a_renewal_does_not_pair_anew),
		T(what_waits_was_paired_when_it_came),
		T(a_starter_before_the_first_request_is_not_paired),
		T(a_sign_of_life_does_not_ask_to_be_paired),
		T(nobody_knows_when_the_beginning_is_gone),
		T(a_row_before_the_sites_time_is_no_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
