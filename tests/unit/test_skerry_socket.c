/* SPDX-License-Identifier: ISC */
/*
 * A handle on a socket: it answers as the folder does, from memory, while time goes on; it outlives a
 * daemon that is silent for as long as the proof does; and nobody but this site's daemon can tell it anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "fixture_daemon.h"

STATE_OWN_CLOCKS

static struct signed_document license, manifest;
static struct skerry *skerry;

static int
set_up(void **state)
{
	memset(&fake, 0, sizeof fake);
	if (state_set_up(state) != 0)
		return -1;
	state_open_site();
	fake_start();
	return 0;
}

static int
tear_down(void **state)
{
	skerry_close(skerry);
	skerry = NULL;
	fake_stop();
	return state_tear_down(state);
}

static void
open_paired(void)
{
	struct skerry_config config = fake_config();

	fake_pair(&license);
	skerry = state_open(&config);
}

static enum skerry_err
open_error(void)
{
	struct skerry_config config = fake_config();

	return state_open_error(&config);
}

static enum skerry_reason
reason_now(void)
{
	return state_verdict(skerry).reason;
}

static enum skerry_err
trouble_now(void)
{
	return state_verdict(skerry).trouble;
}

/* --- answers --------------------------------------------------------------------------------- */

static void
it_answers_as_the_folder_does(void **state)
{
	struct skerry_config config = state_config();
	char here[SKERRY_MESSAGE_MAX], there[SKERRY_MESSAGE_MAX];
	struct skerry_verdict proven, own;
	struct skerry *other;
	int64_t number = 0;

	(void)state;
	open_paired();
	proven = state_verdict(skerry);
	assert_int_equal(skerry_message(skerry, there, sizeof there), SKERRY_OK);
	other = state_open(&config);
	own = state_verdict(other);
	assert_int_equal(skerry_message(other, here, sizeof here), SKERRY_OK);
	skerry_close(other);
	assert_string_equal(here, there);
	assert_int_equal(proven.state, own.state);
	assert_int_equal(proven.access, own.access);
	assert_int_equal(proven.reason, own.reason);
	assert_int_equal(proven.notice, own.notice);
	assert_int_equal(proven.at, own.at);
	assert_int_equal(proven.next_change_at, own.next_change_at);
	assert_int_equal(proven.renew_by, own.renew_by);
	assert_int_equal(proven.valid_until, own.valid_until);
	assert_int_equal(proven.maintenance_until, own.maintenance_until);
	assert_int_equal(proven.grace_until, own.grace_until);
	assert_int_equal(proven.degraded_until, own.degraded_until);
	assert_int_equal(proven.clock, own.clock);
	assert_int_equal(proven.state_rollback, own.state_rollback);
	assert_int_equal(proven.trouble, SKERRY_OK);
	for (size_t i = 0; i < license_made.grants_len; i++) {
		char name[LICENSE_NAME_MAX + 1];
		const struct license_grant *grant = &license_made.grants[i];

		snprintf(name, sizeof name, "%.*s", (int)grant->name.len, grant->name.chars);
		if (grant->value == LICENSE_ON)
			assert_int_equal(skerry_feature(skerry, name), SKERRY_OK);
		if (grant->value == LICENSE_NUMBER) {
			assert_int_equal(skerry_limit(skerry, name, &number), SKERRY_OK);
			assert_int_equal(number, grant->number);
		}
	}
	assert_int_equal(skerry_feature(skerry, "nothing"), SKERRY_ERR_NO_FEATURE);
}

static void
between_looks_it_answers_from_memory(void **state)
{
	(void)state;
	open_paired();
	assert_int_equal(fake_calls(), 1);
	for (int i = 0; i < SKERRY_LOOK_S; i++) {
		assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
		assert_int_equal(state_time_of(skerry), TODAY + i);
		state_time_goes_by(1);
	}
	assert_int_equal(fake_calls(), 1);
	assert_int_equal(state_time_of(skerry), TODAY + SKERRY_LOOK_S);
	assert_int_equal(fake_calls(), 2);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(fake_calls(), 3);
}

