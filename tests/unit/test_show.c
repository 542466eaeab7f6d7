/* SPDX-License-Identifier: ISC */
/* What check and limit say, and why a verb has no answer: on any stream, for people and for scripts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/show/moment.h"
#include "verifier/show/sheet.h"
#include "verifier/show/show.h"
#include "verifier/show/view.h"
#include "verifier/texts/en.h"
#include "verifier/texts/id.h"

static char *text;
static size_t text_len;
static struct show show;
static struct license license;
static struct skerry_verdict verdict;

static int
set_up(void **state)
{
	(void)state;
	license = (struct license){ .brand = cbor_text_from_chars("hotelhub"),
		.product = cbor_text_from_chars("hms"),
		.plan = cbor_text_from_chars("island"),
		.renew_by = LICENSE_NEVER,
		.valid_until = LICENSE_NEVER };
	/* Short names come first. */
	license.grants[1] = (struct license_grant){ .name = cbor_text_from_chars("channel"),
		.value = LICENSE_ON };
	license.grants[0] = (struct license_grant){
		.name = cbor_text_from_chars("rooms"), .value = LICENSE_NUMBER, .number = -3
	};
	license.grants_len = 2;
	verdict = (struct skerry_verdict){ .state = SKERRY_STATE_ACTIVE,
		.access = SKERRY_ACCESS_FULL,
		.at = 1800000000,
		.renew_by = LICENSE_NEVER,
		.valid_until = LICENSE_NEVER,
		.next_change_at = LICENSE_NEVER,
		.grace_until = LICENSE_NEVER,
		.degraded_until = LICENSE_NEVER,
		.maintenance_until = LICENSE_NEVER };
	show = (struct show){ .texts = &TEXTS_EN, .folder = "/var/lib/skerry" };
	show.out = open_memstream(&text, &text_len);
	return show.out == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fclose(show.out);
	free(text);
	return 0;
}

static const char *
told(void)
{
	fflush(show.out);
	return text;
}

static struct show_grant
grant_of(const char *name)
{
	return (struct show_grant){ .license = &license, .verdict = &verdict, .name = name };
}

static void
lock(enum skerry_access access)
{
	verdict.state = SKERRY_STATE_LOCKED;
	verdict.access = access;
	verdict.reason = SKERRY_REASON_EXPIRED;
}

/* --- check ----------------------------------------------------------------------------------- */

static void
a_feature_is_yes_with_full_access_alone_or_to_read(void **state)
{
	static const struct {
		enum skerry_access access;
		bool read;
		enum skerry_err expected;
	} CASES[] = {
		{ SKERRY_ACCESS_FULL, false, SKERRY_OK },
		{ SKERRY_ACCESS_FULL, true, SKERRY_OK },
		{ SKERRY_ACCESS_READ_ONLY, false, SKERRY_ERR_NO_ACCESS },
		{ SKERRY_ACCESS_READ_ONLY, true, SKERRY_OK },
		{ SKERRY_ACCESS_NONE, true, SKERRY_ERR_NO_ACCESS },
	};
	const struct show_grant grant = grant_of("channel");

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		verdict.access = CASES[i].access;
		assert_int_equal(show_judge_feature(&grant, CASES[i].read), CASES[i].expected);
	}
}

