/* SPDX-License-Identifier: ISC */
/*
 * What somebody carries to a site, by an attacker's eye: thieves of keys, gaps, clocks, a folder that
 * is full, two who write at once. Each test is an attack that once worked or a fault that once locked.
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

static size_t
count_files(const char *below)
{
	char command[128];
	FILE *listing;
	size_t count = 0;
	int c;

	snprintf(command, sizeof command, "ls %s/%s", folder, below);
	listing = popen(command, "r");
	assert_non_null(listing);
	while ((c = fgetc(listing)) != EOF)
		count += c == '\n';
	assert_int_equal(pclose(listing), 0);
	return count;
}

/* Revokes the first of two keys. */
static void
revoke_first_key(struct signed_document *ret_document, uint64_t version)
{
	site_two_keys(version);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(ret_document);
}

/* --- succession ------------------------------------------------------------------------------ */

static void
key_of_another_brand_moves_nothing(void **state)
{
	(void)state;
	site_two_keys(2);
	manifest_made.keys[0].brands[0] = TEXT("hotelhub");
	manifest_made.keys[1].brands[0] = TEXT("rthub");
	manifest_made.keys[0].brands_len = manifest_made.keys[1].brands_len = 1;
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.brand = TEXT("rthub");
	license_made.edition = LICENSE_COUNTER_MAX;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	site_make_license(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	{
		const struct site_query query = { .product = "hotelhub/hms", .at = TODAY };
		struct site_answer answer;

		assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.license->edition, 2);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	}
}

static void
edition_of_a_thief_gives_way_to_the_license_signed_anew(void **state)
{
	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, LICENSE_COUNTER_MAX);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 3);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY).verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	ceremony_license(&license_made);
	license_made.edition = 2;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
	assert_int_equal(count_files("licenses"), 1);
	assert_int_equal(site_ask_at(TODAY).license->edition, 2);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

/* One that waits hides nothing, though its edition is that of the one that runs. */
static void
license_signed_anew_may_wait_beside_the_one_in_grace(void **state)
{
	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	site_make_license(&first, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 3);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 9 * DAY;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_WAITS);
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(site_ask_at(TODAY + 9 * DAY).verdict.state, SKERRY_STATE_ACTIVE);
}

static void
two_activations_answer_each_for_its_domain(void **state)
{
	struct site_query query = { .product = "hms", .at = TODAY };
	struct site_answer answer;

	(void)state;
	for (uint64_t activation = 1; activation <= 2; activation++) {
		ceremony_license(&license_made);
		license_made.activation = license_made.edition = activation;
		license_made.domains[0] = activation == 1 ? TEXT("a.example") : TEXT("b.example");
		license_made.domains_len = 1;
		site_sign_license(&first);
		assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	}
	assert_int_equal(site.licenses_len, 2);
	for (uint64_t activation = 1; activation <= 2; activation++) {
		query.domain = activation == 1 ? "a.example" : "b.example";
		assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.license->activation, activation);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	}
	query.domain = "c.example";
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_WRONG_DOMAIN);
}

/* --- manifests ------------------------------------------------------------------------------- */

/* Without opening the folder anew: the floor falls, and the license beside the manifest is taken. */
static void
manifest_counts_for_what_comes_beside_it(void **state)
{
	struct document both[2];

	(void)state;
	site_two_keys(2);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY + 300 * DAY;
	license_made.edition = LICENSE_COUNTER_MAX;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_true(site.floor == TODAY + 300 * DAY);
	revoke_first_key(&third, 3);
	ceremony_license(&license_made);
	license_made.edition = 2;
	site_sign_license_by(&second, SITE_OTHER_ISSUING);
	both[0] = second.document;
	both[1] = third.document;
	assert_int_equal(site_take(both, 2, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
	assert_int_equal(results[1].fate, TAKE_TAKEN);
	assert_true(site.floor == TODAY);
	assert_int_equal(site.licenses_len, 1);
	assert_int_equal(count_files("licenses"), 1);
}

static void
set_time(const char *file, int64_t at)
{
	struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	site_reopen();
}

/* A file's time can be set to anything; the site remembers when the manifest came. */
static void
time_of_a_file_neither_locks_nor_hides_a_revocation(void **state)
{
	static const int64_t FILE_TIMES[] = { 0, TODAY + 5 * DAY, INT64_C(3786912000) /* 2090 */ };

	(void)state;
	ceremony_license(&license_made);
	license_made.renew_by = LICENSE_NEVER;
	license_made.valid_until = TODAY + 1500 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	for (size_t i = 0; i < sizeof FILE_TIMES / sizeof *FILE_TIMES; i++) {
		struct site_answer answer;

		set_time("manifests/2.manifest", FILE_TIMES[i]);
		assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_GRACE);
		assert_int_equal(site_ask_at(TODAY + 364 * DAY).verdict.state, SKERRY_STATE_GRACE);
		answer = site_ask_at(TODAY + 367 * DAY);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_LOCKED);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	}
}

