/* SPDX-License-Identifier: ISC */
/* skerry extend: renewal by telephone, what to say there and what one is told. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "extend_list.h"
#include "formats/date.h"
#include "verifier/show/sheet.h"
#include "verifier/extend.h"
#include "verifier/first_verdict.h"
#include "verifier/gather/local_time.h"
#include "verifier/texts/extend_words.h"
#include "verifier/show/why_view.h"

/* A code may be typed in groups with blanks between: each comes as an operand. */
enum { GROUPS_MAX = STEP_CODE_SYMBOLS, CODE_MAX = STEP_CODE_TYPED_MAX + 2 };

/* Joins the groups; what is too long stays too long. */
static void
join(const struct command_list *groups, char ret_typed[CODE_MAX])
{
	size_t len = 0;

	ret_typed[0] = '\0';
	for (size_t i = 0; i < groups->len && len < CODE_MAX - 1; i++) {
		snprintf(ret_typed + len, CODE_MAX - len, "%s%s", i > 0 ? " " : "",
			groups->values[i]);
		len += strlen(ret_typed + len);
	}
}

static const char *
fate_name(enum extend_fate fate)
{
	switch (fate) {
	case EXTEND_TAKEN:
		return "taken";
	case EXTEND_HELD:
		return "held";
	case EXTEND_LOWER:
		return "lower";
	}
	return "unknown";
}

/* --- what came of it ------------------------------------------------------------------------- */

static void
print_left(const struct site_license *held)
{
	const struct texts *texts = cli_texts();
	char text[EXTEND_WORDS_MAX];

	if (held->telephone_steps >= held->license.telephone_steps) {
		sheet_chars(cli_show(), texts->extend_left, texts->extend_left_none);
	} else if (!extend_has_next(held)) {
		sheet_chars(cli_show(), texts->extend_left, texts->extend_left_term);
	} else {
		extend_words(texts, texts->extend_left_of, &held->license, 0, held->telephone_steps,
			text);
		sheet_chars(cli_show(), texts->extend_left, text);
	}
}

/* A step down that a date causes waits for the end of the day here, as `skerry status` shows it. */
static int64_t
day_end_of(const struct site *site, const struct extend_result *result, int64_t at)
{
	const struct local_clock local = local_time_clock(&site->machine->local, at);

	return ladder_day_end(at, result->held->license.ladder.day_end_minutes, &local);
}

/* A code that is good, and too late. */
static bool
is_in_vain(const struct site *site, const struct extend_result *result)
{
	return extend_ends(site, result->held, result->held->telephone_steps) <= extend_now(site);
}

static void
print_vain(const struct site *site, const struct site_license *held)
{
	unsigned helps = extend_first_of_use(site, held);
	const struct texts *texts = cli_texts();
	char text[EXTEND_WORDS_MAX];

	extend_words(
		texts, texts->extend_in_vain, &held->license, helps, held->telephone_steps, text);
	why_view_print_wrapped(stdout, 0, text);
	extend_words(texts, helps == 0 ? texts->extend_none_would : texts->extend_would,
		&held->license, helps, held->telephone_steps, text);
	why_view_print_wrapped(stdout, 0, text);
	extend_print_contact(site, &held->license);
}

static const char *
fate_words(const struct texts *texts, enum extend_fate fate)
{
	switch (fate) {
	case EXTEND_TAKEN:
		return texts->extend_taken;
	case EXTEND_HELD:
		return texts->extend_held;
	case EXTEND_LOWER:
		break;
	}
	return texts->extend_lower;
}

static void
print_result(const struct site *site, const struct extend_result *result)
{
	const struct texts *texts = cli_texts();
	const struct site_license *held = result->held;
	char text[EXTEND_WORDS_MAX];

	extend_words(texts, fate_words(texts, result->fate), &held->license, result->step,
		held->telephone_steps, text);
	why_view_print_wrapped(stdout, 0, text);
	if (result->before.renew_by != result->now.renew_by)
		sheet_date(cli_show(), texts->extend_before, result->before.renew_by);
	sheet_date(cli_show(), texts->extend_renew_by, result->now.renew_by);
	sheet_date(cli_show(), texts->extend_full, day_end_of(site, result, result->now.grace_until));
	if (result->now.degraded_until != result->now.grace_until)
		sheet_date(cli_show(), 
			texts->extend_read, day_end_of(site, result, result->now.degraded_until));
	print_left(held);
	if (is_in_vain(site, result))
		print_vain(site, held);
}

