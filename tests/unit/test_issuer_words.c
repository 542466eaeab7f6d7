/* SPDX-License-Identifier: ISC */
/* The words of reports: how late a site is, what a license is called by each vendor, sums of money. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/decide/amount.h"
#include "issuer/decide/overdue.h"
#include "issuer/decide/status_words.h"

#define DAY INT64_C(86400)
#define RENEW_BY (1000 * DAY)
#define VALID_UNTIL (3000 * DAY)

/* HotelHub's document: yellow after 7 days, red after 14, 30 days of grace, then read only. */
static const struct license_ladder HOTELHUB = { .warn_s = -7 * DAY,
	.alert_s = -14 * DAY,
	.grace_s = 30 * DAY,
	.degraded_s = 30 * DAY,
	.expiry_grace_s = 7 * DAY };
/* The island plan warns ahead. */
static const struct license_ladder ISLAND = { .warn_s = 30 * DAY,
	.alert_s = 7 * DAY,
	.grace_s = 365 * DAY,
	.degraded_s = 0,
	.expiry_grace_s = 7 * DAY };

static const struct {
	const struct license_ladder *rungs;
	int64_t renew_by, valid_until, at;
	const char *word;
} STAGES[] = {
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY - 1, "due" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY, "due" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 1, "overdue" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 7 * DAY - 1, "overdue" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 7 * DAY, "yellow" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 14 * DAY - 1, "yellow" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 14 * DAY, "red" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 30 * DAY - 1, "red" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 30 * DAY, "degraded" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 60 * DAY - 1, "degraded" },
	{ &HOTELHUB, RENEW_BY, VALID_UNTIL, RENEW_BY + 60 * DAY, "locked" },
	{ &ISLAND, RENEW_BY, VALID_UNTIL, RENEW_BY + 1, "red" },
	{ &ISLAND, RENEW_BY, VALID_UNTIL, RENEW_BY + 365 * DAY, "locked" },
	/* The term's end comes before the renewal's grace is over. */
	{ &ISLAND, RENEW_BY, RENEW_BY + 10 * DAY, RENEW_BY + 17 * DAY - 1, "red" },
	{ &ISLAND, RENEW_BY, RENEW_BY + 10 * DAY, RENEW_BY + 17 * DAY, "locked" },
	{ &HOTELHUB, RENEW_BY, LICENSE_NEVER, RENEW_BY + 60 * DAY, "locked" },
	{ &HOTELHUB, LICENSE_NEVER, LICENSE_NEVER, LICENSE_TIME_MAX, "due" },
};

static void
a_site_is_as_late_as_its_screen_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++)
		assert_string_equal(overdue_name(overdue_at(STAGES[i].rungs, STAGES[i].renew_by,
					    STAGES[i].valid_until, STAGES[i].at)),
			STAGES[i].word);
}

#define UNTIL INT64_C(1000)
#define GRACE 100

static const struct {
	struct status_facts facts;
	int64_t now;
	const char *hotelhub, *access, *group_one;
	bool valid;
} WORDS[] = {
	{ { STANDING_UNPAIRED, UNTIL, LICENSE_NEVER, GRACE, false }, UNTIL, "unpaired", "ACTIVE",
		"active", true },
	{ { STANDING_PAIRED, UNTIL, LICENSE_NEVER, GRACE, false }, UNTIL, "paired", "ACTIVE",
		"active", true },
	{ { STANDING_PAIRED, UNTIL, LICENSE_NEVER, GRACE, true }, UNTIL, "grace", "ACTIVE",
		"active", true },
	{ { STANDING_PAIRED, UNTIL, LICENSE_NEVER, GRACE, true }, UNTIL + 1, "expired",
		"GRACE_PERIOD", "active", true },
	{ { STANDING_PAIRED, UNTIL, LICENSE_NEVER, GRACE, false }, UNTIL + GRACE, "expired",
		"GRACE_PERIOD", "active", true },
	{ { STANDING_PAIRED, UNTIL, LICENSE_NEVER, GRACE, false }, UNTIL + GRACE + 1, "expired",
		"EXPIRED", "expired", false },
	{ { STANDING_PAIRED_PENDING_REVOKE, UNTIL, UNTIL, GRACE, false }, 1, "unpaired", "ACTIVE",
		"active", true },
	{ { STANDING_SUSPENDED, UNTIL, LICENSE_NEVER, GRACE, true }, 1, "suspended", "SUSPENDED",
		"suspended", false },
	{ { STANDING_REVOKED, UNTIL, LICENSE_NEVER, GRACE, true }, UNTIL * 9, "revoked",
		"SUSPENDED", "revoked", false },
	{ { STANDING_UNPAIRED, LICENSE_NEVER, LICENSE_NEVER, 0, false }, LICENSE_TIME_MAX,
		"unpaired", "ACTIVE", "active", true },
};

static void
each_vendor_reads_its_own_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		const struct status_facts *facts = &WORDS[i].facts;
		int64_t now = WORDS[i].now;

		assert_string_equal(status_words_hotelhub_name(status_words_hotelhub(facts, now)),
			WORDS[i].hotelhub);
		assert_string_equal(standing_access_word(facts->stored, facts->valid_until,
					    facts->expiry_grace_s, now),
			WORDS[i].access);
		assert_string_equal(status_words_group_one(facts, now), WORDS[i].group_one);
		assert_int_equal(status_words_is_valid(facts, now), WORDS[i].valid);
	}
}

static const struct {
	const char *prices[4], *sum;
} SUMS[] = {
	{ { NULL }, "0" },
	{ { "0" }, "0" },
	{ { "120" }, "120" },
	{ { "120", "0.50" }, "120.50" },
	{ { "0.1", "0.2" }, "0.3" }, /* no binary fraction */
	{ { "0.9999", "0.0001" }, "1.0000" },
	{ { "99999.5", "0.5" }, "100000.0" },
	{ { "999999999999999999999999", "1" }, "1000000000000000000000000" },
	{ { "9007199254740993", "0.01", "0.01" }, "9007199254740993.02" },
};

static void
money_adds_up_to_the_last_digit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof SUMS / sizeof *SUMS; i++) {
		struct amount amount = { .places = 0 };
		char text[AMOUNT_TEXT_MAX];

		for (size_t p = 0; p < 4 && SUMS[i].prices[p] != NULL; p++)
			assert_true(amount_add(&amount, SUMS[i].prices[p]));
		amount_format(&amount, text);
		assert_string_equal(text, SUMS[i].sum);
	}
}

static void
what_is_no_price_adds_nothing(void **state)
{
	static const char *const WRONG[] = { "", "-1", "1,5", "1.", ".5", "1.23456", "1e3", "x",
		"1234567890123456789012345" };
	struct amount amount = { .places = 0 };
	char text[AMOUNT_TEXT_MAX];

	(void)state;
	assert_true(amount_add(&amount, "7.5"));
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
		assert_false(amount_add(&amount, WRONG[i]));
	assert_false(amount_add(&amount, NULL));
	amount_format(&amount, text);
	assert_string_equal(text, "7.5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_is_as_late_as_its_screen_says),
		cmocka_unit_test(each_vendor_reads_its_own_word),
		cmocka_unit_test(money_adds_up_to_the_last_digit),
		cmocka_unit_test(what_is_no_price_adds_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
