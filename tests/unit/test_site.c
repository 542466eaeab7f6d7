/* SPDX-License-Identifier: ISC */
/*
 * A state folder from init to renewal: what is kept, what is refused, and what a changed file does.
 * Instants are arguments; every folder is a temporary one.
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

#define TODAY CEREMONY_TODAY
#define DAY CEREMONY_DAY

/* --- keeping --------------------------------------------------------------------------------- */

static void
empty_site_is_unlicensed(void **state)
{
	struct site_answer answer = site_ask_at(TODAY);

	(void)state;
	assert_null(answer.license);
	assert_int_equal(answer.verdict.state, SKERRY_STATE_UNLICENSED);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_NO_LICENSE);
}

static void
identity_is_made_once(void **state)
{
	struct identity before = site.identity;
	struct stat status;
	char path[256];

	(void)state;
	assert_int_equal(identity_create(&site.documents), SKERRY_OK);
	assert_int_equal(
		memory_create(&site.documents, &(struct cbor_bytes){ NULL, 0 }), SKERRY_OK);
	site_reopen();
	assert_true(cose_key_same(&before.site_key, &site.identity.site_key));
	assert_true(cose_key_same(&before.opening_key, &site.identity.opening_key));
	assert_string_equal(before.install_id, site.identity.install_id);
	assert_false(cose_key_same(&before.site_key, &before.opening_key));
	snprintf(path, sizeof path, "%s/site.key", folder);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
}

static void
newer_edition_replaces_and_older_changes_nothing(void **state)
{
	static struct signed_document first, second;

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_HELD);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	assert_int_equal(results[0].err, SKERRY_ERR_OLDER_EDITION);
	assert_int_equal(site.licenses_len, 1);
	assert_int_equal(site_ask_at(TODAY).license->edition, 2);
	/* The same edition with other content is no newer one. */
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.licensee = (struct cbor_text){ "Another", 7 };
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	site_make_license(&first, 3);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 1);
}

