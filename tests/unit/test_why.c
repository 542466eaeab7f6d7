/* SPDX-License-Identifier: ISC */
/* why: the chain says what evaluate decides, the deciding link first, each with what is behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_draw.h"
#include "formats/fingerprint.h"
#include "verifier/decide/why.h"

static struct why chain;

static void
explain(const struct license *license, const struct evaluate_facts *facts)
{
	const struct why_subject subject = { .license = license, .facts = facts };

	why_explain(&subject, &chain);
}

static const struct why_link *
find(enum why_code code)
{
	for (size_t i = 0; i < chain.len; i++)
		if (chain.links[i].code == code)
			return &chain.links[i];
	return NULL;
}

static const struct why_fact *
fact_of(const struct why_link *link, const char *name)
{
	for (size_t i = 0; i < link->facts_len; i++)
		if (strcmp(link->facts[i].name, name) == 0)
			return &link->facts[i];
	return NULL;
}

static void
expect_fact(enum why_code code, const char *name, int64_t number)
{
	const struct why_link *link = find(code);

	assert_non_null(link);
	assert_non_null(fact_of(link, name));
	assert_true(fact_of(link, name)->number == number);
}

static void
expect_link(size_t index, enum why_code code, enum why_part part, enum skerry_state state,
	int64_t since, int64_t until)
{
	assert_in_range(index, 0, chain.len - 1);
	assert_string_equal(why_code_name(chain.links[index].code), why_code_name(code));
	assert_int_equal(chain.links[index].part, part);
	assert_int_equal(chain.links[index].state, state);
	assert_true(chain.links[index].since == since);
	assert_true(chain.links[index].until == until);
}

/* --- what holds of every chain --------------------------------------------------------------- */

static void
expect_parts_in_order(void)
{
	for (size_t i = 1; i < chain.len; i++) {
		assert_true(chain.links[i].part >= chain.links[i - 1].part);
		assert_true(chain.links[i].part != WHY_DECIDES);
		if (chain.links[i].part != WHY_HOLDS_TOO)
			continue;
		assert_true(chain.links[i].state <= chain.links[0].state ||
			    chain.links[0].state == SKERRY_STATE_UNLICENSED);
		assert_true(chain.links[i].state >= SKERRY_STATE_GRACE);
	}
}

/* A date that a link tells is one at which something does change or has changed. */
static void
expect_dates(const struct license *license, struct evaluate_facts facts,
	const struct skerry_verdict *verdict)
{
	const struct why_link *first = &chain.links[0];
	struct skerry_verdict then;

	if (first->since != LICENSE_NEVER)
		assert_true(first->since <= facts.now);
	if (first->until == LICENSE_NEVER)
		return;
	assert_true(first->until > facts.now);
	facts.now = first->until;
	evaluate(license, &facts, &then);
	assert_false(then.state == verdict->state && then.reason == verdict->reason);
}

enum { RANDOM_CASES = 200000 };

static void
first_link_is_the_verdict_over_random_facts(void **state)
{
	static struct license license;
	size_t seen[WHY_CODES] = { 0 };

	(void)state;
	draw_seed(UINT64_C(0x5eed0b01));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict verdict;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &verdict);
		explain(&license, &facts);
		assert_in_range(chain.len, 1, WHY_LINKS_MAX);
		assert_int_equal(chain.links[0].part, WHY_DECIDES);
		assert_int_equal(chain.links[0].reason, verdict.reason);
		assert_int_equal(chain.links[0].state, verdict.state);
		expect_parts_in_order();
		expect_dates(&license, facts, &verdict);
		for (size_t i = 0; i < chain.len; i++) {
			assert_in_range(chain.links[i].facts_len, 0, WHY_FACTS_MAX);
			seen[chain.links[i].code]++;
		}
	}
	/* The rest needs what the random facts do not have: no license, components, another one. */
	for (enum why_code code = WHY_BEGINS_LATER; code <= WHY_STATE_NOTICED; code++)
		assert_in_range(seen[code], 1, RANDOM_CASES);
	assert_in_range(seen[WHY_TERM_GOES_ON], 1, RANDOM_CASES);
	assert_in_range(seen[WHY_RENEWAL_AHEAD], 1, RANDOM_CASES);
	assert_in_range(seen[WHY_TELEPHONE_STEPS], 1, RANDOM_CASES);
}

