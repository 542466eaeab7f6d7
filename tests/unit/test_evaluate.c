/* SPDX-License-Identifier: ISC */
/*
 * evaluate: each row of the state table at second -1, 0 and +1 of its boundaries, each fact with
 * its reason, and properties over random licenses and facts with a fixed seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/evaluate.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

/* Midnight UTC of 2027-01-01, when every license of this test is issued. */
#define ISSUED INT64_C(1798761600)

/* --- licenses and facts ---------------------------------------------------------------------- */

/* The island plan: renew 180 d, grace 365 d, degraded 30 d, term 3 y; day end 04:00. */
static struct license
island(void)
{
	return (struct license){
		.issued_at = ISSUED,
		.not_before = ISSUED,
		.expires_at = LICENSE_NEVER,
		.renew_by = ISSUED + 180 * DAY,
		.valid_until = ISSUED + 1095 * DAY,
		.maintenance_until = LICENSE_NEVER,
		.ladder = { .warn_s = 30 * DAY,
			.alert_s = 7 * DAY,
			.grace_s = 365 * DAY,
			.degraded_s = 30 * DAY,
			.expiry_grace_s = 7 * DAY,
			.rebind_grace_s = 14 * DAY,
			.overlap_s = 10 * DAY,
			.day_end_minutes = 240 },
	};
}

/* No dates at all. */
static struct license
perpetual(void)
{
	struct license license = island();

	license.renew_by = license.valid_until = LICENSE_NEVER;
	return license;
}

static struct evaluate_facts
facts_at(int64_t now)
{
	struct evaluate_facts facts;

	evaluate_facts_init(&facts, now, 0);
	return facts;
}

/* What a test expects of an instant. */
struct expected {
	int64_t at;
	enum skerry_state state;
	enum skerry_access access;
	enum skerry_reason reason;
	enum skerry_notice notice;
	int64_t next;
};

#define UNLICENSED SKERRY_STATE_UNLICENSED, SKERRY_ACCESS_NONE
#define ACTIVE SKERRY_STATE_ACTIVE, SKERRY_ACCESS_FULL
#define OVERDUE SKERRY_STATE_OVERDUE, SKERRY_ACCESS_FULL
#define GRACE SKERRY_STATE_GRACE, SKERRY_ACCESS_FULL
#define DEGRADED SKERRY_STATE_DEGRADED, SKERRY_ACCESS_READ_ONLY
#define LOCKED SKERRY_STATE_LOCKED, SKERRY_ACCESS_NONE
#define OK SKERRY_REASON_OK
#define NONE SKERRY_NOTICE_NONE
#define INFO SKERRY_NOTICE_INFO
#define WARN SKERRY_NOTICE_WARN
#define ALERT SKERRY_NOTICE_ALERT

static void
expect(const struct license *license, const struct evaluate_facts *facts,
	const struct expected *row)
{
	struct skerry_verdict got;

	evaluate(license, facts, &got);
	if (got.state != row->state || got.access != row->access || got.reason != row->reason ||
		got.notice != row->notice || got.next_change_at != row->next)
		print_error("at %lld: state %d access %d reason %d notice %d next %lld\n",
			(long long)row->at, got.state, got.access, got.reason, got.notice,
			(long long)got.next_change_at);
	assert_int_equal(got.state, row->state);
	assert_int_equal(got.access, row->access);
	assert_int_equal(got.reason, row->reason);
	assert_int_equal(got.notice, row->notice);
	assert_true(got.next_change_at == row->next);
	assert_true(got.at == facts->now);
}

static void
expect_rows(const struct license *license, struct evaluate_facts facts, const struct expected *rows,
	size_t rows_len)
{
	for (size_t i = 0; i < rows_len; i++) {
		facts.now = rows[i].at;
		expect(license, &facts, &rows[i]);
	}
}
#define EXPECT_ROWS(license, facts, rows)                                                          \
	expect_rows(license, facts, rows, sizeof(rows) / sizeof *(rows))

/* The next 04:00 UTC after a midnight. */
#define DAY_END(midnight) ((midnight) + 4 * HOUR)

/* --- the ladder ------------------------------------------------------------------------------ */

