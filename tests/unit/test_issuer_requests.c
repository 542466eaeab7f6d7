/* SPDX-License-Identifier: ISC */
/* A site's requests at a real desk: each kind, each refusal, repeated, late, from copies, from strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_requester.h"
#include "issuer/change_status.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/decide/edition.h"
#include "issuer/desk/revocations.h"
#include "keys/sign.h"

#define DAY INT64_C(86400)

static struct sold sold;
static struct requests_answered answered;
static struct requester site;

static int
make(void **state)
{
	desk_fixture_make(state);
	desk_fixture_sell(*state, &sold);
	requester_make(&site, *state, 1);
	return 0;
}

static int
remove_all(void **state)
{
	requester_free(&site);
	return desk_fixture_remove(state);
}

static int64_t
count(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
pass(struct desk_fixture *fixture, int64_t seconds)
{
	fixture->desk.clock += seconds;
}

/* The records and the log agree. */
static void
expect_sound(struct desk_fixture *fixture)
{
	struct audit_verdict verdict;
	enum skerry_err err = audit_verify_desk(&fixture->desk, NULL, 0, &verdict);

	if (err != SKERRY_OK)
		print_message("%s: %s\n", fixture->desk.subject, fixture->desk.advice);
	assert_int_equal(err, SKERRY_OK);
}

static void
visit(struct desk_fixture *fixture, struct requester *who, enum request_kind kind,
	enum reply_code code)
{
	bool keyed = kind == REQUEST_PAIR || kind == REQUEST_MIGRATE;

	requester_visit(who, fixture, kind, keyed ? sold.key : NULL, &answered);
	assert_int_equal(answered.results_len, 1);
	assert_int_equal(answered.results[0].code, code);
}

static void
read_held(const struct requester *who, struct license *ret_license)
{
	struct cose_sign1 message;
	size_t offset;

	assert_int_equal(who->held_len, 1);
	assert_int_equal(
		cose_sign1_parse(who->held[0], who->held_lens[0], &message, &offset), SKERRY_OK);
	assert_int_equal(license_parse(message.payload, ret_license, &offset), SKERRY_OK);
}

/* --- each kind --------------------------------------------------------------------------------- */

static void
pairing_gives_a_document_bound_to_site_and_machine(void **state)
{
	struct desk_fixture *fixture = *state;
	struct license *license = malloc(sizeof *license);

	assert_non_null(license);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_true(answered.results[0].issued);
	assert_int_equal(answered.results[0].activation, 1);
	assert_string_equal(answered.results[0].product, "hotelhub/hms");
	read_held(&site, license);
	assert_true(license->has_site_key && license->has_status);
	assert_memory_equal(license->site_key.x, site.site.public_key.x, 32);
	assert_int_equal(license->components_len, REQUESTER_COMPONENTS);
	assert_int_equal(license->salt.data[0], 7);
	assert_true(license->threshold > 0);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation WHERE kind = 'site' AND"
					" installation_id = 1 AND opening_key IS NOT NULL"),
		1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM license WHERE status = 'paired'"), 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM heartbeat"), 1);
	expect_sound(fixture);
	free(license);
}

