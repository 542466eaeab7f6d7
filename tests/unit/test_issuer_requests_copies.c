/* SPDX-License-Identifier: ISC */
/* A site's requests again, late and out of order; from copies, strangers, and to a desk that lost records. */
#include "issuer/change_status.h"
#include "issuer/decide/edition.h"
#include "keys/sign.h"
#include "tests/unit/requests_at_desk.h"

static void
stop(struct desk_fixture *fixture, enum lifecycle_move what, const char *reason)
{
	struct status_changed changed;
	struct license_record license;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &license), SKERRY_OK);
	assert_int_equal(
		change_status(&fixture->desk, &license, what, reason, false, &changed), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}

/* --- again, late, from copies ------------------------------------------------------------------ */

static void
request_read_again_gets_the_same_answer(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;
	int64_t rows;

	assert_non_null(sealed);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	rows = requester_count(fixture, "SELECT max(seq) FROM audit");
	for (int i = 0; i < 3; i++) {
		pass(fixture, DAY);
		assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
		assert_int_equal(answered.arrival, FORK_AGAIN);
		assert_int_equal(answered.results_len, 1);
		assert_true(answered.results[0].issued && answered.results[0].activation == 1);
		assert_string_equal(answered.results[0].product, "hotelhub/hms");
		assert_string_equal(answered.results[0].license, sold.licenses[0].public_id);
	}
	assert_int_equal(requester_count(fixture, "SELECT max(seq) FROM audit"), rows);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM reply"), 1);
	assert_int_equal(requester_collect(&site, fixture), 1);
	assert_int_equal(requester_collect(&site, fixture), 0);
	free(sealed);
}

static void
later_stick_may_come_first(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *first = malloc(REQUESTER_ROOM), *second = malloc(REQUESTER_ROOM);
	size_t first_len, second_len;

	assert_true(first != NULL && second != NULL);
	first_len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, first);
	second_len = requester_write(&site, fixture, REQUEST_UNPAIR, NULL, second);
	assert_int_equal(requester_hand(fixture, second, second_len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_NEW);
	/* it was unpaired since: an old pair does not undo that */
	assert_int_equal(requester_hand(fixture, first, first_len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_LATE);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM activation"), 0);
	assert_int_equal(answered.found, FORK_NONE);
	requester_collect(&site, fixture);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	requester_expect_sound(fixture);
	free(first);
	free(second);
}

static void
restored_site_is_told_and_a_clone_found(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester copy;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	copy = site;
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_int_equal(site.history, REPLY_HISTORY_OK);
	pass(fixture, DAY);
	visit(fixture, &copy, REQUEST_HEARTBEAT, REPLY_OK);
	assert_int_equal(answered.found, FORK_RESTORED);
	assert_int_equal(copy.history, REPLY_HISTORY_RESTORED);
	assert_non_null(strstr(copy.notice, "earlier state"));
	/* both go on, and acknowledge what was made since */
	for (int i = 0; i < 2; i++) {
		pass(fixture, DAY);
		requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
		pass(fixture, DAY);
		requester_visit(&copy, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	}
	assert_int_equal(
		requester_count(fixture, "SELECT fork_found FROM installation"), FORK_CLONE);
	assert_int_equal(copy.history, REPLY_HISTORY_CLONE);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.fork'"),
		2);
	requester_expect_sound(fixture);
}

static void
bad_clock_is_reset_once(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	assert_non_null(sealed);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_false(answered.time_reset);
	site.says.condition = 2;
	len = requester_write(&site, fixture, REQUEST_HEARTBEAT, NULL, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	assert_true(answered.time_reset);
	requester_collect(&site, fixture);
	assert_true(site.time_reset);
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM reply"), 2);
	site.says.condition = 0;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_false(site.time_reset);
	free(sealed);
}

static void
revocation_is_known_to_have_reached_its_own_site_alone(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester other;
	struct request_reached reached = {
		.uri = cbor_text_from_chars("skerry:hotelhub"), .index = 0, .at = 5
	};
	struct request_status list = { .uri = reached.uri };

	requester_make(&other, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	list.issued_at = fixture->desk.clock;
	pass(fixture, DAY);
	stop(fixture, LIFECYCLE_REVOKE, NULL);
	reached.index = (uint64_t)requester_count(fixture, "SELECT status_index FROM activation");
	other.says.reached[0] = site.says.reached[0] = reached;
	other.says.reached_len = site.says.reached_len = 1;
	other.says.statuses_len = site.says.statuses_len = 1;
	/* what it knew before was a suspension */
	site.says.statuses[0] = list;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	assert_int_equal(answered.propagated, 0);
	list.issued_at = fixture->desk.clock;
	other.says.statuses[0] = site.says.statuses[0] = list;
	requester_visit(&other, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.propagated, 0);
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	assert_int_equal(answered.propagated, 1);
	assert_int_equal(requester_count(fixture,
				 "SELECT propagated_at >= at AND propagated_at <= at + 86400"
				 " FROM revocation"),
		1);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	assert_int_equal(answered.propagated, 0);
	requester_free(&other);
}

/* --- what the desk lost ------------------------------------------------------------------------ */

static void
recovered_desk_takes_up_what_it_signed(void **state)
{
	static const char *const LOSE[] = { "DELETE FROM heartbeat", "DELETE FROM reply",
		"DELETE FROM document WHERE kind <> 'manifest'", "DELETE FROM activation",
		"DELETE FROM request", "DELETE FROM installation_line", "DELETE FROM installation",
		"UPDATE license SET status = 'unpaired', edition = 0, activation_next = 1",
		"UPDATE brand SET status_next = 0" };
	struct desk_fixture *fixture = *state;
	struct license *license = malloc(sizeof *license);
	int64_t edition;

	assert_non_null(license);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_read_held(&site, license);
	edition = (int64_t)license->edition;
	for (size_t i = 0; i < sizeof LOSE / sizeof *LOSE; i++)
		requester_execute(fixture, LOSE[i]);
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.adopted);
	assert_true(answered.results[0].issued);
	requester_read_held(&site, license);
	assert_true((int64_t)license->edition > edition);
	assert_int_equal(license->activation, 1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM activation WHERE kind = 'site' AND"
					 " installation_id IS NOT NULL AND status_index = 0"),
		1);
	assert_int_equal(requester_count(fixture, "SELECT activation_next FROM license"), 2);
	assert_int_equal(requester_count(fixture, "SELECT status_next FROM brand"), 1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.proof'"),
		1);
	/* and it goes on as if nothing had been */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 1);
	free(license);
}

