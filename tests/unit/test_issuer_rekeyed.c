/* SPDX-License-Identifier: ISC */
/* A manifest that no longer permits what a key signed: sites are left new documents and the same answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "fixture_requester.h"
#include "issuer/change_status.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/manifests.h"
#include "issuer/exchange/bundles.h"
#include "issuer/exchange/replies_again.h"
#include "keys/sign.h"
#include "keys/trust.h"

#define DAY INT64_C(86400)

enum { FRESH_SEED = 201, BEHIND = 1 /* a clock's condition */ };

static struct sold sold;
static struct requests_answered answered;
static struct requester site;
static struct desk_fixture *fixture;

static int
set_up(void **state)
{
	desk_fixture_make(state);
	fixture = *state;
	desk_fixture_sell(fixture, &sold);
	requester_make(&site, fixture, 1);
	return 0;
}

static int
tear_down(void **state)
{
	requester_free(&site);
	return desk_fixture_remove(state);
}

static void
pass(int64_t seconds)
{
	fixture->desk.clock += seconds;
}

/* The site's stick reaches the vendor, and nothing comes back. */
static void
hand(enum request_kind kind)
{
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	assert_non_null(sealed);
	len = requester_write(&site, fixture, kind, kind == REQUEST_PAIR ? sold.key : NULL, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	free(sealed);
}

/* --- manifests ------------------------------------------------------------------------------- */

/* What the next version says of the first key; a second one is beside it. */
typedef void change_key(struct manifest_key *key);

static void
revoke(struct manifest_key *key)
{
	key->revoked_at = fixture->desk.clock;
}

static void
retire(struct manifest_key *key)
{
	key->not_after = fixture->desk.clock;
}

static void
limit(struct manifest_key *key)
{
	key->latest = fixture->desk.clock + 100 * DAY;
	key->perpetual = false;
}

static void
take_reply_role(struct manifest_key *key)
{
	key->roles &= ~(unsigned)MANIFEST_ROLE_REPLY;
}

static size_t
write_next(change_key *change, uint8_t *ret_bytes)
{
	struct manifest *next = malloc(sizeof *next);
	uint8_t *payload = malloc(MANIFEST_MAX);
	struct trust *trust = NULL;
	struct cbor_writer w;
	size_t len;

	assert_true(next != NULL && payload != NULL);
	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	*next = trust->manifest;
	next->version++;
	next->issued_at = fixture->desk.clock;
	next->keys[1] = next->keys[0];
	next->keys[1].key = ceremony_public(KEY_ISSUING, FRESH_SEED);
	next->keys_len = 2;
	change(&next->keys[0]);
	cbor_writer_init(&w, payload, MANIFEST_MAX);
	manifest_write(&w, next);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_unsigned(MANIFEST_TYPE, (struct cbor_bytes){ payload, len },
				 ret_bytes, MANIFEST_MAX, &len),
		SKERRY_OK);
	free(trust);
	free(payload);
	free(next);
	return len;
}

