/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_VERDICT_H
#define TESTS_FIXTURE_VERDICT_H

/*
 * Rows of "at this instant, this verdict" for tests of evaluate, and the licenses they are about.
 */

#include "verifier/decide/evaluate.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

/* Midnight UTC of 2027-01-01, when the licenses are issued. */
#define ISSUED INT64_C(1798761600)

/* The next 04:00 UTC after a midnight. */
#define DAY_END(midnight) ((midnight) + 4 * HOUR)

/* The island plan: renew 180 d, grace 365 d, degraded 30 d, term 3 y; day end 04:00. */
struct license verdict_island(void);
/* The same without any date. */
struct license verdict_perpetual(void);
/* No objection, at `now`, in UTC. */
struct evaluate_facts verdict_facts(int64_t now);

struct expected {
	int64_t at;
	enum skerry_state state;
	enum skerry_access access;
	enum skerry_reason reason;
	enum skerry_notice notice;
	int64_t next;
};

/* State and access of a row in one word, reason and notice in short ones. */
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

/* Evaluates at facts->now, and at each row's instant. */
void verdict_expect(const struct license *license, const struct evaluate_facts *facts,
	const struct expected *row);
void verdict_expect_rows(const struct license *license, struct evaluate_facts facts,
	const struct expected *rows, size_t rows_len);

#define EXPECT_ROWS(license, facts, rows)                                                          \
	verdict_expect_rows(license, facts, rows, sizeof(rows) / sizeof *(rows))

#endif
