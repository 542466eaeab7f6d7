/* SPDX-License-Identifier: ISC */
/* A license's own values over its plan: words, their one spelling, what they do to a plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/decide/overrides_change.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct overrides overrides;
static struct plan plan;
static char text[OVERRIDES_TEXT_MAX];

static const char *
spelled(void)
{
	overrides_write(&overrides, text);
	return text;
}

static int
reset(void **state)
{
	struct plan_grant feature = { .name = "pos", .value = LICENSE_ON };
	struct plan_grant limit = { .name = "max_rooms", .value = LICENSE_NUMBER, .number = 100 };

	(void)state;
	overrides.len = 0;
	plan_default(&plan);
	assert_int_equal(plan_put_grant(&plan, &feature), SKERRY_OK);
	assert_int_equal(plan_put_grant(&plan, &limit), SKERRY_OK);
	return 0;
}

static void
same_overrides_have_one_spelling(void **state)
{
	static const struct {
		enum plan_word word;
		const char *value;
	} SAID[] = { { PLAN_WORD_TEXT, "motd=a = b" }, { PLAN_WORD_LIMIT, "max_rooms=120" },
		{ PLAN_WORD_GRACE, "90d" }, { PLAN_WORD_FEATURE, "spa" },
		{ PLAN_WORD_WITHOUT, "pos" }, { PLAN_WORD_PERPETUAL, "" },
		{ PLAN_WORD_SEATS, "5" } };
	static const char EXPECTED[] = "perpetual\ngrace 90d\nseats 5\nwithout pos\nfeature spa\n"
				       "limit max_rooms=120\ntext motd=a = b\n";
	struct overrides back;

	(void)state;
	for (size_t shift = 0; shift < COUNT(SAID); shift++) {
		overrides.len = 0;
		for (size_t i = 0; i < COUNT(SAID); i++) {
			size_t at = (i * 3 + shift) % COUNT(SAID);

			assert_int_equal(overrides_put(&overrides, SAID[at].word, SAID[at].value),
				SKERRY_OK);
		}
		assert_string_equal(spelled(), EXPECTED);
	}
	assert_int_equal(overrides_read(EXPECTED, &back), SKERRY_OK);
	overrides = back;
	assert_string_equal(spelled(), EXPECTED);
	assert_int_equal(overrides_read(NULL, &overrides), SKERRY_OK);
	assert_string_equal(spelled(), "");
}

static void
later_word_about_the_same_thing_counts(void **state)
{
	(void)state;
	overrides_put(&overrides, PLAN_WORD_TERM, "1y");
	overrides_put(&overrides, PLAN_WORD_PERPETUAL, "");
	assert_string_equal(spelled(), "perpetual\n");
	overrides_put(&overrides, PLAN_WORD_TERM, "2y");
	overrides_put(&overrides, PLAN_WORD_WITHOUT, "spa");
	overrides_put(&overrides, PLAN_WORD_FEATURE, "spa");
	overrides_put(&overrides, PLAN_WORD_LIMIT, "spa=1");
	overrides_put(&overrides, PLAN_WORD_TEXT, "spa=one");
	assert_string_equal(spelled(), "term 2y\ntext spa=one\n");
	/* a name that begins like another is another */
	overrides_put(&overrides, PLAN_WORD_FEATURE, "spa2");
	assert_string_equal(spelled(), "term 2y\nfeature spa2\ntext spa=one\n");
	assert_true(overrides_drop(&overrides, "spa"));
	assert_false(overrides_drop(&overrides, "spa"));
	assert_false(overrides_drop(&overrides, "term"));
	assert_string_equal(spelled(), "term 2y\nfeature spa2\n");
}

