/* SPDX-License-Identifier: ISC */
/*
 * What a product pins beside what a state folder trusts: another vendor's folder is refused, however
 * its chain was made, and what the product knows of revocations counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_state.h"

STATE_OWN_CLOCKS

enum { OTHER_ROOT = 9, PINS_MAX = 3 };

static struct signed_document documents[PINS_MAX], license;

static void
take_license(void)
{
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
}

/* Manifests in binary, one behind the other in PEM armor would be the same. */
static uint8_t carrier[PINS_MAX * MANIFEST_MAX];

static size_t
append_armor(size_t at, const struct signed_document *document)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *bytes = document->document.bytes.data;
	size_t len = document->document.bytes.len;

	at += (size_t)sprintf((char *)carrier + at, "-----BEGIN SKERRY MANIFEST-----\n");
	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = (uint32_t)bytes[i] << 16;

		three |= i + 1 < len ? (uint32_t)bytes[i + 1] << 8 : 0;
		three |= i + 2 < len ? bytes[i + 2] : 0;
		carrier[at++] = (uint8_t)DIGITS[three >> 18];
		carrier[at++] = (uint8_t)DIGITS[three >> 12 & 63];
		carrier[at++] = (uint8_t)(i + 1 < len ? DIGITS[three >> 6 & 63] : '=');
		carrier[at++] = (uint8_t)(i + 2 < len ? DIGITS[three & 63] : '=');
		if (i % 48 == 45 || i + 3 >= len)
			carrier[at++] = '\n';
	}
	return at + (size_t)sprintf((char *)carrier + at, "-----END SKERRY MANIFEST-----\n");
}

static struct skerry_config
pin(size_t count)
{
	struct skerry_config config = state_config();
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len = append_armor(len, &documents[i]);
	config.trust = carrier;
	config.trust_len = len;
	return config;
}

static void
make(struct signed_document *document, uint64_t version)
{
	site_make_manifest(document, version);
}

static void
make_revoking(struct signed_document *document, uint64_t version)
{
	ceremony_manifest(&manifest_made, version, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(document);
}

static void
take_manifest(uint64_t version)
{
	static struct signed_document manifest;

	make(&manifest, version);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
}

static bool
holds_manifest(unsigned version)
{
	char name[40];

	snprintf(name, sizeof name, "manifests/%u.manifest", version);
	return memory_file_there(name);
}

/* --- whose folder it is ---------------------------------------------------------------------- */

static void
other_vendors_folder_is_refused(void **state)
{
	struct skerry_config config;

	(void)state;
	take_license();
	take_manifest(2);
	state_close_site();
	/* Its roots are others; its issuing key is the same, as who copies a vendor would have it. */
	for (uint64_t version = 1; version <= 3; version++) {
		const uint8_t root = OTHER_ROOT;
		size_t len;

		ceremony_manifest(&manifest_made, version, 1, 1);
		manifest_made.roots[0] = ceremony_public(KEY_ROOT, OTHER_ROOT);
		len = ceremony_sign_manifest(&manifest_made, &root, 1, documents[0].bytes);
		documents[0].document = (struct document){ .kind = DOCUMENT_MANIFEST,
			.bytes = { documents[0].bytes, len } };
		config = pin(1);
		if (version <= 2) {
			assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
			continue;
		}
		/* Newer than the folder, whose licenses are by a key that it lists: they are good. */
		assert_int_equal(state_open_error(&config), SKERRY_OK);
	}
	/* And with keys of its own. */
	ceremony_manifest(&manifest_made, 3, 1, 1);
	manifest_made.keys[0].key = ceremony_public(KEY_ISSUING, SITE_OTHER_ISSUING);
	site_sign_manifest(&documents[0]);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
}

static void
fork_of_the_pinned_version_is_refused(void **state)
{
	struct skerry_config config;

	(void)state;
	take_manifest(2);
	state_close_site();
	make_revoking(&documents[0], 2);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
	make_revoking(&documents[0], 1);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
}

static void
folder_that_went_on_from_the_pin_opens(void **state)
{
	struct skerry_config config;

	(void)state;
	take_license();
	take_manifest(2);
	take_manifest(3);
	state_close_site();
	for (uint64_t version = 1; version <= 3; version++) {
		make(&documents[0], version);
		config = pin(1);
		assert_int_equal(state_open_error(&config), SKERRY_OK);
	}
	make(&documents[0], 1);
	make(&documents[1], 2);
	config = pin(2);
	assert_int_equal(state_open_error(&config), SKERRY_OK);
}

/* An anchor of a later version, as `skerry init` pins it at a site that begins then. */
static void
folder_that_begins_behind_the_pin_needs_the_version_before(void **state)
{
	struct skerry_config config;

	(void)state;
	make(&documents[0], 3);
	assert_int_equal(documents_put_anchor(&site.documents, documents[0].document.bytes.data,
				 documents[0].document.bytes.len),
		SKERRY_OK);
	state_close_site();
	make(&documents[0], 1);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
	make(&documents[1], 2);
	config = pin(2);
	assert_int_equal(state_open_error(&config), SKERRY_OK);
	make(&documents[0], 2);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_OK);
	/* A desk on trial has not rewritten this one. */
	make(&documents[0], 1);
	make(&documents[1], 3);
	config = pin(2);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_SEQUENCE);
}

