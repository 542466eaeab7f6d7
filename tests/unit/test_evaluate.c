/* SPDX-License-Identifier: ISC */
/* evaluate: each row of the state table at second -1, 0 and +1 of its boundaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_verdict.h"

static void
no_license_is_unlicensed(void **state)
{
	struct evaluate_facts facts = verdict_facts(ISSUED);
	struct expected row = { ISSUED, UNLICENSED, SKERRY_REASON_NO_LICENSE, ALERT, SKERRY_NEVER };
	struct skerry_verdict verdict;

	(void)state;
	verdict_expect(NULL, &facts, &row);
	evaluate(NULL, &facts, &verdict);
	assert_true(verdict.renew_by == SKERRY_NEVER && verdict.valid_until == SKERRY_NEVER);
	assert_true(verdict.grace_until == SKERRY_NEVER && verdict.degraded_until == SKERRY_NEVER);
	assert_true(verdict.maintenance_until == SKERRY_NEVER);
	facts.tenant = EVALUATE_MISMATCH;
	row.reason = SKERRY_REASON_WRONG_TENANT;
	verdict_expect(NULL, &facts, &row);
}

static void
contact_ladder_steps_down_to_the_second(void **state)
{
	const struct license license = verdict_island();
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
		{ alert + 1, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, renew },
		{ renew - 1, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, renew },
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ renew + 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ read_only - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, read_only },
		{ read_only, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ read_only + 1, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock - 1, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
		{ lock + 1, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
		{ INT64_C(253402300799), LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT,
			SKERRY_NEVER },
	};
	struct skerry_verdict verdict;
	struct evaluate_facts facts = verdict_facts(ISSUED);

	(void)state;
	EXPECT_ROWS(&license, facts, rows);
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.grace_until == read_only && verdict.degraded_until == lock);
	assert_true(verdict.renew_by == renew && verdict.valid_until == license.valid_until);
}

static void
commercial_ladder_steps_down_to_the_second(void **state)
{
	struct license license = verdict_island();
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
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

/* renew_by passes first, but the expiry ends sooner: its reason takes over where its date passes. */
static void
the_ladder_that_ends_first_gives_the_reason(void **state)
{
	struct license license = verdict_island();
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
	EXPECT_ROWS(&license, verdict_facts(0), by_expiry);
	license.ladder.grace_s = 25 * DAY;
	EXPECT_ROWS(&license, verdict_facts(0), by_renewal);
}

static void
without_degraded_time_grace_ends_locked(void **state)
{
	struct license license = verdict_island();
	const int64_t lock = DAY_END(ISSUED + 545 * DAY);
	const struct expected rows[] = {
		{ lock - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.ladder.degraded_s = 0;
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

/* Even a license without any grace is not cut in the middle of a shift. */
static void
without_grace_full_access_lasts_until_the_day_end(void **state)
{
	struct license license = verdict_island();
	const int64_t renew = ISSUED + 180 * DAY, lock = DAY_END(renew);
	const struct expected rows[] = {
		{ renew - 1, ACTIVE, OK, NONE, renew },
		{ renew, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT, lock },
		{ lock, LOCKED, SKERRY_REASON_RENEWAL_MISSED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.ladder = (struct license_ladder){ .day_end_minutes = 240 };
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

static void
day_end_is_local_time(void **state)
{
	const struct license license = verdict_island();
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
		struct evaluate_facts facts = verdict_facts(0);
		const struct expected rows[] = {
			{ places[i].read_only - 1, GRACE, SKERRY_REASON_RENEWAL_MISSED, ALERT,
				places[i].read_only },
			{ places[i].read_only, DEGRADED, SKERRY_REASON_RENEWAL_MISSED, ALERT,
				places[i].read_only + 30 * DAY },
		};

		facts.local.offset_s = places[i].utc_offset_s;
		EXPECT_ROWS(&license, facts, rows);
	}
}

static void
alert_long_after_renew_by_keeps_grace_quiet(void **state)
{
	struct license license = verdict_island();
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
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

static void
alert_before_warn_is_an_alert(void **state)
{
	struct license license = verdict_island();
	const int64_t alert = license.renew_by - 40 * DAY;
	const struct expected rows[] = {
		{ alert - 1, ACTIVE, OK, NONE, alert },
		{ alert, OVERDUE, SKERRY_REASON_OVERDUE, ALERT, license.renew_by },
	};

	(void)state;
	license.ladder.alert_s = 40 * DAY;
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

static void
license_that_never_ends_never_changes(void **state)
{
	const struct license license = verdict_perpetual();
	const struct expected rows[] = {
		{ ISSUED, ACTIVE, OK, NONE, SKERRY_NEVER },
		{ INT64_C(253402300799), ACTIVE, OK, NONE, SKERRY_NEVER },
	};

	(void)state;
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

static void
not_before_lies_ahead(void **state)
{
	struct license license = verdict_island();
	const int64_t begins = ISSUED + 10 * DAY;
	const struct expected rows[] = {
		{ begins - 1, UNLICENSED, SKERRY_REASON_NOT_YET_VALID, INFO, begins },
		{ begins, ACTIVE, OK, NONE, ISSUED + 150 * DAY },
		{ begins + 1, ACTIVE, OK, NONE, ISSUED + 150 * DAY },
	};
	const struct expected revoked = { begins - 1, LOCKED, SKERRY_REASON_REVOKED, ALERT,
		SKERRY_NEVER };
	struct evaluate_facts facts = verdict_facts(begins - 1);

	(void)state;
	license.not_before = begins;
	EXPECT_ROWS(&license, verdict_facts(0), rows);
	facts.status = EVALUATE_STATUS_REVOKED;
	verdict_expect(&license, &facts, &revoked);
}

static void
signed_last_date_locks_without_day_end(void **state)
{
	struct license license = verdict_perpetual();
	const int64_t last = ISSUED + 100 * DAY + 1;
	const struct expected rows[] = {
		{ last - 1, ACTIVE, OK, NONE, last },
		{ last, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
		{ last + 1, LOCKED, SKERRY_REASON_EXPIRED, ALERT, SKERRY_NEVER },
	};

	(void)state;
	license.expires_at = last;
	EXPECT_ROWS(&license, verdict_facts(0), rows);
}

static void
telephone_steps_move_renew_by_never_past_valid_until(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED);
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
		verdict_expect(&license, &facts, &row);
		evaluate(&license, &facts, &verdict);
		assert_true(verdict.renew_by == moves[i].renew_by);
		assert_true(verdict.grace_until == DAY_END(moves[i].renew_by + 365 * DAY));
	}
	license.valid_until = ISSUED + 200 * DAY;
	evaluate(&license, &facts, &verdict);
	assert_true(verdict.renew_by == ISSUED + 200 * DAY);
}

/* --- times of the calendar ------------------------------------------------------------------- */

static void
thirty_two_bit_seconds_and_centuries_are_instants_like_others(void **state)
{
	const int64_t instants[] = { INT64_C(2147483647), INT64_C(2147483648), INT64_C(4294967296),
		INT64_C(4107542400), INT64_C(1709164800) };

	(void)state;
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		struct license license = verdict_perpetual();
		struct evaluate_facts facts = verdict_facts(instants[i] - 1);
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
		cmocka_unit_test(thirty_two_bit_seconds_and_centuries_are_instants_like_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
