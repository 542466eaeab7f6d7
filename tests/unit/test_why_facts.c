/* SPDX-License-Identifier: ISC */
/* why: the claims and facts behind each link, all of them and no other, in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_verdict.h"
#include "formats/fingerprint.h"
#include "verifier/decide/why.h"

static const uint8_t KID[COSE_KID_LEN] = { 0xab, 1 };
static struct why chain;

/* A license in which no two durations are the same. */
static struct license
telling_license(void)
{
	struct license license = verdict_perpetual();

	license.issued_at = ISSUED - 3 * DAY;
	license.activation = 3;
	license.status_index = 44;
	license.threshold = 5;
	license.domains[0] = (struct cbor_text){ "rt05.example", 12 };
	license.domains[1] = (struct cbor_text){ "rt06.example", 12 };
	license.domains_len = 2;
	license.tenant = (struct cbor_text){ "north", 5 };
	return license;
}

static const struct why_link *
find(enum why_code code)
{
	for (size_t i = 0; i < chain.len; i++)
		if (chain.links[i].code == code)
			return &chain.links[i];
	fail_msg("%s is not told", why_code_name(code));
	return NULL;
}

struct told {
	const char *name;
	enum why_kind kind;
	int64_t number;
	const char *text;
};

static void
expect_told(enum why_code code, const struct told *told, size_t told_len)
{
	const struct why_link *link = find(code);

	assert_int_equal(link->facts_len, told_len);
	if (code >= WHY_COMPONENTS_DIFFER)
		assert_int_equal(link->part, WHY_NEWS);
	else if (code >= WHY_CLOCK_BEHIND)
		assert_int_equal(link->part, WHY_NOTICE);
	for (size_t i = 0; i < told_len; i++) {
		const struct why_fact *fact = &link->facts[i];

		assert_string_equal(fact->name, told[i].name);
		assert_int_equal(fact->kind, told[i].kind);
		assert_true(fact->number == told[i].number);
		if (told[i].text != NULL) {
			assert_int_equal(fact->text.len, strlen(told[i].text));
			assert_memory_equal(fact->text.chars, told[i].text, fact->text.len);
		}
	}
}

#define EXPECT_TOLD(code, ...)                                                                     \
	expect_told(code, (const struct told[]){ __VA_ARGS__ },                                    \
		sizeof((const struct told[]){ __VA_ARGS__ }) / sizeof(struct told))

/* --- what ends a license --------------------------------------------------------------------- */

static void
decisions_tell_the_list_that_said_so(void **state)
{
	struct license license = telling_license();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	for (int revoked = 0; revoked <= 1; revoked++) {
		enum why_code code = revoked ? WHY_REVOKED : WHY_SUSPENDED;

		facts.status = revoked ? EVALUATE_STATUS_REVOKED : EVALUATE_STATUS_SUSPENDED;
		facts.status_issued_at = LICENSE_NEVER;
		subject.status_version = 0;
		why_explain(&subject, &chain);
		EXPECT_TOLD(code, { "status_index", WHY_NUMBER, 44, NULL });
		subject.status_version = 1;
		facts.status_issued_at = ISSUED - DAY;
		why_explain(&subject, &chain);
		EXPECT_TOLD(code, { "status_index", WHY_NUMBER, 44, NULL },
			{ "status_list_version", WHY_NUMBER, 1, NULL },
			{ "status_issued_at", WHY_INSTANT, ISSUED - DAY, NULL });
		assert_int_equal(chain.links[0].reason,
			revoked ? SKERRY_REASON_REVOKED : SKERRY_REASON_SUSPENDED);
	}
	facts = verdict_facts(ISSUED);
	license.maintenance_until = ISSUED - DAY;
	facts.build_date = ISSUED - DAY + 1;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_MAINTENANCE_ENDED, { "maintenance_until", WHY_INSTANT, ISSUED - DAY, NULL },
		{ "build_date", WHY_INSTANT, ISSUED - DAY + 1, NULL });
}