static void
no_license_is_unlicensed(void **state)
{
	struct evaluate_facts facts = facts_at(ISSUED);
	struct expected row = { ISSUED, UNLICENSED, SKERRY_REASON_NO_LICENSE, ALERT, SKERRY_NEVER };
	struct skerry_verdict verdict;

	(void)state;
	expect(NULL, &facts, &row);
	evaluate(NULL, &facts, &verdict);
	assert_true(verdict.renew_by == SKERRY_NEVER && verdict.valid_until == SKERRY_NEVER);
	assert_true(verdict.grace_until == SKERRY_NEVER && verdict.degraded_until == SKERRY_NEVER);
	assert_true(verdict.maintenance_until == SKERRY_NEVER);
}

static void
contact_ladder_steps_down_to_the_second(void **state)
{
	const struct license license = island();
	const int64_t warn = ISSUED + 150 * DAY, alert = ISSUED + 173 * DAY,
		      renew = ISSUED + 180 * DAY, read_only = DAY_END(renew + 365 * DAY),
		      lock = DAY_END(renew + 395 * DAY);
	const struct expected rows[] = {
		{ ISSUED, ACTIVE, OK, NONE, warn },
		{ warn - 1, ACTIVE, OK, NONE, warn },
		{ warn, OVERDUE, SKERRY_REASON_OVERDUE, WARN, alert },
		{ warn + 1, OVERDUE, SKERRY_REASON_OVERDUE, WARN, alert },
		{ alert - 1, OVERDUE, SKERRY_REASON_OVERDUE, WARN, alert },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, renew },
		{ renew - 1, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, renew },
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ renew + 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ read_only - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock - 1, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
		{ lock + 1, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
		{ INT64_C(253402300799), LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT,
			SKERRY_NEVER },
	};
	struct skerry_verdict verdict;
	struct evaluate_facts facts = facts_at(ISSUED);

	(void)state;
	EXPECT_ROWS(&license, facts, rows);
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.grace_until == read_only && verdict.degraded_until == lock);
	assert_true(verdict.renew_by == renew && verdict.valid_until == license.valid_until);
}