static void
heartbeat_moves_renew_by_on(void **state)
{
	struct desk_fixture *fixture = *state;
	struct license *license = malloc(sizeof *license);
	int64_t renew_by;

	assert_non_null(license);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	read_held(&site, license);
	renew_by = license->renew_by;
	pass(fixture, 30 * DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	read_held(&site, license);
	assert_int_equal(license->renew_by, renew_by + 30 * DAY);
	assert_int_equal(license->activation, 1);
	assert_true(license->has_site_key);
	assert_int_equal(site.written_len, 1);
	expect_sound(fixture);
	free(license);
}

static void
unpairing_overlaps_then_frees_the_license(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester other;
	int64_t until;

	requester_make(&other, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	site.says.reason = cbor_text_from_chars("moving to the new server");
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	site.says.reason = (struct cbor_text){ NULL, 0 };
	until = answered.results[0].until;
	assert_int_equal(until, fixture->desk.now + 14 * DAY);
	assert_int_equal(count(fixture, "SELECT effective_at FROM revocation"), until);
	assert_int_equal(count(fixture, "SELECT count(*) FROM note WHERE text = 'moving to the new"
					" server'"),
		1);
	/* again, and as a heartbeat: the same end, and nothing is counted twice */
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(answered.results[0].until, until);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_UNPAIRED);
	assert_int_equal(answered.results[0].until, until);
	assert_false(answered.results[0].issued);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 1);
	/* free at once for another one */
	visit(fixture, &other, REQUEST_PAIR, REPLY_OK);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
	expect_sound(fixture);
	requester_free(&other);
}

static void
dead_machine_is_migrated(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester other;

	requester_make(&other, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	visit(fixture, &other, REQUEST_PAIR, REPLY_PAIRED_ELSEWHERE);
	assert_non_null(strstr(other.text, "skerry migrate"));
	assert_int_equal(other.held_len, 0);
	visit(fixture, &other, REQUEST_MIGRATE, REPLY_OK);
	assert_int_equal(answered.results[0].activation, 2);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation WHERE reason = 'migrated'"
					" AND effective_at = at"),
		1);
	/* it was not dead */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
	/* again: here */
	visit(fixture, &other, REQUEST_MIGRATE, REPLY_OK);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 2);
	expect_sound(fixture);
	requester_free(&other);
}

static void
reinstalled_machine_takes_no_further_activation(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester fresh;

	requester_make(&fresh, fixture, 2);
	fresh.machine = site.machine;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	visit(fixture, &fresh, REQUEST_PAIR, REPLY_OK);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM activation WHERE unpaired_at IS NULL"), 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 1);
	expect_sound(fixture);
	requester_free(&fresh);
}

static void
changed_hardware_is_told_and_migrates(void **state)
{
	struct desk_fixture *fixture = *state;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	site.machine = 50;
	visit(fixture, &site, REQUEST_PAIR, REPLY_PAIRED_ELSEWHERE);
	assert_non_null(strstr(site.text, "Hardware change"));
	visit(fixture, &site, REQUEST_MIGRATE, REPLY_OK);
	assert_int_equal(answered.results[0].activation, 2);
	expect_sound(fixture);
}

/* --- refusals ---------------------------------------------------------------------------------- */

static void
stop(struct desk_fixture *fixture, enum lifecycle_move what, const char *reason)
{
	struct status_changed changed;
	struct license_record license;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &license), SKERRY_OK);
	assert_int_equal(
		change_status(&fixture->desk, &license, what, reason, &changed), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}

