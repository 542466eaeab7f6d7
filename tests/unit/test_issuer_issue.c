/* SPDX-License-Identifier: ISC */
/* A license made at a desk: its claims, its activation and edition, and who is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "formats/ladder.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/manifests.h"
#include "issuer/issue.h"
#include "keys/hash.h"
#include "keys/step_chain.h"

static struct sold sold;
static struct issued issued;
static struct license license;

/* Binds to a machine of three components; `changed` marks those with another hash. */
static struct binding *
machine(uint8_t salt_byte, unsigned changed)
{
	static const unsigned TYPES[] = { FINGERPRINT_MACHINE_ID, FINGERPRINT_DISK_SERIAL,
		FINGERPRINT_OS };
	static uint8_t hashes[3][12], salt[LICENSE_SALT_LEN], bytes[FINGERPRINT_MAX];
	static struct binding binding;
	struct cbor_writer w;
	size_t len;

	memset(&binding, 0, sizeof binding);
	memset(salt, salt_byte, sizeof salt);
	binding.kind = ACTIVATION_MACHINE;
	binding.fingerprint.salt = (struct cbor_bytes){ salt, sizeof salt };
	for (size_t i = 0; i < 3; i++) {
		memset(hashes[i], (int)(i + 1 + (changed >> i & 1) * 16), 12);
		binding.fingerprint.components[i] =
			(struct fingerprint_component){ TYPES[i], { hashes[i], 12 } };
	}
	binding.fingerprint.components_len = 3;
	cbor_writer_init(&w, bytes, sizeof bytes);
	fingerprint_write(&w, &binding.fingerprint);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	binding.fingerprint_bytes = (struct cbor_bytes){ bytes, len };
	return &binding;
}

static struct binding *
domains(const char *text)
{
	static struct binding binding;

	memset(&binding, 0, sizeof binding);
	binding.kind = text[0] == '\0' ? ACTIVATION_UNBOUND : ACTIVATION_DOMAIN;
	snprintf(binding.domains, sizeof binding.domains, "%s", text);
	return &binding;
}

/* Issues and reads it back under the desk's own chain. */
static enum skerry_err
issue_to(struct desk_fixture *fixture, const struct binding *binding, unsigned threshold)
{
	struct issue issue = { .license_id = sold.licenses[0].public_id,
		.binding = binding,
		.threshold = threshold,
		.until = LICENSE_NEVER };
	const struct manifest_key *key;
	struct trust *trust = NULL;
	size_t offset;
	enum skerry_err err;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	err = issue_license(&fixture->desk, &issue, &issued);
	if (err != SKERRY_OK) {
		desk_rollback(&fixture->desk);
		return err;
	}
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_int_equal(
		trust_open_license(trust, issued.bytes, issued.len, &license, &key, &offset),
		SKERRY_OK);
	free(trust);
	return SKERRY_OK;
}

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
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
claims_say_what_was_sold(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_true(cbor_text_equals(license.brand, "hotelhub"));
	assert_true(cbor_text_equals(license.product, "hms"));
	assert_true(cbor_text_equals(license.plan, "island"));
	assert_true(cbor_text_equals(license.id, sold.licenses[0].public_id));
	assert_true(cbor_text_equals(license.licensee, "Grand Hotel"));
	assert_int_equal(license.not_before, DESK_NOW);
	assert_int_equal(license.issued_at, DESK_NOW);
	assert_int_equal(license.edition, DESK_NOW);
	assert_int_equal(license.activation, 1);
	assert_int_equal(license.renew_by, DESK_NOW + 180 * LADDER_DAY_S);
	assert_int_equal(license.valid_until, sold.licenses[0].valid_until);
	assert_int_equal(license.maintenance_until, LICENSE_NEVER);
	/* renew_by, three telephone steps, grace, degraded, and a day for the day end */
	assert_int_equal(license.expires_at,
		DESK_NOW + (180 + 3 * 14 + 365 + 30 + 1) * (int64_t)LADDER_DAY_S);
	assert_int_equal(license.seats_max, 30);
	assert_int_equal(license.grants_len, 2);
	assert_int_equal(license.components_len, 0);
	assert_false(license.has_site_key);
	assert_true(license.has_status);
	assert_true(cbor_text_equals(license.status_uri, "skerry:hotelhub"));
}