static void
forecasts_know_until_the_next_change(void **state)
{
	struct skerry_verdict verdict;
	int64_t change;

	(void)state;
	open_paired();
	change = state_verdict(skerry).next_change_at;
	assert_true(change > TODAY + DAY && change != SKERRY_NEVER);
	assert_int_equal(skerry_verdict_at(skerry, change - 1, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(verdict.at, change - 1);
	assert_int_equal(skerry_verdict_at(skerry, change, &verdict), SKERRY_OK);
	assert_int_equal(verdict.reason, SKERRY_REASON_NO_DAEMON);
	assert_int_equal(verdict.access, SKERRY_ACCESS_NONE);
	assert_int_equal(skerry_verdict_at(skerry, 0, &verdict), SKERRY_OK);
	assert_int_equal(verdict.at, TODAY);
}

/* --- a daemon that is silent ----------------------------------------------------------------- */

static void
a_verdict_outlives_its_daemon_for_a_quarter_of_an_hour(void **state)
{
	char message[SKERRY_MESSAGE_MAX];

	(void)state;
	open_paired();
	fake_stop();
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(trouble_now(), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(SKERRY_PROOF_S - SKERRY_LOOK_S - 1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_LOCKED);
	assert_int_equal(reason_now(), SKERRY_REASON_NO_DAEMON);
	assert_int_equal(skerry_feature_read(skerry, "anything"), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_message(skerry, message, sizeof message), SKERRY_OK);
	assert_non_null(strstr(message, "skerryd, does not answer"));
	assert_non_null(strstr(message, "systemctl start skerryd"));
	/* It is back: not at once, but soon. */
	fake_start();
	state_time_goes_by(SKERRY_RETRY_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(trouble_now(), SKERRY_OK);
}

static void
the_wall_clock_does_not_prolong_it(void **state)
{
	(void)state;
	open_paired();
	fake_stop();
	state_wall_jumps(-DAY);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(reason_now(), SKERRY_REASON_NO_DAEMON);
}

static void
nothing_outlives_the_next_change(void **state)
{
	int64_t change;

	(void)state;
	open_paired();
	change = state_verdict(skerry).next_change_at;
	state_time_goes_by(change - TODAY - 30);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(trouble_now(), SKERRY_OK);
	/* With a daemon, the change is seen in the very second. */
	state_time_goes_by(29);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	change = state_verdict(skerry).next_change_at;
	state_time_goes_by(change - state_time_of(skerry) - 30);
	assert_true(state_verdict(skerry).next_change_at == change);
	/* Without one, the old answer ends there all the same. */
	fake_stop();
	state_time_goes_by(29);
	assert_int_equal(state_verdict(skerry).access, SKERRY_ACCESS_FULL);
	state_time_goes_by(1);
	assert_int_equal(reason_now(), SKERRY_REASON_NO_DAEMON);
}

static void
silence_and_nonsense_are_told_apart(void **state)
{
	(void)state;
	open_paired();
	fake.manner = FAKE_TALKS_NONSENSE;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	assert_int_equal(trouble_now(), SKERRY_ERR_IO);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	fake_refuse(503, "store_busy");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_STORE_BUSY);
	fake_refuse(503, "a code of next year");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	fake.status = 200;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	fake.manner = FAKE_ANSWERS;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(trouble_now(), SKERRY_OK);
}

static void
a_silent_one_is_not_waited_for_by_each_question(void **state)
{
	unsigned calls;

	(void)state;
	open_paired();
	fake.manner = FAKE_IS_SILENT;
	state_time_goes_by(SKERRY_LOOK_S);
	calls = fake_calls();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(trouble_now(), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(fake_calls(), calls + 1);
}

/* --- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, LOOKS = 25 };

static atomic_bool ended;

static void *
ask_on(void *context)
{
	unsigned long *others = context;

	while (!atomic_load(&ended)) {
		char message[SKERRY_MESSAGE_MAX];
		struct skerry_verdict verdict;

		if (skerry_verdict(skerry, &verdict) != SKERRY_OK ||
			verdict.state != SKERRY_STATE_ACTIVE || verdict.at != TODAY ||
			skerry_feature(skerry, "channel_manager") != SKERRY_OK ||
			skerry_message(skerry, message, sizeof message) != SKERRY_OK)
			++*others;
	}
	return NULL;
}

static void
threads_ask_while_others_look(void **state)
{
	unsigned long others[THREADS] = { 0 };
	pthread_t threads[THREADS];

	(void)state;
	open_paired();
	atomic_store(&ended, false);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &others[i]), 0);
	for (int i = 0; i < LOOKS; i++) {
		fake.manner = i % 3 == 2 ? FAKE_TALKS_NONSENSE : FAKE_ANSWERS;
		assert_int_equal(
			skerry_refresh(skerry, NULL), i % 3 == 2 ? SKERRY_ERR_IO : SKERRY_OK);
	}
	atomic_store(&ended, true);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(others[i], 0);
	}
}

/* --- opening --------------------------------------------------------------------------------- */

static void
nobody_there_does_not_open(void **state)
{
	(void)state;
	fake_pair(&license);
	fake_stop();
	assert_int_equal(open_error(), SKERRY_ERR_NO_DAEMON);
}

static void
a_site_without_a_license_opens_and_grants_nothing(void **state)
{
	struct skerry_config config = fake_config();

	(void)state;
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
	assert_int_equal(reason_now(), SKERRY_REASON_NO_LICENSE);
	fake_pair(&license);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	/* Nobody takes it away by saying so. */
	fake_refuse(409, "no_license");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_NO_LICENSE);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
}

static void
a_license_of_no_site_proves_nothing(void **state)
{
	(void)state;
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	assert_int_equal(open_error(), SKERRY_ERR_NOT_PAIRED);
}

static void
configs_are_checked(void **state)
{
	struct skerry_config config = fake_config();
	char far[200];

	(void)state;
	fake_pair(&license);
	config.state = folder;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.state = NULL;
	config.socket = "";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	memset(far, 'x', sizeof far);
	far[0] = '/';
	far[sizeof far - 1] = '\0';
	config.socket = far;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.socket = fake_socket;
	config.config_size++;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.config_size = 0;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	/* Who was compiled before there were sockets has no such member, whatever lies there. */
	config.config_size = offsetof(struct skerry_config, socket);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	state_close_site();
	config.state = folder;
	config.socket = (const char *)1;
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(fake_calls(), 0);
}

static void
what_is_asked_is_told(void **state)
{
	struct skerry_config config = fake_config();

	(void)state;
	fake_pair(&license);
	config.domain = "grand.example";
	config.build_date = TODAY;
	config.language = "id_ID.UTF-8";
	config.install_path = "/opt/h m s";
	config.custom[0] = "box-7";
	config.custom_len = 1;
	skerry = state_open(&config);
	assert_string_equal(fake.target,
		"/v1/proof?build_date=2027-01-01T00%3A00%3A00Z&install_path=%2Fopt%2Fh%20m%20s"
		"&custom=box-7");
	assert_non_null(strstr(fake.request, "\r\nAccept: application/cbor\r\n"));
	assert_non_null(strstr(fake.request, "\r\nAccept-Language: id_ID.UTF-8\r\n"));
	assert_non_null(strstr(fake.request, "\"product\":\"hotelhub/hms\""));
	assert_non_null(strstr(fake.request, "\"domain\":\"grand.example\""));
}

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
	open_paired();
	fake.alter = replay;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_PROOF);
	assert_int_equal(open_error(), SKERRY_ERR_PROOF);
	assert_int_equal(trouble_now(), SKERRY_ERR_PROOF);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(reason_now(), SKERRY_REASON_NO_DAEMON);
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
	fake_pair(&license);
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		enum skerry_err err;

		fake.alter = REFUSED[i].alter;
		to_lie = REFUSED[i].to_lie;
		err = open_error();
		if (err != REFUSED[i].err)
			fail_msg("%s: %s", REFUSED[i].what, skerry_err_name(err));
	}
	fake.alter = NULL;
	assert_int_equal(open_error(), SKERRY_OK);
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
	fake_pair(&license);
	end = license_made.expires_at + 3 * DAY;
	state_clocks_show(end);
	fake.alter = sign_a_lie;
	to_lie = go_on_for_ever;
	assert_int_equal(open_error(), SKERRY_ERR_PROOF);
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
	fake_pair(&license);
	for (uint64_t version = 2; version <= 3; version++) {
		site_make_manifest(&manifest, version);
		assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	}
	fake.alter = drop_manifest;
	/* The one that is pinned need not be told; the last two do. */
	dropped = 0;
	assert_int_equal(open_error(), SKERRY_OK);
	dropped = 1;
	assert_int_equal(open_error(), SKERRY_ERR_TRUST_SEQUENCE);
	dropped = 2;
	assert_int_equal(open_error(), SKERRY_ERR_TRUST_SEQUENCE);
}

