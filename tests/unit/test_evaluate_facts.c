/* SPDX-License-Identifier: ISC */
/* evaluate: what each fact does, with its reason, at second -1, 0 and +1 of its boundaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_verdict.h"

static void
facts_without_objection_object_to_nothing(void **state)
{
	const struct evaluate_facts facts = verdict_facts(ISSUED);

	(void)state;
	assert_true(facts.status_issued_at == LICENSE_NEVER);
	assert_true(facts.rollback_since == LICENSE_NEVER && !facts.state_rollback);
	assert_true(facts.machine_since == LICENSE_NEVER && facts.domain_since == LICENSE_NEVER &&
		    facts.tenant_since == LICENSE_NEVER);
	assert_true(
		facts.key_revoked_since == LICENSE_NEVER && facts.unpaired_since == LICENSE_NEVER);
	assert_true(facts.candidate == LICENSE_NEVER && facts.candidate_due == LICENSE_NEVER);
	assert_true(facts.now == ISSUED && facts.local.offset_s == 0);
	assert_int_equal(facts.machine | facts.site_key | facts.domain | facts.tenant |
				 facts.status | facts.clock | facts.telephone_steps,
		0);
	assert_true(facts.build_date == 0);
}

static void
suspension_and_revocation_take_effect_at_once(void **state)
{
	const struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED + DAY);
	struct expected row = { ISSUED + DAY, LOCKED, SKERRY_REASON_SUSPENDED, ALERT,
		SKERRY_NEVER };
	struct expected valid = { ISSUED + DAY, ACTIVE, OK, NONE, ISSUED + 150 * DAY };
	struct skerry_verdict verdict;

	(void)state;
	facts.status = EVALUATE_STATUS_VALID;
	verdict_expect(&license, &facts, &valid);
	facts.status = EVALUATE_STATUS_SUSPENDED;
	verdict_expect(&license, &facts, &row);
	facts.status = EVALUATE_STATUS_REVOKED;
	row.reason = SKERRY_REASON_REVOKED;
	verdict_expect(&license, &facts, &row);
	/* What took effect at once has no date; the ladder's stay as they are. */
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.grace_until == DAY_END(ISSUED + 545 * DAY));
	assert_true(verdict.degraded_until == DAY_END(ISSUED + 575 * DAY));
	/* The decision of the vendor is told rather than the date that has passed as well. */
	facts.now = row.at = ISSUED + 5000 * DAY;
	verdict_expect(&license, &facts, &row);
}

static void
license_of_another_site_gets_no_grace(void **state)
{
	const struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	const struct expected active = { ISSUED, ACTIVE, OK, NONE, ISSUED + 150 * DAY };
	struct skerry_verdict verdict;

	(void)state;
	facts.site_key = EVALUATE_MATCH;
	verdict_expect(&license, &facts, &active);
	/* Another key comes with another memory: no grace begins that could begin again. */
	facts.site_key = EVALUATE_MISMATCH;
	facts.machine_since = ISSUED;
	evaluate(&license, &facts, &verdict);
	assert_int_equal(verdict.reason, SKERRY_REASON_WRONG_MACHINE);
	assert_int_equal(verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(verdict.access, SKERRY_ACCESS_NONE);
}

static void
maintenance_allows_builds_up_to_its_date(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	const int64_t until = ISSUED + 365 * DAY;
	const struct {
		int64_t build_date;
		bool allowed;
	} builds[] = { { 0, true }, { until - 1, true }, { until, true }, { until + 1, false } };

	(void)state;
	for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
		const struct expected locked = { ISSUED, LOCKED, SKERRY_REASON_MAINTENANCE_ENDED,
			ALERT, SKERRY_NEVER };
		const struct expected active = { ISSUED, ACTIVE, OK, NONE, SKERRY_NEVER };

		license.maintenance_until = until;
		facts.build_date = builds[i].build_date;
		verdict_expect(&license, &facts, builds[i].allowed ? &active : &locked);
		license.maintenance_until = LICENSE_NEVER;
		verdict_expect(&license, &facts, &active);
	}
}

