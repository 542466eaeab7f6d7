/* SPDX-License-Identifier: ISC */
/* A handle on a socket: nobody but this site's daemon can tell it anything, and that one no more than it may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_daemon.h"

STATE_OWN_CLOCKS

static struct signed_document manifest;

/* --- who else may listen there --------------------------------------------------------------- */

static struct proof_made recorded;
static uint8_t recorded_license[LICENSE_MAX];

static void
record(struct proof_made *made, struct cbor_bytes nonce)
{
	(void)nonce;
	recorded = *made;
	memcpy(recorded_license, made->license.data, made->license.len);
}

static void
replay(struct proof_made *made, struct cbor_bytes nonce)
{
	(void)nonce;
	memcpy(made->proof, recorded.proof, recorded.proof_len);
	made->proof_len = recorded.proof_len;
}

static void
a_proof_that_was_heard_before_is_refused(void **state)
{
	(void)state;
	fake.alter = record;
	fake_open_paired();
	fake.alter = replay;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_PROOF);
	assert_int_equal(fake_open_error(), SKERRY_ERR_PROOF);
	assert_int_equal(fake_trouble(), SKERRY_ERR_PROOF);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(fake_reason(), SKERRY_REASON_NO_DAEMON);
}

static void
swap_license(struct proof_made *made, struct cbor_bytes nonce)
{
	static struct signed_document other;

	(void)nonce;
	/* Another edition for this very site, longer than the first: genuine, but not the one proven. */
	license_made.edition = 2;
	license_made.valid_until += 365 * DAY;
	site_sign_license(&other);
	made->license = other.document.bytes;
}

static void
alter_license(struct proof_made *made, struct cbor_bytes nonce)
{
	static uint8_t bytes[LICENSE_MAX];

	(void)nonce;
	memcpy(bytes, made->license.data, made->license.len);
	bytes[made->license.len - 100] ^= 1;
	made->license.data = bytes;
}

static void
alter_proof(struct proof_made *made, struct cbor_bytes nonce)
{
	(void)nonce;
	/* The last byte of the claims. */
	made->proof[made->proof_len - 64 - 3] ^= 1;
}

static void
sign_by_another_site(struct proof_made *made, struct cbor_bytes nonce)
{
	struct key_pair pair = ceremony_pair(KEY_SITE, 77);
	struct proof proof = fake_read(made);
	struct proof_made anew = *made;

	(void)nonce;
	fake_sign(&proof, &pair, PROOF_TYPE, &anew);
	*made = anew;
	key_pair_free(&pair);
}

static void
sign_as_request(struct proof_made *made, struct cbor_bytes nonce)
{
	struct key_pair pair;
	struct proof proof = fake_read(made);
	struct proof_made anew = *made;

	(void)nonce;
	assert_int_equal(identity_open_pair(&site.documents, KEY_SITE, &pair), SKERRY_OK);
	fake_sign(&proof, &pair, "application/vnd.skerry.request+cwt", &anew);
	*made = anew;
	key_pair_free(&pair);
}

/* What the site itself signs, had it been asked something else, or lied. */
static struct proof lie;
static void (*to_lie)(void);

static void
sign_a_lie(struct proof_made *made, struct cbor_bytes nonce)
{
	static struct proof_made before;

	(void)nonce;
	before = *made;
	lie = fake_read(&before);
	to_lie();
	fake_sign_by_site(&lie, made);
}

static void
other_nonce(void)
{
	lie.nonce.len--;
}

static void
other_product(void)
{
	lie.product = (struct cbor_text){ "hotelhub/pos", 12 };
}

static void
other_tenant(void)
{
	lie.tenant = (struct cbor_text){ "north", 5 };
}

static void
other_domain(void)
{
	lie.domain = (struct cbor_text){ "a.example", 9 };
}

static void
other_build_date(void)
{
	lie.build_date = TODAY - DAY;
}

static void
newer_manifest(void)
{
	lie.manifest_version = 2;
}

static void
word_of_next_year(void)
{
	lie.reason = SKERRY_REASON_NO_DAEMON + 1;
}

static void
more_than_full(void)
{
	lie.access = 3;
}

static const struct {
	const char *what;
	void (*alter)(struct proof_made *made, struct cbor_bytes nonce);
	void (*to_lie)(void);
	enum skerry_err err;
} REFUSED[] = {
	{ "another license", swap_license, NULL, SKERRY_ERR_PROOF },
	{ "an altered license", alter_license, NULL, SKERRY_ERR_SIGNATURE },
	{ "an altered proof", alter_proof, NULL, SKERRY_ERR_SIGNATURE },
	{ "another site's proof", sign_by_another_site, NULL, SKERRY_ERR_SIGNATURE },
	{ "another document of this site", sign_as_request, NULL, SKERRY_ERR_COSE_TYPE },
	{ "another nonce", sign_a_lie, other_nonce, SKERRY_ERR_PROOF },
	{ "another product", sign_a_lie, other_product, SKERRY_ERR_PROOF },
	{ "another tenant", sign_a_lie, other_tenant, SKERRY_ERR_PROOF },
	{ "another domain", sign_a_lie, other_domain, SKERRY_ERR_PROOF },
	{ "another build date", sign_a_lie, other_build_date, SKERRY_ERR_PROOF },
	{ "a manifest left out", sign_a_lie, newer_manifest, SKERRY_ERR_TRUST_SEQUENCE },
	{ "an unknown reason", sign_a_lie, word_of_next_year, SKERRY_ERR_PROOF },
	{ "an unknown access", sign_a_lie, more_than_full, SKERRY_ERR_PROOF },
};

