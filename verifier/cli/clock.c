/* SPDX-License-Identifier: ISC */
/* skerry clock: the site's own time beside the machine's, and somebody's word for the latter. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "formats/date.h"
#include "moment.h"
#include "sheet.h"
#include "verifier/confirm.h"
#include "verifier/gather/clocks.h"
#include "verifier/gather/local_time.h"
#include "verifier/texts/sentence.h"
#include "view.h"
#include "why_view.h"

enum {
	DAY_S = 86400,
	MOMENT_S = 600,     /* what was typed and the clock may be that far apart */
	SHEET_MARGIN = 22,  /* of what stands behind a label */
	LEFT_MAX = 80,      /* bytes of the phrase */
	CONFIRMED_MAX = 160 /* bytes of the sentence */
};

/* --- showing --------------------------------------------------------------------------------- */

static void
print_json(const struct site *site)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "clock");
	json_object_open(&j);
	view_clock_json(&j, site->memory, cli_wall_clock());
	json_object_close(&j);
	json_object_close(&j);
	putchar('\n');
}

/* The words of `status` and `why`. */
static void
print_advice(enum why_code code)
{
	char lead[SHEET_MARGIN + 1];

	snprintf(lead, sizeof lead, "  %s", cli_texts()->clock_advice);
	why_view_print_behind(lead, SHEET_MARGIN, cli_texts()->advice[code]);
}

static void
add_left(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct clock_outlook *outlook = context;

	if (sentence_is(name, name_len, "left"))
		sentence_left(s, outlook->left_s);
}

/* Running time is what has to pass; who corrects the clock looks at that clock. */
static void
print_left(struct clock_outlook *outlook)
{
	char text[LEFT_MAX];
	struct sentence s;

	sentence_begin(&s, cli_texts(), NULL, text, sizeof text);
	sentence_add(&s, cli_texts()->clock_left, add_left, outlook);
	sheet_chars(cli_texts()->clock_believed, text);
	sheet_date(cli_texts()->clock_correct, outlook->instant + outlook->left_s);
}

static void
print_sheet(const struct site *site)
{
	static const enum why_code CODES[] = {
		[EVALUATE_CLOCK_BEHIND] = WHY_CLOCK_BEHIND,
		[EVALUATE_CLOCK_AHEAD_UNPROVEN] = WHY_CLOCK_AHEAD,
		[EVALUATE_CLOCK_FAULT] = WHY_CLOCK_FAULT,
		[EVALUATE_CLOCK_UNATTENDED] = WHY_CLOCK_UNATTENDED,
	};
	const struct clock *clock = &site->memory->clock;
	const struct texts *texts = cli_texts();
	struct clock_outlook outlook;
	bool candidate;

	if (!clock_started(clock)) {
		puts(texts->clock_begins);
		sheet_date(texts->clock_machine, cli_wall_clock());
		return;
	}
	sheet_date(texts->clock_site, clock_settled(clock));
	sheet_date(texts->clock_machine, cli_wall_clock());
	sheet_chars(texts->clock_condition, texts->clock[clock->condition]);
	candidate = clock_outlook(clock, &outlook);
	if (candidate) {
		sheet_date(texts->clock_candidate, outlook.instant);
		print_left(&outlook);
	}
	if (clock->condition != EVALUATE_CLOCK_OK)
		print_advice(CODES[clock->condition]);
	if (candidate)
		print_advice(WHY_CLOCK_CANDIDATE);
}

enum command_exit
clock_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (json)
		print_json(&site);
	else
		print_sheet(&site);
	exit = site.memory->clock.condition == EVALUATE_CLOCK_OK ? COMMAND_YES : COMMAND_NO;
	site_close(&site);
	return command_finish(exit);
}

/* --- confirming ------------------------------------------------------------------------------ */