/* Nothing raises the notice that no link tells. */
static void
every_notice_has_a_link_over_random_facts(void **state)
{
	static struct license license;

	(void)state;
	draw_seed(UINT64_C(0x5eed0b02));
	for (size_t n = 0; n < RANDOM_CASES; n++) {
		struct evaluate_facts facts;
		struct skerry_verdict verdict;
		bool told = false;

		draw_license(&license);
		draw_facts(&facts);
		evaluate(&license, &facts, &verdict);
		explain(&license, &facts);
		for (size_t i = 0; i < chain.len; i++)
			told = told || chain.links[i].part == WHY_NOTICE ||
			       chain.links[i].reason != SKERRY_REASON_OK;
		assert_int_equal(told, verdict.notice != SKERRY_NOTICE_NONE);
	}
}

/* Everything at once still fits. */
static void
longest_chain_fits(void **state)
{
	struct license license = verdict_island(), next = verdict_island();
	enum match_sight sights[] = { MATCH_DIFFERS, MATCH_UNREADABLE };
	const struct match_tally tally = { .threshold = 1 };
	struct evaluate_facts facts = verdict_facts(ISSUED + 100 * DAY);
	const struct why_subject subject = { .license = &license,
		.facts = &facts,
		.sights = sights,
		.tally = &tally,
		.domain = "a",
		.tenant = "b",
		.status_version = 7,
		.next = &next };

	(void)state;
	license.has_status = license.has_site_key = true;
	license.ladder.max_status_age_s = DAY;
	license.ladder.rollback_policy = LICENSE_ROLLBACK_GRACE;
	license.maintenance_until = ISSUED;
	license.components[0].type = FINGERPRINT_MAC;
	license.components[1].type = FINGERPRINT_DISK_SERIAL;
	license.components_len = 2;
	license.telephone_steps = license.telephone_days = 1;
	facts.telephone_steps = 1;
	facts.status = EVALUATE_STATUS_REVOKED;
	facts.build_date = ISSUED + 1;
	facts.key_revoked_since = facts.unpaired_since = facts.rollback_since = ISSUED;
	facts.state_rollback = true;
	facts.machine = EVALUATE_TOO_FEW;
	facts.site_key = facts.domain = facts.tenant = EVALUATE_MISMATCH;
	facts.clock = EVALUATE_CLOCK_BEHIND;
	facts.candidate = facts.candidate_due = ISSUED + 300 * DAY;
	why_explain(&subject, &chain);
	assert_in_range(chain.len, 15, WHY_LINKS_MAX);
	expect_link(0, WHY_REVOKED, WHY_DECIDES, SKERRY_STATE_LOCKED, LICENSE_NEVER, LICENSE_NEVER);
	expect_fact(WHY_REVOKED, "status_list_version", 7);
	facts.now = ISSUED + 5000 * DAY;
	license.expires_at = ISSUED + 2000 * DAY;
	facts.machine = EVALUATE_MISMATCH;
	why_explain(&subject, &chain);
	assert_in_range(chain.len, 15, WHY_LINKS_MAX);
	assert_non_null(find(WHY_OTHER_SITE));
	assert_non_null(find(WHY_OTHER_MACHINE));
	/* The signed last date says nothing beside the ladder that ended before it. */
	assert_null(find(WHY_LAST_DATE));
}

/* --- chains, one by one ---------------------------------------------------------------------- */