static void
one_carrier_may_bring_several_editions(void **state)
{
	static struct signed_document first, second;
	struct document both[2];

	(void)state;
	site_make_license(&first, 1);
	site_make_license(&second, 2);
	both[0] = second.document;
	both[1] = first.document;
	assert_int_equal(site_take(both, 2, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
	assert_int_equal(results[1].fate, TAKE_OLDER);
	site_reopen();
	assert_int_equal(site.licenses_len, 1);
}

static void
license_that_begins_later_waits_beside_the_one_in_use(void **state)
{
	static struct signed_document now, next;
	struct site_answer answer;

	(void)state;
	site_make_license(&now, 1);
	assert_int_equal(site_take_at(&now, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 30 * DAY;
	site_sign_license(&next);
	assert_int_equal(site_take_at(&next, TODAY), TAKE_WAITS);
	assert_int_equal(site.licenses_len, 2);
	answer = site_ask_at(TODAY);
	assert_int_equal(answer.license->edition, 1);
	assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	assert_true(answer.verdict.next_change_at == TODAY + 30 * DAY);
	assert_int_equal(site_ask_at(TODAY + 30 * DAY - 1).license->edition, 1);
	assert_int_equal(site_ask_at(TODAY + 30 * DAY).license->edition, 2);
}

/* Two sales of one product: the one that gives more counts, whatever its age. */
static void
license_that_gives_most_counts(void **state)
{
	static struct signed_document over, other;

	(void)state;
	ceremony_license(&license_made);
	license_made.renew_by = license_made.valid_until = TODAY + DAY;
	license_made.ladder.grace_s = 0;
	site_sign_license(&over);
	assert_int_equal(site_take_at(&over, TODAY), TAKE_TAKEN);
	ceremony_license(&license_made);
	license_made.id = (struct cbor_text){ "FEDCBA9876543210", 16 };
	site_sign_license(&other);
	assert_int_equal(site_take_at(&other, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY + 10 * DAY).verdict.state, SKERRY_STATE_ACTIVE);
	assert_memory_equal(site_ask_at(TODAY + 10 * DAY).license->id.chars, "FEDC", 4);
}

static void
license_of_another_site_is_refused(void **state)
{
	static struct signed_document foreign, own;

	(void)state;
	ceremony_license(&license_made);
	license_made.has_site_key = true;
	license_made.site_key = ceremony_public(KEY_SITE, 70);
	site_sign_license(&foreign);
	assert_int_equal(site_take_at(&foreign, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_OTHER_SITE);
	assert_int_equal(site.licenses_len, 0);
	license_made.site_key = site.identity.site_key;
	site_sign_license(&own);
	assert_int_equal(site_take_at(&own, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

static void
two_products_need_a_name(void **state)
{
	static struct signed_document hms, pos;
	struct site_query query = { .at = TODAY };
	struct site_answer answer;

	(void)state;
	site_make_license(&hms, 1);
	assert_int_equal(site_take_at(&hms, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	ceremony_license(&license_made);
	license_made.product = (struct cbor_text){ "pos", 3 };
	license_made.id = (struct cbor_text){ "FEDCBA9876543210", 16 };
	site_sign_license(&pos);
	assert_int_equal(site_take_at(&pos, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_ERR_NOT_UNIQUE);
	query.product = "hotelhub/pos";
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_memory_equal(answer.license->product.chars, "pos", 3);
	query.product = "hotelhub/crm";
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_null(answer.license);
}

static void
tenant_has_its_own_license(void **state)
{
	static struct signed_document north;
	struct site_query query = { .product = "hms", .tenant = "north", .at = TODAY };
	struct site_answer answer;

	(void)state;
	ceremony_license(&license_made);
	license_made.tenant = (struct cbor_text){ "north", 5 };
	site_sign_license(&north);
	assert_int_equal(site_take_at(&north, TODAY), TAKE_TAKEN);
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_non_null(answer.license);
	query.tenant = "south";
	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_null(answer.license);
}

/* No clock that lies in the past makes a license younger than it says it is. */
static void
time_is_never_before_the_newest_license(void **state)
{
	static struct signed_document license;

	(void)state;
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	assert_true(site_ask_at(0).verdict.at == TODAY);
	assert_int_equal(site_ask_at(0).verdict.state, SKERRY_STATE_ACTIVE);
}

/* --- manifests ------------------------------------------------------------------------------- */

static void
manifests_are_kept_in_an_unbroken_chain(void **state)
{
	static struct signed_document first, second, third, fork;
	struct document both[2];

	(void)state;
	site_make_manifest(&first, 1);
	site_make_manifest(&second, 2);
	site_make_manifest(&third, 3);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_TRUST_SEQUENCE);
	assert_int_equal(site.trust->manifest.version, 1);
	both[0] = third.document;
	both[1] = second.document;
	assert_int_equal(site_take(both, 2, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
	assert_int_equal(results[1].fate, TAKE_TAKEN);
	site_reopen();
	assert_int_equal(site.trust->manifest.version, 3);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	assert_int_equal(site_take_at(&third, TODAY), TAKE_HELD);
	ceremony_manifest(&manifest_made, 3, 1, 1);
	manifest_made.issued_at++;
	site_sign_manifest(&fork);
	assert_int_equal(site_take_at(&fork, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_TRUST_SEQUENCE);
}

/* The license that is held goes into its own grace; one that is not held is refused. */
static void
revoked_signing_key_starts_the_grace_of_held_licenses(void **state)
{
	static struct signed_document held, revocation, later;
	struct site_answer answer;
	struct timespec times[2] = { { .tv_sec = TODAY + 5 * DAY }, { .tv_sec = TODAY + 5 * DAY } };
	char path[256];

	(void)state;
	site_make_license(&held, 1);
	assert_int_equal(site_take_at(&held, TODAY), TAKE_TAKEN);
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&revocation);
	assert_int_equal(site_take_at(&revocation, TODAY), TAKE_TAKEN);
	/* The manifest arrived on the fifth day. */
	snprintf(path, sizeof path, "%s/manifests/2.manifest", folder);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	site_reopen();
	site_make_license(&later, 2);
	assert_int_equal(site_take_at(&later, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_TRUST_KEY_REVOKED);
	answer = site_ask_at(TODAY + 6 * DAY);
	assert_int_equal(answer.verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_int_equal(site_ask_at(TODAY + 371 * DAY).verdict.access, SKERRY_ACCESS_NONE);
}

static void
documents_of_other_kinds_are_refused(void **state)
{
	static struct signed_document license;

	(void)state;
	site_make_license(&license, 1);
	license.document.kind = DOCUMENT_FINGERPRINT;
	assert_int_equal(site_take_at(&license, TODAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_DOCUMENT_KIND);
}

/* --- changed by hand ------------------------------------------------------------------------- */

static void
flip_byte(const char *path, long at)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	byte = fgetc(file);
	assert_int_not_equal(byte, EOF);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_not_equal(fputc(byte ^ 1, file), EOF);
	assert_int_equal(fclose(file), 0);
}

static void
license_file_changed_by_hand_grants_nothing(void **state)
{
	static struct signed_document license;
	const struct site_query query = { .product = "hms", .at = TODAY };
	struct site_failure where;
	struct site_answer answer;
	struct site reader;
	char path[256];

	(void)state;
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	snprintf(path, sizeof path, "%s/licenses/%s", folder, site.licenses[0].file);
	site_close(&site);
	for (long at = 0; at < (long)license.document.bytes.len; at++) {
		flip_byte(path, at);
		assert_int_equal(site_open(folder, &reader, &where), SKERRY_OK);
		assert_int_equal(reader.licenses_len, 0);
		assert_int_equal(reader.unused_len, 1);
		assert_int_equal(site_ask(&reader, &query, &answer), SKERRY_OK);
		assert_int_equal(answer.verdict.reason, SKERRY_REASON_STATE_DAMAGED);
		assert_int_equal(answer.verdict.access, SKERRY_ACCESS_NONE);
		site_close(&reader);
		flip_byte(path, at);
	}
	/* Who may write has it back from the memory. */
	flip_byte(path, 40);
	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	assert_int_equal(site.unused_len, 0);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_ACTIVE);
}

static void
folder_changed_by_hand_does_not_open(void **state)
{
	static const char *const FILES[] = { "trust.manifest", "site.key", "opening.key",
		"install-id" };
	struct site_failure where;
	struct site other;
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		/* The letter of an id must leave the alphabet. */
		long at = i == 3 ? 36 : 20;

		snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
		flip_byte(path, at);
		assert_int_not_equal(site_open(folder, &other, &where), SKERRY_OK);
		flip_byte(path, at);
	}
	/* A link is not followed, a file that others may have put there. */
	snprintf(path, sizeof path, "%s/install-id", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_equal(site_open(folder, &other, &where), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(identity_create(&site.documents), SKERRY_OK);
	assert_int_equal(site_open(folder, &other, &where), SKERRY_OK);
	site_close(&other);
	assert_int_equal(
		site_open("/nonexistent/skerry", &other, &where), SKERRY_ERR_STORE_MISSING);
	assert_int_equal(site_open("/dev/null", &other, &where), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(site_open("/tmp", &other, &where), SKERRY_ERR_STORE_MISSING);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(empty_site_is_unlicensed),
		AT_A_SITE(identity_is_made_once),
		AT_A_SITE(newer_edition_replaces_and_older_changes_nothing),
		AT_A_SITE(one_carrier_may_bring_several_editions),
		AT_A_SITE(license_that_begins_later_waits_beside_the_one_in_use),
		AT_A_SITE(license_that_gives_most_counts),
		AT_A_SITE(license_of_another_site_is_refused),
		AT_A_SITE(two_products_need_a_name),
		AT_A_SITE(tenant_has_its_own_license),
		AT_A_SITE(time_is_never_before_the_newest_license),
		AT_A_SITE(manifests_are_kept_in_an_unbroken_chain),
		AT_A_SITE(revoked_signing_key_starts_the_grace_of_held_licenses),
		AT_A_SITE(documents_of_other_kinds_are_refused),
		AT_A_SITE(license_file_changed_by_hand_grants_nothing),
		AT_A_SITE(folder_changed_by_hand_does_not_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