static void
refusals_come_in_their_order(void **state)
{
	static const char *const STRANGE[] = { "HMS-00000-00000-00000-00000", "x", "; DROP TABLE",
		"HMS-7QK2M-94XPA-C0DTE-1ZRJB", "\xe2\x80\xae", "=cmd()" };
	struct desk_fixture *fixture = *state;
	struct requester other;

	requester_make(&other, fixture, 2);
	for (size_t i = 0; i < sizeof STRANGE / sizeof *STRANGE; i++) {
		requester_visit(&site, fixture, REQUEST_PAIR, STRANGE[i], &answered);
		assert_int_equal(answered.results[0].code, REPLY_KEY_UNKNOWN);
		assert_non_null(strstr(site.text, "License key not recognized"));
	}
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.key_unknown'"), 6);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE detail LIKE '%DROP%'"), 0);
	site.machine = 0;
	visit(fixture, &site, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	site.machine = 1;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	other.machine = 0;
	visit(fixture, &other, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	execute(fixture, "UPDATE license SET valid_until = valid_from + 1");
	pass(fixture, DAY);
	visit(fixture, &other, REQUEST_PAIR, REPLY_EXPIRED);
	assert_int_equal(answered.results[0].until, DESK_NOW + 1);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_EXPIRED);
	stop(fixture, LIFECYCLE_SUSPEND, NULL);
	visit(fixture, &other, REQUEST_PAIR, REPLY_SUSPENDED);
	/* neither keeps a site from unpairing */
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	stop(fixture, LIFECYCLE_REVOKE, NULL);
	visit(fixture, &other, REQUEST_PAIR, REPLY_REVOKED);
	requester_free(&other);
}

static void
stopped_license_gives_no_document_and_says_why(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t documents;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	stop(fixture, LIFECYCLE_SUSPEND, "invoice 7 is open");
	documents = count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_SUSPENDED);
	assert_non_null(strstr(site.text, "invoice 7 is open"));
	visit(fixture, &site, REQUEST_PAIR, REPLY_SUSPENDED);
	stop(fixture, LIFECYCLE_RESUME, NULL);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.results[0].issued);
	stop(fixture, LIFECYCLE_REVOKE, NULL);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_REVOKED);
	assert_int_equal(count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"),
		documents + 1);
	expect_sound(fixture);
}