static void
damaged_text_is_refused(void **state)
{
	static const char *const DAMAGED[] = { "nonsense 1\n", "grace90d\n", " grace 90d\n", "\n",
		"grace 90d\n\n", "graces 90d\n" };
	static char long_line[PLAN_WORD_VALUE_MAX + 16];

	(void)state;
	for (size_t i = 0; i < COUNT(DAMAGED); i++)
		assert_int_equal(overrides_read(DAMAGED[i], &overrides), SKERRY_ERR_STORE_DAMAGED);
	memset(long_line, 'x', sizeof long_line - 1);
	memcpy(long_line, "text ", 5);
	assert_int_equal(overrides_read(long_line, &overrides), SKERRY_ERR_STORE_DAMAGED);
	assert_int_equal(
		overrides_put(&overrides, PLAN_WORD_TEXT, long_line + 3), SKERRY_ERR_NO_SPACE);
}

static void
more_than_a_plan_has_is_refused(void **state)
{
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < OVERRIDES_LINES_MAX; i++) {
		snprintf(name, sizeof name, "f%zu", i);
		assert_int_equal(overrides_put(&overrides, PLAN_WORD_FEATURE, name), SKERRY_OK);
	}
	assert_int_equal(overrides_put(&overrides, PLAN_WORD_FEATURE, "one"), SKERRY_ERR_NO_SPACE);
	assert_int_equal(overrides_put(&overrides, PLAN_WORD_LIMIT, "f1=2"), SKERRY_OK);
}

static void
overrides_stand_over_the_plan(void **state)
{
	const struct override *line;
	const char *wants;

	(void)state;
	assert_int_equal(overrides_read("term 2y\nrenew-every never\nwarn 1d\ngrace 90d\n"
					"without pos\nwithout gone\nfeature spa\n"
					"limit max_rooms=120\n",
				 &overrides),
		SKERRY_OK);
	assert_int_equal(overrides_apply(&overrides, &plan, &line, &wants), SKERRY_OK);
	assert_int_equal(plan.terms.term.months, 24);
	assert_false(plan.terms.renews);
	assert_int_equal(plan.ladder.grace_s, 90 * LADDER_DAY_S);
	/* the alert follows the warning down */
	assert_int_equal(plan.ladder.alert_s, plan.ladder.warn_s);
	/* in the order of a license's map: shorter names first */
	assert_int_equal(plan.grants_len, 2);
	assert_string_equal(plan.grants[0].name, "spa");
	assert_string_equal(plan.grants[1].name, "max_rooms");
	assert_int_equal(plan.grants[1].number, 120);
}

static void
line_that_the_plan_does_not_take_is_named(void **state)
{
	static const struct {
		const char *text;
		enum plan_word word;
	} BAD[] = { { "grace soon\n", PLAN_WORD_GRACE }, { "grace -1d\n", PLAN_WORD_GRACE },
		{ "seats 5\nburst many\n", PLAN_WORD_BURST },
		{ "limit max_rooms=1x\n", PLAN_WORD_LIMIT },
		{ "limit max_rooms=9223372036854775808\n", PLAN_WORD_LIMIT },
		{ "limit max_rooms=many\n", PLAN_WORD_LIMIT },
		{ "limit max_rooms\n", PLAN_WORD_LIMIT }, { "text x=\n", PLAN_WORD_TEXT },
		{ "text =x\n", PLAN_WORD_TEXT }, { "feature a\tb\n", PLAN_WORD_FEATURE },
		{ "day-end 24:00\n", PLAN_WORD_DAY_END },
		{ "telephone 3x1h\n", PLAN_WORD_TELEPHONE },
		{ "telephone 100x1d\n", PLAN_WORD_TELEPHONE },
		{ "rollback-policy kill\n", PLAN_WORD_ROLLBACK_POLICY },
		{ "term 0\n", PLAN_WORD_TERM }, { "term 101y\n", PLAN_WORD_TERM },
		{ "warn 1d\nalert 2d\n", PLAN_WORD_ALERT } };

	(void)state;
	for (size_t i = 0; i < COUNT(BAD); i++) {
		const struct override *line = NULL;
		const char *wants = NULL;

		reset(NULL);
		assert_int_equal(overrides_read(BAD[i].text, &overrides), SKERRY_OK);
		assert_int_equal(
			overrides_apply(&overrides, &plan, &line, &wants), SKERRY_ERR_CLAIM_VALUE);
		assert_non_null(line);
		assert_int_equal(line->word, BAD[i].word);
		assert_true(wants[0] != '\0');
	}
}

