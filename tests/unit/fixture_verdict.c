/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct license
verdict_island(void)
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

struct license
verdict_perpetual(void)
{
	struct license license = verdict_island();

	license.renew_by = license.valid_until = LICENSE_NEVER;
	return license;
}

struct evaluate_facts
verdict_facts(int64_t now)
{
	struct evaluate_facts facts;

	evaluate_facts_init(&facts, now, 0);
	return facts;
}

void
verdict_expect(const struct license *license, const struct evaluate_facts *facts,
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

void
verdict_expect_rows(const struct license *license, struct evaluate_facts facts,
	const struct expected *rows, size_t rows_len)
{
	for (size_t i = 0; i < rows_len; i++) {
		facts.now = rows[i].at;
		verdict_expect(license, &facts, &rows[i]);
	}
}