static void
texts_are_in_the_customers_language(void **state)
{
	struct desk_fixture *fixture = *state;

	execute(fixture, "UPDATE customer SET language = 'id'");
	site.machine = 0;
	visit(fixture, &site, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	assert_non_null(strstr(site.text, "Ciri komputer"));
}

/* Unpaired, put back from a snapshot and paired elsewhere, again and again. */
static void
migrations_are_limited_whatever_is_restored(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester *sites = calloc(10, sizeof *sites);
	int done = 0;

	assert_non_null(sites);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	for (uint8_t i = 0; i < 10; i++) {
		struct requester snapshot = i == 0 ? site : sites[i - 1];
		struct requester *from = i == 0 ? &site : &sites[i - 1];

		requester_make(&sites[i], fixture, (uint8_t)(10 + i));
		pass(fixture, DAY);
		/* the reference: three a year and no more, the third is the last to go through */
		visit(fixture, from, REQUEST_UNPAIR,
			done < 3 ? REPLY_UNPAIRED : REPLY_MIGRATION_LIMIT);
		done += done < 3;
		visit(fixture, &snapshot, REQUEST_HEARTBEAT,
			answered.results[0].code == REPLY_UNPAIRED ? REPLY_UNPAIRED : REPLY_OK);
		visit(fixture, &sites[i], REQUEST_PAIR, i < 3 ? REPLY_OK : REPLY_PAIRED_ELSEWHERE);
		if (i >= 3)
			sites[i].held_len = 0;
		if (i >= 3)
			break;
	}
	visit(fixture, &sites[3], REQUEST_MIGRATE, REPLY_MIGRATION_LIMIT);
	assert_non_null(strstr(sites[3].text, "Migration limit"));
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 3);
	expect_sound(fixture);
	for (size_t i = 0; i < 4; i++)
		requester_free(&sites[i]);
	free(sites);
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
	rows = count(fixture, "SELECT max(seq) FROM audit");
	for (int i = 0; i < 3; i++) {
		pass(fixture, DAY);
		assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
		assert_int_equal(answered.arrival, FORK_AGAIN);
		assert_int_equal(answered.results_len, 1);
		assert_true(answered.results[0].issued && answered.results[0].activation == 1);
		assert_string_equal(answered.results[0].product, "hotelhub/hms");
		assert_string_equal(answered.results[0].license, sold.licenses[0].public_id);
	}
	assert_int_equal(count(fixture, "SELECT max(seq) FROM audit"), rows);
	assert_int_equal(count(fixture, "SELECT count(*) FROM reply"), 1);
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
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 0);
	assert_int_equal(answered.found, FORK_NONE);
	requester_collect(&site, fixture);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	expect_sound(fixture);
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
	assert_int_equal(count(fixture, "SELECT fork_found FROM installation"), FORK_CLONE);
	assert_int_equal(copy.history, REPLY_HISTORY_CLONE);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.fork'"), 2);
	expect_sound(fixture);
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
	assert_int_equal(count(fixture, "SELECT count(*) FROM reply"), 2);
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

	requester_make(&other, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	stop(fixture, LIFECYCLE_REVOKE, NULL);
	reached.index = (uint64_t)count(fixture, "SELECT status_index FROM activation");
	other.says.reached[0] = site.says.reached[0] = reached;
	other.says.reached_len = site.says.reached_len = 1;
	requester_visit(&other, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.propagated, 0);
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	assert_int_equal(answered.propagated, 1);
	assert_int_equal(count(fixture, "SELECT propagated_at >= at AND propagated_at <= at + 86400"
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
	read_held(&site, license);
	edition = (int64_t)license->edition;
	for (size_t i = 0; i < sizeof LOSE / sizeof *LOSE; i++)
		execute(fixture, LOSE[i]);
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.adopted);
	assert_true(answered.results[0].issued);
	read_held(&site, license);
	assert_true((int64_t)license->edition > edition);
	assert_int_equal(license->activation, 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation WHERE kind = 'site' AND"
					" installation_id IS NOT NULL AND status_index = 0"),
		1);
	assert_int_equal(count(fixture, "SELECT activation_next FROM license"), 2);
	assert_int_equal(count(fixture, "SELECT status_next FROM brand"), 1);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.proof'"), 1);
	/* and it goes on as if nothing had been */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 1);
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
	read_held(who, license);
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
	assert_int_equal(count(fixture, "SELECT edition FROM license"), edition + 1);
	sign_held_again(fixture, &site, edition + 2);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_MALFORMED);
	assert_false(answered.results[0].issued);
	assert_int_equal(count(fixture, "SELECT edition FROM license"), edition + 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.proof' AND"
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

/* --- strangers and strange texts --------------------------------------------------------------- */

static void
strange_texts_stay_values(void **state)
{
	static const char *const STRANGE[] = { "'; DROP TABLE activation; --", "=HYPERLINK(\"x\")",
		"\x1b]0;owned\x07",
		"\xe2\x80\xae"
		"evil",
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
	assert_true(count(fixture, "SELECT count(*) FROM activation") > 0);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM installation WHERE hostname LIKE"
			       " '%' || char(27) || '%' OR hostname LIKE '%' || char(10) ||"
			       " '%' OR hostname LIKE '%' || char(8238) || '%'"),
		0);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation WHERE hostname LIKE"
					" '%' || char(27) || '%'"),
		0);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM heartbeat WHERE NOT json_valid(telemetry)"),
		0);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM heartbeat WHERE telemetry IS NOT NULL"), 6);
	expect_sound(fixture);
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
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 0);
	/* nor is it taken up where the desk lost its record */
	execute(fixture, "DELETE FROM heartbeat");
	execute(fixture, "DELETE FROM reply");
	execute(fixture, "DELETE FROM document WHERE kind <> 'manifest'");
	execute(fixture, "DELETE FROM activation");
	requester_visit(&thief, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 0);
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
	assert_int_equal(count(fixture, "SELECT count(*) FROM installation"), 0);
	free(sealed);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(pairing_gives_a_document_bound_to_site_and_machine),
		TEST(heartbeat_moves_renew_by_on),
		TEST(unpairing_overlaps_then_frees_the_license),
		TEST(dead_machine_is_migrated),
		TEST(reinstalled_machine_takes_no_further_activation),
		TEST(changed_hardware_is_told_and_migrates),
		TEST(refusals_come_in_their_order),
		TEST(stopped_license_gives_no_document_and_says_why),
		TEST(texts_are_in_the_customers_language),
		TEST(migrations_are_limited_whatever_is_restored),
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
	};

	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