static void
telephone_anchor_follows_from_the_desk_and_the_document(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t value[LICENSE_ANCHOR_LEN];

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	desk_fixture_reopen(fixture);
	step_chain_seed(&fixture->desk.vault.telephone, issued.cti, value);
	step_chain_walk(value, issued.cti, 3, 0);
	assert_int_equal(license.telephone_steps, 3);
	assert_int_equal(license.telephone_days, 14);
	assert_memory_equal(license.anchor.data, value, sizeof value);
}

static void
machine_is_bound_with_weights_and_majority(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	assert_int_equal(license.components_len, 3);
	assert_int_equal(license.components[0].weight, 2);
	assert_int_equal(license.components[1].weight, 2);
	assert_int_equal(license.components[2].weight, 1);
	assert_int_equal(license.threshold, 4);
	assert_int_equal(license.salt.data[0], 7);
	assert_int_equal(issue_to(fixture, machine(7, 0), 5), SKERRY_OK);
	assert_int_equal(license.threshold, 5);
	assert_int_equal(issue_to(fixture, machine(7, 0), 6), SKERRY_ERR_ARGUMENT);
}

static void
same_binding_again_takes_no_activation(void **state)
{
	struct desk_fixture *fixture = *state;
	uint64_t edition, index;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	edition = license.edition;
	index = license.status_index;
	/* the same file, then the machine with another system */
	for (unsigned changed = 0; changed <= 4; changed += 4) {
		assert_int_equal(issue_to(fixture, machine(7, changed), 0), SKERRY_OK);
		assert_int_equal(license.edition, ++edition);
		assert_int_equal(license.activation, 1);
		assert_int_equal(license.status_index, index);
	}
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"), 3);
	assert_int_equal(count(fixture, "SELECT count(*) FROM license WHERE status = 'paired'"), 1);
}

static void
second_machine_needs_a_second_activation(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t before;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	before = count(fixture, "SELECT max(seq) FROM audit");
	assert_int_equal(issue_to(fixture, machine(7, 7), 0), SKERRY_ERR_ACTIVATIONS_EXHAUSTED);
	assert_int_equal(issue_to(fixture, machine(8, 0), 0), SKERRY_ERR_ACTIVATIONS_EXHAUSTED);
	assert_int_equal(
		issue_to(fixture, domains("a.example"), 0), SKERRY_ERR_ACTIVATIONS_EXHAUSTED);
	/* nothing was recorded */
	assert_int_equal(count(fixture, "SELECT max(seq) FROM audit"), before);
	assert_int_equal(count(fixture, "SELECT status_next FROM brand"), 1);
	execute(fixture, "UPDATE license SET max_activations = 2");
	assert_int_equal(issue_to(fixture, machine(8, 0), 0), SKERRY_OK);
	assert_int_equal(license.activation, 2);
	assert_int_equal(license.status_index, 1);
}

static void
domains_bind_as_a_set(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, domains("a.example b.example"), 0), SKERRY_OK);
	assert_int_equal(license.domains_len, 2);
	assert_int_equal(issue_to(fixture, domains("a.example b.example"), 0), SKERRY_OK);
	assert_int_equal(license.activation, 1);
	assert_int_equal(
		issue_to(fixture, domains("a.example"), 0), SKERRY_ERR_ACTIVATIONS_EXHAUSTED);
}

/* What license list tells: used, kinds and the stored status. */
static void
expect_standing(
	struct desk_fixture *fixture, int64_t used, const char *kinds, enum standing standing)
{
	struct license_record record;

	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &record), SKERRY_OK);
	assert_int_equal(record.activations_used, used);
	assert_string_equal(record.kinds, kinds);
	assert_int_equal(record.stored, standing);
}