/* Each condition that gets the rebind grace, at -1, 0, +1 of its beginning and its end. */
static void
mismatch_has_full_access_for_the_rebind_grace(void **state)
{
	const struct license license = verdict_perpetual();
	const int64_t since = ISSUED + 5 * DAY, lock = DAY_END(since + 14 * DAY);
	const struct {
		enum evaluate_match machine, domain, tenant;
		enum skerry_reason reason;
	} cases[] = {
		{ EVALUATE_MISMATCH, EVALUATE_MATCH, EVALUATE_MATCH, SKERRY_REASON_WRONG_MACHINE },
		{ EVALUATE_TOO_FEW, EVALUATE_MATCH, EVALUATE_MATCH,
			SKERRY_REASON_TOO_FEW_COMPONENTS },
		{ EVALUATE_MATCH, EVALUATE_MISMATCH, EVALUATE_MATCH, SKERRY_REASON_WRONG_DOMAIN },
		{ EVALUATE_MATCH, EVALUATE_MATCH, EVALUATE_MISMATCH, SKERRY_REASON_WRONG_TENANT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum skerry_reason reason = cases[i].reason;
		const struct expected rows[] = {
			{ since - 1, ACTIVE, OK, NONE, since },
			{ since, GRACE, reason, ALERT, lock },
			{ since + 1, GRACE, reason, ALERT, lock },
			{ lock - 1, GRACE, reason, ALERT, lock },
			{ lock, LOCKED, reason, ALERT, SKERRY_NEVER },
			{ lock + 1, LOCKED, reason, ALERT, SKERRY_NEVER },
		};
		struct evaluate_facts facts = verdict_facts(0);

		facts.machine = cases[i].machine;
		facts.domain = cases[i].domain;
		facts.tenant = cases[i].tenant;
		facts.machine_since = facts.domain_since = facts.tenant_since = since;
		EXPECT_ROWS(&license, facts, rows);
	}
}

/* What is known of one condition says nothing of another; the others' ages are longer ago. */
static void
each_condition_counts_from_its_own_beginning(void **state)
{
	const struct license license = verdict_perpetual();
	const int64_t since = ISSUED + 100 * DAY, before = ISSUED + DAY;

	(void)state;
	for (int which = 0; which < 4; which++) {
		struct evaluate_facts facts = verdict_facts(0);
		enum skerry_reason reason = SKERRY_REASON_WRONG_MACHINE;

		facts.machine_since = which < 2 ? since : before;
		facts.domain_since = which == 2 ? since : before;
		facts.tenant_since = which == 3 ? since : before;
		if (which == 0)
			facts.machine = EVALUATE_MISMATCH;
		if (which == 1) {
			facts.machine = EVALUATE_TOO_FEW;
			reason = SKERRY_REASON_TOO_FEW_COMPONENTS;
		}
		if (which == 2) {
			facts.domain = EVALUATE_MISMATCH;
			reason = SKERRY_REASON_WRONG_DOMAIN;
		}
		if (which == 3) {
			facts.tenant = EVALUATE_MISMATCH;
			reason = SKERRY_REASON_WRONG_TENANT;
		}
		EXPECT_ROWS(&license, facts,
			((const struct expected[]){ { since - 1, ACTIVE, OK, NONE, since },
				{ since, GRACE, reason, ALERT, DAY_END(since + 14 * DAY) } }));
	}
}

/* A domain or tenant of which nothing can be told is no objection, whatever was remembered. */
static void
what_is_not_compared_is_no_mismatch(void **state)
{
	const struct license license = verdict_perpetual();
	static const enum evaluate_match NONE_OF_THEM[] = { EVALUATE_UNKNOWN, EVALUATE_MATCH };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct evaluate_facts facts = verdict_facts(ISSUED + 100 * DAY);
		const struct expected active = { facts.now, ACTIVE, OK, NONE, SKERRY_NEVER };

		facts.machine = facts.site_key = facts.domain = facts.tenant = NONE_OF_THEM[i];
		facts.machine_since = facts.domain_since = facts.tenant_since = ISSUED;
		facts.rollback_since = ISSUED;
		verdict_expect(&license, &facts, &active);
	}
}