static void
a_number_is_no_feature_and_a_feature_no_number(void **state)
{
	const struct show_grant rooms = grant_of("rooms"), channel = grant_of("channel"),
				other = grant_of("Channel");
	int64_t number = 77;

	(void)state;
	assert_int_equal(show_judge_feature(&rooms, false), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(show_judge_feature(&other, false), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(show_judge_limit(&channel, &number), SKERRY_ERR_NO_LIMIT);
	assert_int_equal(number, 77);
}

static void
yes_is_one_word(void **state)
{
	const struct show_grant grant = grant_of("channel");
	enum command_exit exit = COMMAND_CANNOT_TELL;

	(void)state;
	show_feature(&show, &grant, false, &exit);
	assert_string_equal(told(), "yes\n");
	assert_int_equal(exit, COMMAND_YES);
}

static void
no_says_why_in_the_readers_language(void **state)
{
	const struct show_grant grant = grant_of("channel");
	enum command_exit exit = COMMAND_CANNOT_TELL;
	char *english;

	(void)state;
	lock(SKERRY_ACCESS_NONE);
	show_feature(&show, &grant, false, &exit);
	assert_int_equal(exit, COMMAND_NO);
	assert_memory_equal(told(), "no: ", 4);
	assert_non_null(strstr(text, "hotelhub/hms"));
	english = strdup(text);
	rewind(show.out);
	show.texts = &TEXTS_ID;
	show_feature(&show, &grant, false, &exit);
	assert_string_not_equal(told(), english);
	free(english);
}

static void
json_has_the_verdict_either_way(void **state)
{
	const struct show_grant grant = grant_of("channel");
	enum command_exit exit;

	(void)state;
	show.json = true;
	show_feature(&show, &grant, false, &exit);
	assert_string_equal(told(), "{\"feature\":\"channel\",\"ok\":true,\"code\":\"ok\","
				    "\"message\":null,\"state\":\"active\",\"access\":\"full\","
				    "\"reason\":\"ok\"}\n");
}

/* --- limit ----------------------------------------------------------------------------------- */

static void
a_limit_is_the_number_alone(void **state)
{
	const struct show_grant grant = grant_of("rooms");
	struct show_failure failure;
	enum command_exit exit = COMMAND_CANNOT_TELL;

	(void)state;
	assert_true(show_limit(&show, &grant, &exit, &failure));
	assert_string_equal(told(), "-3\n");
	assert_int_equal(exit, COMMAND_YES);
}

static void
without_a_number_nothing_is_written_in_words(void **state)
{
	const struct show_grant grant = grant_of("beds");
	struct show_failure failure;
	enum command_exit exit;

	(void)state;
	assert_false(show_limit(&show, &grant, &exit, &failure));
	assert_string_equal(told(), "");
	assert_int_equal(failure.failure.err, SKERRY_ERR_NO_LIMIT);
	assert_int_equal(failure.exit, COMMAND_NO);
	assert_string_equal(failure.failure.subject, "beds");
	show.json = true;
	assert_true(show_limit(&show, &grant, &exit, &failure));
	assert_non_null(strstr(told(), "\"number\":null,\"code\":\"no_limit\""));
	assert_int_equal(exit, COMMAND_NO);
}

/* --- failures -------------------------------------------------------------------------------- */

static void
a_failure_outlives_what_it_was_told_of(void **state)
{
	char message[] = "It broke.", subject[] = "a.license";
	const struct command_failure failure = {
		.err = SKERRY_ERR_SIGNATURE, .message = message, .subject = subject
	};
	struct show_failure kept;

	(void)state;
	failure_keep(&kept, &failure, COMMAND_CANNOT_TELL);
	memset(message, 'x', sizeof message - 1);
	memset(subject, 'x', sizeof subject - 1);
	assert_string_equal(kept.failure.message, "It broke.");
	assert_string_equal(kept.failure.subject, "a.license");
	assert_null(kept.failure.advice);
	assert_int_equal(kept.exit, COMMAND_CANNOT_TELL);
}

static void
far_away_a_failure_bears_the_systems_word(void **state)
{
	struct command_failure failure;
	struct show_failure kept;
	struct json j;

	(void)state;
	errno = EACCES;
	failure = failure_plain(SKERRY_ERR_FILE_PERMISSION, "state");
	failure.message = "No.";
	failure.advice = "Ask.";
	failure_keep(&kept, &failure, COMMAND_CANNOT_TELL);
	json_init(&j, command_sink, show.out);
	failure_json(&j, &kept);
	assert_int_equal(json_finish(&j), SKERRY_OK);
	assert_string_equal(told(),
		"{\"code\":\"file_permission\",\"message\":\"No. (Permission denied)\","
		"\"offset\":null,\"advice\":\"Ask.\",\"subject\":\"state\"}");
}

static void
malformed_input_says_where(void **state)
{
	(void)state;
	assert_true(failure_of(SKERRY_ERR_CBOR_TYPE, "x", 7).has_offset);
	assert_false(failure_of(SKERRY_ERR_DOCUMENT_EMPTY, "x", 0).has_offset);
	assert_false(failure_of(SKERRY_ERR_SIGNATURE, "x", 7).has_offset);
	assert_false(failure_plain(SKERRY_ERR_CBOR_TYPE, "x").has_offset);
}

/* --- dates, components ----------------------------------------------------------------------- */

static void
a_date_without_a_place_is_utc(void **state)
{
	char at[MOMENT_TEXT_MAX], minute[MOMENT_MINUTE_MAX];

	(void)state;
	moment_format(NULL, 1800000000, at);
	assert_string_equal(at, "2027-01-15T08:00:00Z");
	moment_format_minute(NULL, 1800000000, minute);
	assert_string_equal(minute, "2027-01-15 08:00");
}

static void
a_component_that_there_is_not_has_no_bit(void **state)
{
	(void)state;
	assert_int_equal(show_component("mac"), MATCH_TYPE_BIT(FINGERPRINT_MAC));
	assert_int_equal(show_component(""), 0);
	assert_int_equal(show_component("MAC"), 0);
	assert_int_equal(show_component("mac "), 0);
}

static void
more_seats_are_named_where_there_are_some(void **state)
{
	(void)state;
	sheet_seats(&show, 0, 0);
	sheet_seats(&show, 3, 0);
	sheet_seats(&show, 30, 2);
	assert_string_equal(told(), "  seats               3\n"
				    "  seats               30, and 2 more for a day\n");
}

static void
a_sheet_names_the_end_of_what_there_is_or_was(void **state)
{
	static const struct {
		enum skerry_access access;
		int64_t full_until, read_until; /* from now */
		bool full, read;
	} CASES[] = {
		{ SKERRY_ACCESS_FULL, 10, 20, true, true },
		{ SKERRY_ACCESS_READ_ONLY, -10, 20, true, true },
		{ SKERRY_ACCESS_NONE, -20, -10, true, true },
		{ SKERRY_ACCESS_NONE, 10, 20, false, false }, /* suspended */
		{ SKERRY_ACCESS_NONE, -10, 20, true, false },
	};
	const struct view view = { .show = &show, .license = &license, .verdict = &verdict };

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		size_t begin = (fflush(show.out), text_len);

		verdict.access = CASES[i].access;
		verdict.grace_until = verdict.at + CASES[i].full_until;
		verdict.degraded_until = verdict.at + CASES[i].read_until;
		view_print(&view);
		assert_true((strstr(told() + begin, "full access until") != NULL) == CASES[i].full);
		assert_true((strstr(told() + begin, "read only until") != NULL) == CASES[i].read);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(a_feature_is_yes_with_full_access_alone_or_to_read),
		T(a_number_is_no_feature_and_a_feature_no_number),
		T(yes_is_one_word),
		T(no_says_why_in_the_readers_language),
		T(json_has_the_verdict_either_way),
		T(a_limit_is_the_number_alone),
		T(without_a_number_nothing_is_written_in_words),
		T(a_failure_outlives_what_it_was_told_of),
		T(far_away_a_failure_bears_the_systems_word),
		T(malformed_input_says_where),
		T(a_date_without_a_place_is_utc),
		T(a_component_that_there_is_not_has_no_bit),
		T(more_seats_are_named_where_there_are_some),
		T(a_sheet_names_the_end_of_what_there_is_or_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