static void
trial_desk_may_have_rewritten_its_manifest(void **state)
{
	struct skerry_config config;

	(void)state;
	ceremony_manifest(&manifest_made, 1, 1, 1);
	manifest_made.trial = true;
	site_sign_manifest(&documents[0]);
	assert_int_equal(documents_put_anchor(&site.documents, documents[0].document.bytes.data,
				 documents[0].document.bytes.len),
		SKERRY_OK);
	state_close_site();
	manifest_made.issued_at++;
	site_sign_manifest(&documents[0]);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_OK);
	manifest_made.trial = false;
	site_sign_manifest(&documents[0]);
	config = pin(1);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_PINNED);
}

static void
pin_that_is_none_is_told_as_such(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_failure failure;
	struct skerry *skerry;

	(void)state;
	take_license();
	state_close_site();
	config.trust = license.bytes;
	config.trust_len = license.document.bytes.len;
	assert_int_equal(skerry_open(&config, &skerry, &failure), SKERRY_ERR_DOCUMENT_KIND);
	assert_memory_equal(failure.message, "manifest: ", 10);
}

/* --- a pin that is newer than the folder ----------------------------------------------------- */

static void
newer_pin_is_kept_and_its_revocations_count(void **state)
{
	struct skerry_config config;
	struct skerry_verdict verdict;
	struct skerry *skerry;
	int64_t grace_until;

	(void)state;
	take_license();
	state_close_site();
	make_revoking(&documents[0], 2);
	config = pin(1);
	skerry = state_open(&config);
	verdict = state_verdict(skerry);
	assert_int_equal(verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_true(holds_manifest(2));
	grace_until = verdict.grace_until;
	skerry_close(skerry);
	/* Whoever asks says the same from now on, and a start anew begins no new grace. */
	state_open_site();
	assert_int_equal(memory_ask("").verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_true(memory_rows("import.taken") == 2);
	skerry = state_open_at(&config, TODAY + 10 * DAY);
	verdict = state_verdict(skerry);
	assert_int_equal(verdict.state, SKERRY_STATE_GRACE);
	assert_true(verdict.grace_until == grace_until);
	skerry_close(skerry);
	state_open_site();
	assert_true(memory_rows("import.taken") == 2);
}

static void
newer_pin_counts_where_nothing_can_be_written(void **state)
{
	struct skerry_config config;
	struct skerry_verdict verdict;
	struct skerry *skerry;
	int64_t grace_until;

	(void)state;
	take_license();
	state_hold_lock();
	make_revoking(&documents[0], 2);
	config = pin(1);
	skerry = state_open(&config);
	verdict = state_verdict(skerry);
	assert_int_equal(verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_int_equal(verdict.state, SKERRY_STATE_GRACE);
	assert_false(holds_manifest(2));
	grace_until = verdict.grace_until;
	state_time_goes_by(10 * DAY);
	verdict = state_verdict(skerry);
	assert_int_equal(verdict.reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_true(verdict.grace_until == grace_until);
	state_close_site();
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_true(holds_manifest(2));
	skerry_close(skerry);
}

/* A product's update that comes before the manifests in between locks nobody out. */
static void
pin_with_versions_between_judges_alone(void **state)
{
	struct skerry_config config;
	struct skerry *skerry;

	(void)state;
	take_license();
	state_close_site();
	make(&documents[0], 4);
	config = pin(1);
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_false(holds_manifest(4));
	skerry_close(skerry);
	make_revoking(&documents[0], 4);
	config = pin(1);
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	assert_int_equal(state_verdict(skerry).reason, SKERRY_REASON_SIGNING_KEY_REVOKED);
	skerry_close(skerry);
}

int
main(void)
{
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_set_up, state_tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_FOLDER(other_vendors_folder_is_refused),
		ON_A_FOLDER(fork_of_the_pinned_version_is_refused),
		ON_A_FOLDER(folder_that_went_on_from_the_pin_opens),
		ON_A_FOLDER(folder_that_begins_behind_the_pin_needs_the_version_before),
		ON_A_FOLDER(trial_desk_may_have_rewritten_its_manifest),
		ON_A_FOLDER(pin_that_is_none_is_told_as_such),
		ON_A_FOLDER(newer_pin_is_kept_and_its_revocations_count),
		ON_A_FOLDER(newer_pin_counts_where_nothing_can_be_written),
		ON_A_FOLDER(pin_with_versions_between_judges_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
