/* SPDX-License-Identifier: ISC */
/*
 * The files of what came to a site, by an attacker's eye: laid in, taken out, cut short,
 * behind a gap; a folder that is full, two who write at once. Each test is an attack that once worked or
 * a fault that once locked.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_site.h"

#define TEXT(chars) ((struct cbor_text){ chars, sizeof chars - 1 })

static struct signed_document first, second, third;

/* --- files and their records ----------------------------------------------------------------- */

static void
put_file(const char *name, const struct signed_document *document)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(
		fwrite(document->document.bytes.data, 1, document->document.bytes.len, file),
		document->document.bytes.len);
	assert_int_equal(fclose(file), 0);
}

/* The grace is for what was good once. A thief's license laid into the folder never was. */
static void
file_that_no_manifest_ever_permitted_grants_nothing(void **state)
{
	(void)state;
	site_two_keys(2);
	manifest_made.keys[1].brands[0] = TEXT("rthub");
	manifest_made.keys[1].brands_len = 1;
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	site_sign_license_by(&first, SITE_OTHER_ISSUING);
	put_file("licenses/stolen.license", &first);
	site_reopen();
	assert_int_equal(site.licenses_len, 0);
	assert_int_equal(site.unused_len, 1);
	assert_int_equal(site.unused[0].err, SKERRY_ERR_TRUST_BRAND);
	assert_int_equal(site_ask_at(TODAY).verdict.access, SKERRY_ACCESS_NONE);
}

static void
document_taken_away_comes_back(void **state)
{
	char path[DOCUMENTS_PATH_MAX + 128], manifest[128];

	(void)state;
	site_make_manifest(&second, 2);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	snprintf(path, sizeof path, "%s/licenses/%s", folder, site.licenses[0].file);
	snprintf(manifest, sizeof manifest, "%s/manifests/2.manifest", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(manifest), 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 2);
	assert_int_equal(site.trust->manifest.version, 2);
	assert_int_equal(site.licenses_len, 1);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 0);
	/* A license that is over stays out. */
	site_live_until(site.licenses[0].license.expires_at);
	assert_int_equal(unlink(path), 0);
	site_reopen();
	assert_int_equal(site.licenses_len, 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 0);
}

/* Before it is on record, an import that is cut short has done nothing. */
static void
what_is_not_on_record_has_not_come(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	site.memory->writes = false;
	assert_int_equal(site_take(&second.document, 1, TODAY), SKERRY_ERR_FILE_PERMISSION);
	site.memory->writes = true;
	assert_int_equal(site_count_files("licenses"), 1);
	site_reopen();
	assert_int_equal(site_ask_at(TODAY).license->edition, 1);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site_count_files("licenses"), 1);
}

/* From then on all of it has, files or not; and nobody is told that something was gone. */
static void
what_is_on_record_becomes_files_at_the_next_opening(void **state)
{
	char path[DOCUMENTS_PATH_MAX + 128];
	struct store_query q;

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	snprintf(path, sizeof path, "%s/licenses/%s", folder, site.licenses[0].file);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	store_query(site.memory->store, &q, "UPDATE document SET filed = 0 WHERE last_at > 0");
	assert_int_equal(store_run(&q), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 0);
	assert_int_equal(site_ask_at(TODAY).license->edition, 2);
	assert_int_equal(site_count_files("licenses"), 1);
	/* One that somebody takes out afterwards is missed. */
	assert_int_equal(unlink(path), 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 1);
}

/* Killed after the record and before the old file went: it is of no use, and goes with the next import. */
static void
file_of_a_replaced_license_goes_with_the_next_import(void **state)
{
	char name[DOCUMENTS_PATH_MAX];

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	snprintf(name, sizeof name, "licenses/%s", site.licenses[0].file);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	put_file(name, &first);
	site_reopen();
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).license->edition, 2);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_HELD);
	assert_int_equal(site_count_files("licenses"), 1);
	assert_int_equal(site.memory->news.files_healed, 0);
	assert_int_equal(site.licenses_len, 1);
}

static void
manifest_behind_a_gap_is_told(void **state)
{
	static struct signed_document fourth;

	(void)state;
	site_make_manifest(&second, 2);
	site_make_manifest(&third, 3);
	site_make_manifest(&fourth, 4);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site.unused_len, 0);
	put_file("manifests/4.manifest", &fourth);
	site_reopen();
	assert_int_equal(site.trust->manifest.version, 2);
	assert_int_equal(site.unused_len, 1);
	assert_string_equal(site.unused[0].file, "manifests/4.manifest");
	assert_int_equal(site.unused[0].err, SKERRY_ERR_TRUST_SEQUENCE);
	/* The missing one heals it, the one behind included. */
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.trust->manifest.version, 4);
	assert_int_equal(site.unused_len, 0);
}