/* The document that it holds, signed again with another edition: the records know nothing of it. */
static void
sign_held_again(struct desk_fixture *fixture, struct requester *who, int64_t edition)
{
	struct license *license = malloc(sizeof *license);
	uint8_t *held = malloc(LICENSE_MAX), *payload = malloc(LICENSE_MAX);
	struct signing signing;
	struct cbor_writer w;

	assert_true(license != NULL && held != NULL && payload != NULL);
	memcpy(held, who->held[0], who->held_lens[0]);
	requester_read_held(who, license);
	license->edition = (uint64_t)edition;
	cbor_writer_init(&w, payload, LICENSE_MAX);
	license_write(&w, license);
	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	assert_int_equal(
		sign_sign1(&signing.pair, LICENSE_TYPE, (struct cbor_bytes){ payload, w.len }, held,
			LICENSE_MAX, &who->held_lens[0]),
		SKERRY_OK);
	memcpy(who->held[0], held, who->held_lens[0]);
	signing_close(&signing);
	free(license);
	free(held);
	free(payload);
}

static void
edition_of_the_far_future_is_refused_and_told(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t edition = DESK_NOW + EDITION_AHEAD_MAX;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	sign_held_again(fixture, &site, edition);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_int_equal(requester_count(fixture, "SELECT edition FROM license"), edition + 1);
	sign_held_again(fixture, &site, edition + 2);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_MALFORMED);
	assert_false(answered.results[0].issued);
	assert_int_equal(requester_count(fixture, "SELECT edition FROM license"), edition + 1);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM audit WHERE action = 'site.proof' AND"
				 " detail LIKE '% refused'"),
		1);
}

static void
desks_own_log_is_held_against_what_sites_saw(void **state)
{
	struct desk_fixture *fixture = *state;
	struct store_query q;
	uint8_t hash[HASH_LEN];

	store_query(fixture->desk.store, &q, "SELECT hash FROM audit WHERE seq = 2");
	assert_true(store_step(&q));
	memcpy(hash, store_bytes(&q, 0).data, sizeof hash);
	assert_int_equal(store_done(&q), SKERRY_OK);
	site.says.heads[0] = (struct request_head){ 2, hash };
	site.says.heads_len = 1;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_false(answered.log_contradicted);
	hash[0] ^= 1;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.log_contradicted);
	site.says.heads[0].seq = 1000000;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.log_contradicted);
}