static void
mismatch_of_unknown_age_counts_from_the_issue_date(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	const struct expected row = { ISSUED, GRACE, SKERRY_REASON_WRONG_MACHINE, ALERT,
		DAY_END(ISSUED + 14 * DAY) };

	(void)state;
	/* Not from the date on which it begins to be valid. */
	license.not_before = ISSUED - 100 * DAY;
	facts.machine = EVALUATE_MISMATCH;
	verdict_expect(&license, &facts, &row);
}

static void
condition_without_grace_locks_where_it_begins(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(0);
	const int64_t since = ISSUED + 5 * DAY + 17;
	const struct expected machine[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, LOCKED, SKERRY_REASON_WRONG_MACHINE, ALERT, SKERRY_NEVER },
	};
	const struct expected unpaired[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	const struct expected key[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, DEGRADED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT,
			DAY_END(ISSUED + 35 * DAY) },
	};

	(void)state;
	license.ladder.rebind_grace_s = license.ladder.overlap_s = license.ladder.grace_s = 0;
	facts.machine = EVALUATE_MISMATCH;
	facts.machine_since = since;
	EXPECT_ROWS(&license, facts, machine);
	facts = verdict_facts(0);
	facts.unpaired_since = since;
	EXPECT_ROWS(&license, facts, unpaired);
	facts = verdict_facts(0);
	facts.key_revoked_since = since;
	EXPECT_ROWS(&license, facts, key);
}