static void
commercial_ladder_steps_down_to_the_second(void **state)
{
	struct license license = island();
	const int64_t until = ISSUED + 1095 * DAY, read_only = DAY_END(until + 7 * DAY),
		      lock = DAY_END(until + 37 * DAY);
	const struct expected rows[] = {
		{ until - 1, ACTIVE, OK, NONE, until },
		{ until, GRACE, SKERRY_REASON_EXPIRED, ALERT, read_only },
		{ until + 1, GRACE, SKERRY_REASON_EXPIRED, ALERT, read_only },
		{ read_only - 1, GRACE, SKERRY_REASON_EXPIRED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_EXPIRED, ALERT, lock },
		{ read_only + 1, DEGRADED, SKERRY_REASON_EXPIRED, ALERT, lock },
		{ lock - 1, DEGRADED, SKERRY_REASON_EXPIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
		{ lock + 1, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.renew_by = LICENSE_NEVER;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

/* renew_by passes first, but the expiry ends sooner: its reason takes over where its date passes. */
static void
the_ladder_that_ends_first_gives_the_reason(void **state)
{
	struct license license = island();
	const int64_t renew = ISSUED + 180 * DAY, until = ISSUED + 200 * DAY,
		      read_only = DAY_END(until + 7 * DAY), lock = DAY_END(until + 37 * DAY);
	const struct expected by_expiry[] = {
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, until },
		{ until - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, until },
		{ until, GRACE, SKERRY_REASON_EXPIRED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_EXPIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
	};
	const int64_t short_end = DAY_END(renew + 25 * DAY), short_lock = DAY_END(renew + 55 * DAY);
	const struct expected by_renewal[] = {
		{ until, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, short_end },
		{ short_end - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, short_end },
		{ short_end, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, short_lock },
		{ short_lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.valid_until = until;
	EXPECT_ROWS(&license, facts_at(0), by_expiry);
	license.ladder.grace_s = 25 * DAY;
	EXPECT_ROWS(&license, facts_at(0), by_renewal);
}

static void
without_degraded_time_grace_ends_locked(void **state)
{
	struct license license = island();
	const int64_t lock = DAY_END(ISSUED + 545 * DAY);
	const struct expected rows[] = {
		{ lock - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.ladder.degraded_s = 0;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

/* Even a license without any grace is not cut in the middle of a shift. */
static void
without_grace_full_access_lasts_until_the_day_end(void **state)
{
	struct license license = island();
	const int64_t renew = ISSUED + 180 * DAY, lock = DAY_END(renew);
	const struct expected rows[] = {
		{ renew - 1, ACTIVE, OK, NONE, renew },
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.ladder = (struct license_ladder){ .day_end_minutes = 240 };
	EXPECT_ROWS(&license, facts_at(0), rows);
}

static void
day_end_is_local_time(void **state)
{
	const struct license license = island();
	/* 04:00 in Makassar is 20:00 UTC of the day before; in New York 09:00 UTC. */
	const struct {
		int32_t utc_offset_s;
		int64_t read_only;
	} places[] = {
		{ 8 * 3600, ISSUED + 545 * DAY + 20 * HOUR },
		{ -5 * 3600, ISSUED + 545 * DAY + 9 * HOUR },
		{ 4 * 3600, ISSUED + 545 * DAY },
		{ 5 * 3600 + 45 * 60, ISSUED + 545 * DAY + 22 * HOUR + 15 * 60 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct evaluate_facts facts = facts_at(0);
		const struct expected rows[] = {
			{ places[i].read_only - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT,
				places[i].read_only },
			{ places[i].read_only, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT,
				places[i].read_only + 30 * DAY },
		};

		facts.utc_offset_s = places[i].utc_offset_s;
		EXPECT_ROWS(&license, facts, rows);
	}
}

static void
alert_long_after_renew_by_keeps_grace_quiet(void **state)
{
	struct license license = island();
	const int64_t renew = license.renew_by;
	const struct expected rows[] = {
		{ renew - 1, ACTIVE, OK, NONE, renew },
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, INFO, renew + HOUR },
		{ renew + HOUR, GRACE, SKERRY_REASON_RENEWAL_MISSED, WARN, renew + DAY },
		{ renew + DAY, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT,
			DAY_END(renew + 365 * DAY) },
	};

	(void)state;
	license.ladder.warn_s = -HOUR;
	license.ladder.alert_s = -DAY;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

static void
alert_before_warn_is_an_alert(void **state)
{
	struct license license = island();
	const int64_t alert = license.renew_by - 40 * DAY;
	const struct expected rows[] = {
		{ alert - 1, ACTIVE, OK, NONE, alert },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, license.renew_by },
	};

	(void)state;
	license.ladder.alert_s = 40 * DAY;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

static void
license_that_never_ends_never_changes(void **state)
{
	const struct license license = perpetual();
	const struct expected rows[] = {
		{ ISSUED, ACTIVE, OK, NONE, SKERRY_NEVER },
		{ INT64_C(253402300799), ACTIVE, OK, NONE, SKERRY_NEVER },
	};

	(void)state;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

static void
not_before_lies_ahead(void **state)
{
	struct license license = island();
	const int64_t begins = ISSUED + 10 * DAY;
	const struct expected rows[] = {
		{ begins - 1, UNLICENSED, SKERRY_REASON_NOT_YET_VALID, INFO, begins },
		{ begins, ACTIVE, OK, NONE, ISSUED + 150 * DAY },
	};
	const struct expected revoked = { begins - 1, LOCKED, SKERRY_REASON_REVOKED, ALERT,
		SKERRY_NEVER };
	struct evaluate_facts facts = facts_at(begins - 1);

	(void)state;
	license.not_before = begins;
	EXPECT_ROWS(&license, facts_at(0), rows);
	facts.status = EVALUATE_STATUS_REVOKED;
	expect(&license, &facts, &revoked);
}

static void
signed_last_date_locks_without_day_end(void **state)
{
	struct license license = perpetual();
	const int64_t last = ISSUED + 100 * DAY + 1;
	const struct expected rows[] = {
		{ last - 1, ACTIVE, OK, NONE, last },
		{ last, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.expires_at = last;
	EXPECT_ROWS(&license, facts_at(0), rows);
}

static void
telephone_steps_move_renew_by_never_past_valid_until(void **state)
{
	struct license license = island();
	struct evaluate_facts facts = facts_at(ISSUED);
	const struct {
		unsigned steps;
		int64_t renew_by;
	} moves[] = {
		{ 0, ISSUED + 180 * DAY }, { 1, ISSUED + 194 * DAY }, { 3, ISSUED + 222 * DAY },
		{ 9, ISSUED + 222 * DAY }, /* the license has three */
	};
	struct skerry_verdict verdict;

	(void)state;
	license.telephone_steps = 3;
	license.telephone_days = 14;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		const struct expected row = { ISSUED, ACTIVE, OK, NONE,
			moves[i].renew_by - 30 * DAY };

		facts.telephone_steps = moves[i].steps;
		expect(&license, &facts, &row);
		evaluate(&license, &facts, &verdict);
		assert_true(verdict.renew_by == moves[i].renew_by);
		assert_true(verdict.grace_until == DAY_END(moves[i].renew_by + 365 * DAY));
	}
	license.valid_until = ISSUED + 200 * DAY;
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.renew_by == ISSUED + 200 * DAY);
}

/* --- facts ----------------------------------------------------------------------------------- */

static void
facts_without_objection_object_to_nothing(void **state)
{
	const struct evaluate_facts facts = facts_at(ISSUED);

	(void)state;
	assert_true(facts.status_issued_at == LICENSE_NEVER);
	assert_true(facts.rollback_since == LICENSE_NEVER && !facts.state_rollback);
	assert_true(facts.machine_since == LICENSE_NEVER && facts.domain_since == LICENSE_NEVER &&
		    facts.tenant_since == LICENSE_NEVER);
	assert_true(
		facts.key_revoked_since == LICENSE_NEVER && facts.unpaired_since == LICENSE_NEVER);
	assert_int_equal(facts.machine | facts.site_key | facts.domain | facts.tenant |
				 facts.status | facts.clock | facts.telephone_steps,
		0);
	assert_true(facts.build_date == 0);
}

static void
suspension_and_revocation_take_effect_at_once(void **state)
{
	const struct license license = island();
	struct evaluate_facts facts = facts_at(ISSUED + DAY);
	struct expected row = { ISSUED + DAY, LOCKED, SKERRY_REASON_SUSPENDED, ALERT,
		SKERRY_NEVER };
	struct expected valid = { ISSUED + DAY, ACTIVE, OK, NONE, ISSUED + 150 * DAY };
	struct skerry_verdict verdict;

	(void)state;
	facts.status = EVALUATE_STATUS_VALID;
	expect(&license, &facts, &valid);
	facts.status = EVALUATE_STATUS_SUSPENDED;
	expect(&license, &facts, &row);
	facts.status = EVALUATE_STATUS_REVOKED;
	row.reason = SKERRY_REASON_REVOKED;
	expect(&license, &facts, &row);
	/* What took effect at once has no date; the ladder's stay as they are. */
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.grace_until == DAY_END(ISSUED + 545 * DAY));
	assert_true(verdict.degraded_until == DAY_END(ISSUED + 575 * DAY));
	/* The decision of the vendor is told rather than the date that has passed as well. */
	facts.now = row.at = ISSUED + 5000 * DAY;
	expect(&license, &facts, &row);
}

static void
another_sites_license_is_locked(void **state)
{
	const struct license license = island();
	struct evaluate_facts facts = facts_at(ISSUED);
	const struct expected locked = { ISSUED, LOCKED, SKERRY_REASON_UNPAIRED, ALERT,
		SKERRY_NEVER };
	const struct expected active = { ISSUED, ACTIVE, OK, NONE, ISSUED + 150 * DAY };

	(void)state;
	facts.site_key = EVALUATE_MATCH;
	expect(&license, &facts, &active);
	facts.site_key = EVALUATE_MISMATCH;
	expect(&license, &facts, &locked);
}

static void
maintenance_allows_builds_up_to_its_date(void **state)
{
	struct license license = perpetual();
	struct evaluate_facts facts = facts_at(ISSUED);
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
		expect(&license, &facts, builds[i].allowed ? &active : &locked);
		license.maintenance_until = LICENSE_NEVER;
		expect(&license, &facts, &active);
	}
}

/* Each condition that gets the rebind grace, at -1, 0, +1 of its beginning and its end. */
static void
mismatch_has_full_access_for_the_rebind_grace(void **state)
{
	const struct license license = perpetual();
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
		struct evaluate_facts facts = facts_at(0);

		facts.machine = cases[i].machine;
		facts.domain = cases[i].domain;
		facts.tenant = cases[i].tenant;
		facts.machine_since = facts.domain_since = facts.tenant_since = since;
		EXPECT_ROWS(&license, facts, rows);
	}
}

static void
mismatch_of_unknown_age_counts_from_the_issue_date(void **state)
{
	const struct license license = perpetual();
	struct evaluate_facts facts = facts_at(ISSUED);
	const struct expected row = { ISSUED, GRACE, SKERRY_REASON_WRONG_MACHINE, ALERT,
		DAY_END(ISSUED + 14 * DAY) };

	(void)state;
	facts.machine = EVALUATE_MISMATCH;
	expect(&license, &facts, &row);
}

static void
condition_without_grace_locks_where_it_begins(void **state)
{
	struct license license = perpetual();
	struct evaluate_facts facts = facts_at(0);
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
	facts = facts_at(0);
	facts.unpaired_since = since;
	EXPECT_ROWS(&license, facts, unpaired);
	facts = facts_at(0);
	facts.key_revoked_since = since;
	EXPECT_ROWS(&license, facts, key);
}

static void
unpaired_site_goes_on_for_the_overlap(void **state)
{
	const struct license license = perpetual();
	const int64_t since = ISSUED + 5 * DAY, lock = DAY_END(since + 10 * DAY);
	const struct expected rows[] = {
		{ since - 1, ACTIVE, OK, NONE, since },
		{ since, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock - 1, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = facts_at(0);

	(void)state;
	facts.unpaired_since = since;
	EXPECT_ROWS(&license, facts, rows);
}

static void
revoked_signing_key_starts_the_licenses_own_grace(void **state)
{
	const struct license license = perpetual();
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
	struct evaluate_facts facts = facts_at(0);

	(void)state;
	facts.key_revoked_since = since;
	EXPECT_ROWS(&license, facts, rows);
}

/* A new machine in the middle of a long grace: what ends first is what a person must hear. */
static void
of_two_graces_the_one_that_ends_first_is_told(void **state)
{
	const struct license license = island();
	const int64_t since = license.renew_by + 5 * DAY, lock = DAY_END(since + 14 * DAY);
	const struct expected rows[] = {
		{ since - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, since },
		{ since, GRACE, SKERRY_REASON_WRONG_MACHINE, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_WRONG_MACHINE, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = facts_at(0);
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
	struct license license = perpetual();
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
	struct evaluate_facts facts = facts_at(0);

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
	struct license license = perpetual();
	const int64_t since = ISSUED + DAY, lock = DAY_END(since + 14 * DAY);
	const struct expected rows[] = {
		{ since, GRACE, SKERRY_REASON_UNPAIRED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_UNPAIRED, ALERT, SKERRY_NEVER },
	};
	struct evaluate_facts facts = facts_at(0);

	(void)state;
	license.ladder.overlap_s = license.ladder.rebind_grace_s;
	facts.unpaired_since = facts.machine_since = since;
	facts.machine = EVALUATE_MISMATCH;
	EXPECT_ROWS(&license, facts, rows);
}

static void
clock_conditions_only_raise_the_notice(void **state)
{
	const struct license license = island();
	const int64_t warn = ISSUED + 150 * DAY, alert = ISSUED + 173 * DAY;
	const struct expected rows[] = {
		{ ISSUED, ACTIVE, OK, WARN, warn },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, license.renew_by },
	};

	(void)state;
	for (int clock = EVALUATE_CLOCK_BEHIND; clock <= EVALUATE_CLOCK_UNATTENDED; clock++) {
		struct evaluate_facts facts = facts_at(0);

		facts.clock = (enum evaluate_clock)clock;
		EXPECT_ROWS(&license, facts, rows);
	}
}

static void
rollback_is_a_notice_or_a_grace_as_the_license_says(void **state)
{
	struct license license = perpetual();
	const int64_t since = ISSUED + 5 * DAY;
	const struct expected notice = { since, ACTIVE, OK, WARN, SKERRY_NEVER };
	const struct expected grace = { since, GRACE, SKERRY_REASON_STATE_DAMAGED, ALERT,
		DAY_END(since + 365 * DAY) };
	struct evaluate_facts facts = facts_at(since);

	(void)state;
	facts.state_rollback = true;
	facts.rollback_since = since;
	expect(&license, &facts, &notice);
	license.ladder.rollback_policy = LICENSE_ROLLBACK_GRACE;
	expect(&license, &facts, &grace);
	/* Of unknown age it is a notice: nobody is locked out by a date that nobody knows. */
	facts.rollback_since = LICENSE_NEVER;
	expect(&license, &facts, &notice);
	facts.rollback_since = since;
	facts.now = DAY_END(since + 365 * DAY);
	expect(&license, &facts,
		&(struct expected){ facts.now, DEGRADED, SKERRY_REASON_STATE_DAMAGED, ALERT,
			DAY_END(since + 395 * DAY) });
	facts.now = since;
	facts.state_rollback = false;
	expect(&license, &facts, &(struct expected){ since, ACTIVE, OK, NONE, SKERRY_NEVER });
}

static void
stale_status_list_is_a_warning(void **state)
{
	struct license license = perpetual();
	const int64_t listed = ISSUED + 20 * DAY, stale = listed + 30 * DAY;
	const struct expected rows[] = {
		{ stale - 1, ACTIVE, OK, NONE, stale },
		{ stale, ACTIVE, OK, WARN, SKERRY_NEVER },
	};
	const struct expected never_heard[] = {
		{ ISSUED + 30 * DAY - 1, ACTIVE, OK, NONE, ISSUED + 30 * DAY },
		{ ISSUED + 30 * DAY, ACTIVE, OK, WARN, SKERRY_NEVER },
	};
	const struct expected quiet[] = { { stale, ACTIVE, OK, NONE, SKERRY_NEVER } };
	struct evaluate_facts facts = facts_at(0);

	(void)state;
	license.has_status = true;
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

/* --- properties ------------------------------------------------------------------------------ */

static uint64_t random_state;

/* xorshift64*: the same on every machine. */
static uint64_t
draw(uint64_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(2685821657736338717) >> 11) % below;
}

static int64_t
draw_instant(void)
{
	/* Some near the end of time, where sums must not wrap; some never. */
	switch (draw(16)) {
	case 0:
		return LICENSE_NEVER;
	case 1:
		return LICENSE_TIME_MAX - (int64_t)draw(100);
	default:
		return ISSUED + (int64_t)draw((uint64_t)(900 * DAY));
	}
}

static int64_t
draw_duration(void)
{
	switch (draw(8)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return LICENSE_DURATION_MAX;
	case 3:
		return (int64_t)draw(5);
	default:
		return (int64_t)draw((uint64_t)(400 * DAY));
	}
}

static void
draw_license(struct license *ret_license)
{
	*ret_license = (struct license){
		.issued_at = ISSUED,
		.not_before = ISSUED + (draw(4) == 0 ? (int64_t)draw((uint64_t)(30 * DAY)) : 0),
		.expires_at = draw(8) == 0 ? draw_instant() : LICENSE_NEVER,
		.renew_by = draw_instant(),
		.valid_until = draw_instant(),
		.maintenance_until = draw_instant(),
		.has_status = draw(2) == 0,
		.telephone_steps = (unsigned)draw(4),
		.telephone_days = (unsigned)draw(30),
		.ladder = { .warn_s = draw_duration() * (draw(4) == 0 ? -1 : 1),
			.alert_s = draw_duration() * (draw(4) == 0 ? -1 : 1),
			.grace_s = draw_duration(),
			.degraded_s = draw_duration(),
			.expiry_grace_s = draw_duration(),
			.rebind_grace_s = draw_duration(),
			.overlap_s = draw_duration(),
			.max_status_age_s = draw_duration(),
			.rollback_policy = (enum license_rollback)draw(2),
			.day_end_minutes = (unsigned)draw(1440) },
	};
}

static void
draw_facts(struct evaluate_facts *ret_facts)
{
	evaluate_facts_init(ret_facts, ISSUED + (int64_t)draw((uint64_t)(1500 * DAY)),
		(int32_t)draw(26 * 3600) - 12 * 3600);
	ret_facts->machine = draw(3) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_MATCH;
	ret_facts->site_key = draw(16) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_MATCH;
	ret_facts->domain = draw(4) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_UNKNOWN;
	ret_facts->tenant = draw(4) == 0 ? (enum evaluate_match)draw(4) : EVALUATE_UNKNOWN;
	ret_facts->status = draw(8) == 0 ? (enum evaluate_status)draw(4) : EVALUATE_STATUS_VALID;
	ret_facts->clock = draw(8) == 0 ? (enum evaluate_clock)draw(5) : EVALUATE_CLOCK_OK;
	ret_facts->telephone_steps = (unsigned)draw(5);
	ret_facts->state_rollback = draw(4) == 0;
	if (draw(2) == 0)
		ret_facts->status_issued_at = draw_instant();
	if (draw(2) == 0)
		ret_facts->rollback_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->machine_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->domain_since = draw_instant();
	if (draw(2) == 0)
		ret_facts->tenant_since = draw_instant();
	if (draw(6) == 0)
		ret_facts->key_revoked_since = draw_instant();
	if (draw(6) == 0)
		ret_facts->unpaired_since = draw_instant();
	if (draw(8) == 0)
		ret_facts->build_date = draw_instant();
}

static bool
same_verdict(const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	return a->state == b->state && a->access == b->access && a->reason == b->reason &&
	       a->notice == b->notice && a->renew_by == b->renew_by &&
	       a->valid_until == b->valid_until && a->grace_until == b->grace_until &&
	       a->degraded_until == b->degraded_until &&
	       a->maintenance_until == b->maintenance_until;
}

static struct skerry_verdict
verdict_at(const struct license *license, struct evaluate_facts facts, int64_t now)
{
	struct skerry_verdict verdict;

	facts.now = now;
	evaluate(license, &facts, &verdict);
	return verdict;
}

enum { RANDOM_CASES = 300000, PROBES = 4 };

static void
verdict_holds_until_next_change_and_changes_there(void **state)
{
	static struct license license;
	size_t changes = 0;

	(void)state;
	random_state = UINT64_C(0x5eed0001);
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now, then;
		int64_t next, span;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &now);
		next = now.next_change_at;
		assert_true(next > facts.now);
		span = next == SKERRY_NEVER ? 5000 * DAY : next - facts.now;
		for (size_t probe = 0; probe < PROBES; probe++) {
			int64_t at = facts.now + (int64_t)draw((uint64_t)span);

			then = verdict_at(&license, facts, at);
			assert_true(same_verdict(&now, &then));
			assert_true(then.next_change_at == next);
		}
		if (next == SKERRY_NEVER)
			continue;
		then = verdict_at(&license, facts, next - 1);
		assert_true(same_verdict(&now, &then));
		then = verdict_at(&license, facts, next);
		assert_false(now.state == then.state && now.reason == then.reason &&
			     now.notice == then.notice);
		changes++;
	}
	assert_in_range(changes, RANDOM_CASES / 10, RANDOM_CASES);
}

/* With time alone nothing is given, except that a license begins. */
static void
access_never_rises_but_where_the_license_begins(void **state)
{
	static struct license license;

	(void)state;
	random_state = UINT64_C(0x5eed0002);
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict before, after;
		size_t steps = 0;

		draw_license(&license);
		draw_facts(&facts);
		before = verdict_at(&license, facts, 0);
		while (before.next_change_at != SKERRY_NEVER) {
			after = verdict_at(&license, facts, before.next_change_at);
			if (after.access > before.access)
				assert_true(after.at == license.not_before);
			before = after;
			/* Three instants for each rung and four beside them. */
			assert_in_range(++steps, 1, 40);
		}
	}
}

/* The dates that a verdict tells are the ones that it keeps. */
static void
told_dates_are_kept(void **state)
{
	static struct license license;

	(void)state;
	random_state = UINT64_C(0x5eed0003);
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &now);
		if (now.access == SKERRY_ACCESS_FULL)
			assert_true(facts.now < now.grace_until);
		if (now.access == SKERRY_ACCESS_READ_ONLY)
			assert_true(facts.now >= now.grace_until && facts.now < now.degraded_until);
		if (now.access != SKERRY_ACCESS_FULL || now.grace_until == SKERRY_NEVER)
			continue;
		assert_int_equal(verdict_at(&license, facts, now.grace_until - 1).access,
			SKERRY_ACCESS_FULL);
		assert_int_not_equal(
			verdict_at(&license, facts, now.grace_until).access, SKERRY_ACCESS_FULL);
		assert_int_equal(
			verdict_at(&license, facts, now.degraded_until).access, SKERRY_ACCESS_NONE);
	}
}

/* The ladder that was signed into exp is the one that is walked: access ends before the last date. */
static void
access_ends_within_the_signed_last_date(void **state)
{
	static struct license license;

	(void)state;
	random_state = UINT64_C(0x5eed0004);
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict now;
		int64_t last;

		draw_license(&license);
		draw_facts(&facts);
		license.expires_at = LICENSE_NEVER;
		last = ladder_last_date(&license);
		if (last == LICENSE_NEVER)
			continue;
		now = verdict_at(&license, facts, last - 1);
		assert_int_equal(now.access, SKERRY_ACCESS_NONE);
		assert_true(now.degraded_until < last);
	}
}

/* --- times of the calendar ------------------------------------------------------------------- */

static void
thirty_two_bit_seconds_and_centuries_are_instants_like_others(void **state)
{
	const int64_t instants[] = { INT64_C(2147483647), INT64_C(2147483648), INT64_C(4294967296),
		INT64_C(4107542400), INT64_C(1709164800) };

	(void)state;
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		struct license license = perpetual();
		struct evaluate_facts facts = facts_at(instants[i] - 1);
		struct skerry_verdict verdict;

		license.issued_at = license.not_before = 0;
		license.renew_by = instants[i];
		license.ladder.warn_s = license.ladder.alert_s = 0;
		evaluate(&license, &facts, &verdict);
		assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
		assert_true(verdict.next_change_at == instants[i]);
		facts.now = instants[i];
		evaluate(&license, &facts, &verdict);
		assert_int_equal(verdict.state, SKERRY_STATE_GRACE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_license_is_unlicensed),
		cmocka_unit_test(contact_ladder_steps_down_to_the_second),
		cmocka_unit_test(commercial_ladder_steps_down_to_the_second),
		cmocka_unit_test(the_ladder_that_ends_first_gives_the_reason),
		cmocka_unit_test(without_degraded_time_grace_ends_locked),
		cmocka_unit_test(without_grace_full_access_lasts_until_the_day_end),
		cmocka_unit_test(day_end_is_local_time),
		cmocka_unit_test(alert_long_after_renew_by_keeps_grace_quiet),
		cmocka_unit_test(alert_before_warn_is_an_alert),
		cmocka_unit_test(license_that_never_ends_never_changes),
		cmocka_unit_test(not_before_lies_ahead),
		cmocka_unit_test(signed_last_date_locks_without_day_end),
		cmocka_unit_test(telephone_steps_move_renew_by_never_past_valid_until),
		cmocka_unit_test(suspension_and_revocation_take_effect_at_once),
		cmocka_unit_test(another_sites_license_is_locked),
		cmocka_unit_test(maintenance_allows_builds_up_to_its_date),
		cmocka_unit_test(mismatch_has_full_access_for_the_rebind_grace),
		cmocka_unit_test(mismatch_of_unknown_age_counts_from_the_issue_date),
		cmocka_unit_test(condition_without_grace_locks_where_it_begins),
		cmocka_unit_test(unpaired_site_goes_on_for_the_overlap),
		cmocka_unit_test(revoked_signing_key_starts_the_licenses_own_grace),
		cmocka_unit_test(of_two_graces_the_one_that_ends_first_is_told),
		cmocka_unit_test(each_of_two_conditions_has_its_turn),
		cmocka_unit_test(of_two_equal_conditions_the_vendors_word_is_told),
		cmocka_unit_test(facts_without_objection_object_to_nothing),
		cmocka_unit_test(clock_conditions_only_raise_the_notice),
		cmocka_unit_test(rollback_is_a_notice_or_a_grace_as_the_license_says),
		cmocka_unit_test(stale_status_list_is_a_warning),
		cmocka_unit_test(verdict_holds_until_next_change_and_changes_there),
		cmocka_unit_test(access_never_rises_but_where_the_license_begins),
		cmocka_unit_test(told_dates_are_kept),
		cmocka_unit_test(access_ends_within_the_signed_last_date),
		cmocka_unit_test(thirty_two_bit_seconds_and_centuries_are_instants_like_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
