/* SPDX-License-Identifier: ISC */
/* A verdict in the journal: it is read back whole, it always fits its row, and nothing else is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_draw.h"
#include "verifier/verdict_question.h"
#include "verifier/verdict_record.h"

static struct cbor_text
text_of(const char *chars)
{
	return (struct cbor_text){ chars, strlen(chars) };
}

static struct verdict_record
record_of(const char *id)
{
	struct verdict_record record = { .edition = 3, .activation = 1, .next_at = LICENSE_NEVER };

	evaluate_facts_init(&record.facts, 0, 25200);
	evaluate(NULL, &record.facts, &record.verdict);
	snprintf(record.license_id, sizeof record.license_id, "%s", id);
	strcpy(record.brand, "hotelhub");
	strcpy(record.product, "hms");
	return record;
}

static void
write_detail(const struct verdict_record *record, char ret_detail[JOURNAL_DETAIL_MAX])
{
	char words[VERDICT_RECORD_WORDS_MAX], facts[JOURNAL_DETAIL_MAX];
	int len;

	verdict_record_words(record, words);
	verdict_record_facts(record, facts);
	len = snprintf(ret_detail, JOURNAL_DETAIL_MAX, "%s %s", words, facts);
	assert_in_range(len, 1, JOURNAL_DETAIL_MAX - 1);
}

/* --- what asked ------------------------------------------------------------------------------ */

static void
expect_question_with(
	const char *product, const char *tenant, const char *domain, size_t values, bool has_build)
{
	char subject[JOURNAL_SUBJECT_MAX];
	struct verdict_question asked, read;

	verdict_question_make(product, tenant, domain, values, has_build, &asked);
	verdict_question_write(&asked, subject);
	for (const char *c = subject; *c != '\0'; c++)
		assert_in_range(*c, ' ', '~');
	assert_true(verdict_question_read(text_of(subject), &read));
	assert_int_equal(read.has_product, product != NULL);
	assert_int_equal(read.has_tenant, tenant != NULL);
	assert_int_equal(read.has_domain, domain != NULL);
	assert_string_equal(read.product, product == NULL ? "" : product);
	assert_string_equal(read.tenant, tenant == NULL ? "" : tenant);
	assert_string_equal(read.domain, domain == NULL ? "" : domain);
	assert_true(read.values == values);
	assert_int_equal(read.has_build, has_build);
}

static void
expect_question(const char *product, const char *tenant, const char *domain, size_t values)
{
	expect_question_with(product, tenant, domain, values, false);
	expect_question_with(product, tenant, domain, values, true);
}

static void
every_question_is_read_back(void **state)
{
	char tenant[LICENSE_TENANT_MAX + 1], domain[LICENSE_DOMAIN_MAX + 1];

	(void)state;
	expect_question(NULL, NULL, NULL, 0);
	expect_question("", "", "", 9);
	expect_question("hotelhub/hms", NULL, NULL, 1);
	expect_question("hms", "a b=c", "d product=e", 2);
	expect_question("hms", "100%", "%20", 0);
	expect_question("hms", "Gr\xc3\xa4nd H\xc3\xb4tel\n", "\x1b[2J", 0);
	memset(tenant, 0xe9, sizeof tenant - 1);
	tenant[sizeof tenant - 1] = '\0';
	memset(domain, 'x', sizeof domain - 1);
	domain[sizeof domain - 1] = '\0';
	expect_question("0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef", tenant,
		domain, 8);
}

/* What is longer than any license's is cut; what differs before that stays another question. */
static void
question_of_any_length_fits(void **state)
{
	char subject[JOURNAL_SUBJECT_MAX], longest[5000];
	struct verdict_question asked;

	(void)state;
	for (int c = 1; c < 256; c++) {
		memset(longest, c, sizeof longest - 1);
		longest[sizeof longest - 1] = '\0';
		verdict_question_make(longest, longest, longest, SIZE_MAX, true, &asked);
		verdict_question_write(&asked, subject);
		assert_true(strlen(subject) < JOURNAL_SUBJECT_MAX - 1);
		assert_non_null(strstr(subject, " values="));
		assert_non_null(strstr(subject, " build=told"));
	}
}