static void
conditions_tell_what_was_compared_and_how_long_it_may_last(void **state)
{
	struct license license = telling_license();
	const struct match_tally tally = { .matched = 2, .unreadable = 1 };
	struct evaluate_facts facts = verdict_facts(ISSUED);
	struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	facts.machine = facts.domain = facts.tenant = EVALUATE_MISMATCH;
	facts.key_revoked_since = facts.unpaired_since = facts.rollback_since = ISSUED;
	facts.state_rollback = true;
	license.ladder.rollback_policy = LICENSE_ROLLBACK_GRACE;
	/* Nothing is known but that it holds. */
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_OTHER_MACHINE, { "threshold", WHY_NUMBER, 5, NULL },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_OTHER_DOMAIN, { "license_domain", WHY_TEXT, 0, "rt05.example" },
		{ "license_domains", WHY_NUMBER, 2, NULL },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_OTHER_TENANT, { "license_tenant", WHY_TEXT, 0, "north" },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_SIGNING_KEY, { "issued_at", WHY_INSTANT, ISSUED - 3 * DAY, NULL },
		{ "grace_s", WHY_DURATION, 365 * DAY, NULL },
		{ "degraded_s", WHY_DURATION, 30 * DAY, NULL });
	EXPECT_TOLD(WHY_UNPAIRED, { "overlap_s", WHY_DURATION, 10 * DAY, NULL });
	EXPECT_TOLD(WHY_STATE_RESTORED, { "grace_s", WHY_DURATION, 365 * DAY, NULL },
		{ "degraded_s", WHY_DURATION, 30 * DAY, NULL },
		{ "day_end", WHY_MINUTES, 240, NULL });
	/* All is known. */
	subject.tally = &tally;
	subject.kid = KID;
	subject.domain = "rt07.example";
	subject.tenant = "south";
	license.domains_len = 0;
	facts.machine = EVALUATE_TOO_FEW;
	facts.site_key = EVALUATE_MISMATCH;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_OTHER_SITE, { "activation", WHY_NUMBER, 3, NULL });
	EXPECT_TOLD(WHY_TOO_FEW_COMPONENTS, { "matched", WHY_NUMBER, 2, NULL },
		{ "unreadable", WHY_NUMBER, 1, NULL }, { "threshold", WHY_NUMBER, 5, NULL },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_OTHER_DOMAIN, { "domain", WHY_TEXT, 0, "rt07.example" },
		{ "license_domains", WHY_NUMBER, 0, NULL },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_OTHER_TENANT, { "tenant", WHY_TEXT, 0, "south" },
		{ "license_tenant", WHY_TEXT, 0, "north" },
		{ "rebind_grace_s", WHY_DURATION, 14 * DAY, NULL });
	EXPECT_TOLD(WHY_SIGNING_KEY, { "kid", WHY_BYTES, 0, NULL },
		{ "issued_at", WHY_INSTANT, ISSUED - 3 * DAY, NULL },
		{ "grace_s", WHY_DURATION, 365 * DAY, NULL },
		{ "degraded_s", WHY_DURATION, 30 * DAY, NULL });
	assert_int_equal(find(WHY_SIGNING_KEY)->facts[0].bytes.len, COSE_KID_LEN);
	assert_ptr_equal(find(WHY_SIGNING_KEY)->facts[0].bytes.data, KID);
}

static void
both_ladders_tell_their_date_and_their_steps(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(0);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	/* Signed, and nothing to tell beside the ladder. */
	license.expires_at = license.valid_until + 40 * DAY;
	facts.now = license.renew_by - 1;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_RENEWAL_DUE, { "renew_by", WHY_INSTANT, license.renew_by, NULL },
		{ "warn_s", WHY_DURATION, 30 * DAY, NULL },
		{ "alert_s", WHY_DURATION, 7 * DAY, NULL });
	facts.now = license.renew_by;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_RENEWAL_MISSED, { "renew_by", WHY_INSTANT, license.renew_by, NULL },
		{ "grace_s", WHY_DURATION, 365 * DAY, NULL },
		{ "degraded_s", WHY_DURATION, 30 * DAY, NULL },
		{ "day_end", WHY_MINUTES, 240, NULL });
	facts.now = license.valid_until;
	license.renew_by = LICENSE_NEVER;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_TERM_ENDED, { "valid_until", WHY_INSTANT, license.valid_until, NULL },
		{ "expiry_grace_s", WHY_DURATION, 7 * DAY, NULL },
		{ "degraded_s", WHY_DURATION, 30 * DAY, NULL },
		{ "day_end", WHY_MINUTES, 240, NULL });
}

