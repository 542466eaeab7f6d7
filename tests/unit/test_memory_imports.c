/* SPDX-License-Identifier: ISC */
/* What a site remembers of its imports: a row for each, a file behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "verifier/state/told_lately.h"

static struct signed_document first, second, third;
static char license_file[DOCUMENTS_NAME_MAX];

/* --- rows ------------------------------------------------------------------------------------ */

static void
every_import_is_told_and_marked(void **state)
{
	static const char *const KINDS[] = { "import.taken", "import.held", "import.older" };

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_HELD);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		assert_int_equal(memory_rows(KINDS[i]), 1);
	assert_true(memory_file_there("state.mark"));
	/* The anchor's is the other one. */
	assert_int_equal(memory_number("SELECT count(*) FROM document"), 2);
	memory_assert_whole();
}

/* The first license is what tells this folder the time: its own row has it already. */
static void
row_of_an_import_bears_the_time_that_it_proves(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_true(memory_number("SELECT settled FROM journal WHERE kind = 'import.taken'") ==
		    license_made.issued_at);
	/* A manifest that comes beside a license came no earlier than that. */
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.issued_at += 50 * DAY;
	site_sign_license(&second);
	site_make_manifest(&third, 2);
	{
		const struct document carried[] = { third.document, second.document };

		assert_int_equal(site_take(carried, 2, TODAY), SKERRY_OK);
	}
	assert_true(memory_number("SELECT settled FROM journal WHERE subject = 'manifest 2'") ==
		    license_made.issued_at);
	assert_true(
		memory_number("SELECT arrived_at FROM document WHERE file LIKE 'manifests/%'") ==
		license_made.issued_at);
	memory_assert_whole();
}

static void
row_of_an_import_names_an_error_only_where_there_is_one(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	site_make_manifest(&second, 2);
	site_make_manifest(&third, 4);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(site_take_at(&first, TODAY), i == 0 ? TAKE_TAKEN : TAKE_HELD);
		assert_int_equal(results[0].err, SKERRY_OK);
		assert_int_equal(site_take_at(&second, TODAY), i == 0 ? TAKE_TAKEN : TAKE_HELD);
		assert_int_equal(results[0].err, SKERRY_OK);
	}
	assert_int_equal(
		memory_number("SELECT count(*) FROM journal WHERE detail LIKE '%error=ok'"), 4);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_REFUSED);
	assert_int_equal(memory_number("SELECT count(*) FROM journal"
				       " WHERE detail = 'error=trust_sequence'"),
		1);
}

/* --- files behind their rows ----------------------------------------------------------------- */

static void
remove_license_file(void)
{
	char path[DOCUMENTS_PATH_MAX];

	snprintf(path, sizeof path, "licenses/%s", license_file);
	memory_remove_file(path);
}

/* A stopped import is made good in silence, and only that: so it is on record once the file lies there. */
static void
document_taken_away_right_behind_its_import_is_told(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	site_live_until(TODAY);
	assert_int_equal(site_take(&first.document, 1, TODAY), SKERRY_OK);
	snprintf(license_file, sizeof license_file, "%s", site.licenses[0].file);
	WHILE_CLOSED(remove_license_file());
	assert_int_equal(memory_rows("document.healed"), 1);
	assert_int_equal(site.licenses_len, 1);
	memory_assert_whole();
}

/* The next import, too, records what lies there, and its own file is yet to come. */
static void
stopped_import_behind_another_one_is_made_good_in_silence(void **state)
{
	static const uint8_t BYTES[] = { 1, 2, 3 };
	const struct arrival next = { .file = "statuses/next.status",
		.bytes = { BYTES, sizeof BYTES },
		.last_at = LICENSE_NEVER,
		.unfiled = true };

	(void)state;
	site_make_license(&first, 1);
	site_live_until(TODAY);
	assert_int_equal(site_take(&first.document, 1, TODAY), SKERRY_OK);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	assert_int_equal(arrivals_put(site.memory->store, &next), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);
	assert_int_equal(memory_number("SELECT count(*) FROM document WHERE filed = 0"), 1);
	site_reopen();
	assert_true(memory_file_there("statuses/next.status"));
	assert_int_equal(memory_rows("document.healed"), 0);
	memory_assert_whole();
}

/* Who fills a stick with them gets neither a commit for each nor the journal. */
static void
many_refused_documents_are_one_change_and_few_rows(void **state)
{
	enum { MANY = MEMORY_WORDS_MAX + 36 };
	int64_t rows;

	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	rows = memory_number("SELECT count(*) FROM journal");
	for (int i = 0; i < MANY; i++) {
		char subject[32];

		snprintf(subject, sizeof subject, "license %d", i);
		assert_int_equal(memory_tell_later(
					 site.memory, "import.refused", subject, "error=signature"),
			SKERRY_OK);
	}
	assert_int_equal(memory_number("SELECT count(*) FROM journal"), rows);
	site_reopen();
	assert_int_equal(memory_rows("import.refused"), MEMORY_WORDS_MAX + 1);
	assert_int_equal(memory_number("SELECT count(*) FROM journal WHERE subject = 'more'"
				       " AND detail = 'count=36'"),
		1);
	memory_assert_whole();
}

/* Anybody who reaches the daemon may bring the same again and again, and others without number. */
static void
what_brings_nothing_is_told_once_a_day(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	second.bytes[second.document.bytes.len - 1] ^= 1;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
		assert_int_equal(site_take_at(&second, TODAY), TAKE_REFUSED);
		/* Of one carrier, too. */
		assert_int_equal(site_take(&second.document, 1, TODAY), SKERRY_OK);
	}
	assert_int_equal(memory_rows("import.held"), 1);
	assert_int_equal(memory_rows("import.refused"), 1);
	assert_int_equal(site_take_at(&first, TODAY + 3 * DAY), TAKE_HELD);
	assert_int_equal(memory_rows("import.held"), 2);
	for (int i = 0; i < TOLD_LATELY_MAX; i++) {
		char subject[32];

		snprintf(subject, sizeof subject, "license %d", i);
		assert_int_equal(
			memory_tell_later(site.memory, "import.refused", subject, "%s", ""),
			SKERRY_OK);
	}
	site_reopen();
	assert_int_equal(memory_rows("import.refused"), 1 + TOLD_LATELY_MAX);
	assert_int_equal(site_take_at(&second, TODAY + 3 * DAY), TAKE_REFUSED);
	assert_int_equal(memory_rows("import.refused"), 1 + TOLD_LATELY_MAX);
	/* What is taken is told in any case. */
	site_make_license(&second, 100);
	assert_int_equal(site_take_at(&second, TODAY + 3 * DAY), TAKE_TAKEN);
	assert_int_equal(memory_rows("import.taken"), 2);
	memory_assert_whole();
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(every_import_is_told_and_marked),
		AT_A_SITE(row_of_an_import_bears_the_time_that_it_proves),
		AT_A_SITE(row_of_an_import_names_an_error_only_where_there_is_one),
		AT_A_SITE(document_taken_away_right_behind_its_import_is_told),
		AT_A_SITE(stopped_import_behind_another_one_is_made_good_in_silence),
		AT_A_SITE(many_refused_documents_are_one_change_and_few_rows),
		AT_A_SITE(what_brings_nothing_is_told_once_a_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
