/* SPDX-License-Identifier: ISC */
/* Renewal by telephone at the desk: which step is read out, what it costs, and who is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "formats/cose.h"
#include "formats/ladder.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/telephone.h"
#include "issuer/extend.h"
#include "issuer/issue.h"
#include "keys/step_chain.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define DAY INT64_C(86400)

static struct sold sold;
static struct issued issued;
static struct extended extended;
static struct license license;

/* --- which step ------------------------------------------------------------------------------ */

static void
what_the_clerk_asks_for_is_one_step(void **state)
{
	static const struct {
		struct telephone_facts facts;
		struct telephone_wish wish;
		enum skerry_err err;
		struct telephone_choice choice;
	} CASES[] = {
		/* onward, from the highest that was read out */
		{ { 3, 0 }, { false, 0, 1 }, SKERRY_OK, { 1, 0, TELEPHONE_ONWARD } },
		{ { 3, 1 }, { false, 0, 1 }, SKERRY_OK, { 2, 1, TELEPHONE_ONWARD } },
		{ { 3, 1 }, { false, 0, 2 }, SKERRY_OK, { 3, 1, TELEPHONE_ONWARD } },
		{ { 3, 1 }, { false, 0, 3 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 3, 3 }, { false, 0, 1 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 99, 0 }, { false, 0, 99 }, SKERRY_OK, { 99, 0, TELEPHONE_ONWARD } },
		{ { 99, 98 }, { false, 0, 99 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 0, 0 }, { false, 0, 1 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 0, 0 }, { true, 0, 1 }, SKERRY_ERR_NO_STEPS, { 0 } },
		/* the last one once more */
		{ { 3, 0 }, { true, 0, 1 }, SKERRY_ERR_ARGUMENT, { 0 } },
		{ { 3, 2 }, { true, 0, 1 }, SKERRY_OK, { 2, 1, TELEPHONE_REPEATED } },
		{ { 3, 3 }, { true, 0, 1 }, SKERRY_OK, { 3, 2, TELEPHONE_REPEATED } },
		/* the site's word */
		{ { 3, 0 }, { false, 1, 1 }, SKERRY_OK, { 1, 0, TELEPHONE_ONWARD } },
		{ { 3, 2 }, { false, 3, 1 }, SKERRY_OK, { 3, 2, TELEPHONE_ONWARD } },
		{ { 3, 2 }, { false, 1, 1 }, SKERRY_OK, { 1, 0, TELEPHONE_REPEATED } },
		{ { 3, 2 }, { false, 2, 1 }, SKERRY_OK, { 2, 1, TELEPHONE_REPEATED } },
		{ { 3, 2 }, { false, 1, 3 }, SKERRY_OK, { 3, 0, TELEPHONE_SITE_BEHIND } },
		{ { 3, 0 }, { false, 3, 1 }, SKERRY_OK, { 3, 2, TELEPHONE_SITE_AHEAD } },
		{ { 3, 0 }, { false, 4, 1 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 3, 0 }, { false, 99, 99 }, SKERRY_ERR_NO_STEPS, { 0 } },
		{ { 99, 0 }, { false, 100, 1 }, SKERRY_ERR_ARGUMENT, { 0 } },
		{ { 99, 0 }, { false, 0, 0 }, SKERRY_ERR_ARGUMENT, { 0 } },
		{ { 99, 0 }, { false, 0, 100 }, SKERRY_ERR_ARGUMENT, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++) {
		struct telephone_choice choice = { 77, 77, TELEPHONE_ONWARD };
		enum skerry_err err = telephone_choose(&CASES[i].facts, &CASES[i].wish, &choice);

		if (err != CASES[i].err)
			fail_msg("case %zu: %d instead of %d", i, err, CASES[i].err);
		if (err != SKERRY_OK) {
			assert_int_equal(choice.step, 77);
			continue;
		}
		if (choice.step != CASES[i].choice.step || choice.base != CASES[i].choice.base ||
			choice.kind != CASES[i].choice.kind)
			fail_msg("case %zu: step %u, base %u, case %d", i, choice.step, choice.base,
				choice.kind);
	}
}

/* --- a desk ---------------------------------------------------------------------------------- */

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int64_t
number(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t value;

	store_query(fixture->desk.store, &q, sql);
	assert_true(store_step(&q));
	value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

/* Issues a document bound to nothing ("") or to domains, and reads its claims. */
static void
issue(struct desk_fixture *fixture, const char *domains)
{
	struct binding binding = { .kind = domains[0] == '\0' ? ACTIVATION_UNBOUND
							      : ACTIVATION_DOMAIN };
	struct issue issue = { .license_id = sold.licenses[0].public_id,
		.binding = &binding,
		.until = LICENSE_NEVER };
	struct cose_sign1 message;
	size_t offset;

	snprintf(binding.domains, sizeof binding.domains, "%s", domains);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(cose_sign1_parse(issued.bytes, issued.len, &message, &offset), SKERRY_OK);
	assert_int_equal(license_parse(message.payload, &license, &offset), SKERRY_OK);
}

static void
sell_and_issue(struct desk_fixture *fixture)
{
	desk_fixture_sell(fixture, &sold);
	issue(fixture, "");
}

static enum skerry_err
extend(struct desk_fixture *fixture, const struct extension *extension)
{
	struct desk *desk = &fixture->desk;
	struct license_record record;
	enum skerry_err err;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(licenses_find_id(desk, sold.licenses[0].public_id, &record), SKERRY_OK);
	err = extend_license(desk, &record, extension, &extended);
	if (err != SKERRY_OK)
		desk_rollback(desk);
	else
		assert_int_equal(desk_commit(desk), SKERRY_OK);
	return err;
}

static enum skerry_err
extend_by(struct desk_fixture *fixture, unsigned count)
{
	const struct extension extension = { .wish = { .count = count } };

	return extend(fixture, &extension);
}

/* Which step of the document that was issued last the code is; 0 for none. */
static unsigned
code_step(void)
{
	uint8_t value[STEP_CODE_VALUE_LEN];
	size_t offset;

	assert_int_equal(step_code_read(extended.code, STEP_CODE_LEN, value, &offset), SKERRY_OK);
	return step_chain_find(&license, value);
}

static void
assert_audit_holds(struct desk_fixture *fixture)
{
	int64_t seq = 0;

	assert_int_equal(audit_chain_holds(fixture->desk.store, &seq), SKERRY_OK);
}

static void
codes_fit_the_anchor_of_the_document(void **state)
{
	struct desk_fixture *fixture = *state;

	sell_and_issue(fixture);
	assert_int_equal(license.telephone_steps, 3);
	for (unsigned step = 1; step <= 3; step++) {
		assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
		assert_int_equal(extended.choice.step, step);
		assert_int_equal(code_step(), step);
		assert_true(extended.renew_by == DESK_NOW + (180 + 14 * (int64_t)step) * DAY);
		assert_true(extended.before == extended.renew_by - 14 * DAY);
		assert_int_equal(extended.has_more, step < 3);
	}
	assert_int_equal(extend_by(fixture, 1), SKERRY_ERR_NO_STEPS);
	assert_int_equal(
		number(fixture, "SELECT count(*) FROM audit WHERE action = 'license.extend'"), 3);
	assert_audit_holds(fixture);
}

static void
several_steps_are_one_code(void **state)
{
	struct desk_fixture *fixture = *state;

	sell_and_issue(fixture);
	assert_int_equal(extend_by(fixture, 4), SKERRY_ERR_NO_STEPS);
	assert_int_equal(number(fixture, "SELECT count(*) FROM telephone_step"), 0);
	assert_int_equal(extend_by(fixture, 2), SKERRY_OK);
	assert_int_equal(code_step(), 2);
	assert_int_equal(number(fixture, "SELECT given FROM telephone_step"), 2);
}

static void
reading_out_again_costs_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	const struct extension again = { .wish = { .again = true, .count = 1 } };
	char first[STEP_CODE_LEN + 1];

	sell_and_issue(fixture);
	assert_int_equal(extend(fixture, &again), SKERRY_ERR_ARGUMENT);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	memcpy(first, extended.code, sizeof first);
	for (int i = 0; i < 3; i++) {
		desk_fixture_reopen(fixture);
		assert_int_equal(extend(fixture, &again), SKERRY_OK);
		assert_string_equal(extended.code, first);
		assert_int_equal(extended.choice.kind, TELEPHONE_REPEATED);
	}
	assert_int_equal(number(fixture, "SELECT given FROM telephone_step"), 1);
	/* Told in the log all the same. */
	assert_int_equal(
		number(fixture, "SELECT count(*) FROM audit WHERE action = 'license.extend'"), 4);
	assert_int_equal(
		number(fixture, "SELECT count(*) FROM audit WHERE detail LIKE '%code%'"), 0);
}

static void
site_s_word_counts_where_records_were_put_back(void **state)
{
	struct desk_fixture *fixture = *state;
	const struct extension third = { .wish = { .next = 3, .count = 1 } };
	const struct extension second = { .wish = { .next = 2, .count = 1 } };

	sell_and_issue(fixture);
	assert_int_equal(extend(fixture, &third), SKERRY_OK);
	assert_int_equal(extended.choice.kind, TELEPHONE_SITE_AHEAD);
	assert_int_equal(code_step(), 3);
	assert_int_equal(extend(fixture, &second), SKERRY_OK);
	assert_int_equal(extended.choice.kind, TELEPHONE_REPEATED);
	assert_int_equal(code_step(), 2);
	/* A lower one read out again takes nothing back. */
	assert_int_equal(number(fixture, "SELECT given FROM telephone_step"), 3);
	assert_int_equal(extend_by(fixture, 1), SKERRY_ERR_NO_STEPS);
}

static void
each_document_has_steps_of_its_own(void **state)
{
	struct desk_fixture *fixture = *state;
	struct extension older = { .wish = { .count = 1 } };
	int64_t edition;

	sell_and_issue(fixture);
	edition = issued.edition;
	assert_int_equal(extend_by(fixture, 3), SKERRY_OK);
	fixture->desk.clock += 10 * DAY;
	issue(fixture, "");
	assert_int_equal(extended.documents, 1);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_int_equal(extended.documents, 2);
	assert_true(extended.edition == issued.edition);
	assert_int_equal(code_step(), 1);
	/* The site may still hold the one before. */
	older.edition = edition;
	assert_int_equal(extend(fixture, &older), SKERRY_ERR_NO_STEPS);
	older.wish = (struct telephone_wish){ .again = true, .count = 1 };
	assert_int_equal(extend(fixture, &older), SKERRY_OK);
	assert_true(extended.edition == edition);
	assert_int_equal(code_step(), 0);
	older.edition = 12345;
	assert_int_equal(extend(fixture, &older), SKERRY_ERR_NOT_FOUND);
}

static void
reports_know_of_the_steps(void **state)
{
	static const char RENEW_BY[] = "SELECT renew_by FROM activation ORDER BY id LIMIT 1";
	struct desk_fixture *fixture = *state;
	struct extension older = { .wish = { .count = 3 } };

	sell_and_issue(fixture);
	assert_true(number(fixture, RENEW_BY) == DESK_NOW + 180 * DAY);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_true(number(fixture, RENEW_BY) == DESK_NOW + 194 * DAY);
	/* The next document says its own date; steps of an older one never take it back. */
	older.edition = issued.edition;
	fixture->desk.clock += 50 * DAY;
	issue(fixture, "");
	assert_true(number(fixture, RENEW_BY) == DESK_NOW + 230 * DAY);
	older.wish.count = 2;
	assert_int_equal(extend(fixture, &older), SKERRY_OK);
	assert_true(extended.renew_by == DESK_NOW + 222 * DAY);
	assert_true(number(fixture, RENEW_BY) == DESK_NOW + 230 * DAY);
}

/* To the second: what a step allows, and a day for the end of the day at the site. */
static void
first_step_of_use_is_the_first_that_has_not_ended(void **state)
{
	struct desk_fixture *fixture = *state;
	struct ladder ladder;

	sell_and_issue(fixture);
	for (unsigned from = 0; from <= 3; from++)
		assert_int_equal(
			telephone_first_of_use(&license, from, DESK_NOW), from < 3 ? from + 1 : 0);
	for (unsigned step = 1; step <= 3; step++) {
		ladder_dates(&license, step, &ladder);
		assert_int_equal(
			telephone_first_of_use(&license, 0, ladder.degraded_until + DAY - 1), step);
		assert_int_equal(telephone_first_of_use(&license, 0, ladder.degraded_until + DAY),
			step < 3 ? step + 1 : 0);
	}
}

static void
no_step_is_given_that_moves_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct extension again = { .wish = { .again = true, .count = 1 } };

	desk_fixture_sell(fixture, &sold);
	execute(fixture, "UPDATE license SET valid_until = 1800000000 + 200 * 86400");
	issue(fixture, "");
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_true(extended.has_more);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_true(extended.renew_by == DESK_NOW + 200 * DAY);
	assert_false(extended.has_more);
	assert_int_equal(extend_by(fixture, 1), SKERRY_ERR_NO_STEPS);
	assert_non_null(strstr(fixture->desk.advice, "license renew"));
	assert_int_equal(number(fixture, "SELECT given FROM telephone_step"), 2);
	assert_int_equal(extend(fixture, &again), SKERRY_OK);
	/* Two at once that go over the end are of use as far as they go. */
	fixture->desk.clock += DAY;
	issue(fixture, "");
	assert_int_equal(extend_by(fixture, 3), SKERRY_OK);
	assert_true(extended.renew_by == DESK_NOW + 200 * DAY);
}