static void
unpaired_site_goes_on_for_the_overlap(void **state)
{
	const struct license license = verdict_perpetual();
	const int64_t since = ISSUED + 5 * DAY, lock = DAY_END(since + 10 * DAY);
	const struct expected rows[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ since + 1, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock - 1, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
		{ lock + 1, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	const struct expected listed[] = {
		{ since, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
		{ lock, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = verdict_facts(0);

	(void)state;
	facts.unpaired_since = since;
	EXPECT_ROWS(&license, facts, rows);
	/* The list has it as revoked: that is why. */
	facts.status = EVALUATE_STATUS_REVOKED;
	EXPECT_ROWS(&license, facts, listed);
}

static void
revoked_signing_key_starts_the_licenses_own_grace(void **state)
{
	const struct license license = verdict_perpetual();
	const int64_t since = ISSUED + 5 * DAY, read_only = DAY_END(since + 365 * DAY),
		      lock = DAY_END(since + 395 * DAY);
	const struct expected rows[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, GRACE, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, read_only },
		{ read_only - 1, GRACE, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, lock },
		{ lock - 1, DEGRADED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = verdict_facts(0);

	(void)state;
	facts.key_revoked_since = since;
	EXPECT_ROWS(&license, facts, rows);
}

/* A new machine in the middle of a long grace: what ends first is what a person must hear. */
static void
of_two_graces_the_one_that_ends_first_is_told(void **state)
{
	const struct license license = verdict_island();
	const int64_t since = license.renew_by + 5 * DAY, lock = DAY_END(since + 14 * DAY);
	const struct expected rows[] = {
		{ since - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, since },
		{ since, GRACE, SKERRY_REASON_WRONG_MACHINE, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_WRONG_MACHINE, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = verdict_facts(0);
	struct skerry_verdict verdict;

	(void)state;
	facts.machine = EVALUATE_MISMATCH;
	facts.machine_since = since;
	EXPECT_ROWS(&license, facts, rows);
	facts.now = since;
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.grace_until == lock && verdict.degraded_until == lock);
}

/* The one whose full access ends first shows first, though the other one locks sooner. */
static void
each_of_two_conditions_has_its_turn(void **state)
{
	struct license license = verdict_perpetual();
	const int64_t since = ISSUED + DAY, read_only = DAY_END(since + 10 * DAY),
		      lock = DAY_END(since + 14 * DAY);
	const struct expected rows[] = {
		{ since, GRACE, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, read_only },
		{ read_only - 1, GRACE, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, lock },
		{ lock - 1, DEGRADED, SKERRY_REASON_SIGNING_KEY_REVOKED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_WRONG_MACHINE, ALERT, SKERRY_NEVER },
		/* The key's own lock comes later and changes nothing. */
		{ lock + 1000 * DAY, LOCKED, SKERRY_REASON_WRONG_MACHINE, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = verdict_facts(0);

	(void)state;
	license.ladder.grace_s = 10 * DAY;
	license.ladder.degraded_s = 300 * DAY;
	facts.key_revoked_since = facts.machine_since = since;
	facts.machine = EVALUATE_MISMATCH;
	EXPECT_ROWS(&license, facts, rows);
}

static void
of_two_equal_conditions_the_vendors_word_is_told(void **state)
{
	struct license license = verdict_perpetual();
	const int64_t since = ISSUED + DAY, lock = DAY_END(since + 14 * DAY);
	const struct expected rows[] = {
		{ since, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = verdict_facts(0);

	(void)state;
	license.ladder.overlap_s = license.ladder.rebind_grace_s;
	facts.unpaired_since = facts.machine_since = since;
	facts.machine = EVALUATE_MISMATCH;
	EXPECT_ROWS(&license, facts, rows);
}

static void
clock_conditions_only_raise_the_notice(void **state)
{
	const struct license license = verdict_island();
	const int64_t warn = ISSUED + 150 * DAY, alert = ISSUED + 173 * DAY;
	const struct expected rows[] = {
		{ ISSUED, ACTIVE, OK, WARN, warn },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, license.renew_by },
	};

	(void)state;
	for (int clock = EVALUATE_CLOCK_BEHIND; clock <= EVALUATE_CLOCK_UNATTENDED; clock++) {
		struct evaluate_facts facts = verdict_facts(0);

		facts.clock = (enum evaluate_clock)clock;
		EXPECT_ROWS(&license, facts, rows);
	}
}

/* That a clock will be believed is news; that it will cost something is a warning. */
static void
candidate_is_told_and_warns_where_believing_it_costs_something(void **state)
{
	const struct license license = verdict_island();
	const int64_t warn = license.renew_by - 30 * DAY, renew = license.renew_by,
		      alert = renew - 7 * DAY, read_only = DAY_END(renew + 365 * DAY),
		      lock = DAY_END(renew + 395 * DAY);
	const struct expected harmless[] = {
		{ ISSUED, ACTIVE, OK, INFO, warn },
		{ warn - 1, ACTIVE, OK, INFO, warn },
		{ warn, OVERDUE, SKERRY_REASON_OVERDUE, WARN, alert },
	};
	const struct expected costs[] = {
		{ ISSUED, ACTIVE, OK, WARN, warn },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, renew },
		{ read_only, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};
	struct license waits = verdict_perpetual();
	const struct expected waiting = { ISSUED, UNLICENSED, SKERRY_REASON_NOT_YET_VALID, INFO,
		ISSUED + 10 * DAY };
	struct evaluate_facts facts = verdict_facts(ISSUED);

	(void)state;
	facts.candidate = warn - 1;
	facts.candidate_due = ISSUED + DAY;
	EXPECT_ROWS(&license, facts, harmless);
	facts.candidate = warn;
	EXPECT_ROWS(&license, facts,
		((const struct expected[]){ { ISSUED, ACTIVE, OK, WARN, warn },
			{ warn, OVERDUE, SKERRY_REASON_OVERDUE, WARN, alert } }));
	facts.candidate = lock;
	EXPECT_ROWS(&license, facts, costs);
	/* A license that waits loses nothing to a clock that is ahead. */
	waits.not_before = ISSUED + 10 * DAY;
	verdict_expect(&waits, &facts, &waiting);
}

static void
rollback_is_a_notice_or_a_grace_as_the_license_says(void **state)
{
	struct license license = verdict_perpetual();
	const int64_t since = ISSUED + 5 * DAY;
	const struct expected notice = { since, ACTIVE, OK, WARN, SKERRY_NEVER };
	const struct expected grace = { since, GRACE, SKERRY_REASON_STATE_DAMAGED, ALERT,
		DAY_END(since + 365 * DAY) };
	struct evaluate_facts facts = verdict_facts(since);

	(void)state;
	facts.state_rollback = true;
	facts.rollback_since = since;
	verdict_expect(&license, &facts, &notice);
	license.ladder.rollback_policy = LICENSE_ROLLBACK_GRACE;
	verdict_expect(&license, &facts, &grace);
	EXPECT_ROWS(&license, facts,
		((const struct expected[]){
			{ since - 1, ACTIVE, OK, WARN, since },
			{ since + 1, GRACE, SKERRY_REASON_STATE_DAMAGED, ALERT,
				DAY_END(since + 365 * DAY) },
			{ DAY_END(since + 365 * DAY) - 1, GRACE, SKERRY_REASON_STATE_DAMAGED, ALERT,
				DAY_END(since + 365 * DAY) },
			{ DAY_END(since + 395 * DAY), LOCKED, SKERRY_REASON_STATE_DAMAGED, ALERT,
				SKERRY_NEVER },
		}));
	/* Of unknown age it is a notice: nobody is locked out by a date that nobody knows. */
	facts.rollback_since = LICENSE_NEVER;
	verdict_expect(&license, &facts, &notice);
	facts.rollback_since = since;
	facts.now = DAY_END(since + 365 * DAY);
	verdict_expect(&license, &facts,
		&(struct expected){ facts.now, DEGRADED, SKERRY_REASON_STATE_DAMAGED, ALERT,
			DAY_END(since + 395 * DAY) });
	facts.now = since;
	facts.state_rollback = false;
	verdict_expect(
		&license, &facts, &(struct expected){ since, ACTIVE, OK, NONE, SKERRY_NEVER });
}

static void
stale_status_list_is_a_warning(void **state)
{
	struct license license = verdict_perpetual();
	const int64_t listed = ISSUED + 20 * DAY, stale = listed + 30 * DAY;
	const struct expected rows[] = {
		{ stale - 1, ACTIVE, OK, NONE, stale },
		{ stale, ACTIVE, OK, WARN, SKERRY_NEVER },
		{ stale + 1, ACTIVE, OK, WARN, SKERRY_NEVER },
	};
	const struct expected never_heard[] = {
		{ ISSUED + 30 * DAY - 1, ACTIVE, OK, NONE, ISSUED + 30 * DAY },
		{ ISSUED + 30 * DAY, ACTIVE, OK, WARN, SKERRY_NEVER },
	};
	const struct expected quiet[] = { { stale, ACTIVE, OK, NONE, SKERRY_NEVER } };
	struct evaluate_facts facts = verdict_facts(0);

	(void)state;
	license.has_status = true;
	license.not_before = ISSUED - DAY;
	license.ladder.max_status_age_s = 30 * DAY;
	EXPECT_ROWS(&license, facts, never_heard);
	/* A list older than the license says less than the license. */
	facts.status_issued_at = ISSUED - 20 * DAY;
	EXPECT_ROWS(&license, facts, never_heard);
	facts.status_issued_at = listed;
	EXPECT_ROWS(&license, facts, rows);
	license.ladder.max_status_age_s = 0;
	EXPECT_ROWS(&license, facts, quiet);
	license.ladder.max_status_age_s = 30 * DAY;
	license.has_status = false;
	EXPECT_ROWS(&license, facts, quiet);
}

/* --- facts at the ends of their types -------------------------------------------------------- */

/* What never comes has not come at the last instant; what locks at once has locked at the first. */
static void
never_does_not_come_and_at_once_was_always(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(INT64_MAX);
	const struct expected last = { INT64_MAX, ACTIVE, OK, NONE, SKERRY_NEVER };
	const struct expected revoked = { INT64_MIN, LOCKED, SKERRY_REASON_REVOKED, ALERT,
		SKERRY_NEVER };

	(void)state;
	license.has_status = true;
	license.ladder.max_status_age_s = LICENSE_DURATION_MAX;
	facts.status_issued_at = INT64_MAX - LICENSE_DURATION_MAX;
	verdict_expect(&license, &facts, &last);
	facts.now = INT64_MIN;
	facts.status = EVALUATE_STATUS_REVOKED;
	verdict_expect(&license, &facts, &revoked);
	/* A condition that begins at the end of time has no time left to end. */
	facts = verdict_facts(LICENSE_TIME_MAX);
	license.has_status = false;
	facts.unpaired_since = INT64_MAX - 1;
	verdict_expect(
		&license, &facts, &(struct expected){ facts.now, ACTIVE, OK, NONE, INT64_MAX - 1 });
	facts.now = INT64_MAX - 1;
	verdict_expect(&license, &facts,
		&(struct expected){
			facts.now, GRACE, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER });
}

static void
dates_of_the_license_are_told(void **state)
{
	struct license license = verdict_perpetual();
	const struct evaluate_facts facts = verdict_facts(ISSUED);
	struct skerry_verdict verdict;

	(void)state;
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.maintenance_until == SKERRY_NEVER);
	assert_true(verdict.renew_by == SKERRY_NEVER && verdict.valid_until == SKERRY_NEVER);
	assert_true(verdict.grace_until == SKERRY_NEVER && verdict.degraded_until == SKERRY_NEVER);
	license.maintenance_until = ISSUED + 7 * DAY;
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.maintenance_until == ISSUED + 7 * DAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_without_objection_object_to_nothing),
		cmocka_unit_test(suspension_and_revocation_take_effect_at_once),
		cmocka_unit_test(license_of_another_site_gets_no_grace),
		cmocka_unit_test(maintenance_allows_builds_up_to_its_date),
		cmocka_unit_test(mismatch_has_full_access_for_the_rebind_grace),
		cmocka_unit_test(each_condition_counts_from_its_own_beginning),
		cmocka_unit_test(what_is_not_compared_is_no_mismatch),
		cmocka_unit_test(mismatch_of_unknown_age_counts_from_the_issue_date),
		cmocka_unit_test(condition_without_grace_locks_where_it_begins),
		cmocka_unit_test(unpaired_site_goes_on_for_the_overlap),
		cmocka_unit_test(revoked_signing_key_starts_the_licenses_own_grace),
		cmocka_unit_test(of_two_graces_the_one_that_ends_first_is_told),
		cmocka_unit_test(each_of_two_conditions_has_its_turn),
		cmocka_unit_test(of_two_equal_conditions_the_vendors_word_is_told),
		cmocka_unit_test(clock_conditions_only_raise_the_notice),
		cmocka_unit_test(candidate_is_told_and_warns_where_believing_it_costs_something),
		cmocka_unit_test(rollback_is_a_notice_or_a_grace_as_the_license_says),
		cmocka_unit_test(stale_status_list_is_a_warning),
		cmocka_unit_test(never_does_not_come_and_at_once_was_always),
		cmocka_unit_test(dates_of_the_license_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