static void
another_vendors_daemon_is_refused(void **state)
{
	static struct signed_document pin;
	struct skerry_config config = fake_config();
	const uint8_t root = 9;
	size_t len;

	(void)state;
	fake_pair(&license);
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
	open_paired();
	revoke(2);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(reason_now(), SKERRY_REASON_SIGNING_KEY_REVOKED);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	/* Who says that it is no matter lies. */
	fake.alter = sign_a_lie;
	to_lie = go_on_for_ever;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_TRUST_KEY_REVOKED);
	/* What was seen is not forgotten: without that manifest it is no better. */
	fake.alter = drop_manifest;
	dropped = 1;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(reason_now(), SKERRY_REASON_SIGNING_KEY_REVOKED);
}

static void
what_the_pin_revokes_is_refused(void **state)
{
	static struct signed_document pin;
	struct skerry_config config = fake_config();

	(void)state;
	fake_pair(&license);
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&pin);
	config.trust = pin.bytes;
	config.trust_len = pin.document.bytes.len;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_TRUST_KEY_REVOKED);
}

/* --- seats ----------------------------------------------------------------------------------- */

static void
open_with_seats(void)
{
	struct skerry_config config = fake_config();

	ceremony_license(&license_made);
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	license_made.seats_max = 2;
	license_made.seats_ttl_s = 300;
	site_sign_license(&license);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	skerry = state_open(&config);
}

