/* SPDX-License-Identifier: ISC */
/* clock confirm: somebody's word for the machine's clock. */
#include <string.h>

#include "deeds.h"
#include "formats/date.h"
#include "formats/member.h"
#include "moment.h"
#include "verifier/confirm.h"
#include "verifier/gather/clocks.h"
#include "verifier/texts/sentence.h"

enum {
	DAY_S = 86400,
	MOMENT_S = 600,     /* what was typed and the clock may be that far apart */
	CONFIRMED_MAX = 160 /* bytes of the sentence */
};

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
		return "Name what the product supplies of this machine (--custom, --install-path); "
		       "else import a renewal first, or set the clock. `skerry status` says whom "
		       "to "
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
print_confirmed(const struct show *show, const struct confirm_result *result)
{
	char before[MOMENT_TEXT_MAX], after[MOMENT_TEXT_MAX];
	struct confirmed confirmed = { before, after };
	char text[CONFIRMED_MAX];
	struct sentence s;

	moment_format(show->place, result->before, before);
	moment_format(show->place, result->after, after);
	sentence_begin(&s, show->texts, NULL, text, sizeof text);
	sentence_add(&s, show->texts->clock_confirmed, add_confirmed, &confirmed);
	fprintf(show->out, "%s\n", text);
}

static void
tell_confirmed(const struct show *show, const struct confirm_result *result)
{
	struct json j;

	if (!show->json) {
		print_confirmed(show, result);
		return;
	}
	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	member_bool(&j, "ok", true);
	member_date(&j, "before", result->before);
	member_date(&j, "settled", result->after);
	json_object_close(&j);
	fputc('\n', show->out);
}

bool
show_confirm_reads(const char *date)
{
	int64_t from, until;

	return read_span(date, &from, &until);
}

bool
show_confirm(const struct show *show, struct site *site, const char *date,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	const struct site_query machine = { .domain = question->domain,
		.install_path = question->install_path,
		.custom = question->custom,
		.custom_len = question->custom_len };
	struct command_failure failure = { .err = SKERRY_ERR_ARGUMENT, .subject = date };
	enum command_exit exit = COMMAND_NO;
	struct confirm_result result;
	struct clock_reading reading;
	int64_t from, until;
	enum skerry_err err;

	if (!read_span(date, &from, &until)) {
		failure.message = "A date is written as 2027-04-28 or 2027-04-28T12:00:00Z.";
		failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
		return false;
	}
	clocks_read("/", &reading);
	err = confirm_clock(site, &reading, from, until, &machine, &result);
	if (err == SKERRY_OK && result.answer == CONFIRM_DONE) {
		tell_confirmed(show, &result);
		*ret_exit = COMMAND_YES;
		return true;
	}
	if (err == SKERRY_ERR_ARGUMENT) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	if (err == SKERRY_OK) {
		failure.message = refusal(&result);
		failure.advice = way_out(result.answer);
	} else {
		failure = failure_plain(err, show->folder);
		exit = COMMAND_CANNOT_TELL;
	}
	failure_keep(ret_failure, &failure, exit);
	return false;
}