static void
starter_is_short_and_takes_no_activation(void **state)
{
	struct desk_fixture *fixture = *state;
	struct binding starter = { .kind = ACTIVATION_STARTER };
	struct issue issue = { .binding = &starter, .until = DESK_NOW + 30 * LADDER_DAY_S };

	desk_fixture_sell(fixture, &sold);
	issue.license_id = sold.licenses[0].public_id;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(issued.valid_until, DESK_NOW + 30 * LADDER_DAY_S);
	assert_int_equal(issued.renew_by, issued.valid_until);
	/* expiry grace 7 d, degraded 30 d, one day end */
	assert_int_equal(issued.expires_at, issued.valid_until + 38 * LADDER_DAY_S);
	assert_int_equal(issued.status_index, 0);
	expect_standing(fixture, 0, "starter", STANDING_UNPAIRED);
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	assert_int_equal(license.activation, 2);
	assert_int_equal(license.status_index, 1);
	assert_true((int64_t)license.edition > issued.edition - 1);
}

static void
unbound_is_at_no_site(void **state)
{
	struct desk_fixture *fixture = *state;
	uint64_t edition;

	desk_fixture_sell(fixture, &sold);
	expect_standing(fixture, 0, "", STANDING_UNPAIRED);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	expect_standing(fixture, 0, "unbound", STANDING_UNPAIRED);
	assert_int_equal(license.activation, 1);
	assert_int_equal(license.status_index, 0);
	edition = license.edition;
	/* the only activation is still free */
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	assert_int_equal(license.activation, 2);
	assert_int_equal(license.status_index, 1);
	expect_standing(fixture, 1, "machine unbound", STANDING_PAIRED);
	/* and taken it refuses no unbound one, which is the same as before */
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_int_equal(license.activation, 1);
	assert_int_equal(license.status_index, 0);
	assert_true(license.edition > edition + 1);
	expect_standing(fixture, 1, "machine unbound", STANDING_PAIRED);
	assert_int_equal(
		issue_to(fixture, domains("a.example"), 0), SKERRY_ERR_ACTIVATIONS_EXHAUSTED);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 2);
	assert_int_equal(count(fixture, "SELECT status_next FROM brand"), 2);
}

static void
first_unbound_is_given_when_all_activations_are_taken(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, machine(7, 0), 0), SKERRY_OK);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_int_equal(license.activation, 2);
	assert_int_equal(license.status_index, 1);
	assert_int_equal(license.components_len, 0);
	expect_standing(fixture, 1, "machine unbound", STANDING_PAIRED);
	/* an ended one is no longer what stands */
	execute(fixture, "UPDATE activation SET unpaired_at = 1800000000 WHERE kind = 'unbound'");
	expect_standing(fixture, 1, "machine", STANDING_PAIRED);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_int_equal(license.activation, 3);
	assert_int_equal(license.status_index, 2);
}

static void
license_that_was_stopped_or_has_ended_gets_nothing(void **state)
{
	static const struct {
		const char *sql;
		enum skerry_err err;
	} STOPS[] = {
		{ "UPDATE license SET status = 'suspended'", SKERRY_ERR_SUSPENDED },
		{ "UPDATE license SET status = 'revoked'", SKERRY_ERR_REVOKED },
		{ "UPDATE license SET valid_until = 1799999999", SKERRY_ERR_EXPIRED },
	};
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	for (size_t i = 0; i < sizeof STOPS / sizeof *STOPS; i++) {
		execute(fixture, STOPS[i].sql);
		assert_int_equal(issue_to(fixture, domains(""), 0), STOPS[i].err);
		execute(fixture, "UPDATE license SET status = 'unpaired', valid_until = NULL");
	}
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
}

