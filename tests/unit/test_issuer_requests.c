/* SPDX-License-Identifier: ISC */
/* A site's requests at a real desk: each kind, each refusal, how often a license moves. */
#include "issuer/change_status.h"
#include "issuer/decide/answer_words.h"
#include "tests/unit/requests_at_desk.h"

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
	requester_read_held(&site, license);
	assert_true(license->has_site_key && license->has_status);
	assert_memory_equal(license->site_key.x, site.site.public_key.x, 32);
	assert_int_equal(license->components_len, REQUESTER_COMPONENTS);
	assert_int_equal(license->salt.data[0], 7);
	assert_true(license->threshold > 0);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM activation WHERE kind = 'site' AND"
					 " installation_id = 1 AND opening_key IS NOT NULL"),
		1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM license WHERE status = 'paired'"),
		1);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM heartbeat"), 1);
	requester_expect_sound(fixture);
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
	requester_read_held(&site, license);
	renew_by = license->renew_by;
	pass(fixture, 30 * DAY);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_read_held(&site, license);
	assert_int_equal(license->renew_by, renew_by + 30 * DAY);
	assert_int_equal(license->activation, 1);
	assert_true(license->has_site_key);
	assert_int_equal(site.written_len, 1);
	requester_expect_sound(fixture);
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
	assert_int_equal(requester_count(fixture, "SELECT effective_at FROM revocation"), until);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM note WHERE text = 'moving to the new"
					 " server'"),
		1);
	/* again, and as a heartbeat: the same end, and nothing is counted twice */
	pass(fixture, DAY);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(answered.results[0].until, until);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_UNPAIRED);
	assert_int_equal(answered.results[0].until, until);
	assert_false(answered.results[0].issued);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 1);
	/* free at once for another one */
	visit(fixture, &other, REQUEST_PAIR, REPLY_OK);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
	requester_expect_sound(fixture);
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
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM revocation WHERE reason = 'migrated'"
					 " AND effective_at = at"),
		1);
	/* it was not dead */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
	/* again: here */
	visit(fixture, &other, REQUEST_MIGRATE, REPLY_OK);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM activation"), 2);
	requester_expect_sound(fixture);
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
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM activation WHERE unpaired_at IS NULL"),
		1);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 1);
	requester_expect_sound(fixture);
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
	requester_expect_sound(fixture);
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
		change_status(&fixture->desk, &license, what, reason, false, &changed), SKERRY_OK);
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
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM audit WHERE action = 'site.key_unknown'"),
		6);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM audit WHERE detail LIKE '%DROP%'"),
		0);
	site.machine = 0;
	visit(fixture, &site, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	site.machine = 1;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	other.machine = 0;
	visit(fixture, &other, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	requester_execute(fixture, "UPDATE license SET valid_until = valid_from + 1");
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
stopped_license_gives_no_document_and_keeps_the_reason(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t documents;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	stop(fixture, LIFECYCLE_SUSPEND, "owner is a crook");
	documents =
		requester_count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_SUSPENDED);
	assert_string_equal(site.text, answer_words(ANSWER_WORDS_SUSPENDED, "en"));
	visit(fixture, &site, REQUEST_PAIR, REPLY_SUSPENDED);
	stop(fixture, LIFECYCLE_RESUME, NULL);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.results[0].issued);
	stop(fixture, LIFECYCLE_REVOKE, "still is");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_REVOKED);
	assert_string_equal(site.text, answer_words(ANSWER_WORDS_REVOKED, "en"));
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_REVOKED);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"),
		documents + 1);
	requester_expect_sound(fixture);
}

static void
texts_are_in_the_customers_language(void **state)
{
	struct desk_fixture *fixture = *state;

	requester_execute(fixture, "UPDATE customer SET language = 'id'");
	site.machine = 0;
	visit(fixture, &site, REQUEST_PAIR, REPLY_FINGERPRINT_INSUFFICIENT);
	assert_non_null(strstr(site.text, "Ciri komputer"));
}

/* What a year's releases still count, in the plainest way. */
struct reference {
	int64_t until[16];
	size_t len;
};

static size_t
counting(const struct reference *reference, int64_t now)
{
	size_t counting = 0;

	for (size_t i = 0; i < reference->len; i++)
		counting += reference->until[i] > now;
	return counting;
}

/* Its document's last date, or a year: whichever is later. */
static void
add_release(struct reference *reference, const struct license *license, int64_t now)
{
	int64_t year = now + 365 * DAY;

	reference->until[reference->len++] =
		license->expires_at > year ? license->expires_at : year;
}

/*
 * Unpaired, put back from a snapshot that goes on, and paired elsewhere, again and again: however much is
 * put back, no more sites are fed than the plan allows.
 */
static void
migrations_are_limited_whatever_is_restored(void **state)
{
	struct desk_fixture *fixture = *state;
	struct reference reference = { .len = 0 };
	struct license *license = malloc(sizeof *license);
	struct requester *next = malloc(sizeof *next), snapshot;
	size_t moved = 0;

	assert_true(license != NULL && next != NULL);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	for (uint8_t round = 0; round < 10; round++) {
		bool may;

		/* half a year, with a sign of life that the desk's clock is believed */
		for (int i = 0; i < 4; i++) {
			pass(fixture, 45 * DAY);
			visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
		}
		requester_execute(
			fixture, "UPDATE license SET valid_until = valid_until + 180 * 86400");
		snapshot = site;
		requester_read_held(&site, license);
		may = counting(&reference, fixture->desk.clock) < 3;
		visit(fixture, &site, REQUEST_UNPAIR, may ? REPLY_UNPAIRED : REPLY_MIGRATION_LIMIT);
		requester_make(next, fixture, (uint8_t)(10 + round));
		visit(fixture, next, REQUEST_PAIR, may ? REPLY_OK : REPLY_PAIRED_ELSEWHERE);
		if (!may) {
			assert_non_null(strstr(site.text, "Migration limit"));
			visit(fixture, next, REQUEST_MIGRATE, REPLY_MIGRATION_LIMIT);
			requester_free(next);
			continue;
		}
		add_release(&reference, license, fixture->desk.clock);
		moved++;
		visit(fixture, &snapshot, REQUEST_HEARTBEAT, REPLY_PAIRED_ELSEWHERE);
		requester_free(&site);
		site = *next;
	}
	assert_in_range(moved, 4, 9);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), moved);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM activation"), moved + 1);
	free(license);
	free(next);
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
		TEST(stopped_license_gives_no_document_and_keeps_the_reason),
		TEST(texts_are_in_the_customers_language),
		TEST(migrations_are_limited_whatever_is_restored),
	};

	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
