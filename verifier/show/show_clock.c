/* SPDX-License-Identifier: ISC */
/* The site's own time beside the machine's. */
#include "sheet.h"
#include "verifier/texts/sentence.h"
#include "view.h"
#include "why_view.h"

enum {
	SHEET_MARGIN = 22, /* of what stands behind a label */
	LEFT_MAX = 80      /* bytes of the phrase */
};

static void
print_json(const struct show *show, const struct site *site)
{
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	json_name(&j, "clock");
	json_object_open(&j);
	view_clock_json(&j, site->memory, show->wall);
	json_object_close(&j);
	json_object_close(&j);
	putc('\n', show->out);
}

/* The words of `status` and `why`. */
static void
print_advice(const struct show *show, enum why_code code)
{
	char lead[SHEET_MARGIN + 1];

	snprintf(lead, sizeof lead, "  %s", show->texts->clock_advice);
	why_view_print_behind(show->out, lead, SHEET_MARGIN, show->texts->advice[code]);
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
print_left(const struct show *show, struct clock_outlook *outlook)
{
	char text[LEFT_MAX];
	struct sentence s;

	sentence_begin(&s, show->texts, NULL, text, sizeof text);
	sentence_add(&s, show->texts->clock_left, add_left, outlook);
	sheet_chars(show, show->texts->clock_believed, text);
	sheet_date(show, show->texts->clock_correct, outlook->instant + outlook->left_s);
}

static void
print_sheet(const struct show *show, const struct clock *clock)
{
	static const enum why_code CODES[] = {
		[EVALUATE_CLOCK_BEHIND] = WHY_CLOCK_BEHIND,
		[EVALUATE_CLOCK_AHEAD_UNPROVEN] = WHY_CLOCK_AHEAD,
		[EVALUATE_CLOCK_FAULT] = WHY_CLOCK_FAULT,
		[EVALUATE_CLOCK_UNATTENDED] = WHY_CLOCK_UNATTENDED,
	};
	const struct texts *texts = show->texts;
	struct clock_outlook outlook;
	bool candidate;

	if (!clock_started(clock)) {
		fprintf(show->out, "%s\n", texts->clock_begins);
		sheet_date(show, texts->clock_machine, show->wall);
		return;
	}
	sheet_date(show, texts->clock_site, clock_settled(clock));
	sheet_date(show, texts->clock_machine, show->wall);
	sheet_chars(show, texts->clock_condition, texts->clock[clock->condition]);
	candidate = clock_outlook(clock, &outlook);
	if (candidate) {
		sheet_date(show, texts->clock_candidate, outlook.instant);
		print_left(show, &outlook);
	}
	if (clock->condition != EVALUATE_CLOCK_OK)
		print_advice(show, CODES[clock->condition]);
	if (candidate)
		print_advice(show, WHY_CLOCK_CANDIDATE);
}

void
show_clock(const struct show *show, const struct site *site, enum command_exit *ret_exit)
{
	const struct clock *clock = &site->memory->clock;

	if (show->json)
		print_json(show, site);
	else
		print_sheet(show, clock);
	*ret_exit = clock->condition == EVALUATE_CLOCK_OK ? COMMAND_YES : COMMAND_NO;
}