static void
put_date(struct json *j, const char *name, int64_t at)
{
	char text[DATE_TEXT_MAX];

	json_name(j, name);
	if (at == LICENSE_NEVER) {
		json_null(j);
		return;
	}
	date_format(at, text);
	json_chars(j, text);
}

static void
print_result_json(const struct site *site, const struct extend_result *result)
{
	const struct site_license *held = result->held;
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "result");
	json_chars(&j, fate_name(result->fate));
	json_name(&j, "step");
	json_uint(&j, result->step);
	extend_put_license(&j, &held->license);
	json_name(&j, "steps_used");
	json_uint(&j, held->telephone_steps);
	put_date(&j, "renew_by_before", result->before.renew_by);
	put_date(&j, "renew_by", result->now.renew_by);
	put_date(&j, "grace_until", day_end_of(site, result, result->now.grace_until));
	put_date(&j, "degraded_until", day_end_of(site, result, result->now.degraded_until));
	json_name(&j, "too_late");
	json_bool(&j, is_in_vain(site, result));
	extend_put_step(&j, "first_that_helps", extend_first_of_use(site, held));
	json_object_close(&j);
	putchar('\n');
}

static enum command_exit
tell_refused(enum skerry_err err, const char *typed, size_t offset, bool json)
{
	struct command_failure failure = cli_failure(err, typed, offset);

	failure.has_offset = err == SKERRY_ERR_STEP_CODE_CHARACTER;
	if (err == SKERRY_ERR_NO_STEPS) {
		failure.message = "No license that is held here can be renewed by telephone.";
		failure.advice = "`skerry status` says what holds, until when, and whom to call.";
	}
	command_fail_json(&failure, json);
	return COMMAND_NO;
}

static enum command_exit
take(struct site *site, const char *typed, const uint8_t value[STEP_CODE_VALUE_LEN], bool json)
{
	struct extend_result result;
	enum skerry_err err = extend_take(site, value, &result);

	if (err == SKERRY_ERR_STEP_CODE || err == SKERRY_ERR_NO_STEPS)
		return tell_refused(err, typed, 0, json);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), json);
		return COMMAND_CANNOT_TELL;
	}
	if (json)
		print_result_json(site, &result);
	else
		print_result(site, &result);
	if (result.fate == EXTEND_TAKEN)
		first_verdict_record(site);
	return COMMAND_YES;
}

enum command_exit
extend_run(int argc, char **argv)
{
	const char *product = NULL;
	bool json = false;
	const struct command_option options[] = { { "--product", COMMAND_VALUE, &product },
		{ "--json", COMMAND_FLAG, &json } };
	uint8_t value[STEP_CODE_VALUE_LEN];
	char typed[CODE_MAX];
	struct command_list groups;
	enum command_exit exit;
	enum skerry_err err;
	struct site site;
	size_t offset;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, GROUPS_MAX, &groups))
		return COMMAND_CANNOT_TELL;
	if (groups.len > 0 && product != NULL)
		return command_misuse("a code finds its license by itself; --product is for the "
				      "list");
	join(&groups, typed);
	if (groups.len > 0) {
		err = step_code_read(typed, strlen(typed), value, &offset);
		if (err != SKERRY_OK)
			return command_finish(tell_refused(err, typed, offset, json));
	}
	if (groups.len > 0 ? !cli_open_site_to_write(&site, json, &exit)
			   : !cli_open_site(&site, json, &exit))
		return exit;
	exit = groups.len > 0 ? take(&site, typed, value, json) : extend_list(&site, product, json);
	if (!json)
		cli_tell_unused(&site);
	site_close(&site);
	return command_finish(exit);
}