static void
what_is_stopped_gets_no_step(void **state)
{
	static const struct {
		const char *sql;
		enum skerry_err err;
	} CASES[] = {
		{ "UPDATE license SET status = 'suspended'", SKERRY_ERR_SUSPENDED },
		{ "UPDATE license SET status = 'revoked'", SKERRY_ERR_REVOKED },
		{ "UPDATE license SET valid_until = 1800000000 - 1", SKERRY_ERR_EXPIRED },
		{ "UPDATE customer SET erased_at = 1800000000", SKERRY_ERR_STATUS_FORBIDS },
		{ "UPDATE activation SET unpaired_at = 1800000000", SKERRY_ERR_NOT_FOUND },
		{ "UPDATE activation SET kind = 'starter'", SKERRY_ERR_NOT_FOUND },
		{ "UPDATE document SET bytes = x'' WHERE kind = 'license'",
			SKERRY_ERR_STORE_DAMAGED },
		{ "UPDATE document SET bytes = x'00' WHERE kind = 'license'",
			SKERRY_ERR_STORE_DAMAGED },
	};
	struct desk_fixture *fixture = *state;

	sell_and_issue(fixture);
	for (size_t i = 0; i < COUNT(CASES); i++) {
		const struct extension extension = { .wish = { .count = 1 } };
		struct license_record record;
		struct desk *desk = &fixture->desk;

		assert_int_equal(desk_begin(desk), SKERRY_OK);
		execute(fixture, CASES[i].sql);
		assert_int_equal(
			licenses_find_id(desk, sold.licenses[0].public_id, &record), SKERRY_OK);
		memset(&extended, 0x5a, sizeof extended);
		if (extend_license(desk, &record, &extension, &extended) != CASES[i].err)
			fail_msg("%s", CASES[i].sql);
		assert_int_equal(extended.code[0], 0x5a);
		assert_int_equal(number(fixture, "SELECT count(*) FROM telephone_step"), 0);
		desk_rollback(desk);
	}
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
}