/* --- a full folder --------------------------------------------------------------------------- */

static void
make_numbered(struct signed_document *ret_document, unsigned number, uint64_t edition)
{
	char id[LICENSE_ID_LEN + 1];

	snprintf(id, sizeof id, "%016u", number);
	ceremony_license(&license_made);
	license_made.id = (struct cbor_text){ id, LICENSE_ID_LEN };
	license_made.edition = edition;
	site_sign_license(ret_document);
}

static void
full_folder_takes_renewals_and_goes_on_answering(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DOCUMENTS_LICENSES_MAX; i++) {
		make_numbered(&first, i, 1);
		assert_int_equal(site_take(&first.document, 1, TODAY), SKERRY_OK);
		assert_int_equal(results[0].fate, TAKE_TAKEN);
	}
	site_reopen();
	assert_int_equal(site.licenses_len, DOCUMENTS_LICENSES_MAX);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
	make_numbered(&second, 900, 1);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_DOCUMENT_COUNT);
	make_numbered(&third, 7, 2);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, DOCUMENTS_LICENSES_MAX);
	assert_int_equal(site_count_files("licenses"), DOCUMENTS_LICENSES_MAX);
	/* What is laid in by hand beyond that grants nothing and stops nothing. */
	put_file("licenses/zzz.license", &second);
	for (unsigned i = 0; i < 300; i++) {
		char name[64];

		snprintf(name, sizeof name, "licenses/0-%u.license", i);
		put_file(name, &(struct signed_document){
				       .document.bytes = { (const uint8_t *)folder, 8 } });
	}
	site_reopen();
	assert_int_equal(site.licenses_len, DOCUMENTS_LICENSES_MAX);
	assert_int_equal(site.unused_len, 301);
	assert_string_equal(site.unused[300].file, "licenses/zzz.license");
	assert_int_equal(site.unused[300].err, SKERRY_ERR_DOCUMENT_COUNT);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

/* --- one writer ------------------------------------------------------------------------------ */

static void
second_writer_is_told_whom_to_wait_for(void **state)
{
	struct site_failure where;
	struct documents documents;
	struct site other;
	pid_t holder = 0;

	(void)state;
	assert_int_equal(site_open_to_write(folder, &other, &where), SKERRY_ERR_STORE_BUSY);
	assert_int_equal(where.holder, getpid());
	assert_int_equal(documents_create(folder, &documents, &holder), SKERRY_ERR_STORE_BUSY);
	assert_int_equal(holder, getpid());
	assert_int_equal(site_open(folder, &other, &where), SKERRY_OK);
	site_close(&other);
	site_reopen();
}

static void
folder_of_other_things_is_left_alone(void **state)
{
	static const char *const OTHERS[] = { ".bashrc", "letters", "licence" };

	(void)state;
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		char home[] = "/tmp/skerry-test-home-XXXXXX", path[128];
		struct documents documents;
		struct stat status;
		pid_t holder;

		assert_non_null(mkdtemp(home));
		assert_int_equal(chmod(home, 0755), 0);
		snprintf(path, sizeof path, "%s/%s", home, OTHERS[i]);
		assert_int_equal(close(open(path, O_WRONLY | O_CREAT, 0600)), 0);
		assert_int_equal(
			documents_create(home, &documents, &holder), SKERRY_ERR_FILE_EXISTS);
		assert_int_equal(stat(home, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0755);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rmdir(home), 0); /* nothing else was made in it */
	}
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(file_that_no_manifest_ever_permitted_grants_nothing),
		AT_A_SITE(document_taken_away_comes_back),
		AT_A_SITE(what_is_not_on_record_has_not_come),
		AT_A_SITE(what_is_on_record_becomes_files_at_the_next_opening),
		AT_A_SITE(file_of_a_replaced_license_goes_with_the_next_import),
		AT_A_SITE(manifest_behind_a_gap_is_told),
		AT_A_SITE(full_folder_takes_renewals_and_goes_on_answering),
		AT_A_SITE(second_writer_is_told_whom_to_wait_for),
		AT_A_SITE(folder_of_other_things_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