/* A day is one of this place, an instant is one give or take some minutes. */
static bool
read_span(const char *text, int64_t *ret_from, int64_t *ret_until)
{
	int64_t at;

	if (date_parse(text, &at) != SKERRY_OK)
		return false;
	if (strchr(text, 'T') == NULL) {
		int32_t offset_s = local_time_offset("/", at);

		*ret_until = at - offset_s;
		*ret_from = *ret_until - DAY_S + 1;
	} else {
		*ret_from = at - MOMENT_S;
		*ret_until = at + MOMENT_S;
	}
	return true;
}

static const char *
refusal(const struct confirm_result *result)
{
	switch (result->answer) {
	case CONFIRM_NOT_STARTED:
		return "There is no time to compare with: the site's time begins with its first "
		       "license.";
	case CONFIRM_NOT_AHEAD:
		return "This machine's clock is not ahead of the site's time: there is nothing to "
		       "confirm.";
	case CONFIRM_OTHER_DATE:
		return "This machine's clock shows another date than the one you confirm.";
	case CONFIRM_WOULD_LOCK:
		return "At that date a license that is in use would be locked.";
	case CONFIRM_DONE:
		break;
	}
	return NULL;
}

static const char *
way_out(enum confirm_answer answer)
{
	if (answer == CONFIRM_OTHER_DATE)
		return "Look at a calendar, then set the clock or correct the date.";
	if (answer == CONFIRM_WOULD_LOCK)
		return "Import a renewal first, or set the clock; `skerry status` says whom to "
		       "call.";
	return NULL;
}

struct confirmed {
	const char *before, *after;
};

static void
add_confirmed(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct confirmed *confirmed = context;

	sentence_chars(
		s, sentence_is(name, name_len, "before") ? confirmed->before : confirmed->after);
}

static void
print_confirmed(const struct confirm_result *result)
{
	char before[MOMENT_TEXT_MAX], after[MOMENT_TEXT_MAX];
	struct confirmed confirmed = { before, after };
	char text[CONFIRMED_MAX];
	struct sentence s;

	moment_format(result->before, before);
	moment_format(result->after, after);
	sentence_begin(&s, cli_texts(), NULL, text, sizeof text);
	sentence_add(&s, cli_texts()->clock_confirmed, add_confirmed, &confirmed);
	puts(text);
}

static enum command_exit
tell_confirmed(const struct confirm_result *result, bool json)
{
	char before[DATE_TEXT_MAX], after[DATE_TEXT_MAX];
	struct json j;

	date_format(result->before, before);
	date_format(result->after, after);
	if (!json) {
		print_confirmed(result);
		return COMMAND_YES;
	}
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "before");
	json_chars(&j, before);
	json_name(&j, "settled");
	json_chars(&j, after);
	json_object_close(&j);
	putchar('\n');
	return COMMAND_YES;
}

static enum command_exit
confirm(struct site *site, const char *date, int64_t from, int64_t until, bool json)
{
	struct command_failure failure = { .err = SKERRY_ERR_ARGUMENT, .subject = date };
	struct confirm_result result;
	struct clock_reading reading;
	enum skerry_err err;

	clocks_read("/", &reading);
	err = confirm_clock(site, &reading, from, until, &result);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), json);
		return COMMAND_CANNOT_TELL;
	}
	if (result.answer == CONFIRM_DONE)
		return tell_confirmed(&result, json);
	failure.message = refusal(&result);
	failure.advice = way_out(result.answer);
	command_fail_json(&failure, json);
	return COMMAND_NO;
}

enum command_exit
clock_confirm_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;
	int64_t from, until;
	struct site site;

	if (!command_parse(argc, argv, options, 1, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (!read_span(operands.values[0], &from, &until))
		return command_misuse(
			"DATE %s: write 2027-04-28 or 2027-04-28T12:00:00Z", operands.values[0]);
	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	exit = confirm(&site, operands.values[0], from, until, json);
	site_close(&site);
	return command_finish(exit);
}