static void
no_license_is_one_link_and_damaged_files_another(void **state)
{
	struct license next = verdict_island();
	const struct evaluate_facts facts = verdict_facts(ISSUED);
	struct why_subject subject = { .facts = &facts };

	(void)state;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 1);
	assert_int_equal(chain.links[0].reason, SKERRY_REASON_NO_LICENSE);
	expect_link(0, WHY_NO_LICENSE, WHY_DECIDES, SKERRY_STATE_UNLICENSED, LICENSE_NEVER,
		LICENSE_NEVER);
	subject.files_unused = 3;
	subject.next = &next;
	why_explain(&subject, &chain);
	assert_int_equal(chain.len, 2);
	assert_int_equal(chain.links[0].reason, SKERRY_REASON_STATE_DAMAGED);
	expect_fact(WHY_FILES_UNUSED, "files", 3);
	expect_fact(WHY_NEXT_LICENSE, "not_before", ISSUED);
}

static void
valid_license_tells_its_dates_and_when_that_ends(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED + DAY);

	(void)state;
	explain(&license, &facts);
	assert_int_equal(chain.len, 1);
	expect_link(0, WHY_VALID, WHY_DECIDES, SKERRY_STATE_ACTIVE, ISSUED, ISSUED + 150 * DAY);
	expect_fact(WHY_VALID, "renew_by", license.renew_by);
	expect_fact(WHY_VALID, "valid_until", license.valid_until);
	/* A notice in between is not the end of it. */
	license.has_status = true;
	license.ladder.max_status_age_s = 20 * DAY;
	explain(&license, &facts);
	expect_link(0, WHY_VALID, WHY_DECIDES, SKERRY_STATE_ACTIVE, ISSUED, ISSUED + 150 * DAY);
	license = verdict_perpetual();
	explain(&license, &facts);
	expect_link(0, WHY_VALID, WHY_DECIDES, SKERRY_STATE_ACTIVE, ISSUED, LICENSE_NEVER);
	assert_int_equal(chain.links[0].facts_len, 0);
}

static void
renewal_due_and_missed_tell_both_ladders(void **state)
{
	struct license license = verdict_island();
	const int64_t renew = license.renew_by, read_only = DAY_END(renew + 365 * DAY);
	struct evaluate_facts facts = verdict_facts(renew - 1);

	(void)state;
	explain(&license, &facts);
	expect_link(0, WHY_RENEWAL_DUE, WHY_DECIDES, SKERRY_STATE_OVERDUE, renew - 30 * DAY, renew);
	expect_fact(WHY_RENEWAL_DUE, "renew_by", renew);
	expect_fact(WHY_TERM_GOES_ON, "valid_until", license.valid_until);
	assert_int_equal(chain.len, 2);
	license.ladder.alert_s = 40 * DAY;
	explain(&license, &facts);
	assert_true(chain.links[0].since == renew - 40 * DAY);
	facts.now = renew;
	explain(&license, &facts);
	expect_link(0, WHY_RENEWAL_MISSED, WHY_DECIDES, SKERRY_STATE_GRACE, renew, read_only);
	expect_fact(WHY_RENEWAL_MISSED, "grace_s", 365 * DAY);
	expect_fact(WHY_RENEWAL_MISSED, "degraded_s", 30 * DAY);
	expect_fact(WHY_RENEWAL_MISSED, "day_end", 240);
	assert_int_equal(chain.len, 2);
	facts.now = read_only;
	explain(&license, &facts);
	expect_link(0, WHY_RENEWAL_MISSED, WHY_DECIDES, SKERRY_STATE_DEGRADED, renew,
		DAY_END(renew + 395 * DAY));
	facts.now = DAY_END(renew + 395 * DAY);
	explain(&license, &facts);
	expect_link(0, WHY_RENEWAL_MISSED, WHY_DECIDES, SKERRY_STATE_LOCKED, renew, LICENSE_NEVER);
}