static void
one_of_several_sites_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	struct extension second = { .activation = 2, .wish = { .count = 1 } };

	execute(fixture, "UPDATE plan SET max_activations = 5");
	sell_and_issue(fixture);
	issue(fixture, "grand.example");
	assert_int_equal(extend_by(fixture, 1), SKERRY_ERR_NOT_UNIQUE);
	assert_non_null(strstr(fixture->desk.advice, "1, 2"));
	assert_int_equal(extend(fixture, &second), SKERRY_OK);
	assert_int_equal(extended.activation, 2);
	assert_int_equal(code_step(), 1);
	second.activation = 3;
	assert_int_equal(extend(fixture, &second), SKERRY_ERR_NOT_FOUND);
	execute(fixture, "UPDATE activation SET unpaired_at = 1800000000 WHERE number = 1");
	second.activation = 1;
	assert_int_equal(extend(fixture, &second), SKERRY_ERR_STATUS_FORBIDS);
	/* One that was released is no choice. */
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_int_equal(extended.activation, 2);
}

static void
plan_without_steps_has_none(void **state)
{
	struct desk_fixture *fixture = *state;

	execute(fixture, "UPDATE plan SET telephone_steps = 0, telephone_days = 0");
	sell_and_issue(fixture);
	assert_int_equal(extend_by(fixture, 1), SKERRY_ERR_NO_STEPS);
	assert_non_null(strstr(fixture->desk.message, "no renewal by telephone"));
}