static void
ways_of_asking_are_told_apart(void **state)
{
	static const char *const ROWS[][3] = {
		{ NULL, NULL, NULL },
		{ "", NULL, NULL },
		{ NULL, "", NULL },
		{ NULL, NULL, "" },
		{ "hms", NULL, NULL },
		{ NULL, "hms", NULL },
		{ "hms", "a", NULL },
		{ "hms", NULL, "a" },
		{ "hms tenant=a", NULL, NULL },
		{ "hms%20tenant=a", NULL, NULL },
	};
	enum { LEN = sizeof ROWS / sizeof *ROWS };
	char subjects[LEN][JOURNAL_SUBJECT_MAX];
	struct verdict_question asked;

	(void)state;
	for (size_t i = 0; i < LEN; i++) {
		verdict_question_make(ROWS[i][0], ROWS[i][1], ROWS[i][2], 0, false, &asked);
		verdict_question_write(&asked, subjects[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(subjects[i], subjects[j]);
	}
}

/* --- what was found -------------------------------------------------------------------------- */

static int64_t
draw_instant(void)
{
	switch (draw_below(4)) {
	case 0:
		return LICENSE_NEVER;
	case 1:
		return LICENSE_TIME_MAX - (int64_t)draw_below(5);
	default:
		return 1 + (int64_t)draw_below(2000000000) * 100;
	}
}

static void
draw_verdict(struct skerry_verdict *verdict)
{
	verdict->state = (enum skerry_state)draw_below(SKERRY_STATE_LOCKED + 1);
	verdict->access = (enum skerry_access)draw_below(SKERRY_ACCESS_FULL + 1);
	verdict->reason = (enum skerry_reason)draw_below(SKERRY_REASON_STATE_DAMAGED + 1);
	verdict->notice = (enum skerry_notice)draw_below(SKERRY_NOTICE_ALERT + 1);
	verdict->renew_by = draw_instant();
	verdict->valid_until = draw_instant();
	verdict->maintenance_until = draw_instant();
	verdict->grace_until = draw_instant();
	verdict->degraded_until = draw_instant();
	verdict->next_change_at = draw_instant();
}

static void
draw_recorded_facts(struct evaluate_facts *facts)
{
	facts->machine = (enum evaluate_match)draw_below(EVALUATE_TOO_FEW + 1);
	facts->site_key = (enum evaluate_match)draw_below(EVALUATE_TOO_FEW + 1);
	facts->pairing_lost = draw_below(2) == 1;
	facts->domain = (enum evaluate_match)draw_below(EVALUATE_TOO_FEW + 1);
	facts->tenant = (enum evaluate_match)draw_below(EVALUATE_TOO_FEW + 1);
	facts->status = (enum evaluate_status)draw_below(EVALUATE_STATUS_REVOKED + 1);
	facts->clock = (enum evaluate_clock)draw_below(EVALUATE_CLOCK_UNATTENDED + 1);
	facts->local.offset_s = (int32_t)draw_below(100000) - 50000;
	facts->telephone_steps = (unsigned)draw_below(LICENSE_STEPS_MAX + 1);
	facts->machine_since = draw_instant();
	facts->domain_since = draw_instant();
	facts->tenant_since = draw_instant();
	facts->key_revoked_since = draw_instant();
	facts->unpaired_since = draw_instant();
	facts->candidate = draw_instant();
	facts->candidate_due = draw_instant();
	facts->status_issued_at = draw_instant();
	facts->state_rollback = draw_below(2) == 1;
	facts->rollback_since = facts->state_rollback ? draw_instant() : LICENSE_NEVER;
	facts->build_date = draw_below(2) == 1 ? draw_instant() : 0;
	if (facts->build_date == LICENSE_NEVER)
		facts->build_date = 0;
}

static void
draw_record(struct verdict_record *ret_record)
{
	*ret_record = record_of(draw_below(4) == 0 ? "" : "0123456789ABCDEF");
	if (ret_record->license_id[0] == '\0') {
		ret_record->brand[0] = ret_record->product[0] = '\0';
		ret_record->activation = 0;
	}
	draw_verdict(&ret_record->verdict);
	draw_recorded_facts(&ret_record->facts);
	ret_record->next_at = draw_instant();
	ret_record->files_unused = draw_below(4097);
	ret_record->tally.components = draw_below(LICENSE_COMPONENTS_MAX + 1);
	if (ret_record->tally.components > 0) {
		ret_record->tally.matched = (unsigned)draw_below(4081);
		ret_record->tally.unreadable = (unsigned)draw_below(4081);
		ret_record->tally.threshold = (unsigned)draw_below(4081);
		ret_record->differ = (unsigned)draw_below(1024);
		ret_record->hidden = (unsigned)draw_below(1024);
	}
	for (size_t i = 0; i < ret_record->tally.components; i++) {
		ret_record->sights[i] = (enum match_sight)draw_below(MATCH_UNREADABLE + 1);
		ret_record->tally.components_matched += ret_record->sights[i] == MATCH_SAME;
	}
}

/* Field by field: between them there may be anything. */
static void
assert_same(const struct verdict_record *a, const struct verdict_record *b)
{
	const struct evaluate_facts *x = &a->facts, *y = &b->facts;

#define SAME(of_a, of_b, field) assert_true((of_a)->field == (of_b)->field)
	SAME(&a->verdict, &b->verdict, state);
	SAME(&a->verdict, &b->verdict, access);
	SAME(&a->verdict, &b->verdict, reason);
	SAME(&a->verdict, &b->verdict, notice);
	SAME(&a->verdict, &b->verdict, renew_by);
	SAME(&a->verdict, &b->verdict, valid_until);
	SAME(&a->verdict, &b->verdict, maintenance_until);
	SAME(&a->verdict, &b->verdict, grace_until);
	SAME(&a->verdict, &b->verdict, degraded_until);
	SAME(&a->verdict, &b->verdict, next_change_at);
	SAME(x, y, machine);
	SAME(x, y, site_key);
	SAME(x, y, pairing_lost);
	SAME(x, y, domain);
	SAME(x, y, tenant);
	SAME(x, y, status);
	SAME(x, y, clock);
	SAME(x, y, local.offset_s);
	SAME(x, y, telephone_steps);
	SAME(x, y, machine_since);
	SAME(x, y, domain_since);
	SAME(x, y, tenant_since);
	SAME(x, y, key_revoked_since);
	SAME(x, y, unpaired_since);
	SAME(x, y, candidate);
	SAME(x, y, candidate_due);
	SAME(x, y, status_issued_at);
	SAME(x, y, state_rollback);
	SAME(x, y, rollback_since);
	SAME(x, y, build_date);
	SAME(a, b, edition);
	SAME(a, b, activation);
	SAME(a, b, next_at);
	SAME(a, b, files_unused);
	SAME(a, b, differ);
	SAME(a, b, hidden);
	SAME(&a->tally, &b->tally, components);
	SAME(&a->tally, &b->tally, components_matched);
	SAME(&a->tally, &b->tally, matched);
	SAME(&a->tally, &b->tally, unreadable);
	SAME(&a->tally, &b->tally, threshold);
#undef SAME
	for (size_t i = 0; i < a->tally.components; i++)
		assert_int_equal(a->sights[i], b->sights[i]);
	assert_string_equal(a->license_id, b->license_id);
	assert_string_equal(a->brand, b->brand);
	assert_string_equal(a->product, b->product);
}

static void
every_record_is_read_back(void **state)
{
	char detail[JOURNAL_DETAIL_MAX];

	(void)state;
	draw_seed(20261122);
	for (size_t i = 0; i < 20000; i++) {
		struct verdict_record record, read;

		draw_record(&record);
		write_detail(&record, detail);
		if (verdict_record_read(text_of(detail), &read) != VERDICT_RECORD_WHOLE)
			fail_msg("not read back: %s", detail);
		assert_same(&record, &read);
	}
}

/* Every fact at its longest. */
static void
longest_record_fits_a_row(void **state)
{
	struct verdict_record record = record_of("0123456789ABCDEF"), read;
	struct evaluate_facts *facts = &record.facts;
	char detail[JOURNAL_DETAIL_MAX];

	(void)state;
	record.verdict.state = SKERRY_STATE_UNLICENSED;
	record.verdict.access = SKERRY_ACCESS_READ_ONLY;
	record.verdict.reason = SKERRY_REASON_SIGNING_KEY_REVOKED;
	record.verdict.renew_by = record.verdict.valid_until = record.verdict.maintenance_until =
		record.verdict.grace_until = record.verdict.degraded_until =
			record.verdict.next_change_at = record.next_at = LICENSE_TIME_MAX;
	record.edition = record.activation = UINT64_MAX;
	memset(record.brand, 'b', sizeof record.brand - 1);
	memset(record.product, 'p', sizeof record.product - 1);
	facts->machine = facts->site_key = facts->domain = facts->tenant = EVALUATE_MISMATCH;
	facts->pairing_lost = true;
	facts->status = EVALUATE_STATUS_SUSPENDED;
	facts->clock = EVALUATE_CLOCK_AHEAD_UNPROVEN;
	facts->local.offset_s = -86400;
	facts->telephone_steps = UINT32_MAX;
	facts->machine_since = facts->domain_since = facts->tenant_since = LICENSE_TIME_MAX;
	facts->key_revoked_since = facts->unpaired_since = LICENSE_TIME_MAX;
	facts->candidate = facts->candidate_due = facts->status_issued_at = LICENSE_TIME_MAX;
	facts->state_rollback = true;
	facts->rollback_since = facts->build_date = LICENSE_TIME_MAX;
	record.tally = (struct match_tally){ 4080, 4080, 4080, 0, LICENSE_COMPONENTS_MAX };
	record.differ = record.hidden = 1023;
	record.files_unused = 4096;
	write_detail(&record, detail);
	assert_int_equal(verdict_record_read(text_of(detail), &read), VERDICT_RECORD_WHOLE);
	assert_int_equal(read.facts.telephone_steps, LICENSE_STEPS_MAX);
	assert_true(read.facts.build_date == LICENSE_TIME_MAX);
}

/* A second later nothing that makes another row has changed; a step by telephone is news. */
static void
words_change_with_the_verdict_alone(void **state)
{
	struct verdict_record record = record_of("0123456789ABCDEF"), other = record;
	char words[VERDICT_RECORD_WORDS_MAX], others[VERDICT_RECORD_WORDS_MAX];

	(void)state;
	verdict_record_words(&record, words);
	other.facts.candidate_due = other.facts.machine_since = 1800000000;
	other.facts.local.offset_s = 0;
	other.tally.matched = 3;
	other.verdict.next_change_at = 1900000000;
	verdict_record_words(&other, others);
	assert_string_equal(words, others);
	other.facts.telephone_steps = 1;
	verdict_record_words(&other, others);
	assert_string_not_equal(words, others);
}

/* One character changed, left out or added is another record or none, and never read as this one. */
static void
only_one_spelling_is_read(void **state)
{
	char detail[JOURNAL_DETAIL_MAX], again[JOURNAL_DETAIL_MAX];
	struct verdict_record record, read;

	(void)state;
	draw_seed(7);
	for (size_t round = 0; round < 60; round++) {
		draw_record(&record);
		write_detail(&record, detail);
		for (size_t at = 0; detail[at] != '\0'; at++) {
			char kept = detail[at];

			detail[at] = (char)(' ' + (char)draw_below(95));
			if (verdict_record_read(text_of(detail), &read) == VERDICT_RECORD_WHOLE) {
				write_detail(&read, again);
				assert_string_equal(detail, again);
			}
			detail[at] = kept;
		}
		for (size_t len = 0; len < strlen(detail); len++)
			if (verdict_record_read((struct cbor_text){ detail, len }, &read) ==
				VERDICT_RECORD_WHOLE) {
				write_detail(&read, again);
				assert_memory_equal(detail, again, len);
			}
	}
}

static void
other_layouts_give_their_words_alone(void **state)
{
	static const struct {
		const char *detail;
		enum verdict_reading reading;
	} ROWS[] = {
		/* the first one: facts as numbers */
		{ "state=grace access=full reason=expired notice=alert license=0123456789ABCDEF "
		  "edition=2"
		  " machine=1 site_key=0 domain=0 clock=0 rollback=0 matched=5 threshold=4",
			VERDICT_RECORD_WORDS_ONLY },
		{ "state=grace access=full reason=expired notice=alert license= edition=0",
			VERDICT_RECORD_WORDS_ONLY },
		{ "state=grace access=full reason=expired notice=alert license= edition=0 record=2",
			VERDICT_RECORD_WORDS_ONLY },
		{ "state=grace access=full reason=expired notice=alert license= edition=0 record=1 "
		  "x=y",
			VERDICT_RECORD_WORDS_ONLY },
		{ "state=grace access=full reason=expired notice=alert license= edition=0 record=1",
			VERDICT_RECORD_WHOLE },
		{ "state=grace access=full reason=expired notice=alert license= edition=0 "
		  "record=1 ",
			VERDICT_RECORD_WORDS_ONLY },
		{ "state=grace access=full reason=expired notice=alert license= edition=00 "
		  "record=1",
			VERDICT_RECORD_NONE },
		{ "state=graze access=full reason=expired notice=alert license= edition=0",
			VERDICT_RECORD_NONE },
		{ "access=full state=grace reason=expired notice=alert license= edition=0",
			VERDICT_RECORD_NONE },
		{ "state=grace", VERDICT_RECORD_NONE },
		{ "", VERDICT_RECORD_NONE },
		{ "error=ok", VERDICT_RECORD_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct verdict_record read = { .edition = 77 };

		assert_int_equal(
			verdict_record_read(text_of(ROWS[i].detail), &read), ROWS[i].reading);
		if (ROWS[i].reading == VERDICT_RECORD_NONE) {
			assert_int_equal(read.edition, 77);
			continue;
		}
		assert_int_equal(read.verdict.state, SKERRY_STATE_GRACE);
		assert_int_equal(read.verdict.reason, SKERRY_REASON_EXPIRED);
		assert_true(read.facts.machine == EVALUATE_UNKNOWN);
	}
}

static void
what_is_no_question_is_not_read(void **state)
{
	static const char *const ROWS[] = { "", "values=", "values=0 ", " values=0", "values=00",
		"tenant=a product=b values=0", "product=a  values=0", "product=%41 values=0",
		"product=%4 values=0", "product=%zz values=0", "product=a%00 values=0", "clock",
		"product= tenant= domain=", "values=0 values=0",
		"values=1 given=", "values=1 given=x", "given=s values=1",
		"values=1 given=sssssssssssssssss" };
	struct verdict_question read;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (verdict_question_read(text_of(ROWS[i]), &read))
			fail_msg("read: '%s'", ROWS[i]);
	assert_false(verdict_question_read((struct cbor_text){ "values=0\0", 9 }, &read));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_question_is_read_back),
		cmocka_unit_test(question_of_any_length_fits),
		cmocka_unit_test(ways_of_asking_are_told_apart),
		cmocka_unit_test(every_record_is_read_back),
		cmocka_unit_test(longest_record_fits_a_row),
		cmocka_unit_test(words_change_with_the_verdict_alone),
		cmocka_unit_test(only_one_spelling_is_read),
		cmocka_unit_test(other_layouts_give_their_words_alone),
		cmocka_unit_test(what_is_no_question_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