static void
term_that_ends_first_names_the_missed_renewal_too(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(ISSUED + 200 * DAY);

	(void)state;
	license.valid_until = ISSUED + 200 * DAY;
	explain(&license, &facts);
	expect_link(0, WHY_TERM_ENDED, WHY_DECIDES, SKERRY_STATE_GRACE, license.valid_until,
		DAY_END(license.valid_until + 7 * DAY));
	expect_link(1, WHY_RENEWAL_MISSED, WHY_HOLDS_TOO, SKERRY_STATE_GRACE, license.renew_by,
		LICENSE_NEVER);
	/* The term is over while the renewal is ahead. */
	facts.now = license.valid_until = ISSUED + 10 * DAY;
	license.renew_by = ISSUED + 9 * DAY;
	license.telephone_days = license.telephone_steps = 1;
	facts.telephone_steps = 5;
	facts.now = ISSUED + 9 * DAY + 1;
	explain(&license, &facts);
	/* More than there are count as all. */
	expect_fact(WHY_TELEPHONE_STEPS, "steps", 1);
	expect_fact(WHY_TELEPHONE_STEPS, "renew_by", license.valid_until);
}

/* A step is worth a call where it moves the date that decides, and where all of them give access. */
static void
renewal_may_come_by_telephone_while_a_step_helps(void **state)
{
	struct license license = verdict_island();
	const int64_t due = license.renew_by;
	const int64_t locked = DAY_END(due + 395 * DAY);
	const struct {
		int64_t now;
		unsigned used, steps;
		int64_t valid_until;
		bool by_telephone;
	} ROWS[] = {
		{ due - 100 * DAY, 0, 3, LICENSE_NEVER, false }, /* nothing is due */
		{ due - 1, 0, 3, LICENSE_NEVER, true }, { due, 0, 3, LICENSE_NEVER, true },
		{ due, 0, 0, LICENSE_NEVER, false }, { due + 14 * DAY, 1, 3, LICENSE_NEVER, true },
		{ due + 28 * DAY, 2, 3, LICENSE_NEVER, true },
		{ due + 42 * DAY, 3, 3, LICENSE_NEVER, false },
		{ due + 42 * DAY, 9, 3, LICENSE_NEVER, false }, /* a later version's, say */
		{ due + 380 * DAY, 0, 3, LICENSE_NEVER, true }, /* read only */
		{ locked - 1, 0, 3, LICENSE_NEVER, true }, { locked, 0, 3, LICENSE_NEVER, true },
		{ locked + 42 * DAY - 1, 0, 3, LICENSE_NEVER, true },
		{ locked + 42 * DAY, 0, 3, LICENSE_NEVER, false }, /* too late for all of them */
		{ due - 1, 0, 3, due + 1, true }, /* the term allows a second of a step */
		{ due - 1, 0, 3, due, false },
		{ due, 0, 3, due, false }, /* the term is over, which no step helps */
	};

	(void)state;
	license.telephone_days = 14;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct evaluate_facts facts = verdict_facts(ROWS[i].now);

		license.valid_until = ROWS[i].valid_until;
		license.telephone_steps = ROWS[i].steps;
		facts.telephone_steps = ROWS[i].used;
		explain(&license, &facts);
		if (chain.by_telephone != ROWS[i].by_telephone)
			fail_msg("row %zu: by telephone %d", i, chain.by_telephone);
	}
}

/* Who is suspended, or on another machine, is not sent to the telephone for it. */
static void
nothing_but_a_renewal_comes_by_telephone(void **state)
{
	struct license license = verdict_island();
	struct evaluate_facts facts = verdict_facts(license.renew_by + DAY);

	(void)state;
	license.telephone_days = license.telephone_steps = 3;
	explain(&license, &facts);
	assert_true(chain.by_telephone);
	facts.status = EVALUATE_STATUS_SUSPENDED;
	explain(&license, &facts);
	assert_false(chain.by_telephone);
	facts.status = EVALUATE_STATUS_VALID;
	facts.machine = EVALUATE_MISMATCH;
	facts.machine_since = ISSUED;
	facts.now = license.renew_by + 1;
	explain(&license, &facts);
	assert_string_equal(why_code_name(chain.links[0].code), "other_machine");
	assert_false(chain.by_telephone);
	explain(NULL, &facts);
	assert_false(chain.by_telephone);
}