static void
every_word_has_a_name_that_reads_back(void **state)
{
	enum plan_word word;

	(void)state;
	for (int i = 0; i < PLAN_WORDS_LEN; i++) {
		const char *name = plan_word_name((enum plan_word)i);

		assert_true(plan_word_from_name(name, strlen(name), &word));
		assert_int_equal(word, i);
		assert_true(strlen(name) + 2 + PLAN_WORD_VALUE_MAX <= OVERRIDES_LINE_MAX);
	}
	assert_false(plan_word_from_name("grac", 4, &word));
	assert_false(plan_word_from_name("", 0, &word));
}

static char change[OVERRIDES_CHANGE_MAX];

static void
change_names_what_went_and_came(void **state)
{
	static struct overrides after;
	size_t lines;

	(void)state;
	overrides_put(&overrides, PLAN_WORD_GRACE, "60d");
	overrides_put(&overrides, PLAN_WORD_FEATURE, "spa");
	overrides_put(&overrides, PLAN_WORD_TEXT, "owner=Ani");
	overrides_put(&overrides, PLAN_WORD_LIMIT, "tier=gold");
	assert_int_equal(overrides_change_spell(&overrides, &overrides, change), 0);
	assert_string_equal(change, "");
	after = overrides;
	overrides_put(&after, PLAN_WORD_GRACE, "90d");
	overrides_put(&after, PLAN_WORD_TEXT, "owner=Budi");
	overrides_put(&after, PLAN_WORD_LIMIT, "tier=12");
	overrides_put(&after, PLAN_WORD_FEATURE, "a note=1,%\xc3\xbc");
	overrides_put(&after, PLAN_WORD_PERPETUAL, "");
	assert_int_equal(overrides_change_spell(&overrides, &after, change), 8);
	assert_string_equal(change,
		"-grace:60d,-text:owner,-limit:tier,+grace:90d,+text:owner,+limit:tier=12,"
		"+feature:a%20note=1%2c%25%c3%bc,+perpetual");
	assert_int_equal(overrides_change_fit(change, sizeof change, &lines), strlen(change));
	assert_int_equal(lines, 8);
	assert_int_equal(overrides_change_fit(change, 22, &lines), 22);
	assert_int_equal(lines, 2);
	assert_int_equal(overrides_change_fit(change, 21, &lines), 10);
	assert_int_equal(overrides_change_fit(change, 9, &lines), 0);
	assert_int_equal(lines, 0);
	assert_int_equal(overrides_change_fit("", 9, &lines), 0);
	assert_int_equal(lines, 0);
}

static void
largest_change_has_room(void **state)
{
	static struct overrides after;
	char value[PLAN_WORD_VALUE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < OVERRIDES_LINES_MAX; i++) {
		memset(value, 1, sizeof value - 1);
		value[sizeof value - 1] = '\0';
		overrides.lines[i].word = after.lines[i].word = PLAN_WORD_ROLLBACK_POLICY;
		memcpy(overrides.lines[i].value, value, sizeof value);
		value[0] = 2;
		memcpy(after.lines[i].value, value, sizeof value);
	}
	overrides.len = after.len = OVERRIDES_LINES_MAX;
	assert_int_equal(overrides_change_spell(&overrides, &after, change),
		2 * (size_t)OVERRIDES_LINES_MAX);
	assert_true(strlen(change) < sizeof change);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(same_overrides_have_one_spelling, reset),
		cmocka_unit_test_setup(later_word_about_the_same_thing_counts, reset),
		cmocka_unit_test_setup(damaged_text_is_refused, reset),
		cmocka_unit_test_setup(more_than_a_plan_has_is_refused, reset),
		cmocka_unit_test_setup(overrides_stand_over_the_plan, reset),
		cmocka_unit_test_setup(line_that_the_plan_does_not_take_is_named, reset),
		cmocka_unit_test(every_word_has_a_name_that_reads_back),
		cmocka_unit_test_setup(change_names_what_went_and_came, reset),
		cmocka_unit_test_setup(largest_change_has_room, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
