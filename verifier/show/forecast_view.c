/* SPDX-License-Identifier: ISC */
#include "forecast_view.h"

#include <stdio.h>

#include "sheet.h"
#include "formats/member.h"
#include "verifier/texts/time_bar.h"
#include "verifier/texts/why_words.h"

static void
print_step(const struct show *show, const struct timeline_step *step, int64_t date_at,
	const struct local_clock *local)
{
	char date[WHY_WORDS_MAX], words[WHY_WORDS_MAX];

	why_words_date(show->texts, date_at, local, date);
	why_words_step(show->texts, step, words);
	fprintf(show->out, "  %s %-16s  %s\n", time_bar_sign(step, show->utf8), date, words);
}

static void
print_all(const struct show *show, const struct timeline *forecast, bool from_now,
	const struct local_clock *local)
{
	for (size_t i = 0; i < forecast->len; i++)
		print_step(show, &forecast->steps[i],
			i == 0 && from_now ? LICENSE_NEVER : forecast->steps[i].from, local);
}

void
forecast_print_bar(
	const struct show *show, const struct timeline *forecast, const struct local_clock *local)
{
	char bar[TIME_BAR_MAX];

	time_bar_draw(forecast, show->utf8, bar);
	if (bar[0] == '\0')
		return;
	sheet_chars(show, "time left", bar);
	print_all(show, forecast, true, local);
}

void
forecast_print_steps(const struct show *show, const struct explanation *explanation, bool from_now)
{
	if (explanation->forecast.len == 1)
		fprintf(show->out, "  %s\n", show->texts->unchanged);
	else
		print_all(show, &explanation->forecast, from_now, &explanation->answer.facts.local);
	if (!explanation->forecast_whole)
		fprintf(show->out, "  %s\n", show->texts->and_more);
}

static void
step_json(struct json *j, const struct texts *texts, const struct timeline_step *step)
{
	char words[WHY_WORDS_MAX];

	why_words_step(texts, step, words);
	json_object_open(j);
	member_date(j, "from", step->from);
	member_chars(j, "state", skerry_state_name(step->state));
	member_chars(j, "access", skerry_access_name(step->access));
	member_chars(j, "reason", skerry_reason_name(step->reason));
	member_chars(j, "notice", skerry_notice_name(step->notice));
	member_chars(j, "text", words);
	json_object_close(j);
}

void
forecast_json(struct json *j, const struct texts *texts, const struct explanation *explanation)
{
	json_name(j, "forecast");
	json_array_open(j);
	for (size_t i = 0; i < explanation->forecast.len; i++)
		step_json(j, texts, &explanation->forecast.steps[i]);
	json_array_close(j);
	member_bool(j, "forecast_complete", explanation->forecast_whole);
}