static void
license_that_waits_tells_when_it_begins_and_what_else_holds(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED);

	(void)state;
	license.not_before = ISSUED + 10 * DAY;
	facts.machine = EVALUATE_MISMATCH;
	facts.machine_since = ISSUED;
	explain(&license, &facts);
	expect_link(0, WHY_BEGINS_LATER, WHY_DECIDES, SKERRY_STATE_UNLICENSED, LICENSE_NEVER,
		license.not_before);
	expect_link(1, WHY_OTHER_MACHINE, WHY_HOLDS_TOO, SKERRY_STATE_GRACE, ISSUED,
		DAY_END(ISSUED + 14 * DAY));
	/* What has not begun does not go on. */
	license.valid_until = ISSUED + 1000 * DAY;
	facts.machine = EVALUATE_MATCH;
	explain(&license, &facts);
	assert_int_equal(chain.len, 1);
}

static void
signed_last_date_alone_is_told(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED + 100 * DAY);

	(void)state;
	license.expires_at = ISSUED + 100 * DAY;
	explain(&license, &facts);
	expect_link(0, WHY_LAST_DATE, WHY_DECIDES, SKERRY_STATE_LOCKED, license.expires_at,
		LICENSE_NEVER);
	expect_fact(WHY_LAST_DATE, "expires_at", license.expires_at);
}

static void
site_key_and_machine_are_two_links(void **state)
{
	struct license license = verdict_perpetual();
	struct evaluate_facts facts = verdict_facts(ISSUED);

	(void)state;
	license.activation = 3;
	facts.site_key = EVALUATE_MISMATCH;
	explain(&license, &facts);
	assert_int_equal(chain.len, 1);
	expect_fact(WHY_OTHER_SITE, "activation", 3);
	facts.machine = EVALUATE_MISMATCH;
	explain(&license, &facts);
	assert_int_equal(chain.len, 2);
	expect_link(1, WHY_OTHER_MACHINE, WHY_HOLDS_TOO, SKERRY_STATE_LOCKED, LICENSE_NEVER,
		LICENSE_NEVER);
	facts.pairing_lost = true;
	explain(&license, &facts);
	expect_fact(WHY_PAIRING_LOST, "activation", 3);
}

static void
components_that_differ_are_named_though_the_machine_matches(void **state)
{
	struct license license = verdict_perpetual();
	const struct evaluate_facts facts = verdict_facts(ISSUED);
	const enum match_sight sights[] = { MATCH_SAME, MATCH_DIFFERS, MATCH_UNREADABLE,
		MATCH_DIFFERS };
	struct match_tally tally;
	struct why_subject subject = { .license = &license, .facts = &facts, .sights = sights };

	(void)state;
	license.components[0] = (struct license_component){ .type = 1, .weight = 3 };
	license.components[1] = (struct license_component){ .type = FINGERPRINT_MAC, .weight = 2 };
	license.components[2] = (struct license_component){ .type = FINGERPRINT_OS, .weight = 1 };
	license.components[3] = (struct license_component){ .type = 77, .weight = 1 };
	license.components_len = 4;
	license.threshold = 3;
	match_machine(&license, sights, &tally);
	subject.tally = &tally;
	why_explain(&subject, &chain);
	expect_link(0, WHY_VALID, WHY_DECIDES, SKERRY_STATE_ACTIVE, ISSUED, LICENSE_NEVER);
	expect_fact(WHY_COMPONENTS_DIFFER, "different", MATCH_TYPE_BIT(FINGERPRINT_MAC));
	expect_fact(WHY_COMPONENTS_UNREADABLE, "not_readable", MATCH_TYPE_BIT(FINGERPRINT_OS));
	assert_int_equal(chain.len, 3);
}