static void
document_that_is_over_is_not_helped(void **state)
{
	struct desk_fixture *fixture = *state;

	execute(fixture, "UPDATE plan SET grace_s = 0, degraded_s = 0, telephone_steps = 1,"
			 " telephone_days = 1, renew_every = '1d'");
	sell_and_issue(fixture);
	assert_true(license.expires_at == DESK_NOW + 3 * DAY);
	fixture->desk.clock = license.expires_at - 1;
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	fixture->desk.clock = license.expires_at;
	assert_int_equal(
		extend(fixture, &(struct extension){ .wish = { .again = true, .count = 1 } }),
		SKERRY_ERR_EXPIRED);
	assert_non_null(strstr(fixture->desk.advice, "license issue"));
}

static void
reason_stands_beside_the_log(void **state)
{
	struct desk_fixture *fixture = *state;
	struct extension extension = { .wish = { .count = 1 }, .reason = "called, bill is paid" };

	sell_and_issue(fixture);
	assert_int_equal(extend(fixture, &extension), SKERRY_OK);
	assert_int_equal(number(fixture, "SELECT count(*) FROM note"), 1);
	assert_int_equal(number(fixture, "SELECT count(*) FROM audit WHERE action ="
					 " 'license.extend' AND detail LIKE '% note=1 digest=%'"),
		1);
}

