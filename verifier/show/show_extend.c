/* SPDX-License-Identifier: ISC */
/* extend CODE: what came of a code that somebody read out. */
#include <inttypes.h>
#include <string.h>

#include "deeds.h"
#include "extend_list.h"
#include "sheet.h"
#include "formats/member.h"
#include "verifier/extend.h"
#include "verifier/first_verdict.h"
#include "verifier/texts/extend_words.h"
#include "why_view.h"

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
print_left(const struct show *show, const struct site_license *held)
{
	const struct texts *texts = show->texts;
	char text[EXTEND_WORDS_MAX];

	if (held->telephone_steps >= held->license.telephone_steps) {
		sheet_chars(show, texts->extend_left, texts->extend_left_none);
	} else if (!extend_has_next(held)) {
		sheet_chars(show, texts->extend_left, texts->extend_left_term);
	} else {
		extend_words(texts, texts->extend_left_of, &held->license, 0, held->telephone_steps,
			text);
		sheet_chars(show, texts->extend_left, text);
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
print_vain(const struct show *show, const struct site *site, const struct site_license *held)
{
	unsigned helps = extend_first_of_use(site, held);
	const struct texts *texts = show->texts;
	char text[EXTEND_WORDS_MAX];

	extend_words(
		texts, texts->extend_in_vain, &held->license, helps, held->telephone_steps, text);
	why_view_print_wrapped(show->out, 0, text);
	extend_words(texts, helps == 0 ? texts->extend_none_would : texts->extend_would,
		&held->license, helps, held->telephone_steps, text);
	why_view_print_wrapped(show->out, 0, text);
	extend_print_contact(show, site, &held->license);
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
print_result(const struct show *show, const struct site *site, const struct extend_result *result)
{
	const struct texts *texts = show->texts;
	const struct site_license *held = result->held;
	char text[EXTEND_WORDS_MAX];

	extend_words(texts, fate_words(texts, result->fate), &held->license, result->step,
		held->telephone_steps, text);
	why_view_print_wrapped(show->out, 0, text);
	if (result->before.renew_by != result->now.renew_by)
		sheet_date(show, texts->extend_before, result->before.renew_by);
	sheet_date(show, texts->extend_renew_by, result->now.renew_by);
	sheet_date(show, texts->extend_full, day_end_of(site, result, result->now.grace_until));
	if (result->now.degraded_until != result->now.grace_until)
		sheet_date(show, texts->extend_read,
			day_end_of(site, result, result->now.degraded_until));
	print_left(show, held);
	if (is_in_vain(site, result))
		print_vain(show, site, held);
}

static void
print_result_json(
	const struct show *show, const struct site *site, const struct extend_result *result)
{
	const struct site_license *held = result->held;
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	member_bool(&j, "ok", true);
	member_chars(&j, "result", fate_name(result->fate));
	member_uint(&j, "step", result->step);
	extend_put_license(&j, &held->license);
	member_uint(&j, "steps_used", held->telephone_steps);
	member_date(&j, "renew_by_before", result->before.renew_by);
	member_date(&j, "renew_by", result->now.renew_by);
	member_date(&j, "grace_until", day_end_of(site, result, result->now.grace_until));
	member_date(&j, "degraded_until", day_end_of(site, result, result->now.degraded_until));
	member_bool(&j, "too_late", is_in_vain(site, result));
	member_number(&j, "first_that_helps", extend_first_of_use(site, held));
	json_object_close(&j);
	fputc('\n', show->out);
}

static bool
refuse(enum skerry_err err, const char *typed, size_t offset, struct show_failure *ret_failure)
{
	struct command_failure failure = failure_of(err, typed, offset);

	failure.has_offset = err == SKERRY_ERR_STEP_CODE_CHARACTER;
	if (err == SKERRY_ERR_NO_STEPS) {
		failure.message = "No license that is held here can be renewed by telephone.";
		failure.advice = "`skerry status` says what holds, until when, and whom to call.";
	}
	failure_keep(ret_failure, &failure, COMMAND_NO);
	return false;
}

bool
show_extend_read(
	const char *typed, uint8_t ret_value[STEP_CODE_VALUE_LEN], struct show_failure *ret_failure)
{
	size_t offset;
	enum skerry_err err = step_code_read(typed, strlen(typed), ret_value, &offset);

	return err == SKERRY_OK || refuse(err, typed, offset, ret_failure);
}

bool
show_extend(const struct show *show, struct site *site, const char *typed,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	uint8_t value[STEP_CODE_VALUE_LEN];
	struct command_failure failure;
	struct extend_result result;
	enum skerry_err err;

	if (!show_extend_read(typed, value, ret_failure))
		return false;
	err = extend_take(site, value, &result);
	if (err == SKERRY_ERR_STEP_CODE || err == SKERRY_ERR_NO_STEPS)
		return refuse(err, typed, 0, ret_failure);
	if (err != SKERRY_OK) {
		failure = failure_plain(err, show->folder);
		failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
		return false;
	}
	if (show->json)
		print_result_json(show, site, &result);
	else
		print_result(show, site, &result);
	if (result.fate == EXTEND_TAKEN)
		first_verdict_record(site);
	if (!show->json)
		show_unused(show, site);
	*ret_exit = COMMAND_YES;
	return true;
}
