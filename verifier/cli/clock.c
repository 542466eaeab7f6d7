/* SPDX-License-Identifier: ISC */
/* skerry clock: the site's own time beside the machine's, and somebody's word for the latter. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "daemon.h"
#include "formats/date.h"
#include "verifier/confirm.h"
#include "verifier/gather/clocks.h"
#include "verifier/show/moment.h"
#include "verifier/texts/sentence.h"

enum {
	DAY_S = 86400,
	MOMENT_S = 600,     /* what was typed and the clock may be that far apart */
	CONFIRMED_MAX = 160 /* bytes of the sentence */
};

/* --- showing --------------------------------------------------------------------------------- */

enum command_exit
clock_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	struct daemon_call call;
	enum command_exit exit;
	struct show show;
	struct site site;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	daemon_call_begin(&call, "GET", "/v1/clock");
	if (daemon_tell(&call, json, &exit))
		return command_finish(exit);
	if (!cli_open_site(&site, json, &exit))
		return exit;
	show = cli_show_as(json);
	show_clock(&show, &site, &exit);
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

	moment_format(cli_show()->place, result->before, before);
	moment_format(cli_show()->place, result->after, after);
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