static void
only_this_sites_word_counts(void **state)
{
	(void)state;
	fake_pair(&fake_license);
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		enum skerry_err err;

		fake.alter = REFUSED[i].alter;
		to_lie = REFUSED[i].to_lie;
		err = fake_open_error();
		if (err != REFUSED[i].err)
			fail_msg("%s: %s", REFUSED[i].what, skerry_err_name(err));
	}
	fake.alter = NULL;
	assert_int_equal(fake_open_error(), SKERRY_OK);
}

static void
go_on_for_ever(void)
{
	lie.state = SKERRY_STATE_ACTIVE;
	lie.access = SKERRY_ACCESS_FULL;
	lie.reason = SKERRY_REASON_OK;
	lie.next_change_at = LICENSE_NEVER;
	lie.expires_at = lie.issued_at + PROOF_LIVES_S;
}

/* Whoever has the site's key cannot make of an ended license one that goes on. */
static void
a_site_cannot_say_more_than_its_license(void **state)
{
	int64_t end;

	(void)state;
	fake_pair(&fake_license);
	end = license_made.expires_at + 3 * DAY;
	state_clocks_show(end);
	fake.alter = sign_a_lie;
	to_lie = go_on_for_ever;
	assert_int_equal(fake_open_error(), SKERRY_ERR_PROOF);
	fake.alter = NULL;
	{
		struct skerry_config config = fake_config();

		skerry = state_open(&config);
		assert_int_equal(state_verdict(skerry).access, SKERRY_ACCESS_NONE);
	}
}

/* --- manifests ------------------------------------------------------------------------------- */

static size_t dropped;

static void
drop_manifest(struct proof_made *made, struct cbor_bytes nonce)
{
	(void)nonce;
	free(made->manifests[dropped].bytes);
	made->manifests_len--;
	memmove(&made->manifests[dropped], &made->manifests[dropped + 1],
		(made->manifests_len - dropped) * sizeof *made->manifests);
}

static void
no_manifest_can_be_left_out(void **state)
{
	(void)state;
	fake_pair(&fake_license);
	for (uint64_t version = 2; version <= 3; version++) {
		site_make_manifest(&manifest, version);
		assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	}
	fake.alter = drop_manifest;
	/* The one that is pinned need not be told; the last two do. */
	dropped = 0;
	assert_int_equal(fake_open_error(), SKERRY_OK);
	dropped = 1;
	assert_int_equal(fake_open_error(), SKERRY_ERR_TRUST_SEQUENCE);
	dropped = 2;
	assert_int_equal(fake_open_error(), SKERRY_ERR_TRUST_SEQUENCE);
}

static void
another_vendors_daemon_is_refused(void **state)
{
	static struct signed_document pin;
	struct skerry_config config = fake_config();
	const uint8_t root = 9;
	size_t len;

	(void)state;
	fake_pair(&fake_license);
	/* It signs with the same issuing key, as who copies a vendor would have it. */
	ceremony_manifest(&manifest_made, 1, 1, 1);
	manifest_made.roots[0] = ceremony_public(KEY_ROOT, root);
	len = ceremony_sign_manifest(&manifest_made, &root, 1, pin.bytes);
	config.trust = pin.bytes;
	config.trust_len = len;
	assert_int_equal(state_open_error(&config) / 100, 5);
	/* Or with keys of its own. */
	manifest_made.keys[0].key = ceremony_public(KEY_ISSUING, SITE_OTHER_ISSUING);
	len = ceremony_sign_manifest(&manifest_made, &root, 1, pin.bytes);
	config.trust_len = len;
	assert_int_equal(state_open_error(&config) / 100, 5);
}

static void
revoke(uint64_t version)
{
	ceremony_manifest(&manifest_made, version, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&manifest);
}

static void
a_key_that_was_revoked_leaves_the_sites_grace(void **state)
{
	(void)state;
	fake_open_paired();
	revoke(2);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(fake_reason(), SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	/* Who says that it is no matter lies. */
	fake.alter = sign_a_lie;
	to_lie = go_on_for_ever;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_TRUST_KEY_REVOKED);
	/* What was seen is not forgotten: without that manifest it is no better. */
	fake.alter = drop_manifest;
	dropped = 1;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(fake_reason(), SKERRY_REASON_SIGNING_KEY_REVOKED);
}

static void
what_the_pin_revokes_is_refused(void **state)
{
	static struct signed_document pin;
	struct skerry_config config = fake_config();

	(void)state;
	fake_pair(&fake_license);
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&pin);
	config.trust = pin.bytes;
	config.trust_len = pin.document.bytes.len;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_KEY_REVOKED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_set_up, fake_tear_down)
		TEST(a_proof_that_was_heard_before_is_refused),
		TEST(only_this_sites_word_counts),
		TEST(a_site_cannot_say_more_than_its_license),
		TEST(no_manifest_can_be_left_out),
		TEST(another_vendors_daemon_is_refused),
		TEST(a_key_that_was_revoked_leaves_the_sites_grace),
		TEST(what_the_pin_revokes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