static void
mismatches_tell_weights_names_and_keys(void **state)
{
	static const uint8_t kid[COSE_KID_LEN] = { 0xab };
	struct license license = verdict_perpetual();
	const struct match_tally tally = { .matched = 2, .unreadable = 1 };
	struct evaluate_facts facts = verdict_facts(ISSUED);
	const struct why_subject subject = { .license = &license,
		.facts = &facts,
		.tally = &tally,
		.kid = kid,
		.domain = "rt06.example",
		.tenant = "cellar" };

	(void)state;
	license.threshold = 5;
	license.domains[0] = (struct cbor_text){ "rt05.example", 12 };
	license.domains_len = 1;
	facts.machine = facts.domain = facts.tenant = EVALUATE_MISMATCH;
	facts.key_revoked_since = ISSUED;
	why_explain(&subject, &chain);
	expect_fact(WHY_OTHER_MACHINE, "matched", 2);
	expect_fact(WHY_OTHER_MACHINE, "unreadable", 1);
	expect_fact(WHY_OTHER_MACHINE, "threshold", 5);
	expect_fact(WHY_OTHER_MACHINE, "rebind_grace_s", 14 * DAY);
	expect_fact(WHY_OTHER_DOMAIN, "license_domains", 1);
	assert_memory_equal(fact_of(find(WHY_OTHER_DOMAIN), "domain")->text.chars, "rt06", 4);
	assert_memory_equal(
		fact_of(find(WHY_OTHER_DOMAIN), "license_domain")->text.chars, "rt05", 4);
	assert_memory_equal(fact_of(find(WHY_OTHER_TENANT), "tenant")->text.chars, "cellar", 6);
	/* The license is of no tenant: there is nothing to tell. */
	assert_null(fact_of(find(WHY_OTHER_TENANT), "license_tenant"));
	assert_ptr_equal(fact_of(find(WHY_SIGNING_KEY), "kid")->bytes.data, kid);
}

static void
names_are_words_and_unique(void **state)
{
	(void)state;
	for (unsigned a = 0; a < WHY_CODES; a++) {
		assert_non_null(why_code_name((enum why_code)a));
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(
				why_code_name((enum why_code)a), why_code_name((enum why_code)b));
	}
	assert_string_equal(why_code_name((enum why_code)WHY_CODES), "unknown");
	assert_string_equal(why_part_name(WHY_HOLDS_TOO), "holds_too");
	assert_string_equal(why_part_name((enum why_part)9), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_link_is_the_verdict_over_random_facts),
		cmocka_unit_test(every_notice_has_a_link_over_random_facts),
		cmocka_unit_test(longest_chain_fits),
		cmocka_unit_test(no_license_is_one_link_and_damaged_files_another),
		cmocka_unit_test(valid_license_tells_its_dates_and_when_that_ends),
		cmocka_unit_test(renewal_due_and_missed_tell_both_ladders),
		cmocka_unit_test(term_that_ends_first_names_the_missed_renewal_too),
		cmocka_unit_test(renewal_may_come_by_telephone_while_a_step_helps),
		cmocka_unit_test(nothing_but_a_renewal_comes_by_telephone),
		cmocka_unit_test(license_that_waits_tells_when_it_begins_and_what_else_holds),
		cmocka_unit_test(signed_last_date_alone_is_told),
		cmocka_unit_test(site_key_and_machine_are_two_links),
		cmocka_unit_test(components_that_differ_are_named_though_the_machine_matches),
		cmocka_unit_test(mismatches_tell_weights_names_and_keys),
		cmocka_unit_test(names_are_words_and_unique),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