/* The desk lost the activation, and the site leaves: its index is revoked all the same. */
static void
lost_activation_is_ended_with_its_index(void **state)
{
	struct desk_fixture *fixture = *state;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	requester_execute(fixture, "DELETE FROM heartbeat");
	requester_execute(fixture, "DELETE FROM reply");
	requester_execute(fixture, "DELETE FROM document WHERE kind <> 'manifest'");
	requester_execute(fixture, "DELETE FROM activation");
	requester_execute(fixture, "UPDATE license SET status = 'unpaired'");
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM revocation r JOIN activation a"
					 " ON a.id = r.activation_id WHERE a.status_index = 0"
					 " AND r.lapses_at IS NOT NULL"),
		1);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM license WHERE status ="
						  " 'paired_pending_revoke'"),
		1);
}

/* --- strangers and strange texts --------------------------------------------------------------- */

static void
strange_texts_stay_values(void **state)
{
	static const char *const STRANGE[] = { "'; DROP TABLE activation; --", "=HYPERLINK(\"x\")",
		"\x1b]0;owned\x07",
		("\xe2\x80\xae"
		 "evil"),
		"a\nb", "\"},{\"x\":\"" };
	struct desk_fixture *fixture = *state;
	struct request_named telemetry = { .is_text = true };

	for (size_t i = 0; i < sizeof STRANGE / sizeof *STRANGE; i++) {
		site.says.hostname = site.says.os = site.says.reason = site.says.install_id =
			telemetry.text = cbor_text_from_chars(STRANGE[i]);
		telemetry.name = cbor_text_from_chars("rooms");
		site.says.telemetry[0] = telemetry;
		site.says.telemetry_len = 1;
		requester_visit(&site, fixture, i % 2 == 0 ? REQUEST_PAIR : REQUEST_UNPAIR,
			i % 2 == 0 ? sold.key : NULL, &answered);
		assert_int_equal(answered.results_len, 1);
	}
	assert_true(requester_count(fixture, "SELECT count(*) FROM activation") > 0);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM installation WHERE hostname LIKE"
				 " '%' || char(27) || '%' OR hostname LIKE '%' || char(10) ||"
				 " '%' OR hostname LIKE '%' || char(8238) || '%'"),
		0);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM activation WHERE hostname LIKE"
					 " '%' || char(27) || '%'"),
		0);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM heartbeat WHERE NOT json_valid(telemetry)"),
		0);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM heartbeat WHERE telemetry IS NOT NULL"),
		6);
	requester_expect_sound(fixture);
}

static void
another_sites_document_gives_a_stranger_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester thief;

	requester_make(&thief, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	memcpy(thief.held, site.held, sizeof thief.held);
	memcpy(thief.held_lens, site.held_lens, sizeof thief.held_lens);
	thief.held_len = 1;
	visit(fixture, &thief, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
	assert_false(answered.results[0].issued);
	requester_visit(&thief, fixture, REQUEST_UNPAIR, NULL, &answered);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 0);
	/* nor is it taken up where the desk lost its record */
	requester_execute(fixture, "DELETE FROM heartbeat");
	requester_execute(fixture, "DELETE FROM reply");
	requester_execute(fixture, "DELETE FROM document WHERE kind <> 'manifest'");
	requester_execute(fixture, "DELETE FROM activation");
	requester_visit(&thief, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM activation"), 0);
	requester_free(&thief);
}

static void
altered_request_leaves_no_trace(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	assert_non_null(sealed);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	sealed[len / 2] ^= 1;
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_ERR_SEALED);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM installation"), 0);
	free(sealed);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(request_read_again_gets_the_same_answer),
		TEST(later_stick_may_come_first),
		TEST(restored_site_is_told_and_a_clone_found),
		TEST(bad_clock_is_reset_once),
		TEST(revocation_is_known_to_have_reached_its_own_site_alone),
		TEST(recovered_desk_takes_up_what_it_signed),
		TEST(edition_of_the_far_future_is_refused_and_told),
		TEST(desks_own_log_is_held_against_what_sites_saw),
		TEST(strange_texts_stay_values),
		TEST(another_sites_document_gives_a_stranger_nothing),
		TEST(altered_request_leaves_no_trace),
		TEST(lost_activation_is_ended_with_its_index),
	};

	return cmocka_run_group_tests_name("requests_copies", tests, NULL, NULL);
}