/* The arrival is what the site takes for the time, whatever the clock of the machine that runs this. */
static void
arrival_of_a_manifest_is_the_time_of_its_import(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	revoke_first_key(&third, 2);
	assert_int_equal(site_take_at(&third, TODAY + 20 * DAY), TAKE_TAKEN);
	assert_true(site.licenses[0].key_revoked_since == TODAY + 20 * DAY);
}

/* The vendor narrows a key's terms: licenses that it signed before are not locked on that day. */
static void
key_that_may_no_longer_sign_starts_the_grace_of_held_licenses(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.ladder.grace_s = 300 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	for (int narrowed = 0; narrowed < 5; narrowed++) {
		static struct site_answer answer;

		site_two_keys(2 + (uint64_t)narrowed);
		if (narrowed == 0)
			manifest_made.keys[0].not_after = TODAY - 1;
		if (narrowed == 1)
			manifest_made.keys[0].not_before = TODAY + 1;
		if (narrowed == 2)
			manifest_made.keys[0].roles = MANIFEST_ROLE_REPLY;
		if (narrowed == 3) {
			manifest_made.keys[0].brands[0] = TEXT("rthub");
			manifest_made.keys[0].brands_len = 1;
		}
		if (narrowed == 4)
			manifest_made.keys[0].latest = TODAY + 100 * DAY;
		site_sign_manifest(&third);
		assert_int_equal(site_take_at(&third, TODAY + narrowed * DAY), TAKE_TAKEN);
		assert_int_equal(site.licenses_len, 1);
		answer = site_ask_at(TODAY + narrowed * DAY);
		assert_int_equal(answer.verdict.access, SKERRY_ACCESS_FULL);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
		/* The first manifest that ended it counts, not each that did so again. */
		assert_true(site.licenses[0].key_revoked_since == TODAY);
		/* What is not held yet is refused. */
		site_make_license(&second, 2);
		assert_int_equal(site_take_at(&second, TODAY), TAKE_REFUSED);
	}
	/* A vendor who permits it again sets it right. */
	site_two_keys(7);
	site_sign_manifest(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

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
	assert_int_equal(count_files("licenses"), 1);
	site_reopen();
	assert_int_equal(site_ask_at(TODAY).license->edition, 1);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(count_files("licenses"), 1);
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
	assert_int_equal(count_files("licenses"), 1);
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
	assert_int_equal(count_files("licenses"), 1);
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

/* --- clocks ---------------------------------------------------------------------------------- */

static void
dead_clock_makes_no_license_wait(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, 0), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.issued_at = TODAY + 10 * DAY;
	license_made.not_before = TODAY + 10 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, 0), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
	ceremony_license(&license_made);
	license_made.edition = 3;
	license_made.not_before = TODAY + 10 * DAY;
	site_sign_license(&third);
	assert_int_equal(site_take_at(&third, 0), TAKE_TAKEN);
}

/* A clock that runs ahead drops nothing: set right, the license in use is still there. */
static void
clock_ahead_drops_no_license(void **state)
{
	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 30 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY + 9000 * DAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).license->edition, 1);
	assert_int_equal(site_ask_at(TODAY + 30 * DAY).license->edition, 2);
	/* A later license proves the time, and all before it go. */
	ceremony_license(&license_made);
	license_made.edition = 3;
	license_made.issued_at = TODAY + 31 * DAY;
	site_sign_license(&third);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
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
	assert_int_equal(count_files("licenses"), DOCUMENTS_LICENSES_MAX);
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
		AT_A_SITE(key_of_another_brand_moves_nothing),
		AT_A_SITE(edition_of_a_thief_gives_way_to_the_license_signed_anew),
		AT_A_SITE(license_signed_anew_may_wait_beside_the_one_in_grace),
		AT_A_SITE(two_activations_answer_each_for_its_domain),
		AT_A_SITE(manifest_counts_for_what_comes_beside_it),
		AT_A_SITE(time_of_a_file_neither_locks_nor_hides_a_revocation),
		AT_A_SITE(arrival_of_a_manifest_is_the_time_of_its_import),
		AT_A_SITE(key_that_may_no_longer_sign_starts_the_grace_of_held_licenses),
		AT_A_SITE(file_that_no_manifest_ever_permitted_grants_nothing),
		AT_A_SITE(document_taken_away_comes_back),
		AT_A_SITE(what_is_not_on_record_has_not_come),
		AT_A_SITE(what_is_on_record_becomes_files_at_the_next_opening),
		AT_A_SITE(file_of_a_replaced_license_goes_with_the_next_import),
		AT_A_SITE(manifest_behind_a_gap_is_told),
		AT_A_SITE(dead_clock_makes_no_license_wait),
		AT_A_SITE(clock_ahead_drops_no_license),
		AT_A_SITE(full_folder_takes_renewals_and_goes_on_answering),
		AT_A_SITE(second_writer_is_told_whom_to_wait_for),
		AT_A_SITE(folder_of_other_things_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