/* The ladder that does not decide is told at -1, 0, +1 of its date. */
static void
the_other_ladder_is_news_until_its_date(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(0);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	facts.unpaired_since = ISSUED;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		facts.now = license.renew_by + beyond;
		why_explain(&subject, &chain);
		assert_int_equal(chain.links[0].code, WHY_UNPAIRED);
		assert_int_equal(chain.links[chain.len - 1].code,
			beyond < 0 ? WHY_RENEWAL_AHEAD : WHY_TERM_GOES_ON);
		EXPECT_TOLD(WHY_TERM_GOES_ON,
			{ "valid_until", WHY_INSTANT, license.valid_until, NULL });
		if (beyond < 0)
			EXPECT_TOLD(WHY_RENEWAL_AHEAD,
				{ "renew_by", WHY_INSTANT, license.renew_by, NULL });
		facts.now = license.valid_until + beyond;
		why_explain(&subject, &chain);
		assert_int_equal(
			chain.links[chain.len - 1].part, beyond < 0 ? WHY_NEWS : WHY_HOLDS_TOO);
	}
	license = verdict_perpetual();
	facts.now = ISSUED;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 1);
}

/* --- notices and news ------------------------------------------------------------------------ */

static void
each_word_of_the_clock_is_a_notice(void **state)
{
	static const struct {
		enum evaluate_clock clock;
		enum why_code code;
	} WORDS[] = { { EVALUATE_CLOCK_BEHIND, WHY_CLOCK_BEHIND },
		{ EVALUATE_CLOCK_AHEAD_UNPROVEN, WHY_CLOCK_AHEAD },
		{ EVALUATE_CLOCK_FAULT, WHY_CLOCK_FAULT },
		{ EVALUATE_CLOCK_UNATTENDED, WHY_CLOCK_UNATTENDED } };
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		facts.clock = WORDS[i].clock;
		why_explain(&subject, &chain);
		assert_int_equal(chain.len, 2);
		assert_int_equal(chain.links[1].code, WORDS[i].code);
		assert_int_equal(chain.links[1].part, WHY_NOTICE);
		assert_int_equal(chain.links[1].facts_len, i == 0);
	}
	facts.clock = EVALUATE_CLOCK_BEHIND;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_CLOCK_BEHIND, { "tolerance_s", WHY_DURATION, 86400, NULL });
	license.ladder.tolerance_s = 1;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_CLOCK_BEHIND, { "tolerance_s", WHY_DURATION, 1, NULL });
	facts.clock = EVALUATE_CLOCK_OK;
	facts.candidate = ISSUED + 40 * DAY;
	facts.candidate_due = ISSUED + DAY;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 2);
	EXPECT_TOLD(WHY_CLOCK_CANDIDATE, { "candidate", WHY_INSTANT, ISSUED + 40 * DAY, NULL },
		{ "candidate_due", WHY_INSTANT, ISSUED + DAY, NULL },
		{ "left_s", WHY_DURATION, ISSUED + DAY - facts.now, NULL });
	assert_true(find(WHY_CLOCK_CANDIDATE)->until == ISSUED + DAY);
}

static void
a_status_list_is_old_from_its_second_on(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(0);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	license.has_status = true;
	license.ladder.max_status_age_s = 20 * DAY;
	facts.status_issued_at = ISSUED + DAY;
	for (int64_t beyond = -1; beyond <= 1; beyond++) {
		facts.now = ISSUED + 21 * DAY + beyond;
		why_explain(&subject, &chain);
		assert_int_equal(chain.len, beyond < 0 ? 1 : 2);
	}
	EXPECT_TOLD(WHY_STATUS_OLD, { "heard_at", WHY_INSTANT, ISSUED + DAY, NULL },
		{ "max_status_age_s", WHY_DURATION, 20 * DAY, NULL });
	assert_true(find(WHY_STATUS_OLD)->since == ISSUED + 21 * DAY);
}