static void
say_cbor(int status, const char *bytes, size_t len)
{
	fake.manner = FAKE_SAYS;
	fake.status = status;
	fake.body = (const uint8_t *)bytes;
	fake.body_len = len;
}

#define SAYS(status, bytes) say_cbor(status, bytes, sizeof(bytes) - 1)
/* burst, holder, secret, expires_at, expires_in, in the order of their bytes. */
#define CLAIMED                                                                                    \
	"\xa4\x65"                                                                                 \
	"burst\xf4\x66"                                                                            \
	"holder\x61h\x66"                                                                          \
	"secret\x66s3cr3t\x6a"                                                                     \
	"expires_in\x19\x01\x2c"
#define RENEWED                                                                                    \
	"\xa3\x65"                                                                                 \
	"burst\xf5\x66"                                                                            \
	"holder\x61h\x6a"                                                                          \
	"expires_in\x18\x64"
#define NONE_FREE                                                                                  \
	"\xa1\x65"                                                                                 \
	"error\xa3\x64"                                                                            \
	"code\x6eseat_none_free\x67message\x60\x68retry_in\x07"

static void
seats_are_claimed_renewed_and_released(void **state)
{
	struct skerry_seat seat = { .secret = "" };

	(void)state;
	open_with_seats();
	SAYS(201, CLAIMED);
	assert_int_equal(skerry_seat_claim(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_string_equal(seat.secret, "s3cr3t");
	assert_int_equal(seat.expires_in_s, 300);
	assert_false(seat.burst);
	assert_string_equal(fake.target, "/v1/seats/desk%202%2Fa?product=hotelhub%2Fhms");
	assert_memory_equal(fake.request, "PUT ", 4);
	assert_null(strstr(fake.request, "Skerry-Seat-Secret"));
	SAYS(202, RENEWED);
	assert_int_equal(skerry_seat_renew(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_non_null(strstr(fake.request, "\r\nSkerry-Seat-Secret: s3cr3t\r\n"));
	assert_string_equal(seat.secret, "s3cr3t");
	assert_int_equal(seat.expires_in_s, 100);
	assert_true(seat.burst);
	SAYS(204, "");
	assert_int_equal(skerry_seat_release(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_memory_equal(fake.request, "DELETE ", 7);
	assert_non_null(strstr(fake.request, "\r\nSkerry-Seat-Secret: s3cr3t\r\n"));
}

static void
refused_seats_say_why(void **state)
{
	static const struct {
		int status;
		enum skerry_err err;
	} ERRORS[] = {
		{ 403, SKERRY_ERR_NO_ACCESS },
		{ 409, SKERRY_ERR_SEAT_HELD },
		{ 429, SKERRY_ERR_SEAT_CAP },
		{ 403, SKERRY_ERR_SEAT_SECRET },
		{ 404, SKERRY_ERR_SEAT_UNKNOWN },
		{ 503, SKERRY_ERR_STORE_BUSY },
	};
	struct skerry_seat seat = { .secret = "kept", .expires_in_s = 5 };
	char long_name[SKERRY_SEAT_HOLDER_MAX + 2];

	(void)state;
	open_with_seats();
	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
		fake_refuse(ERRORS[i].status, skerry_err_name(ERRORS[i].err));
		assert_int_equal(skerry_seat_claim(skerry, "h", &seat), ERRORS[i].err);
		assert_int_equal(skerry_seat_renew(skerry, "h", &seat), ERRORS[i].err);
		assert_int_equal(skerry_seat_release(skerry, "h", &seat), ERRORS[i].err);
		assert_string_equal(seat.secret, "kept");
		assert_int_equal(seat.expires_in_s, 5);
	}
	SAYS(410, NONE_FREE);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(seat.expires_in_s, 7);
	assert_string_equal(seat.secret, "kept");
	/* No answer of a daemon's. */
	SAYS(201, "\xa0");
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
	fake.manner = FAKE_TALKS_NONSENSE;
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(skerry_seat_claim(skerry, long_name, &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_claim(skerry, "", &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_claim(NULL, "h", &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_renew(skerry, "h", NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_release(skerry, NULL, &seat), SKERRY_ERR_ARGUMENT);
}

static void
nobody_sits_without_a_proof(void **state)
{
	struct skerry_seat seat;

	(void)state;
	open_with_seats();
	/* Whoever listens there now would give a seat to anybody. */
	SAYS(201, CLAIMED);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
}

static void
no_seats_in_the_license_is_no_seat(void **state)
{
	struct skerry_seat seat;

	(void)state;
	open_paired();
	SAYS(201, CLAIMED);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_NO_SEATS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(it_answers_as_the_folder_does),
		TEST(between_looks_it_answers_from_memory),
		TEST(forecasts_know_until_the_next_change),
		TEST(a_verdict_outlives_its_daemon_for_a_quarter_of_an_hour),
		TEST(the_wall_clock_does_not_prolong_it),
		TEST(nothing_outlives_the_next_change),
		TEST(silence_and_nonsense_are_told_apart),
		TEST(a_silent_one_is_not_waited_for_by_each_question),
		TEST(threads_ask_while_others_look),
		TEST(nobody_there_does_not_open),
		TEST(a_site_without_a_license_opens_and_grants_nothing),
		TEST(a_license_of_no_site_proves_nothing),
		TEST(configs_are_checked),
		TEST(what_is_asked_is_told),
		TEST(a_proof_that_was_heard_before_is_refused),
		TEST(only_this_sites_word_counts),
		TEST(a_site_cannot_say_more_than_its_license),
		TEST(no_manifest_can_be_left_out),
		TEST(another_vendors_daemon_is_refused),
		TEST(a_key_that_was_revoked_leaves_the_sites_grace),
		TEST(what_the_pin_revokes_is_refused),
		TEST(seats_are_claimed_renewed_and_released),
		TEST(refused_seats_say_why),
		TEST(nobody_sits_without_a_proof),
		TEST(no_seats_in_the_license_is_no_seat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