/* Puts other bytes in the place of the newest license, and their digest beside them. */
static void
swap_document(struct desk_fixture *fixture, const uint8_t *bytes, size_t len)
{
	uint8_t digest[HASH_LEN];
	struct store_query q;

	hash_blake2b(NULL, 0, bytes, len, digest);
	store_query(fixture->desk.store, &q,
		"UPDATE document SET bytes = ?, digest = ? WHERE kind = 'license' AND id ="
		" (SELECT max(id) FROM document)");
	store_bind_bytes(&q, bytes, len);
	store_bind_bytes(&q, digest, sizeof digest);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
document_that_was_swapped_is_named_by_its_audit_row(void **state)
{
	struct desk_fixture *fixture = *state;
	struct audit_verdict verdict;
	static struct issued first;
	int64_t row;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue_to(fixture, domains("a.example"), 0), SKERRY_OK);
	first = issued;
	assert_int_equal(issue_to(fixture, domains("a.example"), 0), SKERRY_OK);
	row = count(fixture, "SELECT max(seq) FROM audit WHERE action = 'license.issue'");
	assert_int_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
	/* One that the desk did sign is no better than one that it did not. */
	swap_document(fixture, first.bytes, first.len);
	assert_int_equal(
		audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(verdict.fault, AUDIT_RECORD);
	assert_int_equal(verdict.seq, row);
	swap_document(fixture, (const uint8_t *)"forged", 6);
	assert_int_equal(
		audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(verdict.fault, AUDIT_RECORD);
	assert_int_equal(verdict.seq, row);
	swap_document(fixture, issued.bytes, issued.len);
	assert_int_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
}

static void
clock_of_2099_signs_nothing(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	fixture->desk.clock = DESK_NOW + 61 * LADDER_DAY_S;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_ERR_DESK_CLOCK);
	assert_non_null(strstr(fixture->desk.advice, "clock confirm"));
	fixture->desk.clock = DESK_NOW - 3600;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_ERR_DESK_CLOCK);
	fixture->desk.clock = DESK_NOW - 1;
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_int_equal(license.issued_at, DESK_NOW);
}

static void
proved_edition_of_the_far_future_is_refused(void **state)
{
	struct desk_fixture *fixture = *state;
	struct issue issue = { .binding = domains(""), .until = LICENSE_NEVER };

	desk_fixture_sell(fixture, &sold);
	issue.license_id = sold.licenses[0].public_id;
	issue.proved_edition = DESK_NOW + 61 * LADDER_DAY_S;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_ERR_DESK_CLOCK);
	issue.proved_edition = DESK_NOW + 1000;
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(issued.edition, DESK_NOW + 1001);
	desk_rollback(&fixture->desk);
}

/* HotelHub's claims with the longest names that a plan takes still fit a document. */
static void
full_plan_fits_or_is_refused(void **state)
{
	struct desk_fixture *fixture = *state;
	struct plan *plan = malloc(sizeof *plan);
	struct plan_grant grant = { .value = LICENSE_STRING };

	assert_non_null(plan);
	desk_fixture_sell(fixture, &sold);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(plans_find(&fixture->desk, "hotelhub/hms/island", plan), SKERRY_OK);
	memset(grant.text, 't', sizeof grant.text - 1);
	for (int i = 0; plan->grants_len < LICENSE_GRANTS_MAX; i++) {
		memset(grant.name, 'n', sizeof grant.name - 1);
		grant.name[0] = (char)('a' + i % 26);
		grant.name[1] = (char)('a' + i / 26);
		assert_int_equal(plan_put_grant(plan, &grant), SKERRY_OK);
	}
	grant.name[2] = 'x';
	assert_int_equal(plan_put_grant(plan, &grant), SKERRY_ERR_NO_SPACE);
	/* 128 texts of 128 bytes do not fit 16 KB */
	assert_int_equal(plans_update(&fixture->desk, plan), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	/* 60 do */
	plan->grants_len = 60;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(plans_update(&fixture->desk, plan), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_to(fixture, domains(""), 0), SKERRY_OK);
	assert_int_equal(license.grants_len, 60);
	free(plan);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(claims_say_what_was_sold),
		AT_DESK(telephone_anchor_follows_from_the_desk_and_the_document),
		AT_DESK(machine_is_bound_with_weights_and_majority),
		AT_DESK(same_binding_again_takes_no_activation),
		AT_DESK(second_machine_needs_a_second_activation),
		AT_DESK(domains_bind_as_a_set),
		AT_DESK(starter_is_short_and_takes_no_activation),
		AT_DESK(unbound_is_at_no_site),
		AT_DESK(first_unbound_is_given_when_all_activations_are_taken),
		AT_DESK(license_that_was_stopped_or_has_ended_gets_nothing),
		AT_DESK(document_that_was_swapped_is_named_by_its_audit_row),
		AT_DESK(clock_of_2099_signs_nothing),
		AT_DESK(proved_edition_of_the_far_future_is_refused),
		AT_DESK(full_plan_fits_or_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