static enum audit_fault
fault_after(struct desk_fixture *fixture, const char *sql, struct audit_verdict *verdict)
{
	assert_int_equal(store_begin(fixture->desk.store), SKERRY_OK);
	execute(fixture, sql);
	(void)audit_verify_desk(&fixture->desk, NULL, 0, verdict);
	store_rollback(fixture->desk.store);
	return verdict->fault;
}

static void
records_that_contradict_the_log_are_named(void **state)
{
	static const char *const EDITED[] = {
		"UPDATE telephone_step SET given = 1",
		"UPDATE telephone_step SET given = 3",
		"DELETE FROM telephone_step",
	};
	struct desk_fixture *fixture = *state;
	struct audit_verdict verdict;

	sell_and_issue(fixture);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_int_equal(extend_by(fixture, 1), SKERRY_OK);
	assert_int_equal(extend(fixture, &(struct extension){ .wish = { .next = 1, .count = 1 } }),
		SKERRY_OK);
	assert_int_equal(fault_after(fixture, "SELECT 1", &verdict), AUDIT_SOUND);
	for (size_t i = 0; i < COUNT(EDITED); i++) {
		if (fault_after(fixture, EDITED[i], &verdict) != AUDIT_RECORD)
			fail_msg("%s", EDITED[i]);
		assert_non_null(strstr(verdict.subject, sold.licenses[0].public_id));
		assert_non_null(strstr(verdict.says, "tep "));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define AT_A_DESK(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
		cmocka_unit_test(what_the_clerk_asks_for_is_one_step),
		AT_A_DESK(first_step_of_use_is_the_first_that_has_not_ended),
		AT_A_DESK(codes_fit_the_anchor_of_the_document),
		AT_A_DESK(several_steps_are_one_code),
		AT_A_DESK(reading_out_again_costs_nothing),
		AT_A_DESK(site_s_word_counts_where_records_were_put_back),
		AT_A_DESK(each_document_has_steps_of_its_own),
		AT_A_DESK(reports_know_of_the_steps),
		AT_A_DESK(no_step_is_given_that_moves_nothing),
		AT_A_DESK(what_is_stopped_gets_no_step),
		AT_A_DESK(one_of_several_sites_is_named),
		AT_A_DESK(plan_without_steps_has_none),
		AT_A_DESK(document_that_is_over_is_not_helped),
		AT_A_DESK(reason_stands_beside_the_log),
		AT_A_DESK(records_that_contradict_the_log_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