/* Returns how many activations are said to need a new document. */
static size_t
take_manifest(change_key *change)
{
	struct key_pair fresh = ceremony_pair(KEY_ISSUING, FRESH_SEED);
	uint8_t *bytes = malloc(MANIFEST_MAX);
	size_t len, outdated = SIZE_MAX;
	uint64_t version;

	assert_non_null(bytes);
	len = write_next(change, bytes);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(desk_keys_add(&fixture->desk, &fresh), SKERRY_OK);
	assert_int_equal(
		manifests_take(&fixture->desk, bytes, len, true, &version, &outdated), SKERRY_OK);
	assert_int_equal(version, 2);
	assert_int_equal(desk_keys_use(&fixture->desk, fresh.kid), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	key_pair_free(&fresh);
	free(bytes);
	return outdated;
}

/* --- what leaves ----------------------------------------------------------------------------- */

static bool
put(void *context, const uint8_t *bytes, size_t len)
{
	(void)bytes;
	*(size_t *)context += len;
	return true;
}

/* A bundle for everybody, made and written. */
static struct bundles_summary
make_bundle(void)
{
	static const struct bundles_wish EVERYBODY = { .all = true };
	struct bundles_summary summary, written;
	struct bundles *bundles;
	struct plan_shelf shelf = { .plans_len = 0 };
	struct signing signing;
	size_t len = 0;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	assert_int_equal(
		bundles_prepare(&fixture->desk, &signing, &shelf, &EVERYBODY, &bundles, &summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		bundles_write(&fixture->desk, &signing, bundles, put, &len, &written), SKERRY_OK);
	assert_int_equal(len, summary.bytes);
	bundles_free(bundles);
	signing_close(&signing);
	plan_shelf_clear(&shelf);
	return summary;
}

/* The replies that leave for the site, each and all in it as the newest manifest permits it. */
struct leaving {
	struct trust *trust;
	struct reply replies[8]; /* ascending */
	uint8_t *bytes[8];
	size_t len, refused, licenses;
};

static enum skerry_err
open_one(void *context, const struct replies_left *left)
{
	struct leaving *leaving = context;
	struct reply *reply = &leaving->replies[leaving->len];
	const struct manifest_key *key;
	struct license *license = malloc(sizeof *license);
	struct cose_sign1 message;
	size_t offset;

	assert_non_null(license);
	if (left->refused) {
		leaving->refused++;
		free(license);
		return SKERRY_OK;
	}
	leaving->bytes[leaving->len] = malloc(left->bytes.len);
	assert_non_null(leaving->bytes[leaving->len]);
	memcpy(leaving->bytes[leaving->len], left->bytes.data, left->bytes.len);
	assert_int_equal(
		trust_open_signed(leaving->trust, REPLY_TYPE,
			(struct cbor_bytes){ leaving->bytes[leaving->len++], left->bytes.len },
			&message, &key, &offset),
		SKERRY_OK);
	assert_int_equal(key->revoked_at, LICENSE_NEVER);
	assert_int_equal(reply_parse(message.payload, reply, &offset), SKERRY_OK);
	for (size_t i = 0; i < reply->licenses_len; i++, leaving->licenses++)
		assert_int_equal(trust_open_license(leaving->trust, reply->licenses[i].data,
					 reply->licenses[i].len, license, &key, &offset),
			SKERRY_OK);
	free(license);
	return SKERRY_OK;
}

static void
look(struct leaving *ret_leaving)
{
	struct installation installation;

	memset(ret_leaving, 0, sizeof *ret_leaving);
	assert_int_equal(manifests_load(&fixture->desk, &ret_leaving->trust), SKERRY_OK);
	assert_int_equal(
		installations_find_key(&fixture->desk, site.site_id, &installation), SKERRY_OK);
	assert_int_equal(replies_each_left(&fixture->desk, ret_leaving->trust, &installation,
				 open_one, ret_leaving),
		SKERRY_OK);
}

static void
forget(struct leaving *leaving)
{
	for (size_t i = 0; i < leaving->len; i++)
		free(leaving->bytes[i]);
	free(leaving->trust);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void
answer_on_its_way_is_made_again(void **state)
{
	static struct leaving before, after;
	struct bundles_summary summary;

	(void)state;
	hand(REQUEST_PAIR);
	look(&before);
	assert_int_equal(before.len, 1);
	pass(DAY);
	assert_int_equal(take_manifest(revoke), 1);
	summary = make_bundle();
	look(&after);
	assert_int_equal(summary.boxes, after.len);
	assert_int_equal(summary.renewed, 1);
	assert_int_equal(summary.lists, 1);
	assert_int_equal(
		requester_count(fixture,
			"SELECT count(*) FROM status_list s JOIN document d ON d.id ="
			" s.document_id WHERE d.kid = (SELECT kid FROM document WHERE kind ="
			" 'license' ORDER BY id DESC LIMIT 1)"),
		1);
	/* what was renewed, and the answer as it was but for the documents */
	assert_int_equal(after.len, 2);
	assert_int_equal(after.refused, 1);
	assert_int_equal(after.licenses, 2);
	assert_null(after.replies[0].nonce);
	assert_memory_equal(after.replies[1].nonce, before.replies[0].nonce, REPLY_NONCE_LEN);
	assert_int_equal(after.replies[1].answers, 1);
	assert_true(after.replies[1].number > before.replies[0].number);
	assert_int_equal(after.replies[1].results_len, 1);
	assert_int_equal(after.replies[1].results[0].code, REPLY_OK);
	assert_true(cbor_text_same(
		after.replies[1].results[0].license, before.replies[0].results[0].license));
	assert_true(cbor_text_same(
		after.replies[1].results[0].text, before.replies[0].results[0].text));
	assert_int_equal(requester_collect(&site, fixture), 2);
	assert_int_equal(site.written_len, 1);
	requester_expect_sound(fixture);
	forget(&before);
	forget(&after);
}

static void
what_was_made_again_is_not_made_a_third_time(void **state)
{
	(void)state;
	hand(REQUEST_PAIR);
	take_manifest(revoke);
	make_bundle();
	for (int i = 0; i < 3; i++) {
		struct bundles_summary summary = make_bundle();

		assert_int_equal(summary.boxes, 2);
		assert_int_equal(summary.renewed, 0);
	}
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM reply"), 3);
	pass(DAY);
	requester_collect(&site, fixture);
	hand(REQUEST_HEARTBEAT);
	assert_int_equal(make_bundle().boxes, 1);
}

static void
site_that_has_all_its_answers_gets_its_document_anew(void **state)
{
	static struct leaving after;

	(void)state;
	hand(REQUEST_PAIR);
	requester_collect(&site, fixture);
	hand(REQUEST_HEARTBEAT);
	requester_collect(&site, fixture);
	assert_int_equal(take_manifest(revoke), 1);
	make_bundle();
	look(&after);
	/* The desk does not know yet that the second answer arrived. */
	assert_int_equal(after.len, 2);
	assert_int_equal(after.replies[1].answers, 2);
	assert_int_equal(after.licenses, 2);
	forget(&after);
}

static void
answer_that_a_later_one_replaces_stays_away(void **state)
{
	static struct leaving after;

	(void)state;
	hand(REQUEST_PAIR);
	pass(DAY);
	take_manifest(revoke);
	hand(REQUEST_HEARTBEAT);
	make_bundle();
	look(&after);
	for (size_t i = 0; i < after.len; i++)
		assert_int_not_equal(after.replies[i].answers, 1);
	assert_int_equal(after.replies[0].answers, 2);
	assert_true(after.licenses >= 1);
	requester_collect(&site, fixture);
	assert_int_equal(site.held_len, 1);
	assert_int_equal(site.written_len, 1);
	forget(&after);
}

/* Dated anew, the word of the unpairing would end the pairing after it, too. */
static void
unpairing_before_a_pairing_is_not_told_anew(void **state)
{
	static struct leaving after;

	(void)state;
	requester_visit(&site, fixture, REQUEST_PAIR, sold.key, &answered);
	pass(DAY);
	hand(REQUEST_UNPAIR);
	assert_int_equal(answered.results[0].code, REPLY_UNPAIRED);
	pass(DAY);
	hand(REQUEST_PAIR);
	assert_int_equal(answered.results[0].code, REPLY_OK);
	pass(DAY);
	take_manifest(revoke);
	make_bundle();
	look(&after);
	assert_true(after.licenses >= 1);
	for (size_t i = 0; i < after.len; i++)
		for (size_t j = 0; j < after.replies[i].results_len; j++)
			assert_int_not_equal(after.replies[i].results[j].code, REPLY_UNPAIRED);
	forget(&after);
}

/* ... and is told where the license has not come back. */
static void
unpairing_that_stands_is_told_anew(void **state)
{
	static struct leaving after;
	size_t told = 0;

	(void)state;
	requester_visit(&site, fixture, REQUEST_PAIR, sold.key, &answered);
	pass(DAY);
	hand(REQUEST_UNPAIR);
	take_manifest(revoke);
	make_bundle();
	look(&after);
	for (size_t i = 0; i < after.len; i++)
		for (size_t j = 0; j < after.replies[i].results_len; j++)
			told += after.replies[i].results[j].code == REPLY_UNPAIRED;
	assert_int_equal(told, 1);
	forget(&after);
}

/* Whoever wrote the older request waits for its own nonce: a copy, or a site that went back. */
static void
answer_of_what_arrived_again_is_made_again_too(void **state)
{
	static struct leaving after;
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	(void)state;
	assert_non_null(sealed);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	requester_collect(&site, fixture);
	hand(REQUEST_HEARTBEAT);
	pass(DAY);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	take_manifest(revoke);
	for (int i = 0; i < 2; i++) {
		bool answers[3] = { false };

		make_bundle();
		look(&after);
		assert_int_equal(after.len, 3);
		for (size_t j = 0; j < after.len; j++)
			answers[after.replies[j].answers] = true;
		assert_true(answers[0] && answers[1] && answers[2]);
		forget(&after);
	}
	free(sealed);
}

/* What was renewed has to leave beside the answers, of which there is room for the newest. */
static void
many_answers_leave_room_for_the_document(void **state)
{
	static struct leaving after;

	(void)state;
	hand(REQUEST_PAIR);
	for (int i = 0; i < REPLIES_LEFT_MAX; i++)
		hand(REQUEST_HEARTBEAT);
	pass(DAY);
	take_manifest(revoke);
	make_bundle();
	look(&after);
	assert_int_equal(after.len, REPLIES_LEFT_MAX);
	assert_int_equal(after.refused, 0);
	assert_null(after.replies[0].nonce);
	assert_int_equal(after.replies[0].licenses_len, 1);
	for (size_t i = 1; i < after.len; i++)
		assert_int_equal(after.replies[i].answers, i + 2);
	forget(&after);
}

static void
request_read_again_tells_the_new_answer_once(void **state)
{
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	(void)state;
	assert_non_null(sealed);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	take_manifest(revoke);
	make_bundle();
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_AGAIN);
	assert_int_equal(answered.replies, 1);
	assert_int_equal(answered.results_len, 1);
	assert_int_equal(answered.results[0].code, REPLY_OK);
	assert_true(answered.results[0].issued);
	free(sealed);
}

static void
only_what_a_key_may_not_sign_any_more_is_outdated(void **state)
{
	static const struct {
		change_key *change;
		size_t outdated, boxes;
	} ROWS[] = {
		{ revoke, 1, 2 }, { retire, 0, 1 },
		{ limit, 1, 2 }, /* its reply stays good, a new document leaves beside it */
		{ take_reply_role, 0, 1 }, /* and the other way round */
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct bundles_summary summary;

		if (i > 0)
			set_up(state);
		hand(REQUEST_PAIR);
		pass(DAY);
		assert_int_equal(take_manifest(ROWS[i].change), ROWS[i].outdated);
		pass(DAY);
		summary = make_bundle();
		assert_int_equal(summary.boxes, ROWS[i].boxes);
		assert_int_equal(summary.renewed, ROWS[i].outdated);
		if (i + 1 < sizeof ROWS / sizeof *ROWS)
			tear_down(state);
	}
}

/* An old reset would set the clock ahead by the time that it waited. */
static void
time_is_reset_by_a_fresh_answer_alone(void **state)
{
	for (int late = 0; late <= 1; late++) {
		if (late)
			set_up(state);
		hand(REQUEST_PAIR);
		requester_collect(&site, fixture);
		site.says.condition = BEHIND;
		hand(REQUEST_HEARTBEAT);
		assert_true(answered.time_reset);
		pass(REPLIES_AGAIN_RESET_S + late);
		take_manifest(revoke);
		make_bundle();
		requester_collect(&site, fixture);
		assert_int_equal(site.time_reset, !late);
		if (!late)
			tear_down(state);
	}
}

static void
suspended_license_gets_no_document(void **state)
{
	static struct leaving after;
	struct license_record license;
	struct status_changed changed;

	(void)state;
	hand(REQUEST_PAIR);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &license), SKERRY_OK);
	assert_int_equal(
		change_status(&fixture->desk, &license, LIFECYCLE_SUSPEND, "x", false, &changed),
		SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	take_manifest(revoke);
	assert_int_equal(make_bundle().renewed, 0);
	look(&after);
	assert_int_equal(after.len, 1);
	assert_int_equal(after.licenses, 0);
	forget(&after);
}

/* A thief's reply may say any number; the site takes it back with the manifest of the same bundle. */
static void
number_of_a_thief_keeps_nothing_away(void **state)
{
	(void)state;
	hand(REQUEST_PAIR);
	requester_collect(&site, fixture);
	site.reply_number = UINT64_C(1) << 40;
	hand(REQUEST_HEARTBEAT);
	take_manifest(revoke);
	assert_int_equal(make_bundle().sites, 1);
	site.reply_number = 0;
	assert_true(requester_collect(&site, fixture) > 0);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_DESK(answer_on_its_way_is_made_again),
		AT_DESK(what_was_made_again_is_not_made_a_third_time),
		AT_DESK(site_that_has_all_its_answers_gets_its_document_anew),
		AT_DESK(answer_that_a_later_one_replaces_stays_away),
		AT_DESK(unpairing_before_a_pairing_is_not_told_anew),
		AT_DESK(unpairing_that_stands_is_told_anew),
		AT_DESK(answer_of_what_arrived_again_is_made_again_too),
		AT_DESK(many_answers_leave_room_for_the_document),
		AT_DESK(request_read_again_tells_the_new_answer_once),
		AT_DESK(only_what_a_key_may_not_sign_any_more_is_outdated),
		AT_DESK(time_is_reset_by_a_fresh_answer_alone),
		AT_DESK(suspended_license_gets_no_document),
		AT_DESK(number_of_a_thief_keeps_nothing_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