/* Where it costs nothing, or not yet, it is a notice; where it costs something, a rung. */
static void
a_restored_state_is_a_notice_or_a_reason(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(0);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	facts.state_rollback = true;
	facts.rollback_since = ISSUED;
	for (int grace = 0; grace <= 1; grace++)
		for (int64_t beyond = -1; beyond <= 1; beyond++) {
			const bool rung = grace && beyond >= 0;

			license.ladder.rollback_policy =
				grace ? LICENSE_ROLLBACK_GRACE : LICENSE_ROLLBACK_NOTICE;
			facts.now = ISSUED + beyond;
			why_explain(&subject, &chain);
			assert_int_equal(chain.len, rung ? 1 : 2);
			assert_int_equal(chain.links[!rung].code,
				rung ? WHY_STATE_RESTORED : WHY_STATE_NOTICED);
			assert_true(
				chain.links[!rung].since == (beyond < 0 ? LICENSE_NEVER : ISSUED));
		}
	facts.state_rollback = false;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 1);
}

static void
telephone_and_the_next_license_are_news(void **state)
{
	struct license license = verdict_island(), next = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED);
	struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	facts.telephone_steps = 2;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 1);
	license.telephone_steps = 3;
	license.telephone_days = 14;
	why_explain(&subject, &chain);
	EXPECT_TOLD(WHY_TELEPHONE_STEPS, { "steps", WHY_NUMBER, 2, NULL },
		{ "steps_max", WHY_NUMBER, 3, NULL }, { "step_s", WHY_DURATION, 14 * DAY, NULL },
		{ "renew_by", WHY_INSTANT, ISSUED + 208 * DAY, NULL });
	facts.telephone_steps = 0;
	next.id = (struct cbor_text){ "ABC", 3 };
	next.edition = 6;
	next.not_before = ISSUED + 9 * DAY;
	subject.next = &next;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 2);
	EXPECT_TOLD(WHY_NEXT_LICENSE, { "license", WHY_TEXT, 0, "ABC" },
		{ "edition", WHY_NUMBER, 6, NULL },
		{ "not_before", WHY_INSTANT, ISSUED + 9 * DAY, NULL });
}

static void
a_license_that_waits_tells_its_date(void **state)
{
	struct license license = verdict_perpetual();
	const struct evaluate_facts facts = verdict_facts(ISSUED);
	const struct why_subject subject = { .license = &license, .facts = &facts };

	(void)state;
	license.not_before = ISSUED + 10 * DAY;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 1);
	EXPECT_TOLD(WHY_BEGINS_LATER, { "not_before", WHY_INSTANT, ISSUED + 10 * DAY, NULL });
}

static void
components_of_the_last_known_type_are_named(void **state)
{
	struct license license = verdict_perpetual();
	const struct evaluate_facts facts = verdict_facts(ISSUED);
	const enum match_sight sights[] = { MATCH_DIFFERS, MATCH_DIFFERS, MATCH_UNREADABLE };
	const struct why_subject subject = {
		.license = &license, .facts = &facts, .sights = sights
	};

	(void)state;
	license.components[0].type = 1;
	license.components[1].type = FINGERPRINT_TYPE_LAST;
	license.components[2].type = FINGERPRINT_TYPE_LAST + 1;
	license.components_len = 3;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 2);
	EXPECT_TOLD(WHY_COMPONENTS_DIFFER,
		{ "different", WHY_COMPONENTS,
			MATCH_TYPE_BIT(1) | MATCH_TYPE_BIT(FINGERPRINT_TYPE_LAST), NULL });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions_tell_the_list_that_said_so),
		cmocka_unit_test(conditions_tell_what_was_compared_and_how_long_it_may_last),
		cmocka_unit_test(both_ladders_tell_their_date_and_their_steps),
		cmocka_unit_test(the_other_ladder_is_news_until_its_date),
		cmocka_unit_test(each_word_of_the_clock_is_a_notice),
		cmocka_unit_test(a_status_list_is_old_from_its_second_on),
		cmocka_unit_test(a_restored_state_is_a_notice_or_a_reason),
		cmocka_unit_test(telephone_and_the_next_license_are_news),
		cmocka_unit_test(a_license_that_waits_tells_its_date),
		cmocka_unit_test(components_of_the_last_known_type_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
